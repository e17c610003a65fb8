"""The database as one file: offered where what is served is a published copy, and never where it is a working database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.utils.asgi import Request
from starlette.responses import FileResponse

from db.schema import is_published
from dpawatch.web.database import find_database
from dpawatch.web.pages.answers import answer_headers, render, with_database
from dpawatch.wording import path_part

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

Row = dict[str, Any]


@with_database
async def show_download(datasette: Datasette, request: Request, database: Database) -> Response:
    """Return the page that says what can be taken home."""
    return render(datasette, "download.html", {"file": published_file(datasette, database)})


async def send_database(datasette: Datasette, request: Request, scope: Any, receive: Any, send: Any) -> Response | None:
    """Send the published copy, whole or in the range asked for; a 404 when what is served is no such copy."""
    database = await find_database(datasette)
    file = published_file(datasette, database) if database else None
    if database is None or file is None or request.url_vars["name"] != path_part(database.name):
        return Response.text("This site offers no database file", status=404, headers=answer_headers(datasette))
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    answer = FileResponse(
        file["path"],
        filename=f"{database.name}.db",
        media_type="application/vnd.sqlite3",
        headers=answer_headers(datasette),
    )
    await answer(scope, receive, send)
    return None


def published_file(datasette: Datasette, database: Database) -> Row | None:
    """Return path, size and address of the file that may be taken home, or None.

    Only what `dpawatch publish` has marked as its copy may: a working database has full texts and what servers said.
    """
    path = Path(database.path) if database.path else None
    if path is None or not datasette.setting("allow_download") or not is_published(path):
        return None
    address = datasette.urls.path(f"/download/{path_part(database.name)}.db")
    return {"path": str(path), "bytes": path.stat().st_size, "address": address}


DOWNLOAD_ROUTES: list[tuple[str, Any]] = [
    (r"^/download$", show_download),
    (r"^/download/(?P<name>[^/]+)\.db$", send_database),
]
