"""A database as large as a site's may become, with made-up articles and cases: inserted as rows, since grouping them takes hours.

Their words are as common as in real articles, parties, authorities and provisions as unevenly spread, and every
fiftieth row holds what is hostile to a page: markup, text from right to left, long titles, nulls.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from db.cases.content import load_counted
from db.companies.groups import load_groups
from db.companies.known import store_groups
from db.reference import ensure_provisions, store_reference
from db.schema import open_database
from db.sources import store_sources
from db.summaries import refresh_summaries
from ingest.registry import load_sources
from nlp.gazetteer import load_companies, load_laws, load_regulators

BATCH = 2_000
START, DAYS = datetime(2018, 5, 25, tzinfo=UTC), 3_000
LANGUAGES = {"en": 6, "de": 2, "fr": 2, "es": 2, "it": 1, "nl": 1, "pl": 1, "pt": 1}
STATUSES = {"decided": 14, "settled": 2, "proposed": 1, "investigation": 2, "appealed": 2, "annulled": 1, "closed": 1}
SANCTIONS = {"fine": 12, "reprimand": 4, "compliance-order": 4, "warning": 2, "processing-ban": 1, "erasure-order": 1}
VIOLATIONS = {"security": 5, "legal-basis": 5, "data-subject-rights": 4, "marketing": 3, "transfers": 1, "children": 1}
ROLES = {"violated": 6, "alleged": 2, "power": 1, "cited": 2}
SUMS = (2_000, 5_000, 10_000, 20_000, 40_000, 50_000, 100_000, 200_000, 1_000_000, 20_000_000)
PARTS = ("", "", "(1)", "(1)(a)", "(1)(f)", "(2)")
HOSTILE = (
    '<script>alert("x")</script><img src=x onerror=alert(1)>', "شركة \u202e<b>gnp</b> &amp; 'x' \"y\"", "Endless " * 1250,
    "'; drop table cases; -- % _ * AND", "🦊\u0000\ue000\ue001",
)  # fmt: skip
OFTEN = 50


class _Draw:
    """Seeded choices; of a list the first are the most common, as in Zipf's law."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._weights: dict[tuple[int, int], tuple[float, ...]] = {}
        self._words: dict[str, tuple[list[str], list[float]]] = {}

    def zipf(self, values: Sequence[Any], shift: int = 1) -> Any:
        if (known := (len(values), shift)) not in self._weights:
            self._weights[known] = tuple(accumulate(1 / (n + shift) for n in range(len(values))))
        return self.random.choices(values, cum_weights=self._weights[known])[0]

    def one(self, weighted: dict[str, int]) -> str:
        return self.random.choices(list(weighted), list(weighted.values()))[0]

    def text(self, lang: str, words: int) -> str:
        if lang not in self._words:
            counted = load_counted(lang).weights
            self._words[lang] = list(counted), list(accumulate(math.exp(-weight) for weight in counted.values()))
        found, weights = self._words[lang]
        return " ".join(self.random.choices(found, cum_weights=weights, k=words)).capitalize() + "."

    def amount(self) -> int | None:
        return self.random.choice([None, None, self.random.choice(SUMS), self.random.randrange(1_000, 900_000)])


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def make_database(path: Path, articles: int, cases: int, seed: int = 1) -> Database:
    """Return a new database with so many made-up articles and cases, and its summaries."""
    db, draw = open_database(path), _Draw(seed)
    db.execute("pragma synchronous = off")
    store_reference(db, load_regulators(), load_laws())
    store_groups(db, load_groups(), load_companies())
    store_sources(db, load_sources())
    _fill_articles(db, draw, articles)
    _fill_cases(db, draw, articles, cases)
    refresh_summaries(db)
    db.execute("pragma wal_checkpoint(truncate)")
    return db


