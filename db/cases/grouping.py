"""Which actions are one matter: actions in, groups of them out; no SQL, no clock, and their order does not matter.

The actions are taken in four passes, the best identified first and by date within each, so that every action finds the
matters it could belong to already there:

1. regulator and respondent known: same regulator, a shared respondent, near in time;
2. respondent only: a shared respondent, and the same amount or nearly the same time;
3. regulator only: same regulator, same amount, nearly the same time;
4. neither: same amount and nearly the same time as exactly one matter; what finds none is no matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from db.cases.periods import Period, parse_period

Key = tuple[object, ...]

# Days between an action and a matter's span, by what the action does.
NEAR = 400
BEFORE_DECISION = 800
AFTER_DECISION = 2200
OTHER_AMOUNT = 120
OTHER_AMOUNT_EXACT = 14
CLOSE = 60
# A sum, in its own currency, that an authority hardly imposes twice on the same company.
LARGE = 5_000_000

_EARLY = {"investigation", "proposed"}
_LATE = {"appealed", "annulled", "closed"}
_LATE_SANCTIONS = {"fine-reduced", "fine-annulled", "case-closed"}
# Whose word counts more where two contradict each other, by the kind of the article's source.
_RANKS = {"regulator": 2, "court": 2, "ngo": 1, "law-firm": 1, "press": 0}


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One action as the database has it. `published` is its article's time, used when the text gives no date.

    `teller` is the kind of the article's source, or regulator when its publisher is one; `background` marks an action
    that its article only recalls; `partial` one of an article of which only the beginning could be read.
    """

    id: str
    article: str
    regulator: str | None
    respondents: tuple[str, ...]
    provisions: tuple[tuple[str, str], ...]
    sanctions: tuple[str, ...]
    amount: int | float | None
    currency: str | None
    amount_eur: int | float | None
    status: str
    decision_date: str | None
    published: str | None
    evidence: tuple[int | None, int | None]
    fx_rate: int | float | None = None
    fx_date: str | None = None
    teller: str = "press"
    background: bool = False
    partial: bool = False

    @property
    def rank(self) -> int:
        """Return whose word it is: a regulator's or a court's 2, an organisation's or a law firm's 1, the press's 0."""
        return _RANKS[self.teller]

    @property
    def weight(self) -> tuple[bool, int]:
        """Return what outranks what: an article about the matter one that recalls it, then by rank."""
        return not self.background, self.rank

    @property
    def when(self) -> Period | None:
        """Return the days on which the act may have happened: its own date, else its article's."""
        return parse_period(self.decision_date) or parse_period(self.published)

    @property
    def is_early(self) -> bool:
        """Tell whether the act comes before a decision."""
        return self.status in _EARLY

    @property
    def is_late(self) -> bool:
        """Tell whether the act changes an earlier decision."""
        return self.status in _LATE or not _LATE_SANCTIONS.isdisjoint(self.sanctions)


@dataclass(slots=True, eq=False)
class Matter:
    """The actions that belong together so far, in the order they joined."""

    number: int
    actions: list[ActionRow] = field(default_factory=list)
    span: Period | None = None
    settled: Period | None = None

    def add(self, action: ActionRow) -> None:
        """Take an action in, and its days with it."""
        self.actions.append(action)
        when = action.when
        if when:
            self.span = self.span.joined(when) if self.span else when
            if not action.is_early:
                self.settled = self.settled.joined(when) if self.settled else when

    def gap(self, action: ActionRow) -> int:
        """Return the days between the matter and an action; 0 when one of them has no date."""
        when = action.when
        return when.gap(self.span) if when and self.span else 0


def group_actions(actions: Iterable[ActionRow]) -> list[list[ActionRow]]:
    """Return the matters, each as its actions by date; the same for any order of the actions."""
    ordered = sorted(actions, key=_order)
    matters: list[Matter] = []
    index: dict[Key, list[Matter]] = defaultdict(list)
    for action in sorted(ordered, key=_pass):
        found = _find_matter(action, index)
        if found is None and _pass(action) == 4:
            continue
        if found is None:
            found = Matter(len(matters))
            matters.append(found)
        found.add(action)
        for key in _keys(action):
            if found not in index[key]:
                index[key].append(found)
    return [sorted(matter.actions, key=_order) for matter in matters]


def _order(action: ActionRow) -> tuple[int, int, str]:
    when = action.when or Period(10**7, 10**7)
    return when.first, when.last, action.id


def _pass(action: ActionRow) -> int:
    if action.respondents:
        return 1 if action.regulator else 2
    return 3 if action.regulator else 4


def _keys(action: ActionRow) -> list[Key]:
    """Return the keys under which an action makes its matter known."""
    keys: list[Key] = [("company", company) for company in action.respondents]
    if action.regulator:
        keys += [("both", action.regulator, company) for company in action.respondents]
    for month in _months(action.when, 0):
        keys += _amount_keys(action, month)
    return keys


