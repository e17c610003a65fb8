"""The steps of a run, each repeatable and safe to kill: ingest sources, tag articles, group cases.

What fails for one source or one article is recorded there and never ends the run; what fails for the database does.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial, wraps
from itertools import islice
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

from sqlite_utils import Database

from db.analyses import count_waiting, store_analysis, store_failed_analysis, waiting_articles
from db.cases.store import group_cases as group_stored_cases
from db.companies.groups import load_groups
from db.companies.known import store_groups
from db.duplicates import count_copies
from db.entries import known_guids, store_entries_found, store_entry_done, tell_apart
from db.faults import explain_fault, naming_faults
from db.redactions import Blocked, load_blocked, refuse_entry
from db.reference import store_reference
from db.rereading import take_changed
from db.rhythm import resting_hosts
from db.runs import FIGURES, Outcome, finish_run, start_run
from db.sources import store_source_done, store_sources
from db.summaries import refresh_summaries
from db.values import transaction
from db.waits import take_back_waits
from dpawatch.errors import InputError
from dpawatch.guarding import (
    guard_article,
    guard_companies,
    guard_entries,
    guard_fetches,
    guard_reader,
    must_withhold,
)
from dpawatch.interrupts import Interrupts
from dpawatch.progress import Progress, Step
from dpawatch.reading import Read, read_here
from dpawatch.scheduling import choose_sources, make_job, schedule_next
from dpawatch.settings import Settings
from dpawatch.summary import format_came
from dpawatch.versions import list_versions
from ingest.clock import Clock, utc_now
from ingest.models import EntriesFound, Entry, EntryDone, PollEvent, Source, SourceDone, SourceJob
from nlp.models import Analysis, Document

if TYPE_CHECKING:
    from ingest.fetch import FetchSettings

P = ParamSpec("P")
Done = TypeVar("Done", EntryDone, SourceDone)
_TAG_BATCH = 64
# what may become of an entry, and under what name a run counts it
_COUNTED = {
    "new": "new_articles",
    "updated": "updated_articles",
    "duplicate": "duplicate_entries",
    "irrelevant": "irrelevant_entries",
    "failed": "failed_pages",
    "gone": "gone_pages",
}


@dataclass(slots=True)
class Run:
    """One run on a database: its row's id, what it counts, the pipeline it reads with, how it shows where it is.

    `deadline` is when its time is used up, and `stopped` whether it left something to the next run for that.
    `seconds` is how long it took, and `bytes` how large the database is, once it has ended; `timings` are those of its
    steps, in seconds.
    """

    db: Database
    id: int
    progress: Progress
    clock: Clock = utc_now
    counts: Counter[str] = field(default_factory=Counter)
    pipeline: str | None = None
    seconds: float = 0.0
    bytes: int = 0
    timings: dict[str, float] = field(default_factory=dict)
    deadline: datetime | None = None
    stopped: bool = False
    interrupts: Interrupts = field(default_factory=Interrupts)

    def may_go_on(self) -> bool:
        """Tell whether there is time for more; raises Interrupted when a signal told the program to end."""
        self.interrupts.check()
        if self.deadline and self.clock() >= self.deadline:
            self.stopped = True
        return not self.stopped

    def seconds_since(self, start: datetime) -> float:
        """Return how long ago a time was; nothing, where the clock was set back meanwhile."""
        return round(max((self.clock() - start).total_seconds(), 0.0), 1)


@contextmanager
def recorded_run(db: Database, command: str, progress: Progress, clock: Clock = utc_now) -> Iterator[Run]:
    """Record what happens inside as one run: its row says how it ended, however it ends, and what was counted."""
    started = clock()
    with naming_faults(db):
        run = Run(db, start_run(db, command, started, list_versions()), progress, clock)
        try:
            yield run
        except BaseException as error:
            # where it cannot be recorded, the next run finds that this one was interrupted
            with suppress(sqlite3.Error):
                _finish(run, started, "failed" if isinstance(error, Exception) else "interrupted", error)
            raise
        if not run.stopped:  # an article that came in may be one more of a case that is told of already
            refresh_summaries(db)
        _finish(run, started, "stopped" if run.stopped else "done")


def _finish(run: Run, started: datetime, outcome: Outcome, error: BaseException | None = None) -> None:
    run.seconds = run.seconds_since(started)
    reason = (explain_fault(error) or f"{type(error).__name__}: {error}") if error else None
    run.bytes = finish_run(
        run.db, run.id, outcome, run.counts, run.clock(), run.pipeline, reason, run.seconds, run.timings
    )


def timed(name: str) -> Callable[[Callable[Concatenate[Run, P], None]], Callable[Concatenate[Run, P], None]]:
    """Return a decorator of a step that records how long it took under a name."""

    def decorate(step: Callable[Concatenate[Run, P], None]) -> Callable[Concatenate[Run, P], None]:
        @wraps(step)
        def measured(run: Run, /, *args: P.args, **kwargs: P.kwargs) -> None:
            started = run.clock()
            try:
                step(run, *args, **kwargs)
            finally:
                run.timings[name] = run.seconds_since(started)

        return measured

    return decorate


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


@timed("ingest")
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
    Counts `sources` (polled to the end), `left_sources` (to the next run), `resting_sources`, `failed_sources`,
    `unchanged_sources`, `postponed_sources`, `gone_sources`, `held_sources`, `new_articles`, `updated_articles`,
    `duplicate_entries` (of articles that came before by another entry), `irrelevant_entries`, `failed_pages` (asked for
    again), `gone_pages` (given up at once), the `bytes` received, how many `copied_articles` were linked to others, and
    `unarchived_articles`, whose raw form could not be kept.
    """
    from ingest.workers import dismiss, prepare

    store_sources(run.db, sources)
    now = run.clock()
    take_back_waits(run.db, now)
    wanted, resting = choose_sources(run.db, sources, now, only, all)
    if wanted:
        prepare()
    jobs = [make_job(run.db, source, now) for source in wanted]
    run.counts.update(dict.fromkeys(("sources", "resting_sources", *FIGURES.values()), 0))
    run.counts.update(resting_sources=resting)
    copies = count_copies(run.db)
    with run.progress.work("Polling sources", len(jobs)) as step:
        blocked = load_blocked(run.db)
        fetch = replace(settings.fetch_settings(), clock=run.clock)
        if blocked:
            fetch = replace(fetch, withhold=partial(must_withhold, blocked))
        asyncio.run(_Poll(run, step, settings.archive, blocked).poll(jobs, fetch))
    dismiss()
    run.counts["copied_articles"] = max(count_copies(run.db) - copies, 0)
    run.counts["left_sources"] = len(jobs) - run.counts["sources"]


