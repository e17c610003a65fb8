"""How long commands take that start, do one small thing and end: `dpawatch analyze` on one text, and `dpawatch --help`.

usage: start.py [--times N]
The clock counts, the median of several runs after one that is not counted, since files are read from the disk then.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure, note
from dpawatch.demo.articles import load_articles

TIMES, MOST_OF_ANALYZE, MOST_OF_HELP = 5, 2, 0.3


def seconds(arguments: list[str], times: int) -> list[float]:
    """Return the seconds of the clock that a command takes each time."""
    taken = []
    for _ in range(times + 1):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "dpawatch", *arguments], check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - started)
    return taken[1:]


def main() -> int:
    """Measure and return the exit status: 1 where one takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=TIMES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.txt"
        text.write_text(next(a.text for a in load_articles() if a.lang == "en"), encoding="utf-8")
        commands = (
            ("analyze of one text", ["analyze", str(text)], MOST_OF_ANALYZE),
            ("--help", ["--help"], MOST_OF_HELP),
        )
        figures = []
        for name, arguments, most in commands:
            taken = seconds(arguments, options.times)
            beside = f"{min(taken):.2f} to {max(taken):.2f} s in {options.times} runs"
            figures.append(Figure(f"{name}, start included", median(taken), "s", most=most, beside=beside))
    return int(not note(*figures))


if __name__ == "__main__":
    sys.exit(main())
