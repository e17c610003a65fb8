"""Tables and queries as CSV, which Datasette 0.65 writes: no cell a formula, and no empty file in place of an error."""

from __future__ import annotations

import csv
import importlib
from collections.abc import Iterable
from functools import cache
from types import SimpleNamespace
from typing import Any

from dpawatch.cells import guard_formula


@cache
def mend_csv() -> None:
    """Make Datasette guard its cells as `/cases.csv` does, and answer a query that fails with a 400 as in other forms."""
    base = importlib.import_module("datasette.views.base")
    base.csv = SimpleNamespace(writer=_GuardedWriter)  # type: ignore[attr-defined]
    view = importlib.import_module("datasette.views.database").QueryView
    ask = view.data

    async def data(self: Any, request: Any, *args: Any, **options: Any) -> Any:
        answer = await ask(self, request, *args, **options)
        if request.url_vars.get("format") == "csv" and isinstance(answer, tuple) and answer[0].get("error"):
            raise base.DatasetteError(answer[0]["error"], title="Invalid SQL", status=400)
        return answer

    view.data = data


class _GuardedWriter:
    "A writer of CSV that guards texts; what it returns is what the file's `write` does, here something to wait for"

    def __init__(self, file: Any) -> None:
        self._writer = csv.writer(file)

    def writerow(self, row: Iterable[object]) -> Any:
        """Write a row."""
        return self._writer.writerow([guard_formula(value) for value in row])
