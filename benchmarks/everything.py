"""Every benchmark, one after the other, and all their figures as one table.

usage: everything.py [--quick] [--write] [--only WORD]
Those that need texts or pages of the corpus beside the checkout are left out, and named, where it is not there. --quick
takes smaller inputs, --write puts the table into docs/performance.md, --only measures those with the word in their title and
leaves the rows of the others as they are. Exits 1 when a benchmark broke down; a figure that misses its bar is shown as it is.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.figures import KEPT_IN, Figure, describe_machine, load_kept

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark with its arguments, those of a quick run, and the file of the corpus that it needs."""

    title: str
    words: tuple[str, ...]
    quick: tuple[str, ...] = ()
    needs: str | None = None


BENCHMARKS = (
    Benchmark("Reading decisions", ("analyze", "--texts", str(CORPUS / "gdprhub.jsonl.gz")), ("--limit", "200"), "gdprhub.jsonl.gz"),
    Benchmark("Reading news", ("analyze", "--texts", str(CORPUS / "news.jsonl.gz")), (), "news.jsonl.gz"),
    Benchmark("Reading the demo, and long texts", ("analyze", "--growth")),
    Benchmark("Starting", ("start",), ("--times", "1")),
    Benchmark("Reading what was not meant to be read", ("mutations",), ("--number", "300")),
    Benchmark("Polling", ("poll",), ("--feeds", "40")),
    Benchmark("Memory of a run", ("memory",), ("--articles", "100")),
    Benchmark("Two hundred runs in a row", ("soak",), ("--runs", "8")),
    Benchmark("Real pages", ("replay", str(CORPUS / "gdprhub_pages.tar.gz")), (), "gdprhub_pages.tar.gz"),
    Benchmark("Two processes", ("tag", "--texts", str(CORPUS / "gdprhub.jsonl.gz")), ("--articles", "100"), "gdprhub.jsonl.gz"),
    Benchmark("A growing database", ("grow", "--sizes", "0,1000,10000,100000"), ("--sizes", "0,500")),
    Benchmark("The site", ("site",), ("--quick",)),
    Benchmark("The site at a million", ("site", "--articles", "1000000", "--cases", "200000", "--publish"), ("--quick",)),
    Benchmark("Archived news", ("backfill",), ("--pages", "100")),
)  # fmt: skip


def measure(
    benchmarks: Sequence[Benchmark], quick: bool, folder: Path
) -> Iterator[tuple[Benchmark, str, list[Figure]]]:
    """Run the benchmarks and yield each with what became of it ("", "left out" or "broke down") and its figures."""
    for number, benchmark in enumerate(benchmarks):
        if benchmark.needs and not (CORPUS / benchmark.needs).exists():
            yield benchmark, "left out", []
            continue
        kept = folder / f"{number}.jsonl"
        kept.touch()
        print(f"\n# {benchmark.title}", flush=True)
        module, *arguments = (*benchmark.words, *(benchmark.quick if quick else ()))
        command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
        ended = subprocess.run(command, cwd=ROOT, env={**os.environ, KEPT_IN: str(kept)}, check=False).returncode
        figures = load_kept(kept)
        # a figure that misses its bar makes a benchmark end with 1, as a traceback does
        broke = ended != 0 and all(figure.holds for figure in figures)
        yield benchmark, "broke down" if broke else "", figures


def write_rows(measured: Iterable[tuple[Benchmark, str, list[Figure]]], day: date) -> dict[str, list[str]]:
    """Return the rows of each benchmark by its title: one with the day and what became of it, and one a figure."""
    rows = {}
    for benchmark, state, figures in measured:
        rows[benchmark.title] = [f"| **{benchmark.title}** | {state or day.isoformat()} | | |"]
        for figure in figures:
            missed = "" if figure.holds else " **missed**"
            rows[benchmark.title].append(
                f"| {figure.name} | {figure.format_value()}{missed} | {figure.bar} | {figure.beside} |"
            )
    return rows


def read_rows(page: str) -> dict[str, list[str]]:
    """Return the rows between a page's marks of figures, by the title of their benchmark; raises ValueError without marks."""
    _, rest = page.split(BEGIN)
    rows: dict[str, list[str]] = {}
    for line in rest.split(END)[0].splitlines():
        if title := re.match(r"\| \*\*(.+?)\*\* \|", line):
            rows[title.group(1)] = []
        if rows:
            rows[list(rows)[-1]].append(line)
    return rows


def write_table(rows: Mapping[str, Sequence[str]], machine: str) -> str:
    """Return the rows as a table of Markdown, in the order of the benchmarks, with the machine above it."""
    known = [line for benchmark in BENCHMARKS for line in rows.get(benchmark.title, ())]
    head = ["| figure | measured | asked | both sides |", "|---|---|---|---|"]
    return "\n".join([f"Measured on {machine}.", "", *head, *known]) + "\n"


def put_table(page: str, table: str) -> str:
    """Return a page with the table between the marks of figures; raises ValueError when it has none."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table}{END}{after}"


def main() -> int:
    """Measure, print the table and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller inputs: does everything work?")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    parser.add_argument("--only", default="", metavar="WORD", help="only the benchmarks with this word in their title")
    options = parser.parse_args()
    chosen = [benchmark for benchmark in BENCHMARKS if options.only.lower() in benchmark.title.lower()]
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        for result in measure(chosen, options.quick, Path(folder)):
            measured.append(result)
            page = PAGE.read_text(encoding="utf-8")
            table = write_table(read_rows(page) | write_rows([result], datetime.now(UTC).date()), describe_machine())
            if options.write:  # each as it comes, since all of them take two hours
                PAGE.write_text(put_table(page, table), encoding="utf-8")
    print(f"\n{write_table(write_rows(measured, datetime.now(UTC).date()), describe_machine())}")
    return int(any(state == "broke down" for _, state, _ in measured))


if __name__ == "__main__":
    sys.exit(main())
