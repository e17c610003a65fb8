"""A listing through the database: what one run could not read of it, the next one does."""

import sqlite3

import pytest

SOURCE = """[[sources]]
id = "listed"
publisher = "example-news"
kind = "press"
format = "listing"
url = "{base}/list"
homepage = "{base}/"
language = "en"
topics = "privacy"
[sources.listing]
item = "li"
date = "time"
next = "a.next"
"""
LISTING = {
    "/list": "<html><ul><li><a href='/google'>Fine</a> <time>22 January 2019</time></li></ul><a class=next href='?p=1'>next</a>",
    "/list?p=1": "<html><ul><li><a href='/clearview'>Order</a> <time>17 December 2021</time></li></ul>",
}


@pytest.fixture
def ingest(site, tmp_path, db_path, dpawatch):
    (tmp_path / "listed.toml").write_text(SOURCE.format(base=site.base), encoding="utf-8")
    answer = site.answer

    def answer_listing(path, headers):
        if path in LISTING and path not in site.broken:
            site.asked.append(path)
            return 200, "text/html", LISTING[path]
        return answer(path, headers)

    site.answer = answer_listing

    def run():
        registry = str(tmp_path / "listed.toml")
        result = dpawatch("ingest", "--all", "--sources", registry, "--allow-private-hosts", "--delay", "0")
        assert result.exit_code == 0, result.stderr
        con = sqlite3.connect(db_path)
        try:
            articles = con.execute("select replace(url, ?, ''), published from articles order by url", [site.base])
            left = con.execute("select replace(more_pages, ?, ''), last_warning from sources", [site.base])
            return articles.fetchall(), left.fetchone()
        finally:
            con.close()

    return run


def test_a_page_that_failed_is_read_by_the_next_run(ingest, site):
    site.broken = {"/list?p=1"}
    articles, (more, warning) = ingest()
    assert articles == [("/google", "2019-01-22T00:00:00Z")]
    assert more == "/list?p=1"
    assert "answered 500" in warning
    site.broken = set()
    articles, left = ingest()
    assert articles == [("/clearview", "2021-12-17T00:00:00Z"), ("/google", "2019-01-22T00:00:00Z")]
    assert left == (None, None)


def test_a_second_run_asks_for_the_first_page_only(ingest, site):
    ingest()
    site.asked.clear()
    ingest()
    assert [path for path in site.asked if path != "/robots.txt"] == ["/list"]
