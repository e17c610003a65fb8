"""Statements of m015, m017 and m018: tables that pages ask instead of all cases, and how it is known that sums are stale."""

from __future__ import annotations

# a change of any row of these may change a sum
_SUMMED = (
    "cases", "case_companies", "case_provisions", "case_sanctions", "case_articles", "case_actions", "case_events",
    "companies", "company_names", "regulators", "laws", "provisions",
)  # fmt: skip
_MARK = "begin insert into stale_summaries (what) values ('all') on conflict do nothing; end"


def _marks(*tables: str) -> list[str]:
    """Return the triggers that say so of these tables."""
    return [
        f"create trigger {table}_summed_a{event[0]} after {event} on {table} {_MARK}"
        for table in tables
        for event in ("insert", "update", "delete")
    ]


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
    *_marks(*_SUMMED),
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
    *_marks("case_violations"),
]

# languages of cases, kept by triggers; and two indexes that have all that is counted of a case, so that its row is not read:
# of cases that are looked up, and of all by year
M018 = [
    """create table case_languages (
        case_id text not null references cases(id) on delete cascade, lang text not null, primary key (case_id, lang)
    ) without rowid""",
    """insert into case_languages (case_id, lang)
        select distinct case_id, lang from case_articles join articles on articles.id = article""",
    "create index case_languages_lang on case_languages(lang)",
    """create trigger case_languages_kept_ai after insert on case_articles begin
        insert into case_languages (case_id, lang) select new.case_id, lang from articles where id = new.article
            on conflict do nothing; end""",
    """create trigger case_languages_kept_ad after delete on case_articles begin
        delete from case_languages where case_id = old.case_id and not exists (
            select 1 from case_articles join articles on articles.id = article
            where case_id = old.case_id and articles.lang = case_languages.lang); end""",
    """create trigger case_languages_kept_au after update of lang on articles when new.lang <> old.lang begin
        insert into case_languages (case_id, lang) select case_id, new.lang from case_articles where article = new.id
            on conflict do nothing;
        delete from case_languages where lang = old.lang and case_id in (
            select case_id from case_articles where article = new.id) and not exists (
            select 1 from case_articles join articles on articles.id = article
            where case_id = case_languages.case_id and articles.lang = old.lang); end""",
    "create index cases_figures on cases(id, decided, first_seen, status, amount, amount_eur, regulator)",
    """create index cases_years on cases(
        coalesce(substr(coalesce(decided, substr(first_seen, 1, 10)), 1, 4), ''), id, decided, first_seen, status, amount,
        amount_eur, regulator)""",
    # with the order of lists, in which facets of tables too leave out the pages before
    "drop index cases_regulator",
    "create index cases_regulator on cases(regulator, last_seen, id)",
    "drop index cases_status",
    "create index cases_status on cases(status, last_seen, id)",
    # what became of cases, without all that happened in all of them
    "create index case_events_kind on case_events(kind, case_id, date)",
    "drop index articles_id_lang",
    *_marks("case_languages"),
]
