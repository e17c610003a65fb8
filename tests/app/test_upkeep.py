"""What `status` says of disk, backups, versions, and in which formats."""

import json
from collections import namedtuple
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import pytest
from prometheus_client.parser import text_string_to_metric_families

from db.backups import make_backup
from db.runs import finish_run, start_run
from db.schema import open_database
from db.sources import store_source_done, store_sources
from dpawatch.metrics import METRICS, format_metrics
from dpawatch.status import read_status
from dpawatch.status_text import format_status
from ingest.models import Source, SourceDone, SourceState

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def db(db_path):
    """Return a database with a source that works and a run that has just ended."""
    with closing(open_database(db_path)) as database:
        home = "https://a.example"
        store_sources(database, [Source("one", "pub", "press", "feed", home, home, "en", "privacy")])
        store_source_done(database, SourceDone("one", "polled", SourceState()), None, NOW)
        run = start_run(database, "run", NOW - timedelta(minutes=1))
        counts = {"sources": 1, "new_articles": 2}
        finish_run(database, run, "done", counts, NOW, "rules-12ab+en_core_web_sm-3.8.0", seconds=60.0)
        yield database


# hours between backups, the last one first; hours since the last; what is said
BACKUPS = [
    ("none was ever made", [], 0, None),
    ("a first one", [], 20 * 24, None),
    ("a first one, and no second", [], 22 * 24, "the last backup is of 2024-04-09T12:00:00Z: does cron start `dpawatch backup`?"),
    ("one each day", [24, 24, 24], 71, None),
    ("one each day, and no more", [24, 24, 24], 73, "the last backup is of"),
    ("several an hour", [0.5, 0.5], 71, None),
    ("one each week, and one by hand", [2, 168, 168], 20 * 24, None),
    ("one each week, and no more", [168, 168], 22 * 24, "the last backup is of"),
]  # fmt: skip


@pytest.mark.parametrize(("phenomenon", "gaps", "since", "says"), BACKUPS, ids=[row[0] for row in BACKUPS])
def test_backups_that_ended(db, tmp_path, phenomenon, gaps, since, says):
    if since:
        made = NOW - timedelta(hours=since)
        for gap in [0, *gaps]:
            made -= timedelta(hours=gap)
            make_backup(db, tmp_path / "backup.db", made)
    status = read_status(db, NOW)
    assert len(status.needs) == (says is not None)
    assert says is None or says in status.needs[0]
    assert status.to_json()["last_backup"] == (f"{NOW - timedelta(hours=since):%Y-%m-%dT%H:%M:%SZ}" if since else None)
    assert ("last backup: never" in format_status(status)) is (since == 0)


@pytest.mark.parametrize(("free", "needed"), [(499_999_999, True), (500_000_000, False)])
def test_a_disk_that_fills_up(db, monkeypatch, free, needed):
    monkeypatch.setattr("shutil.disk_usage", lambda path: namedtuple("Usage", "total used free")(0, 0, free))
    status = read_status(db, NOW)
    assert [need.partition(", and")[0] for need in status.needs] == ["the disk has 500.0 MB left"] * needed
    assert "500.0 MB free on its disk" in format_status(status)


def test_a_disk_must_hold_the_database_twice_more(db, monkeypatch):
    size = read_status(db, NOW).upkeep["database_bytes"]
    monkeypatch.setattr("dpawatch.status.LEAST_FREE", 0)
    for free, needed in ((2 * size - 1, True), (2 * size, False)):
        monkeypatch.setattr(
            "shutil.disk_usage", lambda path, free=free: namedtuple("Usage", "total used free")(0, 0, free)
        )
        assert bool(read_status(db, NOW).needs) is needed


def test_versions_and_sizes_are_told(db, db_path):
    found = read_status(db, NOW).to_json()
    assert (found["version"], found["pipeline"]) == (version("dpawatch"), ["rules-12ab", "en_core_web_sm-3.8.0"])
    assert found["database_bytes"] >= db_path.stat().st_size > 100_000
    assert found["disk_free"] > 0
    assert "articles read with rules-12ab, en_core_web_sm-3.8.0" in format_status(read_status(db, NOW))


def samples(text):
    """Return what Prometheus's own parser reads, by name and labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_prometheus_reads_what_the_status_says(db, tmp_path):
    make_backup(db, tmp_path / "backup.db", NOW)
    found = samples(format_metrics(read_status(db, NOW)))
    told = {
        ("dpawatch_info", "rules-12ab+en_core_web_sm-3.8.0", version("dpawatch")): 1,
        ("dpawatch_needs",): 0,
        ("dpawatch_sources", "empty"): 1,
        ("dpawatch_last_run_failed",): 0,
        ("dpawatch_last_run_seconds",): 60,
        ("dpawatch_last_run_timestamp_seconds",): NOW.timestamp() - 60,
        ("dpawatch_last_poll_timestamp_seconds",): NOW.timestamp(),
        ("dpawatch_last_backup_timestamp_seconds",): NOW.timestamp(),
        ("dpawatch_articles_waiting",): 0,
    }
    assert {key: found.get(key) for key in told} == told
    assert {name for name, *_ in found} <= {metric.full_name for metric in METRICS}
    assert ("dpawatch_oldest_waiting_timestamp_seconds",) not in found, "there is none"


def test_what_a_server_said_breaks_no_label(db):
    db.execute("update runs set pipeline = 'a\"b\\c' || char(10)")
    assert any('a"b\\c\n' in key for key in samples(format_metrics(read_status(db, NOW))))


def test_the_command_has_three_formats(dpawatch, db, db_path):
    table, plain = dpawatch("status"), dpawatch("status", "--format", "table")
    assert table.stdout == plain.stdout != ""
    flag, named = (json.loads(dpawatch("status", *words).stdout) for words in (["--json"], ["--format", "json"]))
    assert {**flag, "at": None, "disk_free": None} == {**named, "at": None, "disk_free": None}
    told = dpawatch("status", "--format", "prometheus")
    assert told.exit_code == 1, "nothing was polled for years"
    assert samples(told.stdout)[("dpawatch_needs",)] == len(flag["needs"]) == 1
    wrong = dpawatch("status", "--format", "xml")
    assert (wrong.exit_code, wrong.stdout) == (2, "")


def test_metrics_of_no_database_are_told_too(dpawatch):
    told = dpawatch("status", "--format", "prometheus")
    assert (told.exit_code, samples(told.stdout)[("dpawatch_needs",)]) == (1, 1)
