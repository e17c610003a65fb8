"""The life of a case: its actions in, one event for each distinct happening out, whatever the order of the actions.

What an action tells (`kind`):

- its status; but a fine reduced or annulled is `reduced` or `annulled`, and a case closed without a fine `closed`;
- a reduction that no larger fine precedes, in a matter with a proposal, is the decision: the proposal was lowered;
- a decision dated a month or more after an appeal, or told by a court of a matter that others decided or appealed, is
  `upheld`, and `reduced` when its sum is smaller than the decision's;
- a complaint, that a court upheld what was decided, or that it was paid, where a sentence of its article says so: these
  are quoted from that sentence, and before any ruling that only follows from dates.

When it happened: the day that the action states, else that of its article (`date_origin` says which). The date of the
decision dates neither an appeal nor a ruling, a decision without a date is not later than the first article that
tells what followed it, and a complaint without one not later than the first of the other events. Two actions of one
kind are one happening when their stated dates agree, or lie within 60 days and a measure is the same; an action
without a date retells the happening nearest before it when it comes within 60 days or states no other sum, but a
later step of more than 400 days before only when it decides.

Of one happening, the date and the sum are those of the weightiest statements (see choose_sum), and it is quoted from
the highest rank, then from those that state the date, then the earliest. Other articles that tell it are counted, not repeated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from db.cases.actions import ActionRow, Told
from db.cases.periods import CLOSE, Period, parse_period
from db.cases.sums import agree_on_sum, choose_sum, exceeds

DateOrigin = Literal["stated", "published"]

# Every kind, in the order of a case's life; on one day the later in this order is the more final.
KINDS = (
    "complaint", "investigation", "proposed", "decided", "settled", "appealed", "reduced", "upheld", "paid", "closed",
    "annulled",
)  # fmt: skip
DECISIONS = {"decided", "settled"}
# What a sentence of its own tells of.
TOLD = ("complaint", "upheld", "paid")
_FOLLOWS = {"appealed", "reduced", "upheld", "paid", "annulled"}
_EARLY = {"complaint", "investigation", "proposed"}
# Days within which two reports are of one happening, and within which a later step is still retold.
_RETOLD = 400
_ANNOUNCED_BEFORE = 3  # days by which an article may precede the date of what it tells
_RULED_AFTER = 30  # no court has ruled within fewer days of an appeal
_UNDATED = 10**7


@dataclass(frozen=True, slots=True)
class Event:
    """One happening: as precise a date as is stated, the action that is quoted, the one whose sum counts, all that tell it.

    `evidence` are the words of the quoted action's article that say so; none where only the title does.
    """

    kind: str
    date: str | None
    date_origin: DateOrigin | None
    quoted: ActionRow
    paid: ActionRow | None
    actions: tuple[ActionRow, ...]
    evidence: tuple[int | None, int | None]

    @property
    def id(self) -> str:
        """Return what tells events apart: the action quoted and the kind."""
        return f"{self.quoted.id}-{self.kind}"

    @property
    def told_by(self) -> int:
        """Return how many articles tell of it."""
        return len({action.article for action in self.actions})

    @property
    def weight(self) -> tuple[bool, int]:
        """Return the weight of the weightiest statement."""
        return max(action.weight for action in self.actions)

    @property
    def day(self) -> int:
        """Return the first day on which it may have happened, as an ordinal; a far one when nothing dates it."""
        when = parse_period(self.date)
        return when.first if when else _UNDATED


@dataclass(frozen=True, slots=True)
class _Statement:
    """An action as one statement of something that happened: of what, the date it states for it, the sentence that says so.

    `told` is None where the status or the dates of the action say it.
    """

    action: ActionRow
    kind: str
    stated: str | None
    told: Told | None = None

    @property
    def evidence(self) -> tuple[int | None, int | None]:
        """Return the span of the words that say so."""
        return (self.told.start, self.told.end) if self.told else self.action.evidence


@dataclass(slots=True)
class _Happening:
    statements: list[_Statement] = field(default_factory=list)
    span: Period | None = None
    sums: dict[tuple[object, ...], ActionRow] = field(default_factory=dict)
    sanctions: set[str] = field(default_factory=set)

    def add(self, statement: _Statement, when: Period | None) -> None:
        action = statement.action
        self.statements.append(statement)
        self.sanctions |= set(action.sanctions)
        self.sums.setdefault((action.amount, action.currency), action)
        if when and (statement.stated or self.span is None):
            self.span = self.span.joined(when) if self.span else when

    def agrees(self, action: ActionRow) -> bool:
        """Tell whether a statement of it states the action's sum."""
        return any(agree_on_sum(action, other) for other in self.sums.values())


