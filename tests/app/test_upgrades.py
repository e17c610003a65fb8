"""Databases of all earlier schemas: opened, upgraded, grouped and read again, they hold what a new one of the same articles holds.

What a version stored is made from what this one stores: the tables and columns that its schema had, its ids of cases,
and none of what came later.
"""

import shutil
import sqlite3
from contextlib import closing

import pytest
from sqlite_utils import Database

from db.migrations import migrations

STEPS = [step.name for step in migrations.pending(Database(memory=True))]
# what a version before this step called a second case of one regulator, year and party
COUNTED_IDS = "m011_incremental_cases"
# before this step no company was known that no text names
NAMED_IN_TEXTS = "m012_company_names"
PAGES = {
    "/bazar-march": (
        "CNIL fines Bazar SARL EUR 20,000",
        "The CNIL has fined Bazar SARL EUR 20,000 on 3 March 2021. The regulator found that the company had breached "
        "Article 32 of the GDPR: passwords of customers lay unencrypted on a server that anybody could reach.",
    ),
    "/bazar-november": (
        "CNIL fines Bazar SARL EUR 180,000",
        "The CNIL has fined Bazar SARL EUR 180,000 on 9 November 2021. The company had filmed its cashiers all day, which "
        "breached Article 5 of the GDPR, and had not answered their questions about the recordings.",
    ),
}
DATES = {"/bazar-march": "Thu, 04 Mar 2021 09:00:00", "/bazar-november": "Wed, 10 Nov 2021 09:00:00"}
COUNTED, DATED = "fr-cnil-2021-bazar-2", "fr-cnil-2021-bazar-1110"
SUMMED = ("month_totals", "delays", "entities")
# tables whose rows say what stands in others; and what `tag --all` writes anew
MADE_ANEW = ("case", "action_keys", "action_links", "article_terms", "stale_", "site_totals", *SUMMED)
READ_ANEW = ("articles", "mentions", "runs")
# tables that must say in the end what a new database says
READ = ("article", "mention", "action", "case", "compan", "regul", "law", "provision", "stale", *SUMMED)


def columns_of(con, table):
    return [name for (name,) in con.execute("select name from pragma_table_info(?)", [table])]


def tables_of(con):
    found = con.execute("select name from sqlite_master where type = 'table' order by rowid").fetchall()
    return [name for (name,) in found if "_fts" not in name and not name.startswith(("sqlite_", "_sqlite"))]


def write_older(new, path, step):
    """Write a database as the version before a step would have it, from one of this version."""
    db = Database(path)
    db.enable_wal()
    migrations.apply(db, stop_before=step)
    db.conn.execute("attach ? as new", [str(new)])
    for table in tables_of(db.conn):
        had = columns_of(db.conn, table)
        has = {name for (name,) in db.conn.execute("select name from pragma_table_info(?, 'new')", [table])}
        if not (names := ", ".join(f'"{name}"' for name in had if name in has)):
            continue
        db.conn.execute(f"insert or ignore into main.{table} ({names}) select {names} from new.{table}")
    if step <= NAMED_IN_TEXTS:
        db.conn.execute("delete from companies where id not in (select company from action_respondents)")
    if step <= COUNTED_IDS:
        linked = [(table, "case_id") for table in tables_of(db.conn) if "case_id" in columns_of(db.conn, table)]
        for table, column in (("cases", "id"), *linked):
            db.conn.execute(f"update {table} set {column} = ? where {column} = ?", [COUNTED, DATED])
    db.conn.commit()
    db.conn.execute("detach new")
    db.close()


def read_rows(path):
    """Return the rows of the tables whose rows no version makes anew."""
    with closing(sqlite3.connect(path)) as con:
        con.row_factory = sqlite3.Row
        kept = [table for table in tables_of(con) if not table.startswith(MADE_ANEW)]
        return {table: [dict(row) for row in con.execute(f"select * from {table}")] for table in kept}


def read_members(path):
    with closing(sqlite3.connect(path)) as con:
        return sorted(con.execute("select case_id, article from case_articles"))


@pytest.fixture
def new(site, poll, db_path):
    """Return the path of a database that this version made of the loopback site."""
    site.pages |= PAGES
    site.dates |= DATES
    assert poll("run").exit_code == 0
    return db_path


@pytest.fixture
def check_upgrade(dpawatch, read_tables):
    """Return a function that fails where an older database loses a row or an id, or says something else in the end."""

    def check(old, expected, *commands):
        before, cases = read_rows(old), read_members(old)
        for words in commands:
            assert dpawatch(*words, db=old).exit_code == 0
            if words[0] == "tag":
                before = {t: rows for t, rows in before.items() if t not in READ_ANEW}
            else:
                assert read_members(old) == cases
                now = read_rows(old)
                lost = {table: find_lost(rows, now[table]) for table, rows in before.items()}
                assert {t: rows for t, rows in lost.items() if rows} == {}
            status = dpawatch("status", db=old)
            assert (status.exit_code, status.stderr) == (0, "")
        found = read_tables(old)
        for table in expected:
            if table.startswith(READ):
                assert sorted(row.replace(COUNTED, DATED) for row in found[table]) == expected[table]

    return check


def find_lost(before, now):
    """Return the rows, all of the same columns, of which none of those of now, which may have more columns, says the same."""
    columns = list(before[0]) if before else []
    kept = {tuple(row[column] for column in columns) for row in now}
    return [row for row in before if tuple(row.values()) not in kept]


def test_databases_of_earlier_schemas_are_upgraded(check_upgrade, new, read_tables, tmp_path):
    expected = read_tables(new)
    for step in STEPS[1:]:
        print(f"before {step}")
        old = tmp_path / f"{step}.db"
        write_older(new, old, step)
        assert (COUNTED in {case for case, _ in read_members(old)}) is (step <= COUNTED_IDS)
        shutil.copyfile(old, again := tmp_path / "again.db")
        check_upgrade(old, expected, ["cases"], ["cases", "--rebuild"], ["tag", "--all"], ["cases"])
        # as a cron job does it whose program reads otherwise now
        check_upgrade(again, expected, ["tag", "--all"], ["cases"])
