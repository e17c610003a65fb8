"""How many cases a list has, and what sums, by year: of lists that the summary tables know from there, of others counted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from db.summaries import STANDS, YEAR
from dpawatch.web.database import fetch_rows
from dpawatch.web.filters import CaseFilter

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.database import Database

Row = dict[str, Any]
Summaries = dict[str, list[Row]]

# So many cases are looked up and sorted in less time than it takes to ask all cases in turn; and so many are looked at to count them.
FEW_TO_LIST, FEW_TO_COUNT = 2_000, 3_000
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
# Of the cases that are looked at, those of each year that meet the other conditions, and (year null) those that do not.
_COUNTED = f"""
with looked as (
    select cases.rowid as rowid, id, regulator, status, decided, first_seen, amount, amount_eur from cases
    where {{first}} {{order}} limit :looked_at
), told as materialized (
    select case when {{others}} then {YEAR} end as year, {STANDS} as stands, amount_eur
    from looked as cases
)
select year, count(*) as cases, count(nullif(stands, 0)) as fines,
    nullif(round(sum(case when stands then amount_eur end), 2), 0) as amount_eur
from told group by year order by year
"""  # noqa: S608 (constants of ours)
_LATEST = "order by cases.last_seen desc"
# What an index finds and no summary knows: which of these conditions are looked up together.
_RANGES = (("q",), ("least", "most"), ("year",), ("since", "until"))
_NOTHING = {"cases": 0, "fines": 0, "amount_eur": None}


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


async def load_totals(
    database: Database, case_filter: CaseFilter, known: Summaries, listed: list[str] | None = None
) -> tuple[Row, list[Row]]:
    """Return the totals of a filter's whole list, and those of each year: cases, fines (with a sum that stands), amount_eur.

    Cases without a year are in the totals alone. amount_eur is null when there is no such sum. Of a list that cannot be
    counted in short time the totals have `at_least` true and are those of the cases that were looked at, and no year is
    given.
    Args:
        known: what load_summaries gives for the filter.
        listed: the ids of all its cases, when these are known.
    """
    found = await _find_summary(database, case_filter, known)
    if found is not None:
        return found
    if listed is not None:
        params: dict[str, Any] = {"listed": json.dumps(listed), "looked_at": len(listed)}
        first, others, order = "cases.id in (select value from json_each(:listed))", "1", ""
    else:
        first, others, order, params = _choose_first(case_filter, known)
        params["looked_at"] = FEW_TO_COUNT + 1
    rows = await fetch_rows(database, _COUNTED.format(first=first, others=others, order=order), params)
    years = [row for row in rows if row["year"] is not None]
    at_least = listed is None and sum(row["cases"] for row in rows) > FEW_TO_COUNT
    return _add_up(years) | {"at_least": at_least}, [] if at_least else [row for row in years if row["year"]]


async def _find_summary(database: Database, case_filter: CaseFilter, known: Summaries) -> tuple[Row, list[Row]] | None:
    """Return totals and years as the summaries have them: of all cases or of one condition, also of one year; else None."""
    year = case_filter.year or ""
    conditions = case_filter.active.keys() - {"year"}
    if len(conditions) > 1 or year[:1] not in ("", "1", "2"):  # of the years that summaries know
        return None
    rows = known.get(next(iter(conditions)), []) if conditions else await fetch_rows(database, _ALL)
    if not rows:
        return None
    years = [row for row in rows if row["year"] and year in ("", row["year"])]
    whole = next((row for row in rows if row["year"] == year), _NOTHING)
    return {key: value for key, value in whole.items() if key != "year"} | {"at_least": False}, years


def _choose_first(case_filter: CaseFilter, known: Summaries) -> tuple[str, str, str, dict[str, Any]]:
    """Return the condition that tells which cases are looked at, the others, the order, and the parameters of all."""
    active = case_filter.active
    # what is in no summary no case has, unless there are none yet
    counts = {field: known[field][0]["cases"] if field in known else 0 for field in active.keys() & _KIND_OF.keys()}
    fewest = min(counts, key=lambda field: counts[field], default=None)
    if fewest is not None and counts[fewest] <= FEW_TO_COUNT:
        looked_up: tuple[str, ...] = (fewest,)
    else:
        looked_up = next((fields for fields in _RANGES if active.keys() & set(fields)), ())
    first, others, params = case_filter.split(looked_up)
    return first, others, "" if looked_up else _LATEST, params


def _add_up(years: list[Row]) -> Row:
    sums = [row["amount_eur"] for row in years if row["amount_eur"] is not None]
    totals = {key: sum(row[key] for row in years) for key in ("cases", "fines")}
    return totals | {"amount_eur": round(sum(sums), 2) if sums else None}
