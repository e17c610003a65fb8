"""Sources into registry files: `Source` records in, valid TOML out, appended to what a file holds or in a file of its own.

What a person wrote stays as it is, comments too. A file is replaced whole, so a crash leaves the old one or the new one.
"""

from __future__ import annotations

from collections.abc import Container
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import tomli_w
from slugify import slugify

from ingest.errors import RegistryError
from ingest.models import Listing, Sitemap, Source
from ingest.registry import read_publisher

STATED = ("id", "publisher", "kind", "format", "url", "homepage", "language", "topics")
MAX_ID = 60


def make_id(name: str, taken: Container[str]) -> str:
    """Return a kebab-case id made of a name, numbered when it is taken; "source" when the name has no letters."""
    stem = slugify(name, max_length=MAX_ID, word_boundary=True) or "source"
    number = 1
    while (found := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return found


def find_file(source: Source, target: Path) -> Path:
    """Return the file that a source belongs in: the target itself when it is a TOML file, else its publisher's in it."""
    if target.suffix == ".toml" and not target.is_dir():
        return target
    return target / f"{slugify(source.publisher, max_length=MAX_ID, word_boundary=True) or 'sources'}.toml"


def write_source(source: Source, target: Path) -> Path:
    """Append a source to a registry file, made with its folder when there is none, and return the file.

    The head of a file that is there stays as it is, and holds for the source too.
    Raises: RegistryError: the file would break the schema, is of another country, or cannot be written; nothing has
        changed then.
    """
    file = find_file(source, target)
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        old = file.read_text(encoding="utf-8").rstrip() if file.exists() else _write_head(source)
        part.write_text(f"{old}\n\n{write_table(source)}".lstrip(), encoding="utf-8")
        country = read_publisher(part).country
        if source.country and country and source.country != country:
            raise RegistryError(f"{file}: is of country {country!r}, not {source.country!r}; name another file")
        part.replace(file)
    except (OSError, UnicodeDecodeError) as error:
        raise RegistryError(f"{file}: cannot be written: {getattr(error, 'strerror', None) or error}") from error
    finally:
        with suppress(OSError):
            part.unlink()
    return file


def write_table(source: Source) -> str:
    """Return the [[sources]] table of a source as TOML; what has its default is left out."""
    values = asdict(source)
    table: dict[str, Any] = {key: values[key] for key in STATED}
    table |= {} if source.verified else {"verified": False}
    table |= {"on_request": True} if source.on_request else {}
    table |= {"identity": source.identity} if source.identity != "guid" else {}
    if source.items_per_month:
        table["expect"] = {"items_per_month": list(source.items_per_month)}
    for name, kind in (("listing", Listing), ("sitemap", Sitemap)):
        if values[name] is not None:
            defaults = {field.name: field.default for field in fields(kind)}
            table[name] = {key: value for key, value in values[name].items() if value != defaults[key]}
    return tomli_w.dumps({"sources": [table]})


def _write_head(source: Source) -> str:
    head: dict[str, Any] = {"country": source.country} if source.country else {}
    head["languages"] = list(source.languages) or [source.language]
    return tomli_w.dumps(head | {"reuse": source.reuse}).rstrip()
