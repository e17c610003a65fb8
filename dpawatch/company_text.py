"""Companies as a person reads them on a terminal, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tabulate import tabulate

_COLUMNS = ("id", "name", "parent", "country", "names", "cases")


def format_companies(companies: list[dict[str, Any]], as_json: bool) -> str:
    """Return a list of companies as JSON or as a table."""
    if as_json:
        return json.dumps(companies, ensure_ascii=False, indent=2)
    if not companies:
        return "no company has such a name"
    return tabulate(
        [[company[column] for column in _COLUMNS] for company in companies], _COLUMNS, disable_numparse=True
    )


def format_company(company: dict[str, Any], as_json: bool) -> str:
    """Return one company with all that is known of it as JSON or as text."""
    if as_json:
        return json.dumps(company, ensure_ascii=False, indent=2)
    place = [f"{word} {company[word]}" for word in ("kind", "country", "wikidata") if company[word]]
    parent = [f"of the group {company['parent']}"] if company["parent"] else []
    parts = [", ".join([f"{company['id']}: {company['name']}", *place, *parent])]
    sections: dict[str, tuple[str, ...]] = {
        "members": ("id", "name", "country"),
        "names": ("name", "key", "origin", "why"),
        "aliases": ("alias", "name", "article"),
        "merges": ("kept", "merged", "cause", "why", "score", "made", "undone", "undone_why"),
        "former_ids": ("id",),
        "cases": ("id", "title"),
    }
    parts += [_format_section(title, company[title], columns) for title, columns in sections.items() if company[title]]
    return "\n\n".join(parts)


def _format_section(title: str, rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...]) -> str:
    shown = tabulate([[row[column] for column in columns] for row in rows], columns, disable_numparse=True)
    return f"{title.replace('_', ' ').capitalize()}\n{shown}"
