"""Follows: what people want to be told of, as rows, and which cases that is."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from db.companies.names import key_of_id
from db.errors import FollowError
from db.follow_tables import MATTERS
from db.values import iso_time, json_list, transaction

Row = dict[str, Any]

# a name that is not known yet counts from the day when somebody bears it
_COMPANY = """select :_company union select company from company_redirects where old_id = :_company
    union select company from company_names where key = :_key"""
_GROUP = f"""with recursive own(id) as ({_COMPANY}),
    above(id) as (select id from own union select parent from above join companies using (id) where parent is not null),
    whole(id) as (select id from above union select companies.id from whole join companies on companies.parent = whole.id)
    select id from whole"""  # noqa: S608 (a constant of this module)
_OF_COMPANY = "exists (select 1 from case_companies where case_id = cases.id and company in ({companies}))"
_CRITERIA = {
    "regulator": "cases.regulator = :_regulator",
    "provision": """exists (select 1 from case_provisions where case_id = cases.id and (provision = :_provision
        or substr(provision, 1, length(:_provision) + 1) in (:_provision || '(', :_provision || ':')))""",
    "country": "cases.regulator in (select id from regulators where country = :_country)",
    "at_least": "cases.amount_eur >= :_at_least",
}
_IS_TOLD = """exists (select 1 from follow_cases where follow = :_id and (case_id = cases.id
    or case_id in (select old_id from case_redirects where case_redirects.case_id = cases.id)))"""
_STATE = "json_object(" + ", ".join(f"'{column}', cases.{column}" for column in MATTERS) + ")"
_COLUMNS = (
    "company", "whole_group", "regulator", "provision", "country", "at_least", "query", "query_sql", "parameters",
)  # fmt: skip
_LIST = """
select follows.*, (select name from companies where id = company) as company_name,
    (select json_group_array(target) from (select target from follow_targets where follow = follows.id order by target))
        as targets,
    (select count(distinct case_id) from alerts where follow = follows.id and state = 'sent') as told,
    (select count(*) from alerts where follow = follows.id and state = 'waiting') as waiting,
    (select count(*) from alerts where follow = follows.id and state in ('sending', 'uncertain')) as uncertain,
    (select max(failures) from follow_targets join targets on name = target where follow = follows.id) as failures,
    (select min(next_due) from follow_targets join targets on name = target where follow = follows.id and failures > 0)
        as next_due,
    (select target || ': ' || last_error from follow_targets join targets on name = target
        where follow = follows.id and failures > 0 order by failures desc, name limit 1) as last_error
