"""Sources and their entries: what a poll leaves behind, and when the next one is due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db.entries import MAX_ATTEMPTS, known_guids, pending_entries, store_entries_found, store_entry_done, tell_apart
from db.sources import due_sources, source_state, store_source_done, store_sources, wait_after
from db.values import parse_time
from ingest.models import EntriesFound, Entry, EntryDone, FetchRecord, Source, SourceDone, SourceState

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
ENTRIES = tuple(Entry(f"g{n}", f"https://news.example/{n}", f"Title {n}", "", NOW if n else None) for n in range(3))


def source(key, url="https://news.example/feed"):
    return Source(key, "news", "press", "feed", url, "https://news.example", "en", "privacy")


@pytest.fixture(autouse=True)
def registry(db):
    store_sources(db, [source("one"), source("two")])


def done(outcome="polled", key="one", **changes):
    return SourceDone(key, outcome, changes.pop("state", SourceState('W/"1"', "Wed, 01 May 2024", "hash")), **changes)


def test_validators_come_back_verbatim(db):
    assert source_state(db, "one") == SourceState()
    store_source_done(db, done(), None, NOW)
    assert source_state(db, "one") == SourceState('W/"1"', "Wed, 01 May 2024", "hash", since=NOW)


def test_a_failed_poll_keeps_the_validators(db):
    store_source_done(db, done(), None, NOW)
    store_source_done(db, done("failed", state=SourceState(), error="HTTP 500"), None, NOW)
    assert source_state(db, "one").etag == 'W/"1"'


def test_a_moved_source_loses_the_validators_of_its_old_address(db):
    store_source_done(db, done(), None, NOW)
    store_sources(db, [source("one")])
    assert source_state(db, "one").etag == 'W/"1"'
    store_entries_found(db, EntriesFound("one", (), ("https://news.example/?page=2",)), NOW)
    store_sources(db, [source("one", "https://news.example/other")])
    assert source_state(db, "one") == SourceState()


def test_a_source_that_left_the_registry_stays_but_is_not_due(db, rows):
    store_sources(db, [source("two")])
    assert rows("select id, active from sources order by id") == [("one", 0), ("two", 1)]
    assert due_sources(db, NOW) == {"two"}
    store_sources(db, [source("one"), source("two")])
    assert due_sources(db, NOW) == {"one", "two"}


WAITS = [
    # one bad day is no reason to wait
    (0, timedelta(0)),
    (1, timedelta(0)),
    (2, timedelta(minutes=15)),
    (3, timedelta(minutes=30)),
    (8, timedelta(hours=16)),
    # never longer than a day, however long it has failed
    (9, timedelta(hours=24)),
    (100_000, timedelta(hours=24)),
]


@pytest.mark.parametrize(("failures", "expected"), WAITS)
def test_a_failing_source_backs_off_and_is_never_dropped(failures, expected):
    assert wait_after(failures) == expected


def test_a_source_is_due_again_after_its_rest_and_after_success_at_once(db, rows):
    for _ in range(3):
        store_source_done(db, done("failed", error="timeout"), None, NOW)
    assert rows("select failures, last_error from sources where id = 'one'") == [(3, "timeout")]
    assert due_sources(db, NOW + timedelta(minutes=29)) == {"two"}
    assert due_sources(db, NOW + timedelta(minutes=30)) == {"one", "two"}
    store_source_done(db, done("unchanged"), None, NOW)
    assert due_sources(db, NOW) == {"one", "two"}
    assert rows("select failures, last_error from sources where id = 'one'") == [(0, None)]


def test_known_guids_are_those_of_this_source(db):
    store_entries_found(db, EntriesFound("one", ENTRIES), NOW)
    assert known_guids(db, "one", [ENTRIES[0], ENTRIES[2], Entry("new", "https://n.example/", "", "", None)]) == {
        "g0",
        "g2",
    }
    assert known_guids(db, "two", ENTRIES) == set()
    many = [Entry(f"g{n}", f"https://n.example/{n}", "", "", None) for n in range(2000)]
    assert len(known_guids(db, "one", many)) == 3


def test_an_entry_under_a_new_guid_is_known_by_its_address_and_title(db):
    """Some programs make up new guids whenever they write the feed."""
    store_entries_found(db, EntriesFound("one", ENTRIES), NOW)
    same = Entry("made-up-1", ENTRIES[0].url, ENTRIES[0].title, "", None)
    # a page that is used again for other news is new
    other = Entry("made-up-2", ENTRIES[1].url, "Another title", "", None)
    assert known_guids(db, "one", [same, other]) == {"made-up-1"}


def test_entries_are_stored_once_and_wait_in_the_order_they_came(db):
    assert store_entries_found(db, EntriesFound("one", ENTRIES[:1]), NOW) == 1
    assert store_entries_found(db, EntriesFound("one", ENTRIES), NOW + timedelta(hours=1)) == 2
    assert pending_entries(db, "one", NOW) == ENTRIES


def test_pages_that_are_left_to_read_are_stored_with_the_entries(db):
    more = ("https://news.example/?page=2", "https://news.example/?page=3")
    store_entries_found(db, EntriesFound("one", ENTRIES, more), NOW)
    assert source_state(db, "one").more == more
    # the end of the poll is another transaction and leaves them alone
    store_source_done(db, done(), None, NOW)
    assert source_state(db, "one").more == more
    store_entries_found(db, EntriesFound("one", ()), NOW)
    assert source_state(db, "one").more == ()


def test_an_index_that_was_not_wholly_seen_was_never_read(db):
    store_source_done(db, done(state=SourceState()), None, NOW)
    assert source_state(db, "one").since is None


def test_an_entry_that_is_read_waits_no_more(db, make_article, rows):
    store_entries_found(db, EntriesFound("one", ENTRIES), NOW)
    log = FetchRecord("https://news.example/0", "page", "new", NOW, 200, 1234, 56, received=456)
    article = make_article("a", source="one")
    assert store_entry_done(db, EntryDone("one", "g0", "stored", article, (log,)), None, NOW) == "new"
    assert [e.guid for e in pending_entries(db, "one", NOW)] == ["g1", "g2"]
    assert rows("select state, article from entries where guid = 'g0'") == [("stored", "id-a")]
    assert rows("select source, url, status, bytes, milliseconds, error, received from fetches") == [
        ("one", "https://news.example/0", 200, 1234, 56, None, 456)
    ]
    assert rows("select last_new from sources where id = 'one'") == [("2024-05-01T12:00:00Z",)]


def test_what_another_entry_brought_before_is_a_duplicate(db, make_article):
    for key in ("one", "two"):
        store_entries_found(db, EntriesFound(key, ENTRIES), NOW)
    article = make_article("a", source="one")

    def store(key, guid, read=article):
        return store_entry_done(db, EntryDone(key, guid, "stored", read), None, NOW)

    assert [store("one", "g0"), store("one", "g1"), store("two", "g0")] == ["new", "duplicate", "duplicate"]
    # read again, and it says the same
    assert store("one", "g0") == "unchanged"
    changed = make_article("a", source="two", text="Other words.", content_hash="other")
    assert store("two", "g1", changed) == "updated"


@pytest.mark.parametrize("outcome", ["irrelevant", "gone"])
def test_final_outcomes_are_not_asked_for_again(db, outcome):
    store_entries_found(db, EntriesFound("one", ENTRIES[:1]), NOW)
    assert store_entry_done(db, EntryDone("one", "g0", outcome, error="why"), None, NOW) == outcome
    assert pending_entries(db, "one", NOW) == ()


def test_a_page_that_keeps_failing_is_asked_for_ever_less_and_given_up_after_two_weeks(db, rows):
    store_entries_found(db, EntriesFound("one", ENTRIES[:1]), NOW)
    at, waits = NOW, []
    while rows("select state from entries") == [("pending",)]:
        assert store_entry_done(db, EntryDone("one", "g0", "failed", error="HTTP 503"), None, at) == "failed"
        ((due,),) = rows("select next_due from entries")
        assert pending_entries(db, "one", parse_time(due) - timedelta(seconds=1)) == ()
        waits.append(parse_time(due) - at)
        at = parse_time(due)
    assert waits[:4] == [timedelta(minutes=15 * n) for n in (0, 1, 2, 4)]
    assert max(waits) == timedelta(days=1)
    assert 13 <= (at - NOW).days <= 15
    assert rows("select state, attempts, last_error from entries") == [("failed", MAX_ATTEMPTS, "HTTP 503")]


@pytest.mark.parametrize(
    ("status", "hours", "became", "state"),
    [
        # announced before it is there
        (404, 1, "failed", "pending"),
        (404, 24, "gone", "gone"),
        # taken away on purpose, or a scan that nobody can read
        (410, 1, "gone", "gone"),
        (200, 1, "gone", "gone"),
    ],
)
def test_a_new_page_that_is_not_there_may_still_come(db, rows, status, hours, became, state):
    store_entries_found(db, EntriesFound("one", ENTRIES[:1]), NOW)
    at = NOW + timedelta(hours=hours)
    log = FetchRecord(ENTRIES[0].url, "page", "failed", at, status)
    assert store_entry_done(db, EntryDone("one", "g0", "gone", None, (log,), "why"), None, at) == became
    assert rows("select state, last_error from entries") == [(state, "why")]


@pytest.mark.parametrize(
    ("link", "title", "guid"),
    [
        ("https://news.example/new", "Other news", "https://news.example/new"),
        # a page that moved, and a headline that was edited
        ("https://news.example/new", None, "g0"),
        (None, "Other news", "g0"),
    ],
)
def test_a_guid_that_is_used_again_names_nothing(db, link, title, guid):
    store_entries_found(db, EntriesFound("one", ENTRIES), NOW)
    again = replace(ENTRIES[0], url=link or ENTRIES[0].url, title=title or ENTRIES[0].title)
    assert tell_apart(db, "one", [again]) == (replace(again, guid=guid),)
    assert tell_apart(db, "two", [again]) == (again,)


def test_warnings_are_kept_until_the_next_good_poll(db, rows):
    store_source_done(db, done(warnings=("not well-formed", "no dates")), None, NOW)
    assert rows("select last_warning from sources where id = 'one'") == [("not well-formed; no dates",)]
    store_source_done(db, done(), None, NOW)
    assert rows("select last_warning from sources where id = 'one'") == [(None,)]


def test_the_first_success_is_kept(db, rows):
    ask = "select first_success, last_success from sources where id = 'one'"
    store_source_done(db, done("failed", error="HTTP 404"), None, NOW)
    assert rows(ask) == [(None, None)]
    for hours in (1, 2):
        store_source_done(db, done("polled"), None, NOW + timedelta(hours=hours))
    assert rows(ask) == [("2024-05-01T13:00:00Z", "2024-05-01T14:00:00Z")]
    store_sources(db, [source("one", "https://news.example/other")])
    assert rows(ask)[0][0] == "2024-05-01T13:00:00Z"


def test_the_row_says_what_the_registry_states(db, rows):
    listing = Source("one", "news", "press", "listing", "https://n.example/", "https://n.example", "fr", "general",
                     country="BE", languages=("fr", "nl"), reuse="open", verified=False, on_request=True,
                     items_per_month=(4, 40))  # fmt: skip
    store_sources(db, [listing])
    ask = "select format, country, reuse, verified, on_request, lacks, expected_least, expected_most from sources where id = 'one'"
    assert rows(ask) == [("listing", "BE", "open", 0, 1, "selectors", 4, 40)]
    store_sources(db, [source("one")])
    assert rows(ask) == [("feed", None, "excerpt", 1, 0, None, None, None)]
