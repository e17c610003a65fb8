"""Statements of m015, m017, m018, m020 and m025 to m027: tables that pages ask instead of all cases, and what makes sums stale."""

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

# a change of a row of these is one of the case that the column names
_OF_CASE = {
    "cases": "id", "case_companies": "case_id", "case_provisions": "case_id", "case_sanctions": "case_id",
    "case_violations": "case_id", "case_articles": "case_id", "case_events": "case_id",
}  # fmt: skip
# and of these one of the name that people search by
_NAMED = {
    "companies": ("company", "id", "name, country"),
    "company_names": ("company", "company", "company, name"),
    "laws": ("law", "id", "name, jurisdiction"),
    "provisions": ("provision", "id", "title"),
    "regulators": ("regulator", "id", "name, native_name, abbreviation, country"),
}
# the part of triggers' names that says when they fire, and the rows that are there then
_EVENTS = {"insert": ("ai", "new"), "delete": ("ad", "old"), "update": ("au", "old new")}


def _stale_when(name: str, event: str, marked: str, when: str = "true") -> str:
    """Return the trigger that notes what a change makes stale: `marked` is what is to be selected as kind and id."""
    return f"""create trigger {name} after {event} when {when} begin
        insert into stale_summaries (kind, id) {marked} on conflict do nothing;
    end"""


def _stale_rows(table: str, kind: str, column: str, columns: str = "") -> list[str]:
    return [
        _stale_when(
            f"{table}_stale_{suffix}",
            f"{event}{f' of {columns}' if columns and event == 'update' else ''} on {table}",
            " union all ".join(f"select '{kind}', {row}.{column}" for row in rows.split()) + " where true",
        )
        for event, (suffix, rows) in _EVENTS.items()
    ]


# what each case is counted under, so that a change of one case changes the totals by what it changed
M018 = [
    *(f"drop trigger {table}_summed_a{event[0]}" for table in (*_SUMMED, "case_violations") for event in _EVENTS),
    "drop table stale_summaries",
    "create table stale_summaries (kind text not null, id text not null, primary key (kind, id)) without rowid",
    """create table counted (
        case_id text not null, kind text not null, key text not null, year text not null, fine integer not null,
        amount_eur numeric, primary key (case_id, kind, key)
    ) without rowid""",
    "create index counted_kind_key_year_amount_eur on counted(kind, key, year, amount_eur)",
    """create table counted_delays (
        case_id text primary key, regulator text, country text, year text not null, days integer not null
    ) without rowid""",
    "drop table month_totals",
    """create view month_totals as select substr(key, 1, 7) as month, substr(key, 9) as country, cases, fines, amount_eur
        from case_totals where kind = 'month' and year = ''""",
    "insert into entities_fts (entities_fts) values ('rebuild')",
    """create trigger entities_ai after insert on entities begin
        insert into entities_fts (rowid, name, names) values (new.rowid, new.name, new.names);
    end""",
    """create trigger entities_ad after delete on entities begin
        insert into entities_fts (entities_fts, rowid, name, names) values ('delete', old.rowid, old.name, old.names);
    end""",
    """create trigger entities_au after update of name, names on entities begin
        insert into entities_fts (entities_fts, rowid, name, names) values ('delete', old.rowid, old.name, old.names);
        insert into entities_fts (rowid, name, names) values (new.rowid, new.name, new.names);
    end""",
    *(trigger for table, column in _OF_CASE.items() for trigger in _stale_rows(table, "case", column)),
    *(trigger for table, of in _NAMED.items() for trigger in _stale_rows(table, *of)),
    _stale_when(
        "regulators_moved_au", "update of country on regulators",
        "select 'case', id from cases where regulator = new.id", "old.country is not new.country",
    ),
    _stale_when(
        "articles_translated_au", "update of lang on articles",
        "select 'case', case_id from case_articles where article = new.id", "old.lang is not new.lang",
    ),
    _stale_when(
        "laws_provisions_au", "update of name, jurisdiction on laws",
        "select 'provision', id from provisions where law = new.id",
    ),
    # a group is what has members; whose cases are its own changes with the first and the last of them
    *(
        _stale_when(
            f"companies_grouped_{suffix}", f"{event} on companies",
            f"""select 'case', case_id from case_companies where company = {row}.parent
                and not exists (select 1 from companies where parent = {row}.parent and id <> {row}.id)""",  # noqa: S608 (our names)
            f"{row}.parent is not null",
        )
        for event, suffix, row in (("insert", "ai", "new"), ("delete", "ad", "old"))
    ),
    _stale_when(
        "companies_regrouped_au", "update of parent on companies", "select 'all', '' where true",
        "old.parent is not new.parent",
    ),
    "insert into stale_summaries (kind, id) values ('all', '')",
]  # fmt: skip

