"""The BibTeX of a case, as a file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from datasette import Response
from datasette.utils.asgi import Request

from dpawatch.web.addresses import whole_address
from dpawatch.web.citations import cite
from dpawatch.web.database import fetch_rows
from dpawatch.web.pages.answers import answer_headers, lead_on, with_database
from dpawatch.web.pages.moved import find_moved
from dpawatch.wording import path_part

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

_CASE = """
select cases.id, cases.title, cases.decided, regulators.name from cases
left join regulators on regulators.id = cases.regulator where cases.id = :id
"""


@with_database
async def show_bibtex(datasette: Datasette, request: Request, database: Database) -> Response:
    """Return a case's entry for BibTeX, which programs that keep references take over."""
    case_id = unquote(request.url_vars["id"])
    found = await fetch_rows(database, _CASE, {"id": case_id})
    if not found:
        if moved := await find_moved(database, "case", case_id):
            return lead_on(datasette, "case", moved, ".bib")
        return Response.text(f"No case {case_id}", status=404, headers=answer_headers(datasette))
    case = found[0] | {"regulator": {"name": found[0]["name"]} if found[0]["name"] else None}
    address = whole_address(datasette, request, f"/case/{path_part(case_id)}")
    text = cite(case, address, datetime.now(UTC).date()).bibtex
    return Response(text, headers=answer_headers(datasette), content_type="application/x-bibtex; charset=utf-8")


CITATION_ROUTES = [(r"^/case/(?P<id>[^/]+)\.bib$", show_bibtex)]
