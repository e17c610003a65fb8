"""Where former ids lead: of cases that were merged or renamed, and of companies that are another one now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dpawatch.web.database import fetch_rows

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.database import Database

_NOW = {
    "case": "select case_id as id from case_redirects where old_id = :id",
    "company": "select company as id from company_redirects where old_id = :id",
}


@dataclass(frozen=True, slots=True)
class Moved:
    """Where an id leads that is another one's now."""

    id: str


async def find_moved(database: Database, kind: str, former: str) -> Moved | None:
    """Return what the former id of a kind of page stands for now, or None."""
    found = await fetch_rows(database, _NOW[kind], {"id": former}) if kind in _NOW else []
    return Moved(found[0]["id"]) if found else None
