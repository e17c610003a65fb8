"""Which company a name stands for: by the data, by aliases, by slips; the same in any order, and undone when its reason is gone."""

import random

import pytest

from db.analyses import store_analysis
from db.articles import store_article
from db.companies.known import store_groups
from nlp.models import Company

SPELLINGS = [
    "Vodafone España, S.A.U.", "Vodafone España S.A.U.", "VODAFONE ESPAÑA, S.A.U.", "Vodafone Espana SAU",
    "Vodafone España, S.A.U", "Vodafone España", "Vodafone Spain", "Vodafone Espagne", "Vodafone Spanien",
    "VODAFONE ESPAÑA, S.A. (Unipersonal)", "Vodafone España, Sociedad Anónima Unipersonal", "Vodafone España S. A. U.",
    "“Vodafone Spagna”",
]  # fmt: skip


@pytest.fixture
def read_text(db, make_article, make_action, make_analysis, now):
    """Return a function that stores an article whose companies stand in its text as given: name -> its spellings."""

    def read(key, text, companies, *respondents, evidence=((0, 4),), **changes):
        found = []
        for name, spellings in companies.items():
            spans = tuple((text.index(s), text.index(s) + len(s)) for s in spellings)
            found.append(Company(name.lower(), name, "respondent", spans))
        action = make_action("fr-cnil", *respondents, amount="1000", decision_date="2024-01-10", evidence=evidence)
        article = make_article(key, text=text)
        store_article(db, article)
        analysis = make_analysis(action, companies=tuple(found), **changes)
        assert store_analysis(db, article.id, text, analysis, now)

    return read


def test_thirteen_spellings_are_one_company_of_one_group(db, groups, report, settle, rows):
    for number, name in enumerate(SPELLINGS):
        report(f"a{number}", name)
    settle()
    assert rows("select distinct company from action_respondents") == [("vodafone-espana",)]
    assert rows("select count(distinct action) from action_respondents") == [(13,)]
    assert rows("select name, parent, country from companies where id = 'vodafone-espana'") == [
        ("Vodafone España", "vodafone", "ES")
    ]


def test_spellings_without_any_data_are_one_company_too(report, settle, rows):
    for number, name in enumerate(SPELLINGS):
        report(f"a{number}", name)
    settle()
    assert rows("select id, name, parent from companies") == [("vodafone-spain", "Vodafone Spain", None)]


MEMBERS = [
    # two companies of one group
    ("Meta Platforms Ireland Limited", "meta-platforms-ireland", "meta"),
    ("WhatsApp Ireland Ltd.", "whatsapp-ireland", "meta"),
    # a name it had before
    ("Facebook Ireland Limited", "meta-platforms-ireland", "meta"),
    ("Facebook, Inc.", "meta", None),
    # the group's name and a country that the data has no company for
    ("Vodafone România", "vodafone-romania", "vodafone"),
    ("Facebook Norge AS", "meta-norway", "meta"),
    ("WhatsApp Norge", "whatsapp-norway", "meta"),
    # a word for a group
    ("Facebook-Konzern", "meta", None),
    ("Grupo Vodafone", "vodafone", None),
    # the form alone tells the member from the group
    ("Vodafone GmbH", "vodafone-germany", "vodafone"),
    ("Vodafone plc", "vodafone", None),
    # a longer name is another company
    ("Vodafone Rosso", "vodafone-rosso", None),
]


@pytest.mark.parametrize(("name", "company", "parent"), MEMBERS)
def test_names_stand_for_members_of_groups(groups, report, settle, rows, name, company, parent):
    report("a", name)
    settle()
    assert rows("select company, parent from action_respondents join companies on id = company") == [(company, parent)]


def test_the_group_of_a_text_is_the_member_that_its_evidence_names(groups, read_text, rows):
    text = "Meta was fined. The fine on Meta Platforms Ireland is large. WhatsApp Ireland pays nothing."
    spellings = {"Meta": ["Meta", "Meta Platforms Ireland"]}
    read_text("a", text, spellings, "Meta", evidence=((16, 60),))
    read_text("b", text, spellings, "Meta", evidence=((0, 15),))
    assert rows("select action, company from action_respondents order by 1") == [
        ("id-a-1", "meta-platforms-ireland"),
        ("id-b-1", "meta"),
    ]
    assert rows("select entity, text from mentions where kind = 'company' and article = 'id-a' order by start") == [
        ("meta", "Meta"),
        ("meta-platforms-ireland", "Meta Platforms Ireland"),
    ]


