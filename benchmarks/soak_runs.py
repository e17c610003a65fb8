"""The runs of the soak test: each does what `dpawatch run` does, at a time of its own, and is measured and compared."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlite_utils import Database

from benchmarks.soak_rules import FOLLOWS, Watch, check_alerts, check_articles
from benchmarks.soak_world import Script, World, served_world
from db.follows import Follow, add_follow
from db.runs import run_lock
from db.schema import open_database
from dpawatch.needs import settle_needs
from dpawatch.progress import Silent
from dpawatch.run import recorded_run
from dpawatch.settings import Settings
from dpawatch.status import read_status
from dpawatch.targets import Targets
from dpawatch.whole_run import do_whole_run
from ingest.fetch import FetchSettings

# a Monday; all of the test lies in the past, since a date to come is not believed
START = datetime(2024, 1, 8, 6, tzinfo=UTC)
# in the last runs nobody writes, so that all that was written can be read
LAST_WORDS = 2
# bars: megabytes of memory from the second quarter to the last; bytes an article, the second half beside the first
MOST_MEMORY, MOST_GROWTH = 8.0, 1.25


@dataclass(frozen=True, slots=True)
class Impatient(Settings):
    """Settings of a run that waits for nobody for long."""

    def fetch_settings(self) -> FetchSettings:
        """Return the fetcher's settings."""
        # super() knows no class with slots
        return replace(Settings.fetch_settings(self), read_timeout=1.5)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run left: articles, bytes in use of the database and of the archive, bytes of memory; and its seconds."""

    articles: int
    database: int
    archive: int
    memory: int
    seconds: float


@dataclass(slots=True)
class Report:
    """The figures of all runs, and what was violated."""

    runs: list[Figures] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def memory_growth(self) -> float:
        """Return by how many megabytes the memory of the last quarter is more than that of the second, in the median."""
        quarter = len(self.runs) // 4
        second, last = self.runs[quarter : 2 * quarter], self.runs[-quarter:]
        return (median(run.memory for run in last) - median(run.memory for run in second)) / 1e6

    def growth(self) -> tuple[float, float]:
        """Return by how many bytes the database grew for each new article: in the first half but its first run, in the second."""
        # the first run stores what is not news: regulators, laws, companies
        first, middle, last = self.runs[0], self.runs[len(self.runs) // 2], self.runs[-1]
        return _grow(first, middle), _grow(middle, last)

    def check(self) -> Iterator[str]:
        """Yield what the figures violate."""
        if self.memory_growth() > MOST_MEMORY:
            yield f"the process grew by {self.memory_growth():.1f} MB from the second quarter to the last"
        before, after = self.growth()
        if after > MOST_GROWTH * before:
            yield f"the database grew by {after:,.0f} bytes an article in the second half, and by {before:,.0f} in the first"

    def to_text(self) -> str:
        """Return the figures in lines."""
        before, after = self.growth()
        last, half = self.runs[-1], len(self.runs) // 2
        archives = [max(run.archive for run in part) / 1e6 for part in (self.runs[:half], self.runs[half:])]
        return "\n".join(
            (
                f"{len(self.runs)} runs in {sum(run.seconds for run in self.runs):.0f} s; {last.articles} articles",
                f"memory: {last.memory / 1e6:.0f} MB, {self.memory_growth():+.1f} MB from the second quarter to the last "
                f"(at most {MOST_MEMORY:g})",
                f"database: {last.database / 1e6:.1f} MB; {before:,.0f} bytes an article in the first half, {after:,.0f} in "
                f"the second (at most {MOST_GROWTH:g} times as much)",
                f"archive: {archives[0]:.2f} MB at most in the first half, {archives[1]:.2f} MB in the second",
            )
        )


def _grow(before: Figures, after: Figures) -> float:
    return (after.database - before.database) / max(after.articles - before.articles, 1)


def soak(runs: int, path: Path, script: Script, verbose: bool = False) -> Report:
    """Return what so many runs on a new database at a path were like."""
    report, now = Report(), START
    settings = Impatient(path, allow_private_hosts=True, delay=0.0, archive_days=7, fetch_days=7, run_days=14)
    with served_world(script) as world:
        watch = Watch(world)
        targets = Targets(
            path, {f"DPAWATCH_TARGET_{n.upper()}": f"json://127.0.0.1:{world.port}/{n}" for n in ("quick", "frail")}
        )
        for run in range(runs):
            world.begin(run, now, writes=run < runs - LAST_WORDS)
            figures, violations = run_once(run, now, settings, world, watch, targets)
            report.runs.append(figures)
            report.violations += (f"run {run}: {line}" for line in violations)
            if verbose:
                wrong = ", ".join(f"{name} {fault.kind}" for name, fault in world.faults.items())
                print(f"run {run} of {now:%Y-%m-%d %H:%M}: {figures} {wrong}", flush=True)
                print(*violations, sep="\n", end="\n" * bool(violations), flush=True)
            now += timedelta(hours=script.hours[run % len(script.hours)])
        with closing(open_database(path)) as db:
            report.violations += [*check_articles(db, world), *check_alerts(world)]
    report.violations += report.check()
    return report


def run_once(
    number: int, now: datetime, settings: Settings, world: World, watch: Watch, targets: Targets
) -> tuple[Figures, list[str]]:
    """Do what `dpawatch run` does, at a time; return its figures, and what was wrong with the status after it."""
    started, path = time.perf_counter(), settings.db
    db = open_database(path)
    try:
        with run_lock(path), recorded_run(db, "run", Silent(), lambda: now) as run:
            do_whole_run(run, settings, world.list_sources(), targets)
        settle_needs(db, run.id, now)
        if number == 0:
            for follow, names in FOLLOWS:
                add_follow(db, Follow(**follow), names, now)
        violations = list(watch.check(read_status(db, now), now))
        figures = _measure(db, settings, time.perf_counter() - started)
    finally:
        db.close()
    return figures, violations


def _measure(db: Database, settings: Settings, seconds: float) -> Figures:
    pages = "select (page_count - freelist_count) * page_size from pragma_page_count, pragma_freelist_count, pragma_page_size"
    archive = sum(file.stat().st_size for file in settings.archive_folder.glob("*"))
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    return Figures(db["articles"].count, db.execute(pages).fetchone()[0], archive, resident, seconds)
