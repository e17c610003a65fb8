"""What reading a text gave, as rows: complete, replaced as a whole, the same when repeated."""

from decimal import Decimal

import pytest

from db.analyses import count_waiting, store_analysis, store_failed_analysis, waiting_articles
from db.articles import store_article
from nlp.models import Amount, Company, DateMention, Happening, Provision, Regulator, Sanction

TEXT = "CNIL fined Shop €20m on 3 May 2021 under Article 32 GDPR."
TABLES = [
    "mentions", "actions", "action_evidence", "action_happenings", "action_respondents", "action_provisions", "action_sanctions",
    "action_violations", "companies", "provisions",
]  # fmt: skip


@pytest.fixture
def full(make_action, make_analysis):
    action = make_action(
        "fr-cnil",
        "Shop",
        amount="20000000",
        provisions=("GDPR:32", "GDPR:5(1)(f)"),
        sanctions=("fine", "reprimand"),
        violations=("security",),
        decision_date="2021-05-03",
        evidence=((0, 57), (5, 10)),
        happenings=(Happening("complaint", "2020", (0, 57)), Happening("paid", None, (11, 15))),
        fx_rate=Decimal("1"),
        fx_date="2021-05-03",
    )
    return make_analysis(
        action,
        regulators=(Regulator("fr-cnil", "CNIL", ((0, 4),)),),
        companies=(Company("shop", "Shop", "respondent", ((11, 15),)),),
        provisions=(Provision("GDPR:32", "violated", ((41, 56),)),),
        amounts=(Amount(Decimal("20000000"), "EUR", ((16, 20),)),),
        sanctions=(Sanction("fine", ((5, 10),)),),
        dates=(DateMention("2021-05-03", ((24, 34),)),),
    )


@pytest.fixture
def stored(db, make_article):
    store_article(db, make_article("a", text=TEXT))
    return "id-a"


def test_every_mention_is_stored_with_its_words(db, stored, full, rows, now):
    assert store_analysis(db, stored, TEXT, full, now)
    assert rows('select kind, entity, role, start, "end", text, pipeline from mentions order by start') == [
        ("regulator", "fr-cnil", None, 0, 4, "CNIL", "rules-1"),
        ("sanction", "fine", None, 5, 10, "fined", "rules-1"),
        ("company", "shop", "respondent", 11, 15, "Shop", "rules-1"),
        ("amount", "EUR 20000000", None, 16, 20, "€20m", "rules-1"),
        ("date", "2021-05-03", None, 24, 34, "3 May 2021", "rules-1"),
        ("provision", "GDPR:32", "violated", 41, 56, "Article 32 GDPR", "rules-1"),
    ]


def test_an_action_is_stored_with_everything_it_links_to(db, stored, full, rows, now):
    store_analysis(db, stored, TEXT, full, now)
    assert rows(
        """select id, position, regulator, status, amount, currency, amount_eur, fx_rate, fx_date, decision_date,
        background, confidence, evidence_start, evidence_end from actions"""
    ) == [
        ("id-a-1", 1, "fr-cnil", "decided", 20_000_000, "EUR", 20_000_000, 1, "2021-05-03", "2021-05-03", 0, 0.9, 0, 57)
    ]
    assert rows("select company from action_respondents") == [("shop",)]
    # the role is the one the text gives the provision; one that stands in the action alone is cited
    assert rows("select provision, role from action_provisions order by 1") == [
        ("GDPR:32", "violated"),
        ("GDPR:5(1)(f)", "cited"),
    ]
    assert rows("select sanction from action_sanctions order by 1") == [("fine",), ("reprimand",)]
    assert rows("select violation from action_violations") == [("security",)]
    assert rows('select start, "end" from action_evidence order by 1') == [(0, 57), (5, 10)]
    assert rows('select kind, date, start, "end" from action_happenings order by 1') == [
        ("complaint", "2020", 0, 57),
        ("paid", None, 11, 15),
    ]
    assert rows("select pipeline, analysed, is_enforcement, relevance from articles") == [
        ("rules-1", "2024-05-01T12:00:00Z", 1, 0.9)
    ]


def test_whole_amounts_are_integers_and_others_real(db, read, make_action, rows):
    read("a", make_action("fr-cnil", "Shop", amount="60000.00"), make_action("fr-cnil", "Shop", amount="1234.56"))
    assert rows("select amount, typeof(amount) from actions order by position") == [
        (60_000, "integer"),
        (1234.56, "real"),
    ]


def test_repeating_an_analysis_leaves_the_same_rows(db, stored, full, rows, now):
    store_analysis(db, stored, TEXT, full, now)
    sql = {t: f"select * from {t} order by 1, 2" for t in TABLES if t != "mentions"}
    sql["mentions"] = 'select article, kind, entity, role, start, "end", text from mentions order by 5, 2'
    before = {table: rows(query) for table, query in sql.items()}
    store_analysis(db, stored, TEXT, full, now)
    assert {table: rows(query) for table, query in sql.items()} == before


