"""When two sums are one sum told in other words, and which of several statements of a sum counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from db.cases.actions import ActionRow
from db.cases.matching import same_sum

_DIGITS = 2  # a sum is rounded to no fewer digits than this: "10 million" stands for 9.5 to 10.5


def agree_on_sum(a: ActionRow, b: ActionRow) -> bool:
    """Tell whether two actions state one sum: as same_sum says, or one is the other rounded ("2.8" for 2.83 million)."""
    return same_sum(a, b) or (a.currency == b.currency and _rounds(a.amount, b.amount))


def exceeds(a: ActionRow, b: ActionRow) -> bool:
    """Tell whether a states a larger sum than b in the same currency, beyond rounding."""
    if a.amount is None or b.amount is None or a.currency != b.currency:
        return False
    return a.amount > b.amount and not agree_on_sum(a, b)


def choose_sum(actions: Iterable[ActionRow], day: Callable[[ActionRow], int]) -> ActionRow | None:
    """Return the action that states the sum to believe, or None when none states one.

    Among sums that contradict each other: whose word weighs more, then what more articles tell, then the later, then
    the larger. Of one sum the exact figure is kept, in the currency most articles use, from a statement with a date.

    Args:
        day: when an action happened, as an ordinal.
    """
    stated = [action for action in actions if action.amount is not None]
    sums: dict[tuple[Any, ...], list[ActionRow]] = defaultdict(list)
    for action in sorted(stated, key=lambda action: action.id):
        sums[action.amount, action.currency].append(action)
    if not sums:
        return None

    def support(told: list[ActionRow]) -> list[ActionRow]:
        return [action for other in sums.values() if agree_on_sum(told[0], other[0]) for action in other]

    def trust(told: list[ActionRow]) -> tuple[Any, ...]:
        agreeing = support(told)
        articles = len({action.article for action in agreeing})
        return max(action.weight for action in agreeing), articles, max(map(day, told)), told[0].amount, told[0].id

    agreeing = support(max(sums.values(), key=trust))
    articles = {
        currency: len({action.article for action in agreeing if action.currency == currency})
        for currency in {action.currency for action in agreeing}
    }

    def exactness(action: ActionRow) -> tuple[Any, ...]:
        figure = articles[action.currency], str(action.currency), _count_digits(action.amount or 0), action.amount
        return *figure, action.weight, bool(action.decision_date), action.amount_eur is not None, -day(action)

    return max(sorted(agreeing, key=lambda action: action.id), key=exactness)


def _rounds(a: int | float | None, b: int | float | None) -> bool:
    if not a or not b or (digits := min(_count_digits(a), _count_digits(b))) > _DIGITS:
        return False
    rounder = a if _count_digits(a) == digits else b
    if _count_digits(a) == _count_digits(b):
        return a == b
    return abs(a - b) <= _unit(rounder) / 2


@lru_cache(maxsize=10_000)
def _count_digits(amount: int | float) -> int:
    """Return how many digits of a sum say something: 2 for 2,800,000."""
    return len(f"{amount:.2f}".replace(".", "").strip("0"))


def _unit(amount: int | float) -> float:
    """Return what one in the last of a sum's first two digits is worth."""
    return float(10 ** (len(str(int(amount))) - _DIGITS))
