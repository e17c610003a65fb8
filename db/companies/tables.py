"""The tables of companies, as the migration of that name makes them; a change is a migration of its own."""

from __future__ import annotations

from sqlite_utils import Database

from db.companies.names import key_of_id, name_key

_TABLES = [
    "alter table companies add column kind text",
    "alter table companies add column country text",
    "alter table companies add column parent text references companies(id)",
    "alter table companies add column wikidata text",
    "alter table companies add column origin text not null default 'text'",
    "create index companies_parent on companies(parent)",
    # every name by its key, with the company it stands for now and the one the data file gives it
    """create table company_names (
        key text primary key, company text not null references companies(id), name text not null,
        origin text not null default 'text', why text, stated text references companies(id)
    ) without rowid""",
    "create index company_names_company on company_names(company)",
    "create index company_names_stated on company_names(stated)",
    """create table action_names (
        action text not null references actions(id) on delete cascade,
        key text not null references company_names(key), primary key (action, key)
    ) without rowid""",
    "create index action_names_key on action_names(key)",
    "alter table mentions add column name_key text references company_names(key)",
    "create index mentions_name_key on mentions(name_key) where name_key is not null",
    """create table company_aliases (
        alias text not null, key text not null references company_names(key),
        article text not null references articles(id) on delete cascade,
        start integer not null, "end" integer not null, primary key (alias, key, article)
    ) without rowid""",
    "create index company_aliases_key on company_aliases(key)",
    "create index company_aliases_article on company_aliases(article)",
    """create table company_merges (
        id integer primary key, kept text not null, merged text not null, cause text not null, why text not null,
        score real, made text not null, undone text, undone_why text
    )""",
    "create index company_merges_merged on company_merges(merged)",
    "create index company_merges_kept on company_merges(kept)",
    """create table company_redirects (
        old_id text primary key, company text not null references companies(id) on delete cascade, made text not null
    ) without rowid""",
    "create index company_redirects_company on company_redirects(company)",
    # what misspellings of a name are looked up by: each way to leave out one letter
    """create table company_spellings (
        hash integer not null, key text not null references company_names(key) on delete cascade,
        primary key (hash, key)
    ) without rowid""",
    "create index company_spellings_key on company_spellings(key)",
    # names whose company is to be looked at again, and companies that may have no name left
    "create table stale_names (key text primary key) without rowid",
    "create table stale_companies (company text primary key) without rowid",
    """create trigger company_names_ai after insert on company_names begin
        insert into stale_names (key) values (new.key) on conflict do nothing;
    end""",
    """create trigger action_names_ai after insert on action_names begin
        insert into stale_names (key) values (new.key) on conflict do nothing;
    end""",
    """create trigger action_names_ad after delete on action_names begin
        insert into stale_names (key) values (old.key) on conflict do nothing;
    end""",
    """create trigger mentions_name_ad after delete on mentions when old.name_key is not null begin
        insert into stale_names (key) values (old.name_key) on conflict do nothing;
    end""",
    """create trigger company_aliases_ai after insert on company_aliases begin
        insert into stale_names (key) values (new.alias), (new.key) on conflict do nothing;
    end""",
    """create trigger company_aliases_ad after delete on company_aliases begin
        insert into stale_names (key) values (old.alias), (old.key) on conflict do nothing;
    end""",
]

_FIELDS = ("name", "kind", "country", "parent", "wikidata")
_KEPT = "insert into stale_company_states (company, existed, name, kind, country, parent, wikidata) values"
_OLD = "(old.id, 1, old.name, old.kind, old.country, old.parent, old.wikidata) on conflict do nothing"
_VERSIONS = """
select entity_id as company, field, old as value,
    (select max(changed) from history as earlier where earlier.entity = 'company'
        and earlier.entity_id = history.entity_id and earlier.field in (history.field, 'id')
        and earlier.id < history.id) as valid_from,
    changed as valid_to
from history where entity = 'company' and field <> 'id'
"""
_CURRENT = """
select companies.id, '{field}', companies.{field},
    (select max(changed) from history where entity = 'company' and entity_id = companies.id
        and field in ('{field}', 'id')), null
from companies
"""
MEMORY = [
    # what a company was before the first change that the history has not got yet, whoever made it
    """create table stale_company_states (
        company text primary key, existed integer not null, name text, kind text, country text, parent text, wikidata text
    ) without rowid""",
    """create trigger companies_made_ai after insert on companies begin
        insert into stale_company_states (company, existed) values (new.id, 0) on conflict do nothing;
    end""",
    f"create trigger companies_changed_bu before update on companies begin {_KEPT} {_OLD}; end",
    f"create trigger companies_gone_bd before delete on companies begin {_KEPT} {_OLD}; end",
    # of companies made before it is only known that the last run that ended left them as they are
    """insert into history (entity, entity_id, field, new, changed, cause_kind, cause)
        select 'company', id, 'id', id, coalesce((select max(finished) from runs), ''), 'rebuild', null
        from companies order by id""",
    f"create view company_versions as {' union all '.join([_VERSIONS, *(_CURRENT.format(field=f) for f in _FIELDS)])}",
]

# of two older companies that have one key, the first stands for both
_STORED = "(select company from company_names where key = :key)"
_OLDER = [
    f"""update mentions set name_key = :key, entity = {_STORED}
        where kind = 'company' and entity = :company""",  # noqa: S608 (our own statements)
    """insert or ignore into action_names (action, key)
        select action, :key from action_respondents where company = :company""",
    f"""insert or ignore into stale_actions (action) select action from action_respondents
        where company = :company and company <> {_STORED}""",  # noqa: S608
    f"update or ignore action_respondents set company = {_STORED} where company = :company",  # noqa: S608
    f"delete from action_respondents where company = :company and company <> {_STORED}",  # noqa: S608
    """insert into company_redirects (old_id, company, made)
        select :company, company, strftime('%Y-%m-%dT%H:%M:%SZ', 'now') from company_names
        where key = :key and company <> :company""",
    "insert or ignore into stale_companies (company) values (:company)",
]


def create_company_tables(db: Database) -> None:
    """Make the tables of names and decisions, and give the companies that an older version stored their names."""
    for statement in _TABLES:
        db.execute(statement)
    for company, name in db.execute("select id, name from companies order by id").fetchall():
        key = name_key(name) or key_of_id(company)
        sql = "insert into company_names (key, company, name) values (?, ?, ?) on conflict (key) do nothing"
        db.execute(sql, [key, company, name])
        for statement in _OLDER:
            db.execute(statement, {"key": key, "company": company})