def test_the_group_of_a_text_is_the_member_that_it_introduces_so(groups, read_text, rows):
    text = "Meta Platforms Ireland Limited ('Meta') erred. Then Meta was fined."
    read_text("a", text, {"Meta": ["Meta Platforms Ireland Limited"]}, "Meta", evidence=((47, 67),))
    assert rows("select company from action_respondents") == [("meta-platforms-ireland",)]
    assert rows('select alias, key, start, "end" from company_aliases') == [("meta", "meta platforms ireland", 33, 37)]


def test_an_alias_stands_for_the_one_company_it_is_introduced_for(report, read_text, settle, rows):
    report("a", "RVI")
    assert settle() == {"rvi": "rvi"}
    text = 'Radio Verde Italiana S.p.A. ("RVI") was fined.'
    read_text(
        "b", text, {"Radio Verde Italiana S.p.A.": ["Radio Verde Italiana S.p.A."]}, "Radio Verde Italiana S.p.A."
    )
    assert settle() == {"radio verde italiana": "radio-verde-italiana", "rvi": "radio-verde-italiana"}
    assert rows("select distinct company from action_respondents") == [("radio-verde-italiana",)]
    assert rows("select kept, merged, cause, why from company_merges") == [
        ("radio-verde-italiana", "rvi", "rule", "article id-b calls radio verde italiana by this name in brackets")
    ]
    assert rows("select old_id, company from company_redirects") == [("rvi", "radio-verde-italiana")]
    # introduced for a second one, it is neither
    text = 'Rosso Verde International ("RVI") was fined.'
    read_text("c", text, {"Rosso Verde International": ["Rosso Verde International"]}, "Rosso Verde International")
    assert settle()["rvi"] == "rvi"
    assert rows("select count(*) from company_merges") == [(0,)]
    assert rows("select count(*) from company_redirects") == [(0,)]


def test_an_alias_of_another_authority_s_company_is_none(report, read_text, settle):
    report("a", "RVI", regulator="gb-ico")
    text = 'Radio Verde Italiana S.p.A. ("RVI") was fined.'
    read_text(
        "b", text, {"Radio Verde Italiana S.p.A.": ["Radio Verde Italiana S.p.A."]}, "Radio Verde Italiana S.p.A."
    )
    assert settle()["rvi"] == "rvi"


def test_an_alias_does_not_take_a_known_name(groups, read_text, settle, rows):
    text = "Verde Holding SA («Meta») was fined."
    read_text("a", text, {"Verde Holding SA": ["Verde Holding SA"]}, "Verde Holding SA")
    settle()
    assert rows("select company from company_names where key = 'meta'") == [("meta",)]


def test_a_slip_with_the_same_act_is_one_company(report, settle, rows):
    report("a", "Free Mobile")
    report("b", "Free Mobile")
    report("c", "Freee Mobile")
    assert settle() == {"free mobile": "free-mobile", "freee mobile": "free-mobile"}
    ((kept, merged, cause, why, score),) = rows("select kept, merged, cause, why, score from company_merges")
    assert (kept, merged, cause) == ("free-mobile", "freee-mobile", "rule")
    assert why == "one slip from free mobile, and fr-cnil imposed 1000 EUR on both (articles id-c and id-a)"
    assert 0.9 < score < 1
    assert rows("select name from companies") == [("Free Mobile",)]
    assert rows("select action from stale_actions order by 1") == [("id-a-1",), ("id-b-1",), ("id-c-1",)]


APART = [
    # another sum, another authority: nothing says that the two are one
    ({"amount": "2000"}, "Freee Mobile"),
    ({"regulator": "gb-ico"}, "Freee Mobile"),
    # the same act, but names that are words of their own
    ({}, "Fred Mobile"),
    ({}, "Free Mobility"),
]


@pytest.mark.parametrize(("changes", "name"), APART)
def test_similar_firms_stay_two(report, settle, rows, changes, name):
    report("a", "Free Mobile")
    report("b", name, **changes)
    assert len(set(settle().values())) == 2
    assert rows("select count(*) from company_merges") == [(0,)]


@pytest.mark.parametrize("names", [("Banca Sella", "Banca Stella"), ("Alfa Telecom", "Alpha Telecom")])
def test_firms_whose_names_differ_in_a_letter_stay_two(report, settle, names):
    for number, name in enumerate(names):
        report(f"a{number}", name)
    assert len(set(settle().values())) == 2


