"""Datasette's hooks: where our pages hang, what Datasette's own pages take from us."""
# mypy: disable-error-code="untyped-decorator"
# (Datasette has no types, so neither has its hookimpl.)

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from datasette import Response, hookimpl
from datasette.plugins import pm
from datasette.utils import tilde_encode
from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup, escape

from dpawatch import wording
from dpawatch.web import charts
from dpawatch.web.csvs import mend_csv
from dpawatch.web.dashboards import draw_chart, list_choices, read_choices
from dpawatch.web.database import database_name, find_database
from dpawatch.web.gate import refuse_methods, take_off_prefix
from dpawatch.web.limits import limit_connection
from dpawatch.web.markup import css_class, list_answers, list_options, list_rows
from dpawatch.web.mcp import guard_mcp, set_up_mcp
from dpawatch.web.metadata import metadata_for
from dpawatch.web.pages import ROUTES
from dpawatch.web.pages.answers import answer_headers
from dpawatch.web.pages.article import mark_text
from dpawatch.web.pages.atom import can_render_atom, render_atom
from dpawatch.web.security import App, add_headers
from dpawatch.web.sheets import can_render_xlsx, render_xlsx

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette

_FILTERS = {
    "day": wording.format_day,
    "moment": wording.format_moment,
    "machine_date": wording.machine_date,
    "money": wording.format_money,
    "whole_money": wording.format_whole_money,
    "claim": wording.format_claim,
    "unbroken": wording.keep_sums_together,
    "measures": wording.list_measures,
    "count_of": wording.format_count,
    "label": wording.label,
    "language_name": wording.language_name,
    "country_name": wording.country_name,
    "web_link": wording.web_link,
    "host_name": wording.host_name,
    "path_part": wording.path_part,
    "row_path": tilde_encode,
    "mark_text": mark_text,
    "as_options": list_options,
    "as_rows": list_rows,
    "as_answers": list_answers,
    "to_css_class": css_class,
}
# Come with datasette-dashboards for kinds of charts we have none of; the first puts a script into every page.
_UNUSED = ("leaflet", "render_markdown")
# What cells of Datasette's tables lead to: a page of the kind that the column names by its id,
_PAGES = {"article", "company", "provision", "regulator", "source"}
# or that of another kind, or of the row itself, whose id then stands beside.
_OTHER_PAGES = {("companies", "parent"): "company", ("near_duplicates", "copy_of"): "article"}
_OWN_PAGES = {
    ("articles", "title"): "article",
    ("cases", "title"): "case",
    ("companies", "name"): "company",
    ("laws", "name"): "provision",
    ("provisions", "article"): "provision",
    ("regulators", "name"): "regulator",
    ("sources", "publisher"): "source",
}
_SUMS = {"amount", "amount_eur", "total_eur", "largest_eur"}
# Asked for thirty times a page.
_metadata: WeakKeyDictionary[Datasette, dict[str | None, dict[str, Any]]] = WeakKeyDictionary()


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    """Find our database, take out plugins that only came along, and keep Datasette from tripping over rich or sessions.

    Datasette 0.65 prints exceptions with rich when it is installed, as spaCy sees to; a path that matches no route
    has no traceback, rich fails on that, and a 404 becomes a 500.
    """
    importlib.import_module("datasette.handle_exception").rich = None  # type: ignore[attr-defined]
    for unused in (pm.get_plugin(name) for name in _UNUSED):
        if unused is not None:
            pm.unregister(unused)
    set_up_mcp(datasette)
    mend_csv()

    async def find() -> None:
        await find_database(datasette)

    return find


@hookimpl(tryfirst=True)
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Return our pages; they come before Datasette's own and those of other plugins."""
    return list(ROUTES)


@hookimpl
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """Return the packaged metadata for the database at hand."""
    made, name = _metadata.setdefault(datasette, {}), database_name(datasette)
    if datasette._metadata_local:  # a `--metadata` file is written into what is returned
        return metadata_for(name)
    if name not in made:
        made[name] = metadata_for(name)
    return made[name]


