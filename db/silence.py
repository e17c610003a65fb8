"""The silence ledger: how long each source has brought nothing new, and how unlikely that is by its own past pauses.

A pause is the days from one day with items to the next, so that a burst is one day. Days of August and of the turn of the
year count a quarter. How likely a pause is to last so long: the share of past pauses that did, up to the longest tenth of
them (three at least); beyond, it falls off exponentially, by the mean of what the longest tenth had beyond its shortest,
or by the mean pause where that is more. So a rhythm of weekdays, weeks or bursts is its own measure, and one outage among
many pauses does not excuse the next. The rules are data, in `db/silence.toml`.
"""

from __future__ import annotations

import math
import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from statistics import mean, median
from typing import Any

from sqlite_utils import Database

from db.values import iso_time

TAIL = 10
LEAST_TAIL = 3
MOST_DAYS = 400
# no date of a feed lies behind the moment at which the item was seen
DAY = "substr(min(coalesce(published, first_seen), first_seen), 1, 10)"
_DAYS = f"select distinct {DAY} from entries where source = ? and {DAY} >= ? order by 1 desc limit {MOST_DAYS}"  # noqa: S608
_STORE = """
insert into silences (source, judged, last_item, days, gaps, usual_gap, longest_gap, probability, silent)
values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (source) do update set judged = excluded.judged,
    last_item = excluded.last_item, days = excluded.days, gaps = excluded.gaps, usual_gap = excluded.usual_gap,
    longest_gap = excluded.longest_gap, probability = excluded.probability, silent = excluded.silent
"""


@dataclass(frozen=True, slots=True)
class Rules:
    """What `db/silence.toml` says; `pauses` are (month, day) of the first and the last day of each."""

    threshold: float
    least_days: int
    least_gaps: int
    years: int
    weight: float
    pauses: tuple[tuple[tuple[int, int], tuple[int, int]], ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """How long nothing came: in days since `last_item`, after so many `gaps`, the median and the longest of which are told.

    `probability` is that of so long a pause, None when there are too few gaps to tell; `silent` whether it is below the
    threshold.
    """

    last_item: date
    days: int
    gaps: int
    usual_gap: float | None
    longest_gap: int | None
    probability: float | None
    silent: bool


@cache
def load_rules() -> Rules:
    """Return the rules of the data file."""
    table = tomllib.loads(files("db").joinpath("silence.toml").read_text(encoding="utf-8"))
    pauses = tuple((_read_day(pause["from"]), _read_day(pause["to"])) for pause in table.pop("pauses"))
    return Rules(pauses=pauses, **table)


def _read_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def judge_silence(days: Sequence[date], today: date) -> Silence | None:
    """Return how unlikely it is that a source brings nothing from its last day to today; None when it never had an item.

    Args:
        days: those on which it had items, each once, the oldest first, none after today.
    """
    if not days:
        return None
    gaps = [(after - before).days for before, after in pairwise(days)]
    silence, rules = (today - days[-1]).days, load_rules()
    if len(gaps) < rules.least_gaps:
        return Silence(days[-1], silence, len(gaps), None, None, None, silent=False)
    weighed = _weigh(days[-1], today)
    probability = survive(sorted(_weigh(*pair) for pair in pairwise(days)), weighed)
    silent = probability < rules.threshold and weighed >= rules.least_days
    return Silence(days[-1], silence, len(gaps), median(gaps), max(gaps), probability, silent)


def survive(gaps: Sequence[float], length: float) -> float:
    """Return how likely a pause lasts at least so long, by past pauses in ascending order."""
    tail = gaps[-max(LEAST_TAIL, math.ceil(len(gaps) / TAIL)) :]
    if length <= tail[0]:
        return (len(gaps) - bisect_left(gaps, length)) / len(gaps)
    fall = max(mean(tail) - tail[0], mean(gaps))
    return len(tail) / len(gaps) * math.exp((tail[0] - length) / fall)


def _weigh(first: date, last: date) -> float:
    """Return how many days lie behind one up to another, those of pauses weighed."""
    rules = load_rules()
    paused = sum(
        max((min(last, date(year, *end)) - max(first, date(year, *begin) - timedelta(days=1))).days, 0)
        for year in range(first.year, last.year + 1)
        for begin, end in rules.pauses
    )
    return (last - first).days - (1 - rules.weight) * paused


def store_silence(db: Database, source: str, now: datetime) -> None:
    """Store the silence of a source as of a good poll at a time; one that never had an item gets no row.

    It is not called silent when a person has accepted what it gives since its last item.
    """
    since = now - timedelta(days=365 * load_rules().years)
    found = db.execute(_DAYS, [source, since.date().isoformat()]).fetchall()
    days = [date.fromisoformat(day) for (day,) in reversed(found)]
    if silence := judge_silence(days, max(now.date(), days[-1]) if days else now.date()):
        last, figures = (
            silence.last_item.isoformat(),
            [silence.days, silence.gaps, silence.usual_gap, silence.longest_gap],
        )
        accepted = db.execute("select 1 from sources where id = ? and accepted >= ?", [source, last]).fetchone()
        silent = silence.silent and accepted is None
        db.execute(_STORE, [source, iso_time(now), last, *figures, silence.probability, silent])


def explain_silence(row: Mapping[str, Any]) -> str:
    """Return in a sentence what a row of `silences` says."""
    nothing = f"nothing new for {_count_days(row['days'])}"
    if row["probability"] is None:
        return f"{nothing}; {row['gaps']} pauses are too few to tell its rhythm"
    usual = f"half of its pauses last {_count_days(row['usual_gap'])} or less, the longest lasted {_count_days(row['longest_gap'])}"
    return f"{nothing}: {usual}, and {_say_share(row['probability'])} would last so long"


def _count_days(number: float) -> str:
    return f"{number:g} {'day' if number == 1 else 'days'}"


def _say_share(probability: float) -> str:
    if probability < 1e-6:
        return "fewer than one in a million"
    return f"one in {1 / probability:,.0f}" if probability < 0.5 else f"{probability:.0%} of them"
