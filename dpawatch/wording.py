"""How values of the database read, on a page and in an alert: dates, sums, names of things, links. Nothing here returns markup."""

from __future__ import annotations

import math
import re
import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlsplit

from babel import Locale

from db.cases.titles import format_amount

_PERIOD = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|\+00:00)?)?)?)?")
# Not strftime: the locale of a server must not change a page.
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# What a status or a sum already says.
_SAID_BY_STATUS = {
    "investigation": {"investigation"},
    "proposed": {"intent-to-fine"},
    "settled": {"settlement"},
    "annulled": {"fine-annulled"},
    "closed": {"case-closed"},
}


def format_day(value: object) -> str:
    """Return an ISO 8601 date or time as a reader's date, as precise as it is: "21 January 2019", "May 2021", "2021".

    What is no such date comes back as it is, None as "".
    """
    parts = _parse_period(value)
    if parts is None:
        return "" if value is None else str(value)
    year, month, day, _ = parts
    words = [str(int(day)) if day else "", _MONTHS[int(month) - 1] if month else "", year]
    return " ".join(word for word in words if word)


def format_moment(value: object) -> str:
    """Return an ISO 8601 time in UTC as "21 January 2019, 14:05 UTC"; a mere date like format_day."""
    parts = _parse_period(value)
    clock = f", {parts[3]} UTC" if parts and parts[3] else ""
    return format_day(value) + clock


def machine_date(value: object) -> str | None:
    """Return what the datetime attribute of <time> may hold, or None when value is no date."""
    return str(value) if _parse_period(value) else None


def _parse_period(value: object) -> tuple[str, str | None, str | None, str | None] | None:
    match = _PERIOD.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    year, month, day, clock = match.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return year, month, day, clock


def format_money(amount: object, currency: object) -> str:
    """Return a sum such as "EUR 20,000,000", or "" when amount is no finite number."""
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not math.isfinite(amount):
        return ""
    return format_amount(amount, str(currency) if currency else None)


def format_whole_money(amount: object, currency: object) -> str:
    """Return a sum like format_money, to the nearest whole unit: for lists."""
    return format_money(round(amount), currency) if format_money(amount, currency) else ""  # type: ignore[call-overload]


def format_claim(value: object) -> str:
    """Return what a source claims (a sum such as "USD 50000000", a date, ids) as a reader's words."""
    sum_ = re.fullmatch(r"([A-Z]{3}) (\d{1,15}(?:\.\d+)?)", str(value), re.ASCII)
    return format_money(float(sum_[2]), sum_[1]) if sum_ else format_day(value)


def keep_sums_together(text: object) -> str:
    """Return text with a no-break space between a currency and its sum, so that no line ends between them."""
    return re.sub(r"\b([A-Z]{3}) (?=\d)", "\\1\u00a0", str(text))


def list_measures(case: dict[str, Any]) -> list[str]:
    """Return the names of a case's sanctions, without those that its sum or its status already says."""
    said = _SAID_BY_STATUS.get(str(case["status"]), set()) | ({"fine"} if case["amount"] is not None else set())
    return [label(sanction, "sanction") for sanction in case["sanctions"] if sanction not in said]


def provision_key(provision: str) -> list[tuple[int, str]]:
    """Return what sorts provisions as a lawyer does: GDPR:6 before GDPR:12."""
    return [(int(digits or 0), other) for digits, other in re.findall(r"(\d+)|(\D+)", provision)]


def format_count(number: int, noun: str, plural: str | None = None) -> str:
    """Return "1 case", "1,204 cases"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def web_link(url: object) -> str | None:
    """Return url when a browser may be sent there: http or https with a host and without blanks; else None."""
    if not isinstance(url, str) or url[:4].lower() != "http" or re.search(r"[\s\x00-\x1f\x7f]", url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and host else None


def host_name(url: object) -> str:
    """Return the host of a web address without "www.", or "" when it is none."""
    link = web_link(url)
    return (urlsplit(link).hostname or "").removeprefix("www.") if link else ""


def path_part(value: object) -> str:
    """Return value as one segment of a path; provisions stay readable in it: GDPR:5(1)(f)."""
    return quote(str(value), safe=":()")


def label(value: object, kind: str) -> str:
    """Return what an identifier of a kind (`status`, `event`, `sanction`, `violation`, `role`) is called in English."""
    return labels()[kind].get(str(value), str(value or ""))


@cache
def labels() -> dict[str, dict[str, str]]:
    """Return what identifiers are called in English, by kind."""
    return tomllib.loads((files("dpawatch") / "labels.toml").read_text(encoding="utf-8"))


def language_name(code: object) -> str:
    """Return the English name of an ISO 639-1 language, or the code itself."""
    return str(_english().languages.get(str(code), code or ""))


def country_name(code: object) -> str:
    """Return the English name of an ISO 3166-1 country, or the code itself."""
    return str(_english().territories.get(str(code), code or ""))


@cache
def _english() -> Locale:
    return Locale.parse("en")
