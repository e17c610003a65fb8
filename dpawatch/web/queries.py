"""The pages' questions to the database, all of them parameterised."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dpawatch.web.database import fetch_rows
from dpawatch.web.values import provision_key

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.database import Database

Row = dict[str, Any]

# What a case needs to be listed: its row, its regulator's names, sanctions, and the provisions found violated.
CASE_ITEM = """
    cases.id, cases.title, cases.respondents, cases.status, cases.decided, cases.amount, cases.currency,
    cases.amount_eur, cases.first_seen, cases.last_seen, cases.articles, cases.regulator,
    regulators.name as regulator_name, regulators.abbreviation as regulator_abbreviation, regulators.country,
    (select json_group_array(sanction) from case_sanctions where case_id = cases.id) as sanctions,
    (select json_group_array(provision) from case_provisions where case_id = cases.id and role = 'violated')
        as provisions
"""
# The sentence that is quoted in a list: the earliest event's.
_QUOTE = """
    (select substr(articles.text, case_events.start + 1, case_events."end" - case_events.start)
     from case_events join articles on articles.id = case_events.article
     where case_events.case_id = cases.id and case_events.start is not null
     order by case_events.date, case_events.id limit 1) as quote
"""


async def newest_cases(database: Database, limit: int) -> list[Row]:
    """Return the cases that were last in the news, each with a quote."""
    sql = f"""select {CASE_ITEM}, {_QUOTE} from cases left join regulators on regulators.id = cases.regulator
        order by cases.last_seen desc, cases.id limit :limit"""  # noqa: S608 (constants of this module)
    return read_items(await fetch_rows(database, sql, {"limit": limit}))


async def largest_fines(database: Database, limit: int) -> list[Row]:
    """Return the cases with the largest sums in euro that stand: neither annulled nor merely proposed."""
    sql = f"""select {CASE_ITEM} from cases left join regulators on regulators.id = cases.regulator
        where cases.amount_eur is not null and cases.status not in ('annulled', 'proposed', 'investigation')
        order by cases.amount_eur desc limit :limit"""  # noqa: S608 (a constant of this module)
    return read_items(await fetch_rows(database, sql, {"limit": limit}))


def read_items(rows: list[Row]) -> list[Row]:
    """Return case rows with their JSON arrays read into lists."""
    return [
        row
        | {
            "sanctions": json.loads(row["sanctions"]),
            "provisions": sorted(json.loads(row["provisions"]), key=provision_key),
        }
        for row in rows
    ]


async def site_totals(database: Database) -> Row:
    """Return how much there is and how fresh it is: cases, articles, sources, failing sources, regulators, updated."""
    sql = """select
        (select count(*) from cases) as cases,
        (select count(*) from articles) as articles,
        (select count(*) from sources where active = 1) as sources,
        (select count(*) from sources where active = 1 and failures > 0) as failing,
        (select count(distinct regulator) from cases) as regulators,
        coalesce((select finished from runs where outcome = 'done' order by started desc limit 1),
                 (select max(fetched) from articles)) as updated"""
    return (await fetch_rows(database, sql))[0]
