"""Health: what the database knows of its sources and runs, and for what of it a person is needed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from db.health import ATTEMPTS_IN_VAIN, FAILURES_IN_A_ROW, STATES, last_runs, source_health, totals
from db.redactions import find_interrupted
from db.schema import open_database
from db.values import parse_time
from dpawatch.run import utc_now

LONGEST_WAIT = timedelta(hours=24)
# one page may be broken for ever; several at once are an outage
PAGES_IN_VAIN = 3


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand at a time; `needs` says in sentences what a person should look at, and is empty when all is well."""

    at: datetime
    sources: list[dict[str, Any]]
    runs: list[dict[str, Any]]
    totals: dict[str, Any]
    needs: list[str]

    def to_json(self) -> dict[str, Any]:
        """Return the status as `status --json` prints it."""
        runs = [run | {"counts": json.loads(run["counts"]) if run["counts"] else None} for run in self.runs]
        states = self.count_states()
        head = {"ok": not self.needs, "needs": self.needs, **self.totals, "states": states}
        return {**head, "runs": runs, "sources": self.sources}

    def count_states(self) -> dict[str, int]:
        """Return how many sources are in each state, the worst first; states of none are left out."""
        counts = Counter(source["state"] for source in self.sources)
        return {state: counts[state] for state in STATES if counts[state]}


def read_status_of(path: Path) -> Status:
    """Return the status of the database at path now; one that does not exist needs its first run.

    Raises: DatabaseError when the file is not one of our databases.
    """
    if not path.exists():
        nothing: dict[str, Any] = {"articles": 0, "cases": 0, "companies": 0, "waiting": 0, "oldest_waiting": None}
        nothing |= {"unreadable": 0, "entries": {}, "retried": 0, "given_up": 0, "defects": {}}
        return Status(utc_now(), [], [], nothing, [f"there is no database {path} yet: start `dpawatch run`"])
    db = open_database(path)
    try:
        return read_status(db, utc_now())
    finally:
        db.close()


def read_status(db: Database, now: datetime) -> Status:
    """Return the status of the database at a time."""
    sources, runs, sums = source_health(db, now), last_runs(db), totals(db)
    needs = [
        *_redaction_needs(db),
        *_run_needs(runs, sources, now),
        *_source_needs(sources),
        *_page_needs(sources),
        *_few_needs(sources),
        *_waiting_needs(sums, now),
    ]
    return Status(now, sources, runs, sums, needs)


def _redaction_needs(db: Database) -> list[str]:
    number = find_interrupted(db)
    return [f"redaction {number} was interrupted: start `dpawatch redact --resume`"] if number else []


def _run_needs(runs: list[dict[str, Any]], sources: list[dict[str, Any]], now: datetime) -> list[str]:
    if not runs:
        return ["nothing has run yet: start `dpawatch run`"]
    needs = []
    if runs[0]["outcome"] == "failed":
        needs.append(f"the last {runs[0]['command']} failed: {runs[0]['error']}")
    unarchived = json.loads(runs[0]["counts"] or "{}").get("unarchived_articles")
    if unarchived:
        needs.append(
            f"the last {runs[0]['command']} kept no raw form of {unarchived} articles: is there room for the archive?"
        )
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


def _page_needs(sources: list[dict[str, Any]]) -> list[str]:
    """Return a line for each source of which no new page could be read since several were asked for in vain."""
    return [
        f"source {s['id']} answers, but not its pages: {s['unread']} were asked for in vain {ATTEMPTS_IN_VAIN} times or more, "
        f"and none could be read since {s['unread_since']}; {s['given_up']} were given up"
        for s in sources
        if s["unread"] >= PAGES_IN_VAIN and (s["last_new"] or "") < s["unread_since"]
    ]


def _few_needs(sources: list[dict[str, Any]]) -> list[str]:
    """Return a line for each source that works and yet gives too little, as when a site's layout has changed."""
    return [
        f"source {s['id']} works but gave {s['items_last_month']} items in 30 days, where {s['expected_least']} are expected"
        for s in sources
        if s["state"] == "gives too little"
    ]


def _waiting_needs(sums: dict[str, Any], now: datetime) -> list[str]:
    oldest = sums["oldest_waiting"]
    if oldest and now - parse_time(oldest) > LONGEST_WAIT:
        return [f"{sums['waiting']} articles wait to be read, the oldest since {oldest}: start `dpawatch tag`"]
    return []
