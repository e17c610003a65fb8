"""A company: its group, its names, the cases against it; of a group also those against its companies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dpawatch.web.database import fetch_rows
from dpawatch.web.filters import CaseFilter
from dpawatch.web.pages.answers import make_view
from dpawatch.web.pages.listing import count_beside, load_listing

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.database import Database

Row = dict[str, Any]

_COMPANY = """
select companies.id, companies.name, companies.kind, companies.country, companies.wikidata, companies.origin,
    parent.id as group_id, parent.name as group_name
from companies left join companies as parent on parent.id = companies.parent where companies.id = :id
"""
_MEMBERS = """
select id, name, country, (select count(*) from case_companies where company = companies.id) as cases
from companies where parent = :id order by cases desc, name limit 100
"""
_NAMES = """
select name, origin, why from company_names
where company = :id and name <> (select name from companies where id = :id) order by name limit 100
"""


async def load_company(database: Database, company_id: str) -> Row | None:
    """Return a company as a document, or None."""

    async def ask(sql: str) -> list[Row]:
        return await fetch_rows(database, sql, {"id": company_id})

    found = await ask(_COMPANY)
    if not found:
        return None
    members = await ask(_MEMBERS)
    case_filter = CaseFilter(group=company_id) if members else CaseFilter(company=company_id)
    return found[0] | {
        "names": await ask(_NAMES),
        "members": members,
        "regulators": await count_beside(database, case_filter, "regulators"),
        **await load_listing(database, case_filter),
    }


show_company = make_view("company", load_company)
