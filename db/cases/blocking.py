"""What an act or article is looked up by, so that a new one meets only those it may belong to: rows of keys, by index.

An act without any date has the day 0 and is met by no look-up that asks for days.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlite_utils import Database

from db.cases.actions import ActionRow
from db.cases.content import Terms, shared_information, telling_words, weigh, words_of
from db.cases.matching import OTHER_AMOUNT
from db.cases.parties import name_words
from db.cases.periods import parse_period

# a date that is only a month or a year has a row each so many days
_STEP = 45
# Two articles on one matter share at least so many of the words they are looked up by.
LEAST_SHARED_WORDS = 2
_ARTICLE = (
    "select text, lang, case when published_origin is not 'fetched' then published end from articles where id = ?"
)
_MASKED = """
select start, "end" from mentions
where article = ? and kind in ('regulator', 'provision', 'sanction', 'amount', 'date')
"""


def bucket_keys(action: ActionRow) -> list[str]:
    """Return the keys of the acts of one regulator against one group, all of which can be one matter."""
    return [f"party {action.regulator or ''} {group}" for group in action.groups]


def company_keys(action: ActionRow) -> list[str]:
    """Return the keys of all acts against a group, whichever regulator's."""
    return [f"company {group}" for group in action.groups]


def sum_keys(action: ActionRow) -> list[str]:
    """Return the keys of acts of the same sum: of the same regulator, and of any."""
    if action.amount is None:
        return []
    said = f"{action.amount:g} {action.currency}"
    return [f"sum {action.regulator} {said}", f"sum {said}"] if action.regulator else [f"sum {said}"]


def name_keys(action: ActionRow) -> list[str]:
    """Return the keys of acts of one regulator that name a party by the same word."""
    if not action.regulator:
        return []
    words = {word for company in action.respondents for word in name_words(company)}
    return [f"name {action.regulator} {word}" for word in sorted(words)]


def days_of(action: ActionRow) -> list[int]:
    """Return the days by which an act is found: its first and last, and some between them."""
    when = action.when
    return sorted({*range(when.first, when.last, _STEP), when.last}) if when else [0]


def store_keys(db: Database, actions: Iterable[ActionRow]) -> None:
    """Replace the keys of acts."""
    for action in actions:
        db.execute("delete from action_keys where action = ?", [action.id])
        keys = {*bucket_keys(action), *company_keys(action), *sum_keys(action), *name_keys(action)}
        rows = [(key, day, action.id) for key in sorted(keys) for day in days_of(action)]
        db.conn.executemany("insert into action_keys (key, day, action) values (?, ?, ?)", rows)


def find_by_keys(db: Database, keys: Collection[str]) -> set[str]:
    """Return the ids of all acts that have one of the keys."""
    sql = "select distinct action from action_keys where key in (select value from json_each(?))"
    return {action for (action,) in db.execute(sql, [json.dumps(sorted(keys))])}


def find_near(db: Database, action: ActionRow, keys: Iterable[str], days: int) -> set[str]:
    """Return the ids of the other acts that have one of the keys within so many days of an act; none when it has no date."""
    when = action.when
    if when is None:
        return set()
    sql = "select distinct action from action_keys where key = ? and day between ? and ? and action <> ?"
    margin = days + _STEP
    return {
        other for key in keys for (other,) in db.execute(sql, [key, when.first - margin, when.last + margin, action.id])
    }


@dataclass(frozen=True, slots=True)
class Content:
    """What an article is about: its day, 0 when unknown, its words with their weights, and those it is looked up by."""

    day: int
    terms: Terms
    telling: list[int]


@dataclass(slots=True)
class Words:
    """The contents of the articles that one pass over the cases looks at; each text is read once."""

    db: Database
    known: dict[str, Content] = field(default_factory=dict)

    def of(self, article: str) -> Content:
        """Return what an article is about."""
        if article not in self.known:
            self.known[article] = self._read(article)
        return self.known[article]

    def _read(self, article: str) -> Content:
        text, lang, published = self.db.execute(_ARTICLE, [article]).fetchone()
        masked = self.db.execute(_MASKED, [article]).fetchall()
        when = parse_period(published)
        words = words_of(text, masked)
        return Content(when.first if when else 0, weigh(words, lang), telling_words(words, lang))

    def compare(self, one: str, other: str) -> tuple[float, float]:
        """Return what two articles have in common, as db.cases.content.shared_information does."""
        return shared_information(self.of(one).terms, self.of(other).terms)

    def store(self, article: str) -> None:
        """Replace the words by which an article is looked up; it has none when its day is not known."""
        content = self.of(article)
        self.db.execute("delete from article_terms where article = ?", [article])
        rows = [(term, content.day, article) for term in content.telling] if content.day else []
        self.db.conn.executemany("insert or ignore into article_terms (term, day, article) values (?, ?, ?)", rows)

    def near(self, article: str, days: int = OTHER_AMOUNT) -> list[str]:
        """Return the other articles within so many days that share enough of the words articles are looked up by."""
        content = self.of(article)
        if not content.day:
            return []
        sql = """select article from article_terms where term in (select value from json_each(?))
            and day between ? and ? and article <> ? group by article having count(*) >= ?"""
        first, last = content.day - days, content.day + days
        asked = [json.dumps(content.telling), first, last, article, LEAST_SHARED_WORDS]
        return sorted(other for (other,) in self.db.execute(sql, asked))
