"""The statements of migration m023: what people follow, what they were told of it, and what is still to be told."""

from __future__ import annotations

# what an alert is about; docs/follow.md names them
MATTERS = ("status", "decided", "annulled", "amount", "currency", "amount_before")
# what may bring a case to a follow, though none of the above differs
_DECIDES = (*MATTERS, "amount_eur", "regulator")
_LINKED = ("case_companies", "case_provisions", "case_sanctions", "case_violations", "case_events")
_DIFFERS = " or ".join(f"old.{column} is not new.{column}" for column in _DECIDES)
_SOMEBODY = "exists (select 1 from follows)"
_NOTE = "insert into untold_cases (case_id) {rows} on conflict do nothing;"
_NEW_ROW = (
    f"""create trigger {table}_untold_ai after insert on {table} when {_SOMEBODY} begin
        {_NOTE.format(rows=f"values (new.{key})")}
    end"""
    for table, key in (("cases", "id"), *((table, "case_id") for table in _LINKED))
)

M023 = [
    """create table follows (
        id integer primary key, company text, whole_group integer not null default 0, regulator text references regulators(id),
        provision text, country text, at_least numeric, query text, query_sql text, parameters text,
        added text not null, error text
    )""",
    "create index follows_regulator on follows(regulator)",
    """create table targets (
        name text primary key, failures integer not null default 0, next_due text, last_error text, last_success text
    ) without rowid""",
    """create table follow_targets (
        follow integer not null references follows(id) on delete cascade,
        target text not null references targets(name) on delete cascade, primary key (follow, target)
    ) without rowid""",
    "create index follow_targets_target on follow_targets(target)",
    # cases that are gone stay: what was told of them was told of those that they became
    """create table follow_cases (
        follow integer not null references follows(id) on delete cascade, case_id text not null,
        said text not null, told text not null, primary key (follow, case_id)
    ) without rowid""",
    """create table alerts (
        id integer primary key, follow integer not null references follows(id) on delete cascade,
        target text not null references targets(name) on delete cascade, case_id text not null,
        changes text, article text, state text not null, attempts integer not null default 0, made text not null, sent text
    )""",
    "create index alerts_follow on alerts(follow)",
    "create index alerts_target_state on alerts(target, state)",
    "create table untold_cases (case_id text primary key) without rowid",
    *_NEW_ROW,
    f"""create trigger cases_untold_au after update of {", ".join(_DECIDES)} on cases
        when ({_DIFFERS}) and {_SOMEBODY} begin
        {_NOTE.format(rows="values (new.id)")}
    end""",
    f"""create trigger companies_untold_au after update of parent on companies
        when old.parent is not new.parent and {_SOMEBODY} begin
        {_NOTE.format(rows="select case_id from case_companies where company = new.id")}
    end""",  # noqa: S608 (constants of this module)
]