class _Poll:
    """Stores the events of one poll as they come and tells the progress about each source that is done."""

    def __init__(self, run: Run, step: Step, archive: bool, blocked: Blocked) -> None:
        self.run, self.step, self.blocked = run, step, blocked
        # with redactions it cannot be told whether a raw form was withheld or could not be kept
        self.counts_unarchived = archive and not blocked
        self.came: dict[str, Counter[str]] = {}
        self.jobs: dict[str, Source] = {}

    async def poll(self, jobs: list[SourceJob], settings: FetchSettings) -> None:
        """Poll the sources side by side; what breaks one of them comes as its SourceDone.

        When the run's time is used up, or a signal comes, what was not stored is left for the next run: sources stay due,
        and pages pending.
        """
        loop, task = asyncio.get_running_loop(), cast("asyncio.Task[None]", asyncio.current_task())
        left = (self.run.deadline - self.run.clock()).total_seconds() if self.run.deadline else None
        with self.run.interrupts.handed_to(lambda: loop.call_soon_threadsafe(task.cancel)):
            try:
                async with asyncio.timeout(left) as limit:
                    await self._poll(jobs, settings)
            except TimeoutError:
                if not limit.expired():
                    raise
                self.run.stopped = True

    async def _poll(self, jobs: list[SourceJob], settings: FetchSettings) -> None:
        from ingest.poll import poll_sources

        self.jobs = {job.source.id: job.source for job in jobs}
        self.came = {source: Counter() for source in self.jobs}
        resting = resting_hosts(self.run.db, self.run.clock())
        async with aclosing(
            cast(
                "AsyncGenerator[tuple[PollEvent, ...], None]",
                poll_sources(jobs, self._known, settings, resting, self._name),
            )
        ) as batches:
            async for events in batches:
                # one commit for what came while the last one was written
                with transaction(self.run.db):
                    for event in events:
                        self._store(event)
                if not self.run.may_go_on():
                    return

    def _known(self, source: str, entries: Sequence[Entry]) -> set[str]:
        """Return the guids of those that are not to be read now; changes that must wait are stored, before a 304 hides them."""
        db, now = self.run.db, self.run.clock()
        return known_guids(db, source, entries) - take_changed(db, source, entries, now)

    def _name(self, source: str, entries: Sequence[Entry]) -> Sequence[Entry]:
        return tell_apart(self.run.db, source, guard_entries(self.blocked, entries))

    def _store(self, event: PollEvent) -> None:
        db, now = self.run.db, self.run.clock()
        match event:
            case EntriesFound():
                store_entries_found(db, event, now)
            case EntryDone():
                self._store_entry(event, now)
            case SourceDone():
                self._count_received(event)
                event = replace(self._clean(event), warnings=tuple(map(self.blocked.clean, event.warnings)))
                schedule = schedule_next(db, self.jobs[event.source], event, now)
                store_source_done(db, event, self.run.id, now, schedule)
                self._tell(event, schedule.address if schedule else None)

    def _store_entry(self, event: EntryDone, now: datetime) -> None:
        self._count_received(event)
        if self.counts_unarchived and event.article and event.article.raw_file is None:
            self.run.counts["unarchived_articles"] += 1
        if event.article:
            article = guard_article(self.blocked, event.article)
            if article is None:
                refuse_entry(self.run.db, self.blocked, event.source, event.guid)
                self.run.counts["redacted_articles"] += 1
                return
            event = replace(event, article=article)
        event = self._clean(event)
        try:
            became = store_entry_done(self.run.db, event, self.run.id, now)
        except sqlite3.IntegrityError as error:
            event = replace(event, outcome="failed", article=None, error=f"cannot be stored: {error}")
            became = store_entry_done(self.run.db, event, self.run.id, now)
        # what was read again and says the same is not news
        if became in _COUNTED:
            self.run.counts[_COUNTED[became]] += 1
            self.came[event.source][became] += 1

    def _clean(self, event: Done) -> Done:
        """Return an event without redacted phrases in its error, and without requests for what was redacted."""
        return replace(event, error=self.blocked.clean(event.error), fetches=guard_fetches(self.blocked, event.fetches))

    def _count_received(self, event: EntryDone | SourceDone) -> None:
        self.run.counts["bytes"] += sum(fetch.received for fetch in event.fetches)

    def _tell(self, event: SourceDone, adopted: str | None) -> None:
        self.run.counts["sources"] += 1
        if event.outcome != "polled":
            self.run.counts[f"{event.outcome}_sources"] += 1
        moved = [f"moved for good; it is asked at {adopted} from now on"] if adopted else []
        came = self.came[event.source]
        said = event.error or "; ".join([format_came(came), *moved, *event.warnings])
        figures = {"source": event.source, "outcome": event.outcome, **came}
        self.step(f"{event.source}: {said}", event.error is not None, "source", figures)


