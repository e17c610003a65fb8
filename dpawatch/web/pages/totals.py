"""How many cases a list has, and what sums, by year: of lists that the summary tables know from there, of others counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from db.summaries import DAY, STANDS
from dpawatch.web.database import fetch_rows
from dpawatch.web.filters import CaseFilter

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.database import Database

Row = dict[str, Any]

# What a summary is called that has what one condition asks for.
_KIND_OF = {
    "regulator": "regulator", "country": "country", "company": "company", "group": "group", "law": "law",
    "provision": "provision", "sanction": "sanction", "violation": "violation", "status": "status", "lang": "language",
}  # fmt: skip
_SUMMED = (
    "select year, cases, fines, nullif(amount_eur, 0) as amount_eur from case_totals where kind = :kind and key = :key"
)
# Every case has one status.
_ALL = """
select year, sum(cases) as cases, sum(fines) as fines, nullif(round(sum(amount_eur), 2), 0) as amount_eur
from case_totals where kind = 'status' group by year
"""
_COUNTED = f"""
select coalesce(substr({DAY}, 1, 4), '') as year, count(*) as cases, count(case when {STANDS} then 1 end) as fines,
    nullif(round(sum(case when {STANDS} then cases.amount_eur end), 2), 0) as amount_eur
from cases where {{where}} group by 1 order by 1
"""  # noqa: S608 (constants of ours)


async def load_totals(database: Database, case_filter: CaseFilter) -> tuple[Row, list[Row]]:
    """Return the totals of a filter's whole list, and those of each year: cases, fines (with a sum that stands), amount_eur.

    Cases without a year are in the totals alone. amount_eur is null when there is no such sum.
    """
    rows = await _find_summary(database, case_filter)
    if rows:
        whole = next(row for row in rows if not row["year"])
        return {key: value for key, value in whole.items() if key != "year"}, [row for row in rows if row["year"]]
    where, params = case_filter.where
    years = await fetch_rows(database, _COUNTED.format(where=where), params)
    return _add_up(years), [row for row in years if row["year"]]


async def _find_summary(database: Database, case_filter: CaseFilter) -> list[Row]:
    """Return the rows of a summary by year, that of all years with year ''; nothing when no summary has this list."""
    active = case_filter.active
    if not active:
        return await fetch_rows(database, _ALL)
    field, key = next(iter(active.items()))
    if len(active) > 1 or field not in _KIND_OF:
        return []
    kind = "law" if field == "provision" and ":" not in key else _KIND_OF[field]
    return await fetch_rows(database, f"{_SUMMED} order by year", {"kind": kind, "key": key})


def _add_up(years: list[Row]) -> Row:
    sums = [row["amount_eur"] for row in years if row["amount_eur"] is not None]
    totals = {key: sum(row[key] for row in years) for key in ("cases", "fines")}
    return totals | {"amount_eur": round(sum(sums), 2) if sums else None}
