"""The home page: the newest cases, the largest fines, and how fresh everything is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.utils.asgi import Request

from dpawatch.web.database import fetch_rows, find_database
from dpawatch.web.metadata import saved_queries
from dpawatch.web.pages.answers import render, show_no_database
from dpawatch.web.pages.items import CASE_ITEM, QUOTE, read_items

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

Row = dict[str, Any]

NEWEST, LARGEST = 12, 6


async def show_home(datasette: Datasette, request: Request) -> Response:
    """Return the home page, or what to do when no database of ours is served."""
    database = await find_database(datasette)
    if database is None:
        return await show_no_database(datasette, request)
    context = {
        "totals": await site_totals(database),
        "newest": await newest_cases(database, NEWEST),
        "largest": await largest_fines(database, LARGEST),
        "queries": saved_queries(),
        "metadata": datasette.metadata(),
    }
    return await render(datasette, request, "home.html", context, script="suggest.js")


async def newest_cases(database: Database, limit: int) -> list[Row]:
    """Return the cases that were last in the news, each with a quote."""
    sql = f"""select {CASE_ITEM}, {QUOTE} from cases left join regulators on regulators.id = cases.regulator
        order by cases.last_seen desc, cases.id limit :limit"""  # noqa: S608 (constants of ours)
    return read_items(await fetch_rows(database, sql, {"limit": limit}))


async def largest_fines(database: Database, limit: int) -> list[Row]:
    """Return the cases with the largest sums in euro that stand: neither annulled nor merely proposed."""
    sql = f"""select {CASE_ITEM} from cases left join regulators on regulators.id = cases.regulator
        where cases.amount_eur is not null and cases.status not in ('annulled', 'proposed', 'investigation')
        order by cases.amount_eur desc limit :limit"""  # noqa: S608 (a constant of ours)
    return read_items(await fetch_rows(database, sql, {"limit": limit}))


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
