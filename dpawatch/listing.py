"""The list of sources for people and programs: the registry, and what the database knows about each."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from tabulate import tabulate

from db.health import source_health
from db.schema import open_existing
from dpawatch.run import load_registry
from dpawatch.settings import Settings
from ingest.models import Source

_COLUMNS = ("id", "publisher", "country", "kind", "format", "language", "topics", "state", "last_success", "articles")
_KNOWN = ("state", "first_success", "last_success", "articles")


def list_registry(settings: Settings) -> list[dict[str, Any]]:
    """Return each source of the registry, with its state, when it first and last worked and how many articles it gave.

    Raises: RegistryError when the registry is bad; DatabaseError when the file is not one of our databases.
    """
    sources = load_registry(settings)
    health: dict[str, dict[str, Any]] = {}
    if settings.db.exists():
        db = open_existing(settings.db)
        health = {row["id"]: row for row in source_health(db)}
        db.close()
    return [
        asdict(source)
        | {"lacks": source.lacks}
        | {"state": _name_state(source), "first_success": None, "last_success": None, "articles": None}
        | {key: value for key, value in health.get(source.id, {}).items() if key in _KNOWN}
        for source in sources
    ]


def _name_state(source: Source) -> str:
    """Return the state of a source that the database has never heard of."""
    if source.lacks:
        return f"needs {source.lacks}"
    return "on request" if source.on_request else "not polled yet"


def format_listing(sources: list[dict[str, Any]], as_json: bool) -> str:
    """Return the list as JSON or as a table for a terminal."""
    if as_json:
        return json.dumps(sources, ensure_ascii=False, indent=2)
    rows = [[source[column] for column in _COLUMNS] for source in sources]
    return tabulate(rows, [column.replace("_", " ") for column in _COLUMNS], disable_numparse=True)
