"""Entries that changed: which of those that a source shows again announce something new, so that their pages are read again.

Feeds whose summaries count comments, and sitemaps whose dates are always today's, change at every poll; so a page is
read again at most five times, each time after a wait four times as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlite_utils import Database

from db.values import iso_time
from ingest.models import Entry

MAX_REREADS = 5
FIRST_WAIT = timedelta(hours=1)
# of one source in one poll
MAX_CHANGED = 20

_READ = """
select title, summary, published, updated, last_read, rereads from entries
where source = ? and guid = ? and state in ('stored', 'irrelevant') and last_read is not null and rereads < ?
"""
_REOPEN = """
update entries set url = ?, title = ?, summary = ?, published = ?, updated = ?, state = 'pending', attempts = 0,
    rereads = rereads + 1
where source = ? and guid = ? and state in ('stored', 'irrelevant')
    and (title, summary, published, updated) is not (?, ?, ?, ?)
"""


def changed_guids(db: Database, source: str, entries: Iterable[Entry], now: datetime) -> set[str]:
    """Return the guids of those entries that were read, say something else now, and may be read again; at most 20.

    Another title or summary counts, and a later date of change. That an entry lost one of them does not.
    """
    found: set[str] = set()
    for entry in entries:
        row = db.execute(_READ, [source, entry.guid, MAX_REREADS]).fetchone()
        if row and _may_be_read(row[4], row[5], now) and _says_more(entry, row):
            found.add(entry.guid)
        if len(found) == MAX_CHANGED:
            break
    return found


def reopen_entry(db: Database, source: str, e: Entry) -> None:
    """Let an entry that was read wait again, as it is announced now; one that says nothing else stays as it is."""
    said = [e.title, e.summary, _write(e.published), _write(e.updated)]
    db.execute(_REOPEN, [e.url, *said, source, e.guid, *said])


def _may_be_read(last_read: str, rereads: int, now: datetime) -> bool:
    return iso_time(now - FIRST_WAIT * 4**rereads) >= last_read


def _says_more(entry: Entry, row: tuple[str, str, str | None, str | None, str, int]) -> bool:
    title, summary, published, updated, *_ = row
    if (entry.title and entry.title != title) or (entry.summary and entry.summary != summary):
        return True
    return any(_is_later(new, old) for new, old in ((entry.published, published), (entry.updated, updated)))


def _is_later(new: datetime | None, old: str | None) -> bool:
    return new is not None and old is not None and iso_time(new) > old


def _write(moment: datetime | None) -> str | None:
    return iso_time(moment) if moment else None
