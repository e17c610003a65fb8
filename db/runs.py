"""Runs: one at a time per database, each with a row that says what it did."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from sqlite_utils import Database

from db.errors import DatabaseError, LockedError, StorageError
from db.values import iso_time

# in seconds; no run takes so long
STUCK_AFTER = 86_400
NO_VERSIONS: Mapping[str, str] = MappingProxyType({})
NO_TIMINGS: Mapping[str, float] = MappingProxyType({})
Outcome = Literal["done", "stopped", "failed", "interrupted"]

# the columns of what every poll counts, and what they are called among the counts
FIGURES = {
    "sources": "sources",
    "unchanged": "unchanged_sources",
    "failed": "failed_sources",
    "new": "new_articles",
    "updated": "updated_articles",
    "duplicates": "duplicate_entries",
    "irrelevant": "irrelevant_entries",
    "bytes": "bytes",
}
_FINISH = f"""update runs set finished = ?, outcome = ?, counts = ?, pipeline = ?, error = ?, seconds = ?,
    timings = ?, database_bytes = ?, {", ".join(f"{column} = ?" for column in FIGURES)} where id = ?"""  # noqa: S608 (only the names above)


@contextmanager
def run_lock(path: str | Path) -> Iterator[None]:
    """Hold the database's lock inside; the kernel lets go of it when the process ends, however it ends.

    The lock is on `<path>.lock`, which holds the process id of the holder and is left in place; of a link, beside the file that
    it leads to.
    Raises: LockedError when another process holds it; StorageError when the file cannot be made.
    """
    lock = _name_lock(path)
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StorageError(f"{lock}: cannot be opened: {error.strerror}") from error
    try:
        _take(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def is_running(path: str | Path) -> bool:
    """Tell whether a process, this one among them, holds the database's lock."""
    try:
        descriptor = os.open(_name_lock(path), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _name_lock(path: str | Path) -> Path:
    return Path(f"{os.path.realpath(path)}.lock")


def _take(descriptor: int, path: str | Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        who = f"process {holder}" if holder.isdigit() else "another process"
        message = f"{path}: {who} is already running on this database"
        stuck = time.time() - os.fstat(descriptor).st_mtime > STUCK_AFTER
        if stuck:
            message += ", since more than a day: if it hangs, end it"
            os.utime(descriptor)  # said again after another day
        raise LockedError(message, stuck) from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)


def start_run(db: Database, command: str, now: datetime, versions: Mapping[str, str] = NO_VERSIONS) -> int:
    """Store the start of a run and return its id. The caller holds the lock, so open rows of others are dead runs.

    `versions` are those of what it runs with, by name.
    """
    db.execute("update runs set outcome = 'interrupted' where outcome is null")
    row = [command, iso_time(now), json.dumps(dict(versions))]
    cursor = db.execute("insert into runs (command, started, versions) values (?, ?, ?)", row)
    if cursor.lastrowid is None:
        raise DatabaseError("the run could not be recorded")
    return cursor.lastrowid


def finish_run(
    db: Database,
    run: int,
    outcome: Outcome,
    counts: Mapping[str, int],
    now: datetime,
    pipeline: str | None = None,
    error: str | None = None,
    seconds: float | None = None,
    timings: Mapping[str, float] = NO_TIMINGS,
) -> int:
    """Store the end of a run: its outcome, its counts (all as JSON, FIGURES in columns too), how long it took in seconds.

    `pipeline` is what it read with, `error` why it failed, `timings` are the seconds that its steps took. What was not
    counted is null in its column. Returns: the size of the database in bytes, which is stored too.
    """
    size: int = db.execute("select page_count * page_size from pragma_page_count, pragma_page_size").fetchone()[0]
    figures = [counts.get(key) for key in FIGURES.values()]
    end = [iso_time(now), outcome, json.dumps(dict(counts)), pipeline, error, seconds, json.dumps(dict(timings)), size]
    db.execute(_FINISH, [*end, *figures, run])
    # what is left to do is done when the database is closed, and whoever opens it just then must wait for it
    db.execute("pragma wal_checkpoint(passive)").fetchall()
    return size


def store_needs(db: Database, run: int, needs: Sequence[str]) -> None:
    """Store what a person was needed for when a run had ended."""
    db.execute("update runs set needs = ? where id = ?", [json.dumps(list(needs), ensure_ascii=False), run])


def last_needs(db: Database, before: int | None = None) -> list[str]:
    """Return what a person was needed for at the end of the last run that was asked, nothing without any.

    Args:
        before: only runs before this one.
    """
    sql = "select needs from runs where (?1 is null or id < ?1) and needs is not null order by id desc limit 1"
    row = db.execute(sql, [before]).fetchone()
    return list(json.loads(row[0])) if row else []
