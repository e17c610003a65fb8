"""Feeds: of the newest cases, of a company, a regulator, a provision, a source, of any rows that name cases, and of one case."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode

from datasette import Response
from datasette.utils import derive_named_parameters
from datasette.utils.asgi import Request

from dpawatch.web.addresses import operator_settings, site_address
from dpawatch.web.database import fetch_rows
from dpawatch.web.feeds import Channel, Item, write_atom
from dpawatch.web.filters import CaseFilter
from dpawatch.web.pages.answers import answer_headers, arguments_of, lead_on, with_database
from dpawatch.web.pages.cases import name_conditions
from dpawatch.web.pages.items import CASE_ITEM, read_items
from dpawatch.web.pages.moved import find_moved
from dpawatch.web.pages.totals import begin_with_fewest, load_summaries
from dpawatch.wording import country_name, format_day, label, path_part, web_link

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

Row = dict[str, Any]

MOST_ENTRIES = 50
CONTENT_TYPE = "application/atom+xml; charset=utf-8"

# A case goes by the id it had before it was renamed, unless another has that now: readers would take it for a new one.
_FIRST_ID = """coalesce((select old_id from case_redirects where case_redirects.case_id = cases.id and why = 'renamed'
    and not exists (select 1 from cases other where other.id = old_id) order by made, old_id limit 1), cases.id)"""
_CASES = f"""
select {CASE_ITEM}, {_FIRST_ID} as first_id, event.date as event_date, event.start, event."end", articles.text,
    (select max(changed) from history where entity = 'case' and entity_id = cases.id) as changed,
    coalesce(articles.url, (select url from case_articles join articles on articles.id = article
        where case_id = cases.id order by published limit 1)) as source
from json_each(:ids) as wanted join cases on cases.id = wanted.value
left join regulators on regulators.id = cases.regulator
left join case_events as event on event.id = (select id from case_events
    where case_id = cases.id and start is not null order by date desc, id limit 1)
