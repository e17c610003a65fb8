"""Who and what exported cases refer to, each once: regulators, companies with the groups above them, articles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database

Row = dict[str, Any]
_SINCE = "(:since is null or cases.last_seen >= :since)"
_REGULATORS = f"""select id, name, native_name, abbreviation, country, website from regulators
    where id in (select regulator from cases where {_SINCE}) order by id"""  # noqa: S608 (a constant of this module)
_COMPANIES = f"""select companies.* from companies
    where exists (select 1 from case_companies join cases on cases.id = case_id where company = companies.id and {_SINCE})
    order by companies.id"""  # noqa: S608
_COMPANIES_AND_PARENTS = f"""with recursive named(id) as (
        select company from case_companies join cases on cases.id = case_id where {_SINCE}
        union select parent from named join companies using (id) where parent is not null)
    select companies.* from companies where id in (select id from named) order by companies.id"""  # noqa: S608
_ARTICLES = f"""select id, url, title, publisher, published, fetched, lang from articles
    where exists (select 1 from case_articles join cases on cases.id = case_id where article = articles.id and {_SINCE})
    order by id"""  # noqa: S608


def case_regulators(db: Database, since: str | None = None) -> Iterator[Row]:
    """Yield the regulators of cases; with `since` of those that an article of then or later reports."""
    return db.query(_REGULATORS, {"since": since})


def case_companies(db: Database, since: str | None = None) -> Iterator[Row]:
    """Yield the companies of cases and the groups they belong to, with all that is known of them."""
    has_parents = "parent" in {column.name for column in db["companies"].columns}
    return db.query(_COMPANIES_AND_PARENTS if has_parents else _COMPANIES, {"since": since})


def case_documents(db: Database, since: str | None = None) -> Iterator[Row]:
    """Yield the articles of cases, without their texts."""
    return db.query(_ARTICLES, {"since": since})
