"""The reconciliation service for OpenRefine (API 0.2) on companies and regulators: manifest, queries, suggestions."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.utils.asgi import Request
from starlette.formparsers import MultiPartException
from starlette.requests import Request as Form

from dpawatch.web.addresses import site_address
from dpawatch.web.database import find_database
from dpawatch.web.matches import Candidate, match_companies, match_regulators
from dpawatch.web.pages.answers import arguments_of
from dpawatch.wording import path_part

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
    """Return the service's manifest, or the candidates for each of the `queries`, or for the one `query`."""
    database = await find_database(datasette)
    if database is None or request.url_vars["database"] != path_part(database.name):
        return _refuse("No such database", 404)
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    name = request.url_vars["table"]
    try:
        asked = await _read_parameters(request)
        if "queries" in asked:
            batch = read_batch(asked["queries"])
        elif "query" in asked:
            batch = {"": read_single(asked["query"])}
        elif request.method == "POST":
            raise BadQueryError("the form has no queries")
        else:
            return _answer(_manifest(datasette, request, database, name))
    except BadQueryError as error:
        return _refuse(str(error), 400)
    found = {key: await _answer_query(database, SERVICES[name], query) for key, query in batch.items()}
    return _answer(found if "queries" in asked else found[""])


async def show_suggestions(datasette: Datasette, request: Request) -> Response:
    """Return what a name that is being typed may mean."""
    database = await find_database(datasette)
    if database is None or request.url_vars["database"] != path_part(database.name):
        return _refuse("No such database", 404)
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    found = await SERVICES[request.url_vars["table"]].match(database, request.args.get("prefix") or "")
    listed = [{"id": c.id, "name": c.name, "description": c.description} for c in found[:_MOST_RESULTS]]
    return _answer({"result": listed})


async def _read_parameters(request: Request) -> Mapping[str, Any]:
    """Return what the address states, or the form that is posted, of either kind. Raises: BadQueryError."""
    if request.method != "POST":
        return arguments_of(request)
    size = 0

    async def receive() -> Any:
        nonlocal size
        message = await request.receive()
        size += len(message.get("body", b""))
        if size > MOST_BYTES:
            raise BadQueryError("too much at once")
        return message

    try:
        return await Form(request.scope, receive).form(max_files=0, max_fields=20, max_part_size=MOST_BYTES)
    except MultiPartException as error:
        raise BadQueryError(f"the body is no form: {error.message}") from error


def read_batch(stated: str) -> dict[str, object]:
    """Return the queries of a batch by key, whatever each is. Raises: BadQueryError."""
    try:
        batch = json.loads(stated)
    except (ValueError, RecursionError) as error:
        raise BadQueryError("queries is no JSON") from error
    if not isinstance(batch, dict):
        raise BadQueryError("queries is no object")
    if len(batch) > MOST_QUERIES:
        raise BadQueryError(f"more than {MOST_QUERIES} queries at once")
    return batch


def read_single(stated: str) -> object:
    """Return the one query of the protocol before 0.2: a name, or an object as in a batch."""
    try:
        query = json.loads(stated)
    except (ValueError, RecursionError):
        query = None
    return query if isinstance(query, dict) else {"query": stated}


async def _answer_query(database: Database, service: Service, query: object) -> Row:
    try:
        return {"result": await _find(database, service, read_query(query))}
    except BadQueryError as error:
        return {"result": [], "status": "error", "message": str(error)}


def read_query(query: object) -> Row:
    """Return a query with `query`, `types` and `limit`. Raises: BadQueryError."""
    if not isinstance(query, dict):
        raise BadQueryError("a query is no object")
    name, types = query.get("query"), query.get("type") or []
    if not isinstance(name, str):
        raise BadQueryError("a query has no text in query")
    types = types if isinstance(types, list) else [types]
    stated = [kind.get("id") if isinstance(kind, dict) else kind for kind in types]
    return {"query": name, "limit": min(_read_limit(query.get("limit")), _MOST_RESULTS), "types": stated}


def _read_limit(stated: object) -> int:
    """Return 3 for 3, 3.0 and "3", which clients of other languages send."""
    if stated is None:
        return _USUAL_RESULTS
    match = re.fullmatch(r"(\d{1,9})(?:\.0*)?", str(stated), re.ASCII)
    if match is None or not int(match[1]):
        raise BadQueryError("limit is no positive number")
    return int(match[1])


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
