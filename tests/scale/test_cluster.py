"""Work done by a real scheduler with two workers on loopback, whatever is killed meanwhile: the same comes out."""

import os
import re
import shutil
import signal
import subprocess
import urllib.request
from contextlib import closing
from dataclasses import replace

import pytest
from click.testing import CliRunner

pytest.importorskip("pyarrow", reason="it comes with the extra dpawatch[scale]")
pytest.importorskip("distributed", reason="it comes with the extra dpawatch[scale]")

from benchmarks.warcs import write_record
from db.articles import store_article
from db.schema import open_database
from dpawatch.cli import main
from dpawatch.progress import Silent
from dpawatch.run import recorded_run, tag_articles
from dpawatch.scale import cluster
from dpawatch.scale.backfill import make_shard
from dpawatch.scale.shards import list_shards, read_shard
from dpawatch.scale.warcs import find_warcs
from ingest.articles import article_from_record


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
    paths, out = write_warcs(5, 40), tmp_path / "out"
    with paths[4].open("ab") as file:
        file.write(write_record(page(999))[:-9])
    client = start("backfill", *paths, "--out", out, "--scheduler", scheduler.address)
    wait_for(lambda: out.is_dir() and len(list(out.glob(".NEWS*/articles.parquet"))) == 2)
    assert len(list_shards(out)) <= 3
    scheduler.kill_worker()
    scheduler.add_worker()
    said, told = client.communicate(timeout=120)
    assert (client.returncode, told.count("Traceback")) == (2, 0), told
    assert said.startswith("5 shards made; 200 pages (100 irrelevant); 100 articles read (")
    assert f"Error: {paths[4].as_uri()}: breaks off within a record\n" in told
    assert read_all(out) == expected(paths)


def test_a_killed_client_goes_on_where_it_was(scheduler, start, run, wait_for, write_warcs, tmp_path, expected):
    paths, out = write_warcs(4, 20), tmp_path / "out"
    words = ("backfill", *paths, "--out", out, "--scheduler", scheduler.address)
    client = start(*words)
    finished = wait_for(lambda: list_shards(out))
    os.kill(client.pid, signal.SIGKILL)
    client.wait()
    kept = {shard: shard.stat().st_ino for shard in finished}
    done = run(*words)
    assert done.returncode == 0, done.stderr
    made, before = map(int, re.match(r"(\d) shards? made \((\d) there before\); 80 pages", done.stdout).groups())
    assert (made + before, before >= 1) == (4, True)
    assert {shard: shard.stat().st_ino for shard in finished} == kept
    assert read_all(out) == expected(paths)
    again = run(*words)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.startswith("0 shards made (4 there before); 80 pages")


def test_processes_of_this_machine_do_the_work_and_show_it(start, page, tmp_path):
    pages = b"".join(write_record(page(number, relevant=False)) for number in range(9))
    (tmp_path / "x.warc.gz").write_bytes(pages)
    client = start("backfill", tmp_path / "x.warc.gz", "--out", tmp_path / "out", "--workers", 2)
    link = client.stderr.readline().split()[-1]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/status", link)
    with urllib.request.urlopen(link) as shown:
        assert b"Dask" in shown.read()
    said, told = client.communicate(timeout=90)
    assert (client.returncode, told) == (0, f"{(tmp_path / 'x.warc.gz').as_uri()}: 0 of 9 pages kept\n")
    assert said.startswith("1 shard made; 9 pages (9 irrelevant); 0 articles read in ")


@pytest.fixture
def stored(page, tmp_path):
    """Return a database with articles that nobody has read."""
    with closing(open_database(tmp_path / "stored.db")) as db:
        for number in range(200):
            made = page(number)
            record = {"url": made.url, "title": f"Shop{number}", "html": made.html, "lang": "en"}
            store_article(db, replace(article_from_record(record), fetched=made.at))
    return tmp_path / "stored.db"


def test_tag_on_a_scheduler_gives_what_it_gives_here(scheduler, start, wait_for, stored, tmp_path, read_tables):
    here = tmp_path / "here.db"
    shutil.copy(stored, here)
    client = start("tag", "--all", "--db", stored, "--scheduler", scheduler.address)
    with closing(open_database(stored)) as db:
        wait_for(lambda: db.execute("select count(*) from actions").fetchone()[0])
    scheduler.kill_worker()
    scheduler.add_worker()
    said, told = client.communicate(timeout=120)
    assert (client.returncode, told) == (0, "")
    assert said.startswith("200 articles read (")
    with closing(open_database(here)) as db, recorded_run(db, "tag", Silent()) as run:
        tag_articles(run, all=True)
    found = read_tables(stored)
    assert len(found["actions"]) >= 200
    assert found == read_tables(here)


def test_a_scheduler_that_is_not_there_is_one_line(monkeypatch, scheduler):
    with monkeypatch.context() as hurried:
        hurried.setattr(cluster, "PATIENCE", 0.5)
        for address, error in [
            ("tcp://127.0.0.1:9", "no scheduler answers"),
            ("nonsense://x", "is no address of a scheduler"),
        ]:
            with pytest.raises(Exception, match=error), cluster.open_client(address, 1):
                pass
    monkeypatch.setattr(cluster, "pipeline_version", lambda: str(os.getpid()))
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
def test_bad_input_is_one_line(tmp_path, monkeypatch, words, says, status):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, result.stderr.count("\n"), result.stdout) == (status, 1, "")
    assert says in result.stderr


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch, tmp_path, write_warcs):
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
