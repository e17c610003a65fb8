"""The memory of companies: made, renamed, moved and gone, each with its cause; what the table said on any date."""

from datetime import UTC, datetime, timedelta

from db.cases.store import group_cases
from db.companies.decisions import merge_companies, split_company
from db.history import company_history

DAY = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
LATER, LATEST = DAY + timedelta(days=1), DAY + timedelta(days=2)


def said(db, company):
    return [
        f"{c.changed[:10]} {c.entity_id} {c.field} {c.old} -> {c.new} ({c.cause_kind} {c.cause})"
        for c in company_history(db, company)
    ]


def test_a_company_is_made_merged_and_set_apart_again(db, read, make_action):
    read("a", make_action("fr-cnil", "Rossomobile", amount="20", decision_date="2021-05-03"), published="2021-05-04")
    read("b", make_action("fr-cnil", "Verdelettrica", amount="9", decision_date="2021-06-03"), published="2021-06-04")
    group_cases(db, DAY)
    assert said(db, "verdelettrica") == ["2024-05-01 verdelettrica id None -> verdelettrica (article id-b)"]
    merge_companies(db, "rossomobile", "verdelettrica", "one firm", LATER)
    group_cases(db, LATER, decided="one firm")
    assert said(db, "verdelettrica") == [
        "2024-05-01 rossomobile id None -> rossomobile (article id-a)",
        "2024-05-01 verdelettrica id None -> verdelettrica (article id-b)",
        "2024-05-02 verdelettrica name Verdelettrica -> None (person one firm)",
        "2024-05-02 verdelettrica id verdelettrica -> None (person one firm)",
    ]
    split_company(db, "verdelettrica", "two firms", LATEST)
    group_cases(db, LATEST, decided="two firms")
    assert said(db, "verdelettrica")[-1] == "2024-05-03 verdelettrica id None -> verdelettrica (person two firms)"


def test_a_better_name_is_a_change_and_one_changed_back_is_none(db, read, make_action, rows):
    read("a", make_action("fr-cnil", "Shop"), published="2021-05-04")
    group_cases(db, DAY)
    db.execute("update companies set country = 'FR' where id = 'shop'")
    group_cases(db, LATER)
    db.execute("update companies set country = 'DE' where id = 'shop'")
    db.execute("update companies set country = 'FR' where id = 'shop'")
    group_cases(db, LATEST)
    assert said(db, "shop")[1:] == ["2024-05-02 shop country None -> FR (article id-a)"]
    assert rows("select count(*) from stale_company_states") == [(0,)]
    on = "select value from company_versions where company = 'shop' and field = 'country' and valid_from <= ?1 and (valid_to is null or valid_to > ?1)"  # noqa: E501
    assert rows(on, "2024-05-01T13:00:00Z") == [(None,)]
    assert rows(on, "2024-05-02T13:00:00Z") == [("FR",)]
