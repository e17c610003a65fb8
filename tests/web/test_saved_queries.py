"""Saved queries that are written for many rows say what the plain way to ask says."""

import pytest

from benchmarks.site_data import make_database
from dpawatch.web.metadata import saved_queries

NEWEST = "order by cases.last_seen desc, cases.id limit 100"
OVERTURNED = "kind in ('appealed', 'reduced', 'annulled')"
PLAIN = {
    "pending-cases": f"""select cases.id from cases left join regulators on regulators.id = regulator
        where status in ('investigation', 'proposed') and (:country = '' or country = upper(:country)) {NEWEST}""",
    "cases-citing-provision": """select case_id || provision from case_provisions join cases on cases.id = case_id
        join provisions on provisions.id = provision
        where :provision = '' or law = :provision collate nocase or provisions.id = :provision collate nocase
            or instr(upper(provisions.id), upper(:provision) || '(') = 1
        order by last_seen desc, case_id, provision limit 80""",
    "appealed-reduced-annulled": f"""select case_id || coalesce(max(date), 'None') || count(distinct kind) from case_events
        join cases on cases.id = case_id where {OVERTURNED} and (:regulator = '' or regulator = :regulator)
        group by case_id order by max(date) desc, case_id limit 100""",
    "copies-of-one-text": """select article from near_duplicates join articles on articles.id = article
        where :article = '' or copy_of in (select copy_of from near_duplicates where :article in (article, copy_of))
        order by (select count(*) from near_duplicates others where others.copy_of = near_duplicates.copy_of) desc,
            copy_of, published, article limit 100""",
}  # fmt: skip
SAID = {
    "pending-cases": lambda row: row["case_id"],
    "cases-citing-provision": lambda row: row["case_id"] + row["provision"],
    "appealed-reduced-annulled": lambda row: f"{row['case_id']}{row['latest']}{row['what_happened'].count(',') + 1}",
    "copies-of-one-text": lambda row: row["article"],
}
VALUES = {
    "pending-cases": "select distinct country from regulators order by 1",
    "cases-citing-provision": "select provision from case_provisions union select lower(id) from laws",
    "appealed-reduced-annulled": "select distinct regulator from cases where regulator is not null",
    "copies-of-one-text": "select article from near_duplicates union select copy_of from near_duplicates",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    db = make_database(tmp_path_factory.mktemp("queries") / "made.db", articles=3_000, cases=600)
    # some cases are appealed more than once, also without a date
    db.execute("update case_events set kind = 'annulled' where kind = 'complaint'")
    db.execute("update case_events set date = null where kind = 'annulled' and rowid % 5 = 0")
    yield db
    db.close()


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("often", [False, True])
def test_a_query_finds_what_the_plain_one_finds(made, name, often):
    """Whether few cases have what is asked for, and are looked up, or so many that the newest of all are looked at."""
    query = saved_queries()[name]
    made.execute("savepoint counts")
    made.execute("update case_totals set cases = cases + ?", [100_000 * often])
    values = ["", "none", *(value for (value,) in made.execute(VALUES[name]).fetchall())]
    for value in values:
        asked = {query["params"][0]: value}
        found = [SAID[name](row) for row in made.query(query["sql"], asked)]
        assert found == [said for (said,) in made.execute(PLAIN[name], asked)], value
    made.execute("rollback to counts")


@pytest.mark.parametrize(
    ("name", "value", "unread"),
    [
        ("pending-cases", "FR", {"SCAN cases"}),
        ("appealed-reduced-annulled", "fr-cnil", {"SCAN case_events", "SCAN cases"}),
        ("copies-of-one-text", "a0000001", {"SCAN articles", "SCAN copies", "SCAN first"}),
    ],
)
def test_a_query_does_not_read_all_rows(made, name, value, unread):
    query = saved_queries()[name]
    plan = [row[3] for row in made.execute("explain query plan " + query["sql"], {query["params"][0]: value})]
    assert not [step for step in plan if step in unread]
    assert not [step for step in plan if step.startswith("SCAN") and step not in SMALL and "USING" not in step], plan


SMALL = {"SCAN found", "SCAN changed", "SCAN ranked", "SCAN regulators"} | {f"SCAN (subquery-{n})" for n in range(20)}
