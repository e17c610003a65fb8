"""Tables of sums over all cases, made anew when a case, a company or a reference changed: pages ask them instead of all rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from statistics import median

from sqlite_utils import Database

from db.values import transaction

# the day that a case is filed under: of its decision, else of its first article
DAY = "coalesce(cases.decided, substr(cases.first_seen, 1, 10))"
# whether a case has a sum that stands: one that was only asked for, or was taken back, is no fine
STANDS = "cases.amount is not null and cases.status not in ('annulled', 'proposed', 'investigation')"
# no sum of hostile rows is a number
_FIGURES = f"""
create temp table figures as
select id, {DAY} as day, '' as year,
    case when decided is null then substr(first_seen, 1, 7)
        when length(decided) = 4 and decided = substr(first_seen, 1, 4) then substr(first_seen, 1, 7)
        else substr(decided, 1, 7) end as month,
    {STANDS} as fine,
    case when {STANDS}
        and typeof(amount_eur) in ('integer', 'real') then amount_eur end as amount_eur
from cases;
create unique index temp.figures_id on figures(id);
update temp.figures set year = substr(day, 1, 4) where day glob '[12][0-9][0-9][0-9]*';
update temp.figures set month = null where month not glob '[12][0-9][0-9][0-9]-[01][0-9]';
create temp table enclosing (provision text not null, part text not null, primary key (provision, part)) without rowid;
"""  # noqa: S608 (constants of this module)
# of each kind of total: what it is of, and the cases that belong to it
_MEMBERS = {
    "regulator": "select regulator, id from cases where regulator is not null",
    "country": "select country, cases.id from cases join regulators on regulators.id = regulator",
    "company": "select company, case_id from case_companies",
    "group": """with recursive members (head, company) as (
            select distinct parent, parent from companies where parent is not null
            union select head, companies.id from members join companies on companies.parent = members.company
        ) select distinct head, case_id from members join case_companies using (company)""",
    "law": "select distinct law, case_id from case_provisions join provisions on provisions.id = provision",
    "provision": "select distinct part, case_id from case_provisions join temp.enclosing using (provision)",
    "breached": """select distinct part, case_id from case_provisions join temp.enclosing using (provision)
        where role in ('violated', 'alleged')""",
    "sanction": "select sanction, case_id from case_sanctions",
    "violation": "select violation, case_id from case_violations",
    "status": "select status, id from cases",
    "language": "select lang, case_id from case_languages",
}
_SUMS = "count(*), sum(fine), round(coalesce(sum(amount_eur), 0), 2)"
_CASE_TOTALS = """
with members (key, case_id) as materialized ({members})
insert into case_totals (kind, key, year, cases, fines, amount_eur, largest_eur)
select :kind, key, year, {sums}, max(amount_eur) from members join temp.figures on id = case_id
    where year <> '' group by key, year
union all select :kind, key, '', {sums}, max(amount_eur) from members join temp.figures on id = case_id group by key
"""
_MONTH_TOTALS = f"""
with dated as materialized (
    select figures.*, coalesce(regulators.country, '') as country from temp.figures join cases using (id)
        left join regulators on regulators.id = cases.regulator where figures.month is not null
)
insert into month_totals (month, country, cases, fines, amount_eur)
select month, country, {_SUMS} from dated where country <> '' group by month, country
union all select month, '', {_SUMS} from dated group by month
"""  # noqa: S608 (constants of this module)
# the year alone is too coarse; of a month its middle is taken; one article that tells both on one day says nothing of the time between
_DELAYS = """
with days as materialized (
    select case_id, kind, julianday(substr(date || '-15', 1, 10)) as day from case_events
    where kind in ('complaint', 'investigation', 'decided', 'settled') and length(date) >= 7
), spans as (
    select case_id, min(day) filter (where kind in ('complaint', 'investigation')) as first,
        min(day) filter (where kind in ('decided', 'settled')) as last
    from days group by case_id
)
select regulator, country, strftime('%Y', last), last - first from spans join cases on cases.id = case_id
    left join regulators on regulators.id = regulator where last > first
"""
_CASES_OF = "coalesce((select cases from case_totals where kind = '{kind}' and key = {id} and year = ''), 0)"
# ordered, so that the same rows get the same rowids
_ENTITIES = f"""
insert into entities (kind, id, name, names, country, cases)
select 'company', id, name, coalesce((select group_concat(name, '; ') from (
        select distinct name from company_names where company = companies.id order by name)), name),
    country, {_CASES_OF.format(kind="company", id="id")} from companies
