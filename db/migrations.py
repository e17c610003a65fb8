"""The database's schema as numbered steps; sqlite-utils records the name of each step that was applied."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from db.cases.schema import M013, M014
from db.companies.tables import MEMORY, create_company_tables
from db.first_tables import create_first_tables
from db.follow_tables import M023
from db.health_tables import M022
from db.redactions import M024
from db.run_tables import M021
from db.summary_tables import M015, M017, M018, M020, M025, M026, M027

migrations = Migrations("dpawatch")


@migrations()
def m001_first_schema(db: Database) -> None:
    """Create the tables of the contract, their link tables, indexes and full-text search."""
    create_first_tables(db)


_M002 = [
    "alter table sources add column country text",
    "alter table sources add column reuse text",
    "alter table sources add column verified integer",
    "alter table sources add column on_request integer not null default 0",
    "alter table sources add column lacks text",
    "alter table sources add column expected_least integer",
    "alter table sources add column expected_most integer",
    "alter table sources add column first_success text",
    "update sources set first_success = last_success",
    "create index sources_country on sources(country)",
]


@migrations()
def m002_source_registry(db: Database) -> None:
    """Keep what the registry states of a source, and when it worked first; of older rows only the last time is known."""
    for statement in _M002:
        db.execute(statement)


@migrations()
def m003_further_pages(db: Database) -> None:
    """Keep the further pages of an index that are still to be read."""
    db.execute("alter table sources add column more_pages text")


_M004 = [
    "alter table sources add column interval integer",
    "alter table sources add column max_age integer not null default 0",
    "alter table sources add column ttl integer not null default 0",
    "alter table sources add column skip_hours text",
    "alter table sources add column skip_days text",
    "alter table sources add column last_body text",
    "alter table sources add column not_modified integer not null default 0",
    "alter table sources add column false_304s integer not null default 0",
    "alter table sources add column moved_to text",
    "alter table sources add column moved_since text",
    "alter table sources add column moved_times integer not null default 0",
    "alter table sources add column adopted_url text",
    "alter table sources add column stopped text",
    "alter table fetches add column final_url text",
    "alter table fetches add column rests_until text",
    "alter table fetches add column note text",
    "create table hosts (host text primary key, rests_until text not null, reason text)",
    "create index entries_source_url on entries(source, url)",
    "create index entries_source_first_seen on entries(source, first_seen)",
]


@migrations()
def m004_source_rhythm(db: Database) -> None:
    """Keep how often each source is polled and why, where it moved to, whether it was stopped, and which hosts rest."""
    for statement in _M004:
        db.execute(statement)


_M005 = [
    """create table article_sources (
        article text not null references articles(id) on delete cascade, source text not null references sources(id),
        url text not null, first_seen text not null, primary key (article, source)
    )""",
    "create index article_sources_source on article_sources(source)",
    "create index article_sources_url on article_sources(url)",
    "create index articles_content_hash on articles(content_hash)",
    """insert into article_sources (article, source, url, first_seen)
        select article, source, min(url), min(first_seen) from entries where article is not null group by article, source""",
    """insert into article_sources (article, source, url, first_seen)
        select id, source, url, fetched from articles where source is not null on conflict do nothing""",
    """create table revisions (
        id integer primary key, article text not null references articles(id) on delete cascade, title text not null,
        text text not null, lang text not null, content_hash text not null, fetched text not null, replaced text not null,
        raw_file text, raw_offset integer
    )""",
    "create index revisions_article on revisions(article)",
    "alter table entries add column updated text",
    "alter table entries add column last_read text",
    "alter table entries add column rereads integer not null default 0",
    "update entries set last_read = (select fetched from articles where id = article) where article is not null",
]


@migrations()
def m005_articles(db: Database) -> None:
    """Keep by which sources each article came (of older rows, those that their entries name), and what it said before."""
    for statement in _M005:
        db.execute(statement)


@migrations()
def m006_defects(db: Database) -> None:
    """Keep what pages were that are no article, and which articles are only the beginning of one."""
    db.execute("alter table articles add column defect text")
    db.execute("alter table entries add column defect text")


_M007 = [
    """create table signatures (
        article text primary key references articles(id) on delete cascade, signature blob not null
    )""",
    """create table signature_bands (
        band integer not null, article text not null references articles(id) on delete cascade,
        primary key (band, article)
    ) without rowid""",
    "create index signature_bands_article on signature_bands(article)",
    """create table near_duplicates (
        article text primary key references articles(id) on delete cascade,
        copy_of text not null references articles(id) on delete cascade, similarity real not null
    )""",
    "create index near_duplicates_copy_of on near_duplicates(copy_of)",
]


@migrations()
def m007_near_duplicates(db: Database) -> None:
    """Keep a signature of each text, the index by which those alike are found, and which articles are copies of which."""
    for statement in _M007:
        db.execute(statement)


_M008 = [
    "alter table fetches add column received integer",
    "alter table runs add column sources integer",
    "alter table runs add column unchanged integer",
    "alter table runs add column failed integer",
    "alter table runs add column new integer",
    "alter table runs add column updated integer",
    "alter table runs add column duplicates integer",
    "alter table runs add column irrelevant integer",
    "alter table runs add column bytes integer",
    "alter table runs add column seconds real",
    # what a run that polled did not count was none
    """update runs set sources = json_extract(counts, '$.sources'), new = json_extract(counts, '$.new_articles'),
        unchanged = coalesce(json_extract(counts, '$.unchanged_sources'), 0),
        failed = coalesce(json_extract(counts, '$.failed_sources'), 0),
        updated = coalesce(json_extract(counts, '$.updated_articles'), 0)
        where json_extract(counts, '$.sources') is not null""",
]


@migrations()
def m008_run_figures(db: Database) -> None:
    """Keep the figures of each run in columns, those of older runs as far as they were counted; and what fetches received."""
    for statement in _M008:
        db.execute(statement)


@migrations()
def m009_published_origin(db: Database) -> None:
    """Say of older articles that came by a source and whose date nobody states that theirs is the time of their fetch."""
    db.execute("""update articles set published = fetched, published_origin = 'fetched'
        where published is null and id in (select article from entries)""")


@migrations()
def m010_entry_waits(db: Database) -> None:
    """Keep from when on a page may be asked for; what older versions gave up after five attempts waits again."""
    db.execute("alter table entries add column next_due text")
    db.execute("update entries set state = 'pending' where state = 'failed'")


_M011 = [
    # what changed since the cases were last made: actions that are new, and cases that lost one
    "create table stale_actions (action text primary key) without rowid",
    "create table stale_cases (case_id text primary key) without rowid",
    """create trigger actions_new_ai after insert on actions begin
        insert into stale_actions (action) values (new.id) on conflict do nothing;
    end""",
    "insert into stale_actions (action) select id from actions",
    "create table stale_articles (article text primary key) without rowid",
    """create trigger articles_read_au after update of analysed on articles begin
        insert into stale_articles (article) values (new.id) on conflict do nothing;
    end""",
    "insert into stale_articles (article) select id from articles where analysed is not null",
    # what a matter that an action could belong to is looked up by
    """create table action_keys (
        key text not null, day integer not null, action text not null references actions(id) on delete cascade,
        primary key (key, day, action)
    ) without rowid""",
    "create index action_keys_action on action_keys(action)",
    # the columns of the key come first: older SQLite finds nulls in other tables without rowid where there are none
    """create table article_terms (
        term integer not null, day integer not null,
        article text not null references articles(id) on delete cascade,
        weight real not null, total real not null, primary key (term, day, article)
    ) without rowid""",
    "create index article_terms_article on article_terms(article)",
    """create table action_links (
        action text not null references actions(id) on delete cascade,
        other text not null references actions(id) on delete cascade, primary key (action, other)
    ) without rowid""",
    "create index action_links_other on action_links(other)",
    # with an act that goes, those may belong elsewhere that were linked to it or could have joined its matter
    """create trigger actions_gone_bd before delete on actions begin
        insert into stale_cases (case_id) select case_id from case_actions where action = old.id on conflict do nothing;
        insert into stale_actions (action) select other from action_links where action = old.id on conflict do nothing;
        insert into stale_actions (action) select action from action_links where other = old.id on conflict do nothing;
        insert into stale_actions (action) select near.action from action_keys as own
            join action_keys as near on near.key = own.key and near.day between own.day - 110 and own.day + 110
            where own.action = old.id and own.key like 'sum %' on conflict do nothing;
        insert into stale_actions (action) select near.action from action_keys as own
            join action_keys as near on near.key = own.key join actions on actions.id = near.action
            where own.action = old.id and own.key like 'company %' and (regulator is null or background) on conflict do nothing;
    end""",
    """create trigger companies_renamed_au after update of name on companies begin
        insert into stale_cases (case_id) select case_id from case_companies where company = new.id on conflict do nothing;
    end""",
    """create trigger articles_gone_bd before delete on articles begin
        insert into stale_articles (article) select near.article from article_terms as own
            join article_terms as near on near.term = own.term and near.day between own.day - 60 and own.day + 60
            where own.article = old.id on conflict do nothing;
    end""",
    "alter table cases add column slug text",
    "create index cases_slug on cases(slug)",
    """create table case_redirects (
        old_id text primary key, case_id text not null references cases(id) on delete cascade,
        why text not null, made text not null
    ) without rowid""",
    "create index case_redirects_case_id on case_redirects(case_id)",
    "alter table case_articles add column kind text not null default 'action'",
]


@migrations()
def m011_incremental_cases(db: Database) -> None:
    """Keep what changed since cases were made, what they are looked up by, and what ids that are gone stand for now."""
    for statement in _M011:
        db.execute(statement)


@migrations()
def m012_company_names(db: Database) -> None:
    """Keep each name apart from the company it stands for, with the reason; older rows are known by their company's name."""
    create_company_tables(db)


