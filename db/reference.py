"""The reference tables: regulators, laws and their provisions, as nlp's gazetteer has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlite_utils import Database

from db.values import transaction


class RegulatorRecord(Protocol):
    """What a regulator of the gazetteer must have: nlp.gazetteer.RegulatorEntry does."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def native_name(self) -> str: ...  # noqa: D102
    @property
    def abbreviations(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def country(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def website(self) -> str | None: ...  # noqa: D102


class ArticleRecord(Protocol):
    """One article of a law: its number as cited, its heading, its address."""

    @property
    def number(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def url(self) -> str | None: ...  # noqa: D102


class LawRecord(Protocol):
    """What a law of the gazetteer must have: nlp.gazetteer.Law does."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def jurisdiction(self) -> str: ...  # noqa: D102
    @property
    def url(self) -> str | None: ...  # noqa: D102
    @property
    def articles(self) -> Sequence[ArticleRecord]: ...  # noqa: D102


_REGULATOR = """
insert into regulators (id, name, native_name, abbreviation, country, kind, website) values (?, ?, ?, ?, ?, ?, ?)
on conflict (id) do update set name = excluded.name, native_name = excluded.native_name,
    abbreviation = excluded.abbreviation, country = excluded.country, kind = excluded.kind, website = excluded.website
where (name, native_name, abbreviation, country, kind, website) is not
    (excluded.name, excluded.native_name, excluded.abbreviation, excluded.country, excluded.kind, excluded.website)
"""
_LAW = """
insert into laws (id, name, jurisdiction, url) values (?, ?, ?, ?)
on conflict (id) do update set name = excluded.name, jurisdiction = excluded.jurisdiction, url = excluded.url
where (name, jurisdiction, url) is not (excluded.name, excluded.jurisdiction, excluded.url)
"""
_PROVISION = """
insert into provisions (id, law, article, title, url) values (?, ?, ?, ?, ?)
on conflict (id) do update set title = excluded.title, url = excluded.url
where (title, url) is not (excluded.title, excluded.url)
"""


def store_reference(db: Database, regulators: Iterable[RegulatorRecord], laws: Iterable[LawRecord]) -> None:
    """Bring regulators, laws and provisions up to date; a row that has not changed is not written again.

    Provisions finer than an article of the gazetteer, which analyses add, take the article's heading and address.
    """
    with transaction(db):
        for r in regulators:
            abbreviation = r.abbreviations[0] if r.abbreviations else None
            db.execute(_REGULATOR, [r.id, r.name, r.native_name, abbreviation, r.country, r.kind, r.website])
        for law in laws:
            db.execute(_LAW, [law.id, law.name, law.jurisdiction, law.url])
            for a in law.articles:
                db.execute(_PROVISION, [f"{law.id}:{a.number}", law.id, a.number, a.title, a.url])


def ensure_provisions(db: Database, provisions: Iterable[str]) -> None:
    """Add the provisions the reference does not have, as cited ("GDPR:5(1)(f)"), and their laws if need be.

    An unknown law is named by its id, and its jurisdiction stays null: unknown is not guessed.
    """
    for provision in sorted(set(provisions)):
        if db.execute("select 1 from provisions where id = ?", [provision]).fetchone():
            continue
        law, _, article = provision.partition(":")
        db.execute("insert into laws (id, name) values (?, ?) on conflict (id) do nothing", [law, law])
        title, url = _parent_of(db, law, article)
        row = [provision, law, article or None, title, url]
        db.execute("insert into provisions (id, law, article, title, url) values (?, ?, ?, ?, ?)", row)


def _parent_of(db: Database, law: str, article: str) -> tuple[str | None, str | None]:
    """Return heading and address of the nearest enclosing provision: "5(1)(f)" looks at "5(1)", then "5", "4.7.1" at "4.7"."""
    while "(" in article or "." in article:
        article = re.sub(r"[(.][^(.]*$", "", article)
        row = db.execute("select title, url from provisions where id = ?", [f"{law}:{article}"]).fetchone()
        if row:
            return row[0], row[1]
    if not article:
        row = db.execute("select name, url from laws where id = ?", [law]).fetchone()
        return row[0], row[1]
    return None, None