union all select 'law', id, name, id, jurisdiction, {_CASES_OF.format(kind="law", id="id")} from laws
union all select 'provision', provisions.id, coalesce(provisions.title, provisions.id),
    provisions.id || '; ' || laws.name, jurisdiction, {_CASES_OF.format(kind="provision", id="provisions.id")}
    from provisions join laws on laws.id = law
union all select 'regulator', id, name, concat_names(abbreviation, native_name, id), country,
    {_CASES_OF.format(kind="regulator", id="id")} from regulators
order by 1, 2
"""  # noqa: S608 (constants of this module)
# silent: it answers, and brought nothing new in 90 days
_SITE_TOTALS = """
with clock as (select coalesce((select max(started) from runs where outcome is null or outcome = 'done'),
    (select max(fetched) from articles)) as now)
select 'articles', (select count(*) from articles)
union all select 'cases', (select count(*) from cases)
union all select 'fines', (select coalesce(sum(fines), 0) from case_totals where kind = 'status' and year = '')
union all select 'amount_eur', (select round(coalesce(sum(amount_eur), 0), 2) from case_totals where kind = 'status' and year = '')
union all select 'regulators', (select count(*) from case_totals where kind = 'regulator' and year = '')
union all select 'countries', (select count(*) from case_totals where kind = 'country' and year = '')
union all select 'companies', (select count(*) from case_totals where kind = 'company' and year = '')
union all select 'languages', (select count(*) from case_totals where kind = 'language' and year = '')
union all select 'sources', (select count(*) from sources where active = 1)
union all select 'polled', (select count(*) from sources where active = 1 and last_polled is not null)
union all select 'failing', (select count(*) from sources where active = 1 and failures > 0)
union all select 'silent', (select count(*) from sources, clock where active = 1 and failures = 0
    and last_success is not null and (last_new is null or last_new < strftime('%Y-%m-%dT%H:%M:%SZ', now, '-90 days')))
union all select 'updated', (select now from clock)
"""


def refresh_summaries(db: Database) -> bool:
    """Make the tables of sums anew when something that they are of changed; return whether it had.

    Tables: case_totals, month_totals, delays, entities with its search; site_totals is compared each time.
    """
    with transaction(db):
        stale = db.execute("select 1 from stale_summaries").fetchone() is not None
        if stale:
            _write_totals(db)
            _write_delays(db)
            _write_entities(db)
            db.execute("delete from stale_summaries")
        _write_site_totals(db)
    return stale


def _write_totals(db: Database) -> None:
    for statement in filter(str.strip, _FIGURES.split(";")):
        db.execute(statement)
    parts = [(p, part) for (p,) in db.execute("select id from provisions").fetchall() for part in _enclosing(p)]
    db.conn.executemany("insert into temp.enclosing values (?, ?)", parts)
    db.execute("delete from case_totals")
    for kind, members in _MEMBERS.items():
        db.execute(_CASE_TOTALS.format(members=members, sums=_SUMS), {"kind": kind})
    db.execute("delete from month_totals")
    db.execute(_MONTH_TOTALS)
    for table in ("figures", "enclosing"):
        db.execute(f"drop table temp.{table}")


def _enclosing(provision: str) -> Iterator[str]:
    """Yield a provision and what it is a part of, up to the article: GDPR:5(1)(f), GDPR:5(1), GDPR:5."""
    yield provision
    while (shorter := re.sub(r"(?<=:)(.+)[(.][^(.]*$", r"\1", provision)) != provision:
        provision = shorter
        yield provision


def _write_delays(db: Database) -> None:
    days = defaultdict(list)
    for regulator, country, year, delay in db.execute(_DELAYS).fetchall():
        for kind, key in (("regulator", regulator), ("country", country), ("all", "")):
            if key is not None:
                days[kind, key, year].append(delay)
                days[kind, key, ""].append(delay)
    rows = [(*key, len(found), round(median(found))) for key, found in sorted(days.items())]
    db.execute("delete from delays")
    db.conn.executemany("insert into delays (kind, key, year, cases, median_days) values (?, ?, ?, ?, ?)", rows)


def _write_entities(db: Database) -> None:
    names = lambda *found: "; ".join(dict.fromkeys(name for name in found if name))  # noqa: E731
    db.conn.create_function("concat_names", 3, names, deterministic=True)
    db.execute("delete from entities")
    db.execute(_ENTITIES)
    db.execute("insert into entities_fts (entities_fts) values ('rebuild')")


def _write_site_totals(db: Database) -> None:
    new = db.execute(_SITE_TOTALS).fetchall()
    if sorted(new) != sorted(db.execute("select name, value from site_totals").fetchall()):
        db.execute("delete from site_totals")
        db.conn.executemany("insert into site_totals (name, value) values (?, ?)", new)
