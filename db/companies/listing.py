"""What is known of companies, for people who look at them: lists by name, and all of one."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from db.companies.decisions import find_company
from db.companies.names import name_key

_FIND = """
select id, name, kind, parent, country,
    (select count(*) from company_names where company = companies.id) as names,
    (select count(*) from case_companies where company = companies.id) as cases
from companies
where :query = '' and exists (select 1 from case_companies where company = companies.id)
    or :query <> '' and (instr(lower(name), lower(:query)) or id = :query or exists (
        select 1 from company_names where company = companies.id and instr(' ' || key, ' ' || :key)))
order by cases desc, id limit :limit
"""
_OF_ONE = {
    "members": "select id, name, country from companies where parent = :company order by id",
    "names": "select name, key, origin, why from company_names where company = :company order by key",
    "aliases": """select alias, names.name, article from company_aliases join company_names names using (key)
        where company = :company order by alias, article""",
    "merges": """select kept, merged, cause, why, score, made, undone, undone_why from company_merges
        where kept = :company or merged = :company
            or merged in (select replace(key, ' ', '-') from company_names where company = :company) order by id""",
    "former_ids": "select old_id as id from company_redirects where company = :company order by 1",
    "cases": """select cases.id, title from case_companies join cases on cases.id = case_id
        where company = :company order by last_seen desc, cases.id""",
}


def find_companies(db: Database, query: str, limit: int) -> list[dict[str, Any]]:
    """Return companies one of whose names has words that begin so, those with most cases first; for "" all with a case."""
    query = query.strip()
    values = {"query": query, "key": name_key(query) or query.lower(), "limit": limit}
    return list(db.query(_FIND, values))


def describe_company(db: Database, company: str) -> dict[str, Any]:
    """Return a company's row with its members, names, aliases, merges, former ids and cases.

    Args:
        company: its id, or one it had before.
    Raises: DecisionError when there is none.
    """
    found = find_company(db, company)
    (row,) = db.query("select * from companies where id = ?", [found])
    return row | {part: list(db.query(sql, {"company": found})) for part, sql in _OF_ONE.items()}
