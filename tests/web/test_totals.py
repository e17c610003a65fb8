"""Totals of lists: from the summary tables where they have them, and the same when they are counted."""

import asyncio
from dataclasses import replace

import pytest
from datasette.app import Datasette
from sqlite_utils import Database

from benchmarks.site_data import make_database
from db.summaries import STANDS
from dpawatch.progress import Silent
from dpawatch.run import recorded_run
from dpawatch.web.filters import CaseFilter
from dpawatch.web.pages import totals
from dpawatch.web.pages.totals import begin_with_fewest, load_summaries, load_totals


def totals_of(path, arguments):
    async def ask():
        database, case_filter = Datasette([str(path)]).databases[path.stem], CaseFilter.read(arguments)
        return await load_totals(database, case_filter, await load_summaries(database, case_filter))

    return asyncio.run(ask())


@pytest.fixture(scope="module")
def unsummed(changed_copy):
    return changed_copy("delete from case_totals")


@pytest.mark.parametrize(
    "arguments",
    [
        {}, {"country": "FR"}, {"regulator": "fr-cnil"}, {"company": "google"}, {"provision": "GDPR:12"}, {"provision": "GDPR"},
        {"law": "GDPR"}, {"sanction": "fine"}, {"violation": "legal-basis"}, {"status": "appealed"}, {"lang": "fr"},
        {"country": "FR", "status": "appealed"}, {"q": "google"}, {"regulator": "nobody"}, {"year": "2019"}, {"year": "1999"},
        {"country": "FR", "year": "2020"}, {"provision": "GDPR", "year": "2020"}, {"country": "FR", "year": "1999"},
        {"source": "fr-cnil-news"},
    ],
)  # fmt: skip
def test_summaries_say_what_counting_says(database_path, unsummed, arguments):
    summed, counted = totals_of(database_path, arguments), totals_of(unsummed, arguments)
    assert summed[0] == counted[0]
    usual = [[row for row in years if row["year"].isdigit()] for _, years in (summed, counted)]
    assert usual[0] == usual[1]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "made.db"
    make_database(path, articles=1_500, cases=600).close()
    return path


LISTS = [
    {"sanction": "fine", "status": "decided"}, {"sanction": "fine", "lang": "en", "law": "GDPR"}, {"min": "1000"},
    {"min": "1000", "max": "50000", "sanction": "fine"}, {"from": "2019", "to": "2024-03", "lang": "en"}, {"q": "fines"},
    {"q": "fines", "year": "2022"}, {"sort": "largest", "year": "2021", "min": "1"}, {"country": "DE", "law": "GDPR"},
    {"sanction": "fine", "year": "2023"}, {"provision": "GDPR", "from": "2020"}, {"company": "firm-1", "status": "decided"},
]  # fmt: skip


def count(path, arguments):
    """Count the cases of a filter one by one."""
    where, params = CaseFilter.read(arguments).where
    sql = f"""select count(*), count(case when {STANDS} then 1 end), sum(case when {STANDS} then amount_eur end)
        from cases where {where}"""
    db = Database(path)
    cases, fines, amount_eur = db.execute(sql, params).fetchone()
    db.close()
    return {"cases": cases, "fines": fines, "amount_eur": round(amount_eur, 2) if amount_eur else None}


@pytest.mark.parametrize("arguments", LISTS)
def test_a_list_is_counted_whatever_is_looked_at_first(made, arguments, monkeypatch):
    """Where the database is small, where what fewest have is few, and where no condition chooses few."""
    for few in (5_000, 300, 600):
        monkeypatch.setattr(totals, "FEW_TO_COUNT", few)
        found, years = totals_of(made, arguments)
        if found["at_least"]:
            assert (few, years) == (300, [])
        else:
            assert found == count(made, arguments) | {"at_least": False}
            assert sum(row["cases"] for row in years) <= found["cases"]


@pytest.mark.parametrize(
    ("arguments", "index"),
    [
        ({}, "cases_last_seen"), ({"sort": "largest"}, "cases_amount_eur"), ({"year": "2023"}, "cases_years"),
        ({"year": "2023", "sanction": "fine"}, "cases_years"), ({"law": "GDPR", "lang": "en"}, "cases_last_seen"),
        ({"regulator": "fr-cnil"}, "cases_regulator"), ({"min": "10", "sort": "largest", "lang": "en"}, "cases_amount_eur"),
    ],
)  # fmt: skip
def test_a_list_is_read_in_its_order_and_not_sorted(made, arguments, index):
    sql, params = CaseFilter.read(arguments).listed
    db = Database(made)
    plan = [row[3] for row in db.execute(f"explain query plan {sql}", params | {"limit": 9})]
    db.close()
    assert f"USING COVERING INDEX {index}" in plan[0]
    assert not [step for step in plan if "ORDER BY" in step]


