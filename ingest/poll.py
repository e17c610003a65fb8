"""One poll of many sources: jobs in, a stream of events out, in an order in which nothing is lost by a kill.

Per source: robots.txt and the feed, `EntriesFound`, an `EntryDone` for each page asked for, and at last `SourceDone`.
Sources run side by side and cannot harm each other; a bounded queue lets them wait for a slow reader.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from ingest.archive import Archive
from ingest.entries import ParsedFeed
from ingest.errors import (
    AskedToRest,
    HostDown,
    HostResting,
    IngestError,
    NotTheArticle,
    PageGone,
    Unreadable,
)
from ingest.fetch import Fetcher, FetchSettings, require_content
from ingest.indexes import IndexPoll, name_error
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
)
from ingest.readers import extract_article, read_source
from ingest.relevance import is_about_privacy, is_relevant
from ingest.robots import Robots
from ingest.urls import clean_url
from ingest.workers import Workers

Known = Callable[[str, Sequence[Entry]], set[str]]
Name = Callable[[str, Sequence[Entry]], Sequence[Entry]]
NOBODY: Mapping[str, float] = MappingProxyType({})
QUEUE_SIZE = 64
# of one source in one poll; the others wait, so that one long sitemap does not hold up a run for a day
MAX_PAGES = 500
# in seconds, of the pages of one source: a host with a long crawl delay does not hold up a run for hours
LONGEST_READING = 600.0
# so many pages are remembered, for the other feeds of their publisher that announce them too
REMEMBERED = 500
# each holds at most one body in memory
SOURCES_PER_CONNECTION = 2
log = logging.getLogger(__name__)


async def poll_sources(
    jobs: Sequence[SourceJob],
    known: Known,
    settings: FetchSettings,
    resting: Mapping[str, float] = NOBODY,
    name: Name = lambda source, entries: entries,
) -> AsyncIterator[tuple[PollEvent, ...]]:
    """Poll the jobs' sources side by side and yield what has happened meanwhile, each source's events in order.

    Args:
        known: given a source's id and entries of it, returns the guids of those that were seen before; it is called in
            the event loop's thread.
        resting: hosts that asked in an earlier run to be left alone, and for how many more seconds.
        name: given a source's id and entries of it, returns them under the guids by which they are stored.

    Close the iterator (`contextlib.aclosing`) to cancel; every task and connection has ended after that.
    """
    queue: asyncio.Queue[PollEvent] = asyncio.Queue(QUEUE_SIZE)
    async with Fetcher(settings) as fetcher:
        for host, seconds in resting.items():
            fetcher.rest(host, seconds)
        archive = Archive(settings.archive, settings.withhold) if settings.archive else None
        poll = _Poll(fetcher, known, name, queue, archive)
        tasks = [asyncio.create_task(poll.run_source(job), name=job.source.id) for job in jobs]
        try:
            remaining = len(jobs)
            while remaining:
                events = [await queue.get()]
                while not queue.empty():
                    events.append(queue.get_nowait())
                remaining -= sum(isinstance(event, SourceDone) for event in events)
                yield tuple(events)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            poll.close()


class _Poll:
    """What the sources of one poll share."""

    def __init__(
        self, fetcher: Fetcher, known: Known, name: Name, queue: asyncio.Queue[PollEvent], archive: Archive | None
    ) -> None:
        self._fetcher = fetcher
        self._robots = Robots(fetcher)
        self._known = known
        self._name = name
        self._queue = queue
        self._archive = archive
        self._slots = asyncio.Semaphore(SOURCES_PER_CONNECTION * fetcher.settings.concurrency)
        self._workers = Workers()
        self._articles: dict[str, Article] = {}
        self._reading: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def close(self) -> None:
        """Let the workers go; what they still read is thrown away."""
        self._workers.close()

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
            await self._queue.put(SourceDone(job.source.id, "failed", job.state, error=name_error(error)))

    async def _poll_source(self, job: SourceJob) -> None:
        records: list[FetchRecord] = []
        index = await IndexPoll(
            job,
            self._fetcher,
            self._robots.check,
            lambda response: self._parse(job, response),
            lambda entries: self._choose_unknown(job, entries),
            records,
        ).run()
        if index.found or index.more != job.state.more:
            await self._queue.put(EntriesFound(job.source.id, index.found, index.more))
        end = asyncio.get_running_loop().time() + LONGEST_READING
        silent_host = _find_host(job.source.url) if index.is_silent else None
        read = 0
        for entry in (*index.found, *job.pending):
            if read == MAX_PAGES or asyncio.get_running_loop().time() > end:
                break
            # those of a host that is left alone take nobody's place
            if self._fetcher.is_open(entry.url) and (silent_host is None or _find_host(entry.url) != silent_host):
                await self._read_entry(job, entry, records)
                read += 1
        await self._queue.put(replace(index.done, fetches=tuple(records)))

    async def _parse(self, job: SourceJob, response: Response) -> ParsedFeed:
        if self._archive:
            self._archive.keep_response(response)
        return await self._workers.compute(read_source, job.source, response, job.state.since)

    def _choose_unknown(self, job: SourceJob, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        entries = self._name(job.source.id, entries)
        known = self._known(job.source.id, entries)
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
            event = _judge(job, entry, article, mine)
        except (HostDown, HostResting, AskedToRest):
            # not an attempt at this page: it stays pending as if the poll had not come to it
            records += mine
            return
        except (PageGone, Unreadable) as error:
            event = EntryDone(job.source.id, entry.guid, "gone", None, tuple(mine), str(error))
        except (IngestError, OSError) as error:
            defect = error.defect if isinstance(error, NotTheArticle) else None
            event = EntryDone(job.source.id, entry.guid, "failed", None, tuple(mine), name_error(error), defect)
        except Exception as error:  # the boundary of entries: one that breaks must not hold up those behind it for ever
            log.exception("entry %s of source %s broke", entry.url, job.source.id)
            event = EntryDone(job.source.id, entry.guid, "failed", None, tuple(mine), name_error(error))
        await self._queue.put(event)

    async def _read_page(self, job: SourceJob, entry: Entry, records: list[FetchRecord]) -> Article:
        """Return the article of an entry; a page that another source has just led to is not asked for again."""
        # without the parameters that count the readers of a newsletter
        url = clean_url(entry.url)
        async with self._reading.setdefault(url, asyncio.Lock()):
            if article := self._articles.get(url):
                return _attribute(article, job, entry)
            article = self._articles[url] = await self._fetch_article(url, job, entry, records)
            if len(self._articles) > REMEMBERED:
                self._articles.pop(next(iter(self._articles)))
            return article

    async def _fetch_article(self, url: str, job: SourceJob, entry: Entry, records: list[FetchRecord]) -> Article:
        response = await self._fetcher.fetch(url, "page", records, check=self._robots.check)
        require_content(response)
        place = self._archive.keep_response(response) if self._archive else None
        try:
            article = await self._workers.compute(extract_article, entry, job.source, response)
        except IngestError as error:
            records[-1] = replace(records[-1], outcome="failed", error=str(error))
            raise
        return replace(article, raw_file=place[0], raw_offset=place[1]) if place else article


def _attribute(article: Article, job: SourceJob, entry: Entry) -> Article:
    """Return an article that came by another source as one that came by this entry."""
    article = replace(article, source=job.source.id, guid=entry.guid, publisher=job.source.publisher)
    return replace(article, published=entry.published, published_origin="feed") if entry.published else article


def _judge(job: SourceJob, entry: Entry, article: Article, records: Sequence[FetchRecord]) -> EntryDone:
    """Return the end of an entry whose page was read: an article, or of a general source one that is about something else."""
    said = f"{entry.title}\n{entry.summary}\n{article.text}"
    if job.source.topics == "general" and not is_about_privacy(article.title, said):
        reason = "its text is not about privacy"
        return EntryDone(job.source.id, entry.guid, "irrelevant", None, tuple(records), reason)
    return EntryDone(job.source.id, entry.guid, "stored", article, tuple(records))


def _find_host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
