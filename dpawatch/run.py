"""The steps of a run, each repeatable and safe to kill: ingest sources, tag articles, group cases.

What fails for one source or one article is recorded there and never ends the run; what fails for the database does.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, cast

from sqlite_utils import Database

from db.analyses import count_waiting, store_analysis, store_failed_analysis, waiting_articles
from db.cases import group_cases as group_stored_cases
from db.entries import known_guids, store_entries_found, store_entry_done
from db.reference import store_reference
from db.rereading import changed_guids
from db.rhythm import resting_hosts
from db.runs import finish_run, start_run
from db.sources import store_source_done, store_sources
from dpawatch.errors import InputError
from dpawatch.progress import Progress, Step
from dpawatch.scheduling import choose_sources, make_job, schedule_next
from dpawatch.settings import Settings
from ingest.models import EntriesFound, Entry, EntryDone, PollEvent, Source, SourceDone, SourceJob
from nlp.models import Analysis, Document

if TYPE_CHECKING:
    from ingest.fetch import FetchSettings

Clock = Callable[[], datetime]
_TAG_BATCH = 64


def utc_now() -> datetime:
    """Return the time now, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Run:
    """One run on a database: its row's id, what it counts, the pipeline it reads with, how it shows where it is."""

    db: Database
    id: int
    progress: Progress
    clock: Clock = utc_now
    counts: Counter[str] = field(default_factory=Counter)
    pipeline: str | None = None


@contextmanager
def recorded_run(db: Database, command: str, progress: Progress, clock: Clock = utc_now) -> Iterator[Run]:
    """Record what happens inside as one run: its row says how it ended, however it ends, and what was counted."""
    run = Run(db, start_run(db, command, clock()), progress, clock)
    try:
        yield run
    except BaseException as error:
        outcome = "failed" if isinstance(error, Exception) else "interrupted"
        finish_run(db, run.id, outcome, run.counts, clock(), run.pipeline, f"{type(error).__name__}: {error}")  # type: ignore[arg-type]
        raise
    finish_run(db, run.id, "done", run.counts, clock(), run.pipeline)


def load_registry(settings: Settings, only: Iterable[str] = ()) -> tuple[Source, ...]:
    """Return the registry's sources; raises InputError for an id in `only` that it lacks, RegistryError when it is bad."""
    from ingest.registry import load_sources

    sources = load_sources(settings.sources, settings.own_sources)
    known = {s.id: s for s in sources}
    for source in only:
        if source not in known:
            raise InputError(f"no source is called {source!r}; `dpawatch sources list` shows their ids")
        if known[source].lacks:
            raise InputError(f"source {source!r} cannot be polled: its table lacks {known[source].lacks}")
    return sources


def ingest_sources(
    run: Run,
    settings: Settings,
    sources: tuple[Source, ...],
    only: tuple[str, ...] = (),
    all: bool = False,  # noqa: A002
) -> None:
    """Poll the sources that are due and store their new articles.

    Args:
        sources: the registry. only: ids of the sources to poll, due or not. all: poll every source, due or not, but
            those that a 410 stopped. A host that asked to be left alone is left alone in any case.
    Counts `sources`, `resting_sources`, `failed_sources`, `unchanged_sources`, `postponed_sources`, `gone_sources`,
    `new_articles`, `updated_articles`, `failed_pages`.
    """
    store_sources(run.db, sources)
    now = run.clock()
    wanted, resting = choose_sources(run.db, sources, now, only, all)
    jobs = [make_job(run.db, source, now) for source in wanted]
    run.counts.update(sources=len(jobs), resting_sources=resting, new_articles=0)
    with run.progress.work("Polling sources", len(jobs)) as step:
        asyncio.run(_Poll(run, step).poll(jobs, settings.fetch_settings()))