left join articles on articles.id = event.article order by wanted.key
"""  # noqa: S608 (constants of ours)
_EVENTS = """
select case_events.id, date, kind, amount, currency, start, "end", url, text, published, fetched, articles.title
from case_events join articles on articles.id = article where case_id = :id order by date desc, case_events.id limit :most
"""
_CHANGES = """
select history.field, old, new, changed, articles.url from history
left join articles on cause_kind = 'article' and articles.id = cause
where entity = 'case' and entity_id = :id and field not in ('id', 'slug') order by changed desc, history.id desc limit :most
"""
# Which cases go with a kind of page: a company's are those of its group, a provision's those under what is below it too.
_CONDITIONS = {"company": "group", "regulator": "regulator", "provision": "provision", "source": "source"}
_NAMES = {
    "company": "select name from companies where id = :id",
    "regulator": "select name from regulators where id = :id",
    "provision": "select id as name from provisions where id = :id union all select name from laws where id = :id",
    "source": "select id as name from sources where id = :id",
}
_TITLES = {
    "company": "Cases against {}",
    "regulator": "Cases of the {}",
    "provision": "Cases under {}",
    "source": "Cases told by {}",
}


@with_database
async def show_list_feed(datasette: Datasette, request: Request, database: Database) -> Response:
    """Return the feed of the cases that the address asks for, as /cases lists them."""
    wanted = CaseFilter.read(arguments_of(request))
    title = wanted.describe(await name_conditions(database, wanted))
    page = f"/cases?{wanted.address}" if wanted.address else "/cases"
    return await answer_cases(datasette, request, database, title, page, await _list_ids(database, wanted))


@with_database
async def show_feed(datasette: Datasette, request: Request, database: Database) -> Response:
    """Return the feed of a company (with the companies of its group), a regulator, a source, or a provision and what is below it."""
    kind, key = request.url_vars["kind"], unquote(request.url_vars["id"])
    names = await fetch_rows(database, _NAMES[kind], {"id": key})
    if not names:
        return await _say_gone(datasette, database, kind, key)
    conditions: dict[str, Any] = {_CONDITIONS[kind]: key}
    ids = await _list_ids(database, CaseFilter(**conditions))
    title = _TITLES[kind].format(names[0]["name"])
    return await answer_cases(datasette, request, database, title, f"/{kind}/{path_part(key)}", ids)


async def _list_ids(database: Database, wanted: CaseFilter) -> list[str]:
    sql, params = begin_with_fewest(wanted, await load_summaries(database, wanted)).listed
    return [row["id"] for row in await fetch_rows(database, sql, params | {"limit": MOST_ENTRIES})]


@with_database
async def show_case_feed(datasette: Datasette, request: Request, database: Database) -> Response:
    """Return the feed of one case: its events, and how what it says has changed."""
    key = unquote(request.url_vars["id"])
    cases = await _load_cases(database, [key])
    if not cases:
        return await _say_gone(datasette, database, "case", key)
    page = f"/case/{path_part(key)}"
    address = site_address(datasette, request) + page
    asked = {"id": key, "most": MOST_ENTRIES}
    items = [_event_item(cases[0], row, address) for row in await fetch_rows(database, _EVENTS, asked)]
    items += [_change_item(cases[0], row, address) for row in await fetch_rows(database, _CHANGES, asked)]
    channel = _channel(datasette, request, cases[0]["title"], page, cases[0]["changed"])
    return _answer(datasette, request, channel, items)


async def answer_cases(
    datasette: Datasette, request: Request, database: Database, title: str, page: str, ids: Iterable[str]
) -> Response:
    """Return a feed of these cases in their order; `page` is the path of the page that lists them."""
    cases = await _load_cases(database, list(dict.fromkeys(ids))[:MOST_ENTRIES])
    site = site_address(datasette, request)
    channel = _channel(datasette, request, title, page, None if cases else await _last_run(database))
    return _answer(datasette, request, channel, [_case_item(case, site) for case in cases])


async def render_atom(
    datasette: Datasette,
    request: Request,
    database: str,
    table: str | None,
    query_name: str | None,
    sql: str,
    rows: Iterable[Any],
) -> Response:
    """Return the feed of a table's or a query's rows: Datasette's output renderer for `.atom`."""
    key = "id" if table == "cases" else "case_id"
    found = (row[key] for row in rows)
    ids = [str(value["value"] if isinstance(value, dict) else value) for value in found if value is not None]
    about = (await datasette.get_canned_query(database, query_name, request.actor) or {}) if query_name else {}
    title = about.get("title") or (datasette.table_metadata(database, table).get("title") if table else "") or "Cases"
    asked = sorted(parse_qsl(request.query_string))
    if not table:
        known = {"sql", *await derive_named_parameters(datasette.get_database(database), sql)}
        asked = [(name, value) for name, value in asked if name in known]
    page = request.path.removesuffix(".atom") + (f"?{urlencode(asked)}" if asked else "")
    return await answer_cases(datasette, request, datasette.get_database(database), title, page, ids)


def can_render_atom(columns: list[str], table: str | None) -> bool:
    """Tell whether rows of these columns name cases."""
    return "case_id" in columns or (table == "cases" and "id" in columns)


async def _load_cases(database: Database, ids: list[str]) -> list[Row]:
    return read_items(await fetch_rows(database, _CASES, {"ids": json.dumps(ids)}))


async def _say_gone(datasette: Datasette, database: Database, kind: str, key: str) -> Response:
    """Return the way to what took the place of an id, or a 404."""
    if moved := await find_moved(database, kind, key):
        return lead_on(datasette, kind, moved, ".atom")
    return Response.text(f"No {kind} {key}", status=404, headers=answer_headers(datasette))


