"""What SQLite says when a file or a disk fails it, in words that say what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import DatabaseError, StorageError

if TYPE_CHECKING:  # the command line needs this room for `--help` too, and numpy comes with the library
    from sqlite_utils import Database

_DAMAGED = "is damaged; put a copy in its place, or save what is left of it with the .recover of sqlite3"
_MEANINGS = {
    sqlite3.SQLITE_FULL: "the disk is full; make room and start the command again",
    sqlite3.SQLITE_READONLY: "may not be written; file and folder must be writable for who runs the command",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; file and folder must be writable for who runs the command",
    sqlite3.SQLITE_IOERR: "the disk is full, or cannot be read or written",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_BUSY: "another program has kept it from being written for too long; start the command again",
}


def explain_fault(error: BaseException) -> str | None:
    """Return what is wrong with file or disk, and what SQLite calls it; None when the error is of another kind."""
    # the low byte of an extended code is the plain one
    meaning = _MEANINGS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    return f"{meaning} ({error})" if meaning else None


def is_damage(error: BaseException) -> bool:
    """Tell whether an error says that what was read is damaged, not what was to be written."""
    return (explain_fault(error) or "").startswith(_DAMAGED)


def find_file(db: Database) -> str:
    """Return the path of a database as SQLite has it; ":memory:" when it is in no file."""
    row = db.execute("select file from pragma_database_list where name = 'main'").fetchone()
    return row[0] or ":memory:"


def make_error(path: str | Path, error: sqlite3.Error) -> DatabaseError:
    """Return an error as one that names the file: a StorageError where file or disk failed."""
    said = explain_fault(error)
    return StorageError(f"{path}: {said}") if said else DatabaseError(f"{path}: {error}")


@contextmanager
def naming_faults(db: Database) -> Iterator[None]:
    """Raise what file and disk do inside as a StorageError that names the file of a database; all else goes through."""
    path = find_file(db)
    try:
        yield
    except sqlite3.Error as error:
        if explain_fault(error) is None:
            raise
        raise make_error(path, error) from error