def case_events(actions: Iterable[ActionRow]) -> list[Event]:
    """Return the events of the case that the actions make, by date, undated ones last."""
    by_kind: dict[str, list[_Statement]] = defaultdict(list)
    for statement in _read_statements(sorted(actions, key=lambda a: a.id)):
        by_kind[statement.kind].append(statement)
    events = [_make_event(kind, h.statements) for kind, told in by_kind.items() for h in _find_happenings(told)]
    return sorted(_date_complaint(_date_decision(events)), key=_event_order)


def _event_order(event: Event) -> tuple[int, str, int, str]:
    return event.day, event.date or "", KINDS.index(event.kind), event.quoted.id


def _date_decision(events: list[Event]) -> list[Event]:
    """Return the events with a decision of which no date is stated not after an article that tells what followed it."""
    first = min((e for e in events if e.kind in DECISIONS), key=_event_order, default=None)
    told = [a.published[:10] for e in events if e.kind in _FOLLOWS for a in e.actions if a.published]
    if first is None or first.date_origin == "stated" or not told or (first.date or "9") <= min(told):
        return events
    return [replace(e, date=min(told), date_origin="published") if e is first else e for e in events]


def _date_complaint(events: list[Event]) -> list[Event]:
    """Return the events with a complaint of which no date is stated not after the first of the others."""
    first = min((e for e in events if e.kind != "complaint"), key=_event_order, default=None)
    if first is None or first.date is None:
        return events
    return [
        replace(e, date=first.date, date_origin="published")
        if e.kind == "complaint" and e.date_origin != "stated" and e.day > first.day
        else e
        for e in events
    ]


def event_kind(action: ActionRow) -> str:
    """Return what an action by itself did to the case."""
    if action.is_early or action.status == "annulled":
        return action.status
    if "fine-reduced" in action.sanctions:
        return "reduced"
    if "fine-annulled" in action.sanctions:
        return "annulled"
    return "closed" if "case-closed" in action.sanctions and "fine" not in action.sanctions else action.status


def _read_statements(actions: Sequence[ActionRow]) -> list[_Statement]:
    kinds = {action.id: event_kind(action) for action in actions}
    decisions = [a for a in actions if kinds[a.id] in DECISIONS]
    proposals = [a for a in actions if kinds[a.id] == "proposed"]
    appeals = [a for a in actions if kinds[a.id] == "appealed"]
    dates = {decided_on(a) for a in decisions}
    appealed = min((when.first for a in appeals if (when := _appeal_day(a, dates))), default=None)
    for action in actions:
        if kinds[action.id] == "reduced" and _lowers_proposal(action, decisions, proposals):
            kinds[action.id] = "decided"
        elif kinds[action.id] == "decided" and _is_ruling(action, [*decisions, *appeals], appealed):
            lowered = not _told(action, "upheld") and any(exceeds(other, action) for other in decisions)
            kinds[action.id] = "reduced" if lowered else "upheld"
    dates = {decided_on(a) for a in decisions if kinds[a.id] in DECISIONS}
    # that of a decision which only its own article dates is told as its month or year
    first = min((a.published[:10] for a in decisions if kinds[a.id] in DECISIONS and a.published), default=None)
    dates |= {first[:length] for length in (4, 7, 10) if first}
    return [statement for a in actions for statement in _statements(a, kinds[a.id], dates)]


def _told(action: ActionRow, kind: str) -> Told | None:
    """Return the sentence of an action's article that tells of a happening of a kind: the first with a date, else the first."""
    told = (h for h in action.happenings if h.kind == kind)
    return min(told, key=lambda h: (h.date is None, h.start), default=None)


def decided_on(action: ActionRow) -> str | None:
    """Return the date an action states for the decision: none that its article gives for what befell the matter besides."""
    return None if action.decision_date in {h.date for h in action.happenings} else action.decision_date


def _statements(action: ActionRow, kind: str, decided: set[str | None]) -> Iterator[_Statement]:
    """Yield what an action tells: what it did to the case, and what its article says befell this besides."""
    told = {h: _told(action, h) for h in TOLD}
    if not told.get(kind):
        yield _Statement(action, kind, _stated_date(action, kind, decided))
    for other, happening in told.items():
        if happening is None:
            continue
        date = None if other in _FOLLOWS and happening.date in decided else happening.date
        if other == kind:
            date = date or _stated_date(action, kind, decided)
        # who complains states no sum and takes no measure
        about = replace(action, amount=None, currency=None, amount_eur=None, sanctions=())
        yield _Statement(about if other == "complaint" else action, other, date, happening)


