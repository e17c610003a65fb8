"""Opening a database: a file that is ours is migrated, any other is refused before a byte of it changes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from db.errors import DatabaseError, RefusedError
from db.faults import make_error
from db.migrations import migrations
from db.values import transaction

_MAGIC = b"SQLite format 3\0"
_BUSY_MILLISECONDS = 30_000
# an article's signature alone is written to 25 places: pages that wait for each other are written once (benchmarks/grow.py)
_CACHE_KIBIBYTES, _WAL_PAGES = 32_000, 8_000
# "dpaw": what the header of a public copy says it is, and where it says so
PUBLISHED_ID = 0x64706177
_ID_AT = 68
# where the header says that the journal is a WAL, and how
_WAL, _WAL_AT = b"\2\2", 18


def open_database(path: str | Path) -> Database:
    """Return the database at path, created when it is missing and migrated when it is older than the program.

    Args:
        path: a file, or ":memory:". Foreign keys are on, the journal is a WAL, a busy lock is waited for. In a folder that
            may not be written it can be read as it is.
    Raises: RefusedError when the file is no SQLite database, is not one of ours, is a public copy, or was made by a newer
        version (nothing is changed in it); DatabaseError when it cannot be read or created.
    """
    if str(path) == ":memory:":
        return _migrate(Database(memory=True, execute_plugins=False), path)
    _refuse_what_is_no_database(Path(path))
    if is_published(path):
        raise RefusedError(f"{path}: is a public copy, which only shows; give the database it was published from")
    return _open(path, _migrate)


def open_existing(path: str | Path) -> Database:
    """Return the database at path like open_database; raises DatabaseError when there is none instead of creating it."""
    if not Path(path).exists():
        raise DatabaseError(f"{path}: no such database; `dpawatch run --db {path}` makes one")
    return open_database(path)


def open_for_reading(path: str | Path) -> Database:
    """Return the database at path like open_existing, or a public copy as it is.

    Raises: RefusedError also for a public copy that an older program made.
    """
    return _open(path, _check_copy) if is_published(path) else open_existing(path)


def is_database(path: str | Path) -> bool:
    """Tell whether there is a SQLite database at path."""
    return _read_head(Path(path)).startswith(_MAGIC)


def is_published(path: str | Path) -> bool:
    """Tell whether there is a public copy at path, as db.publish makes them."""
    return is_database(path) and _read_head(Path(path))[_ID_AT:] == PUBLISHED_ID.to_bytes(4)


def is_put_away(path: str | Path) -> bool:
    """Tell whether a database lies where nobody who runs this can write to it, and is whole: it is read as it is.

    SQLite reads no WAL without files of its own in the folder; where nothing is in the WAL, none are needed.
    """
    path = Path(path)
    written = path.with_name(f"{path.name}-wal").exists()
    return _read_head(path)[_WAL_AT:][:2] == _WAL and not written and not os.access(path.parent, os.W_OK)


def refuse_foreign(db: Database, path: str | Path) -> None:
    """Raise RefusedError when a database is not one of ours, or was made by a newer version; an empty one is let be."""
    tables = set(db.table_names())
    applied = {migration.name for migration in migrations.applied(db)}
    if tables and not applied:
        raise RefusedError(f"{path}: is a SQLite database, but not one of dpawatch")
    known = {migration.name for migration in migrations.pending(Database(memory=True, execute_plugins=False))}
    newer = sorted(applied - known)
    if newer:
        raise RefusedError(f"{path}: was made by a newer dpawatch ({newer[-1]}); upgrade the program")


def _read_head(path: Path) -> bytes:
    if not path.is_file():  # a pipe would be waited for
        return b""
    try:
        with path.open("rb") as file:
            return file.read(_ID_AT + 4)
    except OSError:
        return b""


def _open(path: str | Path, prepare: Callable[[Database, str | Path], Database]) -> Database:
    db = _connect(Path(path))
    try:
        return prepare(db, path)
    except BaseException:
        db.close()
        raise


def _check_copy(db: Database, path: str | Path) -> Database:
    """Return a public copy when it has the tables of this program: it is never migrated."""
    try:
        refuse_foreign(db, path)
        if migrations.pending(db):
            raise RefusedError(f"{path}: is a public copy of an older dpawatch; publish the database again")
        db.execute("pragma query_only = on")
    except sqlite3.Error as error:
        raise make_error(path, error) from error
    return db


def _refuse_what_is_no_database(path: Path) -> None:
    if path.is_dir():
        raise RefusedError(f"{path}: is a folder, not a database")
    if not path.parent.is_dir():
        raise DatabaseError(f"{path}: the folder {path.parent} does not exist")
    if not path.exists():
        return
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise DatabaseError(f"{path}: cannot be read: {error.strerror}") from error
    if head and head != _MAGIC:
        raise RefusedError(f"{path}: is not a SQLite database")


def _connect(path: Path) -> Database:
    try:
        if is_put_away(path):
            put_away = sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)
            return Database(put_away, execute_plugins=False)
        return Database(path, execute_plugins=False)
    except sqlite3.Error as error:
        raise make_error(path, error) from error


def _migrate(db: Database, path: str | Path) -> Database:
    try:
        db.execute(f"pragma busy_timeout = {_BUSY_MILLISECONDS}")
        refuse_foreign(db, path)
        db.execute("pragma foreign_keys = on")
        db.execute("pragma synchronous = normal")
        db.execute(f"pragma cache_size = -{_CACHE_KIBIBYTES}")
        db.execute(f"pragma wal_autocheckpoint = {_WAL_PAGES}")
        if not migrations.pending(db):
            return db
        db.enable_wal()
        with transaction(db):
            migrations.apply(db)
    except sqlite3.Error as error:
        raise make_error(path, error) from error
    return db
