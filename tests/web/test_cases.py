"""Lists of cases: filtered by their address, page by page, and whole as CSV."""

import asyncio
import csv
import io
from urllib.parse import quote, urlsplit

import pytest
from datasette.database import QueryInterrupted
from sqlite_utils import Database

from dpawatch.web.filters import CaseFilter
from dpawatch.web.pages.cases import list_cases

GOOGLE = "fr-cnil-2019-google"


def words(element):
    return " ".join(element.get_text(" ").replace("\u00a0", " ").split())


def ids(get, query):
    return [case["id"] for case in get(f"/cases.json?{query}").json()["cases"]]


@pytest.mark.parametrize(
    ("query", "cases"),
    [
        ("regulator=fr-cnil", {GOOGLE, "oreal", "pending"}),
        ("country=fr&status=proposed", {"pending"}),
        ("country=GB", {"hostile"}),
        ("company=google", {GOOGLE}),
        ("provision=GDPR:12", {GOOGLE, "oreal"}),  # with the paragraphs of it
        ("provision=gdpr:12(1)", {"oreal"}),
        ("provision=GDPR:1", set()),  # GDPR:12 is not below it
        ("provision=GDPR", {GOOGLE, "oreal"}),
        ("provision=GDPR:%25", set()),
        ("provision=_DPR:12", set()),
        ("law=gdpr", {GOOGLE, "oreal"}),
        ("sanction=warning", {"oreal"}),
        ("violation=legal-basis", {GOOGLE}),
        ("year=2019", {GOOGLE}),
        ("year=2018", {"pending"}),  # of its first article, as no decision is dated
        ("from=2019-01-21&to=2020", {GOOGLE, "oreal"}),
        ("from=2019-01-22&to=2020-05", {"oreal"}),
        ("min=1000&max=50m", {GOOGLE}),
        ("max=2", {"hostile"}),
        ("q=l%27oreal", {"oreal"}),
        ("lang=fr&country=FR", {GOOGLE}),
        ("source=fr-cnil-news", set()),
        ("regulator=nobody", set()),
        ("min=x&country=GB", {"hostile"}),
    ],
)
def test_conditions_choose_cases(get, query, cases):
    assert set(ids(get, query)) == cases


def test_companies_of_a_group_are_found_by_it(tmp_path, database_path, get_from):
    path = tmp_path / "group.db"
    path.write_bytes(database_path.read_bytes())
    db = Database(path)
    with db.conn:
        db["companies"].insert({"id": "alphabet", "name": "Alphabet", "origin": "data"})
        db["companies"].update("google", {"parent": "alphabet"})
        db["sources"].update("fr-cnil-news", {"active": 1})
        db["article_sources"].insert({"article": "good", "source": "fr-cnil-news", "url": "x", "first_seen": "x"})
    db.close()
    get = get_from([path])
    assert ids(get, "group=alphabet") == [GOOGLE]
    assert ids(get, "company=alphabet") == []
    assert ids(get, "source=fr-cnil-news") == [GOOGLE]
    assert get("/cases.json?group=alphabet").json()["title"] == "Cases against companies of Alphabet"


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [("newest", "hostile", "nulls"), ("largest", GOOGLE, "pending"), ("decided", "oreal", "pending")],
)
def test_pages_follow_each_other_without_gap_or_repetition(get, sort, first, last):
    whole = ids(get, f"sort={sort}")
    if sort == "decided":  # "<b>soon</b>" sorts behind every digit
        whole_dated = [case for case in whole if case != "hostile"]
        assert whole_dated[0] == first
    else:
        assert whole[0] == first
    assert whole[-1] == last
    found, path = [], f"/cases.json?sort={sort}&limit=1"
    while path:
        document = get(path).json()
        found += [case["id"] for case in document["cases"]]
        address = document["next"] and urlsplit(document["next"])
        path = address and f"{address.path}?{address.query}"
    assert found == whole
    assert len(found) == 6


@pytest.mark.parametrize("after", ["~", "x~y", "nan~x", "~~~", "1e999~x", "%00~%00", "9" * 250 + "~x"])
@pytest.mark.parametrize("sort", ["newest", "largest", "decided"])
def test_odd_places_are_no_errors(get, sort, after):
    for form in ("", ".json", ".csv"):
        assert get(f"/cases{form}?sort={sort}&after={after}").status_code == 200


def test_totals_count_the_sums_that_stand(get):
    found, nothing = (get(f"/cases.json?{asked}").json()["totals"] for asked in ("regulator=fr-cnil", "status=closed"))
    assert found == {"cases": 3, "fines": 1, "amount_eur": 44000000.5, "at_least": False}
    assert nothing == {"cases": 0, "fines": 0, "amount_eur": None, "at_least": False}


