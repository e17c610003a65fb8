"""Whether sources work: one polite request each in, a `Verdict` each out, as they come.

Nothing is stored and nothing is adopted; what is found is for the person who keeps the registry.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ingest.entries import ParsedFeed
from ingest.errors import FetchError, IngestError, NotAFeed, PageGone, RobotsDenied
from ingest.fetch import Fetcher, FetchSettings, require_content
from ingest.models import FetchRecord, Response, Source
from ingest.reading import read_source
from ingest.robots import Robots

Answer = Literal[
    "works", "moved", "gone", "blocked by robots", "not a feed", "empty", "needs selectors", "failed"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one request to a source showed.

    `status` is the last HTTP status, None when there was none; `entries` and `newest` are None when no feed was read.
    `detail` is the new address, or why not; one line, or "".
    """

    source: Source
    answer: Answer
    status: int | None = None
    entries: int | None = None
    newest: datetime | None = None
    detail: str = ""


async def check_sources(sources: Sequence[Source], settings: FetchSettings) -> AsyncIterator[Verdict]:
    """Ask each source once, many hosts at once, and yield what came of it; what breaks one never ends the others.

    Close the iterator (`contextlib.aclosing`) to cancel.
    """
    async with Fetcher(settings) as fetcher:
        robots = Robots(fetcher)
        tasks = {asyncio.create_task(_check(source, fetcher, robots)): source for source in sources}
        waiting = set(tasks)
        try:
            while waiting:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    # the boundary between sources looks at the task, and nothing in it swallows an error
                    error = task.exception()
                    yield _name_breakage(tasks[task], error) if error else task.result()
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)


async def _check(source: Source, fetcher: Fetcher, robots: Robots) -> Verdict:
    log: list[FetchRecord] = []
    try:
        response = await fetcher.fetch(source.url, source.format, log, check=robots.check)
        require_content(response)
    except PageGone as error:
        return Verdict(source, "gone", _find_status(log), detail=str(error))
    except RobotsDenied as error:
        return Verdict(source, "blocked by robots", detail=str(error))
    except FetchError as error:
        return Verdict(source, "failed", _find_status(log), detail=str(error))
    if source.lacks:
        detail = f"moved to {response.moved_to}" if response.moved_to else ""
        return Verdict(source, "needs selectors", response.status, detail=detail)
    try:
        feed = await asyncio.to_thread(read_source, source, response)
    except NotAFeed as error:
        empty = not response.body.strip()
        where = "" if response.final_url == source.url else f"{response.final_url}: "
        return Verdict(source, "empty" if empty else "not a feed", response.status, detail=f"{where}{error}")
    return _judge_feed(source, response, feed)


def _judge_feed(source: Source, response: Response, feed: ParsedFeed) -> Verdict:
    # an index of sitemaps has no entries of its own
    answer: Answer = "moved" if response.moved_to else "works" if feed.entries or feed.more else "empty"
    dates = [at for at in (entry.published or entry.updated for entry in feed.entries) if at]
    newest = max(dates, default=None)
    return Verdict(source, answer, response.status, len(feed.entries), newest, response.moved_to or "")


def _find_status(log: Sequence[FetchRecord]) -> int | None:
    return next((record.status for record in reversed(log) if record.kind != "robots"), None)


def _name_breakage(source: Source, error: BaseException) -> Verdict:
    message = " ".join(str(error).split())[:300]
    return Verdict(
        source, "failed", detail=message if isinstance(error, IngestError) else f"{type(error).__name__}: {message}"
    )
