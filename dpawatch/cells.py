"""Cells of CSV files, which spreadsheets open."""

from __future__ import annotations

from typing import Any

# a spreadsheet takes a cell that begins with one of these for a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guard_formula(value: Any) -> Any:
    """Return a value for a cell; a text that a spreadsheet would run stands behind an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
