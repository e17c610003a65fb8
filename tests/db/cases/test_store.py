"""Cases as rows: their ids, what they say, and that neither order nor repetition matters."""

import random
from datetime import UTC, datetime

import pytest

from db.cases.store import group_cases as group_cases_at
from nlp.models import Happening

TABLES = [
    "cases", "case_articles", "case_actions", "case_companies", "case_provisions", "case_sanctions", "case_violations", "case_events",
    "case_contradictions",
]  # fmt: skip


NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


def group_cases(db, rebuild=False):
    return group_cases_at(db, NOW, rebuild)


def dump(db):
    return {table: sorted(map(repr, db.execute(f"select * from {table}"))) for table in TABLES}


@pytest.fixture
def life(make_action):
    """Three articles of one matter, one of another, in the order of publication."""
    fine = {"amount": "50000000", "provisions": ("GDPR:5(1)(a)", "GDPR:32"), "decision_date": "2019-01-21"}
    return [
        ("a", [make_action("fr-cnil", "Google LLC", **fine)], "2019-01-22"),
        ("b", [make_action("fr-cnil", "Google LLC", amount="50000000", decision_date="2019-01")], "2019-01-25"),
        (
            "c",
            [
                make_action("fr-cnil", "Google LLC", status="annulled", sanctions=("fine-annulled",)),
                make_action("gb-ico", "Shop Ltd", sanctions=("reprimand",), evidence=()),
            ],
            "2020-06-19",
        ),
    ]


def test_a_case_says_what_happened(db, read, life, rows):
    for key, actions, published in life:
        read(key, *actions, published=published)
    assert group_cases(db) == {"cases": 2, "new": 2, "changed": 0, "removed": 0}
    columns = """id, regulator, title, respondents, regulator_names, status, decided, annulled, amount, currency, amount_eur,
        first_seen, last_seen, articles"""
    assert rows(f"select {columns} from cases where id = 'fr-cnil-2019-google'") == [
        (
            "fr-cnil-2019-google",
            "fr-cnil",
            "CNIL fines Google LLC EUR 50,000,000 (2019, annulled)",
            "Google LLC",
            "CNIL; National Commission on Informatics; Commission nationale",
            "annulled",
            "2019-01-21",
            "2020-06-19",
            50_000_000,
            "EUR",
            50_000_000,
            "2019-01-22T00:00:00Z",
            "2020-06-19T00:00:00Z",
            3,
        )
    ]
    columns = 'article, date, date_origin, kind, action, start, "end", amount, currency, rank, told_by'
    assert rows(f"select {columns} from case_events where case_id like 'fr%' order by date") == [
        ("id-a", "2019-01-21", "stated", "decided", "id-a-1", 0, 4, 50_000_000, "EUR", 0, 2),
        ("id-c", "2020-06-19", "published", "annulled", "id-c-1", 0, 4, None, None, 0, 1),
    ]
    assert rows("select provision, role from case_provisions order by 1") == [
        ("GDPR:32", "violated"),
        ("GDPR:5(1)(a)", "violated"),
    ]
    assert rows("select case_id from case_articles where article = 'id-c' order by 1") == [
        ("fr-cnil-2019-google",),
        ("gb-ico-2020-shop",),
    ]
    assert rows("select title from cases where regulator = 'gb-ico'") == [("ICO reprimands Shop Ltd (2020)",)]


def test_cases_are_found_by_any_name_of_the_regulator(db, read, life, rows):
    for key, actions, published in life:
        read(key, *actions, published=published)
    group_cases(db)
    sql = "select id from cases where rowid in (select rowid from cases_fts(?))"
    assert rows(sql, "commission nationale google") == [("fr-cnil-2019-google",)]
    assert rows(sql, "shop") == [("gb-ico-2020-shop",)]


def test_order_of_arrival_does_not_matter_and_rebuilding_neither(db, read, life, empty_copy):
    for key, actions, published in life:
        read(key, *actions, published=published)
        group_cases(db)
    expected = dump(db)
    assert group_cases(db, rebuild=True)["cases"] == 2
    assert dump(db) == expected
    for seed in range(5):
        other = empty_copy()
        shuffled = life[:]
        random.Random(seed).shuffle(shuffled)
        for key, actions, published in shuffled:
            read(key, *actions, published=published, into=other)
        group_cases(other)
        assert dump(other) == expected


def test_a_second_call_writes_nothing(db, read, life):
    for key, actions, published in life:
        read(key, *actions, published=published)
    group_cases(db)
    before = db.conn.total_changes
    assert group_cases(db) == {"cases": 2, "new": 0, "changed": 0, "removed": 0}
    assert db.conn.total_changes == before


def test_a_case_whose_articles_are_gone_disappears(db, read, life, rows):
    for key, actions, published in life:
        read(key, *actions, published=published)
    group_cases(db)
    db.execute("delete from articles where id in ('id-a', 'id-b', 'id-c')")
    assert group_cases(db) == {"cases": 0, "new": 0, "changed": 0, "removed": 2}
    assert {table: rows(f"select count(*) from {table}")[0][0] for table in TABLES} == dict.fromkeys(TABLES, 0)
    assert rows("select count(*) from companies") == [(0,)]
    assert rows("select count(*) from cases_fts where cases_fts match 'google'") == [(0,)]


