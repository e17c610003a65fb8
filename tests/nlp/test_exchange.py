"""Euro at the European Central Bank's reference rates of the day."""

from decimal import Decimal

import pytest

from nlp.exchange import convert_to_euro


def test_euro_are_what_they_are():
    found = convert_to_euro(Decimal("50000000"), "EUR", "2019-01-21")
    assert (found.amount, found.rate) == (Decimal(50_000_000), Decimal(1))


def test_the_rate_of_the_day():
    # the first reference rate ever, 4 January 1999: 1.1789 dollars for one euro
    found = convert_to_euro(Decimal("1178.90"), "USD", "1999-01-04")
    assert (found.amount, found.rate, found.day) == (Decimal("1000.00"), Decimal("1.1789"), "1999-01-04")


def test_a_day_without_trade_takes_the_last_rate_before():
    sunday, friday = (convert_to_euro(Decimal(100), "SEK", day) for day in ("2023-06-11", "2023-06-09"))
    assert sunday == friday
    assert sunday.day == "2023-06-09"


@pytest.mark.parametrize(
    ("day", "quoted"),
    [
        ("2023-04-10", "2023-04-06"),  # Easter Monday
        ("2024-01-01", "2023-12-29"),
        ("2021", "2020-12-31"),  # the first day of the year, which is a holiday
        ("2021-12", "2021-12-01"),
    ],
)
def test_the_day_is_that_of_the_rate(day, quoted):
    assert convert_to_euro(Decimal(100), "USD", day).day == quoted


NO_RATE = [
    ("USD", None),
    ("XXX", "2020-01-02"),
    # before the euro
    ("USD", "1949-05-05"),
    ("USD", "1999-01-01"),
    # the future
    ("USD", "2999-01-04"),
    # the ECB stopped quoting the rouble on 1 March 2022
    ("RUB", "2022-03-02"),
    # Croatia has the euro
    ("HRK", "2023-05-01"),
    # no rate of the króna was quoted between December 2008 and February 2018
    ("ISK", "2012-05-04"),
]


@pytest.mark.parametrize(("currency", "day"), NO_RATE)
def test_without_a_rate_there_is_no_conversion(currency, day):
    assert convert_to_euro(Decimal(1), currency, day) is None
