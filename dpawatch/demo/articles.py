"""The bundled articles: one TOML file each in, checked records out, in the order they were published.

They are written in our own words about public matters. `expected` is what a careful lawyer reads in the article, whether
or not the program finds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, get_args

from dpawatch.demo.publications import Publication, load_publications
from dpawatch.demo.tables import check_choice, check_table, read_toml
from dpawatch.errors import SampleError
from nlp.models import Status

_ARTICLE = {
    "publication": "a string",
    "title": "a string",
    "published": "a date and time with its offset",
    "text": "a string",
    "expected": "a table",
}
_EXPECTED = {"is_enforcement": "true or false"}
_EXPECTED_OPTIONAL = {"actions": "a list of tables"}
_ACTION = {
    "regulator": "a string",
    "respondents": "a list of strings",
    "provisions": "a list of strings",
    "sanctions": "a list of strings",
    "status": "a string",
    "background": "true or false",
}
_ACTION_OPTIONAL = {"amount": "a number", "currency": "a string"}


@dataclass(frozen=True, slots=True)
class ExpectedAction:
    """One act of an authority that an article reports, in the contract's words; `provisions` are those breached."""

    regulator: str
    respondents: tuple[str, ...]
    provisions: tuple[str, ...]
    sanctions: tuple[str, ...]
    status: Status
    background: bool
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What an article says, as a lawyer would note it."""

    is_enforcement: bool
    actions: tuple[ExpectedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One article; `slug` is unique in its publication, `text` has its paragraphs divided by empty lines."""

    slug: str
    lang: str
    publication: Publication
    title: str
    published: datetime
    text: str
    expected: Expected

    @property
    def path(self) -> str:
        """Return where the article is served."""
        return f"/{self.publication.id}/{self.published:%Y/%m}/{self.slug}.html"

    @property
    def paragraphs(self) -> list[str]:
        """Return the paragraphs, each on one line."""
        return [" ".join(part.split()) for part in self.text.split("\n\n") if part.strip()]


def load_articles() -> tuple[DemoArticle, ...]:
    """Return every bundled article, the oldest first.

    Raises: SampleError: a file breaks the schema; one line that names the file and the key.
    """
    folder, publications = files("dpawatch.demo").joinpath("articles"), load_publications()
    found = [read_article(file, publications) for file in folder.iterdir() if file.name.endswith(".toml")]
    return tuple(sorted(found, key=lambda article: (article.published, article.path)))


def read_article(file: Traversable, publications: dict[str, Publication]) -> DemoArticle:
    """Return the article of one file, `<lang>-<slug>.toml`; raises SampleError."""
    table = check_table(read_toml(file), file.name, _ARTICLE)
    check_choice(table, "publication", tuple(publications), file.name)
    publication = publications[table["publication"]]
    lang, _, slug = file.name.removesuffix(".toml").partition("-")
    if lang != publication.language:
        raise SampleError(f"{file.name}: publication: {publication.id} is written in {publication.language}")
    return DemoArticle(
        slug=slug,
        lang=lang,
        publication=publication,
        title=table["title"],
        published=table["published"],
        text=table["text"].strip(),
        expected=_read_expected(table["expected"], f"{file.name}: expected"),
    )


def _read_expected(table: dict[str, Any], where: str) -> Expected:
    checked = check_table(table, where, _EXPECTED, _EXPECTED_OPTIONAL)
    actions = [_read_action(action, f"{where}.actions") for action in checked.get("actions", [])]
    if actions and not checked["is_enforcement"]:
        raise SampleError(f"{where}: actions: an article that is no enforcement news reports none")
    return Expected(checked["is_enforcement"], tuple(actions))


def _read_action(table: dict[str, Any], where: str) -> ExpectedAction:
    checked = check_table(table, where, _ACTION, _ACTION_OPTIONAL)
    check_choice(checked, "status", get_args(Status), where)
    if ("amount" in checked) != ("currency" in checked):
        raise SampleError(f"{where}: amount: comes with its currency, and only with it")
    lists = {key: tuple(checked[key]) for key in ("respondents", "provisions", "sanctions")}
    amount = Decimal(checked["amount"]) if "amount" in checked else None
    return ExpectedAction(**{**checked, **lists, "amount": amount})
