"""Cases: the actions of all articles grouped into matters, each a row with its life, its parties and its provisions.

This version computes all cases and writes only what differs, so a second call writes nothing and a rebuild ends with
the same rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from sqlite_utils import Database

from db.cases.contradictions import find_contradictions
from db.cases.events import Event
from db.cases.grouping import ActionRow, group_actions
from db.cases.summary import Facts, case_provisions, case_respondents, case_sanctions, read_facts
from db.cases.titles import case_title, format_amount
from db.history import CASE_FIELDS, find_cause, record_changes
from db.values import transaction

Row = tuple[Any, ...]

CASE_COLUMNS = (
    "id, regulator, title, respondents, regulator_names, status, decided, annulled, amount, currency, amount_before, "
    "amount_eur, fx_rate, fx_date, regulator_missing, respondents_missing, decided_missing, amount_missing, "
    "amount_eur_missing, first_seen, last_seen, articles"
)
_LINKS = {
    "case_articles": ("case_id", "article"),
    "case_actions": ("case_id", "action"),
    "case_companies": ("case_id", "company"),
    "case_provisions": ("case_id", "provision", "role"),
    "case_sanctions": ("case_id", "sanction"),
    "case_events": (
        "id", "case_id", "date", "date_origin", "kind", "article", "action", "start", "end", "amount", "currency",
        "rank", "told_by",
    ),
    "case_contradictions": ("case_id", "field", "value", "action", "other_value", "other_action"),
}  # fmt: skip
_SLUG_LENGTH = 60


@dataclass(frozen=True, slots=True)
class _Names:
    """What ids are called: companies by name, regulators by abbreviation and by all their names; articles' times."""

    companies: Mapping[str, str]
    regulators: Mapping[str, tuple[str, str]]
    seen: Mapping[str, str]


@dataclass(slots=True)
class _Rows:
    """The rows that all cases together should have, table by table."""

    cases: dict[str, Row] = field(default_factory=dict)
    links: dict[str, set[Row]] = field(default_factory=lambda: defaultdict(set))


def group_cases(db: Database, now: datetime, rebuild: bool = False) -> dict[str, int]:
    """Group all actions that are no background into cases and store what differs from the stored cases.

    Args:
        now: when what changes is changed.
        rebuild: forget the stored cases first; the rows at the end are the same.
    Returns: counts of `cases` now, and of those `new`, `changed` and `removed`.
    All changes are one transaction: a reader sees the old cases or the new ones.
    """
    with transaction(db):
        stored = {row[0]: row for row in db.execute(f"select {CASE_COLUMNS} from cases")}  # noqa: S608 (our columns)
        rows = _assemble(group_actions(_load_actions(db)), _load_names(db))
        _record_changes(db, stored, rows, rebuild, now)
        if rebuild:
            db.execute("delete from cases")
            stored = {}
        counts = _sync_cases(db, stored, rows.cases)
        for table, columns in _LINKS.items():
            _sync_links(db, table, columns, rows.links[table])
        _drop_unused_companies(db)
    return {"cases": len(rows.cases), **counts}


def _load_actions(db: Database) -> list[ActionRow]:
    respondents = _lists(db, "select action, company from action_respondents order by action, company")
    provisions = _lists(db, "select action, provision, role from action_provisions order by action, provision")
    sanctions = _lists(db, "select action, sanction from action_sanctions order by action, sanction")
    # the time of a fetch dates no case
    sql = """select actions.id, article, regulator, amount, currency, amount_eur, fx_rate, fx_date, actions.status,
        decision_date, case when published_origin is not 'fetched' then published end, evidence_start, evidence_end,
        case when regulators.id is not null then 'regulator' else coalesce(sources.kind, 'press') end,
        background, articles.defect is not null
        from actions join articles on articles.id = article left join sources on sources.id = articles.source
        left join regulators on regulators.id = articles.publisher where background = 0"""
    return [
        ActionRow(
            id=action,
            article=article,
            regulator=regulator,
            respondents=tuple(company for (company,) in respondents[action]),
            provisions=tuple(provisions[action]),
            sanctions=tuple(sanction for (sanction,) in sanctions[action]),
            amount=amount,
            currency=currency,
            amount_eur=amount_eur,
            fx_rate=fx_rate,
            fx_date=fx_date,
            status=status,
            decision_date=decided,
            published=published,
            evidence=(start, end),
            teller=teller,
            background=bool(background),
            partial=bool(partial),
        )
        for (
            action, article, regulator, amount, currency, amount_eur, fx_rate, fx_date, status, decided, published,
            start, end, teller, background, partial,
        ) in db.execute(sql)
    ]  # fmt: skip


