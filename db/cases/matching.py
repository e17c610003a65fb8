"""Whether two acts, or an act and a matter, are about one decision: pure rules on parties, days, sums and words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from db.cases.actions import ActionRow
from db.cases.parties import names_alike, share_party, tell_apart
from db.cases.periods import CLOSE, CLOSE_DAYS, Period, parse_day, parse_period

# What two articles have in common: how much, and how much of the shorter one. See db.cases.content.
Compare = Callable[[str, str], tuple[float, float]]

# Days between an action and a matter's span, by what the action does.
NEAR = 400
BEFORE_DECISION = 800
AFTER_DECISION = 2200
OTHER_AMOUNT = 120
# A sum, in its own currency, that an authority hardly imposes twice on the same company.
LARGE = 5_000_000
# What texts must share that name the party otherwise: names alike and one sum, names alike, one sum, and neither.
BOTH_ALIKE = (6.0, 0.05)
NAMES_ALIKE = (18.0, 0.12)
ONE_SUM = (30.0, 0.18)
NOTHING_ELSE = (60.0, 0.36)
# What two texts hardly share that tell of one decision and name its party otherwise: an authority, or an outlet, that tells
# of each decision in the same words, with another name and sum, shares more.
FORM = 0.7
# Digits of a rounded sum ("nearly 1.2 million").
_ROUNDED = 2
# What a text that names no party must share with another of the same regulator and sum, if that is hardly imposed twice or
# the two are told within so many days.
NAMELESS = (15.0, 0.06)
SOON = 14


@dataclass(slots=True, eq=False)
class Matter:
    """The acts that belong together so far, in the order they joined."""

    actions: list[ActionRow] = field(default_factory=list)
    span: Period | None = None
    settled: Period | None = None
    # the last of the days on which the first act that is no mere announcement may have happened
    decided: int | None = None
    regulators: set[str | None] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    # one act for each sum, of all and of those that are no mere announcement
    sums: dict[tuple[object, object], ActionRow] = field(default_factory=dict)
    firm_sums: dict[tuple[object, object], ActionRow] = field(default_factory=dict)
    all_early: bool = True
    all_late: bool = True
    # what sorts its first act, of those by date
    first: tuple[int, int, str] | None = None

    def add(self, action: ActionRow) -> None:
        """Take an action in, and its days, parties and sum with it."""
        self.actions.append(action)
        self.regulators.add(action.regulator)
        self.parties.update(action.respondents)
        self.groups.update(action.groups)
        self.all_early &= action.is_early
        self.all_late &= action.is_late
        order = order_of(action)
        self.first = min(self.first or order, order)
        if action.amount is not None:
            self.sums.setdefault((action.amount, action.currency), action)
            if not action.is_early:
                self.firm_sums.setdefault((action.amount, action.currency), action)
        when = action.when
        if when:
            self.span = self.span.joined(when) if self.span else when
            if not action.is_early:
                self.settled = self.settled.joined(when) if self.settled else when
                self.decided = when.last if self.decided is None else min(self.decided, when.last)

    def gap(self, action: ActionRow) -> int:
        """Return the days between the matter and an action; 0 when one of them has no date."""
        when = action.when
        return when.gap(self.span) if when and self.span else 0


def order_of(action: ActionRow) -> tuple[int, int, str]:
    """Return what sorts acts: their days, those without any last, and then their ids."""
    when = action.when or Period(10**7, 10**7)
    return when.first, when.last, action.id


def days_between(a: ActionRow, b: ActionRow) -> int | None:
    """Return the days that lie between two acts for certain, or between their articles if these are nearer; None without dates.

    An article tells the date of an earlier decision too, and one of two may have taken it for that of the act.
    """
    pairs = [(a.when, b.when), (parse_period(a.published), parse_period(b.published))]
    return min((one.gap(other) for one, other in pairs if one and other), default=None)


def fits(action: ActionRow, matter: Matter) -> bool:
    """Tell whether an act of the same regulator against the same respondent belongs to the matter."""
    if action.is_late or matter.all_late:
        return matter.gap(action) <= AFTER_DECISION
    if matter.all_early:
        return matter.gap(action) <= BEFORE_DECISION
    if action.is_early:
        return _comes_before(action, matter) or has_sum(action, matter)
    if _is_decided_apart(action, matter):
        return False
    if matter.gap(action) > NEAR:
        return matter.gap(action) <= AFTER_DECISION and _has_large_sum(action, matter)
    return not sums_conflict(action, matter) or matter.gap(action) <= _tolerance(action, matter)


def _comes_before(action: ActionRow, matter: Matter) -> bool:
    """Tell whether an investigation or proposal can be what led to the matter's decision, or retells it soon after."""
    when, settled = action.when, matter.settled
    if when is None or settled is None:
        return True
    return not _follows(action, matter.decided) and when.gap(settled) <= BEFORE_DECISION