# languages of cases, kept by triggers; and two indexes that have all that is counted of a case, so that its row is not read:
# of cases that are looked up, and of all by year
M020 = [
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
]

# which sources tell of a case, kept by triggers: of the largest, articles by the hundred thousand would be looked through
M025 = [
    """create table case_sources (
        case_id text not null references cases(id) on delete cascade, source text not null references sources(id),
        primary key (case_id, source)
    ) without rowid""",
    """insert into case_sources (case_id, source)
        select distinct case_id, source from case_articles join article_sources using (article)""",
    "create index case_sources_source on case_sources(source)",
    """create trigger case_sources_kept_ai after insert on case_articles begin
        insert into case_sources (case_id, source) select new.case_id, source from article_sources
            where article = new.article on conflict do nothing; end""",
    """create trigger case_sources_kept_ad after delete on case_articles begin
        delete from case_sources where case_id = old.case_id and not exists (
            select 1 from case_articles join article_sources using (article)
            where case_id = old.case_id and article_sources.source = case_sources.source); end""",
    """create trigger case_sources_named_ai after insert on article_sources begin
        insert into case_sources (case_id, source) select case_id, new.source from case_articles
            where article = new.article on conflict do nothing; end""",
    """create trigger case_sources_named_ad after delete on article_sources begin
        delete from case_sources where source = old.source and case_id in (
            select case_id from case_articles where article = old.article) and not exists (
            select 1 from case_articles join article_sources using (article)
            where case_id = case_sources.case_id and article_sources.source = old.source); end""",
    *_stale_rows("case_sources", "case", "case_id"),
    "insert into stale_summaries (kind, id) values ('all', '') on conflict do nothing",
    # with the order of lists of a source's articles
    "drop index articles_source",
    "create index articles_source on articles(source, published)",
]  # fmt: skip

# in the orders of lists, with what is asked and counted of each case, so that of two hundred thousand cases the first that
# meet all conditions are found without reading a row of another
M026 = [
    "drop index cases_years",
    """create index cases_years on cases(
        coalesce(substr(coalesce(decided, substr(first_seen, 1, 10)), 1, 4), ''), last_seen desc, id, regulator, status,
        decided, first_seen, amount, amount_eur)""",
    "drop index cases_last_seen",
    "create index cases_last_seen on cases(last_seen desc, id, regulator, status, decided, first_seen, amount, amount_eur)",
    "drop index cases_amount_eur",
    "create index cases_amount_eur on cases(amount_eur desc, id, regulator, status, decided, first_seen, amount)",
    "drop index cases_regulator",
    "create index cases_regulator on cases(regulator, last_seen desc, id, status, decided, first_seen)",
    "drop index cases_figures",
    "create index cases_figures on cases(id, decided, first_seen, last_seen, status, amount, amount_eur, regulator)",
]

# which authorities apply a provision, which nearly all cases of some would have to be asked for
M027 = [
    """create table provision_regulators (
        provision text not null, regulator text not null, cases integer not null, primary key (provision, regulator)
    ) without rowid""",
    "insert into stale_summaries (kind, id) values ('all', '') on conflict do nothing",
]
