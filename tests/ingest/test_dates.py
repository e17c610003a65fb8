"""Dates as pages write them: what is read, and what is rather not read than guessed."""

from datetime import UTC, datetime

import pytest

from ingest.dates import DateReader

NOW = datetime(2026, 10, 14, 15, 30, 20, 123456, UTC)


def read(text, language, country=None, date_format=None):
    found = DateReader(language, country, date_format, NOW).read(text)
    return found and found.isoformat().removesuffix("T00:00:00+00:00").removesuffix(":00+00:00")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        # month names, inflected, abbreviated, with particles and weekdays
        ("fr", "1er février 2026", "2026-02-01"),
        ("fr", "mercredi 12 août 2025", "2025-08-12"),
        ("pl", "12 marca 2026 r.", "2026-03-12"),
        ("pl", "środa, 4 lutego 2026", "2026-02-04"),
        ("es", "12 de marzo de 2026", "2026-03-12"),
        ("pt", "12 de março de 2026", "2026-03-12"),
        ("da", "12. marts 2026", "2026-03-12"),
        ("no", "12. mars 2026", "2026-03-12"),
        ("hu", "2026. március 12.", "2026-03-12"),
        ("el", "12 Μαρτίου 2026", "2026-03-12"),
        ("bg", "12 март 2026 г.", "2026-03-12"),
        ("hr", "12. ožujka 2026.", "2026-03-12"),
        ("ja", "2026年3月12日", "2026-03-12"),
        ("ko", "2026년 3월 12일", "2026-03-12"),
        ("en", "Mar 12, 2026", "2026-03-12"),
        # numbers, in the language's order
        ("es", "03/04/2026", "2026-04-03"),
        ("de", "03.04.2026", "2026-04-03"),
        ("fi", "12.3.2026", "2026-03-12"),
        # ISO 8601, whatever the language
        ("sv", "2026-03-04", "2026-03-04"),
        ("en", "2026-03-04T10:00:00+01:00", "2026-03-04T09:00"),
        # times of day stay
        ("fr", "Hier à 10h30", "2026-10-13T10:30"),
        ("en", "12 March 2026 10:30", "2026-03-12T10:30"),
        # relative to the time of fetching; a day is its midnight
        ("fr", "hier", "2026-10-13"),
        ("fr", "il y a 3 jours", "2026-10-11"),
        ("en", "3 days ago", "2026-10-11"),
        ("en", "yesterday", "2026-10-13"),
        ("pl", "wczoraj", "2026-10-13"),
        ("es", "hace 2 días", "2026-10-12"),
        ("da", "i går", "2026-10-13"),
        ("de", "vor 3 Tagen", "2026-10-11"),
        # a week ago, with a number or a word for it
        ("en", "a week ago", "2026-10-07"),
        ("en", "2 weeks ago", "2026-09-30"),
        ("fr", "il y a une semaine", "2026-10-07"),
        ("fr", "Publié il y a une semaine", "2026-10-07"),
        ("de", "Vor einer Woche", "2026-10-07"),
        ("it", "una settimana fa", "2026-10-07"),
        ("it", "un giorno fa", "2026-10-13"),
        ("es", "hace una semana", "2026-10-07"),
        ("nl", "een week geleden", "2026-10-07"),
        ("pl", "tydzień temu", "2026-10-07"),
        ("pl", "2 tygodnie temu", "2026-09-30"),
        ("pt", "há uma semana", "2026-10-07"),
        ("sv", "för en vecka sedan", "2026-10-07"),
        ("da", "for en uge siden", "2026-10-07"),
        ("no", "for en uke siden", "2026-10-07"),
        ("fi", "viikko sitten", "2026-10-07"),
        ("ro", "acum o săptămână", "2026-10-07"),
        ("ro", "acum o zi", "2026-10-13"),
        ("cs", "před týdnem", "2026-10-07"),
        ("el", "πριν από μία εβδομάδα", "2026-10-07"),
        ("hu", "egy hete", "2026-10-07"),
        # particles around the parts
        ("lt", "2026 m. kovo 3 d.", "2026-03-03"),
        ("lv", "2026. gada 3. marts", "2026-03-03"),
        ("lv", "2026. gada 3. martā", "2026-03-03"),
        ("lv", "2026. gada 12. septembrī", "2026-09-12"),
        ("lv", "2026. gada 3. janvārī", "2026-01-03"),
        ("lv", "2026. gada 3. aprīlī", "2026-04-03"),
        ("mt", "3 ta' Marzu 2026", "2026-03-03"),
        ("mt", "3 ta’ Marzu 2026", "2026-03-03"),
        # the years of other calendars, and abbreviations of their months
        ("th", "3 มีนาคม 2569", "2026-03-03"),
        ("th", "3 มี.ค. 2569", "2026-03-03"),
        ("th", "3 มีนาคม 2026", "2026-03-03"),
        ("ja", "令和8年3月3日", "2026-03-03"),
        ("ja", "令和元年5月7日", "2019-05-07"),
        ("ja", "平成31年3月3日", "2019-03-03"),
        # among other words
        ("en", "Published: 12 March 2026", "2026-03-12"),
        ("en", "Date 12 March 2026, Type Enforcement notice", "2026-03-12"),
        ("fr", "Publié le 12 mars 2026 - Communiqué", "2026-03-12"),
        ("pl", "Data publikacji: 12.03.2026", "2026-03-12"),
        ("de", "Pressemitteilung 12/2026 vom 12.03.2026", "2026-03-12"),
        # a language without month names still has numbers
        ("mi", "2026-03-12", "2026-03-12"),
    ],
)
def test_read(language, text, expected):
    assert read(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        # no year, no day
        ("en", "12 March"),
        ("en", "March 2026"),
        ("en", "Monday"),
        ("en", "2 months ago"),
        ("en", "last week"),
        ("fr", "la semaine dernière"),
        # an era that nobody knows
        ("ja", "未来8年3月3日"),
        # two dates
        ("en", "12 May 2026, changed 4 June 2026"),
        # no date
        ("en", ""),
        ("en", "Fine of 2000 EUR"),
        ("en", "1735689600"),
        ("en", "x" * 1000),
        # nobody believes it
        ("en", "12 March 2036"),
        ("en", "12 March 1926"),
        ("en", "in 3 days"),
    ],
)
def test_rather_nothing_than_a_guess(language, text):
    assert read(text, language) is None


