"""The source registry: TOML tables in, checked `Source` records out.

The built-in registry is `ingest/sources/<publisher>.toml`, one file a publisher, read with importlib.resources.
The schema is closed, so a misspelt key is an error and never a silent default.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from ingest.errors import RegistryError
from ingest.models import Kind, Source, Topics

KEYS = ("id", "publisher", "kind", "format", "url", "homepage", "language", "topics")
KEBAB_CASE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CHOICES = {"kind": get_args(Kind), "topics": get_args(Topics)}
# ISO 639-1, as the Library of Congress lists it, with "no" beside "nb" and "nn"
LANGUAGES = frozenset(
    """aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo
    es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg
    ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn
    no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu""".split()  # noqa: SIM905 (a table of codes reads better than 184 quoted strings)
)


def load_sources(path: Path | None = None) -> tuple[Source, ...]:
    """Return every source of the built-in registry, or of the one given file, in the order of file and table.

    Raises: RegistryError: unreadable file, bad TOML, or a table that breaks the schema; one line that names the file,
        the source, the key and what is allowed.
    """
    sources: dict[str, Source] = {}
    for file in _list_files(path):
        for table, name in _read_tables(file):
            source = _read_source(table, file.name, name)
            if source.id in sources:
                raise RegistryError(f"{file.name}: source {source.id!r}: id: is used twice; ids must be unique")
            sources[source.id] = source
    return tuple(sources.values())


def _list_files(path: Path | None) -> Iterable[Traversable]:
    if path is not None:
        return [path]
    folder = files("ingest").joinpath("sources")
    return sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)


def _read_tables(file: Traversable) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each [[sources]] table of a file with the name it goes by in messages."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise RegistryError(f"{file.name}: cannot be read: {error.strerror}; give a TOML file of sources") from error
    except UnicodeDecodeError as error:
        raise RegistryError(f"{file.name}: is not UTF-8 text; give a TOML file of sources") from error
    except tomllib.TOMLDecodeError as error:
        raise RegistryError(f"{file.name}: is not TOML: {_to_one_line(str(error))}") from error
    tables = document.pop("sources", None)
    if document:
        raise RegistryError(f"{file.name}: unknown key {next(iter(document))!r}; only [[sources]] tables are allowed")
    if not isinstance(tables, list) or not tables or not all(isinstance(t, dict) for t in tables):
        raise RegistryError(f"{file.name}: holds no sources; each is a [[sources]] table")
    for number, table in enumerate(tables, 1):
        yield table, repr(table["id"]) if isinstance(table.get("id"), str) else f"number {number}"


def _read_source(table: dict[str, Any], file: str, name: str) -> Source:
    """Return the Source of one table, or raise RegistryError on its first fault."""
    where = f"{file}: source {name}: "
    if table.get("format") in ("listing", "sitemap"):
        raise RegistryError(f'{where}format: is {table["format"]!r}, but this version reads feeds only; use "feed"')
    for key in table:
        if key not in KEYS:
            raise RegistryError(f"{where}{key}: is not a known key; allowed are {', '.join(KEYS)}")
    for key in KEYS:
        if key not in table:
            raise RegistryError(f"{where}{key}: is missing; needed are {', '.join(KEYS)}")
        fault = _find_fault(key, table[key])
        if fault:
            raise RegistryError(f"{where}{key}: is {table[key]!r}, but must be {fault}")
    return Source(**table)


def _find_fault(key: str, value: object) -> str | None:
    """Return what the value of a key must be when it is not, else None."""
    if not isinstance(value, str) or not value.strip() or value != _to_one_line(value):
        return "a non-empty string on one line"
    if key in CHOICES:
        return None if value in CHOICES[key] else "one of " + ", ".join(CHOICES[key])
    if key == "format":
        return None if value == "feed" else '"feed"'
    if key == "id":
        return None if KEBAB_CASE.fullmatch(value) else "kebab-case: a-z, 0-9 and single hyphens"
    if key == "language":
        return None if value in LANGUAGES else 'an ISO 639-1 code such as "fr"'
    if key in ("url", "homepage"):
        return None if _is_web_url(value) else "an absolute http or https URL"
    return None


def _is_web_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and " " not in value
    except ValueError:
        return False


def _to_one_line(text: str) -> str:
    return " ".join(text.split())
