"""The pages of the site: home, a case, search. Each view asks, renders and says who may do what with the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from datasette import Response
from datasette.utils.asgi import Request

from dpawatch.web.cases import load_case
from dpawatch.web.database import database_name, find_database
from dpawatch.web.metadata import saved_queries
from dpawatch.web.queries import largest_fines, newest_cases, site_totals
from dpawatch.web.search import MOST_RESULTS, find
from dpawatch.web.security import PAGE_POLICY

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette

NEWEST, LARGEST = 12, 6


async def show_home(datasette: Datasette, request: Request) -> Response:
    """Return the home page, or what to do when no database of ours is served."""
    database = await find_database(datasette)
    if database is None:
        return await _show_no_database(datasette, request)
    context = {
        "totals": await site_totals(database),
        "newest": await newest_cases(database, NEWEST),
        "largest": await largest_fines(database, LARGEST),
        "queries": saved_queries(),
        "metadata": datasette.metadata(),
    }
    return await _render(datasette, request, "home.html", context)


async def show_case(datasette: Datasette, request: Request) -> Response:
    """Return a case's page, or its document for `.json`; 404 with a way on when there is no such case."""
    database = await find_database(datasette)
    if database is None:
        return await _show_no_database(datasette, request)
    case_id = unquote(request.url_vars["case_id"])
    case = await load_case(database, case_id)
    if request.url_vars["format"]:
        missing = {"ok": False, "error": f"No case {case_id}", "status": 404}
        return Response.json(case or missing, status=200 if case else 404, headers=_headers(datasette))
    if case is None:
        return await _render(datasette, request, "no_case.html", {"case_id": case_id}, status=404)
    return await _render(datasette, request, "case.html", {"case": case})


async def show_search(datasette: Datasette, request: Request) -> Response:
    """Return the cases and articles found for `?q=`."""
    database = await find_database(datasette)
    if database is None:
        return await _show_no_database(datasette, request)
    text = (request.args.get("q") or "").strip()
    context = {"q": text, "found": await find(database, text), "most": MOST_RESULTS}
    return await _render(datasette, request, "search.html", context)


async def _show_no_database(datasette: Datasette, request: Request) -> Response:
    """Return a 503: the site works, its data is not there yet."""
    return await _render(datasette, request, "no_database.html", {}, status=503)


async def _render(
    datasette: Datasette, request: Request, template: str, context: dict[str, Any], status: int = 200
) -> Response:
    body = await datasette.render_template(
        f"dpawatch/{template}", {"database": database_name(datasette), **context}, request=request, view_name="dpawatch"
    )
    headers = _headers(datasette) | {"Content-Security-Policy": PAGE_POLICY}
    return Response.html(body, status=status, headers=headers)


def _headers(datasette: Datasette) -> dict[str, str]:
    seconds = datasette.setting("default_cache_ttl")
    headers = {"Cache-Control": f"max-age={seconds}" if seconds else "no-cache"}
    return headers | ({"Access-Control-Allow-Origin": "*"} if datasette.cors else {})
