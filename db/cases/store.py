"""Cases as rows: what changed in articles since the last time is grouped anew, and what differs is written.

The cases that come out are those of making all from nothing, whatever came in which order; only ids stay as they were.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from db.cases.contradictions import find_contradictions
from db.cases.events import Event
from db.cases.ids import case_slug, free_id, names_regulator, redirect_case, still_says
from db.cases.matching import order_of
from db.cases.regroup import Draft, Regroup
from db.cases.summary import Facts, case_provisions, case_respondents, case_sanctions, find_stating, read_facts
from db.cases.titles import case_title, format_amount
from db.companies.memory import record_companies
from db.companies.settling import drop_unused_companies, settle_companies
from db.history import CASE_FIELDS, Occasion, find_cause, find_changes, record_changes
from db.values import iso_time, json_list, transaction

Row = tuple[Any, ...]

# So many acts are grouped in one transaction: memory and the wait of other writers are bounded.
BATCH = 20_000
CASE_COLUMNS = (
    "id, slug, regulator, title, respondents, regulator_names, status, decided, annulled, amount, currency, "
    "amount_before, amount_eur, fx_rate, fx_date, regulator_missing, respondents_missing, decided_missing, "
    "amount_missing, amount_eur_missing, first_seen, last_seen, articles"
)
_LINKS = {
    "case_articles": ("case_id", "article", "kind"),
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
# of all acts of a case, those that articles recall too; asked when the cases have their acts
_VIOLATIONS = """
select distinct case_id, violation from case_actions join action_violations using (action)
where case_id in (select value from json_each(?))
"""
# what a pass starts from; an act that is gone since needs no look
_STALE_ACTIONS = """
select action, article from stale_actions left join actions on actions.id = action
left join articles on articles.id = article order by published is null, published, action limit ?
"""
_STALE_CASES_OF = """
select case_id from stale_cases where case_id in
    (select case_id from case_articles where article in (select value from json_each(?)))
