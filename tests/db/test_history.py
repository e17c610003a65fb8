"""The memory: what was changed, when and why, and what the table of cases said on any date."""

from datetime import UTC, datetime, timedelta

import pytest

from db.analyses import store_analysis
from db.articles import store_article
from db.cases.store import group_cases
from db.history import (
    CASE_FIELDS,
    Cause,
    Occasion,
    case_history,
    find_cause,
    find_changes,
    follow_redirects,
    record_changes,
)

DAY = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
LATER, LATEST = DAY + timedelta(days=1), DAY + timedelta(days=2)
FIELDS = ("name", "amount")
CASE = "fr-cnil-2021-shop"

CHANGES = [
    (None, {"id": "x", "name": "a", "amount": 1}, [("id", None, "x")]),
    ({"id": "x", "name": "a", "amount": 1}, {"id": "x", "name": "b", "amount": 1}, [("name", "a", "b")]),
    ({"id": "x", "name": "a", "amount": 1}, {"id": "x", "name": "a", "amount": None}, [("amount", 1, None)]),
    # the same number, kept as an integer and as a real
    ({"id": "x", "name": "a", "amount": 1}, {"id": "x", "name": "a", "amount": 1.0}, []),
    # gone, with all it said
    ({"id": "x", "name": "a", "amount": None}, None, [("name", "a", None), ("id", "x", None)]),
    # what is no field of the memory
    ({"id": "x", "name": "a", "amount": 1, "n": 1}, {"id": "x", "name": "a", "amount": 1, "n": 2}, []),
    (None, None, []),
]


@pytest.mark.parametrize(("old", "new", "expected"), CHANGES)
def test_changes(old, new, expected):
    assert find_changes(old, new, FIELDS) == expected


def test_a_company_has_a_history_too(db, rows):
    old, new = {"id": "shop", "name": "Shop"}, {"id": "shop", "name": "The Shop"}
    assert record_changes(db, "company", old, new, ["name"], DAY, Cause("person", "Ada: one firm")) == 1
    assert rows("select * from history") == [
        (1, "company", "shop", "name", "Shop", "The Shop", "2024-05-01T12:00:00Z", "person", "Ada: one firm")
    ]


def said(db, case=CASE):
    """Return the history of a case without the reasons, as lines."""
    return [f"{c.changed[:10]} {c.field} {c.old} -> {c.new} ({c.cause_kind} {c.cause})" for c in case_history(db, case)]


@pytest.fixture
def lived(db, read, make_action):
    """A fine of 20, the next day an article by which a court reduced it to 5."""
    read("a", make_action("fr-cnil", "Shop", amount="20", decision_date="2021-05-03"), published="2021-05-04")
    group_cases(db, DAY)
    read("b", make_action("fr-cnil", "Shop", amount="5", sanctions=("fine-reduced",)), published="2022-05-04")
    group_cases(db, LATER)
    return db


def test_a_change_says_what_when_and_by_which_article(lived):
    cause = "(article id-b)"
    assert said(lived) == [
        f"2024-05-01 id None -> {CASE} (article id-a)",
        f"2024-05-02 title CNIL fines Shop EUR 20 (2021) -> CNIL fines Shop EUR 5 (2021, EUR 20 before) {cause}",
        f"2024-05-02 amount 20 -> 5 {cause}",
        f"2024-05-02 amount_before None -> 20 {cause}",
        f"2024-05-02 amount_eur 20 -> 5 {cause}",
    ]


def test_of_articles_that_join_together_each_changes_what_it_states(lived, read, make_action):
    read("c", make_action("fr-cnil", "Shop", amount="4", sanctions=("fine-reduced",)), published="2022-07-20")
    read("d", make_action("fr-cnil", "Shop", status="annulled", sanctions=("fine-annulled",)), published="2023-05-04")
    group_cases(lived, LATEST)
    causes = {c.field: c.cause for c in case_history(lived, CASE) if c.changed.startswith("2024-05-03")}
    assert causes == {
        "title": "id-d", "status": "id-d", "annulled": "id-d", "amount": "id-c", "amount_eur": "id-c",
    }  # fmt: skip


def test_nothing_changed_writes_nothing_and_a_rebuild_neither(lived, rows):
    before = rows("select * from history")
    group_cases(lived, LATEST)
    group_cases(lived, LATEST, rebuild=True)
    assert rows("select * from history") == before


def test_a_retelling_that_says_nothing_new_is_no_change(lived, read, make_action, rows):
    before = rows("select count(*) from history")
    read("c", make_action("fr-cnil", "Shop", amount="20", decision_date="2021-05-03"), published="2021-05-09")
    group_cases(lived, LATEST)
    assert rows("select articles from cases") == [(3,)]
    assert rows("select count(*) from history") == before


def test_what_another_version_reads_is_its_doing(lived, read, make_action):
    read(
        "b", make_action("fr-cnil", "Shop", amount="6", sanctions=("fine-reduced",)), published="2022-05-04",
        pipeline="rules-2",
    )  # fmt: skip
    group_cases(lived, LATEST)
    assert said(lived)[-2:] == [
        "2024-05-03 amount 5 -> 6 (pipeline rules-2)",
        "2024-05-03 amount_eur 5 -> 6 (pipeline rules-2)",
    ]


