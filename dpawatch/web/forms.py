"""Parts of forms that would be long loops in a template. Every function returns markup that is safe to print."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape


def list_options(options: Iterable[tuple[str, str]], chosen: str | None) -> Markup:
    """Return the options of a select by value and words, the chosen one selected; one more when it is none of them."""
    lines, found = [], not chosen
    for value, words in options:
        found = found or value == chosen
        selected = " selected" if value == chosen else ""
        lines.append(f'<option value="{escape(value)}"{selected}>{escape(words)}</option>')
    other = "" if found else f"<option selected>{escape(chosen)}</option>"
    return Markup(other + "".join(lines))  # noqa: S704 (all that is inserted is escaped)
