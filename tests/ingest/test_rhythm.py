"""When a source is polled again: tables of what it gave and asks for, and the bounds that hold whatever it says."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.models import Advice
from ingest.rhythm import LONGEST, SHORTEST, History, choose_interval, needs_full, plan_next

# a Wednesday
NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def every(apart, count=10, until=NOW):
    return tuple(until - apart * n for n in range(1, count + 1))


INTERVALS = [
    # a press feed, every hour
    (every(HOUR), SHORTEST / 0.9),
    # a regulator, twice a week
    (every(84 * HOUR), timedelta(hours=10.5)),
    # eight polls between two items
    (every(16 * HOUR), 2 * HOUR),
    # once a month
    (every(30 * DAY), LONGEST / 1.1),
    # it was busy, and has been silent for months
    (every(HOUR, until=NOW - 200 * DAY), LONGEST / 1.1),
    # its first item came yesterday
    ((NOW - DAY,), 3 * HOUR),
    # a sitemap without dates: all of it at one moment, ten days ago
    ((NOW - 10 * DAY,) * 500, LONGEST / 1.1),
    # one that announces what is to come
    ((NOW + DAY, NOW - 16 * HOUR), 2 * HOUR),
    # nothing is known
    ((), SHORTEST / 0.9),
]


@pytest.mark.parametrize(("times", "interval"), INTERVALS)
def test_the_interval_follows_the_items(times, interval):
    assert choose_interval(times, NOW) == interval


def due_after(now=NOW, name="xx-dpa", **history):
    return plan_next(History(**history), now, name).due - now


def test_jitter_sets_sources_apart_and_is_the_same_on_every_machine():
    waits = [due_after(name=f"source-{n}", times=every(16 * HOUR)) for n in range(200)]
    assert len(set(waits)) == 200
    assert timedelta(hours=1.8) <= min(waits) < timedelta(hours=1.85)
    assert timedelta(hours=2.15) < max(waits) <= timedelta(hours=2.2)
    assert waits[0] == due_after(name="source-0", times=every(16 * HOUR))


@pytest.mark.parametrize("apart", [timedelta(0), MINUTE, HOUR, DAY, 400 * DAY])
def test_bounds_hold_for_every_rhythm(apart):
    for n in range(100):
        assert SHORTEST <= due_after(name=f"source-{n}", times=every(apart)) <= LONGEST


WISHES = [
    # what is asked for is longer than the rhythm
    (Advice(max_age=6 * 3600), 6 * HOUR),
    (Advice(ttl=6 * 3600), 6 * HOUR),
    (Advice(max_age=3600, ttl=6 * 3600), 6 * HOUR),
    # a day at most
    (Advice(ttl=90_000), DAY),
]


@pytest.mark.parametrize(("advice", "wait"), WISHES)
def test_what_is_asked_for_is_kept(advice, wait):
    assert due_after(times=every(HOUR), advice=advice) == wait
    # also when pages are still to be read
    assert due_after(times=every(HOUR), advice=advice, owed=NOW) == wait


def test_a_shorter_wish_changes_nothing():
    assert due_after(times=every(16 * HOUR), advice=Advice(max_age=60)) == due_after(times=every(16 * HOUR))


def test_pages_still_to_be_read_bring_the_next_poll_forward_to_when_they_may_be():
    waits = [due_after(times=every(30 * DAY), owed=NOW + wait) for wait in (-DAY, 0 * HOUR, HOUR, 16 * HOUR)]
    assert waits == [SHORTEST, SHORTEST, HOUR, 16 * HOUR]
    assert due_after(times=every(30 * DAY), owed=NOW + 9 * DAY) == due_after(times=every(30 * DAY))


def test_skipped_hours_and_days():
    # due at about 12:17; these hours are left out
    due = plan_next(History(every(HOUR), Advice(skip_hours=(12, 13, 14))), NOW, "a").due
    assert due == NOW + 3 * HOUR
    # Wednesday to Friday
    due = plan_next(History(every(HOUR), Advice(skip_days=(2, 3, 4))), NOW, "a").due
    assert due == datetime(2024, 5, 4, tzinfo=UTC)
    due = plan_next(History(every(HOUR), Advice(skip_hours=(0, 1), skip_days=(2,))), NOW, "a").due
    assert due == datetime(2024, 5, 2, 2, tzinfo=UTC)


def test_a_source_that_leaves_no_hour_is_polled_all_the_same():
    due = plan_next(History(every(HOUR), Advice(0, 0, tuple(range(24)), tuple(range(7)))), NOW, "a").due
    assert due - NOW <= 8 * DAY


FULL = [
    # never had one, and is asked in full anyway
    (None, 0, False),
    (NOW - DAY, 3, False),
    (NOW - 7 * DAY, 3, True),
    (NOW - HOUR, 50, True),
    (NOW - HOUR, 49, False),
]


@pytest.mark.parametrize(("last_body", "not_modified", "full"), FULL)
def test_a_304_is_believed_for_a_while(last_body, not_modified, full):
    assert needs_full(last_body, not_modified, NOW) is full
