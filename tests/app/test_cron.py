"""What a run tells: JSON objects to programs, and to cron what a person is newly needed for, each such thing once."""

import json
import logging
import os
import re
import sqlite3
import time
from contextlib import closing

import pytest

from db.runs import run_lock
from dpawatch.needs import name_need

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def events(result):
    """Return the JSON objects that a command wrote on stderr, one a line."""
    return [json.loads(line) for line in result.stderr.splitlines()]


def test_a_run_is_told_in_json(poll, site):
    site.broken = {"/feed2"}
    result = poll("run", "--log-format", "json", feeds=("/feed", "/feed2"))
    assert (result.exit_code, result.stdout) == (0, "")
    found = events(result)
    assert all(TIME.fullmatch(event["time"]) and event["message"] for event in found)
    assert [event["event"] for event in found] == ["work", "source", "source", "work", "summary"]
    said = {event["source"]: event for event in found if event["event"] == "source"}
    assert (said["test-0"]["level"], said["test-0"]["outcome"], said["test-0"]["new"]) == ("info", "polled", 3)
    assert (said["test-1"]["level"], said["test-1"]["outcome"]) == ("warning", "failed")
    summary = found[-1]
    assert summary["message"].startswith("2 sources polled (1 failed); 3 new articles")
    assert (summary["outcome"], summary["new_articles"], summary["cases"]) == ("done", 3, 2)
    assert summary["database_bytes"] > 0
    assert summary["timings"].keys() == {"ingest", "tag", "cases", "prune"}


def test_warnings_and_errors_are_told_in_json(poll, dpawatch, db_path, lines, monkeypatch):
    monkeypatch.setattr(logging.root, "handlers", [])  # pytest's
    with run_lock(db_path):
        (event,) = events(poll("run", "--log-format", "json"))
    assert (event["level"], event["event"], event["status"]) == ("error", "error", 75)
    db_path.with_name("test.db-archive").write_text("a file, not a folder")
    found = events(poll("run", "--log-format", "json", "--archive"))
    (event,) = [event for event in found if event["event"] == "log"]
    assert (event["level"], event["logger"]) == ("error", "ingest.archive")
    assert "raw responses cannot be kept" in event["message"]
    result = dpawatch("import", lines("{}", "no JSON"), "--log-format", "json")
    assert [event["level"] for event in events(result)] == ["info", "error", "error"]
    assert result.exit_code == 2


def test_logs_are_lines_for_people_again_in_the_next_command(poll, db_path, monkeypatch):
    monkeypatch.setattr(logging.root, "handlers", [])  # pytest's
    poll("ingest", "--log-format", "json")
    db_path.with_name("test.db-archive").write_text("a file, not a folder")
    assert "ERROR ingest.archive: raw responses" in poll("run", "--archive", feeds=("/feed2",)).stderr


def silent(result, status=0):
    assert (result.exit_code, result.stdout, result.stderr) == (status, "", "")
    return True


def test_cron_hears_once_of_a_source_that_stopped_working(poll, dpawatch, site):
    run = ("run", "--cron", "--all")
    assert silent(poll(*run))
    site.broken = {"/feed"}
    assert silent(poll(*run))
    assert silent(poll(*run))
    told = poll(*run)
    assert (told.exit_code, told.stdout) == (0, "")
    (line,) = told.stderr.splitlines()
    assert line.startswith("needs a person: source test-0 stopped working: failed 3 times in a row: ")
    # it fails a fourth and a fifth time
    assert silent(poll(*run))
    assert silent(poll(*run))
    assert dpawatch("status").exit_code == 1, "the status goes on saying so"
    site.broken = set()
    assert silent(poll(*run))
    site.broken = {"/feed"}
    assert silent(poll(*run))
    assert silent(poll(*run))
    assert poll(*run).stderr.startswith("needs a person: source test-0 stopped working: failed 3 times")


