"""Which of Datasette's databases is ours: told by its tables, whatever the file is called."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from dpawatch.web.kept import keep

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

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
