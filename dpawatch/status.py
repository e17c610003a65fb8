"""Health: what the database knows of its sources and runs, and for what of it a person is needed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from tabulate import tabulate

from db.health import FAILURES_IN_A_ROW, MONTH, last_runs, source_health, totals
from db.schema import open_database
from db.values import parse_time
from dpawatch.run import utc_now

LONGEST_WAIT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Status:
    """`needs` says in sentences what a person should look at; it is empty when all is well."""

    sources: list[dict[str, Any]]
    runs: list[dict[str, Any]]
    totals: dict[str, Any]
    needs: list[str]

    def to_json(self) -> dict[str, Any]:
        """Return the status as `status --json` prints it."""
        runs = [run | {"counts": json.loads(run["counts"]) if run["counts"] else None} for run in self.runs]
        return {"ok": not self.needs, "needs": self.needs, **self.totals, "runs": runs, "sources": self.sources}


def read_status_of(path: Path) -> Status:
    """Return the status of the database at path now; one that does not exist needs its first run.

    Raises: DatabaseError when the file is not one of our databases.
    """
    if not path.exists():
        nothing = {"articles": 0, "cases": 0, "companies": 0, "waiting": 0, "oldest_waiting": None, "unreadable": 0}
        return Status([], [], nothing, [f"there is no database {path} yet: start `dpawatch run`"])
    db = open_database(path)
    try:
        return read_status(db, utc_now())
    finally:
        db.close()


def read_status(db: Database, now: datetime) -> Status:
    """Return the status of the database at a time."""
    sources, runs, sums = source_health(db, now), last_runs(db), totals(db)
    needs = [
        *_run_needs(runs, sources, now),
        *_source_needs(sources),
        *_few_needs(sources, now),
        *_waiting_needs(sums, now),
    ]
    return Status(sources, runs, sums, needs)


def _run_needs(runs: list[dict[str, Any]], sources: list[dict[str, Any]], now: datetime) -> list[str]:
    if not runs:
        return ["nothing has run yet: start `dpawatch run`"]
    needs = []
    if runs[0]["outcome"] == "failed":
        needs.append(f"the last {runs[0]['command']} failed: {runs[0]['error']}")
    polled = [s["last_polled"] for s in sources if s["last_polled"]]
    if sources and not polled:
        needs.append("no source has ever been polled: start `dpawatch run`")
    elif polled and now - parse_time(max(polled)) > LONGEST_WAIT:
        needs.append(f"no source has been polled since {max(polled)}: does cron start `dpawatch run`?")
    return needs


def _source_needs(sources: list[dict[str, Any]]) -> list[str]:
    """Return a line for each source that was stopped, and for each that fails though it was seen to work.

    Seen here, or by the person who wrote it down.
    """
    gone = [
        f"source {s['id']} was taken away ({s['last_error']}) and is not polled any more: correct its address or remove it"
        for s in sources
        if s["stopped"]
    ]
    return gone + [
        f"source {s['id']} {s['state']}: failed {s['failures']} times in a row: {s['last_error']}"
        for s in sources
        if not s["stopped"] and s["failures"] >= FAILURES_IN_A_ROW and (s["first_success"] or s["verified"])
    ]


def _few_needs(sources: list[dict[str, Any]], now: datetime) -> list[str]:
    """Return a line for each source that works and yet gives too little, as when a site's layout has changed."""
    return [
        f"source {s['id']} works but gave {s['items_last_month']} items in 30 days, where {s['expected_least']} are expected"
        for s in sources
        if s["state"] == "works"
        and s["expected_least"] is not None
        and now - parse_time(s["first_success"]) > MONTH
        and s["items_last_month"] < s["expected_least"]
    ]


def _waiting_needs(sums: dict[str, Any], now: datetime) -> list[str]:
    oldest = sums["oldest_waiting"]
    if oldest and now - parse_time(oldest) > LONGEST_WAIT:
        return [f"{sums['waiting']} articles wait to be read, the oldest since {oldest}: start `dpawatch tag`"]
    return []


def format_status(status: Status, as_json: bool = False) -> str:
    """Return the status as JSON, or as tables for a terminal with what needs a person at the end."""
    if as_json:
        return json.dumps(status.to_json(), ensure_ascii=False, indent=2)
    keys = ("id", "state", "last_success", "last_new", "articles", "pending", "failures", "last_error")
    rows = [[source[key] for key in keys] for source in status.sources if source["last_polled"]]
    heads = ("source", "state", "last success", "last new", "articles", "pending", "failures", "last error")
    runs = [[run["command"], run["started"], run["finished"], run["outcome"]] for run in status.runs]
    sums = status.totals
    return "\n\n".join(
        [
            tabulate(rows, heads, maxcolwidths=[None] * 7 + [50]) if rows else "No source was polled yet.",
            _count_states(status.sources),
            tabulate(runs, ("last runs", "started", "finished", "outcome")) if runs else "No runs yet.",
            f"{sums['articles']} articles ({sums['waiting']} waiting to be read, {sums['unreadable']} unreadable), "
            f"{sums['cases']} cases, {sums['companies']} companies",
            "\n".join(f"needs a person: {need}" for need in status.needs) or "All is well.",
        ]
    )


def _count_states(sources: list[dict[str, Any]]) -> str:
    """Return how many sources are in which state, on one line; those never polled are in no table."""
    counts = Counter(source["state"] for source in sources)
    return (
        f"{len(sources)} sources: " + ", ".join(f"{n} {state}" for state, n in counts.items())
        if sources
        else "No sources yet."
    )
