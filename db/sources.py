"""Sources: the registry's rows, what the last poll left, when the next one is due, and the log of what was fetched."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlite_utils import Database

from db.values import iso_time, parse_time, transaction
from ingest.models import FetchRecord, Source, SourceDone, SourceState

FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=24)

# what the registry states, as it is named there and in the table
_STATED = ("publisher", "kind", "format", "url", "homepage", "language", "topics", "country", "reuse", "verified",
           "on_request", "lacks", "expected_least", "expected_most")  # fmt: skip
_SOURCE = f"""
insert into sources (id, {", ".join(_STATED)}) values (?{", ?" * len(_STATED)})
on conflict (id) do update set {", ".join(f"{column} = excluded.{column}" for column in _STATED)}, active = 1
"""  # noqa: S608 (only the names above)

_FORGET = """
update sources set etag = null, last_modified = null, body_hash = null, more_pages = null where id = ? and url <> ?
"""


def store_sources(db: Database, sources: Iterable[Source]) -> None:
    """Make the registry's sources the active ones.

    A source that left the registry keeps its row, for its articles, but is inactive; one whose address changed
    loses the validators of the old address and the pages it led to.
    """
    with transaction(db):
        db.execute("update sources set active = 0 where active = 1")
        for s in sources:
            db.execute(_FORGET, [s.id, s.url])
            db.execute(_SOURCE, [s.id, *_list_stated(s)])


def _list_stated(source: Source) -> list[object]:
    """Return the values of the stated columns."""
    least, most = source.items_per_month or (None, None)
    return [*(getattr(source, column) for column in _STATED[:-2]), least, most]


def ensure_import_source(db: Database, source: str, publisher: str) -> None:
    """Add a source that only bulk loading knows: never polled, of format "import"; a known one is left as it is."""
    sql = """insert into sources (id, publisher, format, active) values (?, ?, 'import', 0)
        on conflict (id) do nothing"""
    db.execute(sql, [source, publisher])


def source_state(db: Database, source: str) -> SourceState:
    """Return what the last successful poll of a stored source left: validators verbatim, and the body's hash.

    `since` is its time, or None when that poll did not see the whole index.
    """
    sql = "select etag, last_modified, body_hash, more_pages, last_success from sources where id = ?"
    row = db.execute(sql, [source]).fetchone()
    if row is None:
        return SourceState()
    etag, last_modified, body_hash, more, last_success = row
    since = parse_time(last_success) if body_hash and last_success else None
    return SourceState(etag, last_modified, body_hash, tuple((more or "").split()), since)


def due_sources(db: Database, now: datetime) -> set[str]:
    """Return the ids of active sources whose time has come: all but those that back off after repeated failures."""
    sql = "select id from sources where active = 1 and (next_due is null or next_due <= ?)"
    return {row[0] for row in db.execute(sql, [iso_time(now)])}


def wait_after(failures: int) -> timedelta:
    """Return how long a source rests after so many failures in a row: nothing, nothing, 15 minutes, 30, … 24 hours."""
    if failures < 2:
        return timedelta(0)
    doublings = min(failures - 2, 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def store_source_done(db: Database, event: SourceDone, run: int | None, now: datetime) -> None:
    """Store the end of a poll: validators and health of the source, and its requests in the fetch log.

    Entries must have been stored before: from here on an unchanged feed is not read again.
    """
    with transaction(db):
        store_fetches(db, event.source, run, event.fetches)
        if event.outcome == "failed":
            _store_failure(db, event, now)
        else:
            _store_success(db, event, now)


def _store_success(db: Database, event: SourceDone, now: datetime) -> None:
    sql = """update sources set etag = ?, last_modified = ?, body_hash = ?, last_polled = ?, last_success = ?,
        first_success = coalesce(first_success, ?), next_due = null, failures = 0, last_error = null, last_warning = ? where id = ?"""
    state, at = event.state, iso_time(now)
    warning = "; ".join(event.warnings) or None
    db.execute(sql, [state.etag, state.last_modified, state.body_hash, at, at, at, warning, event.source])


def _store_failure(db: Database, event: SourceDone, now: datetime) -> None:
    row = db.execute("select failures from sources where id = ?", [event.source]).fetchone()
    failures = (row[0] if row else 0) + 1
    due = iso_time(now + wait_after(failures))
    sql = "update sources set last_polled = ?, next_due = ?, failures = ?, last_error = ? where id = ?"
    db.execute(sql, [iso_time(now), due, failures, event.error or "failed without a reason", event.source])


def store_fetches(db: Database, source: str, run: int | None, fetches: Iterable[FetchRecord]) -> None:
    """Append requests to the fetch log; `run` is the run's id, or None outside of one."""
    sql = """insert into fetches (run, source, url, kind, outcome, started, status, bytes, milliseconds, error)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
    for f in fetches:
        log = [f.url, f.kind, f.outcome, iso_time(f.started), f.status, f.bytes, f.milliseconds, f.error]
        db.execute(sql, [run, source, *log])


def next_due(db: Database, source: str) -> datetime | None:
    """Return until when a source rests, or None when it is polled at every run."""
    row = db.execute("select next_due from sources where id = ?", [source]).fetchone()
    return parse_time(row[0]) if row and row[0] else None