@pytest.mark.parametrize(
    ("country", "expected"),
    [("GB", "2026-04-03"), ("IE", "2026-04-03"), ("US", "2026-03-04"), ("FR", None), (None, None)],
)
def test_english_numbers_are_read_as_in_the_country(country, expected):
    assert read("03/04/2026", "en", country) == expected
    assert read("Issued 03/04/2026 in full", "en", country) == expected
    assert read("03/03/2026", "en", country) == "2026-03-03"


@pytest.mark.parametrize(
    ("language", "date_format", "text", "expected"),
    [
        ("en", "%d/%m/%Y", "03/04/2026", "2026-04-03"),
        ("de", "%d.%m.%y", "12.03.26", "2026-03-12"),
        ("pl", "%d %B %Y r.", "12 stycznia 2026 r.", "2026-01-12"),
        ("lt", "%Y m. %B %d d.", "2026 m. kovo 12 d.", "2026-03-12"),
        ("en", "%d/%m/%Y %H:%M", "12/03/2026 12:40", "2026-03-12T12:40"),
        ("en", "%d/%m/%Y", "Issued: 03/04/2026", "2026-04-03"),
        # relative dates are read beside it, dates of another form are not
        ("fr", "%d/%m/%Y", "hier", "2026-10-13"),
        ("fr", "%d/%m/%Y", "il y a une semaine", "2026-10-07"),
        ("en", "%d/%m/%Y", "2026-03-12", None),
        ("en", "%d/%m/%Y", "12 March 2026", None),
    ],
)
def test_stated_format(language, date_format, text, expected):
    assert read(text, language, None, date_format) == expected
