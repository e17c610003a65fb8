"""Which of Datasette's databases is ours: told by its tables, whatever the file is called."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from datasette.database import QueryInterrupted
from datasette.utils import sqlite_timelimit

from dpawatch.web.kept import keep

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

T = TypeVar("T")

_TABLES = {"cases", "articles", "actions", "case_articles", "case_events", "case_actions"}
_INTERNAL = "_internal"
_found: WeakKeyDictionary[Datasette, str] = WeakKeyDictionary()


async def find_database(datasette: Datasette) -> Database | None:
    """Return the first database that has our tables, or None while there is none. Asks each time: a run may make it."""
    for database in datasette.databases.values():
        if database.name != _INTERNAL and await keep(database, "ours", partial(_is_ours, database)):
            _found[datasette] = database.name
            return database
    _found.pop(datasette, None)
    return None


async def _is_ours(database: Database) -> bool:
    return set(await database.table_names()) >= _TABLES


def database_name(datasette: Datasette) -> str | None:
    """Return the name of the database found last, before any search that of the first file; None when there is none."""
    if datasette in _found:
        return _found[datasette]
    names = (name for name, database in datasette.databases.items() if database.path)
    return next(names, None)


async def fetch_rows(database: Database, sql: str, params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Return all rows of a query as dicts; Datasette's time limit applies (QueryInterrupted)."""
    results = await database.execute(sql, params or {}, log_sql_errors=False)
    return [dict(row) for row in results.rows]


async def fetch_together(
    database: Database, queries: Mapping[str, str], params: dict[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of several queries by name, asked in one go, within the time of one.

    The way to a thread of the database and back costs as much as many a query.
    """

    def ask(connection: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
        return {name: [dict(row) for row in connection.execute(sql, params)] for name, sql in queries.items()}

    return await ask_connection(database, ask, "; ".join(queries.values()), params)


async def ask_connection(
    database: Database, ask: Callable[[sqlite3.Connection], T], said: str, params: dict[str, Any] | None = None
) -> T:
    """Return what a function makes of a connection of the database, within Datasette's time limit (QueryInterrupted)."""

    def within_limit(connection: sqlite3.Connection) -> T:
        with sqlite_timelimit(connection, database.ds.sql_time_limit_ms):
            return ask(connection)

    try:
        found: T = await database.execute_fn(within_limit)
    except sqlite3.OperationalError as error:
        if error.args == ("interrupted",):
            raise QueryInterrupted(error, said, params or {}) from error
        raise
    return found
