"""A clock that jumped, a machine that slept: the next run repairs what it can, and asks nobody more often than usual."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.schema import open_database
from db.values import iso_time
from dpawatch.progress import Silent
from dpawatch.run import ingest_sources, load_registry, recorded_run
from dpawatch.settings import Settings
from dpawatch.status import read_status

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
YEARS = timedelta(days=3650)


@pytest.fixture
def poll_at(registry, db_path, site):
    """Return a function that polls what is due at a time by the clock, and returns the run."""
    db = open_database(db_path)
    settings = Settings(db_path, sources=Path(registry("/feed")), allow_private_hosts=True, delay=0.0, archive=False)
    sources = load_registry(settings)

    def poll(now):
        site.asked.clear()
        with recorded_run(db, "run", Silent(), lambda: now) as run:
            ingest_sources(run, settings, sources)
        return run

    yield poll
    db.close()


def read(run, column):
    return run.db.execute(f"select {column} from sources").fetchone()[0]


@pytest.mark.parametrize("ahead", [timedelta(days=2), timedelta(days=10), YEARS])
def test_a_clock_that_was_ahead_puts_nobody_off(poll_at, site, ahead):
    poll_at(NOW + ahead)
    run = poll_at(NOW)
    assert run.counts["sources"] == 1
    assert "/feed" in site.asked
    assert NOW < datetime.fromisoformat(read(run, "next_due")) <= NOW + timedelta(hours=25)
    assert read(run, "last_polled") == iso_time(NOW)
    # and it is left alone until then
    assert poll_at(NOW + timedelta(minutes=5)).counts["sources"] == 0
    assert read_status(run.db, NOW + timedelta(minutes=5)).needs == []


def test_pages_and_hosts_that_were_put_off_are_asked_for(poll_at, site):
    site.broken = {"/google"}
    for times in range(3):
        poll_at(NOW + YEARS + times * timedelta(days=1))
    site.broken = set()
    run = poll_at(NOW)
    assert "/google" in site.asked
    assert run.db.execute("select count(*) from articles").fetchone() == (3,)
    run.db.execute(
        "insert into hosts (host, rests_until, reason) values ('127.0.0.1', ?, 'x')", [iso_time(NOW + YEARS)]
    )
    run.db.conn.commit()
    assert poll_at(NOW + timedelta(days=2)).counts["sources"] == 1


def test_a_clock_that_was_behind_asks_too_soon_and_then_as_usual(poll_at):
    poll_at(NOW)
    back = poll_at(datetime(1970, 1, 1, tzinfo=UTC))
    assert back.counts["sources"] == 1
    assert poll_at(datetime(1970, 1, 1, 0, 5, tzinfo=UTC)).counts["sources"] == 0
    assert poll_at(NOW + timedelta(minutes=30)).counts["sources"] == 1
    assert poll_at(NOW + timedelta(minutes=35)).counts["sources"] == 0


def test_waits_that_are_usual_are_kept(poll_at):
    run = poll_at(NOW)
    due = read(run, "next_due")
    run.db.execute("update sources set next_due = ?, skip_days = '0 1 2 3 4 5'", [iso_time(NOW + timedelta(days=7))])
    run.db.conn.commit()
    assert poll_at(NOW + timedelta(minutes=1)).counts["sources"] == 0
    run.db.execute("update sources set next_due = ?, skip_days = null", [due])
    run.db.conn.commit()
    assert poll_at(NOW + timedelta(minutes=1)).counts["sources"] == 0
    assert read(run, "next_due") == due


def test_after_a_sleep_each_source_is_polled_once(poll_at, site):
    poll_at(NOW)
    assert poll_at(NOW + timedelta(days=3)).counts["sources"] == 1
    assert site.asked.count("/feed") == 1
    assert poll_at(NOW + timedelta(days=3, minutes=5)).counts["sources"] == 0


def test_a_move_that_was_seen_by_a_wrong_clock_is_seen_anew(poll_at, site):
    site.moves["/feed"] = (301, "/feed2")
    poll_at(NOW + YEARS)
    run = poll_at(NOW)
    assert (read(run, "moved_since"), read(run, "moved_times")) == (iso_time(NOW), 1)


def test_what_is_fetched_is_dated_by_the_clock_of_the_run(poll_at, site):
    site.statuses, site.headers["/phones"] = {"/phones": 429}, {"Retry-After": "7200"}
    run = poll_at(NOW - YEARS)
    assert run.db.execute("select distinct fetched from articles").fetchall() == [(iso_time(NOW - YEARS),)]
    assert run.db.execute("select distinct started from fetches").fetchall() == [(iso_time(NOW - YEARS),)]
    rests_until = iso_time(NOW - YEARS + timedelta(hours=2))
    assert run.db.execute("select rests_until from hosts").fetchall() == [(rests_until,)]