def test_background_is_no_case(db, read, make_action):
    read("a", make_action("fr-cnil", "Shop", background=True))
    assert group_cases(db)["cases"] == 0


def test_what_only_a_title_says_is_an_event_without_a_quote(db, read, make_action, rows):
    read("a", make_action("fr-cnil", "Shop", evidence=()))
    group_cases(db)
    assert rows('select kind, start, "end" from case_events') == [("decided", None, None)]


IDS = [
    # the year of the decision, however late the article
    (["fr-cnil", "Clearview AI"], {"decision_date": "2021-12"}, "2022-01-05", "fr-cnil-2021-clearview-ai"),
    # else the year of first publication
    (["fr-cnil", "Clearview AI"], {}, "2022-01-05", "fr-cnil-2022-clearview-ai"),
    # else none: when the page was fetched says nothing
    (["fr-cnil", "Clearview AI"], {}, None, "fr-cnil-undated-clearview-ai"),
    # nobody named
    (["fr-cnil"], {"decision_date": "2021"}, None, "fr-cnil-2021-unknown"),
    # no regulator named
    ([None, "Clearview AI"], {"decision_date": "2021"}, None, "unknown-2021-clearview-ai"),
    # a name that would fill a line
    (["fr-cnil", "Shop " * 30], {"decision_date": "2021"}, None, "fr-cnil-2021-" + "-".join(["shop"] * 12)),
]


@pytest.mark.parametrize(("parties", "fields", "published", "expected"), IDS)
def test_ids_are_readable(db, read, make_action, rows, parties, fields, published, expected):
    action = make_action(*[p and p.strip() for p in parties], **fields)
    read("a", action, published=published)
    group_cases(db)
    assert rows("select id from cases") == [(expected,)]


def test_of_equal_ids_the_later_has_the_day_of_its_first_act(db, read, make_action, rows):
    read("later", make_action("fr-cnil", "Shop", amount="900", decision_date="2021-11-03"), published="2021-11-03")
    read("first", make_action("fr-cnil", "Shop", amount="100", decision_date="2021-01-03"), published="2021-01-03")
    group_cases(db)
    assert rows("select id, amount from cases order by id") == [
        ("fr-cnil-2021-shop", 100),
        ("fr-cnil-2021-shop-1103", 900),
    ]


def test_a_contradiction_is_quoted_by_the_sentence_that_states_the_sum(db, read, make_action, rows):
    from decimal import Decimal

    from nlp.models import Amount

    def tell(key, amount, spans, **changes):
        action = make_action("fr-cnil", "Shop", amount=amount, evidence=((0, 4), (5, 7), (8, 10)))
        amounts = (Amount(Decimal(amount), "EUR", spans),)
        read(key, action, published="2021-05-03", amounts=amounts, **changes)

    tell("a", "20", ((5, 7),))
    tell("b", "20", ((8, 9),))
    # no mention of the sum: the most telling sentence
    tell("c", "25", ())
    tell("d", "30.5", ((8, 9),))
    group_cases(db)
    sql = """select value, article, start, "end", other_value, other_article, other_start, other_end
        from contradiction_quotes order by other_value"""
    assert rows(sql) == [
        ("EUR 20", "id-a", 5, 7, "EUR 25", "id-c", 0, 4),
        ("EUR 20", "id-a", 5, 7, "EUR 30.5", "id-d", 8, 10),
    ]


def test_dates_and_parties_are_quoted_by_their_sentence_too(db, read, make_action, rows):
    from nlp.models import Company, DateMention

    for key, day, name in (("a", "2021-05-03", "Shop"), ("b", "2021-05-03", "Shop"), ("c", "2021-05-07", "Shop")):
        action = make_action("fr-cnil", name, decision_date=day, evidence=((0, 4), (5, 9)))
        companies = (Company("shop", "Shop", "respondent", ((6, 8),)),)
        read(key, action, published="2021-05-08", dates=(DateMention(day, ((5, 9),)),), companies=companies)
    group_cases(db)
    assert rows("select field, value, start, other_value, other_start from contradiction_quotes") == [
        ("decided", "2021-05-03", 5, "2021-05-07", 5)
    ]


def test_a_happening_is_an_event_quoted_from_its_sentence(db, read, make_action, rows):
    happened = (Happening("complaint", "2018-05-25", (5, 9)), Happening("upheld", None, (10, 14)))
    read(
        "a",
        make_action("fr-cnil", "Shop", amount=50, decision_date="2019-01-21", happenings=happened),
        published="2024-05-01",
    )
    group_cases(db)
    assert rows('select kind, date, action, start, "end" from case_events order by date') == [
        ("complaint", "2018-05-25", "id-a-1", 5, 9),
        ("decided", "2019-01-21", "id-a-1", 0, 4),
        ("upheld", "2024-05-01", "id-a-1", 10, 14),
    ]
