"""Calendar dates in prose, as precise as they are written. Source: Unicode CLDR (through Babel) for the names of months."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import get_month_names

from nlp.letters import look_up
from nlp.models import DateMention, Span
from nlp.spans import near

_YEAR = r"(?P<y{0}>(?:19|20)\d\d)"
_ANY_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGIT = re.compile(r"\d")
# Every date with a year begins so many letters before it, and ends so many behind.
_BEFORE_A_YEAR, _BEHIND_A_YEAR = 200, 150


@cache
def month_numbers(lang: str) -> dict[str, int]:
    """Return the number of each month name of a language and of English, lower case, abbreviations included."""
    names: dict[str, int] = {}
    for code in (lang, "en"):
        try:
            locale = Locale.parse(code)
        except (UnknownLocaleError, ValueError):
            continue
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                months = get_month_names(width, context, locale)
                names.update(
                    {
                        name.lower().rstrip("."): number
                        for number, name in months.items()
                        if name.isalpha() or "." in name
                    }
                )
    return names


@cache
def date_pattern(lang: str) -> re.Pattern[str]:
    """Return the pattern of a date with a named month, an ISO date, or a year behind a word for "in"."""
    months = "|".join(re.escape(m) for m in sorted(month_numbers(lang), key=len, reverse=True))
    of = r"(?:\s+(?:de|of|del|di))?"
    year = [_YEAR.format(n) for n in range(1, 6)]
    return re.compile(
        rf"(?<!\w)(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?{of}\s+(?P<m1>{months})\.?,?{of}\s+{year[0]}"
        rf"|(?P<m2>{months})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,\s*{year[1]}"
        rf"|(?P<m3>{months})\.?{of}\s+{year[2]}"
        rf"|{year[4]}\.\s+(?-i:(?=[^\WA-Z\d]))(?P<m5>{months})\.?(?:\s+(?P<d5>\d{{1,2}})(?!\d))?"  # Hungarian: "2021. május 4-én"
        rf"|(?P<d6>\d{{1,2}})[./](?P<m6>\d{{1,2}})[./]{_YEAR.format(6)}"
        rf"|{year[3]}-(?P<m4>\d\d)-(?P<d4>\d\d))(?!\w)",
        re.IGNORECASE,
    )


@cache
def yearless_pattern(lang: str) -> re.Pattern[str]:
    """Return the pattern of a day and a named month without a year behind them."""
    months = "|".join(re.escape(m) for m in sorted(month_numbers(lang), key=len, reverse=True))
    return re.compile(
        rf"(?<![\w.,])(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?(?:\s+de)?\s+(?P<m1>{months})"
        rf"|(?P<m2>{months})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)(?!\w|\.?,?(?:\s+del?)?\s+(?:19|20)\d\d)",
        re.IGNORECASE,
    )


def find_dates(text: str, lang: str, published: str | None = None) -> list[DateMention]:
    """Return the dates of text in order, each with its one span; impossible days and months are left out.

    Args:
        published: ISO date of the text; where it is known, a date without a year is the last such day before it.
    """
    years = (match.start() for match in _ANY_YEAR.finditer(text))
    stretches = list(near(years, _BEFORE_A_YEAR, _BEHIND_A_YEAR, len(text)))
    found = [(m.span(), _iso(m, lang)) for s in stretches for m in date_pattern(lang).finditer(text, *s)]
    if published and len(published) >= len("2024-01-01") and _DIGIT.search(text):
        taken = [span for span, _ in found]
        for match in yearless_pattern(lang).finditer(text):
            if not any(s < match.end() and match.start() < e for s, e in taken):
                found.append((match.span(), _before(match, lang, published[:10])))
    return [DateMention(iso, (span,)) for span, iso in sorted(found) if iso]


def _before(match: re.Match[str], lang: str, published: str) -> str | None:
    """Return the last day of that name up to the one of publication."""
    name, day = match["m1"] or match["m2"], int(match["d1"] or match["d2"])
    if name == "may":
        return None
    tail = f"{look_up(month_numbers(lang), name):02d}-{day:02d}"
    return _if_possible(f"{int(published[:4]) - (tail > published[5:])}-{tail}")


def first_day(iso: str) -> date | None:
    """Return the first day that an ISO date or time, a month or a year stands for; None for what is none of them."""
    try:
        return date.fromisoformat(iso[:10] if len(iso) > len("2024-05") else f"{iso}-01-01"[:10])
    except ValueError:
        return None


def find_year(text: str, span: Span) -> str | None:
    """Return the last year that stands in the span of text, or None."""
    years = find_years(text[span[0] : span[1]])
    return years[-1] if years else None


def find_years(text: str) -> list[str]:
    """Return the years named in text, in order."""
    return re.findall(r"(?<![\d/.-])(?:19|20)\d\d(?![\d/-])", text)


def _iso(match: re.Match[str], lang: str) -> str | None:
    groups = match.groupdict()
    year = next(v for k, v in groups.items() if k.startswith("y") and v)
    month = next(v for k, v in groups.items() if k.startswith("m") and v)
    day = next((v for k, v in groups.items() if k.startswith("d") and v), None)
    if month == "may":  # the English verb
        return None
    number = int(month) if month.isdigit() else look_up(month_numbers(lang), month)
    if lang == "en" and groups["m6"] and int(groups["d6"]) <= 12:  # the day or the month may stand first
        return None
    if not day:
        return f"{year}-{number:02d}" if 1 <= number <= 12 else None
    return _if_possible(f"{year}-{number:02d}-{int(day):02d}")


def _if_possible(iso: str) -> str | None:
    """Return a day, or None where no calendar has it ("31 February")."""
    try:
        return date.fromisoformat(iso).isoformat()
    except ValueError:
        return None
