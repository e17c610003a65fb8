"""What a rhythm is planned from, and what databases from before there were rhythms come to."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlite_utils import Database

from db.entries import store_entries_found, store_entry_done
from db.migrations import migrations
from db.rhythm import find_host, find_owed, item_times, resting_hosts, source_address, source_trust
from db.sources import due_sources, source_state, store_fetches, store_source_done, store_sources
from ingest.models import EntriesFound, Entry, EntryDone, FetchRecord, Source, SourceDone, SourceState

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOME = "https://news.example"


def source(key="one", url=f"{HOME}/feed"):
    return Source(key, "news", "press", "feed", url, HOME, "en", "privacy")


def entry(n, published=None):
    return Entry(f"g{n}", f"{HOME}/{n}", f"Title {n}", "", published)


def rested(url, until, final_url=None):
    return FetchRecord(url, "page", "failed", NOW, 429, final_url=final_url, rests_until=until)


def test_sources_from_before_are_due_and_believed():
    db = Database(memory=True)
    migrations.apply(db, stop_before="m004_source_rhythm")
    db.execute(
        "insert into sources (id, publisher, format, url, etag, last_success, active) values (?, 'p', 'feed', ?, ?, ?, 1)",
        ["one", HOME, '"1"', "2024-04-01T12:00:00Z"],
    )
    migrations.apply(db)
    assert due_sources(db, NOW) == {"one"}
    assert source_state(db, "one").etag == '"1"'
    assert (source_address(db, "one").adopted, source_trust(db, "one").false_304s) == (None, 0)
    db.close()


def test_times_of_items_are_what_the_source_says_or_else_when_they_were_seen(db):
    store_sources(db, [source()])
    assert item_times(db, "one") == ()
    store_source_done(db, SourceDone("one", "polled", SourceState()), None, NOW - 9 * HOUR)
    # nothing came yet: since when it works
    assert item_times(db, "one") == (NOW - 9 * HOUR,)
    store_entries_found(db, EntriesFound("one", (entry(1, NOW - 5 * HOUR), entry(2))), NOW)
    store_entries_found(db, EntriesFound("one", (entry(3), entry(4, NOW - 5 * HOUR))), NOW - HOUR)
    assert item_times(db, "one") == (NOW, NOW - HOUR, NOW - 5 * HOUR)


def test_what_is_owed_first_is_the_page_that_waits_least(db):
    store_sources(db, [source()])
    assert find_owed(db, "one", NOW) is None
    store_entries_found(db, EntriesFound("one", (entry(1), entry(2))), NOW - HOUR)
    assert find_owed(db, "one", NOW) == NOW - HOUR
    for n, failures in ((1, 3), (2, 2)):
        for _ in range(failures):
            store_entry_done(db, EntryDone("one", f"g{n}", "failed", error="HTTP 500"), None, NOW)
    assert find_owed(db, "one", NOW) == NOW + HOUR / 4
    store_entry_done(db, EntryDone("one", "g2", "gone", error="HTTP 410"), None, NOW)
    assert find_owed(db, "one", NOW) == NOW + HOUR / 2
    store_entries_found(db, EntriesFound("one", (), (f"{HOME}/?page=2",)), NOW)
    assert find_owed(db, "one", NOW) == NOW


def test_a_host_rests_for_all_its_sources_and_the_longer_rest_counts(db):
    store_sources(db, [source(), source("two", "http://NEWS.example:8080/x"), source("three", "https://b.example/")])
    store_fetches(db, "one", None, [rested(f"{HOME}/1", NOW + 2 * HOUR)])
    store_fetches(db, "one", None, [rested(f"{HOME}/2", NOW + HOUR)])
    assert resting_hosts(db, NOW) == {"news.example": 7200.0}
    assert due_sources(db, NOW) == {"three"}
    assert resting_hosts(db, NOW + 2 * HOUR) == {}
    assert due_sources(db, NOW + 2 * HOUR) == {"one", "two", "three"}


def test_the_host_at_the_end_of_redirects_is_the_one_that_asked(db):
    store_sources(db, [source()])
    store_fetches(db, "one", None, [rested(f"{HOME}/1", NOW + HOUR, "https://cdn.example/1")])
    assert set(resting_hosts(db, NOW)) == {"cdn.example"}


def test_a_source_whose_address_is_corrected_starts_anew(db):
    store_sources(db, [source()])
    store_source_done(db, SourceDone("one", "gone", SourceState(), error="answered 410"), None, NOW)
    assert due_sources(db, NOW + 99 * HOUR) == set()
    store_sources(db, [source()])
    assert due_sources(db, NOW + 99 * HOUR) == set()
    store_sources(db, [source(url=f"{HOME}/other")])
    assert due_sources(db, NOW) == {"one"}


HOSTS = [
    ("https://News.Example:8080/x", "news.example"),
    ("http://bücher.example/", "xn--bcher-kva.example"),
    ("http://[::1]:80/", "::1"),
    ("", ""),
    (None, ""),
]


@pytest.mark.parametrize(("url", "host"), HOSTS)
def test_hosts_have_one_name(url, host):
    assert find_host(url) == host
