"""Who and what exported cases refer to, each once: regulators, companies with the groups above them, articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database

Row = dict[str, Any]
_SINCE = "(:since is null or cases.last_seen >= :since)"
_REGULATORS = f"""select id, name, native_name, abbreviation, country, website from regulators
    where id in (select regulator from cases where {_SINCE}) order by id"""  # noqa: S608 (a constant of this module)
_IN_CASES = f"select company from case_companies join cases on cases.id = case_id where {_SINCE}"  # noqa: S608
_WITH_PARENTS = f"""with recursive named(id) as ({_IN_CASES}
    union select parent from named join companies using (id) where parent is not null) select id from named"""  # noqa: S608
_ALIASES = (
    "select json_group_array(name) from (select name from company_names where company = companies.id order by name)"
)
_ARTICLES = f"""select id, url, title, publisher, published, fetched, lang from articles
    where exists (select 1 from case_articles join cases on cases.id = case_id where article = articles.id and {_SINCE})
    order by id"""  # noqa: S608


def case_regulators(db: Database, since: str | None = None) -> Iterator[Row]:
    """Yield the regulators of cases; with `since` of those that an article of then or later reports."""
    return db.query(_REGULATORS, {"since": since})


def case_companies(db: Database, since: str | None = None) -> Iterator[Row]:
    """Yield the companies of cases and the groups they belong to, with all that is known of them; `aliases` is a list."""
    chosen = _WITH_PARENTS if "parent" in db["companies"].columns_dict else _IN_CASES
    aliases = f"({_ALIASES})" if db["company_names"].exists() else "'[]'"
    sql = f"select companies.*, {aliases} as aliases from companies where id in ({chosen}) order by id"  # noqa: S608
    for row in db.query(sql, {"since": since}):
        yield row | {"aliases": json.loads(row["aliases"])}


def case_documents(db: Database, since: str | None = None) -> Iterator[Row]:
    """Yield the articles of cases, without their texts."""
    return db.query(_ARTICLES, {"since": since})
