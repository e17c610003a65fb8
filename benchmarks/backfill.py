"""What a month of archived news costs: made-up WARC files read by one and by two processes, stored, and weighed.

usage: backfill.py [--pages N] [--relevant SHARE] [--write]
Each number of workers reads the same files, on loopback: pages of which a share is kept, and others of which none is. The
pages a second are those of a core, by the processors' time that the workers took. Files that are not measured let them
load first what they load once. With --write the figures and what follows from them go into docs/scale.md.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import psutil

from benchmarks.figures import Figure, describe_machine, note
from benchmarks.scale_page import Measured, Stored, write_page
from benchmarks.warcs import make_pages, write_warc
from db.schema import open_database
from dpawatch.progress import Silent
from dpawatch.run import prepare_reading, recorded_run
from dpawatch.scale.backfill import backfill
from dpawatch.scale.cluster import open_client
from dpawatch.scale.merge import import_shards
from dpawatch.scale.warcs import find_warcs

FILES = 4
PAGE = Path(__file__).parents[1] / "docs" / "scale.md"


def measure_reading(warcs: Path, out: Path, workers: int) -> Measured:
    """Return what reading the files of a folder takes so many workers."""
    with open_client(None, workers) as client:
        processes = [psutil.Process(pid) for pid in client.run(os.getpid).values()]
        taken: dict[str, float] = {}
        for name in ("warm", "others", "news"):
            (out / name).mkdir(parents=True)
            counts = Counter[str]()
            before, started = sum(map(_spent, processes)), time.perf_counter()
            backfill(nullcontext(client), find_warcs([f"{warcs}/{name}-*"])[0], out / name, Silent(), counts)
            seconds, taken[name] = time.perf_counter() - started, sum(map(_spent, processes)) - before
        memory = max(process.memory_info().rss for process in processes)
    left_out = taken["others"] / counts["pages"]
    return Measured(workers, counts["pages"], counts["read_articles"], seconds, taken["news"], left_out, memory)


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def measure_storing(warcs: Path, shards: Path, db_path: Path) -> Stored:
    """Return what storing shards takes, in seconds of this processor and in bytes."""
    with closing(open_database(db_path)) as db, recorded_run(db, "import", Silent()) as run:
        started = time.process_time()
        import_shards(run, shards)
        seconds = time.process_time() - started
    with closing(open_database(db_path.with_name("empty.db"))) as db, recorded_run(db, "import", Silent()) as empty:
        prepare_reading(empty)
    files = [_weigh(db_path), _weigh(db_path.with_name("empty.db"))]
    parquet = sum(path.stat().st_size for path in shards.glob("*/*.parquet"))
    warc = sum(path.stat().st_size for path in warcs.glob("news-*"))
    return Stored(run.counts["new_articles"], seconds, warc, parquet, files[0] - files[1])


def _weigh(path: Path) -> int:
    with closing(open_database(path)) as db:
        db.execute("vacuum")
        db.execute("pragma wal_checkpoint(truncate)").fetchall()
    return path.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--relevant", type=float, default=0.05, help="the share of pages about enforcement")
    parser.add_argument("--write", action="store_true", help="write docs/scale.md")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        warcs = Path(folder)
        for number in range(2):
            write_warc(warcs / f"warm-{number}.warc.gz", make_pages(100, 0.6, seed=number + 2))
        for name, share in (("others", 0), ("news", options.relevant)):
            pages = make_pages(options.pages, share)
            for number in range(FILES):
                write_warc(warcs / f"{name}-{number}.warc.gz", islice(pages, options.pages // FILES))
        measured = []
        for workers in (1, 2):
            measured.append(found := measure_reading(warcs, warcs / f"out-{workers}", workers))
            print(
                f"{workers} workers: {found.pages} pages ({found.articles} kept) in {found.seconds:.1f} s, "
                f"{found.pages_per_core:.1f} pages/s a core ({found.left_out * 1000:.1f} ms a page left out, "
                f"{found.kept * 1000:.0f} ms one kept), {found.memory / 1e6:.0f} MB a worker"
            )
        stored = measure_storing(warcs, warcs / "out-1" / "news", warcs / "news.db")
    print(
        f"{stored.articles} articles stored in {stored.seconds:.1f} s; bytes an article: {stored.parquet / stored.articles:.0f} "
        f"Parquet, {stored.sqlite / stored.articles:.0f} SQLite"
    )
    best = max(measured, key=lambda found: found.pages_per_core)
    note(
        Figure("pages a second and core", best.pages_per_core, beside=f"{best.pages:,} pages, {best.articles:,} kept"),
        Figure("memory of a worker", max(found.memory for found in measured) / 1e6, "MB"),
        Figure("articles stored a second", stored.articles / stored.seconds),
    )
    if options.write:
        page = write_page(measured, stored, describe_machine(), load, datetime.now(UTC).date())
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
