"""What a person decides of companies: merged and split again, and it holds whatever is read later."""

import pytest

from db.cases.store import group_cases
from db.companies.decisions import merge_companies, split_company
from db.companies.known import store_groups
from db.errors import DecisionError


@pytest.fixture
def respondents(rows):
    return lambda: dict(rows("select action, company from action_respondents"))


def test_a_merge_moves_every_name_and_can_be_undone(db, report, settle, respondents, rows, now):
    report("a", "Rosso SA")
    report("b", "Verde SA")
    settle()
    db.execute("delete from stale_actions")
    assert merge_companies(db, "rosso", "verde", "Verde is Rosso's new name", now) == ("rosso", "verde")
    settle()
    assert respondents() == {"id-a-1": "rosso", "id-b-1": "rosso"}
    assert rows("select action from stale_actions") == [("id-b-1",)]
    assert rows("select id from companies") == [("rosso",)]
    assert rows("select key, origin, why from company_names where key = 'verde'") == [
        ("verde", "person", "a person decided it")
    ]
    assert rows("select kept, merged, cause, why, made, undone from company_merges") == [
        ("rosso", "verde", "person", "Verde is Rosso's new name", "2024-05-01T12:00:00Z", None)
    ]
    assert split_company(db, "verde", "they only share an owner", now) == ("verde", "rosso")
    settle()
    assert respondents() == {"id-a-1": "rosso", "id-b-1": "verde"}
    assert rows("select undone, undone_why from company_merges") == [
        ("2024-05-01T12:00:00Z", "they only share an owner")
    ]
    assert rows("select count(*) from company_redirects") == [(0,)]


@pytest.mark.parametrize("again", [("verde", "rosso"), ("bruno", "rosso"), ("verde", "bruno")])
def test_what_was_merged_is_not_merged_in_a_circle(db, report, settle, respondents, now, again):
    report("a", "Rosso SA")
    report("b", "Verde SA")
    report("c", "Bruno SA")
    settle()
    merge_companies(db, "rosso", "verde", "one firm", now)
    merge_companies(db, "verde", "bruno", "one firm too", now)
    with pytest.raises(DecisionError, match=f"^{again[0]} and {again[1]} are one company already, rosso; .* split"):
        merge_companies(db, *again, "the other way round", now)
    settle()
    assert set(respondents().values()) == {"rosso"}
    with pytest.raises(DecisionError, match=f"^{again[0]} and {again[1]} are one company already, rosso"):
        merge_companies(db, *again, "and again", now)


def test_reading_again_respects_what_was_decided(db, report, settle, respondents, now):
    report("a", "Rosso SA")
    report("b", "Verde SA")
    settle()
    merge_companies(db, "rosso", "verde", "one firm", now)
    settle()
    report("b", "Verde SA")
    report("c", "VERDE")
    assert respondents() == {"id-a-1": "rosso", "id-b-1": "rosso", "id-c-1": "rosso"}
    settle()
    assert respondents() == {"id-a-1": "rosso", "id-b-1": "rosso", "id-c-1": "rosso"}
    # even when all its texts went and came again
    db.execute("delete from articles where id in ('id-b', 'id-c')")
    settle()
    report("d", "Verde")
    settle()
    assert respondents() == {"id-a-1": "rosso", "id-d-1": "rosso"}


def test_a_slip_that_a_person_set_apart_stays_apart(db, report, settle, rows, now):
    report("a", "Free Mobile")
    report("b", "Freee Mobile")
    settle()
    assert split_company(db, "Freee Mobile SA", "a firm of its own", now) == ("freee-mobile", "free-mobile")
    apart = {"free mobile": "free-mobile", "freee mobile": "freee-mobile"}
    assert settle() == apart
    report("c", "Freee Mobile")
    report("d", "Freee Mobile")
    # the other name is the better known one now
    assert settle() == apart
    assert rows("select count(*) from company_merges where undone is null") == [(0,)]
    merge_companies(db, "free-mobile", "freee-mobile", "no, it is one", now)
    assert settle() == dict.fromkeys(apart, "free-mobile")


def test_a_name_that_the_data_gives_to_a_company_can_be_set_apart(db, groups, report, settle, respondents, now):
    report("a", "Facebook Ireland")
    report("b", "Meta Ireland")
    settle()
    assert split_company(db, "Facebook Ireland", "an act of before", now) == (
        "facebook-ireland",
        "meta-platforms-ireland",
    )
    settle()
    assert respondents() == {"id-a-1": "facebook-ireland", "id-b-1": "meta-platforms-ireland"}
    store_groups(db, groups)
    report("a", "Facebook Ireland")
    settle()
    assert respondents() == {"id-a-1": "facebook-ireland", "id-b-1": "meta-platforms-ireland"}


def test_merges_follow_each_other(db, report, settle, respondents, now):
    for key, name in zip("abc", ["Rosso", "Verde", "Bianco"], strict=True):
        report(key, name)
    settle()
    merge_companies(db, "rosso", "verde", "one firm", now)
    settle()
    merge_companies(db, "bianco", "verde", "one firm", now)  # which is Rosso by now
    settle()
    assert set(respondents().values()) == {"bianco"}
    split_company(db, "verde", "not that one", now)
    settle()
    assert respondents() == {"id-a-1": "bianco", "id-b-1": "verde", "id-c-1": "bianco"}


REFUSED = [
    (lambda db, now: merge_companies(db, "rosso", "rosso", "x", now), "one company already"),
    (lambda db, now: merge_companies(db, "rosso", "nobody", "x", now), "no company has the id 'nobody'"),
    (lambda db, now: merge_companies(db, "rosso", "verde", " ", now), "needs its reason"),
    (lambda db, now: split_company(db, "Nobody", "x", now), "no text has the name 'Nobody'"),
    (lambda db, now: split_company(db, "Rosso SA", "x", now), "there is nothing to split"),
]


@pytest.mark.parametrize(("decide", "says"), REFUSED)
def test_what_cannot_be_decided_is_refused_in_one_line(db, report, settle, now, decide, says):
    report("a", "Rosso SA")
    report("b", "Verde")
    settle()
    before = db.conn.total_changes
    with pytest.raises(DecisionError, match=says) as caught:
        decide(db, now)
    assert "\n" not in str(caught.value)
    assert db.conn.total_changes == before


def test_cases_of_a_merge_that_is_undone_are_the_two_they_were(db, read, make_action, rows, now):
    for key, name in (("a", "Rossomobile"), ("b", "Verdelettrica")):
        read(key, make_action("es-aepd", name, amount="70000", decision_date="2023-04-05"), published="2023-04-06")
    group_cases(db, now)
    before = rows("select case_id, action from case_actions order by 1, 2")
    assert len(before) == 2
    merge_companies(db, "rossomobile", "verdelettrica", "one trader", now)
    group_cases(db, now)
    assert len(rows("select id from cases")) == 1
    split_company(db, "verdelettrica", "two after all", now)
    group_cases(db, now)
    assert rows("select case_id, action from case_actions order by 1, 2") == before
    assert rows("select old_id from case_redirects") == []
    group_cases(db, now, rebuild=True)
    assert rows("select case_id, action from case_actions order by 1, 2") == before
