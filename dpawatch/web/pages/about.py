"""What the data is and what it is worth: licence, method, measured accuracy, limits, freshness, contact, ways to take it home."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.utils.asgi import Request

from dpawatch.web.addresses import operator_settings, site_address
from dpawatch.web.metadata import saved_queries
from dpawatch.web.pages.answers import answer_headers, render, with_database
from dpawatch.web.pages.download import published_file
from dpawatch.web.pages.home import site_totals
from dpawatch.wording import format_day, web_link

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

Row = dict[str, Any]

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@with_database
async def show_about(datasette: Datasette, request: Request, database: Database) -> Response:
    """Return the page about the data, or the same as JSON."""
    settings, metadata = operator_settings(datasette), datasette.metadata()
    site = site_address(datasette, request)
    today = datetime.now(UTC).date()
    about = {
        "license": metadata.get("license"),
        "license_url": web_link(metadata.get("license_url")),
        "operator": settings.get("operator"),
        "contact": read_contact(settings.get("contact")),
        "takedown": read_contact(settings.get("takedown") or settings.get("contact")),
        "totals": await site_totals(database),
        "accuracy": measured_accuracy(),
        "citation": f"dpawatch: privacy enforcement, read from the news. {site}/ (retrieved {format_day(today.isoformat())}).",
        "queries": {name: query["title"] for name, query in saved_queries().items()},
    }
    if request.url_vars["format"]:
        return Response.json(about, headers=answer_headers(datasette))
    context = {"about": about, "site": site, "file": published_file(datasette, database)}
    return render(datasette, "about.html", context)


def read_contact(stated: object) -> Row | None:
    """Return how to reach the operator as text and, for an e-mail or web address, as a link; None when nothing is stated."""
    text = str(stated or "").strip()
    if not text:
        return None
    return {"text": text, "link": f"mailto:{text}" if _MAIL.fullmatch(text) else web_link(text)}


@cache
def measured_accuracy() -> Row:
    """Return the figures on public corpora as they were measured: day, pipeline, sizes, and rows with what each means."""
    package = files("dpawatch.web")
    measured = json.loads((package / "accuracy.json").read_text(encoding="utf-8"))
    meanings = tomllib.loads((package / "figures.toml").read_text(encoding="utf-8"))["public"]
    rows = [
        {"figure": name, "meaning": about["meaning"], "aim": about.get("aim"), **measured["figures"][name]}
        for name, about in meanings.items()
        if name in measured["figures"]
    ]
    return {**{key: measured[key] for key in ("measured", "pipeline", "texts")}, "figures": rows}


ABOUT_ROUTES = [(r"^/-/about-data(?P<format>\.json)?$", show_about)]
