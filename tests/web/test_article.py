"""The page of an article: its text only where that may be shown, its marks, and what was read from it."""

import pytest
from sqlite_utils import Database

from dpawatch.web.pages.article import mark_text

QUOTE = "Le 21 janvier 2019, la CNIL a prononcé une sanction."


def words(element):
    return " ".join(element.get_text(" ").replace("\u00a0", " ").split())


def mention(start, end, kind="company"):
    return {"start": start, "end": end, "kind": kind, "entity": "x", "role": None}


@pytest.fixture
def marked(tmp_path, database_path, get_from):
    """Return `get` of a copy with a source of each kind of reuse, and marks."""
    path = tmp_path / "marked.db"
    path.write_bytes(database_path.read_bytes())
    db = Database(path)
    text = db["articles"].get("good")["text"]
    at = text.index("CNIL")
    with db.conn:
        db["sources"].insert({"id": "open", "publisher": "fr-cnil", "format": "feed", "reuse": "open"})
        db["articles"].update("good", {"source": "open"})
        row = {"pipeline": "t", "kind": "regulator", "entity": "fr-cnil", "text": "CNIL", "start": at, "end": at + 4}
        db["mentions"].insert_all([row | {"article": "good"}, row | {"article": "appeal"}])
        google = text.index("Google")
        row = {
            "pipeline": "t",
            "kind": "company",
            "entity": "google",
            "text": "Google",
            "start": google,
            "end": google + 6,
        }
        db["mentions"].insert_all([row | {"article": "good"}, row | {"article": "appeal"}])
    db.close()
    return get_from([path])


def page_of(get, path):
    from bs4 import BeautifulSoup

    return BeautifulSoup(get(path).text, "html.parser")


def test_a_text_that_may_be_published_again_is_shown_whole_with_marks(marked, get):
    article = marked("/article/good.json").json()
    assert article["whole"]
    assert article["text"] == get("/privacy/articles/good.json?_shape=array").json()[0]["text"]
    page = page_of(marked, "/article/good")
    text = page.select_one(".text")
    assert text.get_text().strip() == article["text"]
    assert [(mark.get_text(), mark.parent["href"]) for mark in text.select("mark")] == [
        ("CNIL", "/regulator/fr-cnil"),
        ("Google", "/company/google"),
    ]
    assert "".join(part.get_text() for part in text.select(".sentence")) == QUOTE


def test_of_the_press_only_the_sentences_that_prove_something_are_shown(marked):
    article = marked("/article/appeal.json").json()
    assert (article["whole"], article["text"]) == (False, "Google fera appel.")
    assert [(m["entity"], m["start"], m["end"]) for m in article["mentions"]] == [("google", 0, 6)]
    page = page_of(marked, "/article/appeal")
    assert page.select_one(".text").get_text().strip() == "Google fera appel."
    assert "Préface" not in page.get_text()


def test_without_evidence_nothing_of_the_press_is_shown(get, soup):
    article = get("/article/long.json").json()
    assert (article["text"], article["mentions"]) == ("", [])
    assert "its text belongs to its publisher" in words(soup("/article/long"))


def test_an_excerpt_is_short_however_long_its_sentences_are(tmp_path, database_path, get_from):
    path = tmp_path / "long.db"
    path.write_bytes(database_path.read_bytes())
    db = Database(path)
    with db.conn:
        db["action_evidence"].insert({"action": "long-1", "start": 0, "end": 10_000})
    db.close()
    get = get_from([path])
    article = get("/article/long.json").json()
    assert 0 < len(article["text"]) <= 500
    assert all(len(quote) <= 500 for action in article["actions"] for quote in action["evidence"])


def test_what_was_read_and_where_else_it_stands(soup):
    page = soup("/article/good")
    reading = words(page.select_one(".reading"))
    assert reading.startswith("Decided, 21 January 2019 , by French authority , USD 50,000,000, fine, legal basis")
    hrefs = {a["href"] for a in page.select("main a[href]")}
    assert {
        "/case/fr-cnil-2019-google",
        "/article/appeal",
        "https://cnil.example/google",
        "/article/good.json",
    } <= hrefs
    assert "the earliest" in words(soup("/article/appeal").select_one('section[aria-labelledby="copies"]'))


@pytest.mark.parametrize(
    ("mentions", "evidence", "pieces"),
    [
        ([], [], [("abcdefghij", False, False)]),
        ([mention(2, 4)], [], [("ab", False, False), ("cd", True, False), ("efghij", False, False)]),
        ([mention(0, 10)], [(0, 10)], [("abcdefghij", True, True)]),
        ([mention(0, 3), mention(2, 8)], [], [("ab", False, False), ("cdefgh", True, False), ("ij", False, False)]),
        (
            [mention(0, 4)],
            [(2, 6)],
            [("ab", True, False), ("cd", True, True), ("ef", False, True), ("ghij", False, False)],
        ),
        # a measure gives way to the name in it
        (
            [mention(0, 8, "sanction"), mention(1, 3)],
            [],
            [("a", False, False), ("bc", True, False), ("defgh", True, False), ("ij", False, False)],
        ),
        ([mention(8, 99)], [(9, 99)], [("abcdefgh", False, False), ("i", True, False), ("j", True, True)]),
    ],
)
def test_marks_cut_a_text_into_pieces_that_make_it_again(mentions, evidence, pieces):
    article = {"text": "abcdefghij", "mentions": mentions, "evidence": evidence}
    found = [(piece["text"], piece["mention"] is not None, piece["proof"]) for piece in mark_text(article)]
    assert found == pieces
