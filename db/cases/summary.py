"""What a case says of itself, read from its events and actions by stated rules; docs/cases.md tells them to readers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.cases.actions import ActionRow
from db.cases.events import DECISIONS, KINDS, Event, case_events
from db.cases.sums import exceeds
from db.missing import Missing, why_no_amount, why_no_decision, why_no_euro, why_no_respondent, why_not_stated

_ROLES = ("violated", "alleged", "power", "cited")
_PENDING = {"complaint", "investigation", "proposed"}
_AFTER = {"settled", "appealed", "reduced", "upheld", "closed", "annulled"}
_RULINGS = {"reduced", "upheld", "annulled"}
_ONE_RULING = 14  # days within which what two articles call a ruling is one ruling
_STATUS = {"complaint": "investigation", "reduced": "decided", "upheld": "decided", "paid": "decided"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a case's events come to; of each value that is missing the reason.

    `paid` states the case's sum, and `converted` the same with its value in euro.
    """

    events: list[Event]
    status: str
    decided: str | None
    annulled: str | None
    paid: ActionRow | None
    converted: ActionRow | None
    amount_before: int | float | None
    regulator_missing: Missing | None
    respondents_missing: Missing | None
    decided_missing: Missing | None
    amount_missing: Missing | None
    amount_eur_missing: Missing | None


def read_facts(actions: Sequence[ActionRow]) -> Facts:
    """Return what the actions of one case say together; at least one action is needed."""
    events = case_events(actions)
    last = _last_event(events)
    decided, paid = case_decided(events), case_amount(events)
    pending = last.kind in _PENDING
    amount_missing = None if paid else why_no_amount(case_sanctions(actions), actions)
    converted = _find_converted(paid, decided, actions)
    day = (converted.decision_date or converted.published) if converted else None
    euro = converted.amount_eur if converted else None
    return Facts(
        events=events,
        status=case_status(events),
        decided=decided,
        annulled=last.date if last.kind == "annulled" else None,
        paid=paid,
        converted=converted,
        amount_before=case_amount_before(events),
        regulator_missing=None if any(a.regulator for a in actions) else why_not_stated(actions),
        respondents_missing=None if any(a.respondents for a in actions) else why_no_respondent(actions),
        decided_missing=None if decided else why_no_decision(pending, actions),
        amount_missing=amount_missing,
        amount_eur_missing=None if euro is not None else why_no_euro(amount_missing, day),
    )


def _find_converted(paid: ActionRow | None, decided: str | None, actions: Iterable[ActionRow]) -> ActionRow | None:
    """Return an action that states the case's sum for the day of the decision, whose rate counts, else the one paid."""
    if paid is None or decided is None or paid.decision_date == decided:
        return paid
    same = (a for a in actions if (a.amount, a.currency, a.decision_date) == (paid.amount, paid.currency, decided))
    return min(same, key=lambda a: (a.amount_eur is None, a.id), default=paid)


def find_stating(facts: Facts, actions: Iterable[ActionRow]) -> dict[str, set[str]]:
    """Return, by field of the case, the articles that state its value; a field that none states by itself is left out."""
    actions, paid = list(actions), facts.paid
    sum_ = (paid.amount, paid.currency) if paid else None
    paying = {a.article for a in actions if (a.amount, a.currency) == sum_}
    last = {a.article for a in _last_event(facts.events).actions}
    return {
        "amount": paying,
        "currency": paying,
        "amount_eur": paying,
        "fx_rate": paying,
        "fx_date": paying,
        "decided": {a.article for a in actions if facts.decided and a.decision_date == facts.decided},
        "status": last,
        "annulled": last,
    }


def case_status(events: Sequence[Event]) -> str:
    """Return how the matter stands: what its last event comes to.

    What came after a decision outranks it, and the latest of that counts; another decision is later only when its own
    date says so. Of rulings within 14 days of each other, which are one, the weightier is believed, then the one of
    more articles. A fine reduced or upheld leaves the matter decided.
    """
    kind = _last_event(events).kind
    return _STATUS.get(kind, kind)


def _last_event(events: Sequence[Event]) -> Event:
    after = [event for event in events if event.kind in _AFTER]
    if not after:
        return max(events, key=lambda event: (KINDS.index(event.kind), event.day))
    dated = [event for event in events if event.kind == "decided" and event.date_origin == "stated"]
    last = max([*after, *dated], key=_finality)
    rivals = [e for e in after if e.kind in _RULINGS and 0 <= last.day - e.day <= _ONE_RULING]
    return max(rivals, key=lambda e: (e.weight, e.told_by, _finality(e))) if last.kind in _RULINGS else last


def _finality(event: Event) -> tuple[int, int]:
    return event.day, KINDS.index(event.kind)


def case_decided(events: Sequence[Event]) -> str | None:
    """Return the stated date of the decision that imposed the case's sum, else of the one best told; None if unstated.

    Courts' later dates and dates of publication do not count.
    """
    dated = [e for e in events if e.kind in DECISIONS and e.date_origin == "stated"]
    paid = case_amount(events)
    best = max(dated, key=lambda e: (e.paid is not None and e.paid is paid, e.weight, e.told_by, e.day), default=None)
    return best.date if best else None


def case_amount(events: Sequence[Event]) -> ActionRow | None:
    """Return the action whose amount is the case's: reduced by the latest reduction, else decided, else any other.

    Among decisions with different sums: of the weightier, then of more articles, then the later, then the larger.
    """
    with_sum = [event for event in events if event.paid]
    reduced = [event for event in with_sum if event.kind == "reduced"]
    if reduced:
        return max(reduced, key=lambda e: (e.day, e.weight, e.told_by)).paid
    best = max(with_sum, key=_sum_order, default=None)
    return best.paid if best else None


def case_amount_before(events: Sequence[Event]) -> int | float | None:
    """Return the larger sum that was decided, or only proposed, before an article says that it was reduced."""
    paid = case_amount(events)
    if paid is None or "fine-reduced" not in {
        s for e in events if e.paid is paid for a in e.actions for s in a.sanctions
    }:
        return None
    larger = [event for event in events if event.paid and event.paid is not paid and exceeds(event.paid, paid)]
    best = max(larger, key=_sum_order, default=None)
    return best.paid.amount if best and best.paid else None


def _sum_order(event: Event) -> tuple[bool, bool, tuple[bool, int], int, int, int | float, str]:
    paid = event.paid
    sum_ = paid.amount if paid and paid.amount is not None else 0
    pending = event.kind in _PENDING
    return event.kind in DECISIONS, not pending, event.weight, event.told_by, event.day, sum_, event.id


def case_respondents(actions: Iterable[ActionRow]) -> list[str]:
    """Return the ids of the companies, the one most actions name first."""
    count = Counter(company for a in actions for company in a.respondents)
    return sorted(count, key=lambda company: (-count[company], company))


def case_provisions(actions: Iterable[ActionRow]) -> dict[str, str]:
    """Return each provision with the strongest role an action gives it."""
    pairs = {pair for a in actions for pair in a.provisions}
    return dict(sorted(pairs, key=lambda pair: (pair[0], -_ROLES.index(pair[1]))))


def case_sanctions(actions: Iterable[ActionRow]) -> list[str]:
    """Return the sanctions of all actions, sorted."""
    return sorted({sanction for a in actions for sanction in a.sanctions})
