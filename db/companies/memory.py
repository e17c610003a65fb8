"""The memory of companies: what their rows said before the changes of one step, and the history made of it.

Triggers keep a company's first state in `stale_company_states`, whoever writes; what is changed and changed back leaves no trace.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

from sqlite_utils import Database

from db.history import COMPANY_FIELDS, Cause, Occasion, follow_redirects, record_changes
from db.values import STATED_PUBLISHED, transaction

_CHANGED = f"""
select company, existed, companies.id is not null, companies.origin,
    {", ".join(f"{table}.{field}" for table in ("before", "companies") for field in COMPANY_FIELDS)}
from stale_company_states as before left join companies on companies.id = company order by company
"""  # noqa: S608 (names of columns)
_NEWEST = f"""
select articles.id from mentions join articles on articles.id = mentions.article
where mentions.kind = 'company' and mentions.entity = ? order by {STATED_PUBLISHED} desc, articles.id desc limit 1
"""  # noqa: S608 (a constant of db.values)


def record_companies(db: Database, occasion: Occasion) -> int:
    """Write what became of companies since the last call into the history, and return the number of its rows."""
    with transaction(db):
        rows = sum(_record(db, occasion, *row) for row in db.execute(_CHANGED).fetchall())
        db.execute("delete from stale_company_states")
    return rows


def _record(
    db: Database, occasion: Occasion, company: str, existed: int, exists: int, origin: str | None, *said: Any
) -> int:
    columns, half = ("id", *COMPANY_FIELDS), len(COMPANY_FIELDS)
    old = dict(zip(columns, (company, *said[:half]), strict=True)) if existed else None
    new = dict(zip(columns, (company, *said[half:]), strict=True)) if exists else None
    if old == new:
        return 0
    cause = _find_cause(db, company, origin, occasion)
    return record_changes(db, "company", old, new, COMPANY_FIELDS, occasion.now, cause)


def _find_cause(db: Database, company: str, origin: str | None, occasion: Occasion) -> Cause:
    """Return what changed a company: a person, the data of a release, or the article published last that names it."""
    if occasion.decided:
        return Cause("person", occasion.decided)
    if origin == "data":
        return _release()
    kept = follow_redirects(db, "company", company)
    row = db.execute(_NEWEST, [kept]).fetchone()
    return Cause("article", row[0]) if row else _release()


@cache
def _release() -> Cause:
    return Cause("pipeline", f"dpawatch {version('dpawatch')}")
