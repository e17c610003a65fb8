"""Export: rows of the database in, lines of CSV, JSON or FollowTheMoney out, one after the other."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, Literal

from sqlite_utils import Database

from db.export import What, export_rows, list_keys
from db.files import replaced_file
from db.schema import is_database
from dpawatch.cells import guard_formula
from dpawatch.errors import InputError

Format = Literal["csv", "jsonl", "ftm"]
STDOUT = "-"
BETWEEN = "; "


def write_export(db: Database, output: BinaryIO, form: Format, what: What, since: str | None = None) -> None:
    """Write the rows of a table, or the entities of its cases, as UTF-8, a line each as soon as it is made."""
    for line in _LINES[form](db, what, since):
        output.write(line.encode("utf-8"))
    output.flush()


@contextmanager
def open_output(path: str) -> Iterator[BinaryIO]:
    """Yield where to write: stdout for "-"; a file that takes the place of the one at `path` at the end, and only then.

    Raises: InputError when there is a database at `path`.
    """
    if is_database(path):
        raise InputError(f"{path}: is a database, which an export does not replace; give another name")
    if path == STDOUT:
        with nullcontext(sys.stdout.buffer) as stdout:
            yield stdout
    elif os.path.lexists(path) and not Path(path).is_file():  # a pipe, a terminal, /dev/null
        with Path(path).open("wb") as output:
            yield output
    else:
        with replaced_file(Path(path)) as new, new.open("wb") as output:
            yield output


def _csv_lines(db: Database, what: What, since: str | None) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    keys = list_keys(db, what)
    for cells in _with_head(keys, (map(_cell, row.values()) for row in export_rows(db, what, since))):
        writer.writerow(cells)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _with_head(keys: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[Iterable[Any]]:
    yield keys
    yield from rows


def _cell(value: Any) -> Any:
    """Return a value as a cell has it: lists as one text, a text that a spreadsheet would run behind an apostrophe."""
    if isinstance(value, list):
        value = BETWEEN.join(_name_linked(item) for item in value)
    return guard_formula(value)


def _name_linked(item: Any) -> str:
    """Return what stands in a cell for an item of a list: of a document its address, of an event its date and kind."""
    if not isinstance(item, dict):
        return str(item)
    return str(item["url"]) if "url" in item else " ".join(item[key] for key in ("date", "kind") if item[key])


def _json_lines(db: Database, what: What, since: str | None) -> Iterator[str]:
    for row in export_rows(db, what, since):
        yield json.dumps(row, ensure_ascii=False) + "\n"


def _ftm_lines(db: Database, _: What, since: str | None) -> Iterator[str]:
    from dpawatch.ftm import list_entities

    for entity in list_entities(db, since):
        yield json.dumps(entity.to_dict(), ensure_ascii=False) + "\n"


_LINES: dict[Format, Callable[[Database, What, str | None], Iterator[str]]] = {
    "csv": _csv_lines,
    "jsonl": _json_lines,
    "ftm": _ftm_lines,
}