def test_a_new_analysis_replaces_the_old_one(db, stored, full, make_analysis, rows, now):
    store_analysis(db, stored, TEXT, full, now)
    store_analysis(db, stored, TEXT, make_analysis(pipeline="rules-2", is_enforcement=False), now)
    assert {t: rows(f"select count(*) from {t}")[0][0] for t in TABLES[:7]} == dict.fromkeys(TABLES[:7], 0)
    assert rows("select pipeline, is_enforcement from articles") == [("rules-2", 0)]


def test_an_analysis_of_a_text_that_has_changed_is_not_stored(db, stored, full, make_article, rows, now):
    store_article(db, make_article("a", text="Another text", content_hash="new"))
    assert not store_analysis(db, stored, TEXT, full, now)
    assert rows("select count(*) from actions") == [(0,)]
    assert rows("select pipeline from articles") == [(None,)]


def test_what_only_a_title_says_has_no_evidence(db, read, make_action, rows):
    read("a", make_action("fr-cnil", "Shop", evidence=()))
    assert rows("select evidence_start, evidence_end from actions") == [(None, None)]


def test_a_respondent_only_the_title_names_is_linked_by_its_slug(db, read, make_action, rows):
    read("a", make_action("fr-cnil", "Café Noir"), companies=())
    assert rows("select company, name from action_respondents join companies on id = company") == [
        ("cafe-noir", "Café Noir")
    ]


@pytest.mark.parametrize("names", [("Google LLC", "Google"), ("Google", "Google LLC"), ("GOOGLE", "Google")])
def test_of_two_spellings_the_same_one_is_kept_in_any_order(db, read, make_action, rows, names):
    for number, name in enumerate(names):
        read(f"a{number}", make_action(), companies=(Company("google", name, "mentioned", ((0, 4),)),))
    assert rows("select name from companies where id = 'google'") == [("Google",)]


def test_an_analysis_that_cannot_be_stored_leaves_the_old_one(db, stored, full, make_action, make_analysis, rows, now):
    store_analysis(db, stored, TEXT, full, now)
    unknown = make_analysis(make_action("xx-unknown", "Shop"), pipeline="rules-2")
    with pytest.raises(Exception, match="FOREIGN KEY"):
        store_analysis(db, stored, TEXT, unknown, now)
    assert rows("select pipeline from articles") == [("rules-1",)]
    assert rows("select regulator from actions") == [("fr-cnil",)]


def test_articles_wait_until_this_version_has_read_them(db, make_article, make_analysis, read, now):
    read("old", pipeline="rules-0")
    read("same", pipeline="rules-1")
    read("newer", pipeline="rules-2")
    store_article(db, make_article("unread"))
    waiting = [d.id for d in waiting_articles(db, "rules-1")]
    assert sorted(waiting) == ["id-newer", "id-old", "id-unread"]
    assert count_waiting(db, "rules-1") == 3
    assert len(list(waiting_articles(db, "rules-1", all=True))) == 4


def test_an_article_that_cannot_be_read_waits_for_the_next_version(db, stored, rows, now):
    store_failed_analysis(db, stored, "rules-1", "ValueError: odd", now)
    assert list(waiting_articles(db, "rules-1")) == []
    assert [d.id for d in waiting_articles(db, "rules-2")] == [stored]
    assert rows("select analysis_error from articles") == [("ValueError: odd",)]


def test_storing_while_iterating_meets_every_article_once(db, make_article, make_analysis, now):
    """More articles than one batch, of three versions, stored as they come or left where they are."""
    for number in range(450):
        store_article(db, make_article(f"{number:03}"))
        if number % 3:
            analysis = make_analysis(pipeline=f"rules-{number % 3 * 5}")
            store_analysis(db, f"id-{number:03}", f"Text of {number:03}.", analysis, now)
    met = []
    for number, document in enumerate(waiting_articles(db, "rules-7")):
        met.append(document.id)
        if number % 2:
            store_analysis(db, document.id, document.text, make_analysis(pipeline="rules-7"), now)
    assert sorted(met) == [f"id-{number:03}" for number in range(450)]


def test_documents_carry_what_the_reader_needs(db, make_article):
    from datetime import UTC, datetime

    store_article(db, make_article("a", published=datetime(2024, 1, 2, tzinfo=UTC), publisher="fr-cnil", lang="fr"))
    (document,) = waiting_articles(db, "rules-1")
    assert (document.id, document.text, document.title) == ("id-a", "Text of a.", "Title a")
    assert (document.lang, document.published, document.publisher) == ("fr", "2024-01-02T00:00:00Z", "fr-cnil")