def _channel(datasette: Datasette, request: Request, title: str, page: str, updated: object) -> Channel:
    """Return a feed that is known by its page: neither what else an address may hold nor its order makes another feed.

    Args:
        updated: how new it is when it has no entries.
    """
    path, mark, asked = page.partition("?")
    own = f"{path}.atom{mark}{asked}"
    site = site_address(datasette, request)
    about = datasette.metadata()
    operator = str(operator_settings(datasette).get("operator") or "dpawatch")
    return Channel(
        f"feed{own}", f"{title} — dpawatch", site + own, site + page, operator, about.get("license"), updated
    )


async def _last_run(database: Database) -> object:
    """Return when the data was last brought up to date, which is how new a feed without entries is."""
    return (await fetch_rows(database, "select max(coalesce(finished, started)) as at from runs"))[0]["at"]


def _answer(datasette: Datasette, request: Request, channel: Channel, items: list[Item]) -> Response:
    """Return a feed, or a 304 for who has it: feed readers ask often."""
    body = write_atom(channel, items)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = answer_headers(datasette) | {"ETag": tag}
    if tag in (request.headers.get("if-none-match") or ""):
        return Response("", status=304, headers=headers, content_type=CONTENT_TYPE)
    return Response(body, headers=headers, content_type=CONTENT_TYPE)


def _case_item(case: Row, site: str) -> Item:
    provisions = ", ".join(case["provisions"])
    said = [_quote(case), f"Found violated: {provisions}." if provisions else ""]
    categories = [(case["status"], label(case["status"], "status"))]
    categories += [(sanction, label(sanction, "sanction")) for sanction in case["sanctions"]]
    categories += [(provision, provision) for provision in case["provisions"]]
    if case["regulator"]:
        categories.append((case["regulator"], case["regulator_name"] or case["regulator"]))
    if case["country"]:
        categories.append((case["country"], country_name(case["country"])))
    return Item(
        name=f"case/{case['first_id']}",
        title=case["title"],
        address=f"{site}/case/{path_part(case['id'])}",
        moments=(case["changed"], case["last_seen"], case["event_date"]),
        published=case["first_seen"],
        summary=" ".join(filter(None, said)),
        source=web_link(case["source"]),
        categories=categories,
    )


def _event_item(case: Row, event: Row, address: str) -> Item:
    day = format_day(event["date"])
    return Item(
        name=f"event/{event['id']}",
        title=f"{label(event['kind'], 'event')}{f', {day}' if day else ''}: {case['title']}",
        address=address,
        moments=(event["fetched"], event["published"], event["date"]),
        published=event["published"],
        summary=_quote(event) or str(event["title"] or ""),
        source=web_link(event["url"]),
        categories=[(event["kind"], label(event["kind"], "event"))],
    )


def _change_item(case: Row, change: Row, address: str) -> Item:
    field, *values = change["field"], change["old"], change["new"]
    old, new = (_say_value(field, value) for value in values)
    name = label(field, "field").replace("_", " ")
    return Item(
        name=f"change/{case['first_id']}/{field}/{change['changed']}/{change['new']}",
        title=f"{name.capitalize()} changed from {old} to {new}: {case['title']}",
        address=address,
        moments=(change["changed"],),
        summary=f"{name.capitalize()} was {old} and is {new}.",
        source=web_link(change["url"]),
        categories=[("change", f"change of {name}")],
    )


def _say_value(field: str, value: object) -> str:
    if value is None or value == "":
        return "nothing"
    said = (
        label(value, "status") if field == "status" else format_day(value) if isinstance(value, str) else f"{value:,}"
    )
    return said if len(said) <= 80 else said[:79] + "…"


def _quote(row: Row) -> str:
    """Return the sentence a row points at, cut here and not in SQL, which ends a text at a NUL."""
    if row["start"] is None or not row["text"]:
        return ""
    return f"“{row['text'][row['start'] : row['end']].strip()}”"


FEED_ROUTES = [
    (r"^/cases\.atom$", show_list_feed),
    (r"^/case/(?P<id>[^/]+)\.atom$", show_case_feed),
    (r"^/(?P<kind>company|regulator|provision|source)/(?P<id>[^/]+)\.atom$", show_feed),
]
