"""`dpawatch history`: the changes of a case for people and as JSON, by its old ids too; one line for what is no case."""

from __future__ import annotations

import json

import pytest

from db.schema import open_database


@pytest.fixture
def path(tmp_path):
    """Return a database with two cases that became one, and a change of each."""
    db = open_database(tmp_path / "x.db")
    db["cases"].insert(
        {"id": "now", "title": "T", "respondents": "", "regulator_names": "", "status": "annulled", "articles": 1}
    )
    db["case_redirects"].insert(
        {"old_id": "old", "case_id": "now", "why": "one matter", "made": "2024-05-03T00:00:00Z"}
    )
    rows = [
        ("now", "id", None, "now", "2024-05-01T00:00:00Z", "article", "a1"),
        ("old", "id", None, "old", "2024-05-02T00:00:00Z", "rebuild", None),
        ("old", "amount", 5, None, "2024-05-03T00:00:00Z", "article", "a2"),
        ("old", "id", "old", None, "2024-05-03T00:00:00Z", "article", "a2"),
        ("now", "status", "decided", "annulled", "2024-05-04T00:00:00Z", "pipeline", "rules-2"),
        ("now", "respondents", "Shop", "The Shop", "2024-05-05T00:00:00Z", "person", "Ada: one firm"),
    ]
    columns = ("entity_id", "field", "old", "new", "changed", "cause_kind", "cause")
    db["history"].insert_all([{"entity": "case", **dict(zip(columns, row, strict=True))} for row in rows])
    db.close()
    return tmp_path / "x.db"


LINES = [
    "2024-05-01T00:00:00Z  made  (article a1)",
    "2024-05-02T00:00:00Z  old: made  (cases made anew)",
    "2024-05-03T00:00:00Z  old: amount: 5 -> nothing  (article a2)",
    "2024-05-03T00:00:00Z  old: gone  (article a2)",
    "2024-05-04T00:00:00Z  status: decided -> annulled  (read anew by rules-2)",
    "2024-05-05T00:00:00Z  respondents: Shop -> The Shop  (decided by Ada: one firm)",
]


def test_every_change_is_a_line(dpawatch, path):
    said = dpawatch("history", "now", db=path)
    assert (said.exit_code, said.stdout.splitlines(), said.stderr) == (0, LINES, "")


def test_an_old_id_gives_the_history_of_what_it_became(dpawatch, path):
    said = dpawatch("history", "old", db=path)
    assert (said.exit_code, said.stdout.splitlines(), said.stderr) == (0, LINES, "old was merged into now\n")


def test_json_keeps_the_types(dpawatch, path):
    said = json.loads(dpawatch("history", "now", "--json", db=path).stdout)
    assert len(said) == len(LINES)
    assert said[2] == {
        "entity_id": "old",
        "field": "amount",
        "old": 5,
        "new": None,
        "changed": "2024-05-03T00:00:00Z",
        "cause_kind": "article",
        "cause": "a2",
    }


def test_what_is_no_case_is_one_line(dpawatch, path):
    said = dpawatch("history", "nobody", db=path)
    assert (said.exit_code, said.stdout) == (2, "")
    (line,) = said.stderr.splitlines()
    assert "no case or company is called 'nobody'" in line


def test_a_missing_database_is_one_line_and_is_not_made(dpawatch, tmp_path):
    said = dpawatch("history", "x", db=tmp_path / "no.db")
    assert (said.exit_code, said.stdout, len(said.stderr.splitlines())) == (2, "", 1)
    assert not (tmp_path / "no.db").exists()
