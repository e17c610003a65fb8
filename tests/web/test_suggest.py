"""Names in the search: companies, regulators, provisions, and what is suggested while somebody types."""

from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from sqlite_utils import Database

MARKUP = '<script>alert("x")</script>'
ENTITIES = [
    ("company", "google", "Google", "Google; Google Search", "US", 1),
    ("company", "google-belgium", "Google Belgium", "Google Belgium", "BE", 9),
    ("company", "l-oreal", "L'Oréal", "L'Oréal", "FR", 1),
    ("company", "c-a", "C&A", "C&A", None, 0),
    ("company", "evil", MARKUP + "\u202e", MARKUP, None, 1),
    ("law", "GDPR", "General Data Protection Regulation", "GDPR", "EU", 2),
    ("provision", "GDPR:12", "Transparent information", "GDPR:12; General Data Protection Regulation", "EU", 2),
    ("provision", "GDPR:12(1)", "GDPR:12(1)", "GDPR:12(1); General Data Protection Regulation", "EU", 1),
    ("regulator", "fr-cnil", "French authority", "CNIL; Commission nationale; fr-cnil", "FR", 3),
]


@pytest.fixture(scope="module")
def named(database_path, tmp_path_factory):
    path = tmp_path_factory.mktemp("named") / "named.db"
    path.write_bytes(database_path.read_bytes())
    db = Database(path)
    with db.conn:
        if "entities" not in db.table_names():
            db.execute("create table entities (kind text, id text, name text, names text, country text, cases integer)")
            db.execute(
                """create virtual table entities_fts using fts5(
                    name, names, content='entities', tokenize='unicode61 remove_diacritics 2')"""
            )
        db.execute("delete from entities")
        columns = ("kind", "id", "name", "names", "country", "cases")
        db["entities"].insert_all(dict(zip(columns, row, strict=True)) for row in ENTITIES)
        db.execute("insert into entities_fts (entities_fts) values ('rebuild')")
    db.close()
    return path


@pytest.fixture
def ask(named, get_from):
    return get_from([named])


def suggested(ask, text):
    return [(s["kind"], s["id"]) for s in ask(f"/suggest?q={quote(text)}").json()["suggestions"]]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("google", ("company", "google")),  # the very name comes before what has more cases
        ("goo", ("company", "google-belgium")),
        ("go", ("company", "google-belgium")),
        ("google sea", ("company", "google")),  # by another name
        ("L'OREAL", ("company", "l-oreal")),
        ("l’oréal", ("company", "l-oreal")),
        ("C&A", ("company", "c-a")),
        ("cnil", ("regulator", "fr-cnil")),
        ("commission nat", ("regulator", "fr-cnil")),
        ("gdpr", ("provision", "GDPR")),
        ("GDPR:12", ("provision", "GDPR:12")),
        ("gdpr 12", ("provision", "GDPR:12")),
        ("Art. 12 GDPR", ("provision", "GDPR:12")),
        ("§ 12 gdpr", ("provision", "GDPR:12")),
        ("GDPR:12(1)", ("provision", "GDPR:12(1)")),
        ("transparent", ("provision", "GDPR:12")),
    ],
)
def test_the_likeliest_is_suggested_first(ask, text, first):
    assert suggested(ask, text)[0] == first


def test_cases_are_suggested_too_and_every_suggestion_has_a_page(ask):
    suggestions = ask("/suggest?q=google").json()["suggestions"]
    assert ("case", "fr-cnil-2019-google") in [(s["kind"], s["id"]) for s in suggestions]
    assert {s["address"]: ask(s["address"]).status_code for s in suggestions if s["id"] != "google-belgium"} == {
        "/company/google": 200,
        "/case/fr-cnil-2019-google": 200,
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "g",
        '"',
        "*",
        "AND",
        "NEAR(a",
        "c a'; drop table",
        "\x00\x00",
        "🦊",
        "x" * 5000,
        "%",
        "ed\ud7ff",
        "art. art.",
        "§",
    ],
)
def test_nothing_typed_is_an_error(ask, text):
    answer = ask(f"/suggest?q={quote(text)}")
    assert answer.status_code == 200
    assert isinstance(answer.json()["suggestions"], list)


@pytest.mark.parametrize("query", ["", "?q=%ED%A0%80", "?q=%FF", "?x=1"])
def test_odd_query_strings_suggest_nothing(ask, query):
    assert ask(f"/suggest{query}").json()["suggestions"] == []


def test_a_search_finds_names_above_cases_and_articles(ask):
    page = BeautifulSoup(ask("/search?q=google").text, "html.parser")
    assert [a["href"] for a in page.select("section[aria-labelledby=company] a")] == [
        "/company/google",
        "/company/google-belgium",
    ]
    assert page.select_one('section[aria-labelledby=cases] a[href="/case/fr-cnil-2019-google"]')
    found = ask("/search.json?q=google").json()
    assert [company["id"] for company in found["companies"]] == ["google", "google-belgium"]
    assert [case["id"] for case in found["cases"]] == ["fr-cnil-2019-google"]
    assert {article["id"] for article in found["articles"]} == {"good", "appeal"}


@pytest.mark.parametrize(
    ("kind", "lists"),
    [
        ("case", {"cases"}),
        ("company", {"companies"}),
        ("article", {"articles"}),
        ("regulator", set()),
        ("nonsense", {"cases", "companies", "articles"}),
    ],
)
def test_a_search_can_be_for_one_kind(ask, kind, lists):
    found = ask(f"/search.json?q=google&kind={kind}").json()
    assert {key for key, rows in found.items() if isinstance(rows, list) and rows} == lists


@pytest.mark.parametrize(
    ("query", "cases"),
    [("country=FR", 1), ("country=GB", 0), ("year=2019&min=1m", 1), ("provision=GDPR:32", 0), ("year=nonsense", 1)],
)
def test_conditions_in_the_address_hold_for_cases(ask, query, cases):
    assert len(ask(f"/search.json?q=google&{query}").json()["cases"]) == cases


def test_conditions_hold_for_articles_where_they_can(ask):
    assert ask("/search.json?q=appel&lang=de").json()["articles"] == []
    assert len(ask("/search.json?q=appel&lang=fr&year=2019").json()["articles"]) == 2
    assert ask("/search.json?q=appel&from=2020").json()["articles"] == []


def test_a_condition_of_a_search_can_be_taken_away(ask):
    page = BeautifulSoup(ask("/search?q=google&country=FR&kind=case").text, "html.parser")
    assert [a["href"] for a in page.select(".chips a")] == ["/search?q=google&kind=case"]
    assert page.select_one('a[href="/cases?q=google&country=FR"]')


def test_names_are_text(ask):
    page = BeautifulSoup(ask("/search?q=alert").text, "html.parser")
    assert MARKUP in page.select_one("section[aria-labelledby=company]").get_text()
    assert [script.get("src") for script in page.select("script")] == ["/-/static-plugins/dpawatch/suggest.js"]
    assert ask("/suggest?q=alert").headers["content-type"].startswith("application/json")


def test_a_database_without_an_index_of_names_is_searched_all_the_same(tmp_path, named, get_from):
    path = tmp_path / "old.db"
    path.write_bytes(named.read_bytes())
    db = Database(path)
    db.execute("drop table entities_fts")
    db.close()
    found = get_from([path])("/search.json?q=google").json()
    assert (found["companies"], len(found["cases"])) == ([], 1)
