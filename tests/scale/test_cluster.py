"""Work done by a real scheduler with two workers on loopback, whatever is killed meanwhile: the same comes out."""

import os
import re
import shutil
import signal
import subprocess
import urllib.request
from contextlib import closing

import pytest

pytest.importorskip("pyarrow", reason="it comes with the extra dpawatch[scale]")
pytest.importorskip("distributed", reason="it comes with the extra dpawatch[scale]")

from benchmarks.warcs import write_record
from db.schema import open_database
from dpawatch.scale import cluster
from dpawatch.scale.backfill import make_shard
from dpawatch.scale.shards import list_shards, read_shard
from dpawatch.scale.warcs import find_warcs


def read_all(folder):
    """Return the articles of each shard in a folder, with nothing but finished shards there."""
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    return {shard.name: list(read_shard(shard)) for shard in list_shards(folder)}


@pytest.fixture
def expected(tmp_path):
    """Return a function that makes the shards of WARC files here and returns their articles."""

    def make(paths):
        (here := tmp_path / "here").mkdir()
        for warc in find_warcs(map(str, paths))[0]:
            make_shard(warc, here)
        return read_all(here)

    return make


def test_a_killed_worker_costs_only_its_shard(scheduler, start, wait_for, write_warcs, page, tmp_path, expected):
    paths, out = write_warcs(6, 60), tmp_path / "out"
    with paths[5].open("ab") as file:
        file.write(write_record(page(999))[:-9])
    client = start("backfill", *paths, "--out", out, "--scheduler", scheduler.address)
    wait_for(lambda: out.is_dir() and len(list(out.glob(".NEWS*/articles.parquet"))) == 2)
    assert len(list_shards(out)) <= 4
    scheduler.kill_worker()
    scheduler.add_worker()
    said, told = client.communicate(timeout=120)
    assert (client.returncode, told.count("Traceback")) == (2, 0), told
    assert said.startswith("6 shards made; 360 pages (180 irrelevant); 180 articles read (")
    assert f"Error: {paths[5].as_uri()}: breaks off within a record\n" in told
    assert read_all(out) == expected(paths)


def test_a_killed_client_goes_on_where_it_was(start, run, wait_for, write_warcs, tmp_path, expected):
    paths, out = write_warcs(4, 40), tmp_path / "out"
    words = ("backfill", *paths, "--out", out, "--workers", 2)
    client = start(*words)
    finished = wait_for(lambda: list_shards(out))
    os.kill(client.pid, signal.SIGKILL)
    client.wait()
    kept = {shard: shard.stat().st_ino for shard in finished}
    done = run(*words)
    assert done.returncode == 0, done.stderr
    made, before = map(int, re.match(r"(\d) shards? made \((\d) there before\); 160 pages", done.stdout).groups())
    assert (made + before, before >= 1) == (4, True)
    assert {shard: shard.stat().st_ino for shard in finished} == kept
    assert read_all(out) == expected(paths)
    again = run(*words)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.startswith("0 shards made (4 there before); 160 pages")


def test_the_dashboard_can_be_looked_at(start, write_warcs, tmp_path):
    client = start("backfill", *write_warcs(2, 60), "--out", tmp_path / "out", "--workers", 1)
    link = client.stderr.readline().split()[-1]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/status", link)
    with urllib.request.urlopen(link) as page:
        assert b"Dask" in page.read()
    assert client.wait(90) == 0


@pytest.fixture
def tagged(run, write_warcs, tmp_path):
    """Return a database whose articles were read here."""
    from io import BytesIO

    from db.articles import store_article
    from ingest.crawled import read_crawled_page
    from ingest.warcs import read_pages

    with closing(open_database(tmp_path / "tagged.db")) as db:
        for path in write_warcs(1, 600):
            for page in read_pages(BytesIO(path.read_bytes())):
                if article := read_crawled_page(page):
                    store_article(db, article)
    assert run("tag", "--db", tmp_path / "tagged.db").returncode == 0
    return tmp_path / "tagged.db"


