"""How everything fares: what `dpawatch status` says, as a page, as JSON and for Prometheus; of a public copy also how fresh it is."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlite_utils
from datasette import Response
from datasette.utils.asgi import Request
from prometheus_client import CONTENT_TYPE_LATEST

from dpawatch.metrics import format_metrics
from dpawatch.status import Status, read_status
from dpawatch.status_text import FINE, format_age
from dpawatch.web.database import ask_connection
from dpawatch.web.kept import keep
from dpawatch.web.pages.answers import answer_headers, render, with_database
from dpawatch.web.pages.download import published_file
from dpawatch.web.pages.home import site_totals
from ingest.clock import utc_now

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

SHOWN = 200


@with_database
async def show_health(datasette: Datasette, request: Request, database: Database) -> Response:
    """Return the page about health, or the same as JSON."""
    status, updated = await load_status(database, utc_now()), (await site_totals(database)).get("updated")
    copied = published_file(datasette, database) is not None
    if request.url_vars["format"]:
        document = {"published_copy": copied, "updated": updated, **status.to_json()}
        return Response.json(document, headers=answer_headers(datasette))
    context: dict[str, Any] = {
        "status": status,
        "states": status.count_states(),
        "unwell": [source for source in status.sources if source["state"] not in FINE][:SHOWN],
        "copied": copied,
        "updated": updated,
        "age": format_age(updated, status.at),
    }
    return render(datasette, "health.html", context)


@with_database
async def show_metrics(datasette: Datasette, request: Request, database: Database) -> Response:
    """Return the status as Prometheus reads it."""
    body = format_metrics(await load_status(database, utc_now()))
    return Response(body, headers=answer_headers(datasette), content_type=CONTENT_TYPE_LATEST)


async def load_status(database: Database, now: datetime) -> Status:
    """Return the status; looked up once a minute, while nothing changes."""

    async def ask() -> Status:
        def read(connection: sqlite3.Connection) -> Status:
            return read_status(sqlite_utils.Database(connection, execute_plugins=False), now, database.path)

        return await ask_connection(database, read, "status")

    return await keep(database, ("health", now.replace(second=0, microsecond=0)), ask)


HEALTH_ROUTES = [(r"^/-/health(?P<format>\.json)?$", show_health), (r"^/-/metrics$", show_metrics)]
