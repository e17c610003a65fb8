"""Runs: a lock that real processes respect and that dies with its holder, and a row for each run."""

import json
import signal
import subprocess
import sys

import pytest

from db.errors import LockedError
from db.runs import finish_run, is_running, run_lock, start_run

HOLDER = """
import sys, time
from db.runs import run_lock
with run_lock(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_told_who_holds_the_lock_and_a_killed_one_lets_go(tmp_path):
    path = tmp_path / "x.db"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockedError, match=f"process {holder.pid} is already running"), run_lock(path):
            pass
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        holder.stdout.close()
    with run_lock(path):
        assert path.with_name("x.db.lock").exists()


def test_a_link_to_a_database_is_locked_with_it(tmp_path):
    path, link = tmp_path / "x.db", tmp_path / "folder" / "link.db"
    path.touch()
    link.parent.mkdir()
    link.symlink_to(path)
    assert not is_running(link)
    with run_lock(path):
        assert is_running(link)
        with pytest.raises(LockedError), run_lock(link):
            pass
    assert not is_running(path)


def test_a_run_is_recorded(db, rows, now):
    run = start_run(db, "run", now)
    assert rows("select command, started, finished, outcome from runs") == [("run", "2024-05-01T12:00:00Z", None, None)]
    finish_run(db, run, "done", {"new": 3}, now, "rules-1")
    ((counts, *others),) = rows("select counts, finished, outcome, pipeline, error from runs")
    assert json.loads(counts) == {"new": 3}
    assert others == ["2024-05-01T12:00:00Z", "done", "rules-1", None]


def test_the_figures_of_a_run_are_columns(db, rows, now):
    counts = {"sources": 9, "unchanged_sources": 5, "failed_sources": 0, "new_articles": 3, "updated_articles": 1,
              "duplicate_entries": 2, "irrelevant_entries": 4, "bytes": 12345, "gone_sources": 1}  # fmt: skip
    finish_run(db, start_run(db, "ingest", now), "done", counts, now, seconds=1.5)
    finish_run(db, start_run(db, "tag", now), "done", {"read_articles": 3}, now, seconds=0.1)
    columns = "sources, unchanged, failed, new, updated, duplicates, irrelevant, bytes, seconds"
    assert rows(f"select {columns} from runs order by id") == [
        (9, 5, 0, 3, 1, 2, 4, 12345, 1.5),
        # it polled nothing, which is not the same as nothing new
        (*[None] * 8, 0.1),
    ]


def test_a_run_that_was_killed_is_marked_by_the_next(db, rows, now):
    start_run(db, "run", now)
    start_run(db, "tag", now)
    assert rows("select command, outcome from runs order by id") == [("run", "interrupted"), ("tag", None)]
