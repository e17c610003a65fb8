"""How surely copies of a text are found, how surely others are not taken for copies, and what it costs per article.

usage: duplicates.py [--articles N] [FILE.jsonl[.gz] ...]
Without files the project's own gold is read. A line has `text` and `lang`, or two texts about one case, `a` and `b`.
Every text is stored with copies of it as other publishers would carry it, among articles of their own that quote the
half of it; what `near_duplicates` has then is compared with what is known. N articles are stored for the cost.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from db import duplicates
from db.articles import store_article
from db.schema import open_database
from ingest.models import Article
from ingest.similarity import make_signature

GOLD = Path(__file__).parent / "gold"
NOW = datetime(2024, 5, 1, tzinfo=UTC)
SENTENCE = re.compile(r"(?<=[.!?…])[»”\"]?\s+(?=\S)")
# these are copies of nothing
OWN = ("original", "half quoted")
LEASTS = (0.4, 0.5, 0.6, 0.7, 0.8)
# in a language of nobody's gold: no line of these is in two texts by chance
HEADLINE = "Aggiornamento delle ore diciotto: tutto quello che sappiamo finora."
BOILERPLATE = (
    "Deze tekst werd ongewijzigd overgenomen van het persbureau. Wie elke maandag een overzicht van alle besluiten wil "
    "ontvangen, meldt zich onderaan deze pagina aan voor onze gratis nieuwsbrief."
)


@dataclass(frozen=True, slots=True)
class Text:
    """One text as one publisher has it. Texts of one `story` are copies of each other; `kind` says how it was made."""

    story: str
    kind: str
    text: str
    lang: str


def read_texts(paths: Sequence[Path]) -> list[Text]:
    """Return the texts of the files, each a story of its own."""
    texts = []
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for number, row in enumerate(map(json.loads, lines)):
                for part in [row["a"], row["b"]] if "a" in row else [row]:
                    story = f"{path.name}:{number}:{part['id']}"
                    texts.append(Text(story, "original", part["text"], part.get("lang") or row.get("lang") or "en"))
    return list({text.text: text for text in texts}.values())


def make_copies(text: Text, other: Text) -> Iterator[Text]:
    """Yield the copies of a text, and last an article of its own that quotes the first half of it beside another text."""
    sentences, others = SENTENCE.split(text.text), SENTENCE.split(other.text)
    if len(sentences) < 4 or len(others) < 4:
        return
    without_lead = " ".join([others[0], *sentences[1:]])
    copies = {
        "other headline": f"{HEADLINE} {text.text}",
        "end cut": " ".join(sentences[: -(len(sentences) // 4)]),
        "boilerplate": f"{text.text} {BOILERPLATE}",
        "other lead": without_lead,
        "lead and boilerplate": f"{without_lead} {BOILERPLATE}",
        "every 20th word": replace_words(text.text, 20),
    }
    for kind, copy in copies.items():
        yield Text(text.story, kind, copy, text.lang)
    half = " ".join(sentences[: len(sentences) // 2] + others[len(others) // 2 :])
    yield Text(f"{text.story}:half", "half quoted", half, text.lang)


def replace_words(text: str, every: int) -> str:
    """Return a text in which one in so many words is another."""
    return " ".join("otherwise" if n % every == every // 2 else word for n, word in enumerate(text.split()))


@cache
def sign(text: str, lang: str) -> tuple[int, ...]:
    """Return the signature of a text, made once for all the databases that it is stored in."""
    return make_signature(text, lang)


def store_text(db: Database, number: int, text: Text) -> None:
    """Store a text as the article of a publisher of its own, a minute after the one before."""
    signature = sign(text.text, text.lang)
    at = NOW + timedelta(minutes=number)
    key = f"{number:06}"
    article = Article(
        id=key, url=f"https://news.example/{key}", title=key, text=text.text, lang=text.lang, fetched=at, published=at,
        source=None, publisher=key, content_hash=key, signature=signature,
    )  # fmt: skip
    store_article(db, article)


def find_originals(texts: Sequence[Text]) -> list[Text | None]:
    """Return for each text the one that it is linked to as a copy, None when it is linked to none."""
    db = open_database(":memory:")
    for number, text in enumerate(texts):
        store_text(db, number, text)
    found = dict(db.execute("select article, copy_of from near_duplicates").fetchall())
    db.close()
    originals = (found.get(f"{number:06}") for number in range(len(texts)))
    return [None if original is None else texts[int(original)] for original in originals]


def print_quality(texts: Sequence[Text]) -> None:
    """Print at each of several thresholds which copies are found, and what is taken for one.

    Each kind is stored with the originals alone: copies that lie beside others of their story are also found by those.
    "together" is all of it in one database.
    """
    made = [copy for text, other in pair_texts(texts) for copy in make_copies(text, other)]
    kinds = Counter(text.kind for text in made)
    print(f"{len(texts)} texts, {len(made)} made of them", *(f"{kind}: {n}" for kind, n in kinds.items()), sep="\n    ")
    print(f"{'linked':24}" + "".join(f"{least:>8}" for least in LEASTS))
    alone = {kind: try_thresholds([*texts, *(text for text in made if text.kind == kind)]) for kind in kinds}
    for kind, results in alone.items():
        print_row(kind, [share(o is not None for t, o in r if t.kind == kind) for r in results])
    print_row("originals", [share(o is not None for t, o in r if t.kind == "original") for r in alone["half quoted"]])
    together = try_thresholds([*texts, *made])
    for name, runs in (("alone", list(zip(*alone.values(), strict=True))), ("together", [[r] for r in together])):
        joined = [[pair for result in run for pair in result] for run in runs]
        print_row(f"recall {name}", [share(is_found(t, o) for t, o in r if t.kind not in OWN) for r in joined])
        print_row(f"precision {name}", [share(is_found(t, o) for t, o in r if o is not None) for r in joined])


def pair_texts(texts: Sequence[Text]) -> Iterator[tuple[Text, Text]]:
    """Yield each text with another of its language."""
    by_language: dict[str, list[Text]] = {}
    for text in texts:
        by_language.setdefault(text.lang, []).append(text)
    for same in by_language.values():
        yield from ((text, same[n - 1]) for n, text in enumerate(same) if len(same) > 1)


def try_thresholds(stored: Sequence[Text]) -> list[list[tuple[Text, Text | None]]]:
    """Return for each threshold all texts, each with the one it is linked to."""
    kept, results = duplicates.LEAST, []
    for least in LEASTS:
        duplicates.LEAST = least
        results.append(list(zip(stored, find_originals(stored), strict=True)))
    duplicates.LEAST = kept
    return results


def is_found(text: Text, original: Text | None) -> bool:
    """Return whether a text is linked to one that it is a copy of; one that is linked to none is not found."""
    return original is not None and original.story == text.story


def share(found: Iterator[bool]) -> float:
    """Return how many of them are true, from 0 to 1."""
    values = list(found)
    return sum(values) / len(values) if values else 0.0


def print_row(name: str, shares: Sequence[float]) -> None:
    """Print one row of the table, in per cent."""
    print(f"{name:24}" + "".join(f"{value:8.1%}" for value in shares))


def print_costs(texts: Sequence[Text], articles: int) -> None:
    """Print what storing an article costs among few and among many, when few are copies and, of fewer, when all are."""
    random.seed(1)
    words = [text.text.split() for text in texts]
    all_words = [word for text in words for word in text]
    mixed: list[Text] = []
    for number in range(articles):
        drawn = [word if random.random() < 0.5 else random.choice(all_words) for word in random.choice(words) * 8][:400]
        text = replace_words(mixed[-1].text, 40) if number % 10 == 9 else " ".join(drawn)
        mixed.append(Text(str(number), "mixed", text, "en"))
    same = mixed[:1] * (articles // 10)
    make_signature(mixed[0].text, "en")  # loads SciPy
    started = time.process_time()
    for article in mixed:
        sign(article.text, article.lang)
    signing = (time.process_time() - started) / articles
    print(f"CPU of signing an article of 400 words: {signing * 1000:.2f} ms; of storing it, by fifths of all:")
    print_cost("one in ten a copy", list(enumerate(mixed)))
    print_cost("all the same", list(enumerate(same)))
    print_cost("the same, newest first", list(enumerate(same))[::-1])


def print_cost(name: str, stored: Sequence[tuple[int, Text]]) -> None:
    """Print what storing numbered texts costs, each dated by its number."""
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(Path(folder) / "cost.db")
        times = []
        for number, text in stored:
            started = time.process_time()
            store_text(db, number, text)
            times.append(time.process_time() - started)
        linked = db.execute("select count(*) from near_duplicates").fetchone()[0]
        db.close()
    part = max(len(times) // 5, 1)
    fifths = "".join(f"{sum(times[n : n + part]) / part * 1000:8.2f}" for n in range(0, part * 5, part))
    print(f"{name:24}{fifths} ms; {len(stored)} articles, {linked} linked")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="*", default=sorted(GOLD.glob("*.jsonl")))
    parser.add_argument("--articles", type=int, default=10_000)
    options = parser.parse_args()
    if not options.files:
        parser.error("there is no gold here: name files")
    texts = read_texts(options.files)
    print_quality(texts)
    if options.articles:
        print_costs(texts, options.articles)


if __name__ == "__main__":
    main()
