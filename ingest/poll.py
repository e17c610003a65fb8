"""One poll of many sources: jobs in, a stream of events out, in an order in which nothing is lost by a kill.

Per source: robots.txt and the feed, `EntriesFound`, an `EntryDone` for each page asked for, and at last `SourceDone`.
Sources run side by side and cannot harm each other; a bounded queue lets them wait for a slow reader.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal, ParamSpec, TypeVar
from urllib.parse import urlsplit

from ingest.archive import Archive
from ingest.articles import clean_url, extract_article
from ingest.entries import ParsedFeed
from ingest.errors import (
    Broken,
    ConnectionFailed,
    HostDown,
    IngestError,
    PageGone,
    RobotsUnreachable,
    Unreadable,
)
from ingest.fetch import Fetcher, FetchSettings, require_content
from ingest.models import (
    Article,
    EntriesFound,
    Entry,
    EntryDone,
    FetchRecord,
    PollEvent,
    Response,
    SourceDone,
    SourceJob,
    SourceState,
)
from ingest.paging import read_further
from ingest.reading import read_source
from ingest.relevance import is_relevant
from ingest.robots import Robots

Known = Callable[[str, Sequence[str]], set[str]]
QUEUE_SIZE = 64
# of one source in one poll; the others wait, so that one long sitemap does not hold up a run for a day
MAX_PAGES = 500
# each holds at most one body in memory
SOURCES_PER_CONNECTION = 2
P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)


async def poll_sources(jobs: Sequence[SourceJob], known: Known, settings: FetchSettings) -> AsyncIterator[PollEvent]:
    """Poll the jobs' sources side by side and yield what happens, each source's events in order.

    `known(source_id, guids)` returns those of the guids that are stored already; it is called in the event loop's
    thread. Close the iterator (`contextlib.aclosing`) to cancel; every task and connection has ended after that.
    """
    queue: asyncio.Queue[PollEvent] = asyncio.Queue(QUEUE_SIZE)
    async with Fetcher(settings) as fetcher:
        poll = _Poll(fetcher, known, queue, Archive(settings.archive) if settings.archive else None)
        tasks = [asyncio.create_task(poll.run_source(job), name=job.source.id) for job in jobs]
        try:
            remaining = len(jobs)
            while remaining:
                event = await queue.get()
                remaining -= isinstance(event, SourceDone)
                yield event
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            poll.close()


@dataclass(frozen=True, slots=True)
class _Index:
    """How the poll of a source will end, its entries not known before, what is left of its index to read.

    `silent_host` is the index's host when it did not answer.
    """

    done: SourceDone
    found: tuple[Entry, ...] = ()
    more: tuple[str, ...] = ()
    silent_host: str | None = None


class _Poll:
    """What the sources of one poll share."""

    def __init__(
        self, fetcher: Fetcher, known: Known, queue: asyncio.Queue[PollEvent], archive: Archive | None
    ) -> None:
        self._fetcher = fetcher
        self._robots = Robots(fetcher)
        self._known = known
        self._queue = queue
        self._archive = archive
        self._slots = asyncio.Semaphore(SOURCES_PER_CONNECTION * fetcher.settings.concurrency)
        # parsing in a thread keeps the clocks of the other connections honest
        self._workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="parse")

    def close(self) -> None:
        """Let the workers go; what they still parse is thrown away."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def run_source(self, job: SourceJob) -> None:
        """Poll one source and put its SourceDone in the queue whatever happens, unless cancelled."""
        async with self._slots:
            task = asyncio.create_task(self._poll_source(job))
            try:
                await asyncio.wait([task])
            finally:
                task.cancel()
                await asyncio.wait([task])
        # not `except Exception`: the boundary between sources looks at the task, and nothing in it swallows an error
        error = asyncio.CancelledError("was cancelled from within") if task.cancelled() else task.exception()
        if error:
            log.error("source %s broke", job.source.id, exc_info=error)
            await self._queue.put(SourceDone(job.source.id, "failed", job.state, error=_name_error(error)))

    async def _poll_source(self, job: SourceJob) -> None:
        records: list[FetchRecord] = []
        index = await self._poll_index(job, records)
        if index.found or index.more != job.state.more:
            await self._queue.put(EntriesFound(job.source.id, index.found, index.more))
        for entry in (*index.found, *job.pending)[:MAX_PAGES]:
            if index.silent_host is None or _find_host(entry.url) != index.silent_host:
                await self._read_entry(job, entry, records)
        await self._queue.put(replace(index.done, fetches=tuple(records)))

    async def _poll_index(self, job: SourceJob, records: list[FetchRecord]) -> _Index:
        """Return what a source's feed, listing or sitemap came to."""
        source, state = job.source, job.state

        async def ask(url: str) -> ParsedFeed:
            response = await self._fetcher.fetch(url, source.format, records, check=self._robots.check)
            require_content(response)
            return await self._parse(job, response)

        try:
            first, kept = await self._read_first(job, records)
            all_pages = await read_further(source, first, state.more, lambda e: self._choose_unknown(job, e), ask)
        except (IngestError, OSError) as error:
            silent = isinstance(error, (ConnectionFailed, RobotsUnreachable))
            done = SourceDone(source.id, "failed", state, error=_name_error(error))
            return _Index(done, more=state.more, silent_host=_find_host(source.url) if silent else None)
        entries = tuple(all_pages.entries.values())
        warnings = (*(first.warnings if first else ()), *all_pages.warnings)
        outcome: Literal["polled", "unchanged"] = "polled" if first or entries else "unchanged"
        done = SourceDone(source.id, outcome, kept, entries=len(entries), warnings=warnings)
        return _Index(done, self._choose_unknown(job, entries), all_pages.more)

    async def _read_first(self, job: SourceJob, records: list[FetchRecord]) -> tuple[ParsedFeed | None, SourceState]:
        """Return a source's first page, None when it is unchanged, and the validators to keep; raises IngestError, OSError."""
        source, state = job.source, job.state
        response = await self._fetcher.fetch(
            source.url, source.format, records, validators=_list_validators(state), check=self._robots.check
        )
        if response.status == 304:
            return None, state
        require_content(response)
        new_state = _make_state(response)
        if new_state.body_hash == state.body_hash:
            records[-1] = replace(records[-1], outcome="unchanged")
            return None, new_state
        feed = await self._parse(job, response)
        # what broke off is asked for again in full
        return feed, new_state if feed.complete else state

    async def _parse(self, job: SourceJob, response: Response) -> ParsedFeed:
        feed = await self._compute(read_source, job.source, response, job.state.since)
        if self._archive:
            self._archive.store_response(response)
        return feed

    def _choose_unknown(self, job: SourceJob, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        known = self._known(job.source.id, [entry.guid for entry in entries])
        known |= {entry.guid for entry in job.pending}
        return tuple(entry for entry in entries if entry.guid not in known)

    async def _read_entry(self, job: SourceJob, entry: Entry, records: list[FetchRecord]) -> None:
        """Put the EntryDone of one entry in the queue; none when its page could not even be asked for."""
        # a sitemap may say nothing of its pages: then only their text can tell
        said = f"{entry.title}{entry.summary}"
        if said and job.source.topics == "general" and not is_relevant(entry.title, entry.summary):
            await self._queue.put(EntryDone(job.source.id, entry.guid, "irrelevant"))
            return
        mine: list[FetchRecord] = []
        try:
            article = await self._read_page(job, entry, mine)
            event = EntryDone(job.source.id, entry.guid, "stored", article, tuple(mine))
        except HostDown:
            # not an attempt at this page: it stays pending as if the poll had not come to it
            records += mine
            return
        except (PageGone, Unreadable) as error:
            event = EntryDone(job.source.id, entry.guid, "gone", None, tuple(mine), str(error))
        except (IngestError, OSError) as error:
            event = EntryDone(job.source.id, entry.guid, "failed", None, tuple(mine), _name_error(error))
        await self._queue.put(event)

    async def _read_page(self, job: SourceJob, entry: Entry, records: list[FetchRecord]) -> Article:
        clean_url(entry.url)
        response = await self._fetcher.fetch(entry.url, "page", records, check=self._robots.check)
        require_content(response)
        article = await self._compute(extract_article, entry, job.source, response)
        if self._archive:
            raw_file, raw_offset = self._archive.store_response(response)
            article = replace(article, raw_file=raw_file, raw_offset=raw_offset)
        return article

    async def _compute(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function of this package returns in a worker thread.

        Raises: IngestError: as the function does. Broken: any other error in it, so that no page can stop a source.
        """
        future = asyncio.get_running_loop().run_in_executor(self._workers, lambda: function(*args, **kwargs))
        await asyncio.wait([future])
        error = future.exception()
        if error is None or isinstance(error, IngestError):
            return future.result()
        log.error("%s broke", function.__name__, exc_info=error)
        raise Broken(f"{function.__name__} broke: {_name_error(error)}") from error


def _list_validators(state: SourceState) -> list[tuple[str, str]]:
    headers = [("If-None-Match", state.etag), ("If-Modified-Since", state.last_modified)]
    return [(name, value) for name, value in headers if value]


def _make_state(response: Response) -> SourceState:
    body_hash = hashlib.sha256(response.body).hexdigest()
    return SourceState(response.header("ETag"), response.header("Last-Modified"), body_hash)


def _find_host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _name_error(error: BaseException) -> str:
    """Return an error as one line; what is not ours goes with its type."""
    message = " ".join(str(error).split())[:300]
    return message if isinstance(error, IngestError) else f"{type(error).__name__}: {message}"
