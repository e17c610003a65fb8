"""Statements of migrations m015 and m017: tables that pages ask instead of all cases, and how it is known that sums are stale."""

from __future__ import annotations

# a change of any row of these may change a sum
_SUMMED = (
    "cases", "case_companies", "case_provisions", "case_sanctions", "case_articles", "case_actions", "case_events",
    "companies", "company_names", "regulators", "laws", "provisions",
)  # fmt: skip
_MARK = "begin insert into stale_summaries (what) values ('all') on conflict do nothing; end"

M015 = [
    # the day that lists file a case under
    "create index cases_day on cases(coalesce(decided, substr(first_seen, 1, 10)))",
    """create table case_totals (
        kind text not null, key text not null, year text not null, cases integer not null, fines integer not null,
        amount_eur numeric not null, largest_eur numeric, primary key (kind, key, year)
    ) without rowid""",
    "create index case_totals_kind_year_cases on case_totals(kind, year, cases)",
    "create index case_totals_kind_year_amount_eur on case_totals(kind, year, amount_eur)",
    """create table month_totals (
        month text not null, country text not null, cases integer not null, fines integer not null,
        amount_eur numeric not null, primary key (month, country)
    ) without rowid""",
    "create index month_totals_country on month_totals(country, month)",
    """create table delays (
        kind text not null, key text not null, year text not null, cases integer not null, median_days integer not null,
        primary key (kind, key, year)
    ) without rowid""",
    "create table site_totals (name text primary key, value) without rowid",
    """create table entities (
        kind text not null, id text not null, name text not null, names text not null, country text,
        cases integer not null, primary key (kind, id)
    )""",
    """create virtual table entities_fts using fts5(
        name, names, content="entities", tokenize='unicode61 remove_diacritics 2', prefix='2 3'
    )""",
    "create table stale_summaries (what text primary key) without rowid",
    "insert into stale_summaries (what) values ('all')",
    *(
        f"create trigger {table}_summed_a{event[0]} after {event} on {table} {_MARK}"
        for table in _SUMMED
        for event in ("insert", "update", "delete")
    ),
]  # fmt: skip

# what a case is about, and languages, without a walk through the rows of acts and the texts of articles
M017 = [
    """create table case_violations (
        case_id text not null references cases(id) on delete cascade, violation text not null,
        primary key (case_id, violation)
    ) without rowid""",
    """insert into case_violations (case_id, violation)
        select distinct case_id, violation from case_actions join action_violations using (action)""",
    "create index case_violations_violation on case_violations(violation)",
    "create index articles_id_lang on articles(id, lang)",
    *(
        f"create trigger case_violations_summed_a{event[0]} after {event} on case_violations {_MARK}"
        for event in ("insert", "update", "delete")
    ),
]
