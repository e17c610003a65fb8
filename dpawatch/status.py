"""Health: what the database knows of its sources and runs, and for what of it a person is needed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from db.alerts import alert_needs
from db.faults import find_file
from db.health import ATTEMPTS_IN_VAIN, FAILURES_IN_A_ROW, STATES, last_runs, source_health, totals
from db.redactions import find_interrupted
from db.runs import is_running
from db.schema import open_database
from db.silence import explain_silence
from db.upkeep import read_upkeep
from db.values import iso_time, parse_time
from dpawatch.summary import format_bytes
from ingest.clock import utc_now

LONGEST_WAIT = timedelta(hours=24)
# one page may be broken for ever; several at once are an outage
PAGES_IN_VAIN = 3
# columns of runs that hold JSON
_JSON = ("counts", "versions", "timings", "needs")
# a backup or a public copy takes as much as the database, and both are made beside older ones
LEAST_FREE_SHARE = 2
LEAST_FREE = 500_000_000


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand at a time; `needs` says in sentences what a person should look at, and is empty when all is well."""

    at: datetime
    sources: list[dict[str, Any]]
    runs: list[dict[str, Any]]
    totals: dict[str, Any]
    upkeep: dict[str, Any]
    needs: list[str]

    def to_json(self) -> dict[str, Any]:
        """Return the status as `status --json` prints it."""
        runs = [run | {key: json.loads(run[key]) if run[key] else None for key in _JSON} for run in self.runs]
        states = self.count_states()
        times = {
            key: time and iso_time(time) for key, time in self.upkeep.items() if key in ("last_backup", "backup_due")
        }
        upkeep = {"version": version("dpawatch"), **self.upkeep, **times}
        head = {
            "ok": not self.needs,
            "at": iso_time(self.at),
            "needs": self.needs,
            **self.totals,
            **upkeep,
            "states": states,
        }
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
        upkeep: dict[str, Any] = dict.fromkeys(("database_bytes", "disk_free", "last_backup", "backup_due")) | {
            "pipeline": []
        }
        return Status(utc_now(), [], [], nothing, upkeep, [f"there is no database {path} yet: start `dpawatch run`"])
    db = open_database(path)
    try:
        return read_status(db, utc_now())
    finally:
        db.close()


def read_status(db: Database, now: datetime, file: str | Path | None = None) -> Status:
    """Return the status of the database at a time; `file` is where it lies, for a connection that may not tell."""
    sources, runs, sums, upkeep = source_health(db, now), last_runs(db), totals(db), read_upkeep(db, file)
    needs = [
        *_redaction_needs(db),
        *_run_needs(runs, sources, now),
        *_source_needs(sources),
        *_doubt_needs(sources),
        *_page_needs(sources),
        *_silence_needs(sources),
        *_few_needs(sources),
        *_waiting_needs(sums, now),
        *alert_needs(db, is_running(file or find_file(db))),
        *_upkeep_needs(upkeep, now),
    ]
    return Status(now, sources, runs, sums, upkeep, needs)


def _redaction_needs(db: Database) -> list[str]:
    number = find_interrupted(db)
    return [f"redaction {number} was interrupted: start `dpawatch redact --resume`"] if number else []


def _run_needs(runs: list[dict[str, Any]], sources: list[dict[str, Any]], now: datetime) -> list[str]:
    if not runs:
        return ["nothing has run yet: start `dpawatch run`"]
    needs = []
    if runs[0]["outcome"] == "failed":
        why = f": {runs[0]['error']}" if runs[0]["error"] else ""
        needs.append(f"the last {runs[0]['command']} failed{why}")
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


def _doubt_needs(sources: list[dict[str, Any]]) -> list[str]:
    """Return a line for each source of which something is not taken for true, as when its site was rebuilt."""
    return [
        f"source {s['id']} is held back: {doubt}; correct its table, or `dpawatch sources accept {s['id']}`"
        for s in sources
        for doubt in (s["held"], s["odd_pages"])
        if doubt
    ]


def _silence_needs(sources: list[dict[str, Any]]) -> list[str]:
    """Return a line for each source that answers and has brought nothing for longer than its rhythm leads one to expect."""
    return [
        f"source {s['id']} is silent: {explain_silence(s)}; look at its site, or `dpawatch sources accept {s['id']}`"
        for s in sources
        if s["state"] == "silent"
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


def _upkeep_needs(upkeep: dict[str, Any], now: datetime) -> list[str]:
    """Return a line when the disk has little room, and one when backups were made and are made no more."""
    needs, free, size = [], upkeep["disk_free"], upkeep["database_bytes"]
    if free is not None and free < max(LEAST_FREE, LEAST_FREE_SHARE * size):
        needs.append(f"the disk has {format_bytes(free)} left, and the database takes {format_bytes(size)}: make room")
    if upkeep["backup_due"] and upkeep["backup_due"] < now:
        needs.append(f"the last backup is of {iso_time(upkeep['last_backup'])}: does cron start `dpawatch backup`?")
    return needs
