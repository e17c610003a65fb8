"""The registry as a list: what each source is, and what it has given so far when there is a database."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from tabulate import tabulate

from db.health import source_health
from db.schema import open_existing
from dpawatch.settings import Settings
from ingest.registry import load_sources

_COLUMNS = ("id", "publisher", "kind", "language", "topics", "last_success", "articles", "url")


def list_registry(settings: Settings) -> list[dict[str, Any]]:
    """Return one record a source: its registry table, `last_success` and `articles`, null before the first run.

    Raises: RegistryError; DatabaseError when the file exists and is not one of our databases.
    """
    health: dict[str, dict[str, Any]] = {}
    if settings.db.exists():
        db = open_existing(settings.db)
        health = {row["id"]: row for row in source_health(db)}
        db.close()
    return [
        asdict(source) | {key: health.get(source.id, {}).get(key) for key in ("last_success", "articles")}
        for source in load_sources(settings.sources)
    ]


def format_listing(sources: list[dict[str, Any]], as_json: bool) -> str:
    """Return the list as JSON or as a table for a terminal."""
    if as_json:
        return json.dumps(sources, ensure_ascii=False, indent=2)
    rows = [[source[column] for column in _COLUMNS] for source in sources]
    return tabulate(rows, [column.replace("_", " ") for column in _COLUMNS], disable_numparse=True)
