"""Redactions: the log of what was taken down, when, by whom and why, without what it was; and what keeps it from coming back.

Phrases, and the addresses of articles, are kept as hashes with a key that is the database's own and never leaves it: who
has the working database can try a name against them, who has a public copy cannot.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from db.phrases import Finder, Phrase, hash_with, list_phrases
from db.targets import Target
from db.values import iso_time, json_list, transaction

M024 = [
    """create table redactions (
        id integer primary key, kind text not null, reason text not null, made text not null, made_by text not null,
        finished text, counts text, last_history integer not null
    )""",
    # the lengths of a phrase's words, null for the address of an article
    """create table redaction_hashes (
        hash text not null, redaction integer not null references redactions(id) on delete cascade, shape text,
        primary key (hash, redaction)
    ) without rowid""",
    "create index redaction_hashes_redaction on redaction_hashes(redaction)",
    "create table redaction_keys (id integer primary key, key blob not null)",
]


_LOG = "select id, kind, reason, made, made_by, finished, counts from redactions order by id desc"

_SAME = "(select key from earlier.redaction_keys) = (select key from main.redaction_keys)"
_TAKE_OVER = f"""insert into redactions (id, kind, reason, made, made_by, last_history)
    select id, kind, reason, made, made_by, (select coalesce(max(id), 0) from main.history) from earlier.redactions
    where {_SAME} and id not in (select id from main.redactions)"""  # noqa: S608 (constants of this module)
_TAKE_OVER_HASHES = f"""insert into redaction_hashes select * from earlier.redaction_hashes
    where {_SAME} and redaction in (select id from main.redactions where finished is null) on conflict do nothing"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Blocked:
    """What was redacted and may not come in again: phrases, and hashes of addresses; false when there is nothing."""

    key: bytes = b""
    finder: Finder = field(default_factory=lambda: Finder(b"", ()))
    addresses: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.finder) or bool(self.addresses)

    def refuses(self, *addresses: str | None) -> bool:
        """Tell whether one of the addresses, ids or hashes is that of a redacted article, or has a redacted phrase in it."""
        return bool(self) and any(a and (self.knows(a) or self.holds(a)) for a in addresses)

    def knows(self, address: object) -> bool:
        """Tell whether an address, id or hash of content is that of a redacted article."""
        return isinstance(address, str) and hash_with(self.key, address) in self.addresses

    def holds(self, text: object) -> bool:
        """Tell whether a text has a redacted phrase in it; nothing but a text has."""
        return isinstance(text, str) and next(self.finder.find(text), None) is not None

    def clean(self, text: Any) -> Any:
        """Return a text without redacted phrases, and what is no text as it is."""
        return self.finder.replace(text) if isinstance(text, str) else text


def load_blocked(db: Database) -> Blocked:
    """Return what was redacted, and what is being redacted, from this database."""
    row = db.execute("select key from redaction_keys").fetchone()
    if row is None:
        return Blocked()
    hashes = db.execute("select distinct hash, shape from redaction_hashes").fetchall()
    phrases = [Phrase(tuple(map(int, shape.split())), digest) for digest, shape in hashes if shape]
    return Blocked(row[0], Finder(row[0], phrases), frozenset(digest for digest, shape in hashes if shape is None))


def make_blocked(key: bytes, phrases: Iterable[str], addresses: Iterable[str]) -> Blocked:
    """Return what is blocked when these phrases and addresses are."""
    found = [phrase for text in phrases for phrase in list_phrases(key, text)]
    return Blocked(key, Finder(key, found), frozenset(hash_with(key, address) for address in addresses))


def _ensure_key(db: Database) -> bytes:
    """Return the key of the database's hashes, made when there is none."""
    db.execute("insert into redaction_keys values (1, ?) on conflict do nothing", [os.urandom(32)])
    key: bytes = db.execute("select key from redaction_keys").fetchone()[0]
    return key


