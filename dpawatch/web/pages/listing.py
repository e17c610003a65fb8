"""The cases of a company, a regulator, a provision or a source: totals, years, the first of them, and what goes with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dpawatch.web.database import fetch_rows
from dpawatch.web.filters import CaseFilter
from dpawatch.web.pages.cases import list_cases
from dpawatch.web.pages.totals import begin_with_fewest, load_summaries, load_totals

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.database import Database

Row = dict[str, Any]

SHOWN, MOST_BESIDE = 12, 8
_BESIDE = {
    "provisions": """select provision as id, count(*) as cases from case_provisions
        where role <> 'power' and case_id in (select id from cases where {where}) group by 1""",
    "companies": """select company as id, companies.name, count(*) as cases from case_companies
        join companies on companies.id = company where case_id in (select id from cases where {where}) group by 1""",
    "regulators": """select regulator as id, name, count(*) as cases from cases join regulators on regulators.id = regulator
        where {where} group by 1""",
}


async def load_listing(database: Database, case_filter: CaseFilter) -> Row:
    """Return the totals of a filter's cases, their years, the first of them, and the query string of them all."""
    known = await load_summaries(database, case_filter)
    totals, years = await load_totals(database, case_filter, known)
    return {
        "totals": totals,
        "years": years,
        "address": case_filter.address,
        "cases": await list_cases(database, begin_with_fewest(case_filter, known), SHOWN),
    }


async def count_beside(database: Database, case_filter: CaseFilter, what: str) -> list[Row]:
    """Return the provisions, companies or regulators that most cases of a filter have, with their number of these cases."""
    where, params = case_filter.where
    sql = f"{_BESIDE[what].format(where=where)} order by cases desc, id limit {MOST_BESIDE}"
    return await fetch_rows(database, sql, params)
