"""Totals of lists: from the summary tables where they have them, and the same when they are counted."""

import asyncio
from dataclasses import replace

import pytest
from datasette.app import Datasette
from sqlite_utils import Database

from dpawatch.web.filters import CaseFilter
from dpawatch.web.pages.totals import begin_with_fewest, load_summaries, load_totals


def totals_of(path, arguments):
    async def ask():
        database, case_filter = Datasette([str(path)]).databases[path.stem], CaseFilter.read(arguments)
        return await load_totals(database, case_filter, await load_summaries(database, case_filter))

    return asyncio.run(ask())


@pytest.fixture(scope="module")
def unsummed(database_path, tmp_path_factory):
    path = tmp_path_factory.mktemp("unsummed") / "unsummed.db"
    path.write_bytes(database_path.read_bytes())
    db = Database(path)
    with db.conn:
        db.execute("delete from case_totals")
    db.close()
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        {}, {"country": "FR"}, {"regulator": "fr-cnil"}, {"company": "google"}, {"provision": "GDPR:12"}, {"provision": "GDPR"},
        {"law": "GDPR"}, {"sanction": "fine"}, {"violation": "legal-basis"}, {"status": "appealed"}, {"lang": "fr"},
        {"country": "FR", "status": "appealed"}, {"q": "google"}, {"regulator": "nobody"},
    ],
)  # fmt: skip
def test_summaries_say_what_counting_says(database_path, unsummed, arguments):
    summed, counted = totals_of(database_path, arguments), totals_of(unsummed, arguments)
    assert summed[0] == counted[0]
    usual = [[row for row in years if row["year"].isdigit()] for _, years in (summed, counted)]
    assert usual[0] == usual[1]


def test_a_summary_is_asked_and_not_the_cases(database_path, tmp_path):
    path = tmp_path / "odd.db"
    path.write_bytes(database_path.read_bytes())
    db = Database(path)
    with db.conn:
        db.execute("update case_totals set cases = 99 where kind = 'regulator' and key = 'fr-cnil' and year = ''")
    db.close()
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
