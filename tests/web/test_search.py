"""Search: whatever is typed is looked for as words, and nothing of it is an error or markup."""

import shutil
from contextlib import closing
from urllib.parse import quote

import pytest

from db.schema import open_database
from dpawatch.web.database import fetch_rows
from dpawatch.web.matching import match_query, read_snippet

NASTY = [
    '"', '""', "*", "AND", "OR", "NOT", "NEAR", "NEAR(a b, 2)", "a AND", "(", ")", "((", "title:", "title : x", "{a b} : x",
    "C&A", "l'oréal", "^google", "goo*", "-google", "+google", "a + b", "x\x00y", "\x00", "'; drop table cases; --", "%", "_",
    "\\", "🦊", "  ", "شركة", "中文", "e\u0301", "x" * 10_000, "word " * 2_000, "<script>alert(1)</script>", "\ue000\ue001", ":", ";",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nothing_typed_is_an_error(get, text):
    answer = get(f"/search?q={quote(text)}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "path", ["/search", "/search?q=", "/search?q=%FF%FE", "/search?q=%ED%A0%80", "/search?q=a&q=b", "/search?x=1"]
)
def test_odd_query_strings_are_no_errors(get, path):
    assert get(path).status_code == 200


def found(soup, text, kind):
    headings = soup(f"/search?q={quote(text)}").select(f"section[aria-labelledby={kind}] h3")
    return [heading.get_text() for heading in headings]


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("google", "CNIL fines Google"),
        ("GOOGLE", "CNIL fines Google"),
        ("goog", "CNIL fines Google"),  # the last word may be a beginning
        ("google cnil", "CNIL fines Google"),
        ("cnil AND google", None),  # AND is a word like any other
        ("l'oréal", "L’Oréal warned"),
        ("l’oreal", "L’Oréal warned"),  # another apostrophe, no accent
        ("L'OREAL", "L’Oréal warned"),
        ("C&A", "L’Oréal warned"),
        ("c a", None),  # two letters far from each other are not C&A … but both stand there
    ],
)
def test_cases_are_found_whatever_the_accents_and_signs(soup, text, case):
    titles = [title.replace("\u00a0", " ") for title in found(soup, text, "cases")]
    if text == "c a":
        assert titles == ["L’Oréal warned"]
    elif case is None:
        assert titles == []
    else:
        assert any(title.startswith(case) for title in titles)


def test_articles_are_found_by_their_text_and_marked(soup):
    page = soup("/search?q=fera+appel")
    assert {a["href"] for a in page.select("section[aria-labelledby=articles] h3 a")} == {
        "/article/good",
        "/article/appeal",
    }
    assert {mark.get_text() for mark in page.select("mark")} == {"fera", "appel"}


def test_markup_in_a_text_is_text_in_its_snippet(soup):
    page = soup("/search?q=clearviewish")
    snippet = page.select_one(".snippet")
    assert {tag.name for tag in snippet.select("*")} == {"mark"}
    assert "clearviewish" in [mark.get_text() for mark in snippet.select("mark")]
    assert '<script>alert("x")</script><img src=x onerror=alert(1)> clearviewish' in snippet.get_text()


def test_what_was_typed_stays_in_the_box(soup):
    box = soup("/search?q=%22%3E%3Cb%3E").select_one("input[name=q]")
    assert box["value"] == '"><b>'


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("clearview ai", '"clearview" "ai"'),  # two letters are too few for a beginning
        ("clearview", '"clearview"*'),
        ('say "cheese"', '"say" "cheese"*'),
        ("C&A", '"C&A"*'),
        ("* AND ^", '"AND"*'),  # what has no letter or digit is no word
        ("", None),
        (" \" * ' & ", None),
        ("fines EUR Fines", '"EUR" "fines"*'),  # once is enough, and what stands last may be a beginning
    ],
)
def test_words_become_quoted_strings(text, query):
    assert match_query(text) == query


@pytest.mark.parametrize(
    ("marked", "pieces"),
    [
        ("a \ue000b\ue001 c", [("a ", False), ("b", True), (" c", False)]),
        ("\ue000b\ue001", [("b", True)]),
        ("a \ue000b", [("a b", False)]),  # a mark that the text brought with it
        ("\ue001a\ue000 \ue000b\ue001", [("a ", False), ("b", True)]),
        ("", []),
        (None, []),
    ],
)
def test_snippets_are_cut_at_whole_marks(marked, pieces):
    assert read_snippet(marked) == pieces


def test_of_very_many_matches_only_the_newest_are_ranked(get, monkeypatch):
    whole = get("/search.json?q=google").json()
    assert len(whole["articles"]) > 1
    monkeypatch.setattr("dpawatch.web.pages.search._RANKED_ARTICLES", 1)
    cut = get("/search.json?q=google").json()
    assert [row["id"] for row in cut["articles"]] == ["appeal"]
    assert [row["id"] for row in get("/search.json?q=google&lang=fr").json()["articles"]] != ["appeal"]


def test_longer_words_are_looked_for_where_the_word_itself_is_found_too_seldom(
    database_path, get_from, tmp_path, monkeypatch
):
    with closing(open_database(shutil.copy(database_path, tmp_path))) as db, db.conn:
        whole, longer = {"good", "appeal"}, {"long"}
        for article in whole | longer:
            title = "Merkur" if article in whole else "Merkuria"
            assert db.execute("update articles set title = ? where id = ?", [title, article]).rowcount
    get = get_from([tmp_path / database_path.name])

    def found(most):
        monkeypatch.setattr("dpawatch.web.pages.search.SHOWN", most)
        answer = get("/search.json?q=merkur").json()
        return {row["id"] for row in answer["articles"]}, answer["more_articles"]

    assert found(3) == (whole | longer, False)
    only, more = found(1)
    assert only < whole
    assert more


def test_longer_words_are_not_looked_for_where_no_row_has_the_words_before(get, monkeypatch):
    asked = []

    async def note(database, sql, params=None):
        asked.append((params or {}).get("words"))
        return await fetch_rows(database, sql, params)

    monkeypatch.setattr("dpawatch.web.pages.search.fetch_rows", note)
    assert get("/search.json?q=nobody+goog&kind=article").json()["articles"] == []
    assert '"nobody" "goog"*' not in asked
    assert get("/search.json?q=cnil+goog&kind=article").json()["articles"]
    assert '"cnil" "goog"*' in asked
