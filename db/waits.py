"""Times that only a wrong clock can have written: waits that are taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from db.values import iso_time, transaction

# what is chosen or asked for at most: for a source or a host, for one that leaves out days, and for a page read four times
A_DAY = timedelta(hours=24, minutes=1)
A_WEEK_MORE = A_DAY + timedelta(days=7)
FOR_A_PAGE = timedelta(hours=257)
_WAITS = (
    """update sources set next_due = null
        where next_due > case when skip_days is null and skip_hours is null then :day else :week end""",
    "update entries set next_due = null where state = 'pending' and next_due > :page",
    "delete from hosts where rests_until > :day",
    "update sources set moved_to = null, moved_since = null, moved_times = 0 where moved_since > :now",
    "update sources set last_body = :now where last_body > :now",
    "update sources set last_polled = :now where last_polled > :now",
)


def take_back_waits(db: Database, now: datetime) -> None:
    """Let no source, page or host wait for longer than any may, as they do when a clock was ahead and was set right.

    A clock that is behind makes them due too soon, and they wait again as usual when it is right.
    """
    waits = {"now": timedelta(), "day": A_DAY, "week": A_WEEK_MORE, "page": FOR_A_PAGE}
    times = {name: iso_time(now + wait) for name, wait in waits.items()}
    with transaction(db):
        for sql in _WAITS:
            db.execute(sql, {name: time for name, time in times.items() if f":{name}" in sql})
