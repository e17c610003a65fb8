"""A run with a time budget stops where it is, says so, and the next run ends where one without a budget would have."""

import itertools
import json
import socket
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.schema import open_database
from dpawatch.progress import Silent
from dpawatch.run import group_cases, recorded_run, tag_articles

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def rows(db_path):
    def ask(sql):
        with closing(sqlite3.connect(db_path)) as con:
            return con.execute(sql).fetchall()

    return ask


@pytest.fixture
def with_a_silent_server(registry, site, tmp_path):
    """Return the path of a registry of a feed, and of one whose server takes connections and never says a word."""
    with socket.create_server(("127.0.0.2", 0)) as server:
        file = Path(registry("/feed", "/other")).rename(tmp_path / "mine.toml")
        silent = f"http://127.0.0.2:{server.getsockname()[1]}/feed"
        file.write_text(file.read_text().replace(f"{site.base}/other", silent))
        yield str(file)


def test_a_run_stops_while_it_waits_for_a_server_and_the_next_goes_on(
    poll, rows, site, with_a_silent_server, read_tables, db_path
):
    result = poll("run", "--sources", with_a_silent_server, "--max-minutes", "0.05")
    assert result.exit_code == 0
    assert "1 source polled; 3 new articles; 0 articles read" in result.stdout
    assert result.stdout.endswith(
        "left for the next run: 1 source to poll, 3 articles to read, 1 grouping into cases\n"
    )
    assert rows("select outcome, finished is null, error, sources from runs") == [("stopped", 0, None, 1)]
    assert rows("select id from sources where last_polled is null and next_due is null") == [("test-1",)]
    site.asked.clear()
    result = poll("run", "--sources", with_a_silent_server, "--max-minutes", "0.05")
    assert "0 sources polled; 0 new articles" in result.stdout
    assert site.asked == [], "what was polled is not polled again"
    assert "0 new articles; 3 articles read" in poll("run", "--all").stdout
    assert rows("select count(*) from cases") == [(2,)]
    read_tables(db_path)


class Stopwatch:
    """A clock that goes on by a minute each time somebody looks at it."""

    def __init__(self):
        self.minutes = itertools.count()

    def __call__(self):
        return NOW + timedelta(minutes=next(self.minutes))


def test_reading_stops_between_batches_and_grouping_before_it_begins(
    dpawatch, lines, demo_records, db_path, rows, monkeypatch
):
    monkeypatch.setattr("dpawatch.run._TAG_BATCH", 2)
    dpawatch("import", lines(*demo_records[:5]))
    db = open_database(db_path)
    with recorded_run(db, "run", Silent(), Stopwatch()) as run:
        run.deadline = NOW + timedelta(minutes=6)
        tag_articles(run)
        group_cases(run)
    assert 0 < run.counts["read_articles"] < 5
    assert run.counts["read_articles"] + run.counts["left_articles"] == 5
    assert "cases" not in run.counts
    with recorded_run(db, "run", Silent(), Stopwatch()) as run:
        tag_articles(run)
        group_cases(run)
    db.close()
    assert rows("select outcome from runs") == [("done",), ("stopped",), ("done",)]
    assert rows("select count(*) from articles where analysed is null") == [(0,)]
    assert rows("select count(*) > 0 from cases") == [(1,)]


def test_a_machine_that_slept_through_its_time_stops_when_it_wakes(dpawatch, lines, demo_records, db_path):
    dpawatch("import", lines(*demo_records[:2]))
    db = open_database(db_path)
    times = iter([NOW, NOW, *itertools.repeat(NOW + timedelta(hours=8), 9)])
    with recorded_run(db, "run", Silent(), lambda: next(times)) as run:
        run.deadline = NOW + timedelta(minutes=25)
        tag_articles(run)
    db.close()
    assert (run.stopped, run.counts["left_articles"], run.seconds) == (True, 2, 8 * 3600)


def test_time_that_is_not_used_up_changes_nothing(poll, rows):
    result = poll("run", "--max-minutes", "5")
    assert "left for the next run" not in result.stdout
    assert rows("select outcome from runs") == [("done",)]


@pytest.mark.parametrize("minutes", ["0", "-1", "nan", "soon"])
def test_a_time_that_is_none_is_refused(poll, minutes):
    result = poll("run", "--max-minutes", minutes)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert "--max-minutes" in result.stderr


def test_the_row_of_a_run_says_what_it_ran_with_and_how_long_its_steps_took(poll, dpawatch, db_path, rows):
    poll("run")
    shown = json.loads(dpawatch("status", "--json").stdout)["runs"][0]
    assert shown["versions"].keys() == {"dpawatch", "python", "sqlite"}
    assert "en" in shown["pipeline"]
    assert list(shown["timings"]) == ["ingest", "tag", "cases", "prune"]
    assert 0 < sum(shown["timings"].values()) <= shown["seconds"] + 0.2
    assert rows("select page_count * page_size from pragma_page_count, pragma_page_size") == [
        (shown["database_bytes"],)
    ]
    assert (shown["outcome"], shown["needs"]) == ("done", [])


def test_a_clock_that_is_set_back_meanwhile_makes_no_time_negative(dpawatch, lines, demo_records, db_path):
    dpawatch("import", lines(*demo_records[:1]))
    db = open_database(db_path)
    times = iter([NOW, *itertools.repeat(NOW - timedelta(days=400), 20)])
    with recorded_run(db, "tag", Silent(), lambda: next(times)) as run:
        tag_articles(run)
    db.close()
    assert (run.seconds, run.timings) == (0.0, {"tag": 0.0})
