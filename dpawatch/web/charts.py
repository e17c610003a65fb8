"""Charts as static SVG, each with its numbers in a table: no script, no style attribute, readable in light and dark.

Positions across are per cent and heights are pixels, so that words keep their size at every width. Colours are classes
of `site.css`. Every function returns markup that is safe to print; what it is given is text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from babel.numbers import format_compact_decimal
from markupsafe import Markup

from dpawatch.wording import format_day

Row = Mapping[str, Any]

_HEIGHT, _STACKED_HEIGHT = 120, 220
_FEET = 22  # below the bars, for the labels
_HEAD = 8
_MOST_PERIODS = 40
_MOST_MONTHS = 600
_WIDEST = 12  # of a bar, in per cent
_CROWDED = 9  # labels below bars; of more, every other one goes on a narrow screen
COLOURS = 8


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one kind, one for each label of a chart."""

    name: str
    values: Sequence[float]
    money: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a ranking. `href` must be an address of this site; `note` stands small below the label."""

    label: str
    value: float
    href: str | None = None
    note: str = ""


def by_year(rows: Iterable[Row], title: str = "By year") -> Markup:
    """Return how many cases and what sums each year had, or nothing when no row has a year.

    Args:
        rows: as in `case_totals`: year, cases, fines, amount_eur; the row of all years (year '') is left out.
    """
    years = {str(row["year"]): row for row in rows if re.fullmatch(r"\d{4}", str(row["year"]), re.ASCII)}
    labels = _fill_years(sorted(years))
    found: list[Row] = [years.get(label, {}) for label in labels]
    totals = Series("Sums that stand, in euro", [read_number(row.get("amount_eur")) for row in found], money=True)
    cases = Series("Cases", [read_number(row.get("cases")) for row in found])
    fines = Series("of them with a sum", [read_number(row.get("fines")) for row in found])
    panels = [totals, cases] if any(totals.values) else [cases]
    return (
        _figure(title, _bars(title, labels, panels), _table("Year", labels, [cases, fines, totals]))
        if labels
        else Markup()
    )


def by_month(rows: Iterable[Row], column: str, title: str, name: str, money: bool = False) -> Markup:
    """Return a line over the months of rows (month, and a number in column), the months between them at 0."""
    months: dict[str, float] = {}
    for row in rows:
        if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", str(row["month"]), re.ASCII):
            months[row["month"]] = months.get(row["month"], 0) + read_number(row[column])
    labels = _fill_months(sorted(months))
    return line(title, labels, Series(name, [months.get(label, 0) for label in labels], money))


def bars(title: str, labels: Sequence[str], series: Sequence[Series], of: str = "") -> Markup:
    """Return upright bars, one panel for each series above the same labels; `of` names what the labels are."""
    return _figure(title, _bars(title, labels, series), _table(of, labels, series)) if labels else Markup()


def stacked(title: str, labels: Sequence[str], series: Sequence[Series], of: str = "") -> Markup:
    """Return upright bars of parts that lie on each other, the first series at the bottom, with what each colour means."""
    if not labels or not series:
        return Markup()
    columns = [[part.values[place] for part in series] for place in range(len(labels))]
    steps = _steps(max(map(sum, columns)))
    height, top = _STACKED_HEIGHT, steps[-1]
    drawn = []
    for place, (label, column) in enumerate(zip(labels, columns, strict=True)):
        for number, (part, value, reached) in enumerate(zip(series, column, accumulate(column), strict=True)):
            if value:
                said = f"{label}: {part.name} {_say(value, part.money)}"
                drawn.append(
                    _bar(place, len(labels), value / top, reached / top, height, f"s{number % COLOURS + 1}", said)
                )
    feet = _labels(labels, height)
    picture = _plot(title, _describe(labels, series), steps, height, Markup().join(drawn) + feet, series[0].money)
    return _figure(title, picture + _legend(series), _table(of, labels, series))


def line(title: str, labels: Sequence[str], series: Series) -> Markup:
    """Return a line from label to label, the area below it tinted; labels are periods, such as months."""
    if len(labels) < 2:
        return bars(title, [format_day(label) for label in labels], [series], "Period")
    steps = _steps(max(series.values))
    height, last = _HEIGHT * 1.4, len(labels) - 1
    points = " ".join(
        f"{100 * place / last:.2f},{_HEAD + height * (1 - value / steps[-1]):.1f}"
        for place, value in enumerate(series.values)
    )
    ends = f"{_HEAD + height:.1f}"
    curve = Markup(
        '<svg viewBox="0 0 100 {0}" width="100%" height="{0}" preserveAspectRatio="none">'
        '<polygon class="area" points="0,{1} {2} 100,{1}"/><polyline class="line" points="{2}"/></svg>'
    ).format(f"{_HEAD + height:.0f}", ends, points)
    named = sorted({0, last // 3, 2 * last // 3, last})
    feet = Markup().join(
        Markup('<text class="{}" x="{:.2f}%" y="{:.0f}">{}</text>').format(
            "from" if place == 0 else "to" if place == last else "odd",
            100 * place / last,
            _HEAD + height + 16,
            labels[place],
        )
        for place in named
    )
    picture = _plot(title, _describe(labels, [series]), steps, height, curve + feet, series.money)
    return _figure(title, picture, _table("Period", labels, [series]))


def ranking(title: str, items: Sequence[Item], of: str, name: str, money: bool = False) -> Markup:
    """Return a table whose every line has a bar: the picture and its numbers in one.

    Args:
        of: heading of the labels' column; name: heading of the numbers' column.
    """
    most = max((item.value for item in items), default=0) or 1
    lines = Markup().join(_ranked(item, 100 * item.value / most, money) for item in items)
    head = Markup('<tr><th scope="col">{}</th><th scope="col" class="number">{}</th></tr>').format(of, name)
    table = Markup('<table class="bars"><thead>{}</thead><tbody>{}</tbody></table>').format(head, lines)
    return (
        Markup('<figure class="chart"><figcaption>{}</figcaption>{}</figure>').format(title, table)
        if items
        else Markup()
    )


def _ranked(item: Item, share: float, money: bool) -> Markup:
    label = (
        Markup('<a href="{}">{}</a>').format(item.href, item.label) if item.href else Markup("{}").format(item.label)
    )
    note = Markup(" <small>{}</small>").format(item.note) if item.note else ""
    bar = Markup(
        '<svg class="bar" width="100%" height="6" aria-hidden="true"><rect class="s1" width="{:.2f}%" height="6"/></svg>'
    )
    return Markup('<tr><th scope="row" dir="auto">{}{}{}</th><td class="number">{}</td></tr>').format(
        label, note, bar.format(share), _say(item.value, money)
    )


def read_number(value: object) -> float:
    """Return value as a bar can show it: 0 for what is no finite number above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 0
    return max(value, 0)


