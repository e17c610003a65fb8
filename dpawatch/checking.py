"""Verdicts on sources for people and programs: a table or JSON, and for which of them a person is needed."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, cast

from tabulate import tabulate

from db.values import iso_time
from dpawatch.progress import Progress
from dpawatch.settings import Settings
from ingest.models import Source

if TYPE_CHECKING:
    from ingest.checking import Verdict

# the order of the table: what a person can mend first
ORDER = ("moved", "gone", "not a feed", "blocked by robots", "failed", "empty", "needs selectors", "works")


def check_registry(sources: Sequence[Source], settings: Settings, progress: Progress) -> list[Verdict]:
    """Ask each source once and return the verdicts, those that need a person first, then by id."""
    verdicts = asyncio.run(_check(sources, settings, progress))
    return sorted(verdicts, key=lambda v: (ORDER.index(v.answer), v.source.id))


async def _check(sources: Sequence[Source], settings: Settings, progress: Progress) -> list[Verdict]:
    from ingest.checking import check_sources

    verdicts = []
    with progress.work("Checking sources", len(sources)) as step:
        stream = cast("AsyncGenerator[Verdict, None]", check_sources(sources, settings.fetch_settings()))
        async with aclosing(stream) as found:
            async for verdict in found:
                verdicts.append(verdict)
                step(f"{verdict.source.id}: {verdict.answer}")
    return verdicts


def needs_person(verdicts: Sequence[Verdict]) -> bool:
    """Say whether any source does not simply work."""
    return any(verdict.answer != "works" for verdict in verdicts)


def format_verdicts(verdicts: Sequence[Verdict], as_json: bool) -> str:
    """Return the verdicts as JSON, or as a table for a terminal that ends in what was counted."""
    rows = [
        {
            "id": v.source.id,
            "answer": v.answer,
            "status": v.status,
            "entries": v.entries,
            "newest": iso_time(v.newest) if v.newest else None,
            "detail": v.detail,
            "url": v.source.url,
        }
        for v in verdicts
    ]
    if as_json:
        return json.dumps(rows, ensure_ascii=False, indent=2)
    heads = ("source", "answer", "status", "entries", "newest", "detail")
    table = tabulate([list(row.values())[:-1] for row in rows], heads, maxcolwidths=[None] * 5 + [60])
    counts = Counter(v.answer for v in verdicts)
    return f"{table}\n\n{len(rows)} sources: " + ", ".join(f"{n} {answer}" for answer, n in counts.items())
