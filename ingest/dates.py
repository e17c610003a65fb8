"""Dates as people write them on a page: "12 marca 2026 r.", "hier", "3 days ago", "03.04.2026" in, aware UTC out.

dateparser reads them (CLDR's month names and relative words in 200 locales); what it does not know is rewritten for it
first, by `ingest/dates.toml`. What is here keeps it from guessing: a date without a day or a year, or of which nobody
knows whether the month comes first, is None. A week ago is seven days ago.
"""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any

from dateparser.date import DateDataParser
from dateparser.search import search_dates

from ingest.entries import believe_date, read_iso_date

# CLDR has the two written languages of Norway, not their common name
NAMES = {"no": "nb"}
# day and month of an all-numeric date that does not begin with its year
NUMERIC = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](?:\d{4}|\d{2})")
# "last week" is a week too, but not one of which the day is told
WEEKS_AGO = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
ERA_YEAR = re.compile(r"([^\W\d_]{2})\s?(元|\d{1,2})年")
# of a calendar that is ahead by centuries
YEAR_AHEAD = re.compile(r"(?<!\d)2[4-6]\d\d(?!\d)")
EXACT = ("day", "time")
MAX_LENGTH = 200


class DateReader:
    """Reads the dates of one page.

    Args:
        language: ISO 639-1, of the page. country: ISO 3166-1 or None; of English, it tells which number is the month.
        date_format: as for strptime, month names in the page's language; when stated, only it and relative dates count.
        now: when the page was fetched, aware: what relative dates are relative to.
    """

    def __init__(self, language: str, country: str | None, date_format: str | None, now: datetime) -> None:
        self._now = now.astimezone(UTC)
        self._formats = [date_format] if date_format else None
        self._settings: dict[str, Any] = {
            "RELATIVE_BASE": self._now.replace(tzinfo=None),
            "STRICT_PARSING": True,
            "RETURN_TIME_AS_PERIOD": True,
            "PARSERS": ["relative-time", "custom-formats" if date_format else "absolute-time"],
        }
        self._written_in = language
        self._language = NAMES.get(language, language)
        try:
            self._parser = self._make_parser(country)
        except ValueError:
            # a language that CLDR has no month names of: numbers and English are left
            self._language = "en"
            self._parser = self._make_parser(country)

    def read(self, text: str) -> datetime | None:
        """Return the one date in a text, at midnight UTC when it has no time of day.

        None: there is none or more than one, it is not certain, before 1990, or after the page was fetched.
        """
        text = " ".join(text.split())
        if not text or len(text) > MAX_LENGTH:
            return None
        if not self._formats and (found := read_iso_date(text)):
            return found
        # a stated format is that of the date as it is written
        forms = dict.fromkeys((rewrite_date(text, self._written_in), text))
        return next(filter(None, (read(form) for form in forms for read in (self._read_whole, self._read_part))), None)

    def _make_parser(self, country: str | None) -> DateDataParser:
        return DateDataParser(languages=[self._language], region=country, settings=self._settings)

    def _read_whole(self, text: str) -> datetime | None:
        data = self._parser.get_date_data(text, date_formats=self._formats)
        if data.date_obj is None or (data.locale == "en" and _is_ambiguous(text)):
            return None
        if data.period not in EXACT and not (data.period == "week" and WEEKS_AGO.search(text)):
            return None
        found = data.date_obj
        if found.time() == self._now.time() and data.period != "time":
            # "3 days ago" is a day, not this very second of it
            found = datetime.combine(found.date(), time.min)
        return believe_date(found if found.tzinfo else found.replace(tzinfo=UTC), self._now)

    def _read_part(self, text: str) -> datetime | None:
        """Return the only date among other words; the search itself mixes up day and month, so its find is read again."""
        settings = self._settings | {"PARSERS": ["relative-time", "absolute-time"]}
        found = search_dates(text, languages=[self._language], settings=settings) or []
        parts = {part for part, _ in found if part != text}
        return self._read_whole(parts.pop()) if len(parts) == 1 else None


def rewrite_date(text: str, language: str) -> str:
    """Return text with its dates as dateparser knows them: Gregorian years, and the words of ingest/dates.toml."""
    tables = _load_tables()
    for pattern, words in tables["rewrite"].get(language, ()):
        text = re.sub(pattern, words, text, flags=re.IGNORECASE)
    ahead = tables["ahead"].get(language, 0)
    if ahead:
        text = YEAR_AHEAD.sub(lambda year: str(int(year[0]) - ahead), text)
    return ERA_YEAR.sub(lambda year: _count_year(year, tables["eras"]), text)


def _count_year(year: re.Match[str], eras: dict[str, int]) -> str:
    """Return a year of an era by the Gregorian calendar; that of an era which is not known stays as it is."""
    before = eras.get(year[1])
    return year[0] if before is None else f"{before + (1 if year[2] == '元' else int(year[2]))}年"


@cache
def _load_tables() -> dict[str, Any]:
    return tomllib.loads(files("ingest").joinpath("dates.toml").read_text(encoding="utf-8"))


def _is_ambiguous(text: str) -> bool:
    numeric = NUMERIC.search(text)
    return numeric is not None and int(numeric[1]) <= 12 and int(numeric[2]) <= 12 and numeric[1] != numeric[2]
