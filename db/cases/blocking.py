"""What an act or article is looked up by, so that a new one meets only those it may belong to: rows of keys, by index.

An act without any date has the day 0 and is met by no look-up that asks for days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlite_utils import Database

from db.cases.actions import ActionRow
from db.cases.content import Terms, measure, shared_information, telling_words, words_of
from db.cases.parties import name_words
from db.cases.periods import CLOSE, Period, parse_period
from db.values import STATED_PUBLISHED, json_list

# a date that is only a month or a year has a row each so many days
_STEP = 45
# What two articles on one matter share at least of the words they are looked up by: how much, and how much of the less.
LEAST_SHARED, LEAST_PART = 20.0, 0.16
# So many articles that are nearest are compared word by word; more are alike only where all say the same in few words.
MOST_NEAR = 40
_ARTICLE = f"select text, lang, {STATED_PUBLISHED} from articles where id = ?"  # noqa: S608 (a constant of db.values)
_MASKED = """
select start, "end" from mentions
where article = ? and +kind in ('regulator', 'provision', 'sanction', 'amount', 'date')
"""

_NEAR = """
select article, sum(weight) / min(total, :total) as part from article_terms
where term in (select value from json_each(:terms)) and day between :first and :last and article <> :article
group by article having sum(weight) >= :shared and part >= :part order by part desc, article limit :most
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
    """Return the ids of the other acts that have one of the keys within so many days of an act; none when it has no date."""
    return find_within(db, action.when, keys, days) - {action.id}


def find_within(db: Database, when: Period | None, keys: Iterable[str], days: int) -> set[str]:
    """Return the ids of the acts that have one of the keys within so many days of a period; none without a period."""
    if when is None:
        return set()
    sql = "select action from action_keys where key = ? and day between ? and ?"
    margin = days + _STEP
    first, last = when.first - margin, when.last + margin
    return {other for key in sorted(keys) for (other,) in db.execute(sql, [key, first, last])}


@dataclass(frozen=True, slots=True)
class Content:
    """What an article is about: its day, 0 when unknown, its words with how often each stands, and what each measures."""

    day: int
    lang: str
    words: Counter[str]
    terms: Terms


@dataclass(slots=True)
class Words:
    """The contents of the articles that one pass over the cases looks at; each text is read once."""

    db: Database
    known: dict[str, Content] = field(default_factory=dict)
    found: dict[str, list[str]] = field(default_factory=dict)

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
        return Content(when.first if when else 0, lang, words, measure(words, lang))

    def compare(self, one: str, other: str) -> tuple[float, float]:
        """Return what two articles have in common, as db.cases.content.shared_information does."""
        return shared_information(self.of(one).terms, self.of(other).terms)

    def store(self, article: str) -> None:
        """Replace the words by which an article is looked up; it has none when its day is not known."""
        content = self.of(article)
        self.db.execute("delete from article_terms where article = ?", [article])
        telling = telling_words(content.words, content.lang) if content.day else {}
        total = sum(telling.values())
        rows = [(term, content.day, weight, total, article) for term, weight in telling.items()]
        sql = "insert or ignore into article_terms (term, day, weight, total, article) values (?, ?, ?, ?, ?)"
        self.db.conn.executemany(sql, rows)

    def near(self, article: str) -> list[str]:
        """Return the other articles within 60 days that share enough of the words articles are looked up by, 40 at most."""
        if article not in self.found:
            self.found[article] = self._find_near(article)
        return self.found[article]

    def _find_near(self, article: str) -> list[str]:
        content = self.of(article)
        if not content.day:
            return []
        telling = telling_words(content.words, content.lang)
        asked = {
            "terms": json_list(telling),
            "first": content.day - CLOSE,
            "last": content.day + CLOSE,
            "article": article,
            "shared": LEAST_SHARED,
            "part": LEAST_PART,
            "total": sum(telling.values()),
            "most": MOST_NEAR,
        }
        return sorted(other for other, _ in self.db.execute(_NEAR, asked))
