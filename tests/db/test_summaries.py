"""Sums over cases: right, brought up to what changed and only then, the same however the rows came to be as they are."""

import json

import pytest

from db.schema import open_database
from db.summaries import refresh_summaries

REGULATORS = [("fr-cnil", "FR"), ("ie-dpc", "IE")]
COMPANIES = [("mother", "Mother", None), ("daughter", "Daughter", "mother"), ("grandchild", "Grandchild", "daughter")]
PROVISIONS = ["GDPR:5", "GDPR:5(1)", "GDPR:5(1)(f)", "GDPR:32"]
# id, regulator, status, decided, amount, amount_eur, first_seen
CASES = [
    ("a", "fr-cnil", "decided", "2021-03-05", 100, 100, "2021-03-06T00:00:00Z"),
    ("b", "fr-cnil", "annulled", "2021", 900, 900, "2021-11-01T00:00:00Z"),
    ("c", "fr-cnil", "proposed", None, 700, 700, "2022-01-01T00:00:00Z"),
    ("d", "ie-dpc", "settled", "2020", 30, None, "2024-01-01T00:00:00Z"),
    ("e", None, "decided", "<b>soon</b>", 5.5, 5.5, "x"),
]


@pytest.fixture
def filled():
    db = open_database(":memory:")
    with db.conn:
        db["regulators"].insert_all(
            {"id": r, "name": r.upper(), "native_name": "Autorité", "country": c, "kind": "dpa"} for r, c in REGULATORS
        )
        db["companies"].insert_all({"id": c, "name": name, "parent": parent} for c, name, parent in COMPANIES)
        db["company_names"].insert({"key": "maman", "company": "mother", "name": "L'Mäman"})
        db["laws"].insert({"id": "GDPR", "name": "General Data Protection Regulation", "jurisdiction": "EU"})
        db["provisions"].insert_all({"id": p, "law": "GDPR", "article": p[5:]} for p in PROVISIONS)
        columns = ("id", "regulator", "status", "decided", "amount", "amount_eur", "first_seen")
        rest = {"title": "", "respondents": "", "regulator_names": "", "articles": 1}
        db["cases"].insert_all(dict(zip(columns, row, strict=True)) | rest for row in CASES)
        db["case_companies"].insert_all(
            [{"case_id": "a", "company": c} for c in ("mother", "daughter")]
            + [{"case_id": "d", "company": "grandchild"}]
        )
        db["case_provisions"].insert_all(
            {"case_id": case, "provision": p, "role": role}
            for case, p, role in (
                ("a", "GDPR:5(1)", "violated"), ("a", "GDPR:5(1)(f)", "cited"), ("d", "GDPR:5", "cited"),
            )
        )  # fmt: skip
    assert refresh_summaries(db)
    yield db
    db.close()


def total(db, kind, key, year=""):
    sql = "select cases, fines, amount_eur, largest_eur from case_totals where kind = ? and key = ? and year = ?"
    return db.execute(sql, [kind, key, year]).fetchone()


@pytest.mark.parametrize(
    ("kind", "key", "year", "expected"),
    [
        ("regulator", "fr-cnil", "", (3, 1, 100, 100)),  # what was annulled or only proposed is no fine
        ("regulator", "fr-cnil", "2022", (1, 0, 0, None)),  # the year of the first article, without a decision
        ("country", "IE", "2020", (1, 1, 0, None)),  # a fine that cannot be converted
        ("company", "mother", "", (1, 1, 100, 100)),
        ("group", "mother", "", (2, 2, 100, 100)),  # a case of two of them is one; grandchildren belong to it
        ("group", "daughter", "", (2, 2, 100, 100)),
        ("group", "grandchild", "", None),
        ("law", "GDPR", "", (2, 2, 100, 100)),
        ("provision", "GDPR:5", "", (2, 2, 100, 100)),  # with what is below it
        ("provision", "GDPR:5(1)", "", (1, 1, 100, 100)),
        ("breached", "GDPR:5", "", (1, 1, 100, 100)),
        ("breached", "GDPR:5(1)(f)", "", None),
        ("status", "decided", "", (2, 2, 105.5, 100)),
        ("status", "decided", "<b>s", None),  # what is no date has no year
    ],
)
def test_totals_count_cases_once_and_only_sums_that_stand(filled, kind, key, year, expected):
    assert total(filled, kind, key, year) == expected


