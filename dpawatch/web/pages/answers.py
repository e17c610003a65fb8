"""How every page answers: rendered with the policy of our pages, or as JSON; who may do what with the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from datasette import Response
from datasette.utils.asgi import Request
from jinja2 import Environment

from dpawatch.web.addresses import operator_settings
from dpawatch.web.database import database_name, find_database
from dpawatch.web.pages.moved import Moved, find_moved
from dpawatch.web.security import PAGE_POLICY, SCRIPT_POLICY
from dpawatch.wording import path_part

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

Row = dict[str, Any]
_environments: WeakKeyDictionary[Datasette, Environment] = WeakKeyDictionary()
View = Callable[["Datasette", Request], Awaitable[Any]]  # of what Datasette sends: a Response, or a stream


def with_database(view: Callable[[Datasette, Request, Database], Awaitable[Any]]) -> View:
    """Return a view that is given our database, and is a 503 while there is none."""

    async def show(datasette: Datasette, request: Request) -> Any:
        database = await find_database(datasette)
        return await view(datasette, request, database) if database else show_no_database(datasette)

    return show


def make_view(
    kind: str,
    load: Callable[[Database, str], Awaitable[Row | Moved | None]],
    add: Callable[[Datasette, Request, Row], Row] | None = None,
) -> View:
    """Return the view of `/kind/<id>` and its `.json`: what is loaded by the id, in the template of that name.

    An id that moved leads on (301), an unknown one is a 404 with a way on.

    Args:
        add: what the document has besides that depends on where it is asked for.
    """

    @with_database
    async def show(datasette: Datasette, request: Request, database: Database) -> Response:
        asked, ending = unquote(request.url_vars["id"]), request.url_vars["format"] or ""
        found = await load(database, asked) or await find_moved(database, kind, asked)
        if isinstance(found, Moved):
            return lead_on(datasette, kind, found, ending)
        if found and add:
            found |= add(datasette, request, found)
        if ending:
            missing = {"ok": False, "error": f"No {kind} {asked}", "status": 404}
            return Response.json(found or missing, status=200 if found else 404, headers=answer_headers(datasette))
        if found is None:
            return render(datasette, "missing.html", {"kind": kind, "asked": asked}, status=404)
        return render(datasette, f"{kind}.html", {kind: found})

    return show


def lead_on(datasette: Datasette, kind: str, moved: Moved, ending: str) -> Response:
    """Return the way to what an id stands for now, in the same form."""
    path = datasette.urls.path(f"/{kind}/{path_part(moved.id)}{ending}")
    return Response.redirect(path, status=301, headers=answer_headers(datasette))


def arguments_of(request: Request) -> dict[str, str]:
    """Return the parameters of an address; of one that is stated twice the first."""
    return {key: request.args[key] for key in request.args}


def show_no_database(datasette: Datasette) -> Response:
    """Return a 503: the site works, its data is not there yet."""
    return render(datasette, "no_database.html", {}, status=503)


def render(
    datasette: Datasette, template: str, context: dict[str, Any], status: int = 200, script: str | None = None
) -> Response:
    """Return a page made from one of our templates; `database` is the name of ours in every one, `script` a static file.

    Not by datasette.render_template, whose templates may wait for what they show: ours have all of it, and are a third quicker.
    """
    name = database_name(datasette)
    known = {"urls": datasette.urls, "database": name, "dpawatch_database": name, "script": script}
    body = _find_environment(datasette).get_template(f"dpawatch/{template}").render(known | context)
    headers = answer_headers(datasette) | {"Content-Security-Policy": SCRIPT_POLICY if script else PAGE_POLICY}
    return Response.html(body, status=status, headers=headers)


def _find_environment(datasette: Datasette) -> Environment:
    if datasette not in _environments:
        _environments[datasette] = datasette.jinja_env.overlay(enable_async=False)
    return _environments[datasette]


def answer_headers(datasette: Datasette) -> dict[str, str]:
    """Return how long an answer may be kept, and that scripts of others may read it when Datasette is told so."""
    seconds = datasette.setting("default_cache_ttl")
    headers = {"Cache-Control": f"max-age={seconds}" if seconds else "no-cache"}
    if not operator_settings(datasette).get("address"):
        headers["Vary"] = "Host"  # whole addresses are what the request was sent to, and anybody can send any
    return headers | ({"Access-Control-Allow-Origin": "*"} if datasette.cors else {})
