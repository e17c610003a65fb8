"""Where cases are: Europe and the world as SVG, countries coloured by number and linked, the same in a table."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from dpawatch.wording import country_name, format_count

Counts = Mapping[str, int]
Address = Callable[[str], str]

_CLASSES = 5
_VIEWS = {"europe": "Europe", "world": "The world"}


def draw_map(counts: Counts, address: Address, title: str = "Where the cases are") -> Markup:
    """Return the map and its table, or nothing without a case.

    Args:
        counts: cases by country, ISO 3166-1 alpha-2; what is on no map, such as EU, is in the table alone.
        address: what gives the address of a country's cases.
    """
    counts = {country: number for country, number in counts.items() if country and number > 0}
    if not counts:
        return Markup()
    bounds = class_bounds(max(counts.values()))
    seen: set[str] = set()
    drawn = Markup()
    for name, label in _VIEWS.items():
        view = _views()[name]
        drawn += _draw_view(name, label, view, counts, bounds, address, seen)
        seen |= {country for country in counts if country in view["paths"] or country in view["dots"]}
    return Markup('<figure class="map"><figcaption>{}</figcaption><div class="views">{}</div>{}{}</figure>').format(
        title, drawn, _legend(bounds), _table(counts, address)
    )


def class_bounds(most: int) -> list[int]:
    """Return the largest number of each class, in steps that multiply: few countries have most of the cases."""
    return sorted({max(round(most ** (step / _CLASSES)), 1) for step in range(1, _CLASSES + 1)})


@cache
def _views() -> dict[str, Any]:
    views: dict[str, Any] = json.loads((files("dpawatch.web") / "map.json").read_text(encoding="utf-8"))["views"]
    return views


def _draw_view(
    name: str, label: str, view: dict[str, Any], counts: Counts, bounds: list[int], address: Address, seen: set[str]
) -> Markup:
    """Return one view. Countries seen on another one are links for the pointer alone: no key stops at them twice."""
    land = Markup("").join(Markup(path) for country, path in view["paths"].items() if country not in counts)  # noqa: S704 (ours)
    links = Markup().join(
        Markup('<a href="{}"{}><title>{}</title>{}</a>').format(
            address(country),
            Markup(' tabindex="-1" aria-hidden="true"')
            if country in seen
            else Markup(' aria-label="{}"').format(_say(country, number)),
            _say(country, number),
            _shape(view, country, f"n{_class(number, bounds)}"),
        )
        for country, number in sorted(counts.items())
        if country in view["paths"] or country in view["dots"]
    )
    return Markup(
        '<svg class="{}" viewBox="0 0 {} {}" role="group" aria-label="{}"><path class="n0" d="{}"/>{}</svg>'
    ).format(name, view["width"], view["height"], label, land, links)


def _shape(view: dict[str, Any], country: str, colour: str) -> Markup:
    if country in view["paths"]:
        return Markup('<path class="{}" d="{}"/>').format(colour, view["paths"][country])
    x, y = view["dots"][country]
    return Markup('<circle class="{}" cx="{}" cy="{}" r="8"/>').format(colour, x, y)


def _class(number: int, bounds: list[int]) -> int:
    """Return the class of a number, from 1; the most numerous is always the darkest."""
    return _CLASSES - len(bounds) + 1 + bisect_left(bounds, number)


def _say(country: str, number: int) -> str:
    return f"{country_name(country)}: {format_count(number, 'case')}"


def _legend(bounds: list[int]) -> Markup:
    keys = Markup()
    least = 1
    for bound in bounds:
        said = f"{least:,}" if bound == least else f"{least:,}–{bound:,}"
        keys += Markup(
            '<li><svg width="14" height="14" aria-hidden="true"><rect class="n{}" width="14" height="14"/></svg> {}</li>'
        ).format(_class(bound, bounds), said)
        least = bound + 1
    return Markup('<ul class="legend" aria-label="Cases by colour">{}</ul>').format(keys)


def _table(counts: Counts, address: Address) -> Markup:
    lines = Markup().join(
        Markup('<tr><th scope="row"><a href="{}">{}</a></th><td class="number">{:,}</td></tr>').format(
            address(country), country_name(country), number
        )
        for country, number in sorted(counts.items(), key=lambda item: (-item[1], country_name(item[0])))
    )
    head = Markup('<tr><th scope="col">Country</th><th scope="col" class="number">Cases</th></tr>')
    return Markup(
        "<details><summary>The countries as a table</summary><table><thead>{}</thead><tbody>{}</tbody></table></details>"
    ).format(head, lines)
