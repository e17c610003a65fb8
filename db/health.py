"""What the database knows of its own health: each source, the last runs, what is waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from db.values import iso_time

MONTH = timedelta(days=30)
# how many failures in a row make a source that has worked one that stopped working
FAILURES_IN_A_ROW = 3
_SOURCES = """
select id, publisher, url, country, verified, first_success, last_polled, last_success, last_new, next_due,
    failures, last_error, last_warning, stopped,
    case when stopped is not null then 'gone'
        when lacks is not null then 'needs ' || lacks
        when last_polled is null and on_request then 'on request'
        when last_polled is null then 'not polled yet'
        when first_success is null then 'never worked'
        when failures >= ? then 'stopped working'
        else 'works' end as state,
    (select count(*) from articles where articles.source = sources.id) as articles,
    (select count(*) from entries where entries.source = sources.id and state = 'pending') as pending,
    expected_least,
    case when expected_least is not null then
        (select count(*) from entries where entries.source = sources.id and first_seen > ?) end as items_last_month
from sources where active = 1
order by case when stopped is not null or failures >= ? then 0 when failures > 0 then 1 when last_polled is not null then 2 else 3 end,
    first_success is null, failures desc, id
"""
_WAITING = """
select count(*) as waiting, min(fetched) as oldest_waiting from articles where pipeline is null
"""


def source_health(db: Database, now: datetime | None = None) -> list[dict[str, Any]]:
    """Return one row for each active source, the worst first: when it was last polled and new, its failures, what it gave.

    Those that stopped working come before those that never worked, and those that were never polled last.
    `state` is "gone" (it answered 410), "works", "stopped working" (several failures in a row after it had worked), "never
    worked", "not polled yet", "on request", or "needs selectors". `items_last_month` counts what came in the 30 days
    before `now` (the clock's time), for sources that state how many to expect.
    """
    month_ago = iso_time((now or datetime.now(UTC)) - MONTH)
    return list(db.query(_SOURCES, [FAILURES_IN_A_ROW, month_ago, FAILURES_IN_A_ROW]))


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
