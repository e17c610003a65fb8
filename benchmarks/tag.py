"""How much sooner two processes have read the articles of a database than one: `dpawatch tag`, start and storing included.

usage: tag.py [--texts FILE.jsonl.gz] [--articles N] [--workers N]
The texts of a file, or without one of the project's gold, are stored as articles, again and again until there are so many.
The clock counts, since cores that work side by side are what is asked about: nothing else may run beside it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from benchmarks.figures import Figure, note
from benchmarks.gold_texts import load_gold
from benchmarks.grow import start_database
from dpawatch.bulk import import_articles
from dpawatch.inputs import Record
from dpawatch.progress import Silent
from dpawatch.run import recorded_run

ARTICLES, WORKERS, LEAST = 6000, 2, 1.8


def make_records(path: Path | None, number: int) -> Iterator[Record]:
    """Yield so many articles to import, each at an address of its own."""
    if path is None:
        texts = [(gold.text, gold.lang) for gold in load_gold()]
    else:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            texts = [(row["text"], row.get("lang", "en")) for row in map(json.loads, lines)]
    for n, (text, lang) in enumerate(islice(cycle(texts), number)):
        yield Record(
            "texts",
            n,
            {"url": f"https://texts.example/{n}", "title": text[:60], "text": f"{text}\n\n{n}", "lang": lang},
        )


def seconds(database: Path, arguments: list[str]) -> float:
    """Return the seconds of the clock that `dpawatch tag` takes for a copy of a database."""
    with tempfile.TemporaryDirectory(dir=database.parent) as folder:
        copy = shutil.copy(database, folder)
        started = time.perf_counter()
        command = [sys.executable, "-m", "dpawatch", "tag", "--db", str(copy), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - started


def main() -> int:
    """Measure and return the exit status: 1 where the workers win less than asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--workers", type=int, default=WORKERS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tag.db"
        db = start_database(path)
        with recorded_run(db, "benchmark", Silent()) as run:
            import_articles(run, make_records(options.texts, options.articles))
        db.close()
        alone = seconds(path, [])
        together = seconds(path, ["--workers", str(options.workers)])
    sides = f"{alone:.0f} s; {together:.0f} s with {options.workers} processes; {options.articles:,} articles"
    least = LEAST if options.workers == WORKERS else None
    return int(
        not note(Figure(f"tag with {options.workers} processes", alone / together, "times", least=least, beside=sides))
    )


if __name__ == "__main__":
    sys.exit(main())