@hookimpl
def skip_csrf(scope: dict[str, Any]) -> bool | None:
    """Let OpenRefine and language models post their queries, which change nothing."""
    return True if scope["path"].endswith(("/-/reconcile", "/-/mcp")) else None


@hookimpl
def permission_allowed(action: str) -> bool | None:
    """Refuse the download of a database file; of everything else Datasette decides."""
    return False if action == "view-database-download" else None


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Limit what a connection gives."""
    limit_connection(conn)


@hookimpl
def handle_exception(datasette: Datasette, exception: Exception) -> Response | None:
    """Answer what is too large for our limits as Datasette does what takes too long: it is the asker's fault."""
    if not isinstance(exception, sqlite3.DataError):
        return None
    return Response.text(f"Too much was asked for: {exception}", status=400, headers=answer_headers(datasette))


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Give templates the filters of `values` and the charts, and dashboards our templates.

    These are put in front: which of two plugins' templates of one name is taken is else left to chance.
    """
    ours = PackageLoader("dpawatch.web", "templates/dpawatch/dashboards")
    env.loader = ChoiceLoader([ours, *([env.loader] if env.loader else [])])
    env.filters.update(_FILTERS)
    env.globals.update(
        by_year=charts.by_year,
        draw_chart=partial(draw_chart, datasette),
        list_choices=partial(list_choices, datasette),
        read_choices=read_choices,
    )


@hookimpl
def extra_template_vars(datasette: Datasette) -> dict[str, Any]:
    """Return what masthead and footer need on every page."""
    return {"dpawatch_database": database_name(datasette)}


@hookimpl
def render_cell(row: Any, value: Any, column: str, table: str | None, datasette: Datasette) -> str | None:
    """Return how a cell of Datasette's tables reads: cases and addresses as links, sums with separators.

    Asked a thousand times for a page, so that what is found for most cells is found first.
    """
    if value is None:
        return None
    raw, text = (value["value"], value["label"]) if isinstance(value, dict) else (value, value)
    if raw and table is not None and (page := _page_of(row, raw, column, table)):
        return _page_link(datasette, *page, text)
    if raw and column == "case_id":
        return _page_link(datasette, "case", raw, text)
    if column in _SUMS and (money := wording.format_money(value, None)):
        return money
    link = wording.web_link(value)
    return _outward_link(link) if link else None


def _outward_link(link: str) -> Markup:
    address = escape(link)
    return Markup(f'<a href="{address}" rel="noopener noreferrer nofollow">{address}</a>')  # noqa: S704 (it is escaped)


def _page_of(row: Any, value: str, column: str, table: str) -> tuple[str, str] | None:
    """Return the kind and the id of the page that a cell leads to, or None."""
    own = _OWN_PAGES.get((table, column))
    if own:
        return (own, row["id"]) if "id" in row.keys() else None  # noqa: SIM118 (a sqlite3.Row)
    kind = _OTHER_PAGES.get((table, column), column)
    return (kind, value) if kind in _PAGES else None


def _page_link(datasette: Datasette, kind: str, of: str, text: object) -> Markup:
    address = datasette.urls.path(f"/{kind}/{wording.path_part(of)}")
    return Markup(f'<a href="{escape(address)}">{escape(text)}</a>')  # noqa: S704 (both are escaped; format takes thrice as long)


@hookimpl(trylast=True)
def register_output_renderer() -> list[dict[str, Any]]:
    """Offer `.xlsx` for every table and query, and `.atom` for those whose rows name cases."""
    return [
        {"extension": "atom", "render": render_atom, "can_render": can_render_atom},
        {"extension": "xlsx", "render": render_xlsx, "can_render": can_render_xlsx},
    ]


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Return what stands before Datasette, from the inside to the outside."""

    def wrap(app: App) -> App:
        for wrapper in (guard_mcp, refuse_methods, add_headers, take_off_prefix):
            app = wrapper(app, datasette)
        return app

    return wrap
