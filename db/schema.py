"""Opening a database: a file that is ours is migrated, any other is refused before a byte of it changes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from db.errors import DatabaseError, RefusedError
from db.migrations import migrations
from db.values import transaction

_MAGIC = b"SQLite format 3\0"
_BUSY_MILLISECONDS = 30_000


def open_database(path: str | Path) -> Database:
    """Return the database at path, created when it is missing and migrated when it is older than the program.

    Args:
        path: a file, or ":memory:". Foreign keys are on, the journal is a WAL, a busy lock is waited for.
    Raises: RefusedError when the file is no SQLite database, is not one of ours, or was made by a newer version
        (nothing is changed in it); DatabaseError when it cannot be read or created.
    """
    if str(path) == ":memory:":
        return _migrate(Database(memory=True, execute_plugins=False), path)
    _refuse_what_is_no_database(Path(path))
    db = _connect(Path(path))
    try:
        return _migrate(db, path)
    except BaseException:
        db.close()
        raise


def open_existing(path: str | Path) -> Database:
    """Return the database at path like open_database; raises DatabaseError when there is none instead of creating it."""
    if not Path(path).exists():
        raise DatabaseError(f"{path}: no such database; `dpawatch run --db {path}` makes one")
    return open_database(path)


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
        return Database(path, execute_plugins=False)
    except sqlite3.Error as error:
        raise DatabaseError(f"{path}: cannot be opened: {error}") from error


def _migrate(db: Database, path: str | Path) -> Database:
    try:
        db.execute(f"pragma busy_timeout = {_BUSY_MILLISECONDS}")
        _refuse_foreign(db, path)
        db.execute("pragma foreign_keys = on")
        db.execute("pragma synchronous = normal")
        if not migrations.pending(db):
            return db
        db.enable_wal()
        with transaction(db):
            migrations.apply(db)
    except sqlite3.DatabaseError as error:
        raise DatabaseError(f"{path}: {error}") from error
    return db


def _refuse_foreign(db: Database, path: str | Path) -> None:
    tables = set(db.table_names())
    applied = {migration.name for migration in migrations.applied(db)}
    if tables and not applied:
        raise RefusedError(f"{path}: is a SQLite database, but not one of dpawatch")
    known = {migration.name for migration in migrations.pending(Database(memory=True, execute_plugins=False))}
    newer = sorted(applied - known)
    if newer:
        raise RefusedError(f"{path}: was made by a newer dpawatch ({newer[-1]}); upgrade the program")
