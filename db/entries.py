"""Entries of feeds: each is stored when it is seen and leaves the waiting list when its page is read or given up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from sqlite_utils import Database

from db.articles import Stored, store_article
from db.identity import identify_article, store_provenance
from db.rereading import reopen_entry
from db.sources import store_fetches
from db.values import iso_time, parse_time, transaction
from ingest.models import EntriesFound, Entry, EntryDone

MAX_ATTEMPTS = 5
_BATCH = 500


def known_guids(db: Database, source: str, entries: Iterable[Entry]) -> set[str]:
    """Return the guids of those of the entries that this source has shown before, whatever became of them.

    An entry is known by its guid; under a new guid it is known by its address and title, since some programs make up
    new guids whenever they write the feed.
    """
    wanted = list(entries)
    known: set[str] = set()
    for first in range(0, len(wanted), _BATCH):
        batch = wanted[first : first + _BATCH]
        places = ", ".join("?" * len(batch))
        sql = f"select guid from entries where source = ? and guid in ({places})"  # noqa: S608 (only question marks)
        known.update(row[0] for row in db.execute(sql, [source, *(e.guid for e in batch)]))
        sql = f"select url, title from entries where source = ? and url in ({places})"  # noqa: S608
        seen = set(db.execute(sql, [source, *(e.url for e in batch)]))
        known.update(e.guid for e in batch if (e.url, e.title) in seen)
    return known


def pending_entries(db: Database, source: str) -> tuple[Entry, ...]:
    """Return the entries whose pages are still to be read, oldest first; after five failures one is given up."""
    sql = """select guid, url, title, summary, published, updated from entries where source = ? and state = 'pending'
        order by first_seen, guid"""
    rows = db.execute(sql, [source]).fetchall()
    return tuple(Entry(*row[:4], *(parse_time(at) if at else None for at in row[4:])) for row in rows)


def store_entries_found(db: Database, event: EntriesFound, now: datetime) -> int:
    """Store entries as pending and return how many of them were new, or changed and wait again; others stay as they are.

    The pages of the index that are left to read are stored with them, so that a kill loses neither.
    """
    sql = """insert into entries (source, guid, url, title, summary, published, updated, first_seen)
        values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (source, guid) do nothing"""
    with transaction(db):
        more = "\n".join(event.more) or None
        db.execute("update sources set more_pages = ? where id = ?", [more, event.source])
        before = db.conn.total_changes
        for e in event.entries:
            times = [iso_time(at) if at else None for at in (e.published, e.updated)]
            reopen_entry(db, event.source, e)
            db.execute(sql, [event.source, e.guid, e.url, e.title, e.summary, *times, iso_time(now)])
        return db.conn.total_changes - before


def store_entry_done(
    db: Database, event: EntryDone, run: int | None, now: datetime
) -> Stored | Literal["duplicate"] | None:
    """Store what became of an entry, with its article and its requests; return what became of the article, if any.

    "duplicate": another entry, of this source or of another, had brought the article before, in the same words.
    """
    with transaction(db):
        store_fetches(db, event.source, run, event.fetches)
        if event.outcome == "failed":
            _store_attempt(db, event, now)
            return None
        stored: Stored | Literal["duplicate"] | None = None
        article, was_read = None, _find_article(db, event) is not None
        if event.article:
            found = identify_article(db, event.article, event.source, event.guid)
            stored, article = store_article(db, found), found.id
            store_provenance(db, found, event.source)
        # what a page became before stays when it is gone
        sql = """update entries set state = ?, article = coalesce(?, article), last_error = ?, last_read = ?, defect = null
            where source = ? and guid = ?"""
        db.execute(sql, [event.outcome, article, event.error, iso_time(now), event.source, event.guid])
        if stored == "new":
            db.execute("update sources set last_new = ? where id = ?", [iso_time(now), event.source])
        return "duplicate" if stored == "unchanged" and not was_read else stored


def _find_article(db: Database, event: EntryDone) -> str | None:
    """Return the id of the article that the entry became before, if any."""
    row = db.execute("select article from entries where source = ? and guid = ?", [event.source, event.guid]).fetchone()
    return row[0] if row else None


def _store_attempt(db: Database, event: EntryDone, now: datetime) -> None:
    """Count a failed attempt; a page that was read before is not asked for again until its entry changes again."""
    sql = """update entries set attempts = attempts + 1, last_error = ?, defect = ?,
        last_read = case when article is null then last_read else ? end,
        state = case when article is not null then 'stored' when attempts + 1 >= ? then 'failed' else 'pending' end
        where source = ? and guid = ?"""
    db.execute(sql, [event.error, event.defect, iso_time(now), MAX_ATTEMPTS, event.source, event.guid])
