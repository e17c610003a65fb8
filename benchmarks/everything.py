"""Every benchmark, one after the other, and all their figures as one table.

usage: everything.py [--quick] [--write]
Those that need texts or pages of the corpus beside the checkout are left out, and named, where it is not there. --quick
takes smaller inputs, --write puts the table into docs/performance.md. Exits 1 when a benchmark broke down; a figure that
misses its bar is shown as it is.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
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
    Benchmark("Reading what was not meant to be read", ("mutations",), ("--number", "300")),
    Benchmark("Polling", ("poll",), ("--feeds", "40")),
    Benchmark("Memory of a run", ("memory",), ("--articles", "100")),
    Benchmark("Two hundred runs in a row", ("soak",), ("--runs", "8")),
    Benchmark("Real pages", ("replay", str(CORPUS / "gdprhub_pages.tar.gz")), (), "gdprhub_pages.tar.gz"),
    Benchmark("A growing database", ("grow", "--sizes", "0,1000,10000,100000"), ("--sizes", "0,500")),
    Benchmark("The site", ("site",), ("--quick",)),
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


def write_table(measured: Sequence[tuple[Benchmark, str, list[Figure]]], machine: str, day: date) -> str:
    """Return the figures as a table of Markdown, with the machine and the day above it."""
    lines = [
        f"Measured on {day.isoformat()}: {machine}.",
        "",
        "| figure | measured | asked | both sides |",
        "|---|---|---|---|",
    ]
    for benchmark, state, figures in measured:
        lines.append(f"| **{benchmark.title}** | {state} | | |")
        for figure in figures:
            missed = "" if figure.holds else " **missed**"
            lines.append(f"| {figure.name} | {figure.format_value()}{missed} | {figure.bar} | {figure.beside} |")
    return "\n".join(lines) + "\n"


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
    options = parser.parse_args()
    machine = f"{describe_machine()}, load {os.getloadavg()[0]:.1f} at the beginning"
    with tempfile.TemporaryDirectory() as folder:
        measured = list(measure(BENCHMARKS, options.quick, Path(folder)))
    table = write_table(measured, machine, datetime.now(UTC).date())
    print(f"\n{table}")
    if options.write:
        PAGE.write_text(put_table(PAGE.read_text(encoding="utf-8"), table), encoding="utf-8")
    return int(any(state == "broke down" for _, state, _ in measured))


if __name__ == "__main__":
    sys.exit(main())