@migrations()
def m013_case_life(db: Database) -> None:
    """Keep happenings as events, what articles contradict each other in, why values are missing, and what was changed."""
    for statement in M013:
        db.execute(statement)


@migrations()
def m014_happenings(db: Database) -> None:
    """Keep what befell the matter of an action: a complaint, a ruling that upheld it, its payment; articles read anew fill it."""
    for statement in M014:
        db.execute(statement)


@migrations()
def m015_summaries(db: Database) -> None:
    """Keep sums over all cases in tables of their own, and whether they are still those of the rows."""
    for statement in M015:
        db.execute(statement)


@migrations()
def m016_company_history(db: Database) -> None:
    """Keep what companies said before each change; older ones are known as they are now."""
    for statement in MEMORY:
        db.execute(statement)


@migrations()
def m017_case_violations(db: Database) -> None:
    """Keep what each case is about in a table of its own, and ids of articles beside their languages."""
    for statement in M017:
        db.execute(statement)


@migrations()
def m018_counted(db: Database) -> None:
    """Keep what each case is counted under, so that totals change by what a case changed instead of being made anew."""
    for statement in M018:
        db.execute(statement)


_M019 = """
insert into action_keys (key, day, action) select replace(key, 'sum ', 'sum - '), day, action from action_keys
join actions on actions.id = action where regulator is null and (key glob 'sum *' or key glob 'half sum *')
"""


