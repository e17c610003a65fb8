"""Reading texts without a database: files in, the contract's JSON out."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from dpawatch.errors import InputError
from dpawatch.inputs import STDIN, BadLine, Record, read_all_records, read_text
from nlp.dates import first_day
from nlp.models import Document

Echo = Callable[[bytes], None]

_OPTIONAL = ("title", "lang", "published", "publisher")


def print_analyses(paths: Sequence[str], echo: Echo) -> list[BadLine]:
    """Echo the analysis of text files as the contract's JSON: one object for one file, an array for several.

    The id is the path, null for stdin ("-"). Returns what could not be read, one error a file.
    """
    from nlp.analyze import analyze_documents

    faults: list[BadLine] = []
    found = [analysis.to_json() for analysis in analyze_documents(_texts(paths, faults))]
    if found or len(paths) > 1:
        echo(json.dumps(found if len(paths) > 1 else found[0], ensure_ascii=False, indent=2).encode("utf-8"))
    return faults


def print_analysis_lines(paths: Iterable[str], echo: Echo) -> list[BadLine]:
    """Echo the analysis of each record of JSON-lines files, in order, a line as soon as it is made.

    The id comes back as it was given: a text, a number or null. Returns the lines that hold no document.
    """
    from nlp.analyze import analyze_documents

    bad: list[BadLine] = []
    ids: deque[Any] = deque()
    for analysis in analyze_documents(_documents(read_all_records(paths), bad, ids)):
        line = analysis.to_json() | {"id": ids.popleft()}
        echo(json.dumps(line, ensure_ascii=False).encode("utf-8"))
    return bad


def read_documents(paths: Sequence[str], jsonl: bool, bad: list[BadLine]) -> Iterator[Document]:
    """Yield the documents of files of text, or of JSON lines; what could not be read is added to bad."""
    return _documents(read_all_records(paths), bad, deque()) if jsonl else _texts(paths, bad)


def _texts(paths: Iterable[str], faults: list[BadLine]) -> Iterator[Document]:
    for path in paths:
        try:
            yield Document(text=read_text(path), id=None if path == STDIN else path)
        except InputError as error:
            faults.append(BadLine.whole_file(path, error))


def _documents(records: Iterable[Record | BadLine], bad: list[BadLine], ids: deque[Any]) -> Iterator[Document]:
    for record in records:
        fault = record if isinstance(record, BadLine) else _find_fault(record)
        if fault:
            bad.append(fault)
        elif isinstance(record, Record):
            ids.append(record.fields.get("id"))
            yield _document(record.fields)


def _document(fields: dict[str, Any]) -> Document:
    given = {key: fields.get(key) for key in _OPTIONAL}
    identity = fields.get("id")
    return Document(text=fields["text"], id=None if identity is None else str(identity), **given)


def _find_fault(record: Record) -> BadLine | None:
    fields = record.fields
    if not isinstance(fields.get("text"), str):
        return BadLine(record.file, record.line, '"text" is missing or no text')
    for key in _OPTIONAL:
        if not isinstance(fields.get(key), str | None):
            return BadLine(record.file, record.line, f'"{key}" is no text')
    if (published := fields.get("published")) and not first_day(published):
        return BadLine(
            record.file, record.line, f'"published": {published[:40]!r} is not an ISO 8601 date such as 2021-12-16'
        )
    if isinstance(fields.get("id"), dict | list):
        return BadLine(record.file, record.line, '"id" is neither text nor number')
    return None