def test_a_list_says_what_it_lists_and_each_condition_can_be_taken_away(soup):
    page = soup("/cases?regulator=fr-cnil&min=1m&sort=largest&year=nonsense")
    assert words(page.h1) == "Cases of EUR 1,000,000 or more by French authority"
    assert words(page.select_one(".totals")).startswith("1 case , 1 sum that stands: EUR 44,000,000 .")
    chips = {words(chip): chip["href"] for chip in page.select(".chips a")}
    assert chips == {
        "Regulator French authority (remove)": "/cases?min=1000000&sort=largest",
        "At least EUR 1,000,000 (remove)": "/cases?regulator=fr-cnil&sort=largest",
        "Remove all": "/cases",
    }
    assert "Left out, as nothing can be meant by it: year." in words(page)
    assert [words(title) for title in page.select(".item h3")] == [
        "CNIL fines Google USD 50,000,000 (2019, under appeal)"
    ]
    here = "?regulator=fr-cnil&min=1000000&sort=largest"
    assert {f"/cases.csv{here}", f"/cases.json{here}", f"/cases.atom{here}"} <= {
        a["href"] for a in page.select("a[href]")
    }


def test_the_form_keeps_what_is_asked_for(soup):
    form = soup("/cases?regulator=nobody&company=google&provision=GDPR:12&from=2019&min=1m&sort=largest").select_one(
        ".fields"
    )
    chosen = {select["name"]: select.select_one("[selected]") for select in form.select("select")}
    assert {name: option and option.get("value", words(option)) for name, option in chosen.items()} == {
        "country": None, "regulator": "nobody", "sanction": None, "violation": None, "status": None, "sort": "largest",
    }  # fmt: skip
    assert {field["name"]: field["value"] for field in form.select("input") if field.get("value")} == {
        "company": "google", "provision": "GDPR:12", "from": "2019", "min": "1,000,000",
    }  # fmt: skip


def test_a_form_with_empty_fields_leads_to_the_short_address(get):
    answer = get("/cases?q=&country=fr&min=&sort=newest")
    assert (answer.status_code, answer.headers["location"]) == (302, "/cases?country=FR")


def test_an_empty_list_says_so(soup):
    assert "There is no such case. Take one of the conditions away" in words(soup("/cases?regulator=nobody"))


def test_the_whole_list_comes_as_csv(get):
    answer = get("/cases.csv?country=FR")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["id"] for row in rows] == ids(get, "country=FR")
    google = next(row for row in rows if row["id"] == GOOGLE)
    assert (google["amount"], google["currency"], google["amount_eur"]) == ("50000000", "USD", "44000000.5")
    assert (google["sanctions"], google["provisions"]) == ("fine", "GDPR:6; GDPR:12")
    assert google["page"] == f"http://localhost/case/{GOOGLE}"


def test_csv_is_read_block_by_block(get, monkeypatch):
    monkeypatch.setattr("dpawatch.web.pages.cases._IN_A_BLOCK", 2)
    rows = list(csv.DictReader(io.StringIO(get("/cases.csv").text)))
    assert [row["id"] for row in rows] == ids(get, "")


def test_no_cell_of_the_csv_is_a_formula(tmp_path, database_path, get_from):
    path = tmp_path / "formula.db"
    path.write_bytes(database_path.read_bytes())
    db = Database(path)
    with db.conn:
        db["cases"].update("oreal", {"title": '=HYPERLINK("http://x","y")'})
    db.close()
    text = get_from([path])("/cases.csv").text
    assert "'=HYPERLINK" in text
    assert "\n=" not in text
    assert ',"=' not in text


@pytest.mark.parametrize(
    "word",
    [
        "q", "country", "regulator", "company", "provision", "law", "sanction", "violation", "status", "lang", "source",
        "year", "min", "from", "sort", "after", "limit", "x",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "value",
    ['"', "'; drop table cases; --", "%00", "%ED%A0%80", "<script>alert(1)</script>", "x" * 3000, "*", "-1", "شركة"],
)
def test_nothing_asked_for_is_an_error(get, word, value):
    text = value if value.startswith("%") else quote(value)
    for form in ("", ".json", ".csv"):
        assert get(f"/cases{form}?{word}={text}").status_code == 200


def test_lists_can_be_asked_for_by_other_modules(database_path):
    from datasette.app import Datasette

    async def ask():
        datasette = Datasette([str(database_path)])
        return await list_cases(datasette.databases["privacy"], CaseFilter.read({"country": "FR"}), 2)

    (first, _) = asyncio.run(ask())
    assert first["regulator_abbreviation"] == "CNIL"


@pytest.mark.parametrize(("ending", "kind"), [("", "text/html"), (".json", "application/json")])
def test_a_list_that_takes_too_long_says_so(get, monkeypatch, ending, kind):
    async def interrupted(*_):
        raise QueryInterrupted(None, "select 1", {})

    monkeypatch.setattr("dpawatch.web.pages.cases.load_totals", interrupted)
    answer = get(f"/cases{ending}?lang=fr")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (503, kind)
    assert "takes too long" in answer.text