def test_what_an_article_says_after_it_was_changed_is_the_articles_doing(
    lived, make_action, make_analysis, make_article, rows
):
    corrected = make_article("b", text="Corrected text of b.", content_hash="new", fetched=LATEST)
    store_article(lived, corrected)
    assert rows("select count(*) from revisions") == [(1,)]
    action = make_action("fr-cnil", "Shop", amount="6", sanctions=("fine-reduced",))
    assert store_analysis(lived, "id-b", corrected.text, make_analysis(action), LATEST)
    group_cases(lived, LATEST)
    assert said(lived)[-1] == "2024-05-03 amount_eur 5 -> 6 (article id-b)"


def test_what_a_rebuild_changes_is_its_doing(lived):
    lived.execute("update cases set status = 'annulled'")
    group_cases(lived, LATEST, rebuild=True)
    assert said(lived)[-1] == "2024-05-03 status annulled -> decided (rebuild rules-1)"


def test_an_article_that_leaves_is_a_cause(lived):
    lived.execute("delete from actions where article = 'id-b'")
    assert find_cause(lived, CASE, {"id-a"}, Occasion(LATEST)) == Cause("article", "id-b")


def test_a_case_that_is_gone_keeps_its_history(lived, rows):
    lived.execute("delete from actions")
    group_cases(lived, LATEST)
    assert rows("select count(*) from cases") == [(0,)]
    gone = [c for c in case_history(lived, CASE) if c.changed.startswith("2024-05-03")]
    assert {c.field for c in gone} == {
        "id", "regulator", "title", "respondents", "status", "decided", "amount", "currency", "amount_before",
        "amount_eur",
    }  # fmt: skip
    assert all(c.new is None for c in gone)


def test_a_case_merged_into_another_is_found_by_its_old_id(lived):
    record_changes(lived, "case", None, {"id": "old"}, CASE_FIELDS, DAY, Cause("article", "id-a"))
    lived.execute("insert into case_redirects (old_id, case_id, why, made) values ('old', ?, 'one matter', ?)", [CASE, "x"])  # fmt: skip  # noqa: E501
    assert follow_redirects(lived, "case", "old") == CASE
    assert said(lived, "old") == said(lived)
    assert "2024-05-01 id None -> old (article id-a)" in said(lived)
    assert said(lived, "nobody") == []


def on(rows, moment, case=CASE):
    """Return what the table said of a case at a moment."""
    sql = """select field, value from case_versions where case_id = ? and valid_from <= ?
        and (valid_to is null or valid_to > ?) and value is not null"""
    return dict(rows(sql, case, moment, moment))


def test_the_view_knows_what_the_table_said_on_any_date(lived, rows):
    assert on(rows, "2024-05-01T11:00:00Z") == {}
    first, now = on(rows, "2024-05-01T12:00:00Z"), on(rows, "2024-05-02T12:00:00Z")
    assert (first["amount"], "amount_before" in first, first["decided"]) == (20, False, "2021-05-03")
    assert (now["amount"], now["amount_before"], now["title"]) == (5, 20, "CNIL fines Shop EUR 5 (2021, EUR 20 before)")
    names = [row[1] for row in rows("pragma table_info(cases)")]
    (row,) = rows("select * from cases")
    stored = dict(zip(names, row, strict=True))
    assert now == {field: stored[field] for field in CASE_FIELDS if stored[field] is not None}


def test_the_view_forgets_no_case_that_is_gone_and_knows_one_that_came_back(lived, read, make_action, rows):
    lived.execute("delete from actions")
    group_cases(lived, LATEST)
    read("a", make_action("fr-cnil", "Shop", amount="30", decision_date="2021-05-03"), published="2021-05-04")
    group_cases(lived, LATEST + timedelta(days=1))
    assert on(rows, "2024-05-02T13:00:00Z")["amount"] == 5
    assert on(rows, "2024-05-03T13:00:00Z") == {}
    assert on(rows, "2024-05-04T13:00:00Z")["amount"] == 30


def test_every_field_of_the_history_is_a_column_and_what_is_left_out_is_known(db):
    left_out = {"id", "slug", "regulator_names", "first_seen", "last_seen", "articles"}
    assert set(db["cases"].columns_dict) == {*CASE_FIELDS, *left_out}


def test_a_case_is_asked_by_index(db, rows):
    plan = [row[3] for row in rows("explain query plan select * from case_versions where case_id = 'x'")]
    searches = [step for step in plan if step.startswith(("SEARCH", "SCAN"))]
    assert all("entity_id=?" in step or "(id=?)" in step for step in searches if "history" in step or "cases" in step)
    assert not any(step.startswith("SCAN") and "case_versions" not in step for step in searches)


def test_of_several_articles_that_join_the_one_published_last_is_the_cause(db, read, make_action):
    for key, day, fetched in (("a", "2024-04-03", DAY), ("b", "2024-04-02", LATEST)):
        read(key, make_action("fr-cnil", "Shop"), published=day)
        db.execute("update articles set fetched = ? where id = ?", [fetched.isoformat(), f"id-{key}"])
    assert find_cause(db, "fr-cnil-2024-shop", {"id-a", "id-b"}, Occasion(LATEST)) == Cause("article", "id-a")