@pytest.mark.parametrize(("day", "companies"), [("2024-01-17", 1), ("2024-01-31", 2)])
def test_a_slip_needs_one_day_when_both_reports_state_theirs(read, make_action, report, settle, day, companies):
    report("a", "Free Mobile")
    read("b", make_action("fr-cnil", "Freee Mobile", amount="1000", decision_date=day))
    assert len(set(settle().values())) == companies


def test_an_article_that_names_both_tells_them_apart(report, settle):
    report("a", "Televisione Verde")
    report("b", "Televisioni Verde")
    assert len(set(settle().values())) == 1
    report("c", "Televisione Verde", "Televisioni Verde")
    assert len(set(settle().values())) == 2


def test_two_firms_of_one_text_that_their_forms_tell_apart_are_two(report, settle):
    report("a", "Rosso s.r.l.", "Rosso s.r.l.s.")
    assert settle() == {"rosso srl": "rosso-srl", "rosso srls": "rosso-srls"}


def test_a_name_with_its_form_and_without_is_one_in_one_text(report, settle):
    report("a", "Rosso Mobile SA", "Rosso Mobile")
    assert settle() == {"rosso mobile": "rosso-mobile"}


def dump(db):
    tables = {
        "companies": "id, name, kind, country, parent, origin", "company_names": "key, company, name, origin, why",
        "company_merges": "kept, merged, cause, why, score", "action_respondents": "*", "company_aliases": "*",
        "mentions": "article, entity, name_key", "company_redirects": "old_id",
    }  # fmt: skip
    return {t: sorted(db.execute(f"select {columns} from {t}").fetchall(), key=repr) for t, columns in tables.items()}


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_articles_does_not_matter(groups, report, settle, empty_copy, seed):
    articles = [
        *((f"v{number}", name) for number, name in enumerate(SPELLINGS)),
        ("f1", "Free Mobile"), ("f2", "Freee Mobile"), ("f3", "Freee Mobile SA"), ("f4", "FreeMobile"),
        ("m1", "Meta Ireland"), ("m2", "WhatsApp Ireland"), ("m3", "Vodafone Norge"), ("m4", "Vodafone"),
        ("t1", "Televisione Verde"), ("t2", "Televisioni Verde"), ("t3", "Televisiono Verde"), ("b1", "Banca Sella"),
        ("b2", "Banca Stella"),
    ]  # fmt: skip
    shuffled = random.Random(seed).sample(articles, len(articles))
    ones, others = empty_copy(), empty_copy()
    for database, order in ((ones, articles), (others, shuffled)):
        late = seed % 2 and database is others
        if not late:
            store_groups(database, groups)
        for at, (key, name) in enumerate(order):
            report(key, name, into=database)
            if database is others and at % 3 == 0:
                settle(database)
        if late:
            store_groups(database, groups)
        settle(database)
    found, expected = dump(others), dump(ones)
    for table in ("company_redirects",):  # what an id once was depends on when it was made
        found.pop(table), expected.pop(table)
    assert found == expected


def test_a_name_that_no_text_has_any_more_is_forgotten(db, report, settle, rows):
    report("a", "Free Mobile")
    report("b", "Freee Mobile")
    report("c", "Freee Mobile")
    settle()
    assert rows("select id from companies") == [("freee-mobile",)]
    db.execute("delete from articles where id in ('id-b', 'id-c')")
    assert settle() == {"free mobile": "free-mobile"}
    assert rows("select id, name from companies") == [("free-mobile", "Free Mobile")]
    assert rows("select count(*) from company_merges") == [(0,)]
    db.execute("delete from articles")
    assert settle() == {}
    assert rows("select count(*) from company_spellings") == [(0,)]


def test_a_second_call_writes_nothing(db, groups, report, settle):
    report("a", "Free Mobile")
    report("b", "Freee Mobile")
    settle()
    before = db.conn.total_changes
    settle()
    store_groups(db, groups)
    assert db.conn.total_changes == before


def test_data_that_changes_moves_names(db, groups, report, settle, rows):
    report("a", "Vodafone Norge")
    report("b", "Vodafone España")
    settle()
    store_groups(db, groups[:1])
    assert settle() == {"vodafone norway": "vodafone-norway", "vodafone spain": "vodafone-spain"}
    assert rows("select id, parent from companies where id like 'vodafone%' order by 1") == [
        ("vodafone-norway", None),
        ("vodafone-spain", None),
    ]
    store_groups(db, groups)
    settle()
    assert rows("select company, parent from action_respondents join companies on id = company order by 1") == [
        ("vodafone-espana", "vodafone"),
        ("vodafone-norway", "vodafone"),
    ]