def test_tag_on_a_scheduler_gives_what_it_gives_here(scheduler, start, wait_for, tagged, tmp_path, read_tables):
    with closing(open_database(tagged)) as db:
        db.execute("update articles set pipeline = null")
        db.execute("delete from actions")
        db.execute("delete from mentions")
        db.execute("delete from company_names")
        db.execute("delete from companies")
    here = tmp_path / "here.db"
    shutil.copy(tagged, here)
    client = start("tag", "--all", "--db", tagged, "--scheduler", scheduler.address)

    def stored():
        with closing(open_database(tagged)) as db:
            return db.execute("select count(*) from actions").fetchone()[0]

    wait_for(stored)
    scheduler.kill_worker()
    scheduler.add_worker()
    said, told = client.communicate(timeout=120)
    assert (client.returncode, told) == (0, "")
    assert said.startswith("300 articles read (")
    plain = start("tag", "--all", "--db", here)
    plain.communicate(timeout=120)
    found = read_tables(tagged)
    assert len(found["actions"]) >= 300
    assert found == read_tables(here)


def test_a_scheduler_that_is_not_there_is_one_line(run, tmp_path, write_warcs, monkeypatch, scheduler):
    write_warcs(1, 1)
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    for address, error in [
        ("tcp://127.0.0.1:9", "no scheduler answers"),
        ("nonsense://x", "is no address of a scheduler"),
    ]:
        with pytest.raises(Exception, match=error), cluster.open_client(address, 1):
            pass
    monkeypatch.setattr(cluster, "pipeline_version", lambda: "rules-0")
    with pytest.raises(Exception, match="another version of the pipeline"), cluster.open_client(scheduler.address, 1):
        pass


BAD = [
    (["backfill", "no.warc.gz", "--out", "out"], "no.warc.gz: cannot be read: No such file or directory", 2),
    (["backfill", "no.warc.gz"], "--out", 2),
    (["backfill", "--out", "out"], "PATH", 2),
    (["backfill", "x", "--out", "out", "--workers", "0"], "'--workers'", 2),
    (
        ["backfill", "x", "--out", "out", "--workers", "1", "--scheduler", "tcp://127.0.0.1:9"],
        "--scheduler are its own",
        2,
    ),
    (["tag", "--db", "no.db", "--workers", "1", "--scheduler", "tcp://127.0.0.1:9"], "--scheduler are its own", 2),
]


@pytest.mark.parametrize(("words", "says", "status"), BAD)
def test_bad_input_is_one_line(tmp_path, words, says, status):
    from click.testing import CliRunner

    from dpawatch.cli import main

    with CliRunner().isolated_filesystem(tmp_path):
        result = CliRunner().invoke(main, words)
    assert (result.exit_code, result.stderr.count("\n"), result.stdout) == (status, 1, "")
    assert says in result.stderr


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch, tmp_path, write_warcs):
    from click.testing import CliRunner

    from dpawatch.cli import main

    monkeypatch.setattr("dpawatch.scale.extra.find_spec", lambda name: None if name == "pyarrow" else name)
    (tmp_path / "shards").mkdir()
    for words in (["backfill", "x", "--out", "y"], ["tag", "--workers", "2"], ["import", str(tmp_path / "shards")]):
        result = CliRunner().invoke(main, [*words, "--db", str(tmp_path / "x.db")])
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
        assert "pyarrow not installed; this takes the extra: pip install 'dpawatch[scale]'" in result.stderr


def test_two_at_once_do_not_write_the_same_shards(run, write_warcs, tmp_path):
    from db.runs import run_lock

    (out := tmp_path / "out").mkdir()
    with run_lock(out / "backfill"):
        done = run("backfill", *write_warcs(1, 1), "--out", out)
    assert (done.returncode, done.stderr.count("\n")) == (75, 1)
    assert subprocess.run(["ls", "-A", out], capture_output=True, text=True, check=True).stdout == "backfill.lock\n"
