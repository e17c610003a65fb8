from datetime import UTC, datetime

import pytest

from db.articles import store_article
from ingest.models import Source

FIRST = datetime(2024, 1, 2, tzinfo=UTC)
LATER = datetime(2024, 3, 4, tzinfo=UTC)


@pytest.fixture
def sources(db):
    from db.sources import store_sources

    home = "https://a.example"
    store_sources(db, [Source(i, "pub", "press", "feed", home, home, "en", "privacy") for i in ("one", "two")])


def test_an_article_is_stored_once(db, make_article, rows):
    assert [store_article(db, make_article("a")) for _ in range(3)] == ["new", "unchanged", "unchanged"]
    assert rows("select id, url, text, fetched from articles") == [
        ("id-a", "https://news.example/a", "Text of a.", "2024-05-01T12:00:00Z")
    ]


def test_changed_content_is_read_again(db, read, make_action, make_article, rows):
    """Spans point into the old text, so what was found in it goes at once."""
    read("a", make_action("fr-cnil", "Shop"))
    assert store_article(db, make_article("a", text="New text", content_hash="new")) == "updated"
    assert rows("select text, content_hash, pipeline, analysed, is_enforcement, relevance from articles") == [
        ("New text", "new", None, None, None, None)
    ]
    assert rows("select count(*) from mentions") == [(0,)]
    assert rows("select count(*) from actions") == [(0,)]


def test_what_an_article_said_before_is_kept(db, make_article, rows):
    store_article(db, make_article("a", raw_file="one.warc.gz", raw_offset=7))
    store_article(db, make_article("a", text="New text", content_hash="new", fetched=LATER))
    store_article(db, make_article("a", text="New text", content_hash="new", fetched=LATER.replace(hour=3)))
    assert rows(
        "select article, title, text, content_hash, fetched, replaced, raw_file, raw_offset from revisions"
    ) == [("id-a", "Title a", "Text of a.", "hash-a", "2024-05-01T12:00:00Z", "2024-03-04T00:00:00Z", "one.warc.gz", 7)]
    store_article(db, make_article("a"))
    assert rows("select text from revisions order by id") == [("Text of a.",), ("New text",)]
    assert rows("select text from articles") == [("Text of a.",)]


def test_unchanged_content_keeps_its_analysis(db, read, make_action, make_article, rows):
    read("a", make_action("fr-cnil", "Shop"))
    assert store_article(db, make_article("a")) == "unchanged"
    assert rows("select pipeline from articles") == [("rules-1",)]
    assert rows("select count(*) from actions") == [(1,)]


def test_first_publication_date_and_first_source_stay(db, sources, make_article, rows):
    store_article(db, make_article("a", published=FIRST, published_origin="feed", source="one"))
    changed = {"published": LATER, "published_origin": "page", "source": "two", "content_hash": "new"}
    assert store_article(db, make_article("a", **changed)) == "updated"
    assert rows("select published, published_origin, source from articles") == [("2024-01-02T00:00:00Z", "feed", "one")]


def test_a_missing_date_and_source_are_filled_in(db, sources, make_article, rows):
    store_article(db, make_article("a"))
    assert store_article(db, make_article("a", published=LATER, published_origin="page", source="two")) == "unchanged"
    assert rows("select published, published_origin, source from articles") == [("2024-03-04T00:00:00Z", "page", "two")]


def test_the_time_of_the_fetch_gives_way_to_a_stated_date(db, sources, make_article, rows):
    dates = "select published, published_origin from articles"
    store_article(db, make_article("a", published=LATER, published_origin="fetched"))
    store_article(db, make_article("a", published=LATER.replace(hour=9), published_origin="fetched"))
    assert rows(dates) == [("2024-03-04T00:00:00Z", "fetched")]
    store_article(db, make_article("a", published=FIRST, published_origin="page"))
    store_article(db, make_article("a", published=LATER, published_origin="fetched", content_hash="new"))
    assert rows(dates) == [("2024-01-02T00:00:00Z", "page")]


def test_the_time_of_the_fetch_dates_neither_texts_nor_cases(db, read, make_action, make_article, rows):
    from db.analyses import waiting_articles
    from db.cases.store import group_cases

    read("a", make_action("fr-cnil", "Shop"))
    store_article(db, make_article("a", published=LATER, published_origin="fetched"))
    store_article(db, make_article("b", published=LATER, published_origin="page"))
    assert [(d.id, d.published) for d in waiting_articles(db, "rules-2")] == [
        ("id-b", "2024-03-04T00:00:00Z"),
        ("id-a", None),
    ]
    group_cases(db, LATER)
    assert rows("select date from case_events") == [(None,)]
