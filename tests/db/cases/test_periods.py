from datetime import date

import pytest

from db.cases.periods import parse_period

DATES = [
    ("2021-12-16", (date(2021, 12, 16), date(2021, 12, 16))),
    ("2021-12-16T09:30:00Z", (date(2021, 12, 16), date(2021, 12, 16))),
    # as precise as the text
    ("2021-12", (date(2021, 12, 1), date(2021, 12, 31))),
    ("2020-02", (date(2020, 2, 1), date(2020, 2, 29))),
    ("2021", (date(2021, 1, 1), date(2021, 12, 31))),
    # no dates
    (None, None),
    ("", None),
    ("2021-02-30", None),
    ("0000", None),
    ("soon", None),
    ("2021-12-16 or so", None),
]


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_periods(text, expected):
    found = parse_period(text)
    assert (found and (date.fromordinal(found.first), date.fromordinal(found.last))) == expected


GAPS = [
    ("2021-01-01", "2021-01-11", 10),
    ("2021", "2021-06-05", 0),
    ("2021-12", "2022-01-02", 2),
    ("2020", "2022", 366),
]


@pytest.mark.parametrize(("one", "other", "days"), GAPS)
def test_the_gap_is_what_is_certain_and_the_same_both_ways(one, other, days):
    assert parse_period(one).gap(parse_period(other)) == days
    assert parse_period(other).gap(parse_period(one)) == days
