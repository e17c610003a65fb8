"""Parts of pages that would be long loops in a template. Every function returns markup that is safe to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from datasette.utils import to_css_class
from markupsafe import Markup, escape

# Datasette's, asked for each cell of a table by its column
css_class = lru_cache(1000)(to_css_class)


def list_options(options: Iterable[tuple[str, str]], chosen: str | None) -> Markup:
    """Return the options of a select by value and words, the chosen one selected; one more when it is none of them."""
    lines, found = [], not chosen
    for value, words in options:
        found = found or value == chosen
        selected = " selected" if value == chosen else ""
        lines.append(f'<option value="{escape(value)}"{selected}>{escape(words)}</option>')
    other = "" if found else f"<option selected>{escape(chosen)}</option>"
    return Markup(other + "".join(lines))  # noqa: S704 (all that is inserted is escaped)


def list_rows(rows: Iterable[Iterable[Mapping[str, Any]]]) -> Markup:
    """Return the rows of one of Datasette's tables: cells with their column, the type of their value, and how it reads."""
    lines = []
    for row in rows:
        cells = [f"{_begin_cell(cell['column'], cell['value_type'])}{escape(cell['value'])}</td>" for cell in row]
        lines.append(f"<tr>{''.join(cells)}</tr>\n")
    return Markup("".join(lines))  # noqa: S704 (all that is inserted is escaped)


def list_answers(rows: Iterable[Iterable[Any]], columns: Iterable[str]) -> Markup:
    """Return the rows of one of Datasette's queries: how the value of each column reads."""
    begun = [_begin_cell(column) for column in columns]
    lines = ["".join(f"{begin}{escape(value)}</td>" for begin, value in zip(begun, row, strict=False)) for row in rows]
    return Markup("".join(f"<tr>{line}</tr>\n" for line in lines))  # noqa: S704 (all that is inserted is escaped)


@lru_cache(1000)
def _begin_cell(column: str, kind: str | None = None) -> str:
    named = f"col-{escape(css_class(column))}" + (f" type-{escape(kind)}" if kind else "")
    return f'<td class="{named}">'