def _follows(action: ActionRow, decided: int | None) -> bool:
    """Tell whether an act announces what begins after a decision: 14 days, where it states its day, or else 60."""
    when = action.when
    if not action.is_early or when is None or decided is None:
        return False
    return when.first - decided > (CLOSE_DAYS if parse_day(action.decision_date) else CLOSE)


def _is_decided_apart(action: ActionRow, matter: Matter) -> bool:
    """Tell whether act and matter are decisions of days that are months apart, and their sum does not say they are one."""
    own = parse_day(action.decision_date)
    days = [parse_day(other.decision_date) for other in matter.actions if not other.is_early and not other.is_late]
    if own is None or not days or None in days or (is_uncommon(action) and has_sum(action, matter)):
        return False
    return min(own.gap(day) for day in days if day) > CLOSE


def _tolerance(action: ActionRow, matter: Matter) -> int:
    """Return within how many days two amounts can be two reports of one fine: few, when both have a day, or other breaches."""
    decided = [other for other in matter.actions if not other.is_early]
    others = [parse_period(other.decision_date) for other in decided]
    exact = parse_day(action.decision_date) and any(others) and all(o is None or o.is_one_day for o in others)
    told = set().union(*map(_breached, decided))
    apart = told and _breached(action) and told.isdisjoint(_breached(action))
    return CLOSE_DAYS if exact or apart else CLOSE


def _breached(action: ActionRow) -> set[str]:
    """Return the articles of laws that an act says were breached, without their paragraphs."""
    return {provision.partition("(")[0] for provision, role in action.provisions if role in ("violated", "alleged")}


def fits_alone(action: ActionRow, matter: Matter) -> bool:
    """Tell whether an act without a regulator belongs to a matter with the same respondent."""
    if action.is_late:
        return matter.gap(action) <= AFTER_DECISION and not sums_conflict(action, matter)
    if has_sum(action, matter):
        return matter.gap(action) <= NEAR
    return matter.gap(action) <= CLOSE and not (sums_conflict(action, matter) or _follows(action, matter.decided))


def fits_nameless(action: ActionRow, matter: Matter, compare: Compare) -> bool:
    """Tell whether an act without a respondent belongs to a matter: sum and days can say so, or what the texts share."""
    if action.when is None or matter.span is None or sums_conflict(action, matter):
        return False
    if has_sum(action, matter):
        least = _least_of_one_sum(action, matter.gap(action))
        return matter.gap(action) <= CLOSE and (is_uncommon(action) or shares(action, matter.actions, least, compare))
    if matter.gap(action) > CLOSE or _follows(action, matter.decided):
        return False
    return shares(action, matter.actions, NOTHING_ELSE, compare)


def are_linked(a: ActionRow, b: ActionRow, compare: Compare) -> bool:
    """Tell whether two acts of one regulator that call their party otherwise, or not at all, are one decision."""
    least = least_shared(a, b)
    if least is None:
        return False
    shared, part = compare(a.article, b.article)
    return shared >= least[0] and part >= least[1] and (part < FORM or not _are_named_apart(a, b))


