"""In how many of a hundred texts about enforcement each word stands, language by language: db/cases/words/<lang>.tsv.

usage: words.py [CORPUS.jsonl[.gz]...]
Counts the project's own gold and demo texts, and the texts of the files given (fields lang and text), and writes what
at least two texts and one in two hundred have. Only counts are kept; nothing of a text can be read from them.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from benchmarks.gold_texts import load_gold
from db.cases.content import words_of

WORDS = Path(__file__).parents[1] / "db" / "cases" / "words"
LEAST, LEAST_SHARE = 2, 1 / 200


def read_texts(paths: list[Path]) -> Iterator[tuple[str, str]]:
    """Yield language and text of everything that is counted."""
    for gold in load_gold():
        yield gold.lang, gold.text
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                yield record.get("lang") or "en", record["text"]


def main(paths: list[Path]) -> None:
    texts, found = Counter[str](), defaultdict[str, Counter[str]](Counter)
    for lang, text in read_texts(paths):
        texts[lang] += 1
        found[lang].update(word for word in words_of(text) if not word[0].isdigit())
    WORDS.mkdir(exist_ok=True)
    for lang, counter in sorted(found.items()):
        if texts[lang] < 10:
            continue
        shares = {w: n / texts[lang] for w, n in counter.items() if n >= LEAST and n / texts[lang] >= LEAST_SHARE}
        lines = [f"texts {texts[lang]}", *(f"{word}\t{share * 100:.1f}" for word, share in sorted(shares.items()))]
        (WORDS / f"{lang}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{lang}: {texts[lang]} texts, {len(lines)} words")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
