"""What one connection of the site may give: how long a value is, how large an answer, and not where the file lies."""

from __future__ import annotations

import sqlite3
import sys
from typing import Any
from weakref import ref

MOST_BYTES = 64_000_000  # of the values of one answer, in memory: a thousand decisions
_LONGEST = 12_000_000  # bytes of a value: the longest text that is read from a PDF may have ten million


def limit_connection(connection: sqlite3.Connection) -> None:
    """Let a connection answer what is too large with an error of SQLite's, and hide the path of its file.

    Besides the limit of time: within it SQL can fill gigabytes.
    """
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    connection.row_factory = _Rows()
    connection.set_authorizer(_hide_path)


class _Rows:
    "Makes the rows of one cursor after another, as long as those of one are not too large together"

    def __init__(self) -> None:
        self._of: ref[sqlite3.Cursor] | None = None
        self._bytes = 0

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        """Return a row. Raises: sqlite3.OperationalError."""
        if self._of is None or self._of() is not cursor:
            self._of, self._bytes = ref(cursor), 0
        self._bytes += sum(map(sys.getsizeof, values))
        if self._bytes > MOST_BYTES:
            raise sqlite3.OperationalError(f"the answer is larger than {MOST_BYTES // 1_000_000} MB")
        return sqlite3.Row(cursor, values)


def _hide_path(action: int, table: str | None, column: str | None, *_: str | None) -> int:
    hidden = action == sqlite3.SQLITE_READ and table == "pragma_database_list" and column == "file"
    return sqlite3.SQLITE_IGNORE if hidden else sqlite3.SQLITE_OK
