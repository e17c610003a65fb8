from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlite_utils import Database

from db.analyses import store_analysis
from db.articles import store_article
from db.reference import store_reference
from db.schema import open_database
from ingest.models import Article
from nlp.models import Action, Analysis, Company, Provision, Regulator

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Authority:
    id: str
    name: str
    native_name: str
    abbreviations: tuple[str, ...]
    country: str
    kind: str = "dpa"
    website: str | None = None


@dataclass(frozen=True)
class LawArticle:
    number: str
    title: str
    url: str | None = None


@dataclass(frozen=True)
class Law:
    id: str
    name: str
    jurisdiction: str
    url: str | None
    articles: tuple[LawArticle, ...] = ()


REGULATORS = (
    Authority("fr-cnil", "National Commission on Informatics", "Commission nationale", ("CNIL",), "FR"),
    Authority("gb-ico", "Information Commissioner's Office", "Information Commissioner's Office", ("ICO",), "GB"),
    Authority("es-aepd", "Spanish Data Protection Agency", "Agencia Española de Protección de Datos", (), "ES"),
)
LAWS = (
    Law("GDPR", "General Data Protection Regulation", "EU", "https://law.example/gdpr", (
        LawArticle("5", "Principles", "https://law.example/gdpr/5"), LawArticle("32", "Security of processing"),
    )),
)  # fmt: skip


@pytest.fixture
def db() -> Iterator[Database]:
    database = open_database(":memory:")
    store_reference(database, REGULATORS, LAWS)
    yield database
    database.close()


@pytest.fixture
def reference() -> Any:
    return REGULATORS, LAWS


@pytest.fixture
def rows(db: Database) -> Any:
    return lambda sql, *values: db.execute(sql, values).fetchall()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(name="make_article")
def _make_article() -> Any:
    return make_article


@pytest.fixture(name="make_action")
def _make_action() -> Any:
    return make_action


@pytest.fixture(name="make_analysis")
def _make_analysis() -> Any:
    return make_analysis


@pytest.fixture
def read(db: Database) -> Any:
    """Return a function that stores one article and its analysis and returns the article's id."""

    def store(key: str, *actions: Action, published: str | None = None, into: Database = db, **changes: Any) -> str:
        at = datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None
        said = {"text": text, "content_hash": f"hash-{text}"} if (text := changes.pop("text", None)) else {}
        article = make_article(key, published=at, **said)
        store_article(into, article)
        assert store_analysis(into, article.id, article.text, make_analysis(*actions, **changes), NOW)
        return article.id

    return store


@pytest.fixture
def empty_copy() -> Iterator[Any]:
    """Return a function that opens one more database with the same reference."""
    opened: list[Database] = []

    def build() -> Database:
        opened.append(open_database(":memory:"))
        store_reference(opened[-1], REGULATORS, LAWS)
        return opened[-1]

    yield build
    for database in opened:
        database.close()


def make_article(key: str = "a", **changes: Any) -> Article:
    fields: dict[str, Any] = {
        "id": f"id-{key}", "url": f"https://news.example/{key}", "title": f"Title {key}",
        "text": f"Text of {key}.", "lang": "en", "fetched": NOW, "publisher": "Example News", "content_hash": f"hash-{key}",
    }  # fmt: skip
    return Article(**fields | changes)


def make_action(regulator: str | None = "fr-cnil", *respondents: str, **changes: Any) -> Action:
    amount = changes.pop("amount", None)
    fields: dict[str, Any] = {
        "regulator": regulator, "respondents": respondents, "provisions": (), "sanctions": ("fine",), "violations": (),
        "amount": None if amount is None else Decimal(amount), "currency": None if amount is None else "EUR",
        "amount_eur": None if amount is None else Decimal(amount), "fx_rate": None, "fx_date": None,
        "status": "decided", "decision_date": None, "background": False, "evidence": ((0, 4),), "confidence": 0.9,
    }  # fmt: skip
    return Action(**fields | changes)


def make_analysis(*actions: Action, **changes: Any) -> Analysis:
    names = dict.fromkeys(name for action in actions for name in action.respondents)
    provisions = dict.fromkeys(p for action in actions for p in action.provisions)
    fields: dict[str, Any] = {
        "id": None, "lang": "en", "is_enforcement": True, "relevance": 0.9, "amounts": (), "sanctions": (), "dates": (),
        "regulators": tuple(Regulator(r, r, ((0, 4),)) for r in {a.regulator for a in actions} if r),
        "companies": tuple(Company(n.lower().replace(" ", "-"), n, "respondent", ((0, 4),)) for n in names),
        "provisions": tuple(Provision(p, "violated", ((0, 4),)) for p in provisions),
        "actions": actions, "pipeline": "rules-1",
    }  # fmt: skip
    return Analysis(**fields | changes)
