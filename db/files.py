"""Files that take the place of others: written beside them, whole or not at all."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.errors import DatabaseError, LockedError


@contextmanager
def replaced_file(path: Path, beside: str | None = None) -> Iterator[Path]:
    """Yield an empty file beside `path` that takes its place at the end; after an error `path` is as it was before.

    Who reads the old file goes on reading it. The empty file has one name, so what a killed process left of it is used
    again, and a lock, so that two processes never write to it at once. `beside` is that name, where `path` has another each
    time.
    Raises: LockedError when another process writes it; DatabaseError when there is no such folder.
    """
    path = path.resolve()  # a link stays a link
    new = path.with_name(f".{beside or path.name}.new")
    descriptor = _take(new, path)
    try:
        os.ftruncate(descriptor, 0)
        yield new
        os.fsync(descriptor)
        new.replace(path)
        _sync_folder(path.parent)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)


def _take(new: Path, path: Path) -> int:
    """Return a locked descriptor of the new file, made if need be."""
    while True:
        try:
            descriptor = os.open(new, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except FileNotFoundError as error:
            raise DatabaseError(f"{path}: the folder {path.parent} does not exist") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise LockedError(f"{path}: another process is writing it") from error
        # the one that held it may have put it in its place meanwhile
        if _is_open_as(descriptor, new):
            return descriptor
        os.close(descriptor)


def _is_open_as(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
