"""The site's metadata for whatever the database is called: `datasette-metadata.json` is written for `dpawatch.db`."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

WRITTEN_FOR = "dpawatch"


class Metadata(dict[str, Any]):
    "Metadata that is quick to copy: Datasette makes two deep copies of all of it for each page of a table"

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        """Return a copy as _copy makes it."""
        return _copy(self)  # type: ignore[no-any-return]


def metadata_for(name: str | None) -> Metadata:
    """Return the packaged metadata with the database's part under `name`, in dicts that the caller may change.

    Datasette merges it with its own `--metadata` file, which wins, key by key: with plain
    `datasette dpawatch.db -m datasette-metadata.json` nothing appears twice.
    """
    packaged = _packaged()
    found = Metadata(_copy({key: value for key, value in packaged.items() if key != "databases"}))
    if name is not None:
        found["databases"] = {name: _copy(packaged["databases"][WRITTEN_FOR])}
    return found


def saved_queries() -> dict[str, dict[str, Any]]:
    """Return the saved queries by name, in the order of the file."""
    queries: dict[str, dict[str, Any]] = _copy(_packaged()["databases"][WRITTEN_FOR]["queries"])
    return queries


@cache
def _packaged() -> dict[str, Any]:
    packaged: dict[str, Any] = json.loads((files("dpawatch") / "datasette-metadata.json").read_text(encoding="utf-8"))
    return packaged


def _copy(value: Any) -> Any:
    """Return a copy of nested dicts that shares their leaves: ten times faster than deepcopy, and asked for often."""
    return {key: _copy(item) for key, item in value.items()} if isinstance(value, dict) else value
