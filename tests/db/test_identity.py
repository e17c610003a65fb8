"""Which article an article is, when it comes again."""

from datetime import UTC, datetime

import pytest

from db.entries import store_entries_found, store_entry_done
from db.sources import store_sources
from ingest.models import EntriesFound, Entry, EntryDone, Source, make_article_id

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
HOME = "https://news.example/"


@pytest.fixture(autouse=True)
def registry(db):
    store_sources(db, [Source(i, "news", "press", "feed", HOME, HOME, "en", "privacy") for i in ("one", "two")])


@pytest.fixture
def come(db, make_article):
    """Return a function that lets an article come by an entry of a source, and returns what became of it."""

    def store(path, canonical=None, source="one", guid=None, title="Title", **changes):
        asked = HOME + path
        url = HOME + (canonical or path)
        guid = guid or path
        store_entries_found(db, EntriesFound(source, (Entry(guid, asked, title, "", None),)), NOW)
        named = {"id": make_article_id(url), "url": url, "asked": asked, "source": source, "title": title}
        article = make_article(path, **named | changes)
        return store_entry_done(db, EntryDone(source, guid, "stored", article), None, NOW)

    return store


def test_two_feeds_with_one_canonical_address(come, rows):
    assert come("a?from=one", "a") == "new"
    assert come("a?from=two", "a", "two", content_hash="hash-a?from=one") == "duplicate"
    assert rows("select url, source from articles") == [(HOME + "a", "one")]
    assert rows("select article, source, url, first_seen from article_sources order by source") == [
        (make_article_id(HOME + "a"), "one", HOME + "a?from=one", "2024-05-01T12:00:00Z"),
        (make_article_id(HOME + "a"), "two", HOME + "a?from=two", "2024-05-01T12:00:00Z"),
    ]
    assert rows("select distinct article from entries") == [(make_article_id(HOME + "a"),)]


def test_the_entry_outranks_the_addresses(come, rows):
    come("a", guid="g")
    assert come("moved", "elsewhere", guid="g", content_hash="new") == "updated"
    assert rows("select url, content_hash from articles") == [(HOME + "a", "new")]


def test_a_page_that_found_its_canonical_address_later_is_the_same(come, rows):
    come("a")
    assert come("a", "b", "two", content_hash="hash-a") == "duplicate"
    assert rows("select url from articles") == [(HOME + "a",)]


def test_an_article_stored_under_the_address_that_redirects_keeps_its_id(come, rows):
    come("r?id=1")
    assert come("r?id=1", "a/1", "two", content_hash="hash-r?id=1") == "duplicate"
    assert rows("select id, url from articles") == [(make_article_id(HOME + "r?id=1"), HOME + "r?id=1")]


def test_a_canonical_address_for_everything_is_none(come, rows):
    """A template that names the section's page on every article must not make one article of all of them."""
    come("a", "section", title="A fine for the bank")
    assert come("b", "section", title="A warning for the school") == "new"
    assert come("c", "section", title="A new commissioner") == "new"
    assert rows("select url from articles order by url") == [(HOME + "b",), (HOME + "c",), (HOME + "section",)]
    # the same headline under another address is the same article
    assert come("a?page=2", "section", title="A fine for the bank", content_hash="hash-a") == "duplicate"


WORDS = {"content_hash": "same", "published": NOW}


@pytest.mark.parametrize(
    ("changes", "stored"),
    [
        (WORDS, "duplicate"),
        (WORDS | {"published": NOW.replace(hour=23)}, "duplicate"),
        # a notice that returns each month in the same words
        (WORDS | {"published": NOW.replace(day=2)}, "new"),
        (WORDS | {"published": None}, "new"),
        (WORDS | {"content_hash": "other"}, "new"),
        # somebody else's copy is linked, not merged
        (WORDS | {"publisher": "Other"}, "new"),
    ],
)
def test_same_words_on_the_same_day_are_one_article(come, changes, stored):
    come("a", **WORDS)
    assert come("z", source="two", **changes) == stored