def start_redaction(db: Database, target: Target, reason: str, by: str, now: datetime) -> int:
    """Store what is to be redacted, before anything is, and return the redaction's id; one that was interrupted goes on."""
    with transaction(db):
        key = _ensure_key(db)
        hashes = dict[str, str | None]()
        hashes.update((hash_with(key, address), None) for address in target.addresses)
        for phrase in (phrase for text in target.phrases for phrase in list_phrases(key, text)):
            hashes[phrase.digest] = " ".join(map(str, phrase.shape))
        redaction = _find_interrupted(db, hashes)
        if redaction is None:
            sql = """insert into redactions (kind, reason, made, made_by, last_history)
                values (?, ?, ?, ?, (select coalesce(max(id), 0) from history))"""
            redaction = db.execute(sql, [target.kind, reason, iso_time(now), by]).lastrowid or 0
        _store_hashes(db, redaction, hashes)
    return redaction


def _find_interrupted(db: Database, hashes: Iterable[str]) -> int | None:
    """Return the redaction that has one of the hashes and is not finished; None when there is none."""
    sql = """select max(id) from redaction_hashes join redactions on id = redaction
        where finished is null and hash in (select value from json_each(?))"""
    found: int | None = db.execute(sql, [json_list(hashes)]).fetchone()[0]
    return found


def _store_hashes(db: Database, redaction: int, hashes: Mapping[str, str | None]) -> None:
    sql = "insert into redaction_hashes (hash, shape, redaction) values (?, ?, ?) on conflict do nothing"
    db.conn.executemany(sql, [(digest, shape, redaction) for digest, shape in hashes.items()])


def block_addresses(db: Database, blocked: Blocked, *addresses: str | None) -> None:
    """Store further addresses of an article that is refused, so that nobody asks for it there again."""
    hashes = {hash_with(blocked.key, address): None for address in addresses if address}
    _store_hashes(db, db.execute("select max(id) from redactions").fetchone()[0], hashes)


def refuse_entry(db: Database, blocked: Blocked, source: str, guid: str) -> None:
    """Forget an entry whose page holds what was redacted; it is refused from now on before its page is asked for."""
    named = [source, guid]
    row = db.execute("select url from entries where source = ? and guid = ?", named).fetchone()
    block_addresses(db, blocked, guid, row[0] if row else None)
    db.execute("delete from entries where source = ? and guid = ?", named)


def finish_redactions(db: Database, counts: Mapping[str, int], now: datetime) -> None:
    """Store that all redactions are complete, and of those that were not, how much of what was touched."""
    sql = "update redactions set finished = ?, counts = ? where finished is null"
    db.execute(sql, [iso_time(now), json.dumps(dict(counts))])


def take_over_redactions(db: Database, earlier: Path) -> int:
    """Store what the log of an earlier database has and this one's has not, to be completed here too.

    Returns how many redactions that are. None are taken over when the logs have different keys, and so are of two
    instances, or from a database that is damaged or of a version without redactions.
    """
    with suppress(sqlite3.DatabaseError):
        db.execute("attach database ? as earlier", [str(earlier)])
        try:
            return _take_over(db)
        finally:
            db.execute("detach database earlier")
    return 0


def _take_over(db: Database) -> int:
    with transaction(db):
        db.execute("insert into redaction_keys select * from earlier.redaction_keys where true on conflict do nothing")
        taken = db.execute(_TAKE_OVER).rowcount
        db.execute(_TAKE_OVER_HASHES)
    return taken


def list_redactions(db: Database) -> list[dict[str, Any]]:
    """Return the log, the newest first; `counts` by what was touched, `finished` is null where it was interrupted."""
    rows = list(db.query(_LOG))
    return [row | {"counts": json.loads(row["counts"] or "{}")} for row in rows]


def find_interrupted(db: Database) -> int | None:
    """Return the first redaction that is not finished, so that something of what it removes may still be there.

    A public copy knows of none.
    """
    if "redactions" not in db.table_names():
        return None
    found: int | None = db.execute("select min(id) from redactions where finished is null").fetchone()[0]
    return found
