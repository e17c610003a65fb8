"""Runs: one at a time per database, each with a row that says what it did."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from db.errors import DatabaseError, LockedError, StorageError
from db.values import iso_time

Outcome = Literal["done", "failed", "interrupted"]

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
    {", ".join(f"{column} = ?" for column in FIGURES)} where id = ?"""  # noqa: S608 (only the names above)


@contextmanager
def run_lock(path: str | Path) -> Iterator[None]:
    """Hold the database's lock inside; the kernel lets go of it when the process ends, however it ends.

    The lock is on `<path>.lock`, which holds the process id of the holder and is left in place.
    Raises: LockedError when another process holds it; StorageError when the file cannot be made.
    """
    lock = Path(f"{path}.lock")
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StorageError(f"{lock}: cannot be opened: {error.strerror}") from error
    try:
        _take(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: str | Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        who = f"process {holder}" if holder.isdigit() else "another process"
        raise LockedError(f"{path}: {who} is already running on this database") from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)


def start_run(db: Database, command: str, now: datetime) -> int:
    """Store the start of a run and return its id. The caller holds the lock, so open rows of others are dead runs."""
    db.execute("update runs set outcome = 'interrupted' where outcome is null")
    cursor = db.execute("insert into runs (command, started) values (?, ?)", [command, iso_time(now)])
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
) -> None:
    """Store the end of a run: its outcome, its counts (all as JSON, FIGURES in columns too), how long it took in seconds.

    `pipeline` is what it read with, `error` why it failed. What was not counted is null in its column.
    """
    figures = [counts.get(key) for key in FIGURES.values()]
    end = [iso_time(now), outcome, json.dumps(dict(counts)), pipeline, error, seconds]
    db.execute(_FINISH, [*end, *figures, run])
    # what is left to do is done when the database is closed, and whoever opens it just then must wait for it
    db.execute("pragma wal_checkpoint(passive)").fetchall()
