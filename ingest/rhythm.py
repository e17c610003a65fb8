"""When a source is to be polled again: what it gave, what it asks for and the time in, the next time out.

A source is polled eight times between two of its items, as the last of them came: a silent source slows down by
itself, a busy one is asked every quarter of an hour. What its server and its feed ask for comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from ingest.models import NO_ADVICE, Advice

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(hours=24)
JITTER = 0.1
POLLS_BETWEEN_ITEMS = 8
# how many of the last times at which something came are looked at
ITEMS = 10
# a 304 is not believed for longer than this, or more often in a row
FULL_AFTER = timedelta(days=7)
FULL_AFTER_304S = 50


@dataclass(frozen=True, slots=True)
class History:
    """What the rhythm of a source is read from: the times of its last items, the newest first, or when it first worked.

    `owed` is from when on the first of the pages still to be read may be asked for, None without any.
    """

    times: tuple[datetime, ...] = ()
    advice: Advice = NO_ADVICE
    owed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """When a source is next polled; `interval` is what was chosen for it, before jitter and what it asks for."""

    due: datetime
    interval: timedelta


def plan_next(history: History, now: datetime, name: str) -> Plan:
    """Return when a source is to be polled after a poll at `now` that did not fail.

    `name` is the source's id: the jitter of up to a tenth is drawn from it and the time, so that sources that were
    polled together are not asked together again. Pages that are still to be read bring the next poll forward, but
    never what the source asks for.
    """
    interval = choose_interval(history.times, now)
    wait = interval * _draw_jitter(f"{name} {now.isoformat()}")
    if history.owed:
        wait = min(wait, history.owed - now)
    wait = max(wait, timedelta(seconds=max(history.advice.max_age, history.advice.ttl)))
    wait = min(max(wait, SHORTEST), LONGEST)
    return Plan(_leave_out(now + wait, history.advice), interval)


def choose_interval(times: Sequence[datetime], now: datetime) -> timedelta:
    """Return the time between two polls for items that came at these times, the newest first.

    Items of one moment count as one: a sitemap without dates shows all at once what came over years. The jitter keeps
    within 15 minutes and 24 hours, so the interval keeps a little more.
    """
    moments = sorted({time for time in times if time <= now}, reverse=True)[:ITEMS]
    apart = (now - moments[-1]) / len(moments) if moments else SHORTEST
    return min(max(apart / POLLS_BETWEEN_ITEMS, SHORTEST / (1 - JITTER)), LONGEST / (1 + JITTER))


def needs_full(last_body: datetime | None, not_modified: int, now: datetime) -> bool:
    """Say whether an index is asked for without validators: a week, or fifty 304s in a row, after its last body."""
    return not_modified >= FULL_AFTER_304S or (last_body is not None and now - last_body >= FULL_AFTER)


def _draw_jitter(seed: str) -> float:
    """Return a factor near 1."""
    part = int.from_bytes(sha256(seed.encode()).digest()[:4]) / 2**32
    return 1 + JITTER * (2 * part - 1)


def _leave_out(due: datetime, advice: Advice) -> datetime:
    """Return the first time from `due` on that is in none of the hours and days that a source wants to be left alone."""
    for _ in range(24 * 7):
        if due.hour not in advice.skip_hours and due.weekday() not in advice.skip_days:
            break
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return due