"""


@dataclass(slots=True)
class _Rows:
    """The rows that some cases should have, table by table, and by case and field the articles that state its value."""

    cases: dict[str, Row] = field(default_factory=dict)
    stating: dict[str, Mapping[str, set[str]]] = field(default_factory=dict)
    links: dict[str, set[Row]] = field(default_factory=lambda: defaultdict(set))


def group_cases(db: Database, now: datetime, rebuild: bool = False, decided: str | None = None) -> dict[str, int]:
    """Group what is new or changed since the last call into cases and store what differs.

    Args:
        rebuild: look at everything again, as if nothing had been grouped; ids that cases have stay theirs.
        decided: a person's words, which the history names as the cause; nothing else may have changed since the last call.
    Returns: counts of `cases` now, and of those `new`, `changed` and `removed`.
    Each batch of acts is one transaction: a reader sees the old cases or the new ones, and a killed call goes on.
    """
    counts: Counter[str] = Counter(new=0, changed=0, removed=0)
    occasion = Occasion(now, rebuild, decided)
    settle_companies(db, now)
    if rebuild:
        with transaction(db):
            _forget_grouping(db)
    while True:
        with transaction(db):
            actions, articles, cases = _take_stale(db)
            if not (actions or articles or cases):
                break
            regroup = Regroup(db, actions, articles, cases)
            counts.update(_write(db, regroup.run(), regroup.dissolved, occasion))
    drop_unused_companies(db)
    record_companies(db, occasion)
    return {"cases": db["cases"].count, **counts}


def _forget_grouping(db: Database) -> None:
    for table in ("action_keys", "action_links", "article_terms"):
        db.execute(f"delete from {table}")  # noqa: S608 (our tables)
    db.execute("insert or ignore into stale_actions (action) select id from actions")
    db.execute("insert or ignore into stale_articles (article) select id from articles where analysed is not null")
    db.execute("insert or ignore into stale_cases (case_id) select id from cases")
    db.execute("insert or ignore into stale_summaries (kind, id) values ('all', '')")


def _take_stale(db: Database) -> tuple[set[str], set[str], set[str]]:
    """Return and forget the acts, articles and cases to look at: acts by date, and only after the last of them the articles."""
    found = dict(db.execute(_STALE_ACTIONS, [BATCH]).fetchall())
    actions = set(found)
    articles: set[str] = set()
    if len(actions) == BATCH:
        # a case goes on under its id when it is looked at together with the acts that were read anew in its articles
        cases = {c for (c,) in db.execute(_STALE_CASES_OF, [json_list(a for a in found.values() if a)])}
    else:
        cases = {case for (case,) in db.execute("select case_id from stale_cases")}
        articles = {a for (a,) in db.execute("select article from stale_articles order by article limit ?", [BATCH])}
    for table, column, taken in (
        ("stale_actions", "action", actions),
        ("stale_cases", "case_id", cases),
        ("stale_articles", "article", articles),
    ):
        sql = f"delete from {table} where {column} in (select value from json_each(?))"  # noqa: S608 (our names)
        db.execute(sql, [json_list(taken)])
    return actions, articles, cases


def _write(db: Database, drafts: list[Draft], dissolved: set[str], occasion: Occasion) -> Counter[str]:
    """Store the drafts as cases in place of those dissolved, with ids, redirects and all that hangs on them."""
    claimed = _claim(db, drafts, dissolved)
    gone = dissolved - set(claimed.values())
    rows, redirects = _Rows(), dict[str, str]()
    names = _load_names(db, drafts)
    taken: set[str] = set()
    for draft in sorted(drafts, key=lambda d: order_of(d.actions[0])):
        old = claimed.get(id(draft))
        draft.case = _name(db, old, draft, taken)
        taken.add(draft.case)
        if old and old != draft.case:
            redirects[old] = draft.case
            gone.add(old)
        facts = read_facts(draft.actions)
        rows.cases[draft.case] = _case_row(draft, facts, names)
        rows.stating[draft.case] = find_stating(facts, draft.actions)
        _add_links(rows.links, draft, facts.events)
    redirects |= _follow(db, gone - redirects.keys(), drafts)
    involved = rows.cases.keys() | gone
    stored = _stored_cases(db, involved)
    _record_changes(db, stored, rows, occasion)
    counts = _sync_cases(db, stored, rows.cases)
    for table, columns in _LINKS.items():
        _sync_links(db, table, columns, involved, rows.links[table])
    violations = set(db.execute(_VIOLATIONS, [json_list(involved)]))
    _sync_links(db, "case_violations", ("case_id", "violation"), involved, violations)
    for old, case in redirects.items():
        redirect_case(db, old, case, "merged" if old not in claimed.values() else "renamed", iso_time(occasion.now))
    gone -= rows.cases.keys()
    db.conn.executemany("delete from cases where id = ?", [(case,) for case in sorted(gone)])
    counts["removed"] = len(gone)
    return counts


def _stored_cases(db: Database, cases: Collection[str]) -> dict[str, Row]:
    sql = f"select {CASE_COLUMNS} from cases where id in (select value from json_each(?))"  # noqa: S608 (our columns)
    return {row[0]: row for row in db.execute(sql, [json_list(cases)])}


def _claim(db: Database, drafts: list[Draft], dissolved: set[str]) -> dict[int, str]:
    """Return which draft goes on under which of the ids: the one it has most acts of, and then most articles.

    Acts that were read anew have lost their case, and their articles have not: it is the one that an id names which they
    would be given now, and if no case goes on under it, another of the same regulator.
    """
    found = {id(draft): draft.case for draft in drafts if draft.case}
    slugs = _slugs(db, dissolved)
    acts, articles = (_held(db, table, column, dissolved) for table, column in
                      (("case_actions", "action"), ("case_articles", "article")))  # fmt: skip
    scored = []
    for draft in drafts:
        own = draft.actions
        slug = case_slug(own)
        votes = Counter(case for a in own for case in acts[a.id])
        again = Counter(case for article in {a.article for a in own} for case in articles[article])
        for case in votes.keys() | again.keys():
            said = slugs.get(case) or case
            if votes[case] or names_regulator(said, own):
                scored.append((-votes[case], said != slug, -again[case], case, order_of(own[0]), id(draft)))
    used: set[str] = set()
    for *_, case, _, number in sorted(scored):
        if number not in found and case not in used:
            found[number] = case
            used.add(case)
    return found


def _held(db: Database, table: str, column: str, cases: Collection[str]) -> defaultdict[str, list[str]]:
    sql = f"select {column}, case_id from {table} where case_id in (select value from json_each(?))"  # noqa: S608
    found = defaultdict(list)
    for member, case in db.execute(sql, [json_list(cases)]):
        found[member].append(case)
    return found


def _name(db: Database, old: str | None, draft: Draft, taken: Collection[str]) -> str:
    """Return the id of a case: the one it had, as long as that says nothing wrong, or a new one."""
    slug = case_slug(draft.actions)
    if old:
        row = db.execute("select slug from cases where id = ?", [old]).fetchone()
        if row and (row[0] is None or still_says(row[0], draft.actions)):
            return old
    if slug not in taken and _comes_back(db, slug, draft):
        db.execute("delete from case_redirects where old_id = ?", [slug])
        return slug
    return free_id(db, slug, draft.actions, taken)


def _comes_back(db: Database, case: str, draft: Draft) -> bool:
    """Tell whether a draft was the case of an id that led to the one it is parted from now: it was merged and is split."""
    sql = """select 1 from case_redirects join case_actions on case_actions.case_id = case_redirects.case_id
        where old_id = ? and action in (select value from json_each(?))"""
    return db.execute(sql, [case, json_list(a.id for a in draft.actions)]).fetchone() is not None


def _follow(db: Database, gone: Collection[str], drafts: Iterable[Draft]) -> dict[str, str]:
    """Return for ids whose cases went into others those others: the one that has most of the acts, or their articles now.

    Acts that were read anew have lost their case; then the id must name the party of the case it is to lead to.
    """
    acts, articles = _held(db, "case_actions", "action", gone), _held(db, "case_articles", "article", gone)
    slugs = _slugs(db, gone)
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for draft in drafts:
        for action in draft.actions:
            for old in acts[action.id]:
                votes[old][draft.case or ""] += 1000
            for old in articles[action.article]:
                if still_says(slugs[old] or old, draft.actions):
                    votes[old][draft.case or ""] += 1
    return {old: max(sorted(counter), key=counter.__getitem__) for old, counter in votes.items()}


def _slugs(db: Database, cases: Collection[str]) -> dict[str, str | None]:
    sql = "select id, slug from cases where id in (select value from json_each(?))"
    return dict(db.execute(sql, [json_list(cases)]).fetchall())


@dataclass(frozen=True, slots=True)
class _Names:
    """What ids are called: companies by name, regulators by abbreviation and by all their names; articles' times."""

    companies: Mapping[str, str]
    regulators: Mapping[str, tuple[str, str]]
    seen: Mapping[str, str]


