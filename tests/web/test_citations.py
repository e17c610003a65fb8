"""Citations: what a reference manager and a reader need, and nothing that TeX would run."""

import re
from datetime import date

import pytest

from dpawatch.web.citations import cite

ADDRESS = "https://site.example/case/fr-cnil-2019-google"
TODAY = date(2026, 3, 1)
CASE = {
    "id": "fr-cnil-2019-google",
    "title": "CNIL fines Google EUR 50,000,000 (2019)",
    "decided": "2019-01-21",
    "regulator": {"name": "Commission nationale de l'informatique et des libertés"},
}


def fields(entry):
    return dict(re.findall(r"^  (\w+) = \{(.*)\},$", entry, re.MULTILINE))


def test_a_case_in_one_line():
    assert cite(CASE, ADDRESS, TODAY).plain == (
        "Commission nationale de l'informatique et des libertés: CNIL fines Google EUR 50,000,000 (2019). "
        "21 January 2019. dpawatch, https://site.example/case/fr-cnil-2019-google (retrieved 1 March 2026)."
    )


def test_a_case_for_bibtex():
    entry = cite(CASE, ADDRESS, TODAY).bibtex
    assert entry.startswith("@misc{dpawatch-fr-cnil-2019-google,\n")
    assert entry.endswith("\n}\n")
    assert fields(entry) == {
        "author": "{Commission nationale de l'informatique et des libertés}",
        "title": "{CNIL fines Google EUR 50,000,000 (2019)}",
        "date": "2019-01-21",
        "year": "2019",
        "publisher": "dpawatch",
        "url": ADDRESS,
        "urldate": "2026-03-01",
        "note": "Retrieved 1 March 2026",
    }


@pytest.mark.parametrize("decided", [None, "", "<b>soon</b>", "2019-02-30"])
def test_what_is_no_date_is_left_out(decided):
    found = cite({**CASE, "decided": decided}, ADDRESS, TODAY)
    assert ". no date. " in found.plain
    assert {"date", "year"}.isdisjoint(fields(found.bibtex))


@pytest.mark.parametrize(
    ("title", "escaped"),
    [
        ("C&A: 100% of $5 #1 a_b ~ ^", r"C\&A: 100\% of \$5 \#1 a\_b \textasciitilde{} \textasciicircum{}"),
        (r"\input{/etc/passwd}", r"\textbackslash{}input\{/etc/passwd\}"),
        ("} }\n@book{x, title={", r"\} \} @book\{x, title=\{"),
        ('say "no"', r"say \textquotedbl{}no\textquotedbl{}"),
        ("L’Oréal شركة \x00\x1b", "L’Oréal شركة"),
    ],
)
def test_nothing_of_a_title_is_a_command(title, escaped):
    entry = cite({**CASE, "title": title, "regulator": None}, ADDRESS, TODAY).bibtex
    assert fields(entry)["title"] == f"{{{escaped}}}"
    assert fields(entry)["author"] == "{Unknown authority}"
    unescaped = re.sub(r"\\[{}]", "", entry)
    assert unescaped.count("{") == unescaped.count("}")
    assert entry.count("\n@") == 0


def test_a_long_title_is_cut_and_an_odd_id_makes_a_key():
    found = cite({**CASE, "id": "x},\n@é", "title": "Endless " * 1250}, ADDRESS, TODAY)
    assert len(found.plain) < 600
    assert found.bibtex.startswith("@misc{dpawatch-x,\n")


@pytest.mark.parametrize("case", ["fr-cnil-2019-google", "hostile", "long", "nulls"])
def test_the_site_gives_it_as_a_file(get, case):
    answer = get(f"/case/{case}.bib")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-bibtex; charset=utf-8"
    assert fields(answer.text)["url"] == f"http://localhost/case/{case}"


def test_no_case_no_file(get):
    assert get("/case/none.bib").status_code == 404