def _fill_articles(db: Database, draw: _Draw, number: int) -> None:
    sources = [(id_, publisher) for id_, publisher in db.execute("select id, publisher from sources order by id")]
    for first in range(0, number, BATCH):
        rows = [_article(draw, n, number, sources) for n in range(first, min(first + BATCH, number))]
        with db.conn:
            db.table("articles").insert_all(rows)
            db.table("article_sources").insert_all(
                {"article": r["id"], "source": r["source"], "url": r["url"], "first_seen": r["fetched"]}
                for r in rows if r["source"]
            )  # fmt: skip
            db.table("near_duplicates").insert_all(
                {"article": r["id"], "copy_of": rows[0]["id"], "similarity": 0.8} for r in rows[1::20]
            )
    moment = _iso(START + timedelta(days=DAYS))
    runs = [{"command": "run", "started": moment, "finished": moment, "outcome": "done"} for _ in range(200)]
    fetch = {
        "url": "https://feed.example/",
        "kind": "feed",
        "outcome": "ok",
        "started": moment,
        "bytes": 1,
        "milliseconds": 9,
    }
    with db.conn:
        db.table("runs").insert_all(runs)
        db.table("fetches").insert_all({**fetch, "source": draw.random.choice(sources)[0]} for _ in range(number // 2))
        db.execute(
            "update sources set last_polled = ?, last_success = ?, first_success = ? where rowid % 9", [moment] * 3
        )
        db.execute("update sources set last_new = ? where rowid % 5", [moment])
        db.execute("update sources set failures = 3, last_error = ? where rowid % 17 = 0", [HOSTILE[0]])


def _article(draw: _Draw, n: int, number: int, sources: list[tuple[str, str]]) -> dict[str, Any]:
    lang, at = draw.one(LANGUAGES), _iso(START + timedelta(days=DAYS * n / number))
    source, publisher = draw.zipf(sources) if n % 3 else (None, f"Paper {n % 50}")
    odd = n % OFTEN == 0
    return {
        "id": f"a{n:07}", "url": f"https://filler.example/{n}" if not odd else f"javascript:alert({n})",
        "title": HOSTILE[n // OFTEN % len(HOSTILE)] if odd else draw.text(lang, 9), "published": at,
        "published_origin": "feed", "fetched": at, "lang": lang, "source": source, "publisher": publisher,
        "text": draw.text(lang, 220), "content_hash": str(n), "pipeline": "filler", "analysed": at,
        "is_enforcement": int(n % 5 < 2), "relevance": 0.9 if n % 5 < 2 else 0.1,
    }  # fmt: skip


def _fill_companies(db: Database, draw: _Draw, number: int) -> list[str]:
    """Store a company for every two cases, one in ten in a group; return their ids, the most common first."""
    rows = [
        {
            "id": f"firm-{n}", "name": HOSTILE[n // OFTEN % len(HOSTILE)][:300] + str(n) if n % OFTEN == 49 else
            f"{draw.text('en', 2)[:-1].title()} {n}", "country": draw.random.choice(["DE", "FR", None]),
            "parent": f"firm-{n // 10}" if n % 10 == 9 else None,
        }
        for n in range(number)
    ]  # fmt: skip
    with db.conn:
        db.table("companies").insert_all(rows)
        db.table("company_names").insert_all({"key": r["id"], "company": r["id"], "name": r["name"]} for r in rows)
    return [str(row["id"]) for row in rows]


def _fill_cases(db: Database, draw: _Draw, articles: int, number: int) -> None:
    companies = _fill_companies(db, draw, max(number // 2, 10))
    names = dict(db.execute("select id, name from companies").fetchall())
    regulators = [(r.id, r.name, r.abbreviations[0] if r.abbreviations else r.name) for r in load_regulators()]
    draw.random.shuffle(regulators)
    laws = [
        p
        for (p,) in db.execute(
            "select id from provisions where law in ('GDPR', 'ePrivacy', 'LGPD', 'DSA') order by law, id"
        )
    ]
    draw.random.shuffle(laws)
    provisions = list(dict.fromkeys(p + part for p in laws for part in PARTS if "(" not in p))
    with db.conn:
        ensure_provisions(db, provisions)
    for first in range(0, number, BATCH):
        tables: dict[str, list[dict[str, Any]]] = {}
        for n in range(first, min(first + BATCH, number)):
            for table, row in _case(draw, n, number, articles, companies, names, regulators, provisions):
                tables.setdefault(table, []).append(row)
        with db.conn:
            for table in ("cases", "actions", *sorted(tables.keys() - {"cases", "actions"})):
                db.table(table).insert_all(tables.get(table, []), ignore=True)


def _case(
    draw: _Draw, n: int, number: int, articles: int, companies: list[str], names: dict[str, str],
    regulators: list[tuple[str, str, str]], provisions: list[str],
) -> Iterator[tuple[str, dict[str, Any]]]:  # fmt: skip
    """Yield the rows of one case, each with its table: told by articles about a thousandth of the time apart."""
    pick, at = draw.random, START + timedelta(days=DAYS * n / number)
    regulator, regulator_name, short = draw.zipf(regulators)
    parties = list(dict.fromkeys(draw.zipf(companies, 20) for _ in range(1 + (n % 7 == 0))))
    status, amount, decided = draw.one(STATUSES), draw.amount(), at.date().isoformat()[: pick.choice([4, 7, 10, 10])]
    told = sorted(
        {
            min(articles - 1, int(articles * n / number) + int(pick.expovariate(1 / 20)))
            for _ in range(pick.randint(1, 6))
        }
    )
    case, odd = f"{regulator}-{at.year}-{n}", n % OFTEN == 0
    title = (
        HOSTILE[n // OFTEN % len(HOSTILE)]
        if odd
        else f"{short} fines {names[parties[0]]} EUR {amount or 0:,} ({at.year})"
    )
    yield "cases", {
        "id": case, "slug": case, "regulator": None if odd else regulator, "title": title,
        "respondents": "; ".join(names[p] for p in parties), "regulator_names": f"{short}; {regulator_name}", "status": status,
        "decided": None if n % 3 == 0 else decided, "amount": amount, "currency": "EUR" if amount else None,
        "amount_eur": amount, "first_seen": _iso(at), "last_seen": _iso(at + timedelta(days=pick.randrange(300))),
        "articles": len(told),
    }  # fmt: skip
    cited = {draw.zipf(provisions): draw.one(ROLES) for _ in range(pick.randint(0, 4))}
    measures = dict.fromkeys(draw.one(SANCTIONS) for _ in range(2))
    for company in parties:
        yield "case_companies", {"case_id": case, "company": company}
    for provision, role in cited.items():
        yield "case_provisions", {"case_id": case, "provision": provision, "role": role}
    for sanction in measures:
        yield "case_sanctions", {"case_id": case, "sanction": sanction}
    made = {"entity": "case", "entity_id": case, "cause_kind": "article", "cause": f"a{told[0]:07}"}
    yield "history", {**made, "field": "id", "old": None, "new": case, "changed": _iso(at)}
    if n % 4 == 0:
        yield (
            "history",
            {**made, "field": "status", "old": "investigation", "new": status, "changed": _iso(at + timedelta(9))},
        )
    for place, article in enumerate(told):
        yield from _action(
            draw, case, place, f"a{article:07}", regulator, status, amount, decided, parties, cited, measures
        )
    if len(told) > 1 and n % 10 == 0:
        yield "case_contradictions", {
            "case_id": case, "field": "amount", "value": "EUR 5", "other_value": "EUR 6",
            "action": f"{case}-0", "other_action": f"{case}-1",
        }  # fmt: skip
    if n % 20 == 1:
        redirect = {"old_id": f"old-{n}", "case_id": case, "why": "merged", "made": _iso(at)}
        yield "case_redirects", redirect


def _action(
    draw: _Draw, case: str, place: int, article: str, regulator: str, status: str, amount: int | None, decided: str,
    parties: list[str], cited: dict[str, str], measures: Iterable[str],
) -> Iterator[tuple[str, dict[str, Any]]]:  # fmt: skip
    """Yield the rows of what one article says of a case."""
    action, start = f"{case}-{place}", draw.random.randrange(200)
    span = {"start": start, "end": start + 180}
    yield "actions", {
        "id": action, "article": article, "position": 1, "regulator": regulator, "status": status, "amount": amount,
        "currency": "EUR" if amount else None, "amount_eur": amount, "decision_date": decided, "background": 0,
        "confidence": 0.8, "evidence_start": start, "evidence_end": start + 180, "pipeline": "filler",
    }  # fmt: skip
    yield "action_evidence", {"action": action, **span}
    about = draw.one(VIOLATIONS)
    yield "action_violations", {"action": action, "violation": about}
    yield "case_violations", {"case_id": case, "violation": about}
    yield "case_actions", {"case_id": case, "action": action}
    yield "case_articles", {"case_id": case, "article": article, "kind": "action" if place < 3 else "about"}
    kind = draw.random.choice(["complaint", "investigation", "decided", "decided", "appealed"]) if place else "decided"
    day = f"{int(decided[:4]) - 1}{decided[4:]}" if kind in ("complaint", "investigation") else decided
    yield "case_events", {
        "id": action, "case_id": case, "kind": kind, "date": day, "date_origin": "stated", "article": article,
        "action": action, "rank": 1, "told_by": 1, **span,
    }  # fmt: skip
    for company in parties:
        yield "action_respondents", {"action": action, "company": company}
        mention = {"article": article, "kind": "company", "entity": company, "role": "respondent", "text": company}
        yield "mentions", {**mention, "start": start + 9, "end": start + 20, "pipeline": "filler"}
    for provision, role in cited.items():
        yield "action_provisions", {"action": action, "provision": provision, "role": role}
    for sanction in measures:
        yield "action_sanctions", {"action": action, "sanction": sanction}
