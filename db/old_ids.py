"""Ids of cases that a redaction ends: what was said and told under them goes on under the id that the case has now, or goes.

An id ends when it holds a phrase, and when its case is gone. When an article was removed any id ends that was given up for
that, since it may name whom only that article named.
"""

from __future__ import annotations

from sqlite_utils import Database

# a case with no other article that states an act of it goes with this one
_WITH_ARTICLE = """with alone(id) as (
    select case_id from case_articles as own where article = ? and kind = 'action' and not exists
        (select 1 from case_articles as other where other.case_id = own.case_id and other.kind = 'action'
            and other.article <> own.article)
), ids(id) as (select id from alone union select old_id from case_redirects where case_id in (select id from alone))"""
_OF_CASES = {"history": "entity = 'case' and entity_id", "follow_cases": "case_id", "alerts": "case_id"}

SINCE = "(select min(last_history) from redactions where finished is null)"
_ENDED = f"""with gone(id) as (
    select entity_id from history where id > {SINCE} and entity = 'case' and field = 'id' and new is null
    and entity_id not in (select id from cases)
), ended(id) as (
    select id from gone where id not in (select old_id from case_redirects)
    or exists (select 1 from redactions where finished is null and kind = 'article')
)
select id from ended union
select old_id from case_redirects where case_id in (select case_id from case_redirects join ended on id = old_id)"""  # noqa: S608


def _ends(column: str) -> str:
    return f"(holds({column}) or is_ended({column}))"


def _move(table: str, column: str, only: str = "true") -> str:
    to = f"from case_redirects where old_id = {table}.{column}"
    return f"""update or ignore {table} set {column} = (select case_id {to})
        where {only} and {_ends(column)} and exists (select 1 {to} and not {_ends("case_id")})"""  # noqa: S608


_MOVED = f"entity = 'case' and entity_id in (select case_id from case_redirects where {_ends('old_id')})"  # noqa: S608
_MOVE = [
    # whose words these were is not known
    "delete from history where entity = 'case' and field <> 'id' and is_ended(entity_id)",
    _move("history", "entity_id", "entity = 'case'"),
    # it goes on as if it had always had the id that it has
    f"delete from history where field = 'id' and {_MOVED} and {_ends('old')}",  # noqa: S608
    f"update history set new = entity_id where field = 'id' and {_MOVED} and {_ends('new')}",  # noqa: S608
    f"""delete from history where field = 'id' and {_MOVED} and old is null and id > (select min(first.id)
        from history as first where first.entity = 'case' and first.entity_id = history.entity_id and first.field = 'id'
        and first.old is null)
        and entity_id not in (select entity_id from history where entity = 'case' and field = 'id' and new is null)""",  # noqa: S608
    "delete from history where entity = 'case' and is_ended(entity_id)",
    _move("follow_cases", "case_id"),
    f"delete from follow_cases where {_ends('case_id')}",  # noqa: S608
    _move("alerts", "case_id"),
    f"delete from alerts where {_ends('case_id')}",  # noqa: S608
    "delete from untold_cases where case_id not in (select id from cases)",
    f"delete from case_redirects where {_ends('old_id')}",  # noqa: S608
]


def forget_cases_of(db: Database, article: str) -> None:
    """Forget what was said and told of cases that go with an article, under all their ids; to be called before it goes."""
    for table, column in _OF_CASES.items():
        db.execute(f"{_WITH_ARTICLE} delete from {table} where {column} in (select id from ids)", [article])  # noqa: S608


def end_ids(db: Database) -> int:
    """Take the ids that end out of history, redirects and alerts, when the cases are made anew; return how many rows it touched.

    To be called in a transaction, when db.scrubbing.prepare_scrubbing was.
    """
    ended = {case for (case,) in db.execute(_ENDED)}
    db.conn.create_function("is_ended", 1, lambda case: case in ended, deterministic=True)
    return sum(db.execute(statement).rowcount for statement in _MOVE)
