"""What an act or article is looked up by, so that a new one meets only those it may belong to: rows of keys, by index.

An act without any date has the day 0 and is met by no look-up that asks for days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlite_utils import Database

from db.cases.actions import ActionRow
from db.cases.content import Measured, measure, shared_information, telling_words, words_of
from db.cases.parties import name_words
from db.cases.periods import CLOSE, Period, parse_period
from db.values import STATED_PUBLISHED, json_list

# a date that is only a month or a year has a row each so many days
_STEP = 45
# in place of the regulator, in keys of acts that tell none
_NONE = "-"
# What two articles on one matter share at least of the words they are looked up by: how much, and how much of the less.
LEAST_SHARED, LEAST_PART = 20.0, 0.16
# So many articles that are nearest are compared word by word; more are alike only where all say the same in few words.
MOST_NEAR = 40
_ARTICLE = f"select text, lang, {STATED_PUBLISHED} from articles where id = ?"  # noqa: S608 (a constant of db.values)
_MASKED = """
select start, "end" from mentions
where article = ? and +kind in ('regulator', 'provision', 'sanction', 'amount', 'date')
"""
_NEAR = f"""
with own as materialized (select term, day, total from article_terms where article = :article)
select other.article, sum(other.weight) / min(other.total, own.total) as part
from own cross join article_terms as other
    on other.term = own.term and other.day between own.day - {CLOSE} and own.day + {CLOSE}
where other.article <> :article group by other.article
having sum(other.weight) >= {LEAST_SHARED} and part >= {LEAST_PART} order by part desc, other.article limit {MOST_NEAR}
"""  # noqa: S608 (constants of this module)


def bucket_keys(action: ActionRow) -> list[str]:
    """Return the keys of the acts of one regulator against one group, all of which can be one matter."""
    return [f"party {action.regulator or ''} {group}" for group in action.groups]


def company_keys(action: ActionRow) -> list[str]:
    """Return the keys of all acts against a group, whichever regulator's."""
    return [f"company {group}" for group in action.groups]


def sum_keys(action: ActionRow) -> list[str]:
    """Return the keys of acts of the same sum: of the same regulator, or of none that is told, and of any."""
    return [_sum_key(action, action.regulator or _NONE), _sum_key(action)] if action.amount is not None else []


def matching_sum_keys(action: ActionRow) -> list[str]:
    """Return the keys of those acts of the same sum that can be one matter with an act by their regulators."""
    if action.amount is None:
        return []
    return [_sum_key(action, action.regulator), _sum_key(action, _NONE)] if action.regulator else [_sum_key(action)]


def _sum_key(action: ActionRow, *regulator: str) -> str:
    return " ".join(["sum", *regulator, f"{action.amount:g}", str(action.currency)])


def name_keys(action: ActionRow) -> list[str]:
    """Return the keys of acts of one regulator that name a party by the same word."""
    if not action.regulator:
        return []
    words = {word for company in action.respondents for word in name_words(company)}
    return [f"name {action.regulator} {word}" for word in sorted(words)]


def half_keys(action: ActionRow) -> list[str]:
    """Return the keys by which a matter finds the acts that may join it; an act that says itself which it is has none."""
    if action.sort == "anchored":
        return []
    return halves([*company_keys(action), *([] if action.respondents else sum_keys(action))])


def halves(keys: Iterable[str]) -> list[str]:
    """Return the keys under which only acts stand that say by half, or not at all, which matter they are."""
    return [f"half {key}" for key in keys]


def days_of(action: ActionRow) -> list[int]:
    """Return the days by which an act is found: its first and last, and some between them."""
    when = action.when
    return sorted({*range(when.first, when.last, _STEP), when.last}) if when else [0]


def store_keys(db: Database, actions: Iterable[ActionRow]) -> None:
    """Replace the keys of acts."""
    for action in actions:
        db.execute("delete from action_keys where action = ?", [action.id])
        keys = {*bucket_keys(action), *company_keys(action), *sum_keys(action), *name_keys(action), *half_keys(action)}
        rows = [(key, day, action.id) for key in sorted(keys) for day in days_of(action)]
        db.conn.executemany("insert into action_keys (key, day, action) values (?, ?, ?)", rows)


def find_by_keys(db: Database, keys: Collection[str]) -> set[str]:
    """Return the ids of all acts that have one of the keys."""
    sql = "select distinct action from action_keys where key in (select value from json_each(?))"
    return {action for (action,) in db.execute(sql, [json_list(keys)])}


def find_near(db: Database, action: ActionRow, keys: Iterable[str], days: int) -> set[str]:
    """Return the ids of the other acts that have one of the keys within so many days of an act; none when it has no date.

    Those of somewhat more days are among them: what else belongs to their matters may be nearer.
    """
    return find_within(db, action.when, keys, days + _STEP) - {action.id}


def find_within(db: Database, when: Period | None, keys: Iterable[str], days: int) -> set[str]:
    """Return the ids of the acts that have one of the keys within so many days of a period; none without a period.

    Args:
        days: no fewer than half of those that lie between two rows of one act.
    """
    if when is None:
        return set()
    sql = "select action from action_keys where key = ? and day between ? and ?"
    first, last = when.first - days, when.last + days
    return {other for key in sorted(keys) for (other,) in db.execute(sql, [key, first, last])}


@dataclass(frozen=True, slots=True)
class Content:
    """What an article is about: its day, 0 when unknown, and what each of its words measures."""

    day: int
    words: Measured


@dataclass(slots=True)
class Words:
    """The contents of the articles that one pass over the cases looks at; each text is read once."""

    db: Database
    known: dict[str, Content] = field(default_factory=dict)
    found: dict[str, list[str]] = field(default_factory=dict)

    def of(self, article: str) -> Content:
        """Return what an article is about."""
        if article not in self.known:
            self._read(article)
        return self.known[article]

    def _read(self, article: str) -> tuple[Counter[str], str]:
        text, lang, published = self.db.execute(_ARTICLE, [article]).fetchone()
        words = words_of(text, self.db.execute(_MASKED, [article]).fetchall())
        when = parse_period(published)
        self.known[article] = Content(when.first if when else 0, measure(words, lang))
        return words, lang

    def compare(self, one: str, other: str) -> tuple[float, float]:
        """Return what two articles have in common, as db.cases.content.shared_information does."""
        return shared_information(self.of(one).words, self.of(other).words)

    def store(self, article: str) -> None:
        """Replace the words by which an article is looked up; it has none when its day is not known."""
        words, lang = self._read(article)
        day = self.known[article].day
        self.db.execute("delete from article_terms where article = ?", [article])
        telling = telling_words(words, lang) if day else {}
        total = sum(telling.values())
        rows = [(term, day, weight, total, article) for term, weight in telling.items()]
        sql = "insert into article_terms (term, day, weight, total, article) values (?, ?, ?, ?, ?)"
        self.db.conn.executemany(sql, rows)

    def near(self, article: str) -> list[str]:
        """Return the other articles within 60 days that share enough of the words articles are looked up by, 40 at most."""
        if article not in self.found:
            self.found[article] = sorted(other for other, _ in self.db.execute(_NEAR, {"article": article}))
        return self.found[article]
