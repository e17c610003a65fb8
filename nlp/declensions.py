"""Declined names: the endings of cases, and the names they stand on ("Facebooku" is Facebook)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nlp.gazetteer import data_folder, read_toml


@cache
def attached_endings(lang: str) -> re.Pattern[str] | None:
    """Return the pattern of a case ending that a mark joins to a name ("Oy:lle"), or None where a language has none."""
    endings = read_toml(data_folder() / "declensions.toml")["attached"].get(lang, ())
    return re.compile(rf"[:’'-](?:{'|'.join(endings)})(?!\w)") if endings else None


def undecline(word: str, lang: str) -> Iterator[str]:
    """Yield the names that a word may be a case of."""
    return (word.removesuffix(form) + ending for form, ending in _case_endings(lang) if word.endswith(form))


@cache
def _case_endings(lang: str) -> tuple[tuple[str, str], ...]:
    """Return each ending of a declined name with the one it has in a list of names; none where names stay as they are."""
    table: dict[str, list[str]] = read_toml(data_folder() / "declensions.toml").get(lang, {})
    return tuple((form, ending) for ending, forms in table.items() for form in forms)
