"""Texts that are not believed: most of a source's latest pages are a tenth or ten times as long as usual."""

from dataclasses import replace
from datetime import timedelta

import pytest

from db.analyses import count_waiting, store_analysis, waiting_articles
from db.articles import store_article
from db.entries import store_entries_found, store_entry_done
from db.health import totals
from db.odd_pages import accept_source
from db.sources import store_source_done, store_sources
from ingest.models import EntriesFound, Entry, EntryDone, Source, SourceDone, SourceState


@pytest.fixture
def poll(db, now, make_article):
    """Return a function that lets a poll bring pages of these lengths."""
    home = "https://a.example"
    store_sources(db, [Source("one", "p", "press", "feed", home, home, "en", "privacy")])
    polls = []

    def bring(*lengths, key=None, **changes):
        polls.append(now + timedelta(hours=len(polls)))
        for n, length in enumerate(lengths):
            guid = key or f"{len(polls)}-{n}"
            entry = Entry(guid, f"{home}/{guid}", "T", "", None)
            store_entries_found(db, EntriesFound("one", (entry,)), polls[-1])
            article = make_article(
                guid, text="x" * length, source="one", fetched=polls[-1] - timedelta(minutes=1), asked=entry.url,
                url=entry.url, content_hash=f"{len(polls)}-{n}", **changes,
            )  # fmt: skip
            store_entry_done(db, EntryDone("one", guid, "stored", article), None, polls[-1])
        store_source_done(db, SourceDone("one", "polled", SourceState()), None, polls[-1])
        return db.execute("select odd_pages from sources").fetchone()[0]

    return bring


def list_held(rows):
    return sorted(length for (length,) in rows("select length(text) from articles where defect = 'extraction'"))


USUAL = [900, 1000, 1100, 1000] * 4

POLLS = [
    ("all are menus", [USUAL, [50] * 6], "6 of its last 6 pages have some 50 characters, where 1,000 are usual", [50] * 6),
    ("most are", [USUAL, [50, 1000, 60, 40, 1000]], "3 of its last 5 pages", [40, 50, 60]),
    ("one is", [USUAL, [50, 1000, 1000, 1000]], None, []),
    ("all hold the whole site", [USUAL, [20_000] * 5], "some 20,000 characters", [20_000] * 5),
    ("they come one by one", [USUAL, [50], [60], [70]], "3 of its last 5 pages", [50, 60, 70]),
    ("two of them are no majority", [USUAL, [50], [60]], None, []),
    ("a first poll of short pages", [[50] * 20], None, []),
    ("too short a past", [USUAL[:9], [50] * 9], None, []),
    # some of its articles are decisions in full
    ("what was seen before", [[*USUAL, 20_000], [20_000] * 5], None, []),
    ("half as long as usual", [USUAL, [500] * 9], None, []),
]  # fmt: skip


@pytest.mark.parametrize(("phenomenon", "polls", "says", "held"), POLLS, ids=[row[0] for row in POLLS])
def test_pages(poll, rows, phenomenon, polls, says, held):
    found = [poll(*lengths) for lengths in polls][-1]
    assert found == says if says is None else says in found
    assert list_held(rows) == held


def test_it_is_over_when_pages_are_as_before(poll, rows):
    poll(*USUAL)
    assert poll(*[50] * 5)
    assert poll(1000)
    assert poll() is not None, "a poll without new pages tells nothing"
    assert poll(1000, 1000, 1000) is None
    assert list_held(rows) == [50] * 5, "what was extracted then is no truer now"


def test_held_articles_are_not_read_until_a_person_accepts_them(db, poll, rows, now, make_action, make_analysis):
    poll(*USUAL)
    poll(50)
    (early,) = rows("select id, text from articles where length(text) = 50")
    assert store_analysis(db, *early, make_analysis(make_action("fr-cnil", "Acme", evidence=((0, 4),))), now)
    waiting = count_waiting(db, "rules-1")
    poll(50, 50, 50)
    assert rows("select count(*) from actions") == [(0,)], "what was read before it was known is forgotten"
    assert count_waiting(db, "rules-1") == waiting == len(list(waiting_articles(db, "rules-1")))
    assert count_waiting(db, None) == len(list(waiting_articles(db, "rules-1", all=True)))
    assert totals(db)["waiting"] == waiting
    assert accept_source(db, "one", now + timedelta(hours=9)) == 4
    assert count_waiting(db, "rules-1") == waiting + 4
    assert rows("select odd_pages, next_due, accepted from sources") == [(None, None, "2024-05-01T21:00:00Z")]
    for _ in range(12):
        assert poll(50) is None, "this is what it gives now"


def test_beginnings_of_what_must_be_paid_for_are_no_measure(poll):
    poll(*USUAL)
    assert poll(*[50] * 6, defect="paywall") is None


def test_a_page_that_lost_its_text_does_not_replace_it(db, poll, rows):
    poll(1000, key="a")
    poll(100, key="a")
    assert rows("select length(text), defect from articles") == [(1000, None)]
    assert rows("select state, defect from entries") == [("stored", "extraction")]
    assert totals(db)["defects"] == {"extraction": 1}
    poll(101, key="a")
    assert rows("select length(text) from articles") == [(101,)], "it is an update"
    assert rows("select defect from entries") == [(None,)]


def test_what_is_imported_is_believed(db, rows, make_article):
    store_article(db, make_article("a", text="x" * 1000))
    assert store_article(db, replace(make_article("a", text="x"), content_hash="other")) == "updated"
