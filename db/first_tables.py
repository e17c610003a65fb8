"""The tables of the first schema, as its migration makes them; later ones change them."""

from __future__ import annotations

from sqlite_utils import Database

_TABLES = """
create table regulators (
    id text primary key, name text not null, native_name text, abbreviation text, country text not null,
    kind text not null, website text
);
create table laws (id text primary key, name text not null, jurisdiction text, url text);
create table provisions (
    id text primary key, law text not null references laws(id), article text, title text, url text
);
create table companies (id text primary key, name text not null);
create table sources (
    id text primary key, publisher text not null, kind text, format text not null, url text,
    homepage text, language text, topics text, active integer not null default 1,
    etag text, last_modified text, body_hash text,
    last_polled text, last_success text, last_new text, next_due text,
    failures integer not null default 0, last_error text, last_warning text
);
create table runs (
    id integer primary key, command text not null, started text not null, finished text,
    outcome text, counts text, pipeline text, error text
);
create table fetches (
    id integer primary key, run integer references runs(id) on delete cascade,
    source text references sources(id), url text not null, kind text not null, outcome text not null,
    started text not null, status integer, bytes integer not null, milliseconds integer not null, error text
);
create table articles (
    id text primary key, url text not null unique, title text not null, published text, published_origin text,
    fetched text not null, lang text not null, source text references sources(id), publisher text not null,
    text text not null, content_hash text not null, raw_file text, raw_offset integer,
    pipeline text, analysed text, analysis_error text, is_enforcement integer, relevance real
);
create table entries (
    source text not null references sources(id), guid text not null,
    url text not null, title text not null, summary text not null, published text,
    state text not null default 'pending', article text references articles(id) on delete set null,
    attempts integer not null default 0, last_error text, first_seen text not null, primary key (source, guid)
);
create table mentions (
    id integer primary key, article text not null references articles(id) on delete cascade,
    kind text not null, entity text not null, role text, start integer not null, "end" integer not null,
    text text not null, pipeline text not null
);
create table actions (
    id text primary key, article text not null references articles(id) on delete cascade,
    position integer not null, regulator text references regulators(id), status text not null,
    amount numeric, currency text, amount_eur numeric, fx_rate numeric, fx_date text, decision_date text,
    background integer not null, confidence real not null,
    evidence_start integer, evidence_end integer, pipeline text not null -- no evidence: only the title says it
);
create table action_evidence (
    action text not null references actions(id) on delete cascade, start integer not null, "end" integer not null,
    primary key (action, start, "end")
);
create table action_respondents (
    action text not null references actions(id) on delete cascade, company text not null references companies(id),
    primary key (action, company)
);
create table action_provisions (
    action text not null references actions(id) on delete cascade, provision text not null references provisions(id),
    role text not null, primary key (action, provision)
);
create table action_sanctions (
    action text not null references actions(id) on delete cascade, sanction text not null,
    primary key (action, sanction)
);
create table action_violations (
    action text not null references actions(id) on delete cascade, violation text not null,
    primary key (action, violation)
);
create table cases (
    id text primary key, regulator text references regulators(id), title text not null,
    respondents text not null, regulator_names text not null, status text not null,
    decided text, amount numeric, currency text, amount_eur numeric, first_seen text, last_seen text,
    articles integer not null
);
create table case_articles (
    case_id text not null references cases(id) on delete cascade,
    article text not null references articles(id) on delete cascade, primary key (case_id, article)
);
create table case_actions (
    case_id text not null references cases(id) on delete cascade,
    action text not null references actions(id) on delete cascade, primary key (case_id, action)
);
create table case_companies (
    case_id text not null references cases(id) on delete cascade, company text not null references companies(id),
    primary key (case_id, company)
);
create table case_provisions (
    case_id text not null references cases(id) on delete cascade, provision text not null references provisions(id),
    role text not null, primary key (case_id, provision)
);
create table case_sanctions (
    case_id text not null references cases(id) on delete cascade, sanction text not null,
    primary key (case_id, sanction)
);
create table case_events (
    id text primary key, case_id text not null references cases(id) on delete cascade, date text, kind text not null,
    article text not null references articles(id) on delete cascade, start integer, "end" integer
);
"""

# Every foreign key, and what the site sorts and facets by.
_INDEXES = {
    "provisions": ["law"],
    "sources": ["publisher"],
    "runs": ["started"],
    "fetches": ["run", "source", "started"],
    "articles": ["published", "fetched", "source", "publisher", "lang", "pipeline, id"],
    "entries": ["article", "state, source"],
    "mentions": ["kind, entity", "article"],
    "actions": ["article", "regulator", "status", "decision_date", "amount_eur"],
    "action_respondents": ["company"],
    "action_provisions": ["provision"],
    "action_sanctions": ["sanction"],
    "action_violations": ["violation"],
    "cases": ["regulator", "status", "decided", "amount_eur", "first_seen", "last_seen"],
    "case_articles": ["article"],
    "case_actions": ["action"],
    "case_companies": ["company"],
    "case_provisions": ["provision"],
    "case_sanctions": ["sanction"],
    "case_events": ["case_id, date", "article", "date"],
}

# The triggers name the searched columns, so that marking an article as read does not index its text again.
_SEARCH = """
create virtual table {table}_fts using fts5(
    {columns}, content="{table}", tokenize='unicode61 remove_diacritics 2'
);
create trigger {table}_ai after insert on {table} begin
    insert into {table}_fts(rowid, {columns}) values (new.rowid, {new});
end;
create trigger {table}_ad after delete on {table} begin
    insert into {table}_fts({table}_fts, rowid, {columns}) values ('delete', old.rowid, {old});
end;
create trigger {table}_au after update of {columns} on {table} begin
    insert into {table}_fts({table}_fts, rowid, {columns}) values ('delete', old.rowid, {old});
    insert into {table}_fts(rowid, {columns}) values (new.rowid, {new});
end;
"""


def create_first_tables(db: Database) -> None:
    """Create the tables of the contract, their link tables, indexes and full-text search."""
    db.executescript(_TABLES)
    for table, indexes in _INDEXES.items():
        for columns in indexes:
            db.execute(f"create index {table}_{columns.replace(', ', '_')} on {table}({columns})")
    for table, searched in {
        "articles": ["title", "text"],
        "cases": ["title", "respondents", "regulator_names"],
    }.items():
        new, old = (", ".join(f"{row}.{column}" for column in searched) for row in ("new", "old"))
        db.executescript(_SEARCH.format(table=table, columns=", ".join(searched), new=new, old=old))
