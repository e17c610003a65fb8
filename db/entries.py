"""Entries of feeds: each is stored when it is seen and leaves the waiting list when its page is read or given up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlite_utils import Database

from db.articles import Stored, store_article
from db.identity import identify_article, store_provenance
from db.odd_pages import EXTRACTION
from db.rereading import MAX_CHANGED, reopen_entry
from db.sources import store_fetches, wait_after
from db.values import iso_time, parse_time, transaction
from ingest.models import EntriesFound, Entry, EntryDone

Became = Stored | Literal["duplicate", "irrelevant", "failed", "gone"]
# they take two weeks, since each wait is twice as long as the last, up to a day
MAX_ATTEMPTS = 22
# feeds announce pages before they are there
APPEARS_WITHIN = timedelta(days=1)
_BATCH = 500


def tell_apart(db: Database, source: str, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries under the guids by which they are stored.

    One with the guid of another that the source has shown, but neither its link nor its title, goes by its link: feeds
    that number their items use each number again.
    """
    wanted = list(entries)
    shown: dict[str, tuple[str, str]] = {}
    for batch, places in _split(wanted):
        sql = f"select guid, url, title from entries where source = ? and guid in ({places})"  # noqa: S608 (only question marks)
        shown.update((guid, said) for guid, *said in db.execute(sql, [source, *(e.guid for e in batch)]))
    named = (replace(e, guid=e.url) if _is_another(e, shown.get(e.guid)) else e for e in wanted)
    return tuple({e.guid: e for e in named}.values())


def _is_another(entry: Entry, shown: tuple[str, str] | None) -> bool:
    return shown is not None and entry.url != shown[0] and entry.title != shown[1]


def _split(entries: list[Entry]) -> Iterator[tuple[list[Entry], str]]:
    """Yield the entries in batches that SQLite can be asked for, each with as many question marks."""
    for first in range(0, len(entries), _BATCH):
        batch = entries[first : first + _BATCH]
        yield batch, ", ".join("?" * len(batch))


def known_guids(db: Database, source: str, entries: Iterable[Entry]) -> set[str]:
    """Return the guids of those of the entries that this source has shown before, whatever became of them.

    An entry is known by its guid; under a new guid it is known by its address and title, since some programs make up
    new guids whenever they write the feed.
    """
    known: set[str] = set()
    for batch, places in _split(list(entries)):
        sql = f"select guid from entries where source = ? and guid in ({places})"  # noqa: S608 (only question marks)
        known.update(row[0] for row in db.execute(sql, [source, *(e.guid for e in batch)]))
        sql = f"select url, title from entries where source = ? and url in ({places})"  # noqa: S608
        seen = set(db.execute(sql, [source, *(e.url for e in batch)]))
        known.update(e.guid for e in batch if (e.url, e.title) in seen)
    return known


def pending_entries(db: Database, source: str, now: datetime) -> tuple[Entry, ...]:
    """Return the entries whose pages are to be read now, oldest first, and then at most 20 of those to be read again."""
    sql = """select guid, url, title, summary, published, updated, rereads > 0 as again from entries
        where source = ? and state = 'pending' and (next_due is null or next_due <= ?)
        order by again, case again when 1 then next_due end, first_seen, guid"""
    rows = list(db.query(sql, [source, iso_time(now)]))
    first = [row for row in rows if not row["again"]]
    return tuple(_make_entry(row) for row in [*first, *rows[len(first) :][:MAX_CHANGED]])


def _make_entry(row: dict[str, Any]) -> Entry:
    times = (parse_time(row[at]) if row[at] else None for at in ("published", "updated"))
    return Entry(row["guid"], row["url"], row["title"], row["summary"], *times)


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


def store_entry_done(db: Database, event: EntryDone, run: int | None, now: datetime) -> Became:
    """Store what became of an entry, with its article and its requests; return it, or what became of the article.

    "duplicate": another entry, of this source or of another, had brought the article before, in the same words.
    "failed": the page is asked for again, also when it is not there yet. "kept": it lost nearly all of its text, and the
    article is what it was.
    """
    with transaction(db):
        store_fetches(db, event.source, run, event.fetches)
        if event.outcome == "failed" or _may_appear(db, event, now):
            _store_attempt(db, event, now)
            return "failed"
        stored: Stored | None = None
        article, was_read = None, _find_article(db, event) is not None
        if event.article:
            found = identify_article(db, event.article, event.source, event.guid)
            stored, article = store_article(db, found), found.id
            store_provenance(db, found, event.source)
        # what a page became before stays when it is gone
        sql = """update entries set state = ?, article = coalesce(?, article), last_error = ?, last_read = ?, defect = ?,
            next_due = null where source = ? and guid = ?"""
        defect = EXTRACTION if stored == "kept" else None
        db.execute(sql, [event.outcome, article, event.error, iso_time(now), defect, event.source, event.guid])
        if stored == "new":
            db.execute("update sources set last_new = ? where id = ?", [iso_time(now), event.source])
        if stored is None:
            return cast("Became", event.outcome)
        return "duplicate" if stored == "unchanged" and not was_read else stored


def _find_article(db: Database, event: EntryDone) -> str | None:
    """Return the id of the article that the entry became before, if any."""
    row = db.execute("select article from entries where source = ? and guid = ?", [event.source, event.guid]).fetchone()
    return row[0] if row else None


def _may_appear(db: Database, event: EntryDone, now: datetime) -> bool:
    """Say whether a page that is not there was announced so lately that it may still come; never after a 410."""
    answers = [fetch.status for fetch in event.fetches if fetch.kind == "page"]
    if event.outcome != "gone" or answers[-1:] != [404]:
        return False
    sql = "select 1 from entries where source = ? and guid = ? and first_seen > ?"
    return db.execute(sql, [event.source, event.guid, iso_time(now - APPEARS_WITHIN)]).fetchone() is not None


def _store_attempt(db: Database, event: EntryDone, now: datetime) -> None:
    """Count a failed attempt and put off the next; after the last a page is given up, and one read before is left as it was."""
    named = [event.source, event.guid]
    attempts = 1 + sum(
        row[0] for row in db.execute("select attempts from entries where source = ? and guid = ?", named)
    )
    sql = """update entries set attempts = ?, last_error = ?, defect = ?, next_due = ?,
        state = case when ? then 'pending' when article is null then 'failed' else 'stored' end
        where source = ? and guid = ?"""
    due = iso_time(now + wait_after(attempts))
    db.execute(sql, [attempts, event.error, event.defect, due, attempts < MAX_ATTEMPTS, *named])
