"""Articles through the whole line, against a real server: what is one article, and what becomes of it."""

import sqlite3
from pathlib import Path

import pytest


@pytest.fixture
def rows(db_path):
    def ask(sql):
        con = sqlite3.connect(db_path)
        try:
            return con.execute(sql).fetchall()
        finally:
            con.close()

    return ask


@pytest.fixture
def poll_again(poll):
    """Return a function that polls the feeds, due or not."""
    return lambda *feeds: poll("ingest", "--all", feeds=feeds or ("/feed",))


ARTICLE = ("CNIL fines a shop", "The CNIL has fined a shop EUR 20,000 for its cameras. " * 6)


def test_an_article_that_two_feeds_announce_is_stored_once(poll_again, site, rows):
    site.pages = {"/a?from=mail": ARTICLE, "/a?from=rss": ARTICLE}
    site.heads = dict.fromkeys(site.pages, '<link rel="canonical" href="/a?utm_medium=x">')
    assert "2 sources polled; 1 new article\n" in poll_again("/feed1", "/feed2").stdout
    assert rows("select url from articles") == [(site.base + "/a",)]
    assert rows("select source, url in (select url from entries) from article_sources order by source") == [
        ("test-0", 1),
        ("test-1", 1),
    ]
    assert rows("select count(*), count(distinct article) from entries") == [(4, 1)]


@pytest.mark.parametrize("stated", ["/news", "/", "/en", "https://example.com/a"])
def test_a_canonical_address_that_every_page_has_is_not_believed(poll_again, site, rows, stated):
    site.heads = dict.fromkeys(site.pages, f'<link rel="canonical" href="{stated}">')
    assert "3 new articles" in poll_again().stdout
    # the first article under a section's address shows nothing odd yet
    expected = {site.base + path for path in site.pages} | ({site.base + stated} if stated == "/news" else set())
    found = {url for (url,) in rows("select url from articles")}
    assert found <= expected
    assert len(found) == 3


def test_a_source_that_uses_its_ids_again_is_read_by_address(poll, registry, site, rows, tmp_path):
    file = Path(registry("/feed")).rename(tmp_path / "mine.toml")
    file.write_text(file.read_text() + 'identity = "url"\n')
    words = ("ingest", "--all", "--sources", str(file))
    pages, site.guid = site.pages, "item-{n}"
    site.pages = {"/google": pages["/google"]}
    assert "1 new article" in poll(*words).stdout
    site.pages = {"/clearview": pages["/clearview"], "/google": pages["/google"]}
    assert "1 new article" in poll(*words).stdout
    assert rows("select count(*) from articles") == [(2,)]
    assert rows("select guid = url from entries") == [(1,), (1,)]


def test_a_source_with_new_ids_and_addresses_each_time_is_read_by_title_and_day(poll, registry, site, rows, tmp_path):
    file = Path(registry("/feed")).rename(tmp_path / "mine.toml")
    file.write_text(file.read_text() + 'identity = "title"\n')
    words = ("ingest", "--all", "--sources", str(file))
    for session in ("1", "2"):
        site.guid, site.pages = session + "{path}", {f"/a?session={session}": ARTICLE}
        site.tag = f'"{session}"'
        poll(*words)
    assert rows("select count(*) from articles") == [(1,)]
    assert "/a?session=2" not in site.asked
