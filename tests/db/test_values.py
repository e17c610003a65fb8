from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from db.values import iso_time, parse_time, sql_number, transaction

NUMBERS = [
    (None, None),
    # whole amounts are integers, whatever their exponent
    (Decimal("20000000"), 20_000_000),
    (Decimal("2E+7"), 20_000_000),
    (Decimal("60000.00"), 60_000),
    (Decimal("1234.56"), 1234.56),
    # larger than SQLite's integers
    (Decimal("1e30"), 1e30),
]


@pytest.mark.parametrize(("value", "expected"), NUMBERS)
def test_numbers(value, expected):
    found = sql_number(value)
    assert found == expected
    assert type(found) is type(expected)


def test_times_are_stored_in_utc():
    paris = timezone(timedelta(hours=2))
    stored = iso_time(datetime(2024, 5, 1, 1, 30, tzinfo=paris))
    assert stored == "2024-04-30T23:30:00Z"
    assert parse_time(stored) == datetime(2024, 4, 30, 23, 30, tzinfo=UTC)


def test_a_time_without_a_zone_is_an_error():
    with pytest.raises(ValueError, match="without its zone"):
        iso_time(datetime(2024, 5, 1))  # noqa: DTZ001


def test_a_failed_transaction_leaves_nothing(db, rows):
    with pytest.raises(RuntimeError), transaction(db):
        db.execute("insert into laws (id, name) values ('A', 'A')")
        with transaction(db):
            db.execute("insert into laws (id, name) values ('B', 'B')")
        raise RuntimeError
    assert rows("select id from laws where id in ('A', 'B')") == []
    assert not db.conn.in_transaction