def _load_names(db: Database, drafts: list[Draft]) -> _Names:
    actions = [action for draft in drafts for action in draft.actions]
    wanted = json_list({company for action in actions for company in action.respondents})
    sql = "select id, name from companies where id in (select value from json_each(?))"
    companies = dict(db.execute(sql, [wanted]).fetchall())
    regulators = {}
    for regulator, name, native, short in db.execute("select id, name, native_name, abbreviation from regulators"):
        names = [n for n in dict.fromkeys((short, name, native)) if n]
        regulators[regulator] = (short or name, "; ".join(names))
    sql = "select id, coalesce(published, fetched) from articles where id in (select value from json_each(?))"
    seen = dict(db.execute(sql, [json_list({action.article for action in actions})]).fetchall())
    return _Names(companies, regulators, seen)


def _record_changes(db: Database, stored: Mapping[str, Row], rows: _Rows, occasion: Occasion) -> None:
    """Write the history of the cases that are made, changed or gone; what is stored of them is still as it was."""
    columns = CASE_COLUMNS.split(", ")
    articles: dict[str, set[str]] = defaultdict(set)
    for case, article, _ in rows.links["case_articles"]:
        articles[case].add(article)
    for case in sorted(stored.keys() | rows.cases.keys()):
        old, new = stored.get(case), rows.cases.get(case)
        if old == new:
            continue
        before, after = (dict(zip(columns, row, strict=True)) if row else None for row in (old, new))
        # what was made or is gone has one cause; of a change each field has its own, found before any is written
        parts = [CASE_FIELDS] if before is None or after is None else [(f,) for f in _changed(before, after)]
        stating = rows.stating.get(case, {})
        causes = [find_cause(db, case, articles[case], occasion, stating.get(part[0], ())) for part in parts]
        for part, cause in zip(parts, causes, strict=True):
            record_changes(db, "case", before, after, part, occasion.now, cause)


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [name for name, _, _ in find_changes(before, after, CASE_FIELDS)]


