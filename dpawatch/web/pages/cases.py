"""Lists of cases by whatever is asked in the address: a page, JSON, or the whole list as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.database import QueryInterrupted
from datasette.utils.asgi import AsgiStream, Request

from dpawatch.cells import guard_formula
from dpawatch.web.addresses import whole_address
from dpawatch.web.database import fetch_rows
from dpawatch.web.filters import CaseFilter
from dpawatch.web.kept import keep
from dpawatch.web.pages.answers import answer_headers, arguments_of, render, with_database
from dpawatch.web.pages.items import CASE_ITEM, read_items
from dpawatch.web.pages.totals import begin_with_fewest, load_summaries, load_totals
from dpawatch.wording import country_name, labels, path_part

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

Row = dict[str, Any]

ON_A_PAGE, IN_JSON, MOST_IN_JSON = 25, 100, 1000
_IN_A_BLOCK = 500
_COLUMNS = (
    "id", "title", "regulator", "regulator_name", "country", "respondents", "status", "decided", "amount", "currency",
    "amount_eur", "sanctions", "provisions", "first_seen", "last_seen", "articles", "page",
)  # fmt: skip
_NAMED = {"company": "companies", "group": "companies", "regulator": "regulators"}
_REGULATORS = """
select id, name, country from regulators where exists (select 1 from cases where regulator = regulators.id) order by name
"""


async def list_cases(database: Database, case_filter: CaseFilter, limit: int) -> list[Row]:
    """Return the first cases of a filter's list, from `after` on, each with sanctions and the provisions violated."""
    # First which, then what of them: SQLite would ask for the parts of every row it sorts.
    listed, params = case_filter.listed
    sql = f"""with listed as ({listed})
        select {CASE_ITEM} from listed join cases using (id) left join regulators on regulators.id = cases.regulator
        order by {case_filter.order}"""  # noqa: S608 (constants of ours)
    return read_items(await fetch_rows(database, sql, params | {"limit": limit}))


async def name_conditions(database: Database, case_filter: CaseFilter) -> dict[str, str]:
    """Return the names of what a filter knows by its id, by field."""
    names: dict[str, str] = {}
    for field, table in _NAMED.items():
        if value := getattr(case_filter, field):
            rows = await fetch_rows(database, f"select name from {table} where id = :id", {"id": value})  # noqa: S608
            names.update((field, row["name"]) for row in rows)
    return names


@with_database
async def show_cases(datasette: Datasette, request: Request, database: Database) -> Response | AsgiStream:
    """Return the list that the address asks for, for `.json` as a document, for `.csv` the whole of it."""
    arguments = arguments_of(request)
    case_filter = CaseFilter.read(arguments)
    if request.url_vars["format"] == ".csv":
        return _stream_csv(datasette, request, database, case_filter)
    try:
        return await _answer(datasette, request, database, case_filter, arguments)
    except QueryInterrupted:
        return _show_too_slow(datasette, request)


async def _answer(
    datasette: Datasette, request: Request, database: Database, case_filter: CaseFilter, arguments: dict[str, str]
) -> Response:
    if request.url_vars["format"] == ".json":
        limit = _read_limit(arguments.get("limit"))
        document = await load_cases(database, case_filter, limit, await name_conditions(database, case_filter))
        if document["next"]:
            path = f"/cases.json?{document['next']}&limit={limit}"
            document["next"] = whole_address(datasette, request, path)
        return Response.json(document, headers=answer_headers(datasette))
    if not all(value.strip() for value in arguments.values()):  # an empty field of the form
        address = case_filter.address
        return Response.redirect(datasette.urls.path("/cases") + (f"?{address}" if address else ""))
    return await _show_page(datasette, request, database, case_filter)


def _show_too_slow(datasette: Datasette, request: Request) -> Response:
    """Return a 503: the list could not be counted in the time that one reader is given."""
    if request.url_vars["format"]:
        said = {"ok": False, "error": "This list takes too long. Ask for less, or again later.", "status": 503}
        return Response.json(said, status=503, headers=answer_headers(datasette))
    return render(datasette, "too_slow.html", {}, status=503)


async def load_cases(database: Database, case_filter: CaseFilter, limit: int, names: dict[str, str]) -> Row:
    """Return a list with its title, its totals, also by year, and the query string of its next page (None at the end).

    Args:
        names: what name_conditions gives for the filter.
    """
    known = await load_summaries(database, case_filter)
    cases = await list_cases(database, begin_with_fewest(case_filter, known), limit + 1)
    more = len(cases) > limit
    after = case_filter.cursor_of(cases[limit - 1]) if more else None
    whole = [case["id"] for case in cases] if not more and case_filter.after is None else None
    totals, years = await load_totals(database, case_filter, known, whole)
    if totals["at_least"]:
        totals["cases"] = max(totals["cases"], len(cases))
    return {
        "title": case_filter.describe(names),
        "ignored": list(case_filter.ignored),
        "totals": totals,
        "years": years,
        "cases": cases[:limit],
        "next": replace(case_filter, after=after).address if after else None,
    }


async def _show_page(datasette: Datasette, request: Request, database: Database, case_filter: CaseFilter) -> Response:
    names = await name_conditions(database, case_filter)
    listed = await load_cases(database, case_filter, ON_A_PAGE, names)
    regulators = await keep(database, "regulators", lambda: fetch_rows(database, _REGULATORS))
    context = {
        "listed": listed,
        "filter": case_filter,
        "address": replace(case_filter, after=None).address,
        "chips": case_filter.list_chips(names),
        "regulators": [(row["id"], row["name"]) for row in regulators],
        "countries": sorted(
            {(row["country"], country_name(row["country"])) for row in regulators}, key=lambda pair: pair[1]
        ),
        "labels": labels(),
    }
    return render(datasette, "cases.html", context)


def _read_limit(text: str | None) -> int:
    known = text is not None and text.isascii() and text.isdecimal() and len(text) < 8
    return min(max(int(text or 0), 1), MOST_IN_JSON) if known else IN_JSON


def _stream_csv(datasette: Datasette, request: Request, database: Database, case_filter: CaseFilter) -> AsgiStream:
    page = whole_address(datasette, request, "/case/")

    async def write(stream: Any) -> None:
        await stream.write(_csv_lines([_COLUMNS]))
        async for cases in _each_block(database, case_filter):
            await stream.write(_csv_lines(_csv_cells(case, page) for case in cases))

    headers = answer_headers(datasette) | {"Content-Disposition": 'attachment; filename="cases.csv"'}
    return AsgiStream(write, headers=headers, content_type="text/csv; charset=utf-8")


async def _each_block(database: Database, case_filter: CaseFilter) -> AsyncIterator[list[Row]]:
    """Yield the whole list, so many cases at a time that a list of any length costs the same memory."""
    case_filter = begin_with_fewest(case_filter, await load_summaries(database, case_filter))
    while cases := await list_cases(database, case_filter, _IN_A_BLOCK):
        yield cases
        case_filter = replace(case_filter, after=case_filter.cursor_of(cases[-1]))


def _csv_cells(case: Row, page: str) -> list[Any]:
    values = case | {
        "page": page + path_part(case["id"]),
        "sanctions": "; ".join(case["sanctions"]),
        "provisions": "; ".join(case["provisions"]),
    }
    return [guard_formula(values[column]) for column in _COLUMNS]


def _csv_lines(rows: Iterable[Iterable[Any]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()