from follows order by id
"""


@dataclass(frozen=True, slots=True)
class Follow:
    """What somebody wants to be told of: cases to which all that is not None applies.

    company: an id, of a name that nobody bears yet the one it would have. whole_group: all of the company's group.
    provision: also what is more precise. at_least: in euro. query, query_sql, parameters: a saved query with a column
    `case_id`, as it was when it was followed.
    """

    company: str | None = None
    whole_group: bool = False
    regulator: str | None = None
    provision: str | None = None
    country: str | None = None
    at_least: int | None = None
    query: str | None = None
    query_sql: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    id: int | None = None
    added: str = ""

    def to_sql(self) -> str:
        """Return the condition on a row of `cases` that all criteria make together."""
        parts = [sql for name, sql in _CRITERIA.items() if getattr(self, name) is not None]
        if self.company:
            parts.append(_OF_COMPANY.format(companies=_GROUP if self.whole_group else _COMPANY))
        if self.query_sql:
            parts.append(f"cases.id in (select case_id from ({self.query_sql}))")  # noqa: S608 (a saved query)
        return " and ".join(f"({part})" for part in parts)

    def to_values(self) -> Row:
        """Return the values that the condition needs, under names that no saved query has."""
        own = {f"_{name}": getattr(self, name) for name in (*_CRITERIA, "company", "id")}
        return {**self.parameters, **own, "_key": key_of_id(self.company or "")}


def add_follow(db: Database, follow: Follow, targets: Collection[str], now: datetime) -> int:
    """Store a follow and return its number; what it matches now counts as told."""
    with transaction(db):
        values = [getattr(follow, column) for column in _COLUMNS[:-1]]
        places = ", ".join("?" * (len(_COLUMNS) + 1))
        cursor = db.execute(
            f"insert into follows ({', '.join(_COLUMNS)}, added) values ({places})",  # noqa: S608 (our columns)
            [*values, json.dumps(follow.parameters) if follow.parameters else None, iso_time(now)],
        )
        number = int(cursor.lastrowid or 0)
        for target in sorted(set(targets)):
            db.execute("insert into targets (name) values (?) on conflict do nothing", [target])
            db.execute("insert into follow_targets (follow, target) values (?, ?)", [number, target])
        sql = f"""insert into follow_cases (follow, case_id, said, told)
            select :_number, cases.id, {_STATE}, :_now from cases where {follow.to_sql()}"""  # noqa: S608 (our columns)
        db.execute(sql, {**follow.to_values(), "_number": number, "_now": iso_time(now)})
    return number


def remove_follow(db: Database, number: int) -> None:
    """Remove a follow with all its alerts, and the targets that no other one has; raises FollowError when there is none."""
    with transaction(db):
        if not db.execute("delete from follows where id = ?", [number]).rowcount:
            raise FollowError(f"there is no follow {number}; `dpawatch follow list` shows them")
        db.execute("delete from targets where name not in (select target from follow_targets)")
        db.execute("delete from untold_cases where not exists (select 1 from follows)")


def load_follows(db: Database) -> list[Follow]:
    """Return all follows in the order in which they were added."""
    rows = db.query(f"select id, added, {', '.join(_COLUMNS)} from follows order by id")  # noqa: S608 (our columns)
    return [_read_follow(row) for row in rows]


def load_follow(db: Database, number: int) -> Follow:
    """Return the follow of a number; raises FollowError when there is none."""
    for follow in load_follows(db):
        if follow.id == number:
            return follow
    raise FollowError(f"there is no follow {number}; `dpawatch follow list` shows them")


def _read_follow(row: Row) -> Follow:
    read = {"whole_group": bool(row["whole_group"]), "parameters": json.loads(row["parameters"] or "{}")}
    return Follow(**{**row, **read})


def list_follows(db: Database) -> list[Row]:
    """Return each follow's row with its `targets`, how many cases were `told`, how many alerts wait or are uncertain.

    Of its targets that fail: `failures` of the worst, `last_error`, and when they are tried again, `next_due`.
    """
    rows = db.query(_LIST)
    read = ("targets", "parameters")
    return [row | {name: json.loads(row[name]) for name in read if row[name]} for row in rows]


def find_matches(db: Database, follow: Follow, among: Iterable[str] | None = None) -> list[str]:
    """Return the ids of the cases that a follow matches, the last reported first.

    Args:
        among: only these; then also those of them that the follow was told of and would not match any more.
    """
    condition, values = follow.to_sql(), follow.to_values()
    if among is not None:
        condition = f"cases.id in (select value from json_each(:_among)) and ({condition} or {_IS_TOLD})"  # noqa: S608
        values["_among"] = json_list(among)
    sql = f"select id from cases where {condition} order by last_seen desc, id"  # noqa: S608 (conditions of this module)
    return [row[0] for row in db.execute(sql, values).fetchall()]


def knows_company(db: Database, company: str) -> bool:
    """Tell whether a text or the data files name a company of an id."""
    return bool(db.execute("select 1 from companies where id = ?", [company]).fetchone())


def list_query_columns(db: Database, sql: str, parameters: Mapping[str, str]) -> list[str]:
    """Return the columns that a query gives."""
    cursor = db.execute(f"select * from ({sql}) limit 0", dict(parameters))  # noqa: S608 (a saved query)
    return [column[0] for column in cursor.description]


def list_targets(db: Database, number: int | None = None) -> list[str]:
    """Return the names of the targets of a follow, or of all."""
    sql = "select distinct target from follow_targets where ?1 is null or follow = ?1 order by target"
    return [name for (name,) in db.execute(sql, [number])]
