"""Where the articles of a case contradict each other about one decision: what each says, and the action that says it.

- `amount`: two sums in one currency that are no roundings of each other. The parts that one article tells side by side
  explain each other, and so do sums that another event of the case explains, as the one before a reduction.
- `decided`: two dates of the decision that cannot both be right; "2021-12" and "2021-12-16" can.
- `party`: other respondents: no company in common, no group and its member, no two spellings of a name, and no action
  that names some of both.

Each is one row against what the case follows, so a case has as many as there are other values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from db.cases.actions import ActionRow
from db.cases.events import DECISIONS, Event, decided_on
from db.cases.parties import names_alike, share_party
from db.cases.periods import parse_period
from db.cases.sums import agree_on_sum

_RECITES_DECISION = {*DECISIONS, "appealed", "upheld", "annulled", "closed"}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Of a field: the value the case follows and an action that states it, the other value and an action of that."""

    field: str
    value: str
    action: str
    other_value: str
    other_action: str


def find_contradictions(events: Sequence[Event]) -> list[Contradiction]:
    """Return what the articles of a case do not agree on, given all its events."""
    found = [c for event in events for c in _of_sums(event, events)]
    for event in events:
        if event.kind in DECISIONS:
            found += [*_of_dates(event), *_of_parties(event)]
    return sorted(found, key=lambda c: (c.field, c.action, c.other_action))


def _of_sums(event: Event, events: Sequence[Event]) -> list[Contradiction]:
    believed = event.paid
    if believed is None or event.kind in _RECITES_DECISION - DECISIONS:
        return []
    told = [a for a in event.actions if a.amount is not None]
    if event.kind in DECISIONS and event is _main_decision(events):
        told += [
            a for e in events if e.kind in _RECITES_DECISION - DECISIONS for a in e.actions if a.amount is not None
        ]
    explained = [e.paid for e in events if e.paid and e is not event and e.kind not in _RECITES_DECISION - DECISIONS]
    explained += _beside(believed, told)
    others = [
        a for a in told
        if a.currency == believed.currency and not agree_on_sum(a, believed)
        and not any(agree_on_sum(a, known) for known in explained)
    ]  # fmt: skip
    return [Contradiction("amount", _sum(believed), believed.id, _sum(a), a.id) for a in _one_each(others, key=_sum)]


def _main_decision(events: Sequence[Event]) -> Event | None:
    """Return the decision that later articles recite: the one of the largest sum."""
    with_sum = [e for e in events if e.kind in DECISIONS and e.paid]
    return max(with_sum, key=lambda e: (e.paid.amount if e.paid else 0, e.id), default=None)


def _beside(believed: ActionRow, told: Iterable[ActionRow]) -> list[ActionRow]:
    """Return the statements that stand in one article beside the sum that is believed."""
    told = list(told)
    articles = {a.article for a in told if agree_on_sum(a, believed)}
    return [a for a in told if a.article in articles]


def _of_dates(event: Event) -> list[Contradiction]:
    own = parse_period(event.date)
    if own is None or event.date_origin != "stated" or event.date is None:
        return []
    dated = [(a, when) for a in event.actions if (when := parse_period(decided_on(a)))]
    witness = next(a for a, _ in dated if event.date == a.decision_date)
    others = [a for a, when in dated if when.gap(own) > 0 and a.article != witness.article]
    return [
        Contradiction("decided", event.date, witness.id, str(a.decision_date), a.id)
        for a in _one_each(others, key=lambda a: str(a.decision_date))
    ]


def _of_parties(event: Event) -> list[Contradiction]:
    named = _one_each((a for a in event.actions if a.respondents), key=_names)
    if not named:
        return []
    same, others = named[:1], named[1:]
    while joined := [a for a in others if any(_is_one_party(a, b) for b in same)]:
        same, others = same + joined, [a for a in others if a not in joined]
    others = [a for a in others if a.article != named[0].article]
    return [Contradiction("party", _names(named[0]), named[0].id, _names(a), a.id) for a in others]


def _is_one_party(a: ActionRow, b: ActionRow) -> bool:
    """Tell whether two actions name a company in common, a group and its member, or two spellings of a name."""
    return share_party(a.respondents, a.groups, b.respondents, b.groups) or names_alike(a.respondents, b.respondents)


def _one_each(actions: Iterable[ActionRow], key: Callable[[ActionRow], str]) -> list[ActionRow]:
    """Return the first action of each value, in the order of the actions: events have them in that of who is quoted."""
    found: dict[str, ActionRow] = {}
    for action in actions:
        found.setdefault(key(action), action)
    return list(found.values())


def _sum(action: ActionRow) -> str:
    return f"{action.currency} {action.amount}"


def _names(action: ActionRow) -> str:
    return "; ".join(sorted(action.respondents))