def test_cron_hears_of_another_source_though_one_is_known_to_fail(poll, site):
    run = ("run", "--cron", "--all")
    feeds = ("/feed", "/feed2")
    poll(*run, feeds=feeds)
    site.broken = {"/feed"}
    told = [poll(*run, feeds=feeds).stderr for _ in range(4)]
    assert [text.count("\n") for text in told] == [0, 0, 1, 0]
    site.broken = {"/feed", "/feed2"}
    told = [poll(*run, feeds=feeds).stderr for _ in range(4)]
    assert ["test-1" in text for text in told] == [False, False, True, False]


def test_programs_are_told_by_cron_in_json(poll, site):
    poll("run")
    site.broken = {"/feed"}
    told = [events(poll("run", "--cron", "--all", "--log-format", "json")) for _ in range(4)]
    assert [[(e["event"], e["level"]) for e in found] for found in told] == [[], [], [("need", "warning")], []]


def test_cron_hears_once_that_runs_fail_and_the_status_is_that_of_a_failure(poll, monkeypatch):
    poll("run")
    with monkeypatch.context() as patch:
        patch.setattr("dpawatch.run.group_stored_cases", lambda *_: 1 / 0)
        results = [poll("run", "--cron") for _ in range(3)]
        assert [result.exit_code for result in results] == [1, 1, 1]
        assert [result.stderr for result in results] == [
            "needs a person: the last run failed: ZeroDivisionError: division by zero\n", "", "",
        ]  # fmt: skip
    assert silent(poll("run", "--cron"))


def test_what_cannot_be_recorded_is_told_each_time(poll, db_path):
    poll("run")
    with closing(sqlite3.connect(db_path)) as con:
        con.execute("create trigger t before update on runs begin select raise(abort, 'the row is not to be'); end")
        con.commit()
    for _ in range(2):
        result = poll("run", "--cron")
        assert result.exit_code == 1
        (line,) = result.stderr.splitlines()
        assert line.startswith("Error: the database: the row is not to be")


def test_cron_hears_nothing_of_a_run_that_goes_on_until_it_has_done_so_for_a_day(poll, db_path):
    with run_lock(db_path):
        assert silent(poll("run", "--cron"), 75)
        lock = db_path.with_name("test.db.lock")
        os.utime(lock, (time.time() - 90_000,) * 2)
        told = poll("run", "--cron")
        assert told.exit_code == 75
        assert "is already running on this database, since more than a day" in told.stderr
        assert silent(poll("run", "--cron"), 75), "said again after another day"
    assert poll("run", "--cron").exit_code == 0


def test_cron_hears_of_wrong_settings(poll):
    result = poll("run", "--cron", "--delay", "-1")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)


NEEDS = [
    (
        "source test-0 stopped working: failed 3 times in a row: HTTP 500",
        "source test-0 stopped working: failed 4 times in a row: timed out",
        True,
    ),
    ("source test-0 stopped working: failed 3 times", "source test-1 stopped working: failed 3 times", False),
    ("source 20minutes-fr works but gave 1 items in 30 days", "source 24heures-ch works but gave 1 items in 30 days", False),
    ("source 20minutes-fr works but gave 1 items in 30 days", "source 20minutes-fr works but gave 2 items in 30 days", True),
    (
        "no source has been polled since 2026-11-01T12:00:00Z: does cron start `dpawatch run`?",
        "no source has been polled since 2026-11-03T12:30:00Z: does cron start `dpawatch run`?",
        True,
    ),
    ("12 articles wait to be read, the oldest since 2026-11-01T12:00:00Z: start `dpawatch tag`",
     "14 articles wait to be read, the oldest since 2026-11-02T12:00:00Z: start `dpawatch tag`", True),
    ("the disk has 14.2 MB left", "the disk has 999.9 kB left", True),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "same"), NEEDS)
def test_a_need_is_the_same_while_only_its_figures_change(one, other, same):
    assert (name_need(one) == name_need(other)) is same


def test_the_row_of_a_run_keeps_what_needed_a_person(poll, dpawatch, site, db_path):
    poll("run")
    site.broken = {"/feed"}
    for _ in range(3):
        poll("run", "--all")
    runs = json.loads(dpawatch("status", "--json").stdout)["runs"]
    assert [len(run["needs"]) for run in runs] == [1, 0, 0, 0]
    poll("ingest", "--all")
    assert json.loads(dpawatch("status", "--json").stdout)["runs"][0]["needs"] is None