def _case_row(draft: Draft, facts: Facts, names: _Names) -> Row:
    actions = draft.actions
    regulator = next((a.regulator for a in actions if a.regulator), None)
    short, all_names = names.regulators[regulator] if regulator else (None, "")
    respondents = [names.companies[company] for company in case_respondents(actions)]
    paid, reduced_from = facts.paid, facts.amount_before
    said = format_amount(paid.amount, paid.currency) if paid and paid.amount is not None else None
    before = format_amount(reduced_from, paid.currency) if paid and reduced_from is not None else None
    year = (facts.decided or actions[0].decision_date or actions[0].published or "")[:4] or None
    seen = [names.seen[a.article] for a in actions]
    return (
        draft.case,
        case_slug(actions),
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
    paid, euro = facts.paid, facts.converted
    if paid is None or euro is None:
        return (None,) * 6
    return paid.amount, paid.currency, facts.amount_before, euro.amount_eur, euro.fx_rate, euro.fx_date


def _add_links(links: dict[str, set[Row]], draft: Draft, events: list[Event]) -> None:
    case, actions = draft.case or "", draft.actions
    kinds = dict.fromkeys(draft.articles, "content") | {a.article: "background" for a in draft.recalled.values()}
    kinds |= {a.article: "action" for a in actions}
    links["case_articles"] |= {(case, article, kind) for article, kind in kinds.items()}
    links["case_actions"] |= {(case, a.id) for a in (*actions, *draft.recalled.values())}
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
        event.id, case, event.date, event.date_origin, event.kind, quoted.article, quoted.id, *event.evidence,
        paid.amount if paid else None, paid.currency if paid else None, quoted.rank, event.told_by,
    )  # fmt: skip


def _sync_cases(db: Database, stored: Mapping[str, Row], wanted: Mapping[str, Row]) -> Counter[str]:
    changed = [row for case, row in wanted.items() if case in stored and stored[case] != row]
    new = [row for case, row in wanted.items() if case not in stored]
    columns = CASE_COLUMNS.split(", ")
    assign = ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
    sql = f"""insert into cases ({CASE_COLUMNS}) values ({", ".join("?" * len(columns))})
        on conflict (id) do update set {assign}"""  # noqa: S608 (our columns)
    db.conn.executemany(sql, [*changed, *new])
    return Counter(new=len(new), changed=len(changed))


def _sync_links(db: Database, table: str, columns: tuple[str, ...], cases: Collection[str], wanted: set[Row]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    sql = f"select {names} from {table} where case_id in (select value from json_each(?))"  # noqa: S608 (our names)
    stored = set(db.execute(sql, [json_list(cases)]))
    match = " and ".join(f'"{column}" is ?' for column in columns)
    db.conn.executemany(f"delete from {table} where {match}", sorted(stored - wanted, key=repr))  # noqa: S608
    places = ", ".join("?" * len(columns))
    sql = f"insert into {table} ({names}) values ({places})"  # noqa: S608 (our tables and columns)
    db.conn.executemany(sql, sorted(wanted - stored, key=repr))
