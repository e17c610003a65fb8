"""What the data file knows: groups and members as rows, their names, and the member that a group's name and a country mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from db.companies.groups import Group, KnownRecord, names_of_groups, names_of_known
from db.companies.names import country_word, own_id, split_country, without_group
from db.values import transaction

_COMPANY = """
insert into companies (id, name, kind, country, parent, wikidata, origin) values (?, ?, ?, ?, ?, ?, 'data')
on conflict (id) do update set name = excluded.name, kind = excluded.kind, country = excluded.country,
    parent = excluded.parent, wikidata = excluded.wikidata, origin = 'data'
where (name, kind, country, parent, wikidata, origin) is not
    (excluded.name, excluded.kind, excluded.country, excluded.parent, excluded.wikidata, 'data')
"""
_NAME = """
insert into company_names (key, company, name, origin, why, stated) values (?1, ?2, ?3, 'data', ?4, ?2)
on conflict (key) do update set stated = excluded.stated, name = excluded.name
"""
Row = tuple[str, str, str, str | None, str | None, str | None]

COMPANY_KINDS = {"public": "public-body"}
_STATED = "the data file gives it this name"


@dataclass(frozen=True, slots=True)
class Known:
    """The company that the data means by a name; `parent` and `country` are those of a member that it does not list."""

    company: str
    why: str
    parent: str | None = None
    country: str | None = None


def store_groups(db: Database, groups: Iterable[Group], companies: Iterable[KnownRecord] = ()) -> None:
    """Bring the groups, their members and their names up to date; where anything changed, all names are looked at again.

    Args:
        companies: further companies that are known by name, such as the gazetteer's; a name that a group has is its.
    """
    groups, companies = tuple(groups), tuple(companies)
    rows: list[Row] = [(g.id, g.name, g.kind, g.country, None, g.wikidata) for g in groups]
    rows += [(m.id, m.name, g.kind, m.country, g.id, None) for g in groups for m in g.members]
    names = names_of_groups(groups)
    names |= names_of_known(names, companies)
    ids = {row[0] for row in rows}
    named = {company for company, _ in names.values()}
    rows += [
        (c.id, c.name, COMPANY_KINDS.get(c.kind, c.kind), None, None, None) for c in companies if c.id in named - ids
    ]
    with transaction(db):
        before = db.conn.total_changes
        for row in rows:
            db.execute(_COMPANY, row)
        _sync_names(db, names)
        stored = {company for (company,) in db.execute("select id from companies where origin = 'data'")}
        for company in sorted(stored - {row[0] for row in rows}):
            db.execute(
                "update companies set origin = 'text', kind = null, parent = null, wikidata = null where id = ?",
                [company],
            )
            db.execute("insert or ignore into stale_companies (company) values (?)", [company])
        if db.conn.total_changes != before:
            db.execute("insert or ignore into stale_names (key) select key from company_names")
            db.execute("""insert or ignore into stale_actions (action) select action from action_names
                where key in (select key from company_names where stated is not null)""")


def find_known(db: Database, key: str) -> Known | None:
    """Return the company that the data means by a key: one it names, or the part of one in a country ("vodafone norway")."""
    bare = without_group(key)
    for name, why in ((key, _STATED), (bare, "the data file has this name without the word for a group")):
        row = db.execute("select stated from company_names where key = ? and stated is not null", [name]).fetchone()
        if row:
            return Known(row[0], why)
    parts = split_country(bare)
    if parts is None:
        return None
    sql = """select companies.id, coalesce(parent, companies.id), country, kind from company_names
        join companies on companies.id = stated where key = ?"""
    base = db.execute(sql, [parts[0]]).fetchone()
    if base is None or base[3] != "company":
        return None
    company, group, country, _ = base
    if country == parts[1] and company != group:
        return Known(company, "the name and the country of a company in the data file")
    return Known(
        f"{company}-{own_id(country_word(parts[1]))}",
        f"the name of {company} in the data file and a country",
        group,
        parts[1],
    )


def ensure_company(db: Database, key: str, name: str, company: str) -> None:
    """Add the company that a name stands for; the name's own is in the group and country that the data places it in."""
    known = find_known(db, key)
    if known is None or known.company != company:
        known = Known(company, "") if company == own_id(key) else None
    if known is None:
        db.execute("insert into companies (id, name) values (?, ?) on conflict (id) do nothing", [company, name])
        return
    sql = """insert into companies (id, name, kind, parent, country) values (?, ?, ?, ?, ?)
        on conflict (id) do update set kind = excluded.kind, parent = excluded.parent, country = excluded.country
        where origin = 'text' and (kind, parent, country) is not (excluded.kind, excluded.parent, excluded.country)"""
    db.execute(sql, [company, name, "company" if known.parent else None, known.parent, known.country])


def refresh_company(db: Database, company: str) -> None:
    """Call a company that only texts know by its own key's name, else by the shortest; a trigger has its cases made anew."""
    sql = """select names.name from company_names names join companies on companies.id = company
        where company = ? and companies.origin = 'text'
        order by replace(key, ' ', '-') = company desc, length(names.name), names.name desc limit 1"""
    row = db.execute(sql, [company]).fetchone()
    if row is None:
        return
    db.execute("update companies set name = ? where id = ? and name <> ?", [row[0], company, row[0]])


def _sync_names(db: Database, names: dict[str, tuple[str, str]]) -> None:
    stored = dict(db.execute("select key, stated from company_names where stated is not null").fetchall())
    for key in stored.keys() - names.keys():
        db.execute("update company_names set stated = null where key = ?", [key])
    for key, (company, name) in names.items():
        if stored.get(key) != company:
            db.execute(_NAME, [key, company, name, _STATED])