@timed("tag")
def tag_articles(run: Run, all: bool = False, read: Read = read_here) -> None:  # noqa: A002
    """Read the articles that have no analysis by this version of the pipeline (`all`: every article) and store it.

    Args:
        read: what reads the batches, here or elsewhere; they come back in order, and are stored here.
    Counts `read_articles`, `unreadable_articles`, `found_actions`, `left_articles` (to the next run). The reference tables
    are brought up to date first.
    """
    blocked = prepare_reading(run)
    total = count_waiting(run.db, None if all else run.pipeline)
    run.counts.update(read_articles=0)
    documents = waiting_articles(run.db, run.pipeline or "", all)
    with run.progress.work("Reading articles", total) as step:
        for readings in guard_reader(blocked, read)(_batches(run, documents)):
            for document, analysis in readings:
                store_reading(run, document, analysis, step)
    run.counts["left_articles"] = count_waiting(run.db, run.pipeline) if run.stopped else 0


def _batches(run: Run, documents: Iterator[Document]) -> Iterator[list[Document]]:
    """Yield the documents some at a time, as long as the run has time."""
    while (batch := list(islice(documents, _TAG_BATCH))) and run.may_go_on():
        yield batch


def prepare_reading(run: Run) -> Blocked:
    """Bring the reference tables up to date, and note the version of the pipeline whose analyses the run stores.

    Returns what was redacted, and so may not be in what is read.
    """
    from nlp.gazetteer import load_companies, load_laws, load_regulators
    from nlp.pipeline import pipeline_version

    blocked = load_blocked(run.db)
    store_reference(run.db, load_regulators(), load_laws())
    store_groups(run.db, *guard_companies(blocked, load_groups(), load_companies()))
    run.pipeline = pipeline_version()
    return blocked


def store_reading(run: Run, document: Document, reading: Analysis | str, step: Step) -> None:
    """Store what was read in an article, or why it could not be read; counts as `tag_articles` does."""
    article = document.id or ""
    if isinstance(reading, str):
        _store_failure(run, article, reading, step)
        return
    try:
        store_analysis(run.db, article, document.text, reading, run.clock())
    except Exception as error:  # the boundary of articles: recorded with the article
        if isinstance(error, sqlite3.OperationalError) or explain_fault(error):
            raise
        _store_failure(run, article, f"{type(error).__name__}: {error}", step)
        return
    run.counts["read_articles"] += 1
    run.counts["found_actions"] += len(reading.actions)
    step("")


def _store_failure(run: Run, article: str, reason: str, step: Step) -> None:
    store_failed_analysis(run.db, article, run.pipeline or "", reason, run.clock())
    run.counts["unreadable_articles"] += 1
    figures = {"article": article, "error": reason}
    step(f"article {article} could not be read: {reason}", True, "unreadable article", figures)


@timed("cases")
def group_cases(run: Run, rebuild: bool = False, decided: str | None = None) -> None:
    """Group the actions found so far into cases and sum them up; counts `cases`, `new_cases`, `changed_cases`, `removed_cases`.

    Args:
        decided: a person's reason, when nothing but that person's decision is new since the last call.
    A run whose time is used up leaves all of it to the next one.
    """
    if not run.may_go_on():
        run.counts["left_groupings"] = 1
        return
    counts = group_stored_cases(run.db, run.clock(), rebuild, decided)
    refresh_summaries(run.db)
    run.counts["cases"] = counts.pop("cases")
    run.counts.update({f"{what}_cases": number for what, number in counts.items()})
