"""Words per second of `nlp.analyze` beside the stock English pipeline, on the same texts, in one run, on one core.

usage: speed.py [--texts FILE.jsonl.gz] [--limit N]
Without --texts the English articles of the demo are read, five times over.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path

import spacy

from nlp.analyze import analyze_document
from nlp.models import Document
from nlp.pipeline import model_of


def load_texts(path: Path | None, limit: int) -> list[str]:
    """Return the texts to read, at most limit of them."""
    if path is None:
        from dpawatch.demo.articles import load_articles

        texts = [a.text for a in load_articles() if a.lang == "en"] * 5
    else:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            texts = [row["text"] for row in map(json.loads, lines) if row.get("lang", "en") == "en"]
    return texts[:limit] if limit else texts


def words_per_second(read: Callable[[str], object], texts: list[str]) -> float:
    """Return how many words a second `read` takes in, after one text to warm up."""
    read(texts[0])
    started = time.perf_counter()
    for text in texts:
        read(text)
    return sum(len(text.split()) for text in texts) / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--limit", type=int, default=0)
    options = parser.parse_args()
    texts = load_texts(options.texts, options.limit)
    model = model_of("en")
    assert model, "no English model is installed"
    stock = words_per_second(spacy.load(model), texts)
    ours = words_per_second(lambda text: analyze_document(Document(text=text, lang="en")), texts)
    print(f"texts {len(texts)} words {sum(len(t.split()) for t in texts)}")
    print(f"{model} {stock:.0f} words/s")
    print(f"dpawatch {ours:.0f} words/s ({ours / stock:.2f} times)")


if __name__ == "__main__":
    main()
