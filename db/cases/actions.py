"""Actions as the database has them, loaded with all that cases are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from db.cases.periods import Period, parse_period
from db.values import STATED_PUBLISHED, json_list

Sort = Literal["anchored", "loose", "attached"]

_EARLY = {"investigation", "proposed"}
_LATE = {"appealed", "annulled", "closed"}
_LATE_SANCTIONS = {"fine-reduced", "fine-annulled", "case-closed"}
# Whose word counts more where two contradict each other, by the kind of the article's source.
_RANKS = {"regulator": 2, "court": 2, "ngo": 1, "law-firm": 1, "press": 0}


@dataclass(frozen=True, slots=True)
class Told:
    """What the article of an action says befell its matter (complaint, upheld or paid), with the words that say so."""

    kind: str
    date: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One action as the database has it. `published` is its article's time, used when the text gives no date.

    `groups` are the groups its respondents belong to, each its own where it has none. `teller` is the kind of the
    article's source, or regulator when its publisher is one; `background` marks an action that its article only recalls,
    `partial` one of an article of which only the beginning could be read.
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
    background: bool = False
    groups: tuple[str, ...] = ()
    fx_rate: int | float | None = None
    fx_date: str | None = None
    teller: str = "press"
    partial: bool = False
    happenings: tuple[Told, ...] = ()

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

    @property
    def sort(self) -> Sort:
        """Return how far the act says which matter it is: wholly, by half, or not enough to be a matter by itself."""
        if self.background or not (self.regulator or self.respondents):
            return "attached"
        return "anchored" if self.regulator and self.respondents else "loose"


_SELECT = f"""
select actions.id, article, regulator, amount, currency, amount_eur, status, decision_date,
    {STATED_PUBLISHED}, evidence_start, evidence_end, background,
    fx_rate, fx_date, case when regulators.id is not null then 'regulator' else coalesce(sources.kind, 'press') end,
    articles.defect is not null
from actions join articles on articles.id = article left join sources on sources.id = articles.source
left join regulators on regulators.id = articles.publisher
where actions.id in (select value from json_each(?))
"""  # noqa: S608 (a constant of db.values)


def load_actions(db: Database, ids: Iterable[str]) -> list[ActionRow]:
    """Return the actions of these ids that exist, by id."""
    wanted = json_list(ids)
    parties = "action_respondents join companies on companies.id = company"
    respondents = _lists(db, parties, "company, coalesce(parent, company)", wanted)
    provisions = _lists(db, "action_provisions", "provision, role", wanted)
    sanctions = _lists(db, "action_sanctions", "sanction", wanted)
    happenings = _lists(db, "action_happenings", 'kind, date, start, "end"', wanted)
    return [
        ActionRow(
            id=action,
            article=article,
            regulator=regulator,
            respondents=tuple(company for company, _ in respondents[action]),
            provisions=tuple(provisions[action]),
            sanctions=tuple(sanction for (sanction,) in sanctions[action]),
            amount=amount,
            currency=currency,
            amount_eur=amount_eur,
            status=status,
            decision_date=decided,
            published=published,
            evidence=(start, end),
            background=bool(background),
            groups=tuple(dict.fromkeys(group for _, group in respondents[action])),
            fx_rate=fx_rate,
            fx_date=fx_date,
            teller=teller,
            partial=bool(partial),
            happenings=tuple(Told(*told) for told in happenings[action]),
        )
        for (
            action, article, regulator, amount, currency, amount_eur, status, decided, published, start, end,
            background, fx_rate, fx_date, teller, partial,
        ) in sorted(db.execute(_SELECT, [wanted]))
    ]  # fmt: skip


def _lists(db: Database, table: str, columns: str, wanted: str) -> defaultdict[str, list[Any]]:
    sql = f"""select action, {columns} from {table} where action in (select value from json_each(?))
        order by action, {columns}"""  # noqa: S608 (our tables and columns)
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for action, *values in db.execute(sql, [wanted]):
        found[action].append(tuple(values))
    return found
