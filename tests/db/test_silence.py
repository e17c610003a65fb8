"""The silence ledger on made-up rhythms: what is called silent, when, and in what words."""

from datetime import UTC, date, datetime, timedelta

import pytest

from db.entries import store_entries_found
from db.health import source_health
from db.schema import open_database
from db.silence import explain_silence, judge_silence, load_rules, survive
from db.sources import store_source_done, store_sources
from ingest.models import EntriesFound, Entry, Source, SourceDone, SourceState

START = date(2022, 9, 1)


def each(step, number, start=START):
    return [start + timedelta(days=step * n) for n in range(number)]


def weekdays(number, start=START):
    return [day for day in each(1, number, start) if day.weekday() < 5]


def bursts(number):
    """Four days in a row, then two months of nothing."""
    return [day for first in each(65, number) for day in each(1, 4, first)]


def first_silent(days):
    """Return after how many days of nothing a rhythm is called silent."""
    return next(n for n in range(1000) if judge_silence(days, days[-1] + timedelta(days=n)).silent)


# what it is, its days with items, and between how many days of nothing it is first called silent
RHYTHMS = [
    ("each day", each(1, 300), 14, 14),
    ("each weekday", weekdays(300), 14, 14),
    ("each week", each(7, 60), 35, 70),
    ("each month", each(30, 20), 120, 240),
    ("in bursts", bursts(8), 120, 300),
    ("by chance", [START + timedelta(days=d * d // 3 % 900) for d in range(40, 90)], 20, 300),
]


@pytest.mark.parametrize(
    ("rhythm", "days", "least", "most"), [(r, sorted(set(d)), a, b) for r, d, a, b in RHYTHMS], ids=[r[0] for r in RHYTHMS]
)  # fmt: skip
def test_a_source_is_silent_by_its_own_rhythm(rhythm, days, least, most):
    # none of them ends before a pause of the calendar
    cut = list(days)
    while cut[-1].month in (7, 8, 12, 1):
        cut.pop()
    assert least <= first_silent(cut) <= most


@pytest.mark.parametrize(
    ("pause", "first", "last"),
    [("August", date(2023, 7, 31), date(2023, 9, 4)), ("Christmas", date(2023, 12, 19), date(2024, 1, 8))],
)
def test_a_holiday_that_was_never_seen_before_calls_nobody(pause, first, last):
    days = weekdays((first - START).days + 1) if pause == "Christmas" else weekdays(200, first - timedelta(days=199))
    assert not any(judge_silence(days, days[-1] + timedelta(days=n)).silent for n in range((last - first).days))
    assert judge_silence(days, last + timedelta(days=14)).silent, "who is silent still when it is over is called"


def test_one_outage_does_not_excuse_the_next():
    before = weekdays(250)
    days = before + weekdays(250, before[-1] + timedelta(days=120))
    assert first_silent(days) < 60


def test_few_items_tell_no_rhythm():
    found = judge_silence(each(7, load_rules().least_gaps), START + timedelta(days=900))
    assert (found.probability, found.silent, found.gaps) == (None, False, load_rules().least_gaps - 1)
    assert judge_silence([], START) is None


@pytest.mark.parametrize("gaps", [[1] * 40, [1, 1, 1, 3] * 30, [7] * 8, list(range(1, 50)), [1] * 99 + [300]])
def test_a_longer_pause_is_never_likelier(gaps):
    found = [survive(sorted(gaps), length / 2) for length in range(1, 1500)]
    assert found == sorted(found, reverse=True)
    assert found[0] == 1
    assert 0 <= found[-1] < 0.01


def test_a_fair_rhythm_is_seldom_called_silent():
    """Of pauses drawn from a rhythm itself, not many more than the threshold says are called."""
    import random

    chance, called = random.Random(1), 0
    for _ in range(300):
        gaps = sorted(max(1, round(chance.expovariate(1 / 20))) for _ in range(60))
        called += survive(gaps, max(1, round(chance.expovariate(1 / 20)))) < 0.01
    assert called <= 8


SENTENCES = [
    (each(7, 60), 3, "nothing new for 3 days: half of its pauses last 7 days or less, the longest lasted 7 days, and 90% of them"),
    (each(1, 60), 1, "nothing new for 1 day: half of its pauses last 1 day or less"),
    (each(7, 60), 60, "and one in "),
    (each(1, 60), 300, "fewer than one in a million would last so long"),
    (each(7, 3), 30, "nothing new for 30 days; 2 pauses are too few to tell its rhythm"),
]  # fmt: skip


@pytest.mark.parametrize(("days", "silence", "says"), SENTENCES)
def test_it_is_said_in_a_sentence(days, silence, says):
    found = judge_silence(days, days[-1] + timedelta(days=silence))
    row = {name: getattr(found, name) for name in ("days", "gaps", "usual_gap", "longest_gap", "probability")}
    assert says in explain_silence(row)


@pytest.fixture
def ledger():
    database = open_database(":memory:")
    store_sources(
        database, [Source("one", "p", "press", "feed", "https://a.example", "https://a.example", "en", "privacy")]
    )
    yield database
    database.close()


def poll(db, at, *days):
    found = [
        Entry(
            f"{day}-{n}", f"https://a.example/{day}-{n}", "T", "", datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        )
        for day in days
        for n in range(3)
    ]
    store_entries_found(db, EntriesFound("one", tuple(found)), at)
    store_source_done(db, SourceDone("one", "polled", SourceState()), None, at)


def test_a_silence_lasts_as_long_as_the_source_is_polled_and_nothing_comes(ledger):
    def at(day):
        return datetime(2023, 3, 1, 12, tzinfo=UTC) + timedelta(days=day)

    def state():
        return [row["state"] for row in source_health(ledger, at(0))]

    days = each(1, 100, at(-99).date())
    poll(ledger, at(0), *days)
    row = dict(next(ledger.query("select * from silences")))
    assert (row["last_item"], row["days"], row["gaps"], row["usual_gap"], row["silent"]) == ("2023-03-01", 0, 99, 1, 0)
    poll(ledger, at(13))
    assert state() == ["works"]
    # nobody asked, so that nobody knows
    assert next(ledger.query("select days from silences"))["days"] == 13
    store_source_done(ledger, SourceDone("one", "failed", SourceState(), error="no"), None, at(60))
    assert next(ledger.query("select days from silences"))["days"] == 13
    poll(ledger, at(20))
    assert state() == ["silent"]
    poll(ledger, at(21), at(21).date())
    assert state() == ["works"]


def test_what_a_person_has_accepted_is_not_called_until_it_was_heard_again(ledger):
    first = datetime(2023, 3, 1, 12, tzinfo=UTC)
    poll(ledger, first, *each(1, 100, first.date() - timedelta(days=99)))
    ledger.execute("update sources set accepted = '2023-04-01T12:00:00Z'")
    poll(ledger, first + timedelta(days=60))
    assert next(ledger.query("select silent from silences"))["silent"] == 0
    poll(ledger, first + timedelta(days=61), (first + timedelta(days=61)).date())
    poll(ledger, first + timedelta(days=400))
    assert next(ledger.query("select silent from silences"))["silent"] == 1


def test_a_date_of_the_future_counts_when_it_was_seen(ledger):
    seen = datetime(2023, 3, 1, 12, tzinfo=UTC)
    poll(ledger, seen, date(2031, 1, 1))
    assert next(ledger.query("select last_item, days from silences")) == {"last_item": "2023-03-01", "days": 0}
