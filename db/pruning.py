"""Removing what is old, in short transactions: requests, runs, and where articles say that their raw form is."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from db.values import iso_time, transaction

BATCH = 2_000
# what a clock jumps by, and a server is hardly off for
LONGEST_PAUSE = timedelta(days=30)
_FETCHES = "delete from fetches where id in (select id from fetches where started < ? limit ?)"
# a run goes with its requests, so it stays as long as one of them; the last one is what the status tells of
_RUNS = """delete from runs where id in (
    select id from runs where started < ? and id < (select max(id) from runs)
        and not exists (select 1 from fetches where run = runs.id) limit ?)"""


def was_paused(db: Database, run: int, now: datetime) -> bool:
    """Tell whether the run before began so long ago that the clock may be wrong, or nobody had time to look at what is old."""
    row = db.execute("select started from runs where id < ? order by id desc limit 1", [run]).fetchone()
    return row is not None and row[0] < iso_time(now - LONGEST_PAUSE)


def prune_fetches(db: Database, before: datetime) -> int:
    """Remove the requests made before a time and return how many there were."""
    return _change_in_batches(db, _FETCHES, iso_time(before))


def prune_runs(db: Database, before: datetime) -> int:
    """Remove the runs begun before a time and return how many there were; not the last, nor one that requests belong to."""
    return _change_in_batches(db, _RUNS, iso_time(before))


def forget_raw_file(db: Database, name: str) -> None:
    """Let articles, and what they said before, no longer say that their raw form is in a file, which may be removed then."""
    for table in ("articles", "revisions"):
        sql = f"""update {table} set raw_file = null, raw_offset = null
            where rowid in (select rowid from {table} where raw_file = ? limit ?)"""  # noqa: S608 (the names above)
        _change_in_batches(db, sql, name)


def _change_in_batches(db: Database, sql: str, value: str) -> int:
    """Repeat a statement on so many rows at most, a transaction each, until it finds fewer; return how many rows that were."""
    changed = 0
    while True:
        with transaction(db):
            count = db.execute(sql, [value, BATCH]).rowcount
        changed += count
        if count < BATCH:
            return changed
