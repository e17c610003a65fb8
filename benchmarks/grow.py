"""What a hundred more articles cost in a database that has none, and in one that has many: import, reading and cases.

usage: grow.py [--sizes N,N,...] [--keep FILE]
A database is filled with made-up articles about made-up matters, their words as common as in real ones, their parties,
authorities and sums as unevenly spread; nothing of what is measured is left out for them but the reading of their text.
At each size, a copy of it takes in the same hundred texts of the project's gold three times, and the best counts, in
the processor's time. Prints the curve, and the last size's cost per article against that of the empty database.
The largest takes long to fill: a kept file of the same largest size that was left halfway is gone on with.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import accumulate, islice
from pathlib import Path

from sqlite_utils import Database

from benchmarks.figures import Figure, note
from benchmarks.gold_texts import load_gold
from db.analyses import store_analysis
from db.articles import store_article
from db.cases.content import load_counted
from db.cases.store import group_cases
from db.companies.groups import load_groups
from db.companies.known import store_groups
from db.reference import store_reference
from db.schema import open_database
from db.summaries import refresh_summaries
from db.values import transaction
from dpawatch.bulk import import_articles
from dpawatch.inputs import Record
from dpawatch.progress import Silent
from dpawatch.run import group_cases as make_cases
from dpawatch.run import recorded_run, tag_articles
from ingest.models import Article, make_article_id
from ingest.similarity import make_signature
from nlp.analyze import analyze_document
from nlp.gazetteer import load_companies, load_laws, load_regulators
from nlp.models import Action, Analysis, Company, Document, Provision, Regulator
from nlp.pipeline import pipeline_version

SIZES = (0, 1_000, 10_000, 100_000, 200_000)
ADDED, BATCH, TIMES = 100, 1_000, 3
MOST = 1.3
YEARS, START = 8, datetime(2018, 5, 25, tzinfo=UTC)
# made-up articles: so many of ten are about enforcement, so many tell of one matter, so few authorities decide most
ACTING, TOLD, AUTHORITIES = 4, 4, 30
LANGUAGES = {"en": 6, "de": 2, "fr": 2, "es": 2, "it": 1, "nl": 1, "pl": 1, "pt": 1}
SUMS = (2_000, 5_000, 10_000, 20_000, 40_000, 50_000, 100_000, 200_000, 1_000_000, 20_000_000)
_SYLLABLES = tuple(consonant + vowel for consonant in "bcdfglmnprstvz" for vowel in "aeiou")
_KINDS = ("Bank", "Clinic", "Energy", "Foods", "Group", "Hotels", "Insurance", "Media", "Mobile", "Services", "Travel")


@dataclass(frozen=True, slots=True)
class Matter:
    """A made-up matter: who acts against whom when, and the words that only those have who tell of it."""

    regulator: str
    company: str
    day: datetime
    amount: int | None
    words: tuple[str, ...]


def make_articles(number: int, seed: int = 1) -> Iterator[tuple[Article, Analysis]]:
    """Yield made-up articles with their readings, in the order of their publication."""
    draw = random.Random(seed)
    authorities = [r.id for r in load_regulators()[:AUTHORITIES]]
    weights = [1 / (n + 1) for n in range(AUTHORITIES)]
    matters: list[Matter] = []
    for n in range(number):
        at = START + timedelta(days=365 * YEARS * n / number)
        if len(matters) < 20 or draw.random() < 1 / TOLD:
            (regulator,) = draw.choices(authorities, weights)
            amount = draw.choice([None, draw.choice(SUMS), draw.randrange(1_000, 900_000)])
            matters.append(Matter(regulator, _name_company(draw, number), at, amount, _make_words(draw, 8)))
        matter = matters[-1 - min(int(draw.expovariate(1 / 15)), len(matters) - 1)]
        yield _make_article(draw, n, matter, at)


def _name_company(draw: random.Random, number: int) -> str:
    """Return a name: the first is before authorities in one of a hundred matters, most are only once.

    A word nobody else has, with one that many have.
    """
    weights = _company_weights(max(number // 8, 10))
    (company,) = draw.choices(range(len(weights)), cum_weights=weights)
    own = random.Random(company)
    return f"{''.join(own.choices(_SYLLABLES, k=5)).title()} {own.choice(_KINDS)}"


@cache
def _company_weights(companies: int) -> tuple[float, ...]:
    return tuple(accumulate(1 / (n + 20) for n in range(companies)))


def _make_words(draw: random.Random, number: int) -> tuple[str, ...]:
    return tuple("".join(draw.choices("bcdfglmnprstv", k=4)) + draw.choice("aeiou") * 2 for _ in range(number))


@cache
def _common_words(lang: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    weights = load_counted(lang).weights
    return tuple(weights), tuple(accumulate(math.exp(-weight) for weight in weights.values()))


def _make_article(draw: random.Random, n: int, matter: Matter, at: datetime) -> tuple[Article, Analysis]:
    (lang,) = draw.choices(list(LANGUAGES), list(LANGUAGES.values()))
    words, cumulative = _common_words(lang)
    said = draw.choices(words, cum_weights=cumulative, k=180) + list(_make_words(draw, 50))
    acting = draw.randrange(10) < ACTING
    if acting:
        said += draw.sample(matter.words, 5)
    draw.shuffle(said)
    text = f"{matter.company} {' '.join(said)}."
    url = f"https://filler.example/{n}"
    article = Article(
        id=make_article_id(url), url=url, title=f"Article {n}", text=text, lang=lang, fetched=at, published=at,
        published_origin="feed", publisher=f"Paper {n % 50}", content_hash=str(n), signature=make_signature(text, lang),
    )  # fmt: skip
    return article, _make_analysis(draw, matter, acting)


def _make_analysis(draw: random.Random, matter: Matter, acting: bool) -> Analysis:
    span = ((0, len(matter.company)),)
    provisions = draw.sample(["GDPR:5(1)(f)", "GDPR:6", "GDPR:13", "GDPR:15", "GDPR:32"], 2)
    action = Action(
        regulator=draw.choice([matter.regulator] * 5 + [None]), respondents=draw.choice([(matter.company,)] * 6 + [()]),
        provisions=tuple(provisions), sanctions=("fine",), violations=("security",),
        amount=Decimal(matter.amount) if matter.amount else None, currency="EUR" if matter.amount else None,
        amount_eur=Decimal(matter.amount) if matter.amount else None, fx_rate=None, fx_date=None, status="decided",
        decision_date=draw.choice([None, matter.day.date().isoformat()]), background=False, evidence=span, confidence=0.8,
    )  # fmt: skip
    return Analysis(
        id=None, lang="en", is_enforcement=acting, relevance=0.9 if acting else 0.1,
        regulators=(Regulator(matter.regulator, matter.regulator, span),),
        companies=(Company(matter.company.lower().replace(" ", "-"), matter.company, "respondent", span),),
        provisions=tuple(Provision(p, "violated", span) for p in provisions), amounts=(), sanctions=(), dates=(),
        actions=(action,) if acting else (), pipeline=pipeline_version(),
    )  # fmt: skip


def start_database(path: Path) -> Database:
    """Return a database with the reference tables and no article, or the one that is there, what waits in it grouped.

    Made-up readings are never out of date: a later pipeline would read all texts anew within the step that is measured.
    """
    db = open_database(path)
    with transaction(db):
        db.execute("update articles set pipeline = ?", [pipeline_version()])
    store_reference(db, load_regulators(), load_laws())
    store_groups(db, load_groups(), load_companies())
    group_cases(db, START)
    return db


def fill(db: Database, articles: Iterator[tuple[Article, Analysis]], number: int) -> None:
    """Store the next so many articles with their readings and group them, batch by batch as they were published."""
    while number > 0 and (batch := list(islice(articles, min(BATCH, number)))):
        number -= len(batch)
        with transaction(db):
            for article, analysis in batch:
                store_article(db, article)
                store_analysis(db, article.id, article.text, analysis, article.fetched)
        group_cases(db, batch[-1][0].fetched)
    refresh_summaries(db)


def added_records() -> list[Record]:
    """Return a hundred texts of the gold as records to import, published in the last year of those made up."""
    last = START + timedelta(days=365 * YEARS)
    texts = load_gold()[::2][:ADDED]
    return [
        Record("gold", n, {
            "url": f"https://added.example/{n}", "title": gold.title or gold.text[:60], "text": gold.text,
            "lang": gold.lang, "published": (last - timedelta(days=3 * n)).date().isoformat(), "publisher": "Gold",
        })
        for n, gold in enumerate(texts)
    ]  # fmt: skip


def measure(path: Path) -> dict[str, float]:
    """Return what it takes, in milliseconds an article, to add a hundred to a copy of the database: step by step."""
    best: dict[str, float] = {}
    for _ in range(TIMES):
        # in a folder of its own: the journal that a killed measurement left would be taken for the copy's
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            copy = Path(shutil.copy(path, folder))
            os.sync()  # or the system would write gigabytes of it while time is taken
            taken = _measure_once(copy)
        best = {name: min(value, best.get(name, value)) for name, value in taken.items()}
    return best


def _measure_once(path: Path) -> dict[str, float]:
    db = open_database(path)
    db.execute("select count(*) from articles").fetchone()
    taken = {}
    with recorded_run(db, "benchmark", Silent()) as run:
        for name, step in (
            ("import", lambda: import_articles(run, added_records())),
            ("tag", lambda: tag_articles(run)),
            ("cases", lambda: make_cases(run)),
        ):
            started = time.process_time()
            step()
            taken[name] = (time.process_time() - started) * 1000 / ADDED
    started = time.process_time()
    db.close()  # what waits in the journal is put in its place
    taken["close"] = (time.process_time() - started) * 1000 / ADDED
    return taken | {"all": sum(taken.values())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--keep", type=Path, help="leave the largest database in this file")
    options = parser.parse_args()
    sizes = sorted({0, *map(int, options.sizes.split(","))})
    for gold in load_gold():
        # no model is loaded, and no pattern compiled, while time is taken
        analyze_document(Document(text=gold.text, lang=gold.lang))
    with tempfile.TemporaryDirectory() as folder:
        empty, path = Path(folder) / "empty.db", options.keep or Path(folder) / "grow.db"
        start_database(empty).close()
        of_empty = measure(empty)
        db = start_database(path)
        held = db["articles"].count
        articles = islice(make_articles(max(sizes)), held, None)
        print("  articles    cases  MB    fill s  import ms  tag ms  cases ms  close ms  all ms   all, of empty")
        for size in (s for s in sizes if s >= held):
            started = time.process_time()
            fill(db, articles, size - held)
            held, filled = size, time.process_time() - started
            db.execute("pragma wal_checkpoint(truncate)")
            cost = measure(path)
            ratio = cost["all"] / of_empty["all"]
            megabytes, cases = path.stat().st_size / 1e6, db["cases"].count
            print(
                f"{size:10} {cases:8} {megabytes:5.0f} {filled:7.0f} {cost['import']:9.2f} {cost['tag']:8.2f}"
                f" {cost['cases']:8.2f} {cost['close']:9.2f} {cost['all']:7.2f}   {ratio:.2f}",
                flush=True,
            )
        db.close()
    sides = f"{cost['all']:.1f} ms; {of_empty['all']:.1f} ms an article"
    note(Figure(f"adding to {held:,} articles, of adding to none", ratio, most=MOST, beside=sides))
    read, read_first = cost["tag"], of_empty["tag"]
    sides = f"{read:.1f} ms; {read_first:.1f} ms an article, storing included"
    note(
        Figure(
            f"reading an article beside {held:,}, of reading one beside none",
            read / read_first,
            most=MOST,
            beside=sides,
        )
    )


if __name__ == "__main__":
    main()
