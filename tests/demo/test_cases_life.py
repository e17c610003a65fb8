"""The lives of the demo's cases, case by case: what was annulled, reduced or appealed, and where sources disagree."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

CASE = "select {} from cases where regulator = ? and respondents like ? || '%' and substr(coalesce(decided, first_seen), 1, 4) = ?"


@pytest.fixture(scope="module")
def case(built):
    """Return a function that gives the one case of a regulator against a company in a year, as a dict."""

    def find(regulator, company, year):
        with closing(sqlite3.connect(built.path)) as con:
            con.row_factory = sqlite3.Row
            (row,) = con.execute(CASE.format("*"), [regulator, company, year]).fetchall()
            return dict(row)

    return find


@pytest.fixture(scope="module")
def events(built):
    """Return a function that gives the events of a case as (kind, amount)."""

    def find(case):
        sql = f"select kind, amount from case_events where case_id = '{case['id']}' order by date, kind desc"
        return built.rows(sql)

    return find


# The day of the ruling, and that of the article where no day is read from it.
ANNULLED = [
    ("gb-ico", "Clearview", "2022", {"2023-10-17", "2023-10-18"}, 7_552_800),
    # a court annulled it in November 2020, and a higher one left it so
    ("nl-ap", "VoetbalTV", "2022", {"2020-11", "2022-07-27"}, 575_000),
    ("be-apd", "Google", "2021", {"2021-06-30", "2021-07-01"}, 600_000),
    ("pl-uodo", "Morele", "2020", {"2023-02-09", "2023-02-10"}, 2_800_000),
]


@pytest.mark.parametrize(("regulator", "company", "year", "days", "amount"), ANNULLED)
def test_the_annulled_one_is_annulled_with_its_date(case, regulator, company, year, days, amount):
    found = case(regulator, company, year)
    assert found["status"] == "annulled"
    assert found["annulled"] in days
    assert found["amount"] == pytest.approx(amount, rel=0.02)
    assert "annulled" in found["title"]


REDUCED = [
    # imposed at 9.55 million, reduced by a court
    ("de-bfdi", "1&1", "2019", 9_550_000, 900_000, [("decided", 9_550_000), ("reduced", 900_000)]),
    # proposed at more than was imposed
    (
        "gb-ico",
        "British Airways",
        "2019",
        183_390_000,
        20_000_000,
        [("proposed", 183_390_000), ("decided", 20_000_000)],
    ),
    (
        "no-datatilsynet",
        "Grindr",
        "2021",
        100_000_000,
        65_000_000,
        [("proposed", 100_000_000), ("decided", 65_000_000)],
    ),
]


@pytest.mark.parametrize(("regulator", "company", "year", "before", "amount", "life"), REDUCED)
def test_the_reduced_one_shows_both_amounts(case, events, regulator, company, year, before, amount, life):
    found = case(regulator, company, year)
    assert (found["status"], found["amount"], found["amount_before"]) == ("decided", amount, before)
    assert f"{before:,} before" in found["title"]
    assert events(found) == life


def test_a_decision_first_told_after_its_appeal_comes_before_it(case, events):
    found = case("nl-ap", "Uber", "2024")
    assert found["status"] == "appealed"
    assert [kind for kind, _ in events(found)] in (["decided", "appealed"], ["appealed"])


def test_one_fine_told_by_many_is_one_event(case, built):
    found = case("ie-dpc", "Meta", "2023")
    ((told_by,),) = built.rows(
        f"select told_by from case_events where case_id = '{found['id']}' and kind = 'decided' and amount = 1.2e9"
    )
    assert told_by >= 4


def test_a_contradiction_shows_both_quotes(case, built):
    """One newspaper took dollars for euros; the case follows the others and says so."""
    found = case("ie-dpc", "Meta", "2023")
    assert found["amount"] == 1_200_000_000
    sql = """select value, other_value, substr(own.text, start + 1, "end" - start),
        substr(rival.text, other_start + 1, other_end - other_start)
        from contradiction_quotes join articles own on own.id = contradiction_quotes.article
        join articles rival on rival.id = other_article"""
    ((value, other, quote, other_quote),) = built.rows(f"{sql} where case_id = '{found['id']}' and field = 'amount'")
    assert (value, other) == ("EUR 1200000000", "EUR 1300000000")
    assert "1,2" in quote or "1.2" in quote or "1.200" in quote
    assert "1.3 billion euros" in other_quote


def test_no_other_case_contradicts_itself_about_its_amount(case, built):
    meta = case("ie-dpc", "Meta", "2023")
    assert built.rows("select distinct case_id from case_contradictions where field = 'amount'") == [(meta["id"],)]


def test_every_missing_value_has_its_reason_and_no_other_has_one(built):
    for column in ("regulator", "decided", "amount", "amount_eur"):
        sql = f"select count(*) from cases where ({column} is null) <> ({column}_missing is not null)"
        assert built.rows(sql) == [(0,)], column
    assert built.rows("select count(*) from cases where (respondents = '') <> (respondents_missing is not null)") == [
        (0,)
    ]
    for column in ("amount", "amount_eur"):
        sql = f"select count(*) from actions where ({column} is null) <> ({column}_missing is not null)"
        assert built.rows(sql) == [(0,)], column


def test_sums_in_other_currencies_say_rate_and_day(built):
    sql = "select amount, amount_eur, fx_rate, fx_date from cases where currency <> 'EUR' and amount_eur is not null"
    rows = built.rows(sql)
    assert len(rows) > 10
    for amount, euro, rate, day in rows:
        assert amount / rate == pytest.approx(euro, rel=0.001)
        assert len(day) == 10
    assert built.rows("select count(*) from cases where currency = 'EUR' and fx_rate is not null") == [(0,)]


def test_every_event_is_quoted_from_an_article_of_its_case(built):
    sql = """select count(*) from case_events left join case_articles using (case_id, article)
        where case_articles.article is null or told_by < 1 or action is null"""
    assert built.rows(sql) == [(0,)]


def test_a_fine_that_a_court_confirms_is_upheld_in_the_words_of_the_article(case, built):
    found = case("fr-cnil", "Google", "2019")
    assert found["status"] == "decided"
    sql = f"""select date, date_origin, substr(text, start + 1, "end" - start) from case_events
        join articles on articles.id = article where case_id = '{found["id"]}' and kind = '{{}}'"""
    ((*dated, quote),) = built.rows(sql.format("upheld"))
    assert dated == ["2020-06-19", "stated"]
    assert quote.startswith("Le Conseil d'État a rejeté vendredi 19 juin le recours")
    ((*dated, quote),) = built.rows(sql.format("complaint"))
    assert dated == ["2018-05", "stated"]
    assert "plaintes" in quote


def test_the_history_of_a_case_is_printed(case, built):
    found = case("pl-uodo", "Morele", "2020")["id"]
    command = [sys.executable, "-m", "dpawatch", "history", found, "--db", str(built.path)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert said.stdout.endswith("Z  made  (article " + said.stdout.rsplit("article ", 1)[1])
