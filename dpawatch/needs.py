"""What a person is newly needed for: what the status names after a run and did not name after the one before."""

from __future__ import annotations

import re
from datetime import datetime

from sqlite_utils import Database

from db.runs import last_needs, store_needs
from dpawatch.status import read_status

# a number, a size with its unit or a time, not the digits of a name such as "test-1" or "20minutes"
_FIGURE = re.compile(r"(?<![\w./-])\d[\d.,:TZ-]*(?: [kMG]?B)?(?![\w-])")


def settle_needs(db: Database, run: int, now: datetime) -> list[str]:
    """Store what a person is needed for after a run, and return what of it nobody was told after the run before.

    A need that lasts is the same though its figures change: what fails is told when it begins to.
    """
    needs = read_status(db, now).needs
    told = {name_need(need) for need in last_needs(db, run)}
    store_needs(db, run, needs)
    return [need for need in needs if name_need(need) not in told]


def name_need(need: str) -> str:
    """Return what stays the same of a need while it lasts: its beginning up to the reason, without figures."""
    return _FIGURE.sub("#", need.split(": ", 1)[0])
