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
    assert sunday.amount == friday.amount


@pytest.mark.parametrize(("currency", "day"), [("USD", None), ("XXX", "2020-01-02"), ("USD", "1949-05-05")])
def test_without_a_rate_there_is_no_conversion(currency, day):
    assert convert_to_euro(Decimal(1), currency, day) is None
