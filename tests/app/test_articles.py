"""Articles through the whole line, against a real server: what is one article, and what becomes of it."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.schema import open_database
from dpawatch.progress import OnStderr
from dpawatch.run import ingest_sources, load_registry, recorded_run
from dpawatch.settings import Settings


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


@pytest.fixture
def poll_after(registry, db_path):
    """Return a function that polls so many hours from now, and returns what was counted."""
    start = datetime.now(UTC)

    def poll(hours, **changes):
        db = open_database(db_path)
        file = Path(registry("/feed"))
        settings = Settings(db_path, file, allow_private_hosts=True, delay=0, archive=False, **changes)
        with recorded_run(db, "ingest", OnStderr(), lambda: start + timedelta(hours=hours)) as run:
            ingest_sources(run, settings, load_registry(settings), all=True)
        db.close()
        return run.counts

    return poll


ARTICLE = ("CNIL fines a shop", "The CNIL has fined a shop EUR 20,000 for its cameras. " * 6)


def test_an_article_that_two_feeds_announce_is_stored_once(poll_again, site, rows):
    site.pages = {"/a?from=mail": ARTICLE, "/a?from=rss": ARTICLE}
    site.heads = dict.fromkeys(site.pages, '<link rel="canonical" href="/a?utm_medium=x">')
    assert "2 sources polled; 1 new article" in poll_again("/feed1", "/feed2").stdout
    assert rows("select url from articles") == [(site.base + "/a",)]
    assert rows("select source, url in (select url from entries) from article_sources order by source") == [
        ("test-0", 1),
        ("test-1", 1),
    ]
    assert rows("select count(*), count(distinct article) from entries") == [(4, 1)]


def test_an_article_that_a_second_feed_announces_by_a_redirect_is_stored_once(poll_again, site, rows):
    site.pages = {"/a": ARTICLE, "/r?id=1": ARTICLE}
    site.moves = {"/r?id=1": (301, site.base + "/a")}
    site.feeds = {"/feed1": ["/r?id=1"], "/feed2": ["/a"]}
    assert "2 sources polled; 1 new article" in poll_again("/feed1", "/feed2").stdout
    assert rows("select url from articles") == [(site.base + "/a",)]
    assert rows("select source from article_sources order by source") == [("test-0",), ("test-1",)]


@pytest.mark.parametrize("stated", ["/news", "/", "/en", "https://example.com/a"])
def test_a_canonical_address_that_every_page_has_is_not_believed(poll_again, site, rows, stated):
    site.heads = dict.fromkeys(site.pages, f'<link rel="canonical" href="{stated}">')
    assert "3 new articles" in poll_again().stdout
    # the first article under a section's address shows nothing odd yet
    expected = {site.base + path for path in site.pages} | ({site.base + stated} if stated == "/news" else set())
    found = {url for (url,) in rows("select url from articles")}
    assert found <= expected
    assert len(found) == 3


def test_ids_that_number_the_items_of_a_feed_name_none_of_them(poll_again, site, rows):
    news = [
        (f"/{n}", (f"Decision {n}", f"The authority closed matter {n} against the ferry company. " * 6))
        for n in range(5)
    ]
    site.guid = "{n}"
    for newest in range(1, 6):
        # the newest first, and three of them
        site.pages, site.tag = dict(reversed(news[max(newest - 3, 0) : newest])), f'"{newest}"'
        assert "1 new article" in poll_again().stdout
    assert rows("select title from articles order by url") == [(title,) for _, (title, _) in news]
    assert rows("select count(*) from revisions") == [(0,)]


def test_a_link_that_was_wrong_is_asked_for_when_it_is_corrected(poll_after, site, rows):
    site.guid, site.pages, site.statuses = "g", {"/wrong": ARTICLE}, {"/wrong": 404}
    for hours in (0, 30):
        poll_after(hours)
    assert rows("select state from entries") == [("gone",)]
    site.pages, site.tag = {"/right": ARTICLE}, '"2"'
    assert poll_after(30.1)["new_articles"] == 1
    assert rows("select url from articles") == [(site.base + "/right",)]


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


def test_a_page_that_its_feed_announces_changed_is_a_revision(poll, poll_after, dpawatch, site, rows):
    site.pages = {"/a": ARTICLE}
    poll("run")
    assert rows("select pipeline is null from articles") == [(0,)]
    changed = ("Correction: " + ARTICLE[0], ARTICLE[1].replace("20,000", "30,000"))
    site.pages, site.tag = {"/a": changed}, '"2"'
    # an hour is given to people who are still writing; that the feed then answers 304 loses nothing
    assert poll_after(0.5)["updated_articles"] == 0
    assert poll_after(0.6)["updated_articles"] == 0
    counts = poll_after(2)
    assert (counts["updated_articles"], counts["unchanged_sources"]) == (1, 1)
    assert rows("select title, text like '%20,000%' from revisions") == [(ARTICLE[0], 1)]
    assert rows("select title, text like '%30,000%', pipeline from articles") == [(changed[0], 1, None)]
    assert "1 article read" in dpawatch("tag").stdout
    assert rows("select distinct amount from actions where amount is not null") == [(30000,)]


def test_a_feed_that_changes_its_summaries_all_the_time_costs_five_more_requests(poll_after, site, rows):
    site.guid = "{path}"
    for poll in range(12):
        site.pages, site.tag = {"/a": (f"CNIL fines a shop ({poll} comments)", ARTICLE[1])}, f'"{poll}"'
        poll_after(500 * poll)
    assert site.asked.count("/a") == 6
    assert rows("select rereads from entries") == [(5,)]


@pytest.mark.parametrize("status", [404, 500])
def test_a_changed_page_that_cannot_be_read_leaves_the_article_as_it_was(poll_after, site, rows, status):
    site.pages = {"/a": ARTICLE}
    poll_after(0)
    site.pages, site.tag, site.statuses = {"/a": ("New title", "")}, '"2"', {"/a": status}
    poll_after(24)
    assert rows("select title, (select count(*) from revisions) from articles") == [(ARTICLE[0], 0)]
    assert rows("select article is not null, last_error like '%' from entries") == [(1, 1)]
    # what is only out of order is asked for again, at once and then after waits
    asked = []
    for hours in (24.1, 24.2, 25):
        poll_after(hours)
        asked.append(site.asked.count("/a"))
    assert asked == ([3, 3, 4] if status == 500 else [2, 2, 2])


# no two runs of three words of it are the same
STORY = " ".join(f"The inspectors found {n} open folders in room {n} of the {n}th ferry." for n in range(100, 140))


def test_syndicated_copies_are_linked_and_kept(poll, registry, site, rows, tmp_path):
    file = Path(registry("/feed1", "/feed2")).rename(tmp_path / "mine.toml")
    first, _, second = file.read_text().rpartition("example-news")
    file.write_text(f"{first}Other News{second}")
    site.pages = {
        "/a": ("Ferries inspected", STORY),
        "/b": ("Papers found on ferries", STORY.replace("found 12", "saw 12")),
    }
    site.feeds = {"/feed1": ["/a"], "/feed2": ["/b"]}
    assert "2 new articles (1 near copy)" in poll("ingest", "--sources", str(file)).stdout
    assert rows("select count(*) from articles") == [(2,)]
    ((copy, original, similarity),) = rows("select article, copy_of, similarity from near_duplicates")
    assert {copy, original} == {article for (article,) in rows("select id from articles")}
    assert 0.9 <= similarity < 1
    poll("ingest", "--sources", str(file), "--all")
    assert rows("select count(*) from near_duplicates") == [(1,)]


def test_an_error_page_is_no_article_and_is_asked_for_again(poll_after, site, rows):
    lost = ("Page not found", "Sorry, the page you are looking for has moved.")
    site.pages = {"/a": lost, "/b": ARTICLE}
    counts = poll_after(0)
    assert (counts["new_articles"], counts["failed_pages"]) == (1, 1)
    said = f"the page is an error page, not the article: its title is “{lost[0]}”"
    assert rows("select state, attempts, defect, last_error from entries where article is null") == [
        ("pending", 1, "error", said)
    ]
    assert rows("select outcome, status, error from fetches where url like '%/a'") == [("failed", 200, said)]
    site.pages["/a"] = ("CNIL warns a school", STORY)
    assert poll_after(1)["new_articles"] == 1
    assert rows("select distinct state, defect, last_error from entries") == [("stored", None, None)]


def test_the_beginning_of_an_article_is_stored_as_such_until_the_whole_can_be_read(poll_after, site, rows):
    text = "select text like '%Subscribe%', text like '%ferry%', defect from articles"
    site.pages = {"/a": (ARTICLE[0], ARTICLE[1][:200] + " Subscribe to continue reading.")}
    poll_after(0)
    assert rows(text) == [(1, 0, "paywall")]
    site.pages, site.tag = {"/a": ("Free: " + ARTICLE[0], STORY)}, '"2"'
    poll_after(24)
    assert rows(text) == [(0, 1, None)]
    # readers who came too often see the beginning again; we keep the whole
    site.pages, site.tag = {"/a": (ARTICLE[0], STORY[:200] + " Subscribe to continue reading.")}, '"3"'
    poll_after(24 * 30)
    assert site.asked.count("/a") == 3
    assert rows(text) == [(0, 1, None)]
    assert rows("select count(*) from revisions") == [(1,)]


def test_a_page_that_redirects_to_the_home_page_is_gone_astray(poll_after, site, rows):
    site.pages = {"/a": ARTICLE, "/": ("Agency", STORY)}
    site.feeds, site.moves = {"/feed": ["/a"]}, {"/a": (302, site.base + "/")}
    poll_after(0)
    assert rows("select count(*) from articles") == [(0,)]
    assert rows("select defect from entries") == [("error",)]
