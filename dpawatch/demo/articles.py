"""The articles of the sample and the publications they appear in, from TOML files with a closed schema."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

from dpawatch.errors import InputError

_ARTICLE_KEYS = {"publication": str, "title": str, "published": datetime, "text": str, "expected": dict}
_PUBLICATION_KEYS = {"id": str, "name": str, "language": str, "topics": str, "feed": str}


@dataclass(frozen=True, slots=True)
class Publication:
    """An invented publication; `feed` is the format of its feed."""

    id: str
    name: str
    language: str
    topics: Literal["privacy", "general"]
    feed: Literal["rss", "atom", "rdf"]


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One article of the sample.

    `expected` is what a careful reader says it reports: `is_enforcement` and a list of `actions` in the contract's words.
    """

    slug: str
    publication: Publication
    title: str
    published: datetime
    text: str
    expected: Mapping[str, Any]

    @property
    def lang(self) -> str:
        """Return the language it is written in."""
        return self.publication.language

    @property
    def path(self) -> str:
        """Return the path of its page on the demo site."""
        return f"/{self.publication.id}/{self.published:%Y/%m}/{self.slug}.html"


@cache
def load_publications() -> tuple[Publication, ...]:
    """Return the publications in the order of their file; raises InputError that names a bad key."""
    path = files("dpawatch.demo") / "publications.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8"))["publications"]
    return tuple(Publication(**_checked(table, _PUBLICATION_KEYS, path.name)) for table in tables)


@cache
def load_articles() -> tuple[DemoArticle, ...]:
    """Return the articles by date; raises InputError that names the file and the key that is wrong."""
    folder = files("dpawatch.demo") / "articles"
    found = [read_article(path) for path in folder.iterdir() if path.name.endswith(".toml")]
    return tuple(sorted(found, key=lambda a: (a.published, a.slug)))


def read_article(path: Traversable) -> DemoArticle:
    """Return the article of one file; raises InputError that names the file and the key that is wrong."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path.name}: not valid TOML: {error}") from error
    table = _checked(table, _ARTICLE_KEYS, path.name)
    publications = {p.id: p for p in load_publications()}
    if table["publication"] not in publications:
        raise InputError(f"{path.name}: publication: there is none called {table['publication']!r}")
    publication, published = publications[table["publication"]], table["published"].astimezone(UTC)
    return DemoArticle(
        slug=path.name.removesuffix(".toml"),
        publication=publication,
        title=table["title"],
        published=published,
        text=table["text"].strip(),
        expected=table["expected"],
    )


def _checked(table: dict[str, Any], keys: Mapping[str, type], where: str) -> dict[str, Any]:
    for key in table:
        if key not in keys:
            raise InputError(f"{where}: {key}: is not a key (allowed: {', '.join(keys)})")
    for key, kind in keys.items():
        if not isinstance(table.get(key), kind):
            raise InputError(f"{where}: {key}: must be given, as a {kind.__name__}")
    return table
