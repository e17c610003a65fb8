"""The home page: the newest cases, what they come to by month, country, regulator and provision, and how fresh everything is."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from datasette import Response
from datasette.utils.asgi import Request
from markupsafe import Markup

from db.summaries import STANDS
from dpawatch.web.charts import Item, by_month, ranking
from dpawatch.web.database import fetch_rows
from dpawatch.web.kept import keep
from dpawatch.web.metadata import saved_queries
from dpawatch.web.pages.answers import render, with_database
from dpawatch.web.pages.items import CASE_ITEM, QUOTE, read_items
from dpawatch.web.worldmap import draw_map
from dpawatch.wording import country_name, path_part

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

Row = dict[str, Any]

NEWEST, LARGEST, RANKED = 8, 6, 8
YEARS = 10  # of the chart by month


@with_database
async def show_home(datasette: Datasette, request: Request, database: Database) -> Response:
    """Return the home page, or what to do when no database of ours is served."""
    country, since = request.args.get("country") or "", f"{datetime.now(UTC).year - YEARS}-01"
    countries = await keep(database, "countries", lambda: count_countries(database))
    country = country if country in countries else ""
    context = await keep(
        database, ("home", country, since), lambda: load_home(datasette, database, countries, country, since)
    )
    return render(datasette, "home.html", context, script="suggest.js")


async def load_home(
    datasette: Datasette, database: Database, countries: dict[str, int], country: str, since: str
) -> Row:
    """Return what the home page shows, with the fines of a country, or of all when it is "", by month since a month."""
    return {
        "countries": sorted((country_name(code), code) for code in countries),
        "country": country,
        "months": await chart_months(database, country, since),
        "map": _draw_map(tuple(sorted(countries.items())), datasette.urls.path("/cases?country=")),
        "regulators": await rank_regulators(datasette, database),
        "provisions": await rank_provisions(datasette, database),
        "totals": await site_totals(database),
        "newest": await newest_cases(database, NEWEST),
        "largest": await largest_fines(database, LARGEST),
        "queries": saved_queries(),
        "metadata": datasette.metadata(),
    }


@lru_cache(8)
def _draw_map(countries: tuple[tuple[str, int], ...], listed: str) -> Markup:
    """Return the map of these numbers of cases; drawn once for equal ones, since it is half of the page."""
    return draw_map(dict(countries), lambda code: listed + quote(code, safe=""))


async def newest_cases(database: Database, limit: int) -> list[Row]:
    """Return the cases that were last in the news, each with a quote."""
    sql = f"""select {CASE_ITEM}, {QUOTE} from cases left join regulators on regulators.id = cases.regulator
        order by cases.last_seen desc, cases.id limit :limit"""  # noqa: S608 (constants of ours)
    return read_items(await fetch_rows(database, sql, {"limit": limit}))


async def largest_fines(database: Database, limit: int) -> list[Row]:
    """Return the cases with the largest sums in euro that stand: neither annulled nor merely proposed."""
    sql = f"""select {CASE_ITEM} from cases left join regulators on regulators.id = cases.regulator
        where cases.amount_eur is not null and {STANDS}
        order by cases.amount_eur desc limit :limit"""  # noqa: S608 (constants of ours)
    return read_items(await fetch_rows(database, sql, {"limit": limit}))


async def site_totals(database: Database) -> Row:
    """Return how much there is and how fresh it is, by name: cases, articles, sources, failing, silent, updated and so on."""
    return {row["name"]: row["value"] for row in await fetch_rows(database, "select name, value from site_totals")}


async def count_countries(database: Database) -> dict[str, int]:
    """Return the number of cases of each country."""
    sql = "select key, cases from case_totals where kind = 'country' and year = ''"
    return {row["key"]: row["cases"] for row in await fetch_rows(database, sql)}


async def rank_regulators(datasette: Datasette, database: Database) -> Markup:
    """Return the regulators with the most cases as a chart."""
    sql = """select key, coalesce(abbreviation, name, key) as name, country, cases from case_totals
        left join regulators on regulators.id = key where case_totals.kind = 'regulator' and year = ''
        order by cases desc, key limit :limit"""
    rows = await fetch_rows(database, sql, {"limit": RANKED})
    items = [
        Item(row["name"], row["cases"], _address(datasette, "regulator", row["key"]), country_name(row["country"]))
        for row in rows
    ]
    return ranking("Most active regulators", items, "Regulator", "Cases")


async def rank_provisions(datasette: Datasette, database: Database) -> Markup:
    """Return the articles of laws that most cases cite, with their paragraphs and points, as a chart."""
    sql = """select key, provisions.id, title, cases from case_totals left join provisions on provisions.id = key
        where kind = 'provision' and year = '' and key like '%:%' and key not like '%(%' order by cases desc, key limit :limit"""
    rows = await fetch_rows(database, sql, {"limit": RANKED})
    # An article of which only points are cited has no page, but a list of its cases.
    listed = datasette.urls.path("/cases?provision=")
    items = [
        Item(
            row["key"],
            row["cases"],
            _address(datasette, "provision", row["key"]) if row["id"] else listed + quote(row["key"]),
            row["title"] or "",
        )
        for row in rows
    ]
    return ranking("Most cited provisions", items, "Provision", "Cases")


async def chart_months(database: Database, country: str, since: str) -> Markup:
    """Return the sums that stand, by month since one; of one country, or of all when it is ""."""
    sql = "select month, fines from month_totals where country = :country and month >= :since order by month"
    rows = await fetch_rows(database, sql, {"country": country, "since": since})
    return by_month(rows, "fines", f"Fines a month: {country_name(country) or 'all countries'}", "Fines")


def _address(datasette: Datasette, kind: str, key: str) -> str:
    path: str = datasette.urls.path(f"/{kind}/{path_part(key)}")
    return path
