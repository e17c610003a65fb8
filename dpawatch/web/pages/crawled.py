"""What crawlers are told: which pages there are (sitemap.xml), and which addresses to leave alone (robots.txt)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from datasette import Response
from datasette.utils.asgi import Request

from dpawatch.web.addresses import site_address
from dpawatch.web.database import fetch_rows
from dpawatch.web.kept import keep
from dpawatch.web.metadata import saved_queries
from dpawatch.web.pages.answers import answer_headers, with_database
from dpawatch.wording import machine_date, path_part

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

MOST_ADDRESSES = 5_000  # in one file: the protocol lets 50,000 be, but who waits for them holds others up
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# Pages that others may want to find; articles are not ours to be found by, their own addresses are.
_PAGES = """
select 'case' as kind, id, substr(last_seen, 1, 10) as day from cases
union all select distinct 'company', company, null from case_companies
union all select distinct 'regulator', regulator, null from cases where regulator is not null
union all select distinct 'provision', provision, null from case_provisions
"""
# Every combination of filters, orders and formats is an address of its own, and costs a query; searches and tools are for people.
_LEFT_ALONE = (
    "/*sql=", "/*?_", "/*&_", "/*.csv", "/*.xlsx", "/search", "/suggest", "/-/mcp", "/*/-/reconcile", "/download/",
)  # fmt: skip


@with_database
async def show_sitemap(datasette: Datasette, request: Request, database: Database) -> Response:
    """Return the addresses of all pages, or of the files that list them where one cannot hold them all."""
    site = site_address(datasette, request)
    number = int(request.url_vars.get("number") or 0)
    fixed = _fixed_pages(datasette, database)
    count = len(fixed) + await keep(database, "pages", lambda: _count_pages(database))
    files = -(-count // MOST_ADDRESSES)
    if number > files:
        return Response.text(f"No sitemap {number}", status=404)
    if files > 1 and not number:
        parts = [(f"{site}/sitemap-{part}.xml", None) for part in range(1, files + 1)]
        return _answer(datasette, "sitemapindex", "sitemap", parts)
    first = max(number - 1, 0) * MOST_ADDRESSES
    listed = [(site + path, None) for path in fixed[first : first + MOST_ADDRESSES]]
    sql = f"select * from ({_PAGES}) order by kind, id limit :most offset :first"  # noqa: S608 (a constant)
    place = {"most": MOST_ADDRESSES - len(listed), "first": max(first - len(fixed), 0)}
    rows = await fetch_rows(database, sql, place)
    return _answer(
        datasette,
        "urlset",
        "url",
        [*listed, *((f"{site}/{row['kind']}/{path_part(row['id'])}", row["day"]) for row in rows)],
    )


async def _count_pages(database: Database) -> int:
    """Return how many pages have an id."""
    rows = await fetch_rows(database, f"select count(*) as count from ({_PAGES})")  # noqa: S608 (a constant)
    count: int = rows[0]["count"]
    return count


def _fixed_pages(datasette: Datasette, database: Database) -> list[str]:
    name = path_part(database.name)
    return ["/", "/cases", "/-/about-data", f"/{name}", *(f"/{name}/{query}" for query in saved_queries())]


def _answer(datasette: Datasette, root: str, element: str, listed: Iterable[tuple[str, str | None]]) -> Response:
    lines = [
        f"<{element}><loc>{escape(address)}</loc>{f'<lastmod>{day}</lastmod>' if machine_date(day) else ''}</{element}>"
        for address, day in listed
    ]
    body = "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_NAMESPACE}">', *lines, f"</{root}>", ""]
    )
    return Response(body, headers=answer_headers(datasette), content_type="application/xml; charset=utf-8")


async def show_robots(datasette: Datasette, request: Request) -> Response:
    """Return what crawlers may ask for: pages, not every query that can be made of them."""
    lines = ["User-agent: *", *(f"Disallow: {datasette.urls.path(path)}" for path in _LEFT_ALONE), "Allow: /", ""]
    lines += [f"Sitemap: {site_address(datasette, request)}/sitemap.xml", ""]
    return Response.text("\n".join(lines), headers=answer_headers(datasette))


CRAWLER_ROUTES = [(r"^/sitemap(?:-(?P<number>[1-9]\d{0,3}))?\.xml$", show_sitemap), (r"^/robots\.txt$", show_robots)]