def test_months_are_those_of_the_decision_else_of_the_first_article(filled):
    rows = filled.execute("select month, country, cases, fines from month_totals order by 1, 2").fetchall()
    # of "2021" the month is that of the news, of "2020" told in 2024 it is not known
    assert rows == [(month, country, 1, fines) for month, fines in (("2021-03", 1), ("2021-11", 0), ("2022-01", 0))
                    for country in ("", "FR")]  # fmt: skip


def test_regulators_are_counted_with_each_provision_and_what_encloses_it(filled):
    def applied():
        return set(filled.execute("select provision, regulator, cases from provision_regulators").fetchall())

    whole, cited = ("GDPR:5", "fr-cnil", 1), ("GDPR:5(1)", "fr-cnil", 1)
    assert applied() == {whole, cited, ("GDPR:5(1)(f)", "fr-cnil", 1), ("GDPR:5", "ie-dpc", 1)}
    filled.execute("insert into case_provisions values ('b', 'GDPR:5(1)', 'power')")
    filled.execute("update cases set regulator = 'fr-cnil' where id = 'd'")
    filled.execute("delete from case_provisions where case_id = 'a' and provision = 'GDPR:5(1)(f)'")
    refresh_summaries(filled)
    assert applied() == {("GDPR:5", "fr-cnil", 3), ("GDPR:5(1)", "fr-cnil", 2)}


def test_delays_are_from_the_first_complaint_to_the_decision(filled, add_events):
    add_events("a", complaint="2021-01-05", investigation="2021-02", decided="2021-03-05")
    add_events("b", investigation="2021-03-05", decided="2021-03-05")  # told on one day: nothing is known
    add_events("c", complaint="2019", decided="2022-01-01")  # too coarse
    add_events("d", complaint="2020-01", settled="2020-02-15")
    refresh_summaries(filled)
    rows = filled.execute("select * from delays order by kind, key, year").fetchall()
    assert [row for row in rows if row[0] == "regulator" and row[2]] == [
        ("regulator", "fr-cnil", "2021", 1, 59), ("regulator", "ie-dpc", "2020", 1, 31),
    ]  # fmt: skip
    assert ("all", "", "", 2, 45) in rows


@pytest.fixture
def add_events(filled, make_article):
    from db.articles import store_article

    def add(case, **events):
        article = make_article(f"https://press.example/{case}")
        store_article(filled, article)
        for kind, day in events.items():
            row = {"id": f"{case}-{kind}", "case_id": case, "kind": kind, "date": day, "article": article.id}
            filled["case_events"].insert(row)

    return add


@pytest.mark.parametrize(
    ("words", "found"),
    [("maman", ("company", "mother")), ("auto*", ("regulator", "fr-cnil")), ('"gdpr 32"', ("provision", "GDPR:32"))],
)
def test_entities_are_found_by_every_name(filled, words, found):
    sql = """select kind, id from entities_fts join entities on entities.rowid = entities_fts.rowid
        where entities_fts match ? order by rank, kind, id"""
    assert found in filled.execute(sql, [words]).fetchall()


@pytest.mark.parametrize(
    "change",
    [
        "update cases set status = 'decided' where id = 'c'",
        "delete from cases where id = 'a'",
        "update companies set parent = null where id = 'daughter'",
        "insert into case_sanctions values ('a', 'fine')",
        "update regulators set country = 'GB' where id = 'ie-dpc'",
    ],
)
def test_what_changed_is_summed_anew_and_nothing_else_is(filled, change):
    before = dump(filled)
    changes = filled.conn.total_changes
    assert not refresh_summaries(filled)
    assert filled.conn.total_changes == changes, "not a row is written"
    filled.execute(change)
    filled.conn.commit()
    assert refresh_summaries(filled)
    assert dump(filled) != before


