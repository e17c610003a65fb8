"""Alerts: one for each target of a follow and each time that a case becomes news to it, and what became of each.

`waiting`: to be sent; `sending`: about to be handed over, written before the first byte leaves; `sent`; `uncertain`: the
program died while it was sending, so nobody knows whether it arrived, and it is sent again only if a person says so.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from db.cases.ids import resolve_case
from db.follow_tables import MATTERS
from db.follows import Follow, find_matches, load_follow, load_follows
from db.news import Change, find_differences, find_news, last_article, read_changes, read_state, write_changes
from db.values import iso_time, transaction

Row = dict[str, Any]

# a target that fails is tried again after the first gap, and after twice the last one each time, up to the longest
_FIRST_GAP, _LONGEST_GAP = timedelta(minutes=15), timedelta(hours=24)
# so often in a row, and it is not chance
FAILURES_IN_A_ROW = 3

_SAID = """select said from follow_cases where follow = ?1 and (case_id = ?2
    or case_id in (select old_id from case_redirects where case_redirects.case_id = ?2))
    order by case_id = ?2 desc, told desc"""
_TELL = """insert into follow_cases (follow, case_id, said, told) values (?, ?, ?, ?)
    on conflict (follow, case_id) do update set said = excluded.said, told = excluded.told"""
_IS_RECENT = f"""select 1 from history where entity = 'case' and entity_id = ? and changed >= ?
    and field in ('id', {", ".join(f"'{field}'" for field in MATTERS)})"""  # noqa: S608 (our columns)
_MAKE = """insert into alerts (follow, target, case_id, changes, article, state, made)
    select ?1, target, ?2, ?3, ?4, 'waiting', ?5 from follow_targets where follow = ?1 order by target"""
# all that is untold but cases with an article that came when they were interrupted
_REDACTED = """select case_id from untold_cases join cases on cases.id = case_id where not exists (
    select 1 from case_articles join articles on articles.id = article where case_articles.case_id = cases.id
    and fetched > (select min(made) from redactions where finished is null))"""
_CHANGED = "select id, case_id, changes from alerts where changes is not null"
# a time farther away than the longest gap was written by a clock that was wrong
_DUE = """select name from targets where (next_due is null or next_due <= ? or next_due > ?)
    and exists (select 1 from alerts where target = name and state = 'waiting') order by name"""
# one that is refused again and again does not stand in the way of others
_WAITING = """select id, follow, target, case_id, changes, article from alerts
    where target = ? and state = 'waiting' order by attempts, id"""
_HEALTH = """select name, failures, last_error, next_due, count(alerts.id) as waiting, coalesce(max(attempts), 0) as attempts
    from targets left join alerts on target = name and state = 'waiting' group by name order by name"""


@dataclass(frozen=True, slots=True)
class Alert:
    """One message to one target: `changes` is empty when the case is new to the follow; `article` is the one to quote."""

    id: int
    follow: int
    target: str
    case_id: str
    changes: tuple[Change, ...]
    article: str | None


def collect_alerts(db: Database, now: datetime) -> int:
    """Write alerts of the cases that changed since the last call, and return how many; one transaction.

    A case is told of once, and again only when it says something that it did not say under any id that it had. A follow
    whose saved query fails keeps the error, and the others go on.
    """
    if not db.execute("select 1 from untold_cases limit 1").fetchone():
        return 0
    with transaction(db):
        untold = [case for (case,) in db.execute("select case_id from untold_cases")]
        made = sum(_collect_for(db, follow, untold, now) for follow in load_follows(db))
        db.execute("delete from untold_cases")
    return made


def _collect_for(db: Database, follow: Follow, untold: Iterable[str], now: datetime) -> int:
    return sum(_tell(db, follow, case, now) for case in reversed(_find_for(db, follow, untold)))


def _find_for(db: Database, follow: Follow, untold: Iterable[str]) -> list[str]:
    try:
        matches = find_matches(db, follow, untold)
    except sqlite3.OperationalError as error:
        if not follow.query_sql:
            raise
        db.execute("update follows set error = ? where id = ?", [str(error), follow.id])
        return []
    db.execute("update follows set error = null where id = ? and error is not null", [follow.id])
    return matches


def _tell(db: Database, follow: Follow, case: str, now: datetime) -> int:
    """Write the alerts of one case that changed, if it is news to a follow; return how many."""
    said = [json.loads(row[0]) for row in db.execute(_SAID, [follow.id, case]).fetchall()]
    state = read_state(db, case)
    changes = [find_differences(old, state) for old in said]
    _count_as_told(db, follow, case, state, now)
    if not all(changes):
        return 0
    # the answer of a query ends somewhere, and what comes up from below its end is old
    if not said and follow.query and not db.execute(_IS_RECENT, [case, follow.added]).fetchone():
        return 0
    return _make(db, follow, case, changes[0] if changes else (), now)


def _count_as_told(db: Database, follow: Follow, case: str, state: Row, now: datetime) -> None:
    db.execute(_TELL, [follow.id, case, json.dumps(state), iso_time(now)])


def _make(db: Database, follow: Follow, case: str, changes: Sequence[Change], now: datetime) -> int:
    article = last_article(db, case) if changes else None
    values = [follow.id, case, write_changes(changes), article, iso_time(now)]
    return db.execute(_MAKE, values).rowcount


def collect_past(db: Database, number: int, since: datetime, now: datetime) -> int:
    """Write alerts of what a follow matches and became known or changed since a time; return how many."""
    with transaction(db):
        follow = load_follow(db, number)
        matches = find_matches(db, follow, [news.case_id for news in find_news(db, since)])
        return sum(_make(db, follow, case, (), now) for case in reversed(matches))


def settle_redacted(db: Database, now: datetime) -> None:
    """Count as told what cases say since the redactions that are being completed changed them; one transaction.

    What came in after these had begun stays untold. Alerts keep of their changes what is so still, and go if that is none.
    """
    with transaction(db):
        states = {case: read_state(db, case) for (case,) in db.execute(_REDACTED).fetchall()}
        for follow in load_follows(db):
            for case in _find_for(db, follow, states):
                _count_as_told(db, follow, case, states[case], now)
        for key, case, written in db.execute(_CHANGED).fetchall():
            state = states.get(resolve_case(db, case) or "")
            if state is not None:
                _keep_changes(
                    db, key, [change for change in read_changes(written) if change.new == state[change.field]]
                )
        db.conn.executemany("delete from untold_cases where case_id = ?", [(case,) for case in states])


def _keep_changes(db: Database, alert: int, changes: Sequence[Change]) -> None:
    if changes:
        db.execute("update alerts set changes = ? where id = ?", [write_changes(changes), alert])
    else:
        db.execute("delete from alerts where id = ?", [alert])


def settle_interrupted(db: Database) -> int:
    """Mark what a dead process was sending as uncertain and return how much that is; the caller holds the lock."""
    with transaction(db):
        return db.execute("update alerts set state = 'uncertain' where state = 'sending'").rowcount


def settle_uncertain(db: Database, again: bool) -> int:
    """Let what is uncertain be sent again, or else count it as sent, and return how much that is."""
    with transaction(db):
        return db.execute(
            "update alerts set state = ? where state = 'uncertain'", ["waiting" if again else "sent"]
        ).rowcount


def due_targets(db: Database, now: datetime) -> list[str]:
    """Return the targets for which alerts wait and whose time has come."""
    return [name for (name,) in db.execute(_DUE, [iso_time(now), iso_time(now + _LONGEST_GAP)]).fetchall()]


def waiting_alerts(db: Database, target: str) -> list[Alert]:
    """Return what is to be sent to a target, those first that were tried least; what is told of cases that are gone is dropped."""
    rows = list(db.query(_WAITING, [target]))
    cases = {row["id"]: resolve_case(db, row["case_id"]) for row in rows}
    with transaction(db):
        db.conn.executemany("delete from alerts where id = ?", [(key,) for key, case in cases.items() if not case])
    return [
        Alert(**{**row, "case_id": case, "changes": read_changes(row["changes"])})
        for row in rows
        if (case := cases[row["id"]])
    ]


def begin_sending(db: Database, alert: Alert) -> None:
    """Record that an alert is about to leave; to be called before anything is sent."""
    with transaction(db):
        db.execute("update alerts set state = 'sending', attempts = attempts + 1 where id = ?", [alert.id])


def store_sent(db: Database, alert: Alert, now: datetime) -> None:
    """Record that an alert was taken by its target."""
    with transaction(db):
        db.execute("update alerts set state = 'sent', sent = ? where id = ?", [iso_time(now), alert.id])
        sql = "update targets set failures = 0, next_due = null, last_error = null, last_success = ? where name = ?"
        db.execute(sql, [iso_time(now), alert.target])


def store_refused(db: Database, alert: Alert, reason: str, now: datetime) -> None:
    """Record that an alert was not taken: it waits, and its target is left alone for a while, longer each time."""
    with transaction(db):
        failures = db.execute("select failures from targets where name = ?", [alert.target]).fetchone()[0]
        gap = min(_FIRST_GAP * 2 ** min(failures, 20), _LONGEST_GAP)
        db.execute("update alerts set state = 'waiting' where id = ?", [alert.id])
        sql = "update targets set failures = failures + 1, next_due = ?, last_error = ? where name = ?"
        db.execute(sql, [iso_time(now + gap), reason, alert.target])


def count_alerts(db: Database) -> dict[str, int]:
    """Return how many alerts are in each state; states of none are left out."""
    return dict(db.execute("select state, count(*) from alerts group by state order by state").fetchall())


def alert_needs(db: Database, running: bool) -> list[str]:
    """Return a sentence for each target that takes nothing, for alerts of which nothing is certain, and for broken queries.

    What is being sent while no process is `running` on the database was so when one was killed.
    A public copy knows of none.
    """
    if "alerts" not in db.table_names():
        return []
    needs = []
    for row in db.query(_HEALTH):
        if row["failures"] >= FAILURES_IN_A_ROW:
            needs.append(
                f"target {row['name']} took no alert {row['failures']} times in a row, and {row['waiting']} wait: "
                f"{row['last_error']}; it is tried again after {row['next_due']}"
            )
        elif row["attempts"] >= FAILURES_IN_A_ROW:
            needs.append(f"target {row['name']} works, but did not take an alert in {row['attempts']} attempts")
    counts = count_alerts(db)
    uncertain = counts.get("uncertain", 0) + (0 if running else counts.get("sending", 0))
    if uncertain:
        needs.append(
            f"the program was killed while it sent {uncertain} alerts, which may have arrived or not: "
            "`dpawatch alert --uncertain send` sends them again, `--uncertain drop` does not"
        )
    sql = "select id, query, error from follows where error is not null order by id"
    needs += [
        f"follow {row['id']} finds nothing, since its saved query {row['query']} fails: {row['error']}"
        for row in db.query(sql)
    ]
    return needs
