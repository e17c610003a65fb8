"""Settling names: which company each stands for, from all that texts, the data file and people say, in whatever order it came.

A name stands, in this order, for what a person decided; what the data file means by it; the one company that texts
introduce it for; the better known name that it misspells; and else for a company of its own. Only names that are new,
or whose texts changed, are looked at, and those that depend on them.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlite_utils import Database

from db.companies.decisions import apply_decisions, keep_rule_merge
from db.companies.known import ensure_company, refresh_company
from db.companies.names import own_id
from db.companies.rules import Reading, Rules
from db.companies.spelling import spelling_hashes
from db.values import iso_time, transaction

_BATCH = 500


def settle_companies(db: Database, now: datetime) -> dict[str, int]:
    """Bring every name whose texts changed to its company, and mark the actions that this changes as stale.

    Returns: counts of `names` that were looked at and of those `moved` to another company.
    The result is the same for any order in which articles came. Each batch is a transaction; a killed call goes on.
    """
    counts: Counter[str] = Counter(names=0, moved=0)
    while True:
        with transaction(db):
            keys = [k for (k,) in db.execute("select key from stale_names order by key limit ?", [_BATCH])]
            if not keys:
                return dict(counts)
            db.conn.executemany("delete from stale_names where key = ?", [(key,) for key in keys])
            counts.update(_settle(db, keys, now))


def drop_unused_companies(db: Database) -> None:
    """Forget companies that no name, mention, action or case has any more; call it when the cases are made."""
    sql = """delete from companies where id in (select company from stale_companies) and origin = 'text'
        and not exists (select 1 from company_names where company = companies.id or stated = companies.id)
        and not exists (select 1 from action_respondents where company = companies.id)
        and not exists (select 1 from case_companies where company = companies.id)
        and not exists (select 1 from companies member where member.parent = companies.id)
        and not exists (select 1 from mentions where kind = 'company' and entity = companies.id)"""
    with transaction(db):
        db.execute(sql)
        db.execute("""delete from stale_companies where company not in (select id from companies)
            or exists (select 1 from company_names where company_names.company = stale_companies.company)""")


def _settle(db: Database, keys: list[str], now: datetime) -> dict[str, int]:
    for key in keys:
        _index_spellings(db, key)
    rules = Rules(db)
    names = rules.gather(keys)
    moved = sum(_apply(db, key, rules.read(key), now) for key in sorted(names))
    return {"names": len(names), "moved": moved}


def _index_spellings(db: Database, key: str) -> None:
    """Let a name be found by its misspellings as long as something is reported of it."""
    used = db.execute("select 1 from action_names where key = ?", [key]).fetchone()
    indexed = db.execute("select 1 from company_spellings where key = ?", [key]).fetchone()
    if indexed and not used:
        db.execute("delete from company_spellings where key = ?", [key])
    if used and not indexed:
        rows = [(number, key) for number in spelling_hashes(key)]
        db.conn.executemany("insert into company_spellings (hash, key) values (?, ?)", rows)


def _apply(db: Database, key: str, reading: Reading, now: datetime) -> bool:
    """Store the company of a name with the reason; return whether it was another."""
    row = db.execute("select company, name, stated from company_names where key = ?", [key]).fetchone()
    if row is None or _drop_unused_name(db, key, row[0], row[2]):
        keep_rule_merge(db, key, None, "", None, now)
        return False
    before, name, stated = row
    company, decided = apply_decisions(db, key, reading.company)
    merges = reading.merge and (decided is False or company not in (reading.company, own_id(key)))
    keep_rule_merge(db, key, reading.company if merges else None, reading.why or "", reading.score, now)
    origin = "person" if decided else "data" if stated else "text"
    why = "a person decided it" if decided else reading.why
    ensure_company(db, key, name, company)
    db.execute(
        "update company_names set company = ?1, origin = ?2, why = ?3 where key = ?4 and (company, origin, why) is not (?1, ?2, ?3)",
        [company, origin, why, key],
    )
    refresh_company(db, company)
    if company == before:
        return False
    _move(db, key, company)
    _redirect(db, before, company, now)
    return True


def _drop_unused_name(db: Database, key: str, company: str, stated: str | None) -> bool:
    """Forget a name that no text and no data file has any more."""
    used = """select 1 from action_names where key = ?1 union all select 1 from mentions where name_key = ?1
        union all select 1 from company_aliases where key = ?1 limit 1"""
    if stated or db.execute(used, [key]).fetchone():
        return False
    db.execute("delete from company_names where key = ?", [key])
    db.execute("insert or ignore into stale_companies (company) values (?)", [company])
    refresh_company(db, company)
    return True


def _move(db: Database, key: str, company: str) -> None:
    """Point what was read under a name to its company; the cases of its actions are to be made again."""
    db.execute("update mentions set entity = ? where name_key = ? and kind = 'company'", [company, key])
    actions = db.execute("select action from action_names where key = ?", [key]).fetchall()
    db.conn.executemany("delete from action_respondents where action = ?", actions)
    db.conn.executemany(
        """insert into action_respondents (action, company) select distinct action, company
        from action_names join company_names on company_names.key = action_names.key where action = ?""",
        actions,
    )
    db.conn.executemany("insert or ignore into stale_actions (action) values (?)", actions)


def _redirect(db: Database, before: str, company: str, now: datetime) -> None:
    """Let a company without a name left lead to where its last one went; one that has names again leads nowhere."""
    db.execute("delete from company_redirects where old_id = ?", [company])
    if db.execute("select 1 from company_names where company = ? or stated = ?", [before, before]).fetchone():
        refresh_company(db, before)
        return
    sql = """insert into company_redirects (old_id, company, made) values (?1, ?2, ?3)
        on conflict (old_id) do update set company = excluded.company, made = excluded.made"""
    db.execute("update company_redirects set company = ? where company = ? and old_id <> ?", [company, before, company])
    db.execute(sql, [before, company, iso_time(now)])
    db.execute("insert or ignore into stale_companies (company) values (?)", [before])
