"""The source registry: TOML files in, checked `Source` records out.

The built-in registry is `ingest/sources/<publisher>.toml`, one file a publisher, read with importlib.resources; users
keep files of their own beside it. The schema (`ingest/schema.py`) is closed: a misspelt key is an error and never a
silent default. A listing without selectors is a source all the same: it is listed with what it lacks, and not polled.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ingest.errors import RegistryError
from ingest.models import Listing, Publisher, Sitemap, Source
from ingest.schema import EXPECT, FILE, LISTING, SITEMAP, SOURCE, check_table

TABLES = {"expect": EXPECT, "listing": LISTING, "sitemap": SITEMAP}


def load_sources(path: Path | None = None, own: Path | None = None) -> tuple[Source, ...]:
    """Return every source of a registry, in the order of file and table.

    Args:
        path: a file, or a folder of *.toml files, to read instead of the built-in registry.
        own: a folder of the user's files; a source in it replaces the one of the same id, others are added.
            Without a `path` only, and it need not exist.
    Raises: RegistryError: unreadable file, bad TOML, or a table that breaks the schema; one line that names the file,
        the source, the key and what is allowed.
    """
    if path is not None:
        return tuple(_collect(_list_folder(path) if path.is_dir() else [path]).values())
    sources = _collect(_list_folder(_built_in()))
    if own is not None and own.is_dir() and any(own.glob("*.toml")):
        sources |= _collect(_list_folder(own))
    return tuple(sources.values())


def load_publishers() -> tuple[Publisher, ...]:
    """Return the publishers of the built-in registry, also those of which no source is known; raises RegistryError."""
    return tuple(read_publisher(file) for file in _list_folder(_built_in()))


def read_publisher(file: Traversable) -> Publisher:
    """Return what one file states: a head, [[sources]] tables, or both; raises RegistryError."""
    document = _read_toml(file)
    tables = document.pop("sources", [] if document else None)
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables) or not (tables or document):
        raise RegistryError(f"{file.name}: holds no sources; each is a [[sources]] table")
    check_table(document, FILE, f"{file.name}: ")
    head = document | {"languages": tuple(document.get("languages", ()))}
    sources = []
    for number, table in enumerate(tables, 1):
        name = repr(table["id"]) if isinstance(table.get("id"), str) else f"number {number}"
        sources.append(_read_source(table, head, f"{file.name}: source {name}: "))
    return Publisher(file.name.removesuffix(".toml"), tuple(sources), **head)


def _collect(registry: Iterable[Traversable]) -> dict[str, Source]:
    """Return the sources of registry files by id, at least one."""
    sources: dict[str, Source] = {}
    names = []
    for file in registry:
        names.append(file.name)
        for source in read_publisher(file).sources:
            if source.id in sources:
                raise RegistryError(f"{file.name}: source {source.id!r}: id: is used twice; ids must be unique")
            sources[source.id] = source
    if not sources:
        raise RegistryError(f"{', '.join(names) or 'the folder'}: holds no sources; each is a [[sources]] table")
    return sources


def _built_in() -> Traversable:
    return files("ingest").joinpath("sources")


def _list_folder(folder: Traversable) -> list[Traversable]:
    return sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)


def _read_toml(file: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise RegistryError(f"{file.name}: cannot be read: {error.strerror}; give a TOML file of sources") from error
    except UnicodeDecodeError as error:
        raise RegistryError(f"{file.name}: is not UTF-8 text; give a TOML file of sources") from error
    except (ValueError, RecursionError) as error:  # also numbers and brackets past what Python reads
        raise RegistryError(f"{file.name}: is not TOML: {' '.join(str(error).split())}") from error


def _read_source(table: dict[str, Any], head: dict[str, Any], where: str) -> Source:
    """Return the Source of one table under the head of its file, or raise RegistryError on its first fault."""
    check_table(table, SOURCE, where)
    for name, keys in TABLES.items():
        if name in table:
            check_table(table[name], keys, f"{where}{name}.")
    for name in ("listing", "sitemap"):
        if name in table and table["format"] != name:
            raise RegistryError(f'{where}{name}: is for sources of format "{name}"')
    values: dict[str, Any] = head | {name: value for name, value in table.items() if name not in TABLES}
    least_and_most = table.get("expect", {}).get("items_per_month")
    return Source(
        **values,
        items_per_month=tuple(least_and_most) if least_and_most else None,
        listing=Listing(**table["listing"]) if "listing" in table else None,
        sitemap=Sitemap(**table["sitemap"]) if "sitemap" in table else None,
    )
