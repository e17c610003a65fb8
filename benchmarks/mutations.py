"""Whether any text whatever is read without an error, every span in its place: mutations of the project's own texts.

usage: mutations.py [--number N] [--seed N]
Each text is one of the gold, cut off, spoilt with control characters, mixed with other scripts, nested in brackets, joined
to itself, followed by a long run of one character, or with some of its words said again and again. Prints the failures with
their seeds, and exits 1 when there are any.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType

from benchmarks.figures import Figure, note
from dpawatch.progress import OnStderr, Silent
from nlp.analyze import analyze_document
from nlp.models import Analysis, Document

GOLD = Path(__file__).parent / "gold"
# a reading that takes longer is taken for one without an end
SECONDS = 120
# of one character, once in so many mutations
LONG, RARELY = 1_000_000, 1000
STRANGE = "\0\x07\x1b\x85\xad\u200b\u200f\u202e\u2028\ufeff\ufffd\U0001f512\ud7a3"
SCRIPTS = "данныхπροσωπικώνδεδομένων個人情報保護بيانات개인정보ข้อมูล"
# between the repetitions of a phrase, which are read more slowly than those of a character
JOINTS, STAMMERED = ("-", "'", "’", "\n", " ", ", ", "/"), 200_000
REPEATED = "(§1.,'’\"«—- \n€0a"


@cache
def load_texts() -> tuple[tuple[str, str], ...]:
    """Return language and text of every entry of the gold."""
    lines = [line for path in sorted(GOLD.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple((entry["lang"], entry["text"]) for entry in map(json.loads, lines))


def cut(draw: random.Random, text: str) -> str:
    first, last = sorted(draw.randrange(len(text) + 1) for _ in range(2))
    return text[first:last]


def spoil(draw: random.Random, text: str) -> str:
    return _insert(draw, text, lambda: draw.choice(STRANGE), draw.randrange(1, 40))


def mix(draw: random.Random, text: str) -> str:
    return _insert(draw, text, lambda: draw.choice(SCRIPTS) * draw.randrange(1, 4), draw.randrange(1, 60))


def nest(draw: random.Random, text: str) -> str:
    depth, at = draw.randrange(1, 400), draw.randrange(len(text) + 1)
    left, right = draw.choice([("(", ")"), ("[", "]"), ("«", "»"), ("Art. (", ")"), ("(the controller ", ")")])
    return text[:at] + left * depth + text[at:] + right * draw.randrange(depth + 1)


def repeat(draw: random.Random, text: str) -> str:
    length = LONG if draw.randrange(RARELY) == 0 else draw.randrange(1, 3000)
    at = draw.randrange(len(text) + 1)
    return text[:at] + draw.choice(REPEATED) * length + text[at:]


def stammer(draw: random.Random, text: str) -> str:
    words = text.split(" ")
    at = draw.randrange(len(words))
    phrase = " ".join(words[at : at + draw.choice([1, 1, 1, 2, 3])]) + draw.choice(JOINTS)
    length = STAMMERED if draw.randrange(RARELY) == 0 else draw.randrange(1, 3000)
    return " ".join([*words[:at], phrase * (length // len(phrase)), *words[at:]])


def shuffle(draw: random.Random, text: str) -> str:
    words = text.split(" ")
    draw.shuffle(words)
    return " ".join(words)


def double(draw: random.Random, text: str) -> str:
    return text + draw.choice(["", " ", "\n", "\n\n"]) + text.swapcase()


MUTATIONS: tuple[Callable[[random.Random, str], str], ...] = (cut, spoil, mix, nest, repeat, stammer, shuffle, double)


def _insert(draw: random.Random, text: str, make: Callable[[], str], times: int) -> str:
    for _ in range(times):
        at = draw.randrange(len(text) + 1)
        text = text[:at] + make() + text[at:]
    return text


def mutate(seed: int) -> Document:
    """Return the document of a seed: a text mutated one to three times, sometimes with the language of another."""
    draw = random.Random(seed)
    lang, text = draw.choice(load_texts())
    for mutation in draw.choices(MUTATIONS, k=draw.randrange(1, 4)):
        text = mutation(draw, text)
    spoken = draw.choice([lang, lang, lang, draw.choice(load_texts())[0], None])
    return Document(text=text, lang=spoken, title=draw.choice([None, None, text[:60]]))


@dataclass(frozen=True)
class Failure:
    """What went wrong with the document of a seed."""

    seed: int
    what: str


def check(seed: int) -> Failure | None:
    """Return what is wrong with the reading of a seed's document, or None; one that has no end is wrong too."""
    document = mutate(seed)
    try:
        with _deadline(SECONDS):
            analysis = analyze_document(document)
    except Exception as error:  # any of them is what is looked for
        return Failure(seed, f"{type(error).__name__}: {error}")
    wrong = [span for span in list_spans(analysis) if not _stands_in(document.text, span)]
    return Failure(seed, f"spans that reproduce nothing of the text: {wrong[:3]}") if wrong else None


@contextmanager
def _deadline(seconds: int) -> Iterator[None]:
    """Raise TimeoutError within what takes longer, also while a regular expression is tried."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"takes more than {seconds} s")

    former = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, former)


def _stands_in(text: str, span: tuple[int, int]) -> bool:
    """Return whether a span lies in a text and holds what a person would read there: no white space at its ends."""
    mention = text[slice(*span)]
    return 0 <= span[0] < span[1] <= len(text) and mention == mention.strip() != ""


def list_spans(analysis: Analysis) -> Iterator[tuple[int, int]]:
    """Yield every span of an analysis: of its mentions, and of the evidence of its actions."""
    for group in (analysis.regulators, analysis.companies, analysis.provisions, analysis.amounts):
        for mention in group:
            yield from mention.spans
    for action in analysis.actions:
        yield from action.evidence


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    started, failures = time.perf_counter(), []
    progress = OnStderr() if sys.stderr.isatty() else Silent()
    with progress.work("Reading mutations", args.number) as step:
        for seed in range(args.seed, args.seed + args.number):
            if failure := check(seed):
                failures.append(failure)
                print(f"seed {failure.seed}: {failure.what}")
            step("")
    taken = f"{time.perf_counter() - started:.0f} s"
    return int(not note(Figure(f"failures of {args.number:,} mutations", len(failures), most=0, beside=taken)))


if __name__ == "__main__":
    sys.exit(main())
