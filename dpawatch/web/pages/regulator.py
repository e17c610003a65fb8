"""A regulator: who it is, what it does under which provisions, and the sources it is read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dpawatch.web.database import fetch_rows
from dpawatch.web.filters import CaseFilter
from dpawatch.web.pages.answers import make_view
from dpawatch.web.pages.listing import count_beside, load_listing
from dpawatch.web.pages.moved import Moved

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.database import Database

Row = dict[str, Any]

_SOURCES = "select id, url, language, active, failures from sources where publisher = :id order by id limit 50"


async def load_regulator(database: Database, regulator_id: str) -> Row | Moved | None:
    """Return a regulator as a document, where another spelling of its id leads, or None."""
    found = await fetch_rows(database, "select * from regulators where id = :id", {"id": regulator_id})
    if not found:
        lower = await fetch_rows(database, "select id from regulators where id = lower(:id)", {"id": regulator_id})
        return Moved(lower[0]["id"]) if lower else None
    case_filter = CaseFilter(regulator=regulator_id)
    return found[0] | {
        "sources": await fetch_rows(database, _SOURCES, {"id": regulator_id}),
        "provisions": await count_beside(database, case_filter, "provisions"),
        "companies": await count_beside(database, case_filter, "companies"),
        **await load_listing(database, case_filter),
    }


show_regulator = make_view("regulator", load_regulator)