def _fill_years(years: list[str]) -> list[str]:
    """Return the years without gaps; when that is too many for a chart, the last of those that there are."""
    if years and int(years[-1]) - int(years[0]) < _MOST_PERIODS:
        return [f"{year:04}" for year in range(int(years[0]), int(years[-1]) + 1)]
    return years[-_MOST_PERIODS:]


def _fill_months(months: list[str]) -> list[str]:
    """Return the months without gaps, no more than the last fifty years of them."""
    if not months:
        return []
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (months[0], months[-1]))
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(max(first, last - _MOST_MONTHS + 1), last + 1)]


def _bars(title: str, labels: Sequence[str], series: Sequence[Series]) -> Markup:
    """Return a panel for each series, each with the labels below it."""
    drawn = Markup()
    for panel in series:
        steps = _steps(max(panel.values, default=0), whole=not panel.money)
        shapes = Markup().join(
            _bar(
                place,
                len(labels),
                value / steps[-1],
                value / steps[-1],
                _HEIGHT,
                "s1",
                f"{label}: {_say(value, panel.money)}",
            )
            for place, (label, value) in enumerate(zip(labels, panel.values, strict=True))
            if value
        )
        feet = _labels(labels, _HEIGHT)
        name = Markup('<p class="panel">{}</p>').format(panel.name) if len(series) > 1 else Markup()
        told = f"{title}: {panel.name}"
        drawn += name + _plot(told, _describe(labels, [panel]), steps, _HEIGHT, shapes + feet, panel.money)
    return drawn


