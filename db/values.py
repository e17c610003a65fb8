"""How values look in a row: times, numbers and transactions, the same in every table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

from sqlite_utils import Database

# of a row of articles: the time of a fetch dates no text, no act and no sum
STATED_PUBLISHED = "case when published_origin is not 'fetched' then published end"


def iso_time(moment: datetime) -> str:
    """Return an aware datetime as ISO 8601 in UTC, to the second: "2021-12-16T09:30:00Z"."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without its zone cannot be stored: {moment.isoformat()}")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> datetime:
    """Return what iso_time wrote as an aware UTC datetime."""
    return datetime.fromisoformat(text).astimezone(UTC)


def sql_number(value: Decimal | None) -> int | float | None:
    """Return a decimal as SQLite keeps it: an integer when it is whole, else a real; None stays None."""
    if value is None:
        return None
    if value == value.to_integral_value() and abs(value) < 2**63:
        return int(value)
    return float(value)


def json_list(values: Iterable[str | int]) -> str:
    """Return values as SQL takes a list of them, `in (select value from json_each(?))`, sorted."""
    return json.dumps(sorted(values))


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """Make the writes inside one: all are kept or none, and the write lock is taken at once.

    Inside another transaction it is part of that one. An immediate lock waits its turn (the busy timeout), where a
    deferred one that has read and then wants to write would fail at once.
    """
    if db.conn.in_transaction:
        with db.atomic():
            yield
        return
    db.conn.execute("begin immediate")
    try:
        yield
        db.commit()
    except BaseException:
        db.rollback()
        raise