def test_sources_are_counted_each_time(filled):
    filled["sources"].insert(
        {"id": "s", "publisher": "s", "format": "feed", "failures": 2, "last_polled": "2026-01-01"}
    )
    assert not refresh_summaries(filled)
    totals = dict(filled.execute("select name, value from site_totals").fetchall())
    assert (totals["cases"], totals["sources"], totals["failing"], totals["silent"]) == (5, 1, 1, 0)


CHANGES = [
    "update cases set amount = 40, amount_eur = 40 where id = 'a'",  # the largest of its totals is another now
    "update cases set amount_eur = 0.1 where id = 'd'",
    "update cases set amount_eur = 1e308 where id = 'e'",  # a sum that nobody can impose
    "update cases set regulator = 'ie-dpc', decided = '2019-02-01' where id = 'a'",
    "update cases set decided = '<i>' where id = 'a'",
    "delete from cases where id = 'd'",
    "insert into case_provisions values ('b', 'GDPR:5(1)(f)', 'alleged')",
    "update case_provisions set role = 'violated' where provision = 'GDPR:5'",
    "delete from case_companies where company = 'daughter'",
    "insert into case_companies values ('b', 'daughter')",
    "update companies set parent = null where id = 'daughter'",
    "update companies set name = 'Renamed' where id = 'mother'",
    "insert into companies (id, name, parent) values ('sister', 'Sister', 'grandchild')",  # which is a group with that
    "update company_names set company = 'daughter'",
    "update regulators set country = 'GB', name = 'Moved' where id = 'fr-cnil'",
    "update laws set name = 'Regulation' where id = 'GDPR'",
    "insert into laws (id, name) values ('COPPA', 'Children')",
    "delete from provisions where id = 'GDPR:32'",
    "insert into case_violations values ('c', 'security')",
    "update case_articles set kind = 'content'",
    "update articles set lang = 'fr'",
    "delete from case_events where kind = 'complaint'",
]


@pytest.fixture
def told(filled, add_events):
    add_events("a", complaint="2021-01-05", decided="2021-03-05")
    add_events("b", investigation="2020-12", decided="2021-03-05")
    filled.execute(
        "insert into case_articles (case_id, article) select case_id, article from case_events group by 1, 2"
    )
    filled.conn.commit()
    refresh_summaries(filled)
    return filled


@pytest.mark.parametrize("changes", [[change] for change in CHANGES] + [CHANGES, CHANGES[::-1]])
def test_totals_that_were_kept_up_are_those_made_from_nothing(told, changes):
    for change in changes:
        told.execute(change)
        refresh_summaries(told)
    kept_up = dump(told)
    told.execute("insert into stale_summaries values ('all', '')")
    assert refresh_summaries(told)
    assert dump(told) == kept_up
    for word in ("renamed", "moved", "regulation", "mother"):
        names = told.execute(
            "select name || names from entities where rowid in (select rowid from entities_fts(?))", [word]
        )
        assert all(word in name.lower() for (name,) in names)
    told.execute("insert into entities_fts (entities_fts, rank) values ('integrity-check', 1)")


def test_a_change_of_one_case_writes_rows_of_that_case_alone(filled):
    """What a further case costs does not depend on how many there are."""

    def written(change):
        filled.execute(change)
        before = filled.conn.total_changes
        refresh_summaries(filled)
        return filled.conn.total_changes - before

    change = "update cases set amount = amount + 1, amount_eur = amount_eur + 1 where id = 'a'"
    once = written(change)
    filled.execute("""insert into cases (id, regulator, title, respondents, regulator_names, status, first_seen, articles)
        select 'more-' || value, 'ie-dpc', '', '', '', 'decided', '2020-01-01', 1 from json_each(?)""",
        [json.dumps(list(range(500)))])  # fmt: skip
    refresh_summaries(filled)
    assert written(change) == once


def dump(db):
    tables = (
        "counted", "case_totals", "provision_regulators", "month_totals", "counted_delays", "delays", "site_totals", "entities",
    )  # fmt: skip
    return {table: sorted(db.execute(f"select * from {table}"), key=repr) for table in tables}
