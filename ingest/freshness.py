"""What servers and feeds say of how often they want to be asked: headers and markup in, `Advice` and seconds out.

Sources: RFC 9111 (Cache-Control, Age), RFC 9110 (Retry-After), RSS 0.91 and 2.0 (ttl, skipHours, skipDays), RSS 1.0's
syndication module (updatePeriod, updateFrequency).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ingest.models import Advice, Response

DAY = 86_400
# what a host rests that says "too many requests" and not for how long
REST = 15 * 60
# the shortest rest of a host that asks for none, or for one that is over
SHORTEST_REST = 60
MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?(\d{1,10})\b', re.IGNORECASE)
STALE = re.compile(r"(?:^|[,\s])no-(?:cache|store)\s*(?:,|$)", re.IGNORECASE)
ITEM = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)\b", re.IGNORECASE)
TTL = re.compile(r"<ttl>\s*(\d{1,9})\s*</ttl>", re.IGNORECASE)
PERIOD = re.compile(r"<[\w.-]+:updatePeriod>\s*(\w+)\s*</", re.IGNORECASE)
FREQUENCY = re.compile(r"<[\w.-]+:updateFrequency>\s*(\d{1,6})\s*</", re.IGNORECASE)
SKIP_HOURS = re.compile(r"<skipHours>(.{0,2000}?)</skipHours>", re.IGNORECASE | re.DOTALL)
SKIP_DAYS = re.compile(r"<skipDays>(.{0,2000}?)</skipDays>", re.IGNORECASE | re.DOTALL)
HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
DAY_NAME = re.compile(r"<day>\s*(\w+)\s*</day>", re.IGNORECASE)
PERIODS = {"hourly": 3600, "daily": DAY, "weekly": 7 * DAY, "monthly": 30 * DAY, "yearly": 365 * DAY}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HEAD = 100_000


def read_max_age(response: Response) -> int:
    """Return for how many more seconds an answer is fresh by its Cache-Control, at most a day; 0 when it does not say."""
    control = ",".join(value for name, value in response.headers if name.lower() == "cache-control")
    stated = MAX_AGE.search(control)
    if stated is None or STALE.search(control):
        return 0
    age = (response.header("Age") or "").strip()
    spent = int(age) if re.fullmatch("[0-9]{1,10}", age) else 0
    return max(0, min(int(stated.group(1)) - spent, DAY))


def read_feed_advice(markup: bytes) -> Advice:
    """Return what the head of an RSS feed asks for; hours 1 to 24 of RSS 0.91 are taken as 0 to 23 of RSS 2.0.

    Asking never to be polled, with all hours or all days, is not advice and is left out.
    """
    text = markup[:HEAD].decode("latin-1")
    item = ITEM.search(text)
    # Channel elements may follow the items, but nobody writes them there; an item may quote anything
    head = text[: item.start()] if item else text
    hours = {int(hour) % 24 for hour in _find_inside(SKIP_HOURS, HOUR, head) if int(hour) <= 24}
    days = {DAYS.index(day.lower()) for day in _find_inside(SKIP_DAYS, DAY_NAME, head) if day.lower() in DAYS}
    return Advice(
        ttl=min(max(_read_ttl(head), _read_period(head)), DAY),
        skip_hours=tuple(sorted(hours)) if len(hours) < 24 else (),
        skip_days=tuple(sorted(days)) if len(days) < 7 else (),
    )


def read_retry_after(response: Response) -> int | None:
    """Return for how many seconds the host of an answer wants to be left alone, or None when it does not say so.

    That is a 429, or a 503 with a Retry-After, in seconds or as a date. It is at most a day, and 15 minutes for a 429
    that does not name a time, or names nonsense; a time that is over, or none, is taken as a minute.
    """
    stated = (response.header("Retry-After") or "").strip()
    if response.status not in (429, 503) or (response.status == 503 and not stated):
        return None
    if re.fullmatch("[0-9]+", stated):
        return min(int(stated[:9]), DAY) or SHORTEST_REST
    try:
        then = parsedate_to_datetime(stated)
        then = then if then.tzinfo else then.replace(tzinfo=UTC)
        seconds = round(min((then - _read_date(response)).total_seconds(), DAY))
        return seconds if seconds > 0 else SHORTEST_REST
    except (ValueError, OverflowError):
        return REST


def _read_date(response: Response) -> datetime:
    """Return the time by the server's own clock, which its dates are told by, else by ours."""
    try:
        stated = parsedate_to_datetime(response.header("Date") or "")
        return stated if stated.tzinfo else stated.replace(tzinfo=UTC)
    except ValueError:
        return response.fetched


def _find_inside(outer: re.Pattern[str], inner: re.Pattern[str], text: str) -> list[str]:
    found = outer.search(text)
    return inner.findall(found.group(1)) if found else []


def _read_ttl(head: str) -> int:
    found = TTL.search(head)
    return int(found.group(1)) * 60 if found else 0


def _read_period(head: str) -> int:
    """Return the seconds between two updates by the syndication module; a frequency is how often in one period."""
    period, frequency = PERIOD.search(head), FREQUENCY.search(head)
    if period is None:
        return 0
    often = int(frequency.group(1)) if frequency else 1
    return PERIODS.get(period.group(1).lower(), 0) // max(often, 1)
