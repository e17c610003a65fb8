"""The reconciliation service for OpenRefine (API 0.2) on companies and regulators: manifest, queries, suggestions."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from datasette import Response
from datasette.utils.asgi import Request

from dpawatch.web.addresses import site_address
from dpawatch.web.database import find_database
from dpawatch.web.matches import Candidate, match_companies, match_regulators
from dpawatch.web.values import path_part

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

Row = dict[str, Any]

MOST_QUERIES, MOST_BYTES = 100, 1_000_000
_MOST_RESULTS, _USUAL_RESULTS = 20, 5
_HEADERS = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}  # OpenRefine asks from its own page


@dataclass(frozen=True, slots=True)
class Service:
    """One table to reconcile with: its page, its type, how it is matched."""

    page: str
    type: Row
    match: Callable[[Database, str], Awaitable[list[Candidate]]]


SERVICES = {
    "companies": Service("company", {"id": "company", "name": "Organisation"}, match_companies),
    "regulators": Service("regulator", {"id": "regulator", "name": "Regulator"}, match_regulators),
}


class BadQueryError(ValueError):
    """What was asked is not what the protocol says; the message tells why."""


async def show_reconcile(datasette: Datasette, request: Request) -> Response:
    """Return the service's manifest, or the candidates for each of the `queries`."""
    database = await find_database(datasette)
    if database is None or request.url_vars["database"] != path_part(database.name):
        return _refuse("No such database", 404)
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    name = request.url_vars["table"]
    try:
        stated = await _read_queries(request)
        if stated is None:
            return _answer(_manifest(datasette, request, database, name))
        queries = read_queries(stated)
    except BadQueryError as error:
        return _refuse(str(error), 400)
    return _answer({key: {"result": await _find(database, SERVICES[name], query)} for key, query in queries.items()})


async def show_suggestions(datasette: Datasette, request: Request) -> Response:
    """Return what a name that is being typed may mean."""
    database = await find_database(datasette)
    if database is None or request.url_vars["database"] != path_part(database.name):
        return _refuse("No such database", 404)
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    found = await SERVICES[request.url_vars["table"]].match(database, request.args.get("prefix") or "")
    listed = [{"id": c.id, "name": c.name, "description": c.description} for c in found[:_MOST_RESULTS]]
    return _answer({"result": listed})


async def _read_queries(request: Request) -> str | None:
    stated: str | None
    if request.method != "POST":
        stated = request.args.get("queries")
        return stated
    body = b""
    more = True
    while more:
        message = await request.receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            raise BadQueryError("too much at once")
    try:
        return parse_qs(body.decode(), max_num_fields=20).get("queries", [None])[0]
    except ValueError as error:
        raise BadQueryError("the body is no form in UTF-8") from error


def read_queries(stated: str) -> dict[str, Row]:
    """Return the queries of a batch by key, each with `query`, `types` and `limit`. Raises: BadQueryError."""
    try:
        batch = json.loads(stated)
    except (ValueError, RecursionError) as error:
        raise BadQueryError("queries is no JSON") from error
    if not isinstance(batch, dict) or not all(isinstance(query, dict) for query in batch.values()):
        raise BadQueryError("queries is no object of objects")
    if len(batch) > MOST_QUERIES:
        raise BadQueryError(f"more than {MOST_QUERIES} queries at once")
    return {key: _read_query(query) for key, query in batch.items()}


def _read_query(query: Row) -> Row:
    name, limit, types = query.get("query"), query.get("limit", _USUAL_RESULTS), query.get("type") or []
    if not isinstance(name, str):
        raise BadQueryError("a query has no text in query")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise BadQueryError("limit is no positive number")
    types = types if isinstance(types, list) else [types]
    stated = [kind.get("id") if isinstance(kind, dict) else kind for kind in types]
    return {"query": name, "limit": min(limit, _MOST_RESULTS), "types": stated}


async def _find(database: Database, service: Service, query: Row) -> list[Row]:
    found = [(c, _types(service, c)) for c in await service.match(database, query["query"])]
    wanted = [(c, types) for c, types in found if not query["types"] or any(t["id"] in query["types"] for t in types)]
    return [
        {"id": c.id, "name": c.name, "type": types, "score": c.score, "match": c.match, "description": c.description}
        for c, types in wanted[: query["limit"]]
    ]


def _types(service: Service, candidate: Candidate) -> list[Row]:
    kind = candidate.kind
    more = [{"id": kind, "name": kind.replace("-", " ")}] if kind and kind != service.type["id"] else []
    return [service.type, *more]


def _manifest(datasette: Datasette, request: Request, database: Database, name: str) -> Row:
    site, service = site_address(datasette, request), SERVICES[name]
    own = f"{site}/{path_part(database.name)}/{name}/-/reconcile"
    return {
        "versions": ["0.2"],
        "name": f"dpawatch: {name}",
        "identifierSpace": f"{site}/{service.page}/",
        "schemaSpace": f"{site}/-/about-data",
        "defaultTypes": [service.type],
        "view": {"url": f"{site}/{service.page}/{{{{id}}}}"},
        "suggest": {"entity": {"service_url": own, "service_path": "/suggest/entity"}},
        "batchSize": MOST_QUERIES,
    }


def _answer(document: Row) -> Response:
    return Response.json(document, headers=_HEADERS)


def _refuse(why: str, status: int) -> Response:
    return Response.json({"status": "error", "message": why}, status=status, headers=_HEADERS)


_TABLE = r"^/(?P<database>[^/]+)/(?P<table>companies|regulators)/-/reconcile"
RECONCILE_ROUTES = [(rf"{_TABLE}$", show_reconcile), (rf"{_TABLE}/suggest/entity$", show_suggestions)]
