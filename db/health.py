"""What the database knows of its own health: each source, the last runs, what is waiting."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

_SOURCES = """
select id, publisher, url, last_polled, last_success, last_new, next_due, failures, last_error, last_warning,
    (select count(*) from articles where articles.source = sources.id) as articles,
    (select count(*) from entries where entries.source = sources.id and state = 'pending') as pending
from sources where active = 1 order by id
"""
_WAITING = """
select count(*) as waiting, min(fetched) as oldest_waiting from articles where pipeline is null
"""


def source_health(db: Database) -> list[dict[str, Any]]:
    """Return one row for each active source: when it was last polled and new, its failures in a row, what it gave."""
    return list(db.query(_SOURCES))


def last_runs(db: Database, limit: int = 5) -> list[dict[str, Any]]:
    """Return the last runs, the newest first; `counts` is JSON text."""
    sql = "select id, command, started, finished, outcome, counts, pipeline, error from runs order by id desc limit ?"
    return list(db.query(sql, [limit]))


def totals(db: Database) -> dict[str, Any]:
    """Return how many articles, cases and companies there are, how many articles wait to be read and since when."""
    counts = {t: db.execute(f"select count(*) from {t}").fetchone()[0] for t in ("articles", "cases", "companies")}  # noqa: S608
    unreadable = "select count(*) from articles where analysis_error is not null"
    waiting = next(iter(db.query(_WAITING)))
    return {**counts, **waiting, "unreadable": db.execute(unreadable).fetchone()[0]}