class _Poll:
    """Stores the events of one poll as they come and tells the progress about each source that is done."""

    def __init__(self, run: Run, step: Step) -> None:
        self.run, self.step = run, step
        self.new: Counter[str] = Counter()
        self.jobs: dict[str, Source] = {}

    async def poll(self, jobs: list[SourceJob], settings: FetchSettings) -> None:
        """Poll the sources side by side; what breaks one of them comes as its SourceDone."""
        from ingest.poll import poll_sources

        self.jobs = {job.source.id: job.source for job in jobs}
        resting = resting_hosts(self.run.db, self.run.clock())
        async with aclosing(
            cast("AsyncGenerator[PollEvent, None]", poll_sources(jobs, self._known, settings, resting))
        ) as events:
            async for event in events:
                self._store(event)

    def _known(self, source: str, entries: Sequence[Entry]) -> set[str]:
        known = known_guids(self.run.db, source, entries)
        return known - changed_guids(self.run.db, source, entries, self.run.clock())

    def _store(self, event: PollEvent) -> None:
        db, now = self.run.db, self.run.clock()
        match event:
            case EntriesFound():
                store_entries_found(db, event, now)
            case EntryDone():
                self._store_entry(event, now)
            case SourceDone():
                schedule = schedule_next(db, self.jobs[event.source], event, now)
                store_source_done(db, event, self.run.id, now, schedule)
                self._tell(event, schedule.address if schedule else None)

    def _store_entry(self, event: EntryDone, now: datetime) -> None:
        try:
            stored = store_entry_done(self.run.db, event, self.run.id, now)
        except sqlite3.IntegrityError as error:
            event = replace(event, outcome="failed", article=None, error=f"cannot be stored: {error}")
            stored = store_entry_done(self.run.db, event, self.run.id, now)
        self.run.counts["failed_pages"] += event.outcome == "failed"
        if stored in ("new", "updated"):
            self.run.counts[f"{stored}_articles"] += 1
            self.new[event.source] += stored == "new"

    def _tell(self, event: SourceDone, adopted: str | None) -> None:
        if event.outcome != "polled":
            self.run.counts[f"{event.outcome}_sources"] += 1
        new = f"{self.new[event.source]} new" if self.new[event.source] else "nothing new"
        moved = [f"moved for good; it is asked at {adopted} from now on"] if adopted else []
        said = event.error or "; ".join([new, *moved, *event.warnings])
        self.step(f"{event.source}: {said}", attention=event.error is not None)


def tag_articles(run: Run, all: bool = False) -> None:  # noqa: A002
    """Read the articles that have no analysis by this version of the pipeline (`all`: every article) and store it.

    Counts `read_articles`, `unreadable_articles`, `found_actions`. The reference tables are brought up to date first.
    """
    from nlp.gazetteer import load_laws, load_regulators
    from nlp.pipeline import pipeline_version

    store_reference(run.db, load_regulators(), load_laws())
    run.pipeline = pipeline_version()
    total = count_waiting(run.db, None if all else run.pipeline)
    run.counts.update(read_articles=0)
    documents = waiting_articles(run.db, run.pipeline, all)
    with run.progress.work("Reading articles", total) as step:
        while batch := list(islice(documents, _TAG_BATCH)):
            for document, analysis in _read_batch(batch):
                _store_reading(run, document, analysis, step)


def _read_batch(batch: list[Document]) -> list[tuple[Document, Analysis | Exception]]:
    """Return each document with its analysis, or with what went wrong when it was read."""
    from nlp.analyze import analyze_documents

    try:
        return list(zip(batch, analyze_documents(batch), strict=True))
    except Exception:  # the boundary of articles: which one it was is found by reading them one by one
        return [(document, _read_alone(document)) for document in batch]


def _read_alone(document: Document) -> Analysis | Exception:
    from nlp.analyze import analyze_documents

    try:
        return next(iter(analyze_documents([document])))
    except Exception as error:  # the boundary of articles: recorded with the article
        return error


def _store_reading(run: Run, document: Document, reading: Analysis | Exception, step: Step) -> None:
    article = document.id or ""
    try:
        if isinstance(reading, Exception):
            raise reading
        store_analysis(run.db, article, document.text, reading, run.clock())
    except sqlite3.OperationalError:
        raise
    except Exception as error:  # the boundary of articles: recorded with the article
        reason = f"{type(error).__name__}: {error}"
        store_failed_analysis(run.db, article, run.pipeline or "", reason, run.clock())
        run.counts["unreadable_articles"] += 1
        step(f"article {article} could not be read: {reason}", attention=True)
        return
    run.counts["read_articles"] += 1
    run.counts["found_actions"] += len(reading.actions)
    step("")


def group_cases(run: Run, rebuild: bool = False) -> None:
    """Group the actions found so far into cases; counts `cases`, `new_cases`, `changed_cases`, `removed_cases`."""
    counts = group_stored_cases(run.db, rebuild)
    run.counts["cases"] = counts.pop("cases")
    run.counts.update({f"{what}_cases": number for what, number in counts.items()})