def _appeal_day(action: ActionRow, decided: set[str | None]) -> Period | None:
    return parse_period(_stated_date(action, "appealed", decided)) or parse_period(action.published)


def _lowers_proposal(action: ActionRow, decisions: list[ActionRow], proposals: list[ActionRow]) -> bool:
    return bool(proposals) and not any(action.amount is None or exceeds(other, action) for other in decisions)


def _is_ruling(action: ActionRow, others: list[ActionRow], appealed: int | None) -> bool:
    if action.teller == "court" and any(other.teller != "court" for other in others):
        return True
    stated = parse_period(action.decision_date)
    return stated is not None and appealed is not None and stated.first - appealed >= _RULED_AFTER


def _stated_date(action: ActionRow, kind: str, decided: set[str | None]) -> str | None:
    """Return the date an action states for what it tells; that of the decision dates no appeal and no ruling."""
    date = decided_on(action) if kind in DECISIONS else action.decision_date
    if kind in _FOLLOWS and date in decided:
        return None
    return date if parse_period(date) else None


def _find_happenings(statements: list[_Statement]) -> list[_Happening]:
    """Return the statements of one kind, each with those that tell the same: the dated first, the most precise first."""
    found: list[_Happening] = []
    for statement in sorted(statements, key=_statement_order):
        when = parse_period(statement.stated or statement.action.published)
        fits = _is_same if statement.stated else _is_retold
        fitting = [happening for happening in found if fits(statement, when, happening)]
        if fitting:
            happening = min(fitting, key=lambda h: (not h.agrees(statement.action), _gap(when, h)))
        else:
            happening = _Happening()
            found.append(happening)
        happening.add(statement, when)
    return found


def _statement_order(statement: _Statement) -> tuple[bool, int, int, str]:
    when = parse_period(statement.stated or statement.action.published)
    precision = len(statement.stated or "")
    return statement.stated is None, -precision, when.first if when else _UNDATED, statement.action.id


def _gap(when: Period | None, happening: _Happening) -> int:
    return when.gap(happening.span) if when and happening.span else 0


def _is_same(statement: _Statement, when: Period | None, happening: _Happening) -> bool:
    if _gap(when, happening) == 0:
        return True
    own = statement.action.sanctions
    return _gap(when, happening) <= CLOSE and (not own or not happening.sanctions.isdisjoint(own))


def _is_retold(statement: _Statement, when: Period | None, happening: _Happening) -> bool:
    tells_nothing_new = statement.action.amount is None or happening.agrees(statement.action)
    if when is None or happening.span is None:
        return tells_nothing_new
    if happening.span.first - when.last > _ANNOUNCED_BEFORE:
        return False
    gap = _gap(when, happening)
    retold = statement.kind in DECISIONS or statement.kind in _EARLY or gap <= _RETOLD
    return gap <= CLOSE or (tells_nothing_new and retold)


def _make_event(kind: str, statements: list[_Statement]) -> Event:
    date = _choose_date(statements)
    ordered = sorted(statements, key=lambda s: (*_quote_order(s), s.stated != date, *_seen(s)))
    actions = tuple(s.action for s in ordered)
    published = min((a.published[:10] for a in actions if a.published), default=None)
    return Event(
        kind=kind,
        date=date or published,
        date_origin="stated" if date else "published" if published else None,
        quoted=actions[0],
        paid=choose_sum(actions, first_day),
        actions=actions,
        evidence=ordered[0].evidence,
    )


def first_day(action: ActionRow) -> int:
    """Return the first day on which an action may have happened, as an ordinal; a far one when nothing dates it."""
    when = action.when
    return when.first if when else _UNDATED


def _quote_order(statement: _Statement) -> tuple[bool, bool, int, bool]:
    action = statement.action
    derived = statement.kind in TOLD and statement.told is None
    return derived, action.background, -action.rank, statement.evidence[0] is None


def _seen(statement: _Statement) -> tuple[bool, str, str]:
    """Return what sorts statements by the time of their articles."""
    published = statement.action.published
    return published is None, published or "", statement.action.id


def _choose_date(statements: list[_Statement]) -> str | None:
    """Return the stated date to believe: the weightier, then that of more articles, then the more precise, the later.

    "2021-12" agrees with "2021-12-16".
    """
    dates = {s.stated for s in statements if s.stated}

    def trust(date: str) -> tuple[tuple[bool, int], int, int, str]:
        support = [s.action for s in statements if s.stated and date.startswith(s.stated)]
        return max(a.weight for a in support), len({a.article for a in support}), len(date), date

    return max(dates, key=trust, default=None)
