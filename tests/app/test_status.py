"""`status`: what it counts, and for what it calls a person."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.articles import store_article
from db.entries import store_entries_found, store_entry_done
from db.rhythm import Schedule
from db.runs import finish_run, start_run
from db.schema import open_database
from db.sources import store_source_done, store_sources
from dpawatch.status import read_status
from dpawatch.status_text import format_age, format_status
from ingest.models import Article, EntriesFound, Entry, EntryDone, Source, SourceDone, SourceState

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def db():
    database = open_database(":memory:")
    yield database
    database.close()


@pytest.fixture
def healthy(db):
    home = "https://a.example"
    store_sources(db, [Source("one", "pub", "press", "feed", home, home, "en", "privacy")])
    finish_run(db, start_run(db, "run", NOW), "done", {"sources": 1}, NOW)
    store_source_done(db, SourceDone("one", "polled", SourceState()), None, NOW)
    return db


def fail(db, times):
    for _ in range(times):
        store_source_done(db, SourceDone("one", "failed", SourceState(), error="HTTP 500"), None, NOW)


def wait(db, since):
    store_article(db, Article("a", "https://a.example/a", "T", "text", "en", since, content_hash="h"))


def crash(db):
    finish_run(db, start_run(db, "run", NOW), "failed", {}, NOW, error="OSError: disk full")


NEEDS = [
    ("all is well", lambda db: None, NOW, None),
    ("one bad poll is nothing", lambda db: fail(db, 2), NOW, None),
    (
        "a source that keeps failing",
        lambda db: fail(db, 3),
        NOW,
        "source one stopped working: failed 3 times in a row: HTTP 500",
    ),
    ("an article that has just come", lambda db: wait(db, NOW - timedelta(hours=1)), NOW, None),
    ("an article nobody reads", lambda db: wait(db, NOW - timedelta(hours=30)), NOW, "1 articles wait to be read"),
    ("cron has stopped", lambda db: None, NOW + timedelta(days=2), "no source has been polled since"),
    ("the last run failed", crash, NOW, "the last run failed: OSError: disk full"),
]


@pytest.mark.parametrize(("phenomenon", "happen", "now", "says"), NEEDS, ids=[row[0] for row in NEEDS])
def test_what_a_person_is_needed_for(healthy, phenomenon, happen, now, says):
    happen(healthy)
    needs = read_status(healthy, now).needs
    assert len(needs) == (says is not None)
    assert says is None or says in needs[0]
    assert (says or "Nothing needs a person.") in format_status(read_status(healthy, now))


def source(key, **stated):
    home = "https://a.example"
    return Source(key, "pub", "press", "feed", f"{home}/{key}", home, "en", "privacy", **stated)


def test_what_never_worked_is_told_from_what_stopped(db):
    """Nobody saw an unverified address work, so that it never does is no news; a verified one should have."""
    listing = Source("list", "pub", "press", "listing", "https://a.example/l", "https://a.example", "en", "privacy")
    keys = ("stops", "never", "guess", "new", "limps", "gone")
    store_sources(db, [*(source(k, verified=k != "guess") for k in keys), source("ask", on_request=True), listing])
    finish_run(db, start_run(db, "run", NOW), "done", {}, NOW)
    for key in ("stops", "limps"):
        store_source_done(db, SourceDone(key, "polled", SourceState()), None, NOW)
    for key, times in {"stops": 3, "never": 3, "guess": 3, "limps": 1}.items():
        for _ in range(times):
            store_source_done(db, SourceDone(key, "failed", SourceState(), error="HTTP 404"), None, NOW)
    store_source_done(db, SourceDone("gone", "gone", SourceState(), error="answered 410"), None, NOW)
    status = read_status(db, NOW)
    assert {s["id"]: s["state"] for s in status.sources} == {
        "gone": "gone",
        "stops": "stopped working",
        "guess": "never worked",
        "never": "never worked",
        "limps": "failing",
        "ask": "on request",
        "list": "needs selectors",
        "new": "not polled yet",
    }
    assert [s["id"] for s in status.sources] == ["never", "guess", "stops", "gone", "limps", "new", "ask", "list"], (
        "worst first"
    )
    assert status.needs == [
        "source gone was taken away (answered 410) and is not polled any more: correct its address or remove it",
        "source never never worked: failed 3 times in a row: HTTP 404",
        "source stops stopped working: failed 3 times in a row: HTTP 404",
    ]
    assert status.to_json()["states"] == {
        "never worked": 2, "stopped working": 1, "gone": 1, "failing": 1,
        "not polled yet": 1, "on request": 1, "needs selectors": 1,
    }  # fmt: skip


def succeed(db, key, at, entries=1, due=None):
    found = [Entry(f"{at:%j}-{n}", f"https://a.example/{key}/{n}", "T", "", None) for n in range(entries)]
    store_entries_found(db, EntriesFound(key, tuple(found)), at)
    store_source_done(db, SourceDone(key, "polled", SourceState()), None, at, Schedule(due or at, 900))


STATES = [
    # due since yesterday noon, and a minute
    ("overdue", NOW - timedelta(days=3), NOW - timedelta(hours=24, minutes=1), 1, "overdue", "was due 1 day ago"),
    ("late", NOW - timedelta(days=3), NOW - timedelta(hours=24), 1, "works", ""),
    ("empty", NOW, NOW, 0, "empty", "answers, and has never had an entry"),
    ("fine", NOW, NOW, 1, "works", ""),
]


@pytest.mark.parametrize(("phenomenon", "at", "due", "entries", "state", "why"), STATES, ids=[row[0] for row in STATES])
def test_what_answers_and_yet_is_not_well(db, phenomenon, at, due, entries, state, why):
    store_sources(db, [source("one")])
    succeed(db, "one", at, entries, due)
    status = read_status(db, NOW)
    assert status.sources[0]["state"] == state
    assert why in format_status(status)
    assert ("\none " in format_status(status)) == (state != "works")
    assert "\none " in format_status(status, every=True)


def build_registry(db):
    """Store 454 sources of the longest ids that there are, in all states."""
    keys = [f"{kind}-{'x' * (25 - len(kind))}-{n:03}" for n in range(454) for kind in [("press", "ngo")[n % 2]]]
    store_sources(db, [replace(source(key), kind=key.partition("-")[0]) for key in keys])
    for n, key in enumerate(keys):
        if n % 3:
            succeed(db, key, NOW - timedelta(days=2), n % 7, NOW + timedelta(hours=1))
        for _ in range((0, 4, 1, 0)[n % 4] if n % 3 else n % 5):
            url = f"https://a.example/{key}"
            reason = f"{url} answered 404: it is not there" if n % 2 else "a reason without end " * 20
            store_source_done(db, SourceDone(key, "failed", SourceState(), error=reason), None, NOW)
    run = start_run(db, "run", NOW - timedelta(hours=3))
    counts = {
        "sources": 454,
        "failed_sources": 140,
        "new_articles": 12_900,
        "updated_articles": 77,
        "bytes": 123_456_789,
    }
    finish_run(db, run, "interrupted", counts, NOW, seconds=1234.5)


def test_many_sources_fit_a_terminal(db):
    build_registry(db)
    status = read_status(db, NOW)
    shown = format_status(status)
    lines = shown.splitlines()
    assert max(map(len, lines)) <= 100
    assert len(lines) < 120
    # the sums of the table at the top
    assert lines[0].split() == ["454", "sources", "all", "ngo", "press"]
    counted = {line[:15].strip(): [int(word) for word in line[15:].split()] for line in lines[2:8]}
    assert {state: numbers[0] for state, numbers in counted.items()} == status.to_json()["states"]
    assert sum(numbers[0] for numbers in counted.values()) == 454
    assert all(numbers[0] == sum(numbers[1:]) for numbers in counted.values())
    heads = [line.partition(":")[0] for line in lines if line.partition(": ")[2].isdigit()]
    assert heads == ["Never worked", "Stopped working", "Failing", "Empty"]
    assert f"and {counted['never worked'][0] - 10} more: `dpawatch status --all`" in shown
    assert "answered 404: it is not there" in shown, "its own address is not repeated"
    assert " 2 days ago " in shown
    assert "3 hours ago  1,234 s  interrupted  454" in shown
    assert "123.5 MB" in shown
    assert sum(line.startswith("needs a person: ") for line in lines) == 11


def test_every_source_and_need_is_shown_on_request(db):
    build_registry(db)
    status = read_status(db, NOW)
    shown = format_status(status, every=True)
    assert [line.split()[0] for line in shown.splitlines() if line.startswith(("press-", "ngo-"))] == [
        s["id"] for s in status.sources
    ]
    assert shown.count("needs a person: ") == len(status.needs) > 20
    assert max(map(len, format_status(status, width=140).splitlines())) > 100


def test_a_server_says_nothing_to_the_terminal(db):
    store_sources(db, [source("one")])
    for _ in range(3):
        store_source_done(db, SourceDone("one", "failed", SourceState(), error="\x1b]0;owned\x07 \r\x9b2J"), None, NOW)
    assert not set(format_status(read_status(db, NOW))) & set("\x1b\x07\r\x9b")


AGES = [
    (None, "never"),
    ("2024-05-01T11:59:30Z", "now"),
    ("2024-05-01T11:58:00Z", "2 minutes ago"),
    ("2024-05-01T11:00:00Z", "1 hour ago"),
    ("2024-04-28T12:00:00Z", "3 days ago"),
    ("2024-02-20T12:00:00Z", "2 months ago"),
    ("2021-05-01T12:00:00Z", "3 years ago"),
    # a clock that was set back
    ("2024-05-01T14:00:00Z", "in 2 hours"),
]


@pytest.mark.parametrize(("time", "expected"), AGES)
def test_ages(time, expected):
    assert format_age(time, NOW) == expected


def test_an_archive_without_room_needs_a_person(healthy):
    finish_run(healthy, start_run(healthy, "run", NOW), "done", {"unarchived_articles": 3}, NOW)
    assert read_status(healthy, NOW).needs == [
        "the last run kept no raw form of 3 articles: is there room for the archive?"
    ]


# days since the first success, items that came in the last of them, and what is said
@pytest.mark.parametrize(
    ("days", "items", "says"),
    [
        # as expected
        (40, 4, None),
        # the site was rebuilt, and the selectors find nothing
        (40, 0, "source one works but gave 0 items in 30 days, where 4 are expected"),
        (40, 3, "source one works but gave 3 items"),
        # too new to tell
        (20, 0, None),
    ],
)
def test_a_source_that_gives_less_than_expected(db, days, items, says):
    store_sources(db, [source("one", items_per_month=(4, 40))])
    for ago in (days, 0):
        store_source_done(db, SourceDone("one", "polled", SourceState()), None, NOW - timedelta(days=ago))
    finish_run(db, start_run(db, "run", NOW), "done", {}, NOW)
    for n, seen in enumerate([NOW - timedelta(days=35), *[NOW - timedelta(days=1)] * items]):
        entry = Entry(f"g{n}", f"https://a.example/{n}", "T", "", None)
        store_entries_found(db, EntriesFound("one", (entry,)), seen)
    needs = read_status(db, NOW).needs
    assert len(needs) == (says is not None)
    assert says is None or needs[0].startswith(says)


def test_pages_that_were_no_whole_article_are_counted_until_they_are_read(healthy):
    assert "no whole article" not in format_status(read_status(healthy, NOW))
    entries = tuple(Entry(f"g{n}", f"https://a.example/{n}", "T", "", None) for n in range(3))
    store_entries_found(healthy, EntriesFound("one", entries), NOW)
    for entry, defect in zip(entries, ("login", "error", "error"), strict=True):
        store_entry_done(healthy, EntryDone("one", entry.guid, "failed", error="no", defect=defect), None, NOW)
    begun = Article("a", "https://a.example/a", "T", "text", "en", NOW, content_hash="h", defect="paywall")
    store_article(healthy, begun)
    found = read_status(healthy, NOW)
    assert found.to_json()["defects"] == {"error": 2, "login": 1, "paywall": 1}
    assert "Pages that were no whole article: 2 error, 1 login, 1 paywall" in format_status(found)
    store_entry_done(
        healthy,
        EntryDone("one", "g0", "stored", replace(begun, id="b", url="https://a.example/0", defect=None)),
        None,
        NOW,
    )
    assert read_status(healthy, NOW).to_json()["defects"] == {"error": 2, "paywall": 1}


def test_an_outage_of_pages_calls_a_person_until_one_can_be_read(healthy):
    entries = tuple(Entry(f"g{n}", f"https://a.example/{n}", "T", "", None) for n in range(4))
    store_entries_found(healthy, EntriesFound("one", entries), NOW)
    healthy.execute("update entries set state = 'failed' where guid = 'g3'")
    for _ in range(3):
        assert read_status(healthy, NOW).needs == []
        for entry in entries[:3]:
            store_entry_done(healthy, EntryDone("one", entry.guid, "failed", error="answered 500"), None, NOW)
    found = read_status(healthy, NOW)
    assert "Pages that could not be read: 3 asked for again and 1 given up" in format_status(found)
    assert (found.to_json()["retried"], found.to_json()["given_up"]) == (3, 1)
    (need,) = found.needs
    assert need.startswith("source one answers, but not its pages: 3 were asked for in vain 3 times or more")
    assert need.endswith("1 were given up")
    article = Article("a", "https://a.example/0", "T", "text", "en", NOW, content_hash="h")
    store_entry_done(healthy, EntryDone("one", "g0", "stored", article), None, NOW)
    assert read_status(healthy, NOW).needs == []


def test_nothing_has_run_yet(db):
    assert read_status(db, NOW).needs == ["nothing has run yet: start `dpawatch run`"]


def test_sources_that_left_the_registry_call_nobody(healthy):
    fail(healthy, 5)
    store_sources(healthy, [])
    found = read_status(healthy, NOW)
    assert (found.sources, found.needs) == ([], [])


def test_a_missing_database_needs_its_first_run_and_is_not_made(dpawatch, db_path):
    result = dpawatch("status", "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"], found["articles"]) == (1, False, 0)
    assert "dpawatch run" in found["needs"][0]
    assert not db_path.exists()


def test_json_tells_what_the_table_tells(poll, dpawatch):
    poll("run")
    result = dpawatch("status", "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"], found["needs"]) == (0, True, [])
    assert (found["articles"], found["waiting"], found["cases"]) == (3, 0, 2)
    (source,) = found["sources"]
    assert (source["id"], source["articles"], source["pending"], source["failures"]) == ("test-0", 3, 0, 0)
    assert found["runs"][0]["counts"]["new_articles"] == 3
    assert (found["states"], found["entries"], source["state"]) == ({"works": 1}, {"stored": 3}, "works")
    assert (found["runs"][0]["new"], found["runs"][0]["failed"]) == (3, 0)
    table = dpawatch("status")
    assert (table.exit_code, "test-0" in table.stdout, "Nothing needs a person." in table.stdout) == (0, False, True)
    assert "Entries: 3 stored" in table.stdout
    assert "test-0" in dpawatch("status", "--all").stdout


def test_sources_list_is_the_registry_with_what_each_gave(poll, dpawatch, registry):
    poll("run")
    listed = json.loads(dpawatch("sources", "list", "--json", "--sources", registry("/feed", "/other")).stdout)
    assert [(s["id"], s["articles"], s["state"]) for s in listed] == [
        ("test-0", 3, "works"),
        ("test-1", None, "not polled yet"),
    ]


def test_the_built_in_registry_is_listed_without_a_database(dpawatch, db_path):
    table = dpawatch("sources", "list").stdout
    assert "fr-cnil" in table
    assert len(table.splitlines()) > 40
    assert not db_path.exists()


def test_sources_beside_the_database_join_the_registry(dpawatch, registry, db_path):
    folder = db_path.with_name("test.db-sources")
    folder.mkdir()
    Path(registry("/feed")).rename(folder / "mine.toml")
    listed = {s["id"]: s for s in json.loads(dpawatch("sources", "list", "--json").stdout)}
    assert (listed["test-0"]["state"], listed["fr-cnil-news-fr"]["country"]) == ("not polled yet", "FR")
    assert listed["fr-cnil-sanctions"]["state"] == "needs selectors"
    assert listed["press-googlenews-gdpr-fine"]["state"] == "on request"
    only = json.loads(dpawatch("sources", "list", "--json", "--sources", registry("/other")).stdout)
    assert [s["url"].rpartition("/")[2] for s in only] == ["other"]
