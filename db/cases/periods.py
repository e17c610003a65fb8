"""Dates as precise as a text gives them ("2021", "2021-12", "2021-12-16"), compared in days."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

# days between two reports of one act; and when both state its day, which one of them may have taken for that of its news
CLOSE = 60
CLOSE_DAYS = 14

_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T.*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """The days a date may stand for: the first and the last, as ordinals; a precise date has one."""

    first: int
    last: int

    def gap(self, other: Period) -> int:
        """Return the days that lie between two periods for certain: 0 when they touch or overlap."""
        return max(0, other.first - self.last, self.first - other.last)

    def joined(self, other: Period) -> Period:
        """Return the shortest period that holds both."""
        return Period(min(self.first, other.first), max(self.last, other.last))

    @property
    def is_one_day(self) -> bool:
        """Tell whether the day is known."""
        return self.first == self.last


@lru_cache(maxsize=50_000)
def parse_period(text: str | None) -> Period | None:
    """Return the days an ISO date or time stands for; None for None and for what is no date ("2021-02-30")."""
    match = _DATE.fullmatch(text or "")
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        last_month = month or 12
        last = date(first.year, last_month, day or monthrange(first.year, last_month)[1])
    except ValueError:
        return None
    return Period(first.toordinal(), last.toordinal())


def parse_day(text: str | None) -> Period | None:
    """Return the day an ISO date or time stands for; None for a month, a year, and what is no date."""
    period = parse_period(text)
    return period if period and period.is_one_day else None
