"""How every page answers: rendered with the policy of our pages, or as JSON; who may do what with the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.utils.asgi import Request

from dpawatch.web.database import database_name
from dpawatch.web.security import PAGE_POLICY

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette


async def show_no_database(datasette: Datasette, request: Request) -> Response:
    """Return a 503: the site works, its data is not there yet."""
    return await render(datasette, request, "no_database.html", {}, status=503)


async def render(
    datasette: Datasette, request: Request, template: str, context: dict[str, Any], status: int = 200
) -> Response:
    """Return a page made from one of our templates; `database` is the name of ours in every one."""
    body = await datasette.render_template(
        f"dpawatch/{template}", {"database": database_name(datasette), **context}, request=request, view_name="dpawatch"
    )
    headers = answer_headers(datasette) | {"Content-Security-Policy": PAGE_POLICY}
    return Response.html(body, status=status, headers=headers)


def answer_headers(datasette: Datasette) -> dict[str, str]:
    """Return how long an answer may be kept, and that scripts of others may read it when Datasette is told so."""
    seconds = datasette.setting("default_cache_ttl")
    headers = {"Cache-Control": f"max-age={seconds}" if seconds else "no-cache"}
    return headers | ({"Access-Control-Allow-Origin": "*"} if datasette.cors else {})
