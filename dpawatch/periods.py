"""Beginnings of periods as people write them: "7d", "24h", "2w", or a day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from dpawatch.errors import InputError

_AGO = re.compile(r"([1-9]\d{0,3})([hdw])", re.ASCII)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def read_since(text: str, now: datetime) -> datetime:
    """Return the time that is so long before now, or when a day begins in UTC; raises InputError for any other text."""
    ago = _AGO.fullmatch(text.strip())
    if ago:
        return now - int(ago[1]) * _UNITS[ago[2]]
    try:
        since = datetime.combine(date.fromisoformat(text.strip()), time(), UTC)
    except ValueError as error:
        raise InputError(f"{text!r} is no time to begin at; write 7d, 24h, 2w, or a day as 2026-11-19") from error
    if since > now:
        raise InputError(f"{text} is still to come; nothing is known since then")
    return since
