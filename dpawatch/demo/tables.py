"""TOML with a closed schema: a bundled file in, a checked table out; a fault names the file and the key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from importlib.resources.abc import Traversable
from typing import Any

from dpawatch.errors import SampleError

Schema = Mapping[str, str]
_KINDS: dict[str, Callable[[Any], bool]] = {
    "a string": lambda v: isinstance(v, str) and bool(v.strip()),
    "a list of strings": lambda v: isinstance(v, list) and all(isinstance(item, str) and item for item in v),
    "a table": lambda v: isinstance(v, dict),
    "a list of tables": lambda v: isinstance(v, list) and all(isinstance(item, dict) for item in v),
    "true or false": lambda v: isinstance(v, bool),
    "a number": lambda v: isinstance(v, int | Decimal) and not isinstance(v, bool),
    "a date and time with its offset": lambda v: isinstance(v, datetime) and v.tzinfo is not None,
}


def read_toml(file: Traversable) -> dict[str, Any]:
    """Return a TOML file as a dict, with numbers that are not whole as exact Decimals; raises SampleError."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise SampleError(f"{file.name}: is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SampleError(f"{file.name}: is not TOML: {error}") from error


def check_table(table: Mapping[str, Any], where: str, needed: Schema, optional: Schema | None = None) -> dict[str, Any]:
    """Return a copy of table when it has every needed key, perhaps optional ones, no other, and fitting values.

    Args:
        where: the file, and the place in it, with which the message begins. needed, optional: a kind of value by key.
    Raises: SampleError: one line that names the key.
    """
    schema = {**needed, **(optional or {})}
    for key in table:
        if key not in schema:
            raise SampleError(f"{where}: {key}: is not a known key; allowed are {', '.join(schema)}")
    for key in needed:
        if key not in table:
            raise SampleError(f"{where}: {key}: is missing; needed are {', '.join(needed)}")
    for key, value in table.items():
        if not _KINDS[schema[key]](value):
            raise SampleError(f"{where}: {key}: must be {schema[key]}")
    return dict(table)


def check_choice(table: Mapping[str, Any], key: str, allowed: Sequence[str], where: str) -> None:
    """Raise SampleError when the value of a key is none of the allowed."""
    if table[key] not in allowed:
        raise SampleError(f"{where}: {key}: is {table[key]!r}, but must be one of {', '.join(allowed)}")
