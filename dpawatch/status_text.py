"""The health of a database as people read it: the worst sources first, in tables that fit a terminal."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.metadata import version
from itertools import groupby
from typing import Any

from babel.dates import format_timedelta
from tabulate import tabulate

from db.health import STATES
from db.silence import explain_silence
from db.values import iso_time, parse_time
from dpawatch.status import Status
from dpawatch.summary import format_bytes, format_seconds

WIDTH = 100
# of one state, and of what needs a person
SHOWN = 10
_RUN_FIGURES = ("sources", "failed", "new", "updated")
FINE = ("works", "not polled yet", "on request", "needs selectors")


def format_status(status: Status, every: bool = False, width: int = WIDTH) -> str:
    """Return the status as text of a width: counts, the sources that do not simply work, runs, what needs a person.

    `every` shows all of what is otherwise cut: all sources, and all that needs a person.
    """
    parts = [
        _format_counts(status.sources),
        *_format_groups(status, every, width),
        _format_runs(status),
        _format_totals(status.totals),
        _format_upkeep(status),
        _format_needs(status.needs, every, width),
    ]
    # servers have their say in the errors, and no say in what a terminal does
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in "\n\n".join(parts))


def format_age(time: str | None, now: datetime) -> str:
    """Return how long ago an ISO time was, "3 days ago"; "in 2 hours" when it is still to come, "never" for None."""
    if time is None:
        return "never"
    apart = parse_time(time) - now
    if abs(apart) < timedelta(minutes=1):
        return "now"
    return format_timedelta(apart, granularity="minute", threshold=1, add_direction=True, locale="en")


def _format_counts(sources: Sequence[dict[str, Any]]) -> str:
    """Return how many sources of which kind are in which state."""
    if not sources:
        return "No sources yet."
    kinds = [kind for kind, _ in sorted(Counter(s["kind"] for s in sources).items(), key=lambda k: (-k[1], k[0]))]
    counts = Counter((s["state"], s["kind"]) for s in sources)
    rows: list[list[object]] = []
    for state in STATES:
        found = [counts[state, kind] for kind in kinds]
        if any(found):
            rows.append([state, sum(found), *(number or "" for number in found)])
    return tabulate(rows, [f"{len(sources)} sources", "all", *kinds])


def _format_groups(status: Status, every: bool, width: int) -> list[str]:
    """Return a table for each state, the worst first; of those that are fine only when every source is to be shown."""
    groups = [(state, list(rows)) for state, rows in groupby(status.sources, key=lambda s: s["state"])]
    return [_format_group(state, rows, status.at, every, width) for state, rows in groups if every or state not in FINE]


def _format_group(state: str, rows: Sequence[dict[str, Any]], now: datetime, every: bool, width: int) -> str:
    shown = rows if every else rows[:SHOWN]
    figures = ["last new", "articles", "waiting"] if state in FINE else ["failures"]
    heads = ["source", "last worked", *figures]
    cells = [[row["id"], format_age(row["last_success"], now), *_list_figures(row, state, now)] for row in shown]
    # a column is two wider than its head, and two from the next
    used = sum(max(len(head) + 2, *map(len, column)) + 2 for head, *column in zip(heads, *cells, strict=True))
    lines = [[*line, _cut(_explain(row, now), width - used)] for line, row in zip(cells, shown, strict=True)]
    table = tabulate(lines, [*heads, "why"], disable_numparse=True)
    more = len(rows) - len(shown)
    return f"{state.capitalize()}: {len(rows)}\n\n{table}" + (
        f"\nand {more:,} more: `dpawatch status --all`" if more else ""
    )


def _list_figures(row: dict[str, Any], state: str, now: datetime) -> list[str]:
    if state not in FINE:
        return [str(row["failures"])]
    return [format_age(row["last_new"], now), str(row["articles"]), str(row["pending"])]


def _explain(row: dict[str, Any], now: datetime) -> str:
    """Return why a source is in its state, in a few words."""
    if row["state"] == "overdue":
        return f"was due {format_age(row['next_due'] or row['last_polled'], now)}"
    if row["state"] == "empty":
        return row["last_warning"] or "answers, and has never had an entry"
    if row["state"] == "held back":
        return str(row["held"] or row["odd_pages"])
    if row["state"] == "silent":
        return explain_silence(row)
    if row["state"] == "gives too little":
        return f"{row['items_last_month']} items in 30 days, at least {row['expected_least']} expected"
    said = (row["last_error"] if row["failures"] else row["last_warning"]) or ""
    # its own address says nothing new
    return str(said).removeprefix(row["url"] or "").lstrip(": ")


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _format_runs(status: Status) -> str:
    rows = [
        [run["command"], format_age(run["started"], status.at), _format(run["seconds"], format_seconds),
         run["outcome"] or "running", *(_format(run[key], "{:,}".format) for key in _RUN_FIGURES),
         _format(run["bytes"], format_bytes)]
        for run in status.runs
    ]  # fmt: skip
    heads = ("runs", "started", "took", "outcome", "polled", *_RUN_FIGURES[1:], "received")
    return tabulate(rows, heads, disable_numparse=True) if rows else "No runs yet."


def _format(value: Any, write: Any) -> str:
    return "" if value is None else write(value)


def _format_totals(sums: dict[str, Any]) -> str:
    entries = ", ".join(f"{number:,} {state}" for state, number in sums["entries"].items())
    defects = ", ".join(f"{number:,} {kind}" for kind, number in sums["defects"].items())
    said = {"asked for again": sums["retried"], "given up": sums["given_up"]}
    unread = [f"{number:,} {what}" for what, number in said.items() if number]
    return (
        f"{sums['articles']:,} articles ({sums['waiting']:,} waiting to be read, {sums['unreadable']:,} unreadable), "
        f"{sums['cases']:,} cases, {sums['companies']:,} companies"
        + (f"\nEntries: {entries}" if entries else "")
        + (f"\nPages that could not be read: {' and '.join(unread)}" if unread else "")
        + (f"\nPages that were no whole article: {defects}" if defects else "")
    )


def _format_upkeep(status: Status) -> str:
    """Return what the program is, what it last read with, and how its database lies."""
    known, lines = status.upkeep, [f"dpawatch {version('dpawatch')}"]
    if known["pipeline"]:
        lines[0] += f", articles read with {', '.join(known['pipeline'])}"
    if known["database_bytes"] is not None:
        size = f"Database: {format_bytes(known['database_bytes'])}"
        free = "" if known["disk_free"] is None else f", {format_bytes(known['disk_free'])} free on its disk"
        last = known["last_backup"] and iso_time(known["last_backup"])
        lines.append(f"{size}{free}; last backup: {format_age(last, status.at)}")
    return "\n".join(lines)


def _format_needs(needs: Sequence[str], every: bool, width: int) -> str:
    shown = needs if every else needs[:SHOWN]
    wrap = textwrap.TextWrapper(
        width, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False,
        max_lines=None if every else 2, placeholder=" …",
    )  # fmt: skip
    lines = [wrap.fill(f"needs a person: {need}") for need in shown]
    if len(needs) > len(shown):
        lines.append(f"needs a person: {len(needs) - len(shown):,} more; `dpawatch status --all` names them")
    return "\n".join(lines) or "Nothing needs a person."
