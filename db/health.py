"""What the database knows of its own health: each source, the last runs, what is waiting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from db.odd_pages import EXTRACTION
from db.values import iso_time

MONTH = timedelta(days=30)
LATE = timedelta(hours=24)
# how many failures in a row make a source that has worked one that stopped working
FAILURES_IN_A_ROW = 3
# after so many attempts it is not chance that a page could not be read
ATTEMPTS_IN_VAIN = 3
# the worst first; the last ones wait for something
STATES = (
    "never worked",
    "stopped working",
    "gone",
    "failing",
    "held back",
    "overdue",
    "empty",
    "silent",
    "gives too little",
    "works",
    "not polled yet",
    "on request",
    "needs selectors",
)
_SOURCES = """
select id, publisher, kind, url, country, verified, on_request, lacks, first_success, last_polled, last_success, last_new,
    next_due, failures, last_error, last_warning, stopped, expected_least, held, odd_pages,
    last_item, days, gaps, usual_gap, longest_gap, probability, coalesce(silent, 0) as silent,
    (select count(*) from articles where articles.source = sources.id) as articles,
    (select count(*) from entries where entries.source = sources.id) as entries,
    (select count(*) from entries where entries.source = sources.id and state = 'pending') as pending,
    (select count(*) from entries where entries.source = sources.id and state = 'failed') as given_up,
    (select count(*) from entries where entries.source = sources.id and state = 'pending' and attempts >= ?) as unread,
    (select min(first_seen) from entries where entries.source = sources.id and state = 'pending' and attempts >= ?)
        as unread_since,
    case when expected_least is not null then
        (select count(*) from entries where entries.source = sources.id and first_seen > ?) end as items_last_month
from sources left join silences on silences.source = sources.id where active = 1
"""
_NO_ENTRIES = "(select null as source, null as state, null as defect, null as first_seen, 0 as attempts where false)"
_DEFECTS = """select defect, count(*) from (
        select defect from entries where defect is not null union all select defect from articles where defect is not null
    ) group by defect order by defect"""
_ENTRIES = "select state, count(*) from entries group by state order by state"
_RETRIED = "select count(*) from entries where state = 'pending' and attempts > 0"
_WAITING = f"""
select count(*) as waiting, min(fetched) as oldest_waiting from articles
where pipeline is null and defect is not '{EXTRACTION}'
"""  # noqa: S608 (a constant of db.odd_pages)


def source_health(db: Database, now: datetime | None = None) -> list[dict[str, Any]]:
    """Return one row for each active source, the worst first: its state, its last poll, its failures, what it gave.

    `state` is one of STATES: "never worked", "stopped working" (several failures in a row after it had worked), "gone" (it
    answered 410), "failing" (it failed once or twice), "overdue" (due for more than a day), "held back" (what it gives is not
    taken for true), "empty" (it answers, and never had an entry), "silent" (by `db.silence`, whose columns the rows have),
    "gives too little" (less in 30 days than the registry expects), "works", or what it waits for.
    `unread` counts the pages that were asked for in vain three times or more and are asked for again, `unread_since` is
    when the first of them was announced, `given_up` counts those that are not asked for again.
    `items_last_month` counts what came in the 30 days before `now` (the clock's time), for sources that state how many to
    expect. A public copy knows nothing of entries. Of one state those come first that somebody saw work, then those that failed most.
    """
    now = now or datetime.now(UTC)
    rows = list(db.query(_fit(db, _SOURCES), [ATTEMPTS_IN_VAIN, ATTEMPTS_IN_VAIN, iso_time(now - MONTH)]))
    for row in rows:
        row["state"] = _name_state(row, now)
    return sorted(rows, key=lambda r: (STATES.index(r["state"]), not r["verified"], -r["failures"], r["id"]))


def _fit(db: Database, sql: str) -> str:
    """Return a statement as it can be asked of a database; a public copy has no entries."""
    return sql if "entries" in db.table_names() else sql.replace("from entries", f"from {_NO_ENTRIES} as entries")


def _name_state(row: dict[str, Any], now: datetime) -> str:
    state = name_own_state(row)
    if state != "works":
        return state
    if not row["on_request"] and (row["next_due"] or row["last_polled"]) < iso_time(now - LATE):
        return "overdue"
    if not row["entries"] and not row["last_item"]:
        return "empty"
    if row["silent"]:
        return "silent"
    return "gives too little" if _gives_too_little(row, now) else state


def name_own_state(row: Mapping[str, Any]) -> str:
    """Return the state of a source as far as its own row tells it, whatever the time and what came of it."""
    if row["stopped"]:
        return "gone"
    if row["lacks"]:
        return f"needs {row['lacks']}"
    if not row["last_polled"]:
        return "on request" if row["on_request"] else "not polled yet"
    if not row["first_success"]:
        return "never worked"
    if row["failures"]:
        return "stopped working" if row["failures"] >= FAILURES_IN_A_ROW else "failing"
    return "held back" if row["held"] or row["odd_pages"] else "works"


def _gives_too_little(row: dict[str, Any], now: datetime) -> bool:
    if row["expected_least"] is None or not row["entries"] or row["first_success"] > iso_time(now - MONTH):
        return False
    return bool(row["items_last_month"] < row["expected_least"])


def last_runs(db: Database, limit: int = 5) -> list[dict[str, Any]]:
    """Return the last runs, the newest first, with their figures; `counts` is JSON text."""
    return list(db.query("select * from runs order by id desc limit ?", [limit]))


def totals(db: Database) -> dict[str, Any]:
    """Return how many articles, cases and companies there are, how many articles wait to be read and since when.

    `entries` is how many entries of feeds are in each state, by state; `retried` how many pages were asked for in vain and
    are asked for again, `given_up` how many are not; `defects` how many pages were no whole article, by kind.
    """
    counts = {t: db.execute(f"select count(*) from {t}").fetchone()[0] for t in ("articles", "cases", "companies")}  # noqa: S608
    unreadable = "select count(*) from articles where analysis_error is not null"
    waiting = next(iter(db.query(_WAITING)))
    entries = dict(db.execute(_fit(db, _ENTRIES)).fetchall())
    defects = dict(db.execute(_fit(db, _DEFECTS)).fetchall())
    return {
        **counts,
        **waiting,
        "unreadable": db.execute(unreadable).fetchone()[0],
        "entries": entries,
        "retried": db.execute(_fit(db, _RETRIED)).fetchone()[0],
        "given_up": entries.get("failed", 0),
        "defects": defects,
    }
