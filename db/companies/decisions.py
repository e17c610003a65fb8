"""What was decided of companies: merges by rule or by a person, and names a person set apart; the person's word counts.

A merge is between two ids. `kept` is the company that stays, `merged` what the other would be called alone. One that was
undone says that the two stay apart, until a later merge of the two.
"""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from db.companies.known import find_known
from db.companies.names import form_key, name_key, own_id
from db.errors import DecisionError
from db.values import iso_time, transaction

_LATEST = """
select id, undone from company_merges where (kept = ?1 and merged = ?2) or (kept = ?2 and merged = ?1)
order by id desc limit 1
"""
_INSERT = "insert into company_merges (kept, merged, cause, why, score, made) values (?, ?, ?, ?, ?, ?)"


def is_apart(db: Database, one: str, other: str) -> bool:
    """Tell whether a person decided that two companies are two."""
    row = db.execute(_LATEST, [one, other]).fetchone()
    return row is not None and row[1] is not None


def apply_decisions(db: Database, key: str, company: str) -> tuple[str, bool]:
    """Return the company that a name stands for when the rules say `company`, and whether a person decided it."""
    own = own_id(key)
    if company != own and is_apart(db, company, own):
        return own, True
    decided = False
    while (kept := _kept_by_person(db, company)) and not (kept != own and is_apart(db, kept, own)):
        company, decided = kept, True
    return company, decided


def keep_rule_merge(db: Database, key: str, company: str | None, why: str, score: float | None, now: datetime) -> None:
    """Store that the rules merge a name into a company, once, or with None that they do not."""
    own = own_id(key)
    stored = db.execute(
        "select kept, why, score from company_merges where merged = ? and cause = 'rule' and undone is null", [own]
    ).fetchall()
    wanted = [] if company is None else [(company, why, score)]
    if stored != wanted:
        db.execute("delete from company_merges where merged = ? and cause = 'rule' and undone is null", [own])
        db.conn.executemany(_INSERT, [(kept, own, "rule", w, s, iso_time(now)) for kept, w, s in wanted])


def merge_companies(db: Database, kept: str, merged: str, why: str, now: datetime) -> tuple[str, str]:
    """Make two companies one, by a person's decision, and return the ids of both; the names move with settle_companies.

    Raises: DecisionError when one is unknown or both are one already, also where the other was merged into this one.
    """
    with transaction(db):
        named = f"{kept} and {merged}"
        kept, merged = find_company(db, kept), find_company(db, merged)
        one, other = (_chain(db, company)[-1] for company in (kept, merged))
        if one == other:
            raise DecisionError(f"{named} are one company already, {one}; `dpawatch companies split` undoes a merge")
        db.execute(_INSERT, [kept, merged, "person", _require(why), None, iso_time(now)])
        _look_again(db, merged)
    return kept, merged


def split_company(db: Database, name: str, why: str, now: datetime) -> tuple[str, str]:
    """Undo a merge, or set a name apart from its company, and return what stands apart and from what.

    Args:
        name: the id of a company that was merged; else a name, or its key.
    Raises: DecisionError when there is no such name, or it is its company's own.
    """
    why = _require(why)
    with transaction(db):
        sql = """select id, kept from company_merges where merged = ? and cause = 'person' and undone is null
            order by id desc"""
        merges = db.execute(sql, [name]).fetchall()
        for number, _ in merges:
            _undo(db, number, why, now)
        if merges:
            _look_again(db, str(merges[0][1]))
            return name, str(merges[0][1])
        key = _find_key(db, name)
        own = own_id(key)
        held = _companies_of(db, key) - {own}
        if not held:
            raise DecisionError(f"{name!r} is what {own} is known by itself; there is nothing to split")
        for company in sorted(held):
            _set_apart(db, company, own, why, now)
        (company,) = db.execute("select company from company_names where key = ?", [key]).fetchone()
        db.execute("insert or ignore into stale_names (key) values (?)", [key])
    return own, company


def find_company(db: Database, company: str) -> str:
    """Return a company's id, given that or one it had before; raises DecisionError when there is none."""
    sql = """select id from companies where id = ?1
        union all select company from company_redirects where old_id = ?1"""
    row = db.execute(sql, [company]).fetchone()
    if row is None:
        raise DecisionError(f"no company has the id {company!r}; `dpawatch companies list` shows them")
    return str(row[0])


def _companies_of(db: Database, key: str) -> set[str]:
    """Return the companies that the rules, and then people's merges, bring a name to."""
    known = find_known(db, key)
    row = db.execute(
        "select kept from company_merges where merged = ? and cause = 'rule' and undone is null", [own_id(key)]
    ).fetchone()
    return set(_chain(db, known.company if known else str(row[0]) if row else own_id(key)))


def _chain(db: Database, company: str) -> list[str]:
    """Return a company, what a person merged it into, what that was merged into, and so on."""
    found = [company]
    while kept := _kept_by_person(db, found[-1]):
        found.append(kept)
    return found


def _set_apart(db: Database, company: str, own: str, why: str, now: datetime) -> None:
    row = db.execute(_LATEST, [company, own]).fetchone()
    number = row[0] if row else db.execute(_INSERT, [company, own, "person", why, None, iso_time(now)]).lastrowid
    _undo(db, number, why, now)


def _undo(db: Database, number: int | None, why: str, now: datetime) -> None:
    db.execute("update company_merges set undone = ?, undone_why = ? where id = ?", [iso_time(now), why, number])


def _kept_by_person(db: Database, company: str) -> str | None:
    sql = """select kept from company_merges where merged = ? and cause = 'person' and undone is null
        order by id desc limit 1"""
    row = db.execute(sql, [company]).fetchone()
    return str(row[0]) if row else None


def _find_key(db: Database, name: str) -> str:
    """Return the stored key that a name, a key or an own id means."""
    for key in (name, form_key(name), name_key(name), name.replace("-", " ")):
        if db.execute("select 1 from company_names where key = ?", [key]).fetchone():
            return key
    raise DecisionError(f"no text has the name {name!r}; `dpawatch companies show ID` lists the names of a company")


def _look_again(db: Database, company: str) -> None:
    """Let the names of a company, or of what it went into, be read again."""
    for held in _chain(db, company):
        db.execute("insert or ignore into stale_names (key) select key from company_names where company = ?", [held])


def _require(why: str) -> str:
    if not why.strip():
        raise DecisionError("a decision needs its reason: --why TEXT")
    return why.strip()
