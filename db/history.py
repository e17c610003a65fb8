"""The memory of cases and companies: what a field was, what it became, when and by what cause; only redactions delete.

A row with the field `id` says that an entity was made (old is null) or is gone (new is null; it was merged into
another, or its articles are gone). Values an entity was made with are not repeated: they are the first old ones, or
what its table has now, which is how the view `case_versions` knows what the table said on any date.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from db.cases.ids import resolve_case
from db.values import STATED_PUBLISHED, iso_time, transaction

Entity = Literal["case", "company"]
CauseKind = Literal["article", "pipeline", "person", "rebuild"]

# What a case states. Not counted: the number of articles and when they were first and last seen, which every retelling
# changes without saying anything new; the regulator's names, which the search needs; and the slug, which makes ids.
CASE_FIELDS = (
    "regulator", "title", "respondents", "status", "decided", "annulled", "amount", "currency", "amount_before",
    "amount_eur", "fx_rate", "fx_date", "regulator_missing", "respondents_missing", "decided_missing",
    "amount_missing", "amount_eur_missing",
)  # fmt: skip
COMPANY_FIELDS = ("name", "kind", "country", "parent", "wikidata")
Values = Mapping[str, Any]

_INSERT = """insert into history (entity, entity_id, field, old, new, changed, cause_kind, cause)
    values (?, ?, ?, ?, ?, ?, ?, ?)"""


@dataclass(frozen=True, slots=True)
class Cause:
    """What changed an entity: an article's id, a version of the pipeline, a person's words, or the version that rebuilt."""

    kind: CauseKind
    what: str | None


@dataclass(frozen=True, slots=True)
class Occasion:
    """When cases and companies are made anew, and what for.

    `rebuild`: from nothing. `decided`: a person's reason, when nothing but that person's decision is new.
    """

    now: datetime
    rebuild: bool = False
    decided: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one field, as it stands in the table."""

    entity_id: str
    field: str
    old: Any
    new: Any
    changed: str
    cause_kind: CauseKind
    cause: str | None


def find_changes(old: Values | None, new: Values | None, fields: Iterable[str]) -> list[tuple[str, Any, Any]]:
    """Return (field, old, new) of what differs between two states of an entity; None is that it does not exist.

    One that is made gives its id alone, one that is gone its id and all it said. Both have an `id`.
    """
    if old is None:
        return [("id", None, new["id"])] if new else []
    if new is None:
        return [*((f, old[f], None) for f in fields if old[f] is not None), ("id", old["id"], None)]
    return [(f, old[f], new[f]) for f in fields if old[f] != new[f]]


def record_changes(
    db: Database,
    entity: Entity,
    old: Values | None,
    new: Values | None,
    fields: Iterable[str],
    now: datetime,
    cause: Cause,
) -> int:
    """Write what differs between two states of an entity, and return the number of rows.

    To be called in the transaction that changes the entity. None is that it does not exist, before or after.
    """
    changes = find_changes(old, new, fields)
    key = (old or new or {}).get("id")
    with transaction(db):
        db.conn.executemany(
            _INSERT, [(entity, key, *change, iso_time(now), cause.kind, cause.what) for change in changes]
        )
    return len(changes)


def find_cause(
    db: Database, case_id: str, articles: Collection[str], occasion: Occasion, stating: Collection[str] = ()
) -> Cause:
    """Return what changed a case, or a field of it; to be called before its new articles and actions are linked.

    Args:
        articles: those of its actions now; empty when the case is gone.
        stating: those that state the field's new value.
    Returns: the person's decision; else a rebuild; else the article that joined it: of several one that states the value,
        and the one published last;
        else the one that left; else the one whose text was replaced since; else the version of the pipeline that read it
        anew.
    """
    if occasion.decided:
        return Cause("person", occasion.decided)
    if occasion.rebuild:
        return Cause("rebuild", _latest(db, "pipeline", articles))
    before = {row[0] for row in db.execute("select article from case_articles where case_id = ?", [case_id])}
    joined = set(articles) - before
    for moved in (joined & set(stating), joined, before - set(articles)):
        if moved:
            return Cause("article", _newest(db, moved))
    revised = _revised(db, case_id, articles)
    return Cause("article", revised) if revised else Cause("pipeline", _latest(db, "pipeline", articles))


def _newest(db: Database, articles: Collection[str]) -> str:
    """Return the article published last, undated ones first; when each was fetched is chance."""
    sql = f"select {STATED_PUBLISHED} from articles where id = ?"  # noqa: S608 (a constant of db.values)
    told = {a: (db.execute(sql, [a]).fetchone() or (None,))[0] or "" for a in articles}
    return max(articles, key=lambda article: (told[article], article))


def _revised(db: Database, case_id: str, articles: Collection[str]) -> str | None:
    """Return the article whose text was replaced last since the case last changed."""
    since = db.execute(
        "select max(changed) from history where entity = 'case' and entity_id = ?", [case_id]
    ).fetchone()[0]
    sql = "select max(replaced) from revisions where article = ?"
    replaced = {article: db.execute(sql, [article]).fetchone()[0] or "" for article in articles}
    later = [article for article in articles if replaced[article] > (since or "")]
    return max(later, key=lambda article: (replaced[article], article), default=None)


def _latest(db: Database, column: str, articles: Iterable[str]) -> str | None:
    sql = f"select {column} from articles where id = ?"  # noqa: S608 (a column of ours)
    found = (db.execute(sql, [article]).fetchone() for article in articles)
    return max((row[0] for row in found if row and row[0]), default=None)


def follow_redirects(db: Database, entity: Entity, entity_id: str) -> str:
    """Return the id that a case or a company has now: its own, unless it was merged into another."""
    if entity == "case":
        return resolve_case(db, entity_id) or entity_id
    row = db.execute("select company from company_redirects where old_id = ?", [entity_id]).fetchone()
    return str(row[0]) if row else entity_id


def case_history(db: Database, case_id: str) -> list[Change]:
    """Return every change of a case and of those merged into it, in the order they were made; of its old ids too."""
    known = follow_redirects(db, "case", case_id)
    merged = [row[0] for row in db.execute("select old_id from case_redirects where case_id = ?", [known])]
    return _changes(db, "case", [known, *merged, case_id])


def company_history(db: Database, company: str) -> list[Change]:
    """Return every change of a company and of those that became it, in the order they were made; of its old ids too."""
    known = follow_redirects(db, "company", company)
    merged = [row[0] for row in db.execute("select old_id from company_redirects where company = ?", [known])]
    return _changes(db, "company", [known, *merged, company])


def _changes(db: Database, entity: Entity, ids: Iterable[str]) -> list[Change]:
    sql = """select entity_id, field, old, new, changed, cause_kind, cause from history
        where entity = ? and entity_id = ? order by id"""
    rows = [row for key in dict.fromkeys(ids) for row in db.execute(sql, [entity, key])]
    return [Change(*row) for row in sorted(rows, key=lambda row: row[4])]
