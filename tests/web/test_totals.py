"""Totals of lists: from the summary tables where they have them, and the same when they are counted."""

import asyncio

import pytest
from datasette.app import Datasette
from sqlite_utils import Database

from dpawatch.web.filters import CaseFilter
from dpawatch.web.pages.totals import load_totals


def totals_of(path, arguments):
    async def ask():
        return await load_totals(Datasette([str(path)]).databases[path.stem], CaseFilter.read(arguments))

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