def _lists(db: Database, sql: str) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for action, *values in db.execute(sql):
        found[action].append(tuple(values))
    return found


def _load_names(db: Database) -> _Names:
    companies = dict(db.execute("select id, name from companies").fetchall())
    regulators = {}
    for regulator, name, native, short in db.execute("select id, name, native_name, abbreviation from regulators"):
        names = [n for n in dict.fromkeys((short, name, native)) if n]
        regulators[regulator] = (short or name, "; ".join(names))
    sql = (
        "select distinct articles.id, coalesce(published, fetched) from actions join articles on articles.id = article"
    )
    return _Names(companies, regulators, dict(db.execute(sql).fetchall()))


def _assemble(matters: list[list[ActionRow]], names: _Names) -> _Rows:
    """Return all rows of all cases. Matters get their ids in the order of their first actions."""
    rows, used = _Rows(), set[str]()
    for actions in sorted(matters, key=_first_published):
        case = _free_id(_case_slug(actions), used)
        used.add(case)
        facts = read_facts(actions)
        rows.cases[case] = (case, *_case_fields(actions, facts, names))
        _add_links(rows.links, case, actions, facts.events)
    return rows


def _first_published(actions: list[ActionRow]) -> tuple[bool, str, str]:
    """Return what sorts matters: by first publication, those without one last. Never by when we fetched: that is chance."""
    return min((a.published is None, a.published or "", a.id) for a in actions)


def _case_slug(actions: list[ActionRow]) -> str:
    respondents = case_respondents(actions)
    whom = respondents[0][:_SLUG_LENGTH].strip("-") if respondents else "unknown"
    return f"{_regulator_of(actions) or 'unknown'}-{_year_of(actions) or 'undated'}-{whom}"


def _free_id(slug: str, used: set[str]) -> str:
    if slug not in used:
        return slug
    return next(name for number in count(2) if (name := f"{slug}-{number}") not in used)


def _regulator_of(actions: Iterable[ActionRow]) -> str | None:
    return next((a.regulator for a in actions if a.regulator), None)


def _year_of(actions: list[ActionRow]) -> str | None:
    return (read_facts(actions).decided or _first_published(actions)[1])[:4] or None


def _case_fields(actions: list[ActionRow], facts: Facts, names: _Names) -> Row:
    regulator = _regulator_of(actions)
    short, all_names = names.regulators[regulator] if regulator else (None, "")
    respondents = [names.companies[company] for company in case_respondents(actions)]
    year = (facts.decided or _first_published(actions)[1])[:4] or None
    paid, reduced_from = facts.paid, facts.amount_before
    said = format_amount(paid.amount, paid.currency) if paid and paid.amount is not None else None
    before = format_amount(reduced_from, paid.currency) if paid and reduced_from is not None else None
    seen = [names.seen[a.article] for a in actions]
    return (
        regulator,
        case_title(short, respondents, case_sanctions(actions), said, facts.status, year, before),
        "; ".join(respondents),
        all_names,
        facts.status,
        facts.decided,
        facts.annulled,
        *_sums_of(facts),
        facts.regulator_missing,
        facts.respondents_missing,
        facts.decided_missing,
        facts.amount_missing,
        facts.amount_eur_missing,
        min(seen),
        max(seen),
        len({a.article for a in actions}),
    )


