"""Which acts are one matter: acts that may belong together in, groups of them out; no SQL, no clock, and no order matters.

Acts that name regulator and respondent ("anchored") make matters among themselves. Those that name one of the two
("loose") join such a matter or, where none fits, make one among themselves. All others, and what a text only recalls,
join a matter or none. Acts are taken by date, so that each finds the matters it could belong to already there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from itertools import islice

from db.cases.actions import ActionRow
from db.cases.matching import (
    Compare,
    Matter,
    distance,
    fits,
    fits_alone,
    fits_nameless,
    has_sum,
    is_same_party,
    order_of,
)

# Pairs of acts of one regulator that call their party otherwise and are about one decision all the same.
Links = Set[tuple[str, str]]


def group_actions(actions: Iterable[ActionRow], links: Links = frozenset()) -> list[Matter]:
    """Return the matters that acts of one sort make, in the order of their first acts; the same for any order of the acts."""
    matters: list[Matter] = []
    of_action: dict[str, Matter] = {}
    linked: dict[str, list[str]] = {}
    for one, other in links:
        linked.setdefault(one, []).append(other)
        linked.setdefault(other, []).append(one)
    for action in sorted(actions, key=order_of):
        near = [of_action[other] for other in linked.get(action.id, ()) if other in of_action]
        fitting = [m for m in matters if _belongs(action, m, near)]
        found = min(fitting, key=lambda m: distance(action, m), default=None)
        if found is None:
            found = Matter()
            matters.append(found)
        found.add(action)
        of_action[action.id] = found
    return matters


def _belongs(action: ActionRow, matter: Matter, near: Collection[Matter]) -> bool:
    if matter in near:
        return True
    if action.regulator not in matter.regulators or not is_same_party(action, matter):
        return False
    # a group has many daughters before one authority: that it is this one, the sum or the days must say
    firm = action.regulator and not matter.parties.isdisjoint(action.respondents)
    return fits(action, matter) if firm else fits_alone(action, matter)


def choose_matter(action: ActionRow, candidates: Iterable[Matter], compare: Compare) -> Matter | None:
    """Return the matter that an act belongs to which says by half which it is, or only recalls it; None when none is near.

    One that names neither regulator nor respondent belongs to the only matter of the same sum, if there is but one.
    """
    fitting = (m for m in candidates if may_join(action, m, compare))
    nameless = not action.regulator and not action.respondents
    found = list(islice(fitting, 2) if nameless else fitting)
    if len(found) < 2:
        return next(iter(found), None)
    if nameless:
        return None
    return min(found, key=lambda m: (*_unlike(action, m, compare), distance(action, m)))


def may_join(action: ActionRow, matter: Matter, compare: Compare) -> bool:
    """Tell whether an act that says by half which matter it is, or only recalls it, fits this one."""
    if action.regulator and not matter.regulators & {action.regulator, None}:
        return False
    if action.background:
        return _is_recalled(action, matter)
    if action.respondents:
        return is_same_party(action, matter) and fits_alone(action, matter)
    if action.regulator:
        return fits_nameless(action, matter, compare)
    return has_sum(action, matter) and fits_nameless(action, matter, compare)


def _is_recalled(action: ActionRow, matter: Matter) -> bool:
    """Tell whether an act that a text recalls is the matter's: same party, and the same sum or the day or year it states."""
    if not action.respondents or not is_same_party(action, matter):
        return False
    if has_sum(action, matter):
        return True
    return action.amount is None and action.decision_date is not None and matter.gap(action) == 0


def _unlike(action: ActionRow, matter: Matter, compare: Compare) -> tuple[float]:
    """Return what puts the matter whose articles share most with the act's first, where the party is not named."""
    if action.respondents:
        return (0.0,)
    return (-max((compare(action.article, other.article)[0] for other in matter.actions), default=0.0),)
