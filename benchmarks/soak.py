"""Whether dpawatch can be left alone: run after run in one process, over a web of loopback that changes and breaks.

usage: soak.py [--runs N] [--db FILE] [--verbose]
What happens at which run is in benchmarks/soak.toml. Time is the test's own: from one run to the next half an hour goes
by, or some hours. After each run the status must say what is wrong, and nothing else; at the end each page must be stored
once and each match of a follow told once, the memory of the process must be what it was, and the database must have
grown by what is new. Prints figures, and a line for each violation; exits 1 when there is one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--db", type=Path, help="keep the database in this file, which must not be there yet")
    parser.add_argument("--verbose", action="store_true", help="print a line for each run")
    args = parser.parse_args(words)
    if args.runs < 8:
        parser.error("--runs: at least 8 have quarters and halves to compare")
    if args.db and args.db.exists():
        parser.error(f"--db: {args.db} is there already")
    # not above: the processes that read pages import this module too
    from benchmarks.figures import Figure, note
    from benchmarks.soak_runs import soak
    from benchmarks.soak_world import load_script

    with tempfile.TemporaryDirectory() as folder:
        report = soak(args.runs, args.db or Path(folder) / "soak.db", load_script(), args.verbose)
    print(report.to_text())
    print(*report.violations, sep="\n")
    return int(not note(Figure(f"rules violated in {args.runs} runs", len(report.violations), most=0)))


if __name__ == "__main__":
    sys.exit(main())