def _bar(place: int, places: int, share: float, reached: float, height: float, colour: str, said: str) -> Markup:
    """Return one bar, or a part of one that ends at the share `reached`; what cannot be seen is one pixel high."""
    step = 100 / places
    wide = min(0.76 * step, _WIDEST)
    tall = max(height * share, 1)
    return Markup(
        '<rect class="{}" x="{:.2f}%" width="{:.2f}%" y="{:.1f}" height="{:.1f}"><title>{}</title></rect>'
    ).format(
        colour,
        (place + 0.5) * step - wide / 2,
        wide,
        _HEAD + height * (1 - reached) - (tall - height * share),
        tall,
        said,
    )


def _labels(labels: Sequence[str], height: float) -> Markup:
    step, crowded = 100 / len(labels), len(labels) > _CROWDED
    every = math.ceil(len(labels) / 20)
    return Markup().join(
        Markup('<text{} x="{:.2f}%" y="{:.0f}">{}</text>').format(
            Markup(' class="odd"') if crowded and (len(labels) - 1 - place) // every % 2 else "",
            (place + 0.5) * step,
            _HEAD + height + 16,
            label,
        )
        for place, label in enumerate(labels)
        if (len(labels) - 1 - place) % every == 0
    )


def _plot(title: str, about: str, steps: list[float], height: float, shapes: Markup, money: bool) -> Markup:
    """Return the shapes above their grid, and the scale beside them, which only the eye needs."""
    whole = f"{_HEAD + height + _FEET:.0f}"
    levels = [(f"{_HEAD + height * (1 - step / steps[-1]):.1f}", step) for step in steps]
    grid = Markup().join(Markup('<line class="grid" x2="100%" y1="{0}" y2="{0}"/>').format(y) for y, _ in levels)
    scale = Markup().join(
        Markup('<text x="100%" y="{}" dy=".35em">{}</text>').format(y, _short(step, money)) for y, step in levels
    )
    return Markup(
        '<div class="plot"><svg class="scale" width="52" height="{0}" aria-hidden="true">{1}</svg>'
        '<svg class="shapes" role="img" height="{0}"><title>{2}</title><desc>{3}</desc>{4}{5}</svg></div>'
    ).format(whole, scale, title, about, grid, shapes)


def _steps(most: float, whole: bool = True) -> list[float]:
    """Return the levels of a scale from 0 to at least most, about three of them, of round numbers."""
    rough = max(most, 1) / 3
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * (1 - 1e-9))
    step = max(round(step), 1) if whole else step
    return [step * number for number in range(math.ceil(most / step - 1e-9) + 1)] if most else [0, 1]


def _describe(labels: Sequence[str], series: Sequence[Series]) -> str:
    """Return in one sentence what the picture shows."""
    said = []
    for part in series:
        most = max(part.values)
        label = labels[list(part.values).index(most)]
        said.append(f"{part.name}: most in {label} ({_say(most, part.money)})" if most else f"{part.name}: none")
    span = labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"
    return f"{span}. {'; '.join(said)}. All numbers are in the table below."


def _say(value: float, money: bool) -> str:
    return f"EUR {value:,.0f}" if money else f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _short(value: float, money: bool) -> str:
    """Return a number of a scale: €1.5B, 20K."""
    said = format_compact_decimal(value, locale="en", fraction_digits=1) if value < 1e15 else f"{value:.0e}"
    return f"€{said}" if money else str(said)


def _legend(series: Sequence[Series]) -> Markup:
    keys = Markup().join(
        Markup(
            '<li><svg width="12" height="12" aria-hidden="true"><rect class="s{}" width="12" height="12"/></svg> {}</li>'
        ).format(number % COLOURS + 1, part.name)
        for number, part in enumerate(series)
    )
    return Markup('<ul class="legend">{}</ul>').format(keys)


def _table(of: str, labels: Sequence[str], series: Sequence[Series]) -> Markup:
    """Return the numbers, the latest first, as people ask for them."""
    names = Markup().join(Markup('<th scope="col" class="number">{}</th>').format(part.name) for part in series)
    lines = Markup().join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            label,
            Markup().join(
                Markup('<td class="number">{}</td>').format(_say(part.values[place], part.money)) for part in series
            ),
        )
        for place, label in reversed(list(enumerate(labels)))
    )
    return Markup(
        '<table class="numbers"><thead><tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(of, names, lines)


def _figure(title: str, picture: Markup, table: Markup) -> Markup:
    return Markup(
        '<figure class="chart"><figcaption>{}</figcaption>{}<details><summary>The numbers</summary>{}</details></figure>'
    ).format(title, picture, table)
