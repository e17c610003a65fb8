"""Which entries that were read announce something new."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db.entries import pending_entries, store_entries_found, store_entry_done
from db.rereading import MAX_CHANGED, take_changed
from db.sources import store_sources
from ingest.models import EntriesFound, Entry, EntryDone, Source

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ENTRY = Entry("g", "https://news.example/a", "Title", "Summary", NOW - HOUR, NOW - HOUR)


@pytest.fixture(autouse=True)
def read_entry(db, make_article):
    home = "https://news.example/"
    store_sources(db, [Source("one", "news", "press", "feed", home, home, "en", "privacy")])
    store_entries_found(db, EntriesFound("one", (ENTRY,)), NOW)
    store_entry_done(db, EntryDone("one", "g", "stored", make_article("a")), None, NOW)


@pytest.mark.parametrize(
    ("changes", "hours", "changed"),
    [
        ({}, 24, False),
        ({"title": "Another"}, 24, True),
        ({"summary": "Another"}, 24, True),
        ({"updated": NOW}, 24, True),
        ({"published": NOW}, 24, True),
        ({"title": "Another"}, 0.5, False),  # too soon
        ({"title": ""}, 24, False),  # a feed that says less
        ({"summary": ""}, 24, False),
        ({"updated": None, "published": None}, 24, False),
        ({"updated": NOW - 3 * HOUR}, 24, False),  # an older date
    ],
)
def test_what_is_a_change(db, changes, hours, changed):
    found = take_changed(db, "one", [replace(ENTRY, **changes)], NOW + hours * HOUR)
    assert found == ({"g"} if changed else set())


def test_an_entry_that_changed_waits_as_it_is_announced_now(db, rows):
    new = replace(ENTRY, title="Another", url="https://news.example/moved", updated=NOW)
    store_entries_found(db, EntriesFound("one", (new,)), NOW)
    assert pending_entries(db, "one", NOW) == (new,)
    assert rows("select rereads, article, attempts from entries") == [(1, "id-a", 0)]
    # what waits is not changed once more
    store_entries_found(db, EntriesFound("one", (replace(new, title="Third"),)), NOW)
    assert pending_entries(db, "one", NOW) == (new,)


def test_an_entry_that_says_the_same_stays_read(db):
    store_entries_found(db, EntriesFound("one", (ENTRY,)), NOW)
    assert pending_entries(db, "one", NOW) == ()


def test_a_whole_index_that_changed_is_read_bit_by_bit(db, make_article, rows):
    entries = [Entry(f"g{n}", f"https://news.example/{n}", "Title", "", None) for n in range(50)]
    store_entries_found(db, EntriesFound("one", tuple(entries)), NOW)
    for n in range(50):
        store_entry_done(db, EntryDone("one", f"g{n}", "stored", make_article(str(n))), None, NOW)
    changed = [replace(e, title="Other") for e in entries]
    assert take_changed(db, "two", changed, NOW + 24 * HOUR) == set()
    taken = take_changed(db, "one", changed, NOW + 24 * HOUR)
    assert len(taken) == MAX_CHANGED
    # asked again in one poll, the answer is the same; the others wait, whether the feed shows them again or not
    assert take_changed(db, "one", changed, NOW + 24 * HOUR) == taken
    assert len(pending_entries(db, "one", NOW + 24 * HOUR)) == MAX_CHANGED
    assert rows("select count(*) from entries where state = 'pending'") == [(30,)]


def test_a_change_that_comes_too_soon_waits_until_it_may_be_read(db, rows):
    new = replace(ENTRY, title="Another", updated=NOW)
    assert take_changed(db, "one", [new], NOW + HOUR / 2) == set()
    assert pending_entries(db, "one", NOW + HOUR / 2) == ()
    assert pending_entries(db, "one", NOW + HOUR) == (new,)
    assert rows("select rereads, next_due from entries") == [(1, "2024-05-01T13:00:00Z")]


@pytest.mark.parametrize("changes", [{"url": "https://news.example/right"}, {"updated": NOW}])
@pytest.mark.parametrize("state", ["gone", "failed"])
def test_a_page_that_was_given_up_is_asked_for_when_its_entry_is_corrected(db, changes, state):
    db.execute("update entries set state = ?", [state])
    assert take_changed(db, "one", [ENTRY], NOW + HOUR) == set()
    assert take_changed(db, "one", [replace(ENTRY, **changes)], NOW + HOUR) == {"g"}


def test_a_page_that_moves_before_it_was_read_is_asked_for_where_it_is(db):
    entry = Entry("h", "https://news.example/wrong", "Title", "", None)
    store_entries_found(db, EntriesFound("one", (entry,)), NOW)
    for _ in range(2):
        store_entry_done(db, EntryDone("one", "h", "failed", error="HTTP 404"), None, NOW)
    assert pending_entries(db, "one", NOW) == ()
    moved = replace(entry, url="https://news.example/right")
    assert take_changed(db, "one", [moved], NOW) == set()
    assert pending_entries(db, "one", NOW) == (moved,)
