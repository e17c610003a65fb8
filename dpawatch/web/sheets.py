"""Tables and queries as spreadsheets: all their rows, not only a page, and every text as text; openpyxl writes them."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.utils import sqlite3, sqlite_timelimit
from datasette.utils.asgi import Request
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from dpawatch.web.addresses import site_address
from dpawatch.web.feeds import drop_unspeakable
from dpawatch.web.pages.answers import answer_headers

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette

MOST_ROWS = 25_000
_LONGEST = 32_767  # characters in a cell, says Excel
_MOST_DIGITS = 10**15  # of a number, which Excel keeps as a double
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PAGE = re.compile(r"\s+limit \d+\s*$", re.IGNORECASE)


async def render_xlsx(
    datasette: Datasette,
    request: Request,
    database: str,
    table: str | None,
    query_name: str | None,
    sql: str | None,
    data: dict[str, Any],
    view_name: str,
) -> Response:
    """Return a workbook of the first 25,000 rows: Datasette's output renderer for `.xlsx`."""
    if not sql:
        return Response.text("One row is no spreadsheet", status=404, headers=answer_headers(datasette))
    whole = _PAGE.sub("", sql) if view_name == "table" else sql
    params = (data.get("query") or {}).get("params") or {}
    source = f"{site_address(datasette, request)}{request.path.removesuffix('.xlsx')}"
    source += f"?{request.query_string}" if request.query_string else ""
    milliseconds = datasette.setting("sql_time_limit_ms")

    def write(connection: sqlite3.Connection) -> bytes:
        with sqlite_timelimit(connection, milliseconds):
            found = connection.execute(whole, params)
            columns = [column[0] for column in found.description]
            rows = found.fetchmany(MOST_ROWS + 1)
        return write_workbook(columns, rows, source)

    try:
        body = await datasette.get_database(database).execute_fn(write)
    except sqlite3.Error as error:
        return Response.text(f"No spreadsheet: {error}", status=400, headers=answer_headers(datasette))
    name = re.sub(r"[^\w.-]+", "-", query_name or table or "query", flags=re.ASCII)[:80]
    headers = answer_headers(datasette) | {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(body, headers=headers, content_type=_TYPE)


def can_render_xlsx(view_name: str) -> bool:
    """Tell whether a page of Datasette's shows more than one row."""
    return view_name != "row"


def write_workbook(columns: Sequence[str], rows: Sequence[Iterable[object]], source: str) -> bytes:
    """Return a workbook with a sheet of the rows and one that says where and when they were taken."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    sheet.freeze_panes = "A2"
    for row in [columns, *rows[:MOST_ROWS]]:
        sheet.append([_cell(sheet, value) for value in row])
    about = book.create_sheet("About")
    taken = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    facts = [("Source", source), ("Taken", taken), ("Rows", min(len(rows), MOST_ROWS))]
    if len(rows) > MOST_ROWS:
        facts.append(("Cut", f"There are more rows; a spreadsheet holds the first {MOST_ROWS:,}, CSV has all"))
    for fact in facts:
        about.append([_cell(about, value) for value in fact])
    with io.BytesIO() as file:
        book.save(file)
        return file.getvalue()


def _cell(sheet: Any, value: object) -> object:
    """Return what is put into a cell: numbers as they are, all else as text, which is never a formula."""
    if value is None:
        return None
    if isinstance(value, int) and abs(value) < _MOST_DIGITS:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    text = f"({len(value)} bytes)" if isinstance(value, bytes) else drop_unspeakable(str(value))
    cell = WriteOnlyCell(sheet, value=text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")
    cell.data_type = "s"
    return cell
