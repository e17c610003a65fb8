"""Backups: a database in, one whole file out that holds it as it was at one moment; and the way back.

SQLite's backup keeps the numbers of rows, by which full-text search finds its texts; a vacuumed copy would not.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from db.alerts import collect_alerts
from db.errors import BackupError, DatabaseError, LockedError, RefusedError
from db.faults import explain_fault, find_file
from db.files import replaced_file
from db.redactions import find_interrupted, take_over_redactions
from db.runs import run_lock
from db.schema import is_database, is_published, is_put_away, open_database, refuse_foreign
from db.values import iso_time

_STAMP = "%Y%m%dT%H%M%SZ"
_DATED = r"-\d{8}T\d{6}Z\.db"
_RECORD = "insert into backups (made, path, bytes, seconds) values (?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: its file, its size in bytes, and the older ones that were removed for it."""

    path: Path
    bytes: int
    removed: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restored database holds, and where the one lies now whose place it took, if there was one.

    `redactions` were made there after the backup, and wait to be completed here.
    """

    articles: int
    cases: int
    earlier: Path | None
    redactions: int = 0


def make_backup(db: Database, target: Path, now: datetime, keep: int | None = None) -> Backup:
    """Write a checked backup of a database, while others may write to it, and record in it that it was made.

    Args:
        target: a file, which is replaced, or a folder, which gets a file named by the time.
        keep: of the files in the folder that were named so, only so many stay, the newest.
    Raises: RefusedError when the target is no place for a backup; BackupError when it cannot be written or is not sound,
        and then what was there before still is; LockedError when another process writes it.
    """
    started, source = time.monotonic(), Path(find_file(db))
    folder = target.is_dir()
    path = (target / f"{source.stem}-{now.astimezone(UTC).strftime(_STAMP)}.db" if folder else target).resolve()
    _refuse_what_is_no_backup(source, path)
    with _saying_where(path), replaced_file(path, source.name if folder else None) as new:
        _copy(db.conn, new)
        with closing(_connect(new)) as copy:
            # one file, and nothing beside it
            copy.execute("pragma journal_mode = delete")
            _check(copy, path)
    size = path.stat().st_size
    if not is_put_away(source):
        db.execute(_RECORD, [iso_time(now), str(path), size, round(time.monotonic() - started, 1)])
    return Backup(path, size, tuple(_remove_older(path, source.stem, keep)) if folder and keep else ())


def restore_backup(backup: Path, path: Path, now: datetime, force: bool = False) -> Restored:
    """Put a database in the place of `path`, whole and checked, and return what it holds; an earlier one is set aside.

    The caller holds no lock: it is taken, so that no run goes on meanwhile.
    Args:
        force: a database that is there may be set aside, beside its place.
    Raises: RefusedError, DatabaseError when the backup is none of ours; BackupError when it is not sound; LockedError when
        a run goes on or another process has the database open. Nothing is changed then.
    """
    _refuse_what_cannot_be_restored(backup)
    if path.exists() and not force:
        raise RefusedError(f"{path}: is there; with --force it is set aside, and the backup takes its place")
    if path.exists() and not is_database(path):
        raise RefusedError(f"{path}: is no database; remove it first")
    path = path.resolve()  # a link stays a link
    if path.exists() and path.samefile(backup):
        raise RefusedError(f"{path}: is the backup itself; give the database whose place it takes")
    with run_lock(path), _saying_where(path), replaced_file(path) as new:
        with closing(_open_backup(backup)) as source:
            _check(source, backup)
            _copy(source, new)
        with closing(open_database(new)) as db:
            db.enable_wal()
            _check(db.conn, backup)
            # what was taken down since the backup was made may not come back with it
            redactions = _take_over(db, path, now) if path.exists() else 0
            articles, cases = db["articles"].count, db["cases"].count
        earlier = _set_aside(path, now) if path.exists() else None
    return Restored(articles, cases, earlier, redactions)


def _take_over(db: Database, earlier: Path, now: datetime) -> int:
    if find_interrupted(db) is None:
        # what is untold in the backup is news; what completing the redactions changes is none
        collect_alerts(db, now)
    return take_over_redactions(db, earlier)


def _refuse_what_is_no_backup(source: Path, path: Path) -> None:
    if path.exists() and path.samefile(source):
        raise RefusedError(f"{path}: is the database itself; give another name for its backup")
    if path.exists() and not is_database(path):
        raise RefusedError(f"{path}: is no database; give another name, or remove it first")
    if path.exists() and is_published(path):
        raise RefusedError(f"{path}: is a public copy, which a site may show; give another name")
    for beside in (path.with_name(f"{path.name}{end}") for end in ("-wal", "-journal", ".lock")):
        if beside.exists():
            raise RefusedError(f"{path}: is a database that runs write to, as {beside.name} shows; give another name")


def _refuse_what_cannot_be_restored(backup: Path) -> None:
    if not backup.exists():
        raise DatabaseError(f"{backup}: no such backup")
    if not is_database(backup):
        raise RefusedError(f"{backup}: is no SQLite database")
    if is_published(backup):
        raise RefusedError(f"{backup}: is a public copy, in which texts are cut; give a backup")
    with _saying_where(backup), closing(_open_backup(backup)) as con:
        refuse_foreign(Database(con, execute_plugins=False), backup)


@contextmanager
def _saying_where(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise BackupError(f"{path}: {explain_fault(error) or error}; what was there before still is") from error


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def _open_backup(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)


def _copy(source: sqlite3.Connection, new: Path) -> None:
    """Copy a database as it is at one moment into a file that nobody needs if this process dies."""
    with closing(_connect(new)) as copy:
        copy.execute("pragma journal_mode = off")
        copy.execute("pragma synchronous = off")
        source.backup(copy)


def _check(con: sqlite3.Connection, path: Path) -> None:
    found = con.execute("pragma integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise BackupError(f"{path}: is not sound, so what was there before still is: {' '.join(found.split())}")


def _remove_older(path: Path, stem: str, keep: int) -> Iterator[Path]:
    """Remove the files beside a backup that were named like it, but for the newest, and yield them."""
    dated = re.compile(re.escape(stem) + _DATED)
    named = sorted((file for file in path.parent.iterdir() if dated.fullmatch(file.name)), reverse=True)
    for file in named[keep:]:
        file.unlink()
        yield file


def _set_aside(path: Path, now: datetime) -> Path:
    """Give a database a second name, under which it stays when another takes its place, and return that."""
    _close_journal(path)
    earlier = path.with_name(f"{path.name}.before-{now.astimezone(UTC).strftime(_STAMP)}")
    os.link(path, earlier)
    wal = path.with_name(f"{path.name}-wal")
    if wal.exists():  # of a damaged database, which cannot be opened to close it
        wal.rename(earlier.with_name(f"{earlier.name}-wal"))
    return earlier


def _close_journal(path: Path) -> None:
    """Write what is in the journal of a database into it: SQLite would take it for that of the new one.

    Raises: LockedError while another process has the database open.
    """
    with closing(_connect(path)) as con:
        try:
            con.execute("pragma busy_timeout = 1000")
            con.execute("pragma journal_mode = delete")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            raise LockedError(f"{path}: another program has it open; end it first, such as `dpawatch serve`") from error
        except sqlite3.DatabaseError:
            return  # damaged: it is set aside as it is