@migrations()
def m019_sums_of_no_regulator(db: Database) -> None:
    """Let acts that tell no regulator be found by that, so that those of others need not be looked at."""
    db.execute(_M019)


@migrations()
def m020_case_languages(db: Database) -> None:
    """Keep the languages of each case in a table of its own, and what is counted of cases in an index."""
    for statement in M020:
        db.execute(statement)


@migrations()
def m021_run_versions(db: Database) -> None:
    """Keep what each run ran with, how long its steps took, how large the database was after it and what needed a person."""
    for statement in M021:
        db.execute(statement)


@migrations()
def m022_health(db: Database) -> None:
    """Keep how long sources have been silent, what they usually yield and what of it is held back, and when backups were made."""
    for statement in M022:
        db.execute(statement)


@migrations()
def m023_follows(db: Database) -> None:
    """Keep what people follow, what they were told, and which cases changed since."""
    for statement in M023:
        db.execute(statement)


@migrations()
def m024_redactions(db: Database) -> None:
    """Keep what was taken down, and hashes by which it is known when it comes again."""
    for statement in M024:
        db.execute(statement)


@migrations()
def m025_case_sources(db: Database) -> None:
    """Keep which sources tell of each case in a table of its own, and each source's articles in the order of its page."""
    for statement in M025:
        db.execute(statement)


@migrations()
def m026_orders_of_cases(db: Database) -> None:
    """Keep with each order of cases what lists ask of a case, so that long lists begin at once."""
    for statement in M026:
        db.execute(statement)


@migrations()
def m027_provision_regulators(db: Database) -> None:
    """Keep how many cases of each regulator cite each provision."""
    for statement in M027:
        db.execute(statement)