def _amount_keys(action: ActionRow, month: int) -> list[Key]:
    """Return the keys of the action's sum in a month: a sum alone is too common to be looked up without its time."""
    if action.amount is None:
        return []
    of_anyone: Key = ("amount", action.amount, action.currency, month)
    return [of_anyone, ("regulator", action.regulator, *of_anyone)] if action.regulator else [of_anyone]


def _months(when: Period | None, margin: int) -> range:
    """Return the numbers of the months, of 30 days, that a period touches with a margin of days on both sides."""
    return range((when.first - margin) // 30, (when.last + margin) // 30 + 1) if when else range(0)


def _find_matter(action: ActionRow, index: dict[Key, list[Matter]]) -> Matter | None:
    number = _pass(action)
    candidates = {matter.number: matter for key in _wanted(action) for matter in index.get(key, ())}
    fits = _fits_by_amount if number > 2 else _fits_alone if number == 2 else _fits
    fitting = [matter for matter in candidates.values() if fits(action, matter)]
    if number == 4 and len(fitting) > 1:
        return None
    return min(fitting, key=lambda matter: _distance(action, matter), default=None)


def _wanted(action: ActionRow) -> list[Key]:
    """Return the keys under which a matter the action could belong to is known, by the action's pass."""
    number = _pass(action)
    if number == 1:
        return [("both", action.regulator, company) for company in action.respondents]
    if number == 2:
        return [("company", company) for company in action.respondents]
    by_amount = [_amount_keys(action, month) for month in _months(action.when, CLOSE)]
    return [keys[-1 if number == 3 else 0] for keys in by_amount if keys]


def _distance(action: ActionRow, matter: Matter) -> tuple[bool, bool, int, int]:
    return _conflict(action, matter), not _same_amount(action, matter), matter.gap(action), matter.number


def _fits(action: ActionRow, matter: Matter) -> bool:
    """Tell whether an action of the same regulator against the same respondent belongs to the matter."""
    if action.is_late or all(other.is_late for other in matter.actions):
        return matter.gap(action) <= AFTER_DECISION
    if all(other.is_early for other in matter.actions):
        return matter.gap(action) <= BEFORE_DECISION
    if action.is_early:
        return _comes_before(action, matter) or _same_amount(action, matter)
    if matter.gap(action) > NEAR:
        return matter.gap(action) <= AFTER_DECISION and _same_large_amount(action, matter)
    return not _conflict(action, matter) or matter.gap(action) <= _tolerance(action, matter)


def _comes_before(action: ActionRow, matter: Matter) -> bool:
    """Tell whether an investigation or proposal can be what led to the matter's decision, or retells it soon after."""
    when, settled = action.when, matter.settled
    if when is None or settled is None:
        return True
    return when.first - settled.last <= OTHER_AMOUNT and when.gap(settled) <= BEFORE_DECISION


def _tolerance(action: ActionRow, matter: Matter) -> int:
    """Return within how many days two amounts can be two reports of one fine: few, when both decisions have a day."""
    own = parse_period(action.decision_date)
    others = [parse_period(other.decision_date) for other in matter.actions if not other.is_early]
    exact = own and own.is_one_day and any(others) and all(o is None or o.is_one_day for o in others)
    return OTHER_AMOUNT_EXACT if exact else OTHER_AMOUNT


def _fits_alone(action: ActionRow, matter: Matter) -> bool:
    """Tell whether an action without a regulator belongs to a matter with the same respondent."""
    if action.is_late:
        return matter.gap(action) <= AFTER_DECISION and not _conflict(action, matter)
    if _same_amount(action, matter):
        return matter.gap(action) <= NEAR
    return matter.gap(action) <= CLOSE and not _conflict(action, matter)


def _fits_by_amount(action: ActionRow, matter: Matter) -> bool:
    """Tell whether an action without a respondent belongs to a matter: nothing but amount and time can say so."""
    dated = action.when is not None and matter.span is not None
    return dated and matter.gap(action) <= CLOSE and _same_amount(action, matter)


def _firm_amounts(matter: Matter) -> list[ActionRow]:
    return [other for other in matter.actions if other.amount is not None and not other.is_early]


def _same_amount(action: ActionRow, matter: Matter) -> bool:
    return any(same_amount(action, other) for other in matter.actions)


def _same_large_amount(action: ActionRow, matter: Matter) -> bool:
    return action.amount is not None and action.amount >= LARGE and _same_amount(action, matter)


def _conflict(action: ActionRow, matter: Matter) -> bool:
    """Tell whether the matter has been decided with other amounts than the action's."""
    firm = _firm_amounts(matter)
    return action.amount is not None and bool(firm) and not any(same_amount(action, other) for other in firm)


def same_amount(a: ActionRow, b: ActionRow) -> bool:
    """Tell whether two actions state one sum: within 1% in one currency ("nearly 1.2 million"), 3% across two."""
    if a.amount is None or b.amount is None:
        return False
    if a.currency == b.currency:
        return abs(a.amount - b.amount) <= 0.01 * max(a.amount, b.amount)
    if a.amount_eur is None or b.amount_eur is None:
        return False
    return abs(a.amount_eur - b.amount_eur) <= 0.03 * max(a.amount_eur, b.amount_eur)