@pytest.mark.parametrize("year", ["2019", "2023", "1999"])
def test_a_year_is_that_of_the_decision_else_of_the_first_article(made, year):
    sql, params = CaseFilter(year=year).listed
    db = Database(made)
    found = {case for (case,) in db.execute(sql, params | {"limit": 9_999})}
    days = db.execute("select id, decided, first_seen from cases").fetchall()
    db.close()
    assert found == {case for case, decided, first in days if (decided or first or "").startswith(year)}
    assert bool(found) == (year != "1999")


@pytest.mark.parametrize("arguments", LISTS)
def test_of_a_list_that_is_too_long_what_was_seen_is_told(made, arguments, monkeypatch):
    monkeypatch.setattr(totals, "FEW_TO_COUNT", 20)
    (found, years), whole = totals_of(made, arguments), count(made, arguments)
    assert found["at_least"] == (years == []) == (whole["cases"] != found["cases"])
    assert all((found[key] or 0) <= (whole[key] or 0) for key in whole)


def test_no_more_cases_are_looked_at_than_are_counted(made, monkeypatch):
    """Whatever the conditions are: the index that is read ends there, and nothing is sorted before."""
    for arguments in LISTS:
        case_filter = CaseFilter.read(arguments)
        first, others, order, params = totals._choose_first(case_filter, {})
        sql = totals._COUNTED.format(first=first, others=others, order=order)
        db = Database(made)
        plan = [row[3] for row in db.execute(f"explain query plan {sql}", params | {"looked_at": 9})]
        db.close()
        looked = plan[: plan.index("SCAN told")]
        assert not [step for step in looked if "ORDER BY" in step], plan


def test_a_page_says_that_it_did_not_count_all(made, get_from, monkeypatch):
    monkeypatch.setattr(totals, "FEW_TO_COUNT", 20)
    get = get_from([made])
    page = get("/cases?sanction=fine&status=decided").text
    assert "<b>At least 25 cases</b>" in page or "<b>At least 26 cases</b>" in page
    found = get("/cases.json?sanction=fine&status=decided").json()
    assert found["totals"]["at_least"]
    # the end of a short list is seen, and its cases are counted
    whole = get("/cases.json?sanction=fine&status=annulled&limit=1000").json()
    assert whole["totals"]["at_least"] is False
    assert whole["totals"]["cases"] == len(whole["cases"]) > 20


def test_a_summary_is_asked_and_not_the_cases(changed_copy):
    path = changed_copy("update case_totals set cases = 99 where kind = 'regulator' and key = 'fr-cnil' and year = ''")
    assert totals_of(path, {"regulator": "fr-cnil"})[0]["cases"] == 99
    assert totals_of(path, {"regulator": "fr-cnil", "status": "appealed"})[0]["cases"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        {"country": "FR", "lang": "fr"}, {"regulator": "fr-cnil", "sanction": "fine"}, {"company": "google", "law": "GDPR"},
        {"group": "google", "status": "appealed"}, {"provision": "GDPR:12", "violation": "legal-basis"},
        {"provision": "GDPR", "sanction": "fine"},
    ],
)  # fmt: skip
def test_a_list_is_the_same_whatever_it_begins_with(database_path, arguments):
    db, case_filter = Database(database_path), CaseFilter.read(arguments)
    begun = [replace(case_filter, begin=begin).listed for begin in (None, "", *case_filter.active)]
    found = [[case for (case,) in db.execute(sql, params | {"limit": 9})] for sql, params in begun]
    db.close()
    assert found[0]
    assert found == found[:1] * len(begun)


def test_a_list_begins_with_what_few_cases_have():
    known = {"sanction": [{"cases": 3000}], "lang": [{"cases": 1500}], "law": [{"cases": 9000}]}
    assert begin_with_fewest(CaseFilter(), known).begin == "lang"
    assert begin_with_fewest(CaseFilter(), {"law": known["law"]}).begin == ""
    assert begin_with_fewest(CaseFilter(), {}).begin is None


def test_an_article_that_comes_in_by_another_source_counts_for_it_at_once(database_path, tmp_path):
    path = tmp_path / "in.db"
    path.write_bytes(database_path.read_bytes())
    db = Database(path)
    source, article = next(
        db.execute(
            """select sources.id, case_articles.article from sources, case_articles
                where (sources.id, case_id) not in (select source, case_id from case_sources) limit 1"""
        )
    )
    before = totals_of(path, {"source": source})[0]["cases"]
    with recorded_run(db, "import", Silent()), db.conn:
        db.execute("insert into article_sources values (?, ?, 'https://in.example/', '2026-01-01')", [article, source])
    db.close()
    assert totals_of(path, {"source": source})[0]["cases"] == before + 1
