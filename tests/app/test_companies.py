"""The commands of companies: listed, shown, merged, split; one line for bad input."""

import json

import pytest

from db.schema import open_database


@pytest.fixture
def filled(db_path, lines, dpawatch):
    """Return the database's path with two fines on companies of nearly one name."""
    records = [
        {
            "url": f"https://news.example/{number}",
            "title": f"CNIL fines {name}",
            "text": f"On 3 May 2021 the French data protection authority CNIL fined {name} SAS EUR 400,000 for breaching "
            "Article 32 GDPR.",
            "published": "2021-05-04",
        }
        for number, name in enumerate(["Rossomobile", "Verdelettrica"])
    ]
    assert dpawatch("import", lines(*records)).exit_code == 0
    assert dpawatch("tag").exit_code == 0
    assert dpawatch("cases").exit_code == 0
    return db_path


def companies_of_cases(dpawatch):
    found = json.loads(dpawatch("companies", "list", "--json").stdout)
    return {row["id"]: row["cases"] for row in found}


def test_companies_are_listed_shown_merged_and_split(filled, dpawatch):
    assert companies_of_cases(dpawatch) == {"rossomobile": 1, "verdelettrica": 1}
    assert "verdelettrica" in dpawatch("companies", "list", "verde").stdout
    assert "no company has such a name" in dpawatch("companies", "list", "nobody").stdout
    merged = dpawatch("companies", "merge", "rossomobile", "verdelettrica", "--why", "renamed in 2020")
    assert merged.exit_code == 0
    assert "verdelettrica is rossomobile now" in merged.stderr
    assert set(companies_of_cases(dpawatch)) == {"rossomobile"}
    # reading all again changes nothing of it
    assert dpawatch("tag", "--all").exit_code == 0
    assert dpawatch("cases", "--rebuild").exit_code == 0
    assert set(companies_of_cases(dpawatch)) == {"rossomobile"}
    shown = dpawatch("companies", "show", "verdelettrica").stdout
    assert "renamed in 2020" in shown
    assert "Verdelettrica" in shown
    split = dpawatch("companies", "split", "Verdelettrica SAS", "--why", "two firms")
    assert split.exit_code == 0
    assert "verdelettrica stands apart from rossomobile now" in split.stderr
    assert companies_of_cases(dpawatch) == {"rossomobile": 1, "verdelettrica": 1}
    merges = json.loads(dpawatch("companies", "show", "rossomobile", "--json").stdout)["merges"]
    assert [(row["cause"], row["why"], row["undone_why"]) for row in merges] == [
        ("person", "renamed in 2020", "two firms")
    ]


def test_a_decision_is_the_cause_of_what_it_changes_and_of_nothing_else(filled, dpawatch, lines):
    late = {
        "url": "https://news.example/late",
        "title": "CNIL fines Blaurad",
        "text": "On 5 June 2021 the French data protection authority CNIL fined Blaurad SAS EUR 7,000 for breaching Article 32 GDPR.",
        "published": "2021-06-06",
    }
    assert dpawatch("import", lines(late)).exit_code == 0
    assert dpawatch("tag").exit_code == 0
    why = "renamed in 2020"
    assert dpawatch("companies", "merge", "rossomobile", "verdelettrica", "--why", why).exit_code == 0
    gone = dpawatch("history", "verdelettrica").stdout.splitlines()
    assert [line.partition("  ")[2] for line in gone][-2:] == [
        f"verdelettrica: name: Verdelettrica SAS -> nothing  (decided by {why})",
        f"verdelettrica: gone  (decided by {why})",
    ]
    changed = json.loads(dpawatch("history", "fr-cnil-2021-rossomobile", "--json").stdout)
    assert {(row["cause_kind"], row["cause"]) for row in changed if row["field"] == "respondents"} == {("person", why)}
    (made,) = json.loads(dpawatch("history", "blaurad", "--json").stdout)
    assert (made["new"], made["cause_kind"]) == ("blaurad", "article")


BAD = [
    (["show", "nobody"], "no company has the id 'nobody'"),
    (["merge", "rossomobile", "rossomobile", "--why", "x"], "one company already"),
    (["merge", "rossomobile", "nobody", "--why", "x"], "no company has the id 'nobody'"),
    (["merge", "rossomobile", "verdelettrica"], "--why"),
    (["merge", "rossomobile", "verdelettrica", "--why", " "], "needs its reason"),
    (["split", "Nobody", "--why", "x"], "no text has the name 'Nobody'"),
    (["split", "rossomobile", "--why", "x"], "there is nothing to split"),
]


@pytest.mark.parametrize(("words", "says"), BAD)
def test_bad_input_is_one_line(db_path, dpawatch, words, says):
    db = open_database(db_path)
    for key in ("rossomobile", "verdelettrica"):
        db.execute("insert into companies (id, name) values (?, ?)", [key, key])
        db.execute("insert into company_names (key, company, name, stated) values (?1, ?1, ?1, ?1)", [key])
    db.close()
    result = dpawatch("companies", *words)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert says in result.stderr


def test_a_missing_database_is_not_made(dpawatch, db_path):
    for words in (["list"], ["show", "x"], ["merge", "a", "b", "--why", "x"], ["split", "a", "--why", "x"]):
        result = dpawatch("companies", *words)
        assert (result.exit_code, "no such database" in result.stderr) == (2, True)
    assert not db_path.exists()
