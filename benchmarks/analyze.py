"""Words per second of `nlp.analyze` beside the stock English pipeline, on the same texts, in one run, on one core: each text by
itself, and fifty at a time, as spaCy's `pipe` and our `tag` read them.

usage: analyze.py [--texts FILE.jsonl.gz]... [--limit N] [--growth]
Without --texts the English articles of the demo are read, five times over. Both sides take turns, twenty texts at a time, and
their processor time is counted, so that other work on the machine changes both alike. `--growth` prints the curve of one text
that becomes longer, up to two megabytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import spacy
from spacy.language import Language

from benchmarks.figures import Figure, note
from dpawatch.demo.articles import load_articles
from nlp import beginnings, identities, words
from nlp.analyze import analyze_document, analyze_documents
from nlp.models import Document
from nlp.pipeline import model_of

T = TypeVar("T")
TURN = 50
MEGABYTES = (0.25, 0.5, 1, 2)
# times the stock pipeline, where that is asked; and how much more a megabyte of a long text may take
LEAST, LINEAR = {"gdprhub.jsonl.gz": 8, "news.jsonl.gz": 5}, 1.3


def load_texts(path: Path | None, limit: int | None) -> list[str]:
    """Return the English texts to read, at most limit of them, evenly from the whole file."""
    if path is None:
        texts = [a.text for a in load_articles() if a.lang == "en"] * 5
    else:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            texts = [row["text"] for row in map(json.loads, lines) if row.get("lang", "en") == "en"]
    return texts[:: max(1, len(texts) // limit)][:limit] if limit else texts


def read_with_ours(text: str) -> None:
    """Read a text as `dpawatch analyze --lang en` does."""
    analyze_document(Document(text=text, lang="en"))


def read_batch_with_ours(texts: list[str]) -> None:
    """Read texts as `dpawatch tag` does."""
    documents = [Document(text=text, lang="en") for text in texts]
    deque(analyze_documents(documents, batch_size=TURN), maxlen=0)


def forget_texts() -> None:
    """Clear what is kept of the last texts, so that none is read with what is known from reading it before."""
    for module in (beginnings, identities, words):
        for function in vars(module).values():
            if hasattr(function, "cache_info") and function.cache_info().maxsize:
                function.cache_clear()


def seconds(read: Callable[[T], object], things: Iterable[T]) -> float:
    """Return the seconds of one processor that reading things takes."""
    started = time.process_time()
    for thing in things:
        read(thing)
    return time.process_time() - started


def turns(texts: list[str]) -> Iterator[list[str]]:
    """Yield texts in order, a few at a time."""
    rest = iter(texts)
    while turn := list(islice(rest, TURN)):
        yield turn


@dataclass(frozen=True, slots=True)
class Pace:
    """Words a second of the stock pipeline and of ours."""

    theirs: float
    ours: float

    @property
    def ratio(self) -> float:
        """How many times as fast ours is."""
        return self.ours / self.theirs


def compare(stock: Language, texts: list[str]) -> tuple[Pace, Pace]:
    """Return the pace of each text by itself and of texts in batches, after those of the demo: a process compiles a pattern once."""
    for text in dict.fromkeys(load_texts(None, None)):
        stock(text)
        read_with_ours(text)
    taken = [0.0] * 4
    for turn in turns(texts):
        taken[0] += seconds(stock, turn)
        forget_texts()
        taken[1] += seconds(read_with_ours, turn)
        forget_texts()
        taken[2] += seconds(lambda batch: deque(stock.pipe(batch), maxlen=0), [turn])
        taken[3] += seconds(read_batch_with_ours, [turn])
    number = sum(len(text.split()) for text in texts)
    return Pace(number / taken[0], number / taken[1]), Pace(number / taken[2], number / taken[3])


def measure_growth(texts: list[str]) -> None:
    """Print how long one text takes that is made of others, for each of a few lengths, and note that it grows no faster."""
    whole = "\n\n".join(texts)
    whole *= int(MEGABYTES[-1] * 1e6 // len(whole)) + 1
    each = []
    for megabytes in MEGABYTES:
        taken = seconds(read_with_ours, [whole[: int(megabytes * 1e6)]])
        each.append(taken / megabytes)
        print(f"one text of {megabytes:g} MB: {taken:.1f} s, {each[-1]:.1f} s for each", flush=True)
    sides = f"{each[-1]:.1f} and {each[0]:.1f} s a megabyte"
    note(Figure("a text of 2 MB, by the megabyte, of one of 250 kB", each[-1] / each[0], most=LINEAR, beside=sides))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, action="append")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--growth", action="store_true")
    options = parser.parse_args()
    model = model_of("en")
    assert model, "no English model is installed"
    stock = spacy.load(model)
    for path in options.texts or [None]:
        texts = load_texts(path, options.limit)
        name = path.name if path else "demo"
        number = f"{len(texts):,} texts, {sum(len(t.split()) for t in texts):,} words"
        for way, pace, least in zip(
            ("one by one", "in batches"), compare(stock, texts), (None, LEAST.get(name)), strict=True
        ):
            sides = f"{pace.ours:,.0f} and {pace.theirs:,.0f} words/s; {number}"
            note(
                Figure(
                    f"words a second of {name}, {way}, beside {model}", pace.ratio, "times", least=least, beside=sides
                )
            )
    if options.growth:
        measure_growth(texts)


if __name__ == "__main__":
    main()
