"""Dashboards: the charts of datasette-dashboards' settings, drawn here and not by Vega, from their own queries.

A chart of ours names no database, for ours is found whatever it is called. Its query has all the dashboard's filters as
parameters, "" for what nobody chose; its `display` says how the rows are drawn:

    kind    years (year, cases, fines, amount_eur), months, ranking, bars or stacked
    label   column of the labels; parts: of a stacked chart, column of what lies on each other
    value   column of the numbers; money: they are euro; of, name: what labels and numbers are called
    words   what the labels are: country, language, or a table of labels.toml; page: which page of the site each has
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette.database import QueryInterrupted
from markupsafe import Markup

from dpawatch.web import charts
from dpawatch.web.charts import COLOURS, Item, Series, read_number
from dpawatch.web.database import fetch_rows, find_database
from dpawatch.wording import country_name, label, language_name, path_part

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette

Row = dict[str, Any]

_NAMES = {"country": country_name, "language": language_name}
_OTHERS = "others"
_CHOICES = {
    "country": "select key from case_totals where kind = 'country' and year = '' order by key",
    "year": "select distinct year from case_totals where kind = 'status' and year <> '' order by year desc",
}


async def list_choices(datasette: Datasette, name: str) -> list[tuple[str, str]]:
    """Return what a filter can be set to, each value with its words; nothing for a filter that we do not know."""
    database = await find_database(datasette)
    if database is None or name not in _CHOICES:
        return []
    found = [str(next(iter(row.values()))) for row in await fetch_rows(database, _CHOICES[name])]
    return (
        sorted(((value, country_name(value)) for value in found), key=lambda choice: choice[1])
        if name == "country"
        else [(value, value) for value in found]
    )


def read_choices(dashboard: Row, args: Any) -> dict[str, str]:
    """Return what the address sets each filter of a dashboard to: "" for all."""
    return {name: args.get(name) or "" for name in dashboard["filters"]}


async def draw_chart(datasette: Datasette, chart: Row, chosen: dict[str, str]) -> Markup:
    """Return a chart of what was chosen, or in words why there is none."""
    database = await find_database(datasette)
    if database is None or "display" not in chart:
        return Markup('<p class="empty">There is no data for this chart.</p>')
    try:
        rows = await fetch_rows(database, chart["query"], chosen)
    except QueryInterrupted:
        return Markup('<p class="empty">This takes too long to count. Choose less.</p>')
    drawn = _KINDS[chart["display"]["kind"]](datasette, chart["title"], chart["display"], rows)
    return drawn or Markup(
        '<figure class="chart"><figcaption>{}</figcaption><p class="empty">Nothing of this choice.</p></figure>'
    ).format(chart["title"])


def _draw_years(_: Datasette, title: str, display: Row, rows: list[Row]) -> Markup:
    return charts.by_year(rows, title)


def _draw_months(_: Datasette, title: str, display: Row, rows: list[Row]) -> Markup:
    return charts.by_month(rows, display["value"], title, display["name"], money=bool(display.get("money")))


def _draw_bars(_: Datasette, title: str, display: Row, rows: list[Row]) -> Markup:
    values = [read_number(row[display["value"]]) for row in rows]
    return charts.bars(title, [_word(display, row) for row in rows], [Series(display["name"], values)], display["of"])


def _draw_ranking(datasette: Datasette, title: str, display: Row, rows: list[Row]) -> Markup:
    page = display.get("page")
    items = [
        Item(
            _word(display, row),
            read_number(row[display["value"]]),
            datasette.urls.path(f"/{page}/{path_part(row['id'])}") if page and row.get("id") else None,
            str(row.get("note") or "") if row.get("note") != row[display["label"]] else "",
        )
        for row in rows
    ]
    return charts.ranking(title, items, display["of"], display["name"], money=bool(display.get("money")))


def _draw_stacked(_: Datasette, title: str, display: Row, rows: list[Row]) -> Markup:
    """Return the parts with the most in all as colours of their own, the rest as others."""
    totals: dict[str, float] = {}
    cells: dict[tuple[str, str], float] = {}
    for row in rows:
        totals[str(row[display["parts"]])] = totals.get(str(row[display["parts"]]), 0) + read_number(
            row[display["value"]]
        )
    ranked = sorted(totals, key=lambda part: (-totals[part], part))
    named = ranked if len(ranked) <= COLOURS else ranked[: COLOURS - 1]
    for row in rows:
        part = str(row[display["parts"]])
        place = str(row[display["label"]]), part if part in named else _OTHERS
        cells[place] = cells.get(place, 0) + read_number(row[display["value"]])
    labels = sorted({place for place, _ in cells})[-25:]
    parts = [*named, *([_OTHERS] if len(named) < len(ranked) else [])]
    series = [
        Series(label(part, display["words"]) if part != _OTHERS else part, [cells.get((at, part), 0) for at in labels])
        for part in parts
    ]
    return charts.stacked(title, labels, series, display["of"])


_KINDS = {
    "years": _draw_years, "months": _draw_months, "bars": _draw_bars, "ranking": _draw_ranking, "stacked": _draw_stacked,
}  # fmt: skip


def _word(display: Row, row: Row) -> str:
    """Return what the label of a row is called."""
    value, words = row[display["label"]], display.get("words")
    if words is None:
        return str(value or "")
    return _NAMES[words](value) if words in _NAMES else label(value, words)
