"""Tables of sums over all cases, kept up as cases change: pages ask them instead of all rows.

What each case is counted under is stored (`counted`). When a case changed, what it is counted under now is put beside that,
and only the difference is added to the totals, so that a further case costs the same in a small database and in a large one.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from statistics import median

from sqlite_utils import Database

from db.values import transaction

# the day that a case is filed under: of its decision, else of its first article
DAY = "coalesce(cases.decided, substr(cases.first_seen, 1, 10))"
YEAR = f"coalesce(substr({DAY}, 1, 4), '')"
# whether a case has a sum that stands: one that was only asked for, or was taken back, is no fine
STANDS = "cases.amount is not null and cases.status not in ('annulled', 'proposed', 'investigation')"
# all that there is and all that was is looked at again, and totals begin at nothing
_ALL = """
delete from counted;
delete from counted_delays;
delete from case_totals;
delete from provision_regulators;
delete from delays;
insert into stale_summaries (kind, id)
    select 'case', id from cases union all select 'company', id from companies union all select 'law', id from laws
    union all select 'provision', id from provisions union all select 'regulator', id from regulators
    union all select kind, id from entities where true on conflict do nothing
"""
_STALE = "(select id from stale_summaries where kind = '{kind}')"
# no sum of hostile rows is a number
_FIGURES = f"""
create temp table figures as
select cases.id, regulator, country, status, {DAY} as day, '' as year,
    case when decided is null then substr(first_seen, 1, 7)
        when length(decided) = 4 and decided = substr(first_seen, 1, 4) then substr(first_seen, 1, 7)
        else substr(decided, 1, 7) end as month,
    {STANDS} as fine,
    case when {STANDS} and typeof(amount_eur) in ('integer', 'real') and abs(amount_eur) < 1e12
        then round(amount_eur, 2) end as amount_eur
from cases left join regulators on regulators.id = regulator where cases.id in {_STALE.format(kind="case")};
update temp.figures set year = substr(day, 1, 4) where day glob '[12][0-9][0-9][0-9]*';
update temp.figures set month = null where month not glob '[12][0-9][0-9][0-9]-[01][0-9]'
"""  # noqa: S608 (constants of this module)
# of each kind of total: the stale cases, and what each of them belongs to
_MEMBERS = {
    "regulator": "select id, regulator from temp.figures where regulator is not null",
    "country": "select id, country from temp.figures where country is not null",
    "company": "select id, company from temp.figures cross join case_companies on case_id = id",
    "group": "select id, head from heads where exists (select 1 from companies where parent = head)",
    "law": """select figures.id, law from temp.figures cross join case_provisions on case_id = figures.id
        cross join provisions on provisions.id = provision""",
    "provision": """select figures.id, value from temp.figures cross join case_provisions on case_id = figures.id
        cross join json_each(list_enclosing(provision))""",
    "breached": """select figures.id, value from temp.figures cross join case_provisions on case_id = figures.id
        cross join json_each(list_enclosing(provision)) where role in ('violated', 'alleged')""",
    "sanction": "select id, sanction from temp.figures cross join case_sanctions on case_id = id",
    "violation": "select id, violation from temp.figures cross join case_violations on case_id = id",
    "status": "select id, status from temp.figures",
    "language": "select figures.id, lang from temp.figures cross join case_languages on case_id = figures.id",
    "source": "select id, source from temp.figures cross join case_sources on case_id = id",
    "month": """select id, month from temp.figures where month is not null
        union all select id, month || ' ' || country from temp.figures where month is not null and country is not null""",
}
_COUNTING = f"""
create temp table counting as
with recursive heads (id, head) as (
    select id, company from temp.figures cross join case_companies on case_id = id
    union select heads.id, parent from heads cross join companies on companies.id = head where parent is not null
), members (kind, case_id, key) as (
    {" union ".join(f"select '{kind}', * from ({members})" for kind, members in _MEMBERS.items())}
)
select case_id, kind, key, case when kind = 'month' then '' else year end as year, fine, amount_eur
from members join temp.figures on id = case_id;
create temp table moved as
with was as (
    select case_id, kind, key, year, fine, amount_eur from counted where case_id in {_STALE.format(kind="case")}
)
select *, 1 as sign from (select * from temp.counting except select * from was)
union all select *, -1 from (select * from was except select * from temp.counting);
create temp table paired as
with pairs (provision, regulator, cases) as (
    select cited.key, deciding.key, 1 from temp.counting as cited join temp.counting as deciding using (case_id)
        where cited.kind = 'provision' and deciding.kind = 'regulator'
    union all select cited.key, deciding.key, -1 from counted as cited join counted as deciding using (case_id)
        where cited.kind = 'provision' and deciding.kind = 'regulator' and cited.case_id in {_STALE.format(kind="case")}
)
select provision, regulator, sum(cases) as cases from pairs group by provision, regulator having sum(cases) <> 0;
delete from counted where (case_id, kind, key) in (select case_id, kind, key from temp.moved where sign = -1);
insert into counted (case_id, kind, key, year, fine, amount_eur)
    select case_id, kind, key, year, fine, amount_eur from temp.moved where sign = 1;