def least_shared(a: ActionRow, b: ActionRow) -> tuple[float, float] | None:
    """Return what the articles of two acts must share for one decision, by what the acts say alike.

    None when nothing would do: of two regulators, of one article, of firms of like names, too far apart, of other sums, or
    where one begins after the other was decided.
    """
    if a.article == b.article or a.regulator != b.regulator:
        return None
    gap = days_between(a, b)
    if gap is None or gap > OTHER_AMOUNT:
        return None
    if tell_apart(a.respondents, b.respondents) or _comes_after(a, b) or _comes_after(b, a):
        return None
    alike = names_alike(a.respondents, b.respondents)
    if _sums_differ(a, b) and not (alike and gap <= CLOSE_DAYS):
        return None
    if not same_sum(a, b):
        return NAMES_ALIKE if alike else NOTHING_ELSE
    if not a.respondents or not b.respondents:
        return _least_of_one_sum(a, gap)
    if alike:
        return BOTH_ALIKE
    if _are_exact(a, b) and a.amount != b.amount:
        return None
    # one authority imposes 20,000 on many firms, and tells of each in much the same words
    return ONE_SUM if gap <= SOON or is_uncommon(a) or is_uncommon(b) else NOTHING_ELSE


def _are_named_apart(a: ActionRow, b: ActionRow) -> bool:
    return bool(a.respondents and b.respondents) and not names_alike(a.respondents, b.respondents)


def _are_exact(a: ActionRow, b: ActionRow) -> bool:
    """Tell whether two sums of one currency both have more digits than a rounded one is told with."""
    digits = [len(str(action.amount or 0).partition(".")[0].rstrip("0")) for action in (a, b)]
    return a.currency == b.currency and min(digits) > _ROUNDED


def _comes_after(action: ActionRow, other: ActionRow) -> bool:
    return not other.is_early and other.when is not None and _follows(action, other.when.last)


def _least_of_one_sum(action: ActionRow, gap: int) -> tuple[float, float]:
    return NAMELESS if gap <= SOON or is_uncommon(action) else ONE_SUM


def shares(action: ActionRow, others: Iterable[ActionRow], least: tuple[float, float], compare: Compare) -> bool:
    """Tell whether the act's article has enough in common with that of one of the others."""
    for article in dict.fromkeys(other.article for other in others):
        shared, part = compare(action.article, article)
        if shared >= least[0] and part >= least[1]:
            return True
    return False


def is_uncommon(action: ActionRow) -> bool:
    """Tell whether a sum is so large or so crooked that an authority hardly imposes it twice within months."""
    return action.amount is not None and (action.amount >= LARGE or action.amount % 100 != 0)


def is_same_party(action: ActionRow, matter: Matter) -> bool:
    """Tell whether the matter has a respondent of the act."""
    return share_party(action.respondents, action.groups, matter.parties, matter.groups)


def distance(action: ActionRow, matter: Matter) -> tuple[bool, bool, int, tuple[int, int, str] | None]:
    """Return how far an act is from a matter that it fits, the nearest first; the matter's first act decides a tie."""
    return sums_conflict(action, matter), not has_sum(action, matter), matter.gap(action), matter.first


def sums_conflict(action: ActionRow, matter: Matter) -> bool:
    """Tell whether the matter has been decided with other amounts than the action's."""
    firm = matter.firm_sums.values()
    return action.amount is not None and bool(firm) and not any(same_sum(action, other) for other in firm)


def has_sum(action: ActionRow, matter: Matter) -> bool:
    """Tell whether an act of the matter states the same sum."""
    return any(same_sum(action, other) for other in matter.sums.values())


def _has_large_sum(action: ActionRow, matter: Matter) -> bool:
    return action.amount is not None and action.amount >= LARGE and has_sum(action, matter)


def _sums_differ(a: ActionRow, b: ActionRow) -> bool:
    return a.amount is not None and b.amount is not None and not same_sum(a, b)


def same_sum(a: ActionRow, b: ActionRow) -> bool:
    """Tell whether two actions state one sum: within 1% in one currency ("nearly 1.2 million"), 3% across two."""
    if a.amount is None or b.amount is None:
        return False
    if a.currency == b.currency:
        return abs(a.amount - b.amount) <= 0.01 * max(a.amount, b.amount)
    if a.amount_eur is None or b.amount_eur is None:
        return False
    return abs(a.amount_eur - b.amount_eur) <= 0.03 * max(a.amount_eur, b.amount_eur)
