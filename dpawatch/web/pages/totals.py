"""How many cases a list has, and what sums, by year: of lists that the summary tables know from there, of others counted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from db.summaries import DAY, STANDS
from dpawatch.web.database import fetch_rows
from dpawatch.web.filters import CaseFilter

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.database import Database

Row = dict[str, Any]
Summaries = dict[str, list[Row]]

# So many cases are looked up and sorted, or counted, in less time than it takes to ask all cases in turn.
FEW_TO_LIST, FEW_TO_COUNT = 2_000, 6_000
# What a summary is called that has what one condition asks for.
_KIND_OF = {
    "regulator": "regulator", "country": "country", "company": "company", "group": "group", "law": "law",
    "provision": "provision", "sanction": "sanction", "violation": "violation", "status": "status", "lang": "language",
    "source": "source",
}  # fmt: skip
_SUMMED = """
select wanted.key as field, year, cases, fines, nullif(amount_eur, 0) as amount_eur
from json_each(:wanted) as wanted join case_totals on kind = wanted.value ->> 0 and case_totals.key = wanted.value ->> 1
order by year
"""
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


async def load_summaries(database: Database, case_filter: CaseFilter) -> Summaries:
    """Return what the summary tables know of each condition: its rows by year, the first that of all years (year '')."""
    kinds = {field: _KIND_OF[field] for field in case_filter.active.keys() & _KIND_OF.keys()}
    if case_filter.provision and ":" not in case_filter.provision:
        kinds["provision"] = "law"
    wanted = {field: (kind, case_filter.active[field]) for field, kind in kinds.items()}
    known: Summaries = {}
    for row in await fetch_rows(database, _SUMMED, {"wanted": json.dumps(wanted)}) if wanted else []:
        known.setdefault(row.pop("field"), []).append(row)
    return known


def begin_with_fewest(case_filter: CaseFilter, known: Summaries, most: int = FEW_TO_LIST) -> CaseFilter:
    """Return the filter so that its list begins with the condition that fewest cases meet, unless even these are many."""
    counts = {field: rows[0]["cases"] for field, rows in known.items()}
    fewest = min(counts, key=lambda field: counts[field], default=None)
    return replace(case_filter, begin=fewest and (fewest if counts[fewest] <= most else ""))


async def load_totals(database: Database, case_filter: CaseFilter, known: Summaries) -> tuple[Row, list[Row]]:
    """Return the totals of a filter's whole list, and those of each year: cases, fines (with a sum that stands), amount_eur.

    Cases without a year are in the totals alone. amount_eur is null when there is no such sum.
    Args:
        known: what load_summaries gives for the filter.
    """
    active = case_filter.active
    rows = [] if active else await fetch_rows(database, _ALL)
    if len(active) == 1:
        rows = known.get(next(iter(active)), [])
    if rows:
        whole = next(row for row in rows if not row["year"])
        return {key: value for key, value in whole.items() if key != "year"}, [row for row in rows if row["year"]]
    where, params = begin_with_fewest(case_filter, known, FEW_TO_COUNT).where
    years = await fetch_rows(database, _COUNTED.format(where=where), params)
    return _add_up(years), [row for row in years if row["year"]]


def _add_up(years: list[Row]) -> Row:
    sums = [row["amount_eur"] for row in years if row["amount_eur"] is not None]
    totals = {key: sum(row[key] for row in years) for key in ("cases", "fines")}
    return totals | {"amount_eur": round(sum(sums), 2) if sums else None}
