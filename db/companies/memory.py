"""The memory of companies: what their rows said before the changes of one step, and the history made of it.

Triggers keep a company's first state in `stale_company_states`, whoever writes; what is changed and changed back leaves no trace.
"""

from __future__ import annotations

from importlib.metadata import version

from sqlite_utils import Database

from db.history import COMPANY_FIELDS, Cause, Occasion, record_changes
from db.values import STATED_PUBLISHED, transaction


def record_companies(db: Database, occasion: Occasion) -> int:
    """Write what became of companies since the last call into the history, and return the number of its rows."""
    with transaction(db):
        columns = ("id", *COMPANY_FIELDS)
        stated = db.execute(
            f"select company, existed, {', '.join(COMPANY_FIELDS)} from stale_company_states order by company"  # noqa: S608
        ).fetchall()
        rows = 0
        for company, existed, *values in stated:
            old = dict(zip(columns, (company, *values), strict=True)) if existed else None
            row = db.execute(f"select {', '.join(columns)} from companies where id = ?", [company]).fetchone()  # noqa: S608
            new = dict(zip(columns, row, strict=True)) if row else None
            if old != new:
                cause = _find_cause(db, company, occasion)
                rows += record_changes(db, "company", old, new, COMPANY_FIELDS, occasion.now, cause)
        db.execute("delete from stale_company_states")
    return rows


def _find_cause(db: Database, company: str, occasion: Occasion) -> Cause:
    """Return what changed a company: a person, the data of a release, or the article published last that names it."""
    if occasion.decided:
        return Cause("person", occasion.decided)
    release = Cause("pipeline", f"dpawatch {version('dpawatch')}")
    if db.execute("select 1 from companies where id = ? and origin = 'data'", [company]).fetchone():
        return release
    kept = db.execute("select company from company_redirects where old_id = ?", [company]).fetchone()
    sql = f"""select articles.id from mentions join articles on articles.id = mentions.article
        where mentions.kind = 'company' and mentions.entity = ?
        order by {STATED_PUBLISHED} desc, articles.id desc limit 1"""  # noqa: S608 (a constant of db.values)
    row = db.execute(sql, [kept[0] if kept else company]).fetchone()
    return Cause("article", row[0]) if row else release
