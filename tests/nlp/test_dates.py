"""Dates as precise as they are written."""

import pytest

from nlp.dates import find_dates

DATES = [
    ("en", "on 21 January 2019", ["2019-01-21"]),
    ("en", "on January 21st, 2019 and in March 2020", ["2019-01-21", "2020-03"]),
    ("de", "am 21. Januar 2019", ["2019-01-21"]),
    ("es", "el 21 de enero de 2019", ["2019-01-21"]),
    ("pl", "w dniu 16 grudnia 2021", ["2021-12-16"]),
    ("fr", "le 1er février 2022", ["2022-02-01"]),
    ("en", "on 2021-12-16", ["2021-12-16"]),
    # Hungarian: the year first; an English year that ends a sentence is no part of the next date
    ("hu", "2021. március 4-én és 2020. május", ["2021-03-04", "2020-05"]),
    ("en", "It began in 2021. March 4 was the last day.", []),
    ("fi", "16. joulukuuta 2021", ["2021-12-16"]),
    ("cs", "dne 12. prosince 2022", ["2022-12-12"]),
    # no such day
    ("en", "on 45 January 2019", []),
    ("en", "on 31 February 2024 and 2023-02-29", []),
    ("en", "on 29 February 2024", ["2024-02-29"]),
    ("en", "may 2000 people complain", []),
]


@pytest.mark.parametrize(("lang", "text", "expected"), DATES)
def test_dates(lang, text, expected):
    assert [d.date for d in find_dates(text, lang)] == expected
