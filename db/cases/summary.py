"""What a case says of itself, read from its actions by stated rules: status, date, amount, parties, provisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from db.cases.actions import ActionRow
from db.cases.periods import parse_period

_DECIDED = {"decided", "settled"}
_AFTER = {"settled", "appealed", "annulled", "closed"}
_RANK = ("investigation", "proposed", "decided", "settled", "appealed", "closed", "annulled")
_ROLES = ("violated", "alleged", "power", "cited")
_EVENT_OF_SANCTION = {"fine-reduced": "reduced", "fine-annulled": "annulled", "case-closed": "closed"}
_UNDATED = 10**7


def case_status(actions: Sequence[ActionRow]) -> str:
    """Return how the matter stands.

    Settled, appealed, annulled and closed outrank decided, and the latest of them counts; a decision is later only
    when its own date says so (a court that upholds), not because an article retells it later.
    """
    after = [a for a in actions if a.status in _AFTER]
    if not after:
        return max((a.status for a in actions), key=_RANK.index)
    dated = [a for a in actions if a.status == "decided" and a.decision_date]
    return max([*after, *dated], key=lambda a: (_first_day(a), _RANK.index(a.status))).status


def case_decided(actions: Sequence[ActionRow]) -> str | None:
    """Return the date of the decision that most actions state or agree with, the more precise first; None if unstated.

    "2021-12" agrees with "2021-12-16". Courts' later dates and dates of publication do not count.
    """
    dates = [a.decision_date for a in actions if a.decision_date and a.status in _DECIDED and not a.is_late]
    if not dates:
        return None
    support = {d: sum(d.startswith(other) for other in dates) for d in dates}
    return min(support, key=lambda d: (-support[d], -len(d), d))


def case_amount(actions: Sequence[ActionRow]) -> ActionRow | None:
    """Return the action whose amount is the case's: reduced by the latest reduction, else decided, else any other.

    Among decisions the amount most often stated wins, then the later, then the larger.
    """
    stated = [a for a in actions if a.amount is not None]
    reduced = [a for a in stated if "fine-reduced" in a.sanctions]
    if reduced:
        return max(reduced, key=lambda a: (_first_day(a), a.id))
    decided = [a for a in stated if a.status in _DECIDED]
    pool = decided or [a for a in stated if not a.is_early] or stated
    count = Counter((a.amount, a.currency) for a in pool)
    return max(pool, key=lambda a: (count[a.amount, a.currency], _first_day(a), a.amount or 0, a.id), default=None)


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


def event_kind(action: ActionRow) -> str:
    """Return what an action did to the case: "reduced", or its status."""
    kinds = [kind for sanction, kind in _EVENT_OF_SANCTION.items() if sanction in action.sanctions]
    return kinds[0] if kinds else action.status


def _first_day(action: ActionRow) -> int:
    when = parse_period(action.decision_date) or parse_period(action.published)
    return when.first if when else _UNDATED
