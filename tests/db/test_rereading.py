"""Which entries that were read announce something new."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db.entries import pending_entries, store_entries_found, store_entry_done
from db.rereading import MAX_CHANGED, changed_guids
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
    found = changed_guids(db, "one", [replace(ENTRY, **changes)], NOW + hours * HOUR)
    assert found == ({"g"} if changed else set())


def test_an_entry_that_changed_waits_as_it_is_announced_now(db, rows):
    new = replace(ENTRY, title="Another", url="https://news.example/moved", updated=NOW)
    store_entries_found(db, EntriesFound("one", (new,)), NOW)
    assert pending_entries(db, "one") == (new,)
    assert rows("select rereads, article, attempts from entries") == [(1, "id-a", 0)]
    # what waits is not changed once more
    store_entries_found(db, EntriesFound("one", (replace(new, title="Third"),)), NOW)
    assert pending_entries(db, "one") == (new,)


def test_an_entry_that_says_the_same_stays_read(db):
    store_entries_found(db, EntriesFound("one", (ENTRY,)), NOW)
    assert pending_entries(db, "one") == ()


def test_a_whole_index_that_changed_is_read_bit_by_bit(db, make_article):
    entries = [Entry(f"g{n}", f"https://news.example/{n}", "Title", "", None) for n in range(50)]
    store_entries_found(db, EntriesFound("one", tuple(entries)), NOW)
    for n in range(50):
        store_entry_done(db, EntryDone("one", f"g{n}", "stored", make_article(str(n))), None, NOW)
    changed = [replace(e, title="Other") for e in entries]
    assert len(changed_guids(db, "one", changed, NOW + 24 * HOUR)) == MAX_CHANGED
    assert changed_guids(db, "two", changed, NOW + 24 * HOUR) == set()
