"""News: which cases became known or changed since a time, in what, and what is told of one of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from db.cases.ids import resolve_case
from db.follow_tables import MATTERS
from db.values import iso_time

Row = dict[str, Any]

_HISTORY = f"""select entity_id, field, old from history where entity = 'case' and changed >= ?
    and field in ('id', {", ".join(f"'{field}'" for field in MATTERS)}) order by id"""  # noqa: S608 (our columns)
_MADE = """select entity_id from history where entity = 'case' and field = 'id' and old is null and changed < ?
    and entity_id in (select ? union all select old_id from case_redirects where case_id = ?)"""
_CASE = """select cases.*, regulators.name as regulator_name, regulators.abbreviation, regulators.country
    from cases left join regulators on regulators.id = cases.regulator where cases.id = ?"""
_PROVISIONS = "select provision from case_provisions where case_id = ? and role <> 'power' order by provision"
_SANCTIONS = "select sanction from case_sanctions where case_id = ? order by sanction"
# the most telling sentence of the article that is the news, else of the first; a headline alone proves a case too
_QUOTE = """
select substr(text, evidence_start + 1, evidence_end - evidence_start) as quote, url, publisher, published
from case_actions join actions on actions.id = action join articles on articles.id = actions.article where case_id = ?
order by articles.id is not ?, background, evidence_start is null, published is null, published, confidence desc, actions.id
limit 1"""
_CONTRADICTIONS = """
select distinct field, value, other_value, own.publisher as publisher, rival.publisher as other_publisher
from contradiction_quotes join articles as own on own.id = article join articles as rival on rival.id = other_article
where case_id = ? order by field, value, other_value, own.publisher, rival.publisher"""


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a case that differs: what it was and what it is now."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class News:
    """A case that became known (`changes` is empty) or changed, and the article that changed it, if one did."""

    case_id: str
    changes: tuple[Change, ...]
    article: str | None


def find_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what differs between two states of a case in what matters; a date that became more precise is no difference."""
    pairs = ((field, old[field], new[field]) for field in MATTERS)
    return tuple(Change(*pair) for pair in pairs if pair[1] != pair[2] and not _refines(*pair))


def _refines(field: str, old: Any, new: Any) -> bool:
    return field in ("decided", "annulled") and bool(old and new) and str(new).startswith(str(old))


def find_news(db: Database, since: datetime) -> list[News]:
    """Return the cases that became known or changed in what matters since a time, by id.

    A case that goes on under another id, or took in others, is not new; one that said the same before and after is no news.
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in db.query(_HISTORY, [iso_time(since)]):
        if case := resolve_case(db, row["entity_id"]):
            rows[case].append(row)
    found = (_read_news(db, case, rows[case], iso_time(since)) for case in sorted(rows))
    return [news for news in found if news]


def _read_news(db: Database, case: str, rows: Iterable[Row], since: str) -> News | None:
    known = sorted({row[0] for row in db.execute(_MADE, [since, case, case])}, key=lambda k: (k != case, k))
    if not known:
        return News(case, (), None)
    now = read_state(db, case)
    before = dict(now)
    for row in reversed([r for r in rows if r["entity_id"] == known[0] and r["field"] != "id"]):
        before[row["field"]] = row["old"]
    changes = find_differences(before, now)
    return News(case, changes, last_article(db, case)) if changes else None


def read_state(db: Database, case: str) -> Row:
    """Return what a case says now in what matters."""
    (row,) = db.query(f"select {', '.join(MATTERS)} from cases where id = ?", [case])  # noqa: S608 (our columns)
    return row


def last_article(db: Database, case: str) -> str | None:
    """Return the article that changed a case last; None when none did."""
    sql = """select cause from history where entity = 'case' and entity_id = ? and cause_kind = 'article'
        order by id desc limit 1"""
    row = db.execute(sql, [case]).fetchone()
    return str(row[0]) if row else None


def read_case(db: Database, case: str, article: str | None = None) -> Row:
    """Return a case's row with its regulator's name, provisions, sanctions, contradictions, and a `quote` with its source.

    Args:
        article: the one to quote rather than the first. `quote` is null where only a headline proves the case.
    """
    (row,) = db.query(_CASE, [case])
    (proof,) = db.query(_QUOTE, [case, article])
    return {
        **row,
        **proof,
        "provisions": [value for (value,) in db.execute(_PROVISIONS, [case])],
        "sanctions": [value for (value,) in db.execute(_SANCTIONS, [case])],
        "contradictions": list(db.query(_CONTRADICTIONS, [case])),
    }


def write_changes(changes: Iterable[Change]) -> str | None:
    """Return changes as a column keeps them; None when there are none."""
    pairs = [[change.field, change.old, change.new] for change in changes]
    return json.dumps(pairs) if pairs else None


def read_changes(text: str | None) -> tuple[Change, ...]:
    """Return what write_changes wrote."""
    return tuple(Change(*pair) for pair in json.loads(text or "[]"))
