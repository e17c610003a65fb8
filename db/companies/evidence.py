"""What texts report of a name: under which authority, for which sum and when; and what two names have in common there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from db.cases.periods import CLOSE, CLOSE_DAYS, Period, parse_period
from db.values import STATED_PUBLISHED


@dataclass(frozen=True, slots=True)
class Fact:
    """One act against a name, as one article tells it."""

    article: str
    regulator: str | None
    amount: int | float | None
    currency: str | None
    decided: Period | None
    published: Period | None

    @property
    def when(self) -> Period | None:
        """Return the days on which the act may have happened: those the article states, else its own."""
        return self.decided or self.published


def read_facts(db: Database, key: str) -> list[Fact]:
    """Return what texts report of the respondents read as a key."""
    sql = f"""select article, regulator, amount, currency, decision_date, {STATED_PUBLISHED}
        from action_names join actions on actions.id = action join articles on articles.id = article
        where key = ? order by actions.id"""  # noqa: S608 (a constant of db.values)
    return [
        Fact(article, regulator, amount, currency, parse_period(decided), parse_period(published))
        for article, regulator, amount, currency, decided, published in db.execute(sql, [key])
    ]


def find_common_act(one: list[Fact], other: list[Fact]) -> tuple[Fact, Fact] | None:
    """Return the first two reports that can only be of one act: same authority, sum and time; None when there are none.

    The reports are of different articles, and no article is about both names: one that tells them apart knows better.
    """
    if {fact.article for fact in one} & {fact.article for fact in other}:
        return None
    by_act: dict[object, list[Fact]] = {}
    for fact in other:
        by_act.setdefault((fact.regulator, fact.amount, fact.currency), []).append(fact)
    pairs = (
        (fact, twin)
        for fact in one
        if fact.regulator and fact.amount is not None
        for twin in by_act.get((fact.regulator, fact.amount, fact.currency), [])
        if _are_near(fact, twin)
    )
    return min(pairs, key=lambda pair: (pair[0].article, pair[1].article), default=None)


def _are_near(one: Fact, other: Fact) -> bool:
    if one.when is None or other.when is None:
        return False
    stated = one.decided and other.decided and one.decided.is_one_day and other.decided.is_one_day
    return one.when.gap(other.when) <= (CLOSE_DAYS if stated else CLOSE)


def has_authorities_of(db: Database, key: str, others: Iterable[str]) -> bool:
    """Tell whether every authority that acted against a name acted against one of the others too."""
    acts = "select 1 from action_names join actions on actions.id = action where key = ? and regulator = ?"
    authorities = db.execute(
        """select distinct regulator from action_names join actions on actions.id = action
        where key = ? and regulator is not null""",
        [key],
    ).fetchall()
    return all(any(db.execute(acts, [other, a]).fetchone() for other in others) for (a,) in authorities)


def are_told_apart(db: Database, one: str, other: str) -> bool:
    """Tell whether an article has both names."""
    sql = """select 1 from mentions where name_key = ?1 and article in
        (select article from mentions where name_key = ?2) limit 1"""
    return db.execute(sql, [one, other]).fetchone() is not None