create temp table changed as
with spread as (select * from temp.moved union all
    select case_id, kind, key, '', fine, amount_eur, sign from temp.moved where year <> '')
select kind, key, year, sum(sign) as cases, sum(sign * fine) as fines, coalesce(sum(sign * amount_eur), 0) as amount_eur
from spread group by kind, key, year
"""  # noqa: S608 (constants of this module)
# rounded at each step, a sum is the same whichever way it was reached; of all years the largest is that of one of them
_CASE_TOTALS = """
insert into case_totals (kind, key, year, cases, fines, amount_eur)
    select kind, key, year, cases, fines, round(amount_eur, 2) from temp.changed where true
    on conflict (kind, key, year) do update set cases = cases + excluded.cases, fines = fines + excluded.fines,
        amount_eur = round(amount_eur + excluded.amount_eur, 2);
delete from case_totals where cases = 0 and (kind, key, year) in (select kind, key, year from temp.changed);
update case_totals set largest_eur = (select max(amount_eur) from counted
        where kind = case_totals.kind and key = case_totals.key and year = case_totals.year)
    where (kind, key, year) in (select kind, key, year from temp.changed);
update case_totals set largest_eur = (select max(largest) from (
        select case_totals.largest_eur as largest union all select largest_eur from case_totals as years
        where years.kind = case_totals.kind and years.key = case_totals.key and years.year <> ''))
    where (kind, key, year) in (select kind, key, '' from temp.changed)
"""
_PROVISION_REGULATORS = """
insert into provision_regulators (provision, regulator, cases) select provision, regulator, cases from temp.paired where true
    on conflict (provision, regulator) do update set cases = cases + excluded.cases;
delete from provision_regulators where cases = 0 and (provision, regulator) in (select provision, regulator from temp.paired)
"""
# the year alone is too coarse; of a month its middle is taken; one article that tells both on one day says nothing of the time between
_DELAYS = f"""
with days as materialized (
    select case_id, kind, julianday(substr(date || '-15', 1, 10)) as day from case_events
    where case_id in {_STALE.format(kind="case")} and length(date) >= 7
), spans as (
    select case_id, min(day) filter (where kind in ('complaint', 'investigation')) as first,
        min(day) filter (where kind in ('decided', 'settled')) as last
    from days group by case_id
)
select case_id, regulator, country, strftime('%Y', last), cast(last - first as integer) from spans
    join cases on cases.id = case_id left join regulators on regulators.id = regulator where last > first
"""  # noqa: S608 (constants of this module)
_ENTITIES = f"""
create temp table named as
select 'company' as kind, id, name, coalesce((select group_concat(name, '; ') from (
        select distinct name from company_names where company = companies.id order by name)), name) as names, country
    from companies where id in {_STALE.format(kind="company")}
union all select 'law', id, name, id, jurisdiction from laws where id in {_STALE.format(kind="law")}
union all select 'provision', provisions.id, coalesce(provisions.title, provisions.id),
    provisions.id || '; ' || laws.name, jurisdiction from provisions join laws on laws.id = law
    where provisions.id in {_STALE.format(kind="provision")}
