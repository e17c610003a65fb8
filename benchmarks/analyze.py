"""Words per second of `nlp.analyze` beside the stock English pipeline, on the same texts, in one run, on one core.

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
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import spacy
from spacy.language import Language

from dpawatch.demo.articles import load_articles
from nlp.analyze import analyze_document
from nlp.models import Document
from nlp.pipeline import model_of

TURN = 20
WARM_UP = 10
MEGABYTES = (0.25, 0.5, 1, 2)


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


def seconds(read: Callable[[str], object], texts: list[str]) -> float:
    """Return the seconds of one processor that reading texts takes."""
    started = time.process_time()
    for text in texts:
        read(text)
    return time.process_time() - started


def turns(texts: list[str]) -> Iterator[list[str]]:
    """Yield texts in order, a few at a time."""
    rest = iter(texts)
    while turn := list(islice(rest, TURN)):
        yield turn


def compare(stock: Language, texts: list[str]) -> tuple[float, float]:
    """Return the words a second of the stock pipeline and of ours, both after some texts to warm up."""
    for text in texts[:WARM_UP]:
        stock(text)
        read_with_ours(text)
    theirs = ours = 0.0
    for turn in turns(texts):
        theirs += seconds(stock, turn)
        ours += seconds(read_with_ours, turn)
    words = sum(len(text.split()) for text in texts)
    return words / theirs, words / ours


def print_growth(texts: list[str]) -> None:
    """Print how long one text takes that is made of others, for each of a few lengths."""
    whole = "\n\n".join(texts)
    whole *= int(MEGABYTES[-1] * 1e6 // len(whole)) + 1
    for megabytes in MEGABYTES:
        taken = seconds(read_with_ours, [whole[: int(megabytes * 1e6)]])
        print(f"one text of {megabytes:g} MB: {taken:.1f} s, {taken / megabytes:.1f} s for each")


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
        theirs, ours = compare(stock, texts)
        name = path.name if path else "demo"
        print(f"{name}: {len(texts)} texts, {sum(len(t.split()) for t in texts)} words", end="; ")
        print(f"{model} {theirs:.0f} words/s, dpawatch {ours:.0f} words/s, {ours / theirs:.2f} times", flush=True)
    if options.growth:
        print_growth(texts)


if __name__ == "__main__":
    main()
