"""`demo` as a process of its own: it builds, adds nothing twice, serves both sites and ends when interrupted."""

from __future__ import annotations

import shutil
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from db.schema import open_database
from dpawatch.demo import build
from dpawatch.demo.articles import load_articles

ARTICLES = load_articles()
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def copy(built, tmp_path):
    """Return the path of a copy of the built database."""
    path = tmp_path / "copy.db"
    shutil.copy(built.path, path)
    return path


def only_line(result):
    """Return the one line with which a command refused, after its status was checked."""
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    return line


def test_every_article_of_a_privacy_publication_is_stored(built):
    stored = {urlsplit(url).path for (url,) in built.rows("select url from articles")}
    assert stored >= {article.path for article in ARTICLES if article.publication.topics == "privacy"}
    assert stored >= {article.path for article in ARTICLES if article.expected.is_enforcement}
    assert built.rows("select count(*) from entries where state not in ('stored', 'irrelevant')") == [(0,)]
    assert built.rows("select count(*) from articles where analysis_error is not null") == [(0,)]


def test_it_says_what_was_built(built):
    polled, holds = built.said.splitlines()
    ((articles, languages),) = built.rows("select count(*), count(distinct lang) from articles")
    ((actions,),) = built.rows("select count(*) from actions")
    ((cases,),) = built.rows("select count(*) from cases")
    left_out = len(ARTICLES) - articles
    expected = f"11 sources polled; {articles} new articles ({left_out} irrelevant); {articles} articles read"
    assert polled.startswith(expected)
    assert holds == f"{articles} articles in {languages} languages report {actions} actions in {cases} cases"
    assert cases >= 20
    assert f"\n{holds}\n" in README


def test_the_articles_were_fetched_over_http_from_loopback(built):
    fetched = built.rows("select kind, count(*) from fetches where status = 200 group by kind order by kind")
    ((articles,),) = built.rows("select count(*) from articles")
    assert fetched == [("feed", 11), ("page", articles), ("robots", 1)]
    assert {urlsplit(url).hostname for (url,) in built.rows("select url from fetches")} == {"127.0.0.1"}


def test_a_second_demo_adds_nothing_and_downloads_no_feed(built, copy, run_demo):
    before = built.rows("select id, url, text from articles"), built.rows("select * from cases")
    again = run_demo("--no-serve", "--db", str(copy))
    assert again.returncode == 0
    assert again.stdout.startswith("11 sources polled (11 unchanged); 0 new articles; 0 articles read; ")
    after = built.rows("select id, url, text from articles", copy), built.rows("select * from cases", copy)
    assert after == before
    second = "select distinct kind, status, bytes from fetches where run = 2 and kind <> 'robots'"
    assert built.rows(second, copy) == [("feed", 304, 0)]


def test_another_port_for_the_articles_is_refused_as_it_would_double_them(copy, run_demo):
    line = only_line(run_demo("--no-serve", "--db", str(copy), "--articles-port", "1"))
    assert "its articles are at port" in line
    assert "leave out --articles-port" in line


def test_a_database_with_other_sources_is_refused_and_left_as_it_was(tmp_path, run_demo):
    path = tmp_path / "mine.db"
    db = open_database(path)
    db["sources"].insert({"id": "mine", "publisher": "me", "format": "feed", "url": "https://example.org/feed"})
    db.close()
    line = only_line(run_demo("--no-serve", "--db", str(path)))
    assert "mine.db: holds more than the demo; give another --db" in line
    db = open_database(path)
    assert [row["id"] for row in db["sources"].rows] == ["mine"]
    db.close()


def test_a_database_of_loaded_articles_is_refused(tmp_path, copy, run_demo):
    db = open_database(copy)
    db["articles"].insert(
        {"id": "x", "url": "https://example.org/x", "title": "x", "fetched": "2026-01-01T00:00:00Z", "lang": "en",
         "publisher": "me", "text": "x", "content_hash": "x"}
    )  # fmt: skip
    db.close()
    assert "holds more than the demo" in only_line(run_demo("--no-serve", "--db", str(copy)))


@pytest.mark.parametrize("option", ["--port", "--articles-port"])
def test_a_port_that_is_taken_is_named_before_anything_is_built(tmp_path, option, run_demo):
    other = "--port" if option == "--articles-port" else "--articles-port"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = only_line(run_demo("--db", str(tmp_path / "new.db"), option, str(port), other, "0"))
    assert line.startswith(f"Error: port {port} of 127.0.0.1: Address already in use; choose another with {option}")
    assert not (tmp_path / "new.db").exists()


def test_a_new_database_takes_another_port_when_the_usual_one_is_taken(tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(build, "ARTICLES_PORT", taken.getsockname()[1])
        assert build.choose_articles_port(tmp_path / "new.db", None) == 0
    assert build.choose_articles_port(tmp_path / "new.db", None) == build.ARTICLES_PORT


def test_an_address_of_another_machine_is_named(tmp_path, run_demo):
    result = run_demo("--db", str(tmp_path / "new.db"), "--host", "192.0.2.1", "--articles-port", "0")
    assert "port 8001 of 192.0.2.1: " in only_line(result)


def status_of(address):
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def wait_for(address):
    for _ in range(200):
        try:
            return status_of(address)
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


def test_the_site_and_its_articles_are_served_until_interrupted(built, start_demo):
    ((case,),) = built.rows("select id from cases order by id limit 1")
    addresses = [url for (url,) in built.rows("select url from articles")]
    with start_demo("--db", str(built.path), "--port", "0") as (site, interrupt):
        assert wait_for(site) == 200
        assert status_of(f"{site}case/{case}") == 200
        assert status_of(f"{site}no/such/deep/page") == 404
        assert {status_of(address) for address in addresses} == {200}
        status, said = interrupt()
    assert status == 0
    assert "Traceback" not in said