union all select 'regulator', id, name, concat_names(abbreviation, native_name, id), country
    from regulators where id in {_STALE.format(kind="regulator")};
delete from entities where (kind, id) in (select kind, id from stale_summaries except select kind, id from temp.named);
insert into entities (kind, id, name, names, country, cases) select *, 0 from temp.named where true order by kind, id
    on conflict (kind, id) do update set name = excluded.name, names = excluded.names, country = excluded.country
    where (name, names, country) is not (excluded.name, excluded.names, excluded.country);
update entities set cases = coalesce((select cases from case_totals
        where kind = entities.kind and key = entities.id and year = ''), 0)
    where (kind, id) in (select kind, key from temp.changed union select kind, id from temp.named)
"""  # noqa: S608 (constants of this module)
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
union all select 'silent', (select count(*) from sources join silences on silences.source = id
    where active = 1 and failures = 0 and silent = 1)
union all select 'updated', (select now from clock)
"""


def refresh_summaries(db: Database) -> bool:
    """Bring the tables of sums up to what they are of; return whether anything of that had changed.

    Tables: counted, case_totals, provision_regulators, counted_delays, delays, entities; site_totals is compared each time.
    """
    with transaction(db):
        stale = db.execute("select 1 from stale_summaries limit 1").fetchone() is not None
        if stale:
            _refresh(db)
            db.execute("delete from stale_summaries")
        _write_site_totals(db)
    return stale


def _refresh(db: Database) -> None:
    enclosing = lambda provision: json.dumps(list(_enclosing(provision)))  # noqa: E731
    names = lambda *found: "; ".join(dict.fromkeys(name for name in found if name))  # noqa: E731
    db.conn.create_function("list_enclosing", 1, enclosing, deterministic=True)
    db.conn.create_function("concat_names", 3, names, deterministic=True)
    if db.execute("select 1 from stale_summaries where kind = 'all'").fetchone():
        _execute(db, _ALL)
    _execute(db, _FIGURES, _COUNTING, _CASE_TOTALS, _PROVISION_REGULATORS, _ENTITIES)
    _refresh_delays(db)
    for table in ("figures", "counting", "moved", "paired", "changed", "named"):
        db.execute(f"drop table temp.{table}")


def _execute(db: Database, *scripts: str) -> None:
    """Execute statements one by one, in the transaction that is open; executescript would end it."""
    for script in scripts:
        for statement in script.split(";\n"):
            db.execute(statement)


def _enclosing(provision: str) -> Iterator[str]:
    """Yield a provision and what it is a part of, up to the article: GDPR:5(1)(f), GDPR:5(1), GDPR:5."""
    yield provision
    while (shorter := re.sub(r"(?<=:)(.+)[(.][^(.]*$", r"\1", provision)) != provision:
        provision = shorter
        yield provision


def _refresh_delays(db: Database) -> None:
    sql = f"select * from counted_delays where case_id in {_STALE.format(kind='case')}"  # noqa: S608 (a constant)
    before, now = (sorted(db.execute(query).fetchall(), key=repr) for query in (sql, _DELAYS))
    if before == now:
        return
    db.conn.executemany("delete from counted_delays where case_id = ?", [row[:1] for row in before])
    db.conn.executemany(
        "insert into counted_delays (case_id, regulator, country, year, days) values (?, ?, ?, ?, ?)", now
    )
    days = defaultdict(list)
    for regulator, country, year, delay in db.execute("select regulator, country, year, days from counted_delays"):
        for kind, key in (("regulator", regulator), ("country", country), ("all", "")):
            if key is not None:
                days[kind, key, year].append(delay)
                days[kind, key, ""].append(delay)
    rows = [(*key, len(found), round(median(found))) for key, found in sorted(days.items())]
    db.execute("delete from delays")
    db.conn.executemany("insert into delays (kind, key, year, cases, median_days) values (?, ?, ?, ?, ?)", rows)


def _write_site_totals(db: Database) -> None:
    new = db.execute(_SITE_TOTALS).fetchall()
    if sorted(new) != sorted(db.execute("select name, value from site_totals").fetchall()):
        db.execute("delete from site_totals")
        db.conn.executemany("insert into site_totals (name, value) values (?, ?)", new)
