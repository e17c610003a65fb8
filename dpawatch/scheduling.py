"""Which sources a run polls, and when each is polled again: the rules of `ingest`, on what the database knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from db.entries import pending_entries
from db.rhythm import Schedule, find_owed, item_times, source_address, source_trust
from db.sources import due_sources, source_state, stopped_sources
from ingest.models import Source, SourceDone, SourceJob
from ingest.moves import Move, may_adopt
from ingest.rhythm import History, needs_full, plan_next


def choose_sources(
    db: Database, sources: Sequence[Source], now: datetime, only: Sequence[str] = (), every: bool = False
) -> tuple[list[Source], int]:
    """Return the sources of a registry to poll now, and how many others rest until their time comes.

    `only` names sources to poll, due or not, also those on request and those that a 410 stopped. `every` takes all but
    these. A source that lacks something is never polled.
    """
    able = [source for source in sources if not source.lacks]
    if only:
        return [source for source in able if source.id in only], 0
    able = [source for source in able if not source.on_request]
    stopped, due = stopped_sources(db), due_sources(db, now)
    chosen = [s for s in able if (s.id not in stopped if every else s.id in due)]
    return chosen, len(able) - len(chosen)


def make_job(db: Database, source: Source, now: datetime) -> SourceJob:
    """Return the job of polling a source at the address it is asked at now, with what its last poll left."""
    address, trust = source_address(db, source.id), source_trust(db, source.id)
    if address.adopted:
        source = replace(source, url=address.adopted)
    doubted = trust.false_304s > 0 or needs_full(trust.last_body, trust.not_modified, now)
    # before a move is believed, what lies behind it is to be seen
    about_to_move = _find_new_address(db, source, address.moved_to, True, now) is not None
    state, pending = source_state(db, source.id), pending_entries(db, source.id, now)
    return SourceJob(source, state, pending, in_full=doubted or about_to_move)


def schedule_next(db: Database, source: Source, event: SourceDone, now: datetime) -> Schedule | None:
    """Return when a source is polled after the poll that ended so, and where; None when failures decide that.

    `source` has the address that was asked. The poll's entries are stored already, its end is not.
    """
    if event.outcome not in ("polled", "unchanged", "held"):
        return None
    history = History(item_times(db, source.id) or (now,), event.state.advice, find_owed(db, source.id, now))
    plan = plan_next(history, now, source.id)
    # a body that is unchanged was a feed when it was read
    has_feed = event.entries > 0 or (event.answered and event.outcome == "unchanged")
    address = _find_new_address(db, source, event.moved_to, has_feed, now)
    return Schedule(plan.due, round(plan.interval.total_seconds()), address)


def _find_new_address(db: Database, source: Source, target: str | None, has_feed: bool, now: datetime) -> str | None:
    """Return the target of a source's permanent redirect if it is to be its address after this poll, else None."""
    if target is None:
        return None
    before = source_address(db, source.id)
    move = Move(target, 1, now)
    if target == before.moved_to and before.moved_since:
        move = Move(target, before.moved_times + 1, before.moved_since)
    return target if may_adopt(source.url, move, has_feed, now) else None
