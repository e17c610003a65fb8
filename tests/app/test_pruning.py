"""What is old goes by the rules of docs/settings.md, nothing else does, and no article names a file that is not there."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from db.runs import finish_run, start_run
from db.schema import open_database
from db.values import iso_time
from dpawatch.progress import Silent
from dpawatch.pruning import prune
from dpawatch.run import recorded_run
from dpawatch.settings import Settings

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
_ARTICLE = """insert into articles (id, url, title, fetched, lang, publisher, text, content_hash, raw_file, raw_offset)
    values (?, ?, 't', '2026-01-01T00:00:00Z', 'en', 'p', 'x', 'h', ?, 0)"""
_FETCH = "insert into fetches (run, url, kind, outcome, started, bytes, milliseconds) values (?, 'u', 'page', 'new', ?, 1, 1)"


def name_file(days):
    return f"{NOW - days * DAY:%Y-%m-%d}.warc.gz"


@pytest.fixture
def aged(db_path):
    """Return a database with a run, its requests, an archive's file and its article of each of so many days ago."""
    db = open_database(db_path)
    folder = db_path.with_name("test.db-archive")
    folder.mkdir()
    for days in (400, 366, 300, 91, 89, 1):
        at = NOW - days * DAY
        run = start_run(db, "run", at)
        finish_run(db, run, "done", {}, at)
        db.execute(_FETCH, [run, iso_time(at)])
        (folder / name_file(days)).write_bytes(b"raw")
        db.execute(_ARTICLE, [f"a{days}", f"https://a.example/{days}", name_file(days)])
    db.execute("insert into revisions (article, title, text, lang, content_hash, fetched, replaced, raw_file, raw_offset) "
               "values ('a1', 't', 'x', 'en', 'h', '2026-01-01', '2026-01-02', ?, 0)", [name_file(300)])  # fmt: skip
    (folder / "notes.txt").write_text("somebody's own")
    db.conn.commit()
    yield db
    db.close()


def run_prune(db, path, now=NOW, **days):
    with recorded_run(db, "run", Silent(), lambda: now) as run:
        prune(run, Settings(path, **days))
    return {key: run.counts[key] for key in ("old_archives", "old_fetches", "old_runs") if run.counts[key]}


def ages(db, table):
    rows = db.execute(f"select started from {table} where started < ?", [iso_time(NOW)])
    return sorted((NOW - datetime.fromisoformat(started)).days for (started,) in rows)


def test_what_is_older_than_the_settings_say_goes(aged, db_path):
    assert run_prune(aged, db_path) == {"old_archives": 4, "old_fetches": 4, "old_runs": 2}
    files = sorted(file.name for file in db_path.with_name("test.db-archive").iterdir())
    assert files == [name_file(89), name_file(1), "notes.txt"]
    assert aged.execute("select id, raw_offset from articles where raw_file is not null order by id").fetchall() == [
        ("a1", 0),
        ("a89", 0),
    ]
    assert aged.execute("select raw_file, raw_offset, text from revisions").fetchall() == [(None, None, "x")]
    assert aged.execute("select count(*) from articles").fetchone() == (6,), "no article goes"
    assert ages(aged, "fetches") == [1, 89]
    assert ages(aged, "runs") == [1, 89, 91, 300]
    assert run_prune(aged, db_path) == {}


def test_nought_keeps_for_ever_and_a_run_stays_as_long_as_its_requests(aged, db_path):
    assert run_prune(aged, db_path, archive_days=0, fetch_days=0, run_days=0) == {}
    assert run_prune(aged, db_path, archive_days=0, fetch_days=0, run_days=30) == {}
    assert ages(aged, "fetches") == ages(aged, "runs") == [1, 89, 91, 300, 366, 400]
    assert run_prune(aged, db_path, archive_days=365, fetch_days=380) == {
        "old_archives": 2,
        "old_fetches": 1,
        "old_runs": 1,
    }


def test_many_rows_go_in_short_transactions(aged, db_path, monkeypatch):
    monkeypatch.setattr("db.pruning.BATCH", 2)
    begun = []
    aged.conn.set_trace_callback(lambda sql: begun.append(sql) if sql == "begin immediate" else None)
    assert run_prune(aged, db_path) == {"old_archives": 4, "old_fetches": 4, "old_runs": 2}
    assert len(begun) >= 8


@pytest.mark.parametrize("jump", [timedelta(days=31), timedelta(days=3650)])
def test_after_a_pause_or_with_a_clock_that_is_ahead_nothing_goes(aged, db_path, jump):
    assert run_prune(aged, db_path, NOW + jump) == {}
    assert ages(aged, "fetches") == [1, 89, 91, 300, 366, 400]


def test_what_was_killed_half_way_is_finished(aged, db_path, monkeypatch):
    def stop(*_):
        raise OSError(30, "Read-only file system", "the archive")

    with monkeypatch.context() as patch:
        patch.setattr("ingest.archive.Archive.remove_day", stop)
        with pytest.raises(OSError, match="Read-only"):
            run_prune(aged, db_path)
    # the file is there still, and no article says so: better than the other way round
    assert aged.execute("select count(*) from articles where raw_file = ?", [name_file(400)]).fetchone() == (0,)
    assert run_prune(aged, db_path)["old_archives"] == 4


def test_a_run_that_stopped_removes_nothing(aged, db_path):
    with recorded_run(aged, "run", Silent(), lambda: NOW) as run:
        run.deadline = NOW
        prune(run, Settings(db_path))
    assert not run.counts
    assert ages(aged, "runs")[-1] == 400


def test_the_command_does_it_and_says_so(aged, poll, db_path):
    now = datetime.now(UTC)
    old = iso_time(now - 91 * DAY)
    aged.execute("delete from runs")
    run = start_run(aged, "run", now - DAY)
    aged.execute(_FETCH, [run, old])
    aged.conn.commit()
    result = poll("run", "--archive-days", "0")
    assert result.stdout.endswith("removed for its age: 1 request\n")
    with closing(sqlite3.connect(db_path)) as con:
        assert con.execute("select count(*) from fetches where started <= ?", [old]).fetchone() == (0,)
    assert len(list(db_path.with_name("test.db-archive").glob("*.warc.gz"))) == 6