def _sums_of(facts: Facts) -> Row:
    """Return amount, currency, amount_before, amount_eur, fx_rate, fx_date."""
    paid = facts.paid
    if paid is None:
        return (None,) * 6
    return paid.amount, paid.currency, facts.amount_before, paid.amount_eur, paid.fx_rate, paid.fx_date


def _add_links(links: dict[str, set[Row]], case: str, actions: list[ActionRow], events: list[Event]) -> None:
    links["case_articles"] |= {(case, a.article) for a in actions}
    links["case_actions"] |= {(case, a.id) for a in actions}
    links["case_companies"] |= {(case, company) for company in case_respondents(actions)}
    links["case_provisions"] |= {(case, *pair) for pair in case_provisions(actions).items()}
    links["case_sanctions"] |= {(case, sanction) for sanction in case_sanctions(actions)}
    links["case_events"] |= {_event_row(case, event) for event in events}
    links["case_contradictions"] |= {
        (case, c.field, c.value, c.action, c.other_value, c.other_action) for c in find_contradictions(events)
    }


def _event_row(case: str, event: Event) -> Row:
    quoted, paid = event.quoted, event.paid
    return (
        event.id, case, event.date, event.date_origin, event.kind, quoted.article, quoted.id, *quoted.evidence,
        paid.amount if paid else None, paid.currency if paid else None, quoted.rank, event.told_by,
    )  # fmt: skip


def _record_changes(db: Database, stored: Mapping[str, Row], rows: _Rows, rebuild: bool, now: datetime) -> None:
    """Write the history of every case that is made, changed or gone; what is linked to it is still as it was."""
    columns = CASE_COLUMNS.split(", ")
    articles: dict[str, set[str]] = defaultdict(set)
    for case, article in rows.links["case_articles"]:
        articles[case].add(article)
    for case in sorted(stored.keys() | rows.cases.keys()):
        old, new = stored.get(case), rows.cases.get(case)
        if old != new:
            before, after = (dict(zip(columns, row, strict=True)) if row else None for row in (old, new))
            cause = find_cause(db, case, articles[case], rebuild)
            record_changes(db, "case", before, after, CASE_FIELDS, now, cause)


def _sync_cases(db: Database, stored: Mapping[str, Row], wanted: Mapping[str, Row]) -> dict[str, int]:
    removed = sorted(stored.keys() - wanted.keys())
    changed = [row for case, row in wanted.items() if case in stored and stored[case] != row]
    new = [row for case, row in wanted.items() if case not in stored]
    db.conn.executemany("delete from cases where id = ?", [(case,) for case in removed])
    columns = CASE_COLUMNS.split(", ")
    assign = ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
    sql = f"""insert into cases ({CASE_COLUMNS}) values ({", ".join("?" * len(columns))})
        on conflict (id) do update set {assign}"""  # noqa: S608 (our columns)
    db.conn.executemany(sql, [*changed, *new])
    return {"new": len(new), "changed": len(changed), "removed": len(removed)}


def _sync_links(db: Database, table: str, columns: tuple[str, ...], wanted: set[Row]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    stored = set(db.execute(f"select {names} from {table}"))  # noqa: S608 (our tables and columns)
    match = " and ".join(f'"{column}" is ?' for column in columns)
    db.conn.executemany(f"delete from {table} where {match}", sorted(stored - wanted, key=repr))  # noqa: S608
    places = ", ".join("?" * len(columns))
    sql = f"insert into {table} ({names}) values ({places})"  # noqa: S608 (our tables and columns)
    db.conn.executemany(sql, sorted(wanted - stored, key=repr))


def _drop_unused_companies(db: Database) -> None:
    """Forget companies that no mention, action or case names any more: an earlier reading may have been wrong."""
    db.execute(
        """delete from companies where id not in (select entity from mentions where kind = 'company')
        and id not in (select company from action_respondents) and id not in (select company from case_companies)"""
    )
