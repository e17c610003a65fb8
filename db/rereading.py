"""Entries that changed: which of those that a source shows again announce something new, so that their pages are read again.

Feeds whose summaries count comments, and sitemaps whose dates are always today's, change at every poll; so a page is
read again at most five times, each time after a wait four times as long. What must wait is stored as waiting: the next
answers may be 304s, which do not show it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from db.values import iso_time, parse_time, transaction
from ingest.models import Entry

MAX_REREADS = 5
FIRST_WAIT = timedelta(hours=1)
# of one source in one poll
MAX_CHANGED = 20
EVER = datetime.min.replace(tzinfo=UTC)

_READ = """
select title, summary, published, updated, url, state, last_read, rereads from entries
where source = ? and guid = ?
"""
_REOPEN = """
update entries set url = ?, title = ?, summary = ?, published = ?, updated = ?, state = 'pending', attempts = 0,
    next_due = ?, rereads = rereads + 1
where source = ? and guid = ? and state <> 'pending'
    and (url, title, summary, published, updated) is not (?, ?, ?, ?, ?)
"""
# a page that was never read is asked for at its new address at once
_MOVE = """
update entries set url = ?, next_due = case when rereads = 0 then null else next_due end
where source = ? and guid = ?
"""


def take_changed(db: Database, source: str, entries: Iterable[Entry], now: datetime) -> set[str]:
    """Return the guids of entries that changed since they were done and are to be read now, at most 20; store the others.

    Another title or summary counts, and a later date of change; of a page that was gone or given up another address too.
    That an entry lost one of them does not. Those that may not be read yet wait as they are announced now, and of those
    that say nothing else the address is kept up to date.
    """
    taken: set[str] = set()
    with transaction(db):
        for entry in entries:
            row = next(db.query(_READ, [source, entry.guid]), None)
            due = _find_due(entry, row) if row else None
            if due and due <= now and len(taken) < MAX_CHANGED:
                taken.add(entry.guid)
            elif due:
                reopen_entry(db, source, entry, max(due, now))
            elif row and entry.url != row["url"]:
                db.execute(_MOVE, [entry.url, source, entry.guid])
    return taken


def reopen_entry(db: Database, source: str, e: Entry, due: datetime | None = None) -> None:
    """Let an entry that was done wait again, as it is announced now, until a time; one that says nothing else stays."""
    said = [e.url, e.title, e.summary, _write(e.published), _write(e.updated)]
    db.execute(_REOPEN, [*said, _write(due), source, e.guid, *said])


def _find_due(entry: Entry, row: dict[str, Any]) -> datetime | None:
    """Return from when on the page of an entry may be read for what it announces now; None when that is nothing new."""
    if row["state"] == "pending" or row["rereads"] >= MAX_REREADS:
        return None
    if _is_corrected(entry, row):
        return EVER
    if not _says_more(entry, row):
        return None
    return parse_time(row["last_read"]) + FIRST_WAIT * 4 ** row["rereads"] if row["last_read"] else EVER


def _is_corrected(entry: Entry, row: dict[str, Any]) -> bool:
    """Say whether an entry whose page could not be had leads elsewhere now."""
    return row["state"] in ("gone", "failed") and entry.url != row["url"]


def _says_more(entry: Entry, row: dict[str, Any]) -> bool:
    if (entry.title and entry.title != row["title"]) or (entry.summary and entry.summary != row["summary"]):
        return True
    return _is_later(entry.published, row["published"]) or _is_later(entry.updated, row["updated"])


def _is_later(new: datetime | None, old: str | None) -> bool:
    return new is not None and old is not None and iso_time(new) > old


def _write(moment: datetime | None) -> str | None:
    return iso_time(moment) if moment else None
