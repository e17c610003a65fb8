"""Pages of companies, regulators, provisions and sources: what they are, their cases, and the ways on."""

import pytest
from sqlite_utils import Database

GOOGLE = "fr-cnil-2019-google"


def words(element):
    return " ".join(element.get_text(" ").replace("\u00a0", " ").split())


def links(page):
    return {a["href"] for a in page.select("main a[href]")}


@pytest.fixture(scope="module")
def rich(database_path, tmp_path_factory):
    """Return a copy in which Google belongs to a group, has another name and had another id."""
    path = tmp_path_factory.mktemp("rich") / "rich.db"
    path.write_bytes(database_path.read_bytes())
    db = Database(path)
    with db.conn:
        db["companies"].insert(
            {"id": "alphabet", "name": "Alphabet", "origin": "data", "country": "US", "wikidata": "Q20800404"}
        )
        db["companies"].update("google", {"parent": "alphabet"})
        db["company_names"].insert_all(
            [
                {"key": "google", "company": "google", "name": "Google", "origin": "data"},
                {
                    "key": "google search",
                    "company": "google",
                    "name": "Google Search",
                    "origin": "text",
                    "why": "<b>why</b>",
                },
            ],
            replace=True,
        )
        db["company_redirects"].insert({"old_id": "google-inc", "company": "google", "made": "x"})
        db["sources"].update("fr-cnil-news", {"publisher": "fr-cnil", "language": "fr", "interval": 86400})
        db["articles"].update("good", {"source": "fr-cnil-news"})
        db["article_sources"].insert({"article": "good", "source": "fr-cnil-news", "url": "x", "first_seen": "x"})
        db["sources"].insert({"id": "gone", "publisher": "Press", "format": "feed", "stopped": "2026-01-01T00:00:00Z"})
        asked = {"last_polled": "2026-01-01T00:00:00Z", "first_success": "2026-01-01T00:00:00Z", "format": "feed"}
        db["sources"].insert({"id": "quiet", "publisher": "Press", **asked})
        held = {"held": "its index holds <b>2</b> entries now", "held_since": "2026-01-01T00:00:00Z"}
        db["sources"].insert({"id": "rebuilt", "publisher": "Press", **asked, **held})
        db["silences"].insert(
            {"source": "quiet", "judged": "2026-01-01T00:00:00Z", "last_item": "2025-10-01", "days": 92, "gaps": 50,
             "usual_gap": 7, "longest_gap": 9, "probability": 0.0001, "silent": 1}
        )  # fmt: skip
    db.close()
    return path


@pytest.fixture
def from_rich(rich, get_from):
    from bs4 import BeautifulSoup

    get = get_from([rich])
    return get, lambda path: BeautifulSoup(get(path).text, "html.parser")


def test_a_company_has_totals_years_cases_and_ways_on(soup):
    page = soup("/company/google")
    assert words(page.h1) == "Google"
    assert words(page.select_one(".totals")) == "1 case , 1 sum that stands: EUR 44,000,000 ."
    assert page.select_one("figure.chart svg")
    assert {
        f"/case/{GOOGLE}", "/company/google.json", "/company/google.atom", "/cases?company=google", "/cases.csv?company=google",
        "/regulator/fr-cnil", "/privacy/companies/google",
    } <= links(page)  # fmt: skip


def test_a_group_lists_the_cases_against_its_companies(from_rich):
    get, soup = from_rich
    group = get("/company/alphabet.json").json()
    assert [case["id"] for case in group["cases"]] == [GOOGLE]
    assert [(member["id"], member["cases"]) for member in group["members"]] == [("google", 1)]
    assert links(soup("/company/alphabet")) >= {
        "/company/google",
        "/cases?group=alphabet",
        "https://www.wikidata.org/wiki/Q20800404",
    }
    member = soup("/company/google")
    assert "Part of Alphabet" in words(member)
    assert "Google Search (<b>why</b>)" in words(member)


@pytest.mark.parametrize("ending", ["", ".json"])
def test_former_ids_of_companies_lead_on(from_rich, ending):
    answer = from_rich[0](f"/company/google-inc{ending}")
    assert (answer.status_code, answer.headers["location"]) == (301, f"/company/google{ending}")


def test_a_regulator_says_who_it_is_and_what_it_applies(soup):
    page = soup("/regulator/fr-cnil")
    assert words(page.select_one(".headline")) == "France · CNIL French authority Commission nationale cnil.example"
    assert {"/provision/GDPR:12", "/provision/GDPR:6", "/company/google", "https://cnil.example"} <= links(page)
    assert words(page.select_one(".totals")).startswith("3 cases , 1 sum that stands")


def test_a_regulator_names_its_sources(from_rich):
    assert "/source/fr-cnil-news" in links(from_rich[1]("/regulator/fr-cnil"))


def test_a_provision_takes_in_what_is_below_it(get, soup):
    provision = get("/provision/GDPR:12.json").json()
    assert {case["id"] for case in provision["cases"]} == {GOOGLE, "oreal"}
    assert [(part["id"], part["cases"]) for part in provision["below"]] == [("GDPR:12(1)", 1)]
    assert provision["above"] == "GDPR"
    page = soup("/provision/GDPR:12")
    assert words(page.h1) == "GDPR:12 Transparent information"
    assert {"/provision/GDPR:12(1)", "/provision/GDPR", "/cases?provision=GDPR%3A12"} <= links(page)
    assert get("/provision/GDPR:12(1).json").json()["above"] == "GDPR:12"
    # there is no ePrivacy:5
    assert get("/provision/ePrivacy:5(3).json").json()["above"] == "ePrivacy"
    assert get("/provision/ePrivacy.json").json()["above"] is None


def test_who_applies_a_provision_is_told_also_while_nothing_is_summed(get, get_from, changed_copy):
    path = changed_copy("delete from provision_regulators")
    counted = [
        get_(f"/provision/GDPR:12{part}.json").json()["regulators"]
        for get_ in (get, get_from([path]))
        for part in ("", "(1)")
    ]
    assert counted[:2] == counted[2:]
    assert [(row["id"], row["cases"]) for row in counted[0]] == [("fr-cnil", 2)]
    assert get("/provision/GDPR.json").json()["regulators"] == []


def test_a_provision_links_to_its_official_text(soup):
    assert "https://law.example/6" in links(soup("/provision/GDPR:6"))


def test_a_law_is_a_provision_too(get, soup):
    law = get("/provision/GDPR.json").json()
    assert law["title"] == "General Data Protection Regulation"
    assert [part["id"] for part in law["below"]] == ["GDPR:6", "GDPR:12", "GDPR:12(1)"]
    assert "/privacy/laws/GDPR" in links(soup("/provision/GDPR"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("/provision/gdpr:12", "/provision/GDPR:12"),
        ("/provision/gdpr.json", "/provision/GDPR.json"),
        ("/regulator/FR-CNIL", "/regulator/fr-cnil"),
    ],
)
def test_other_spellings_lead_to_the_right_one(get, asked, found):
    answer = get(asked)
    assert (answer.status_code, answer.headers["location"]) == (301, found)


def test_a_source_says_how_it_fares_and_what_came_from_it(from_rich):
    get, soup = from_rich
    page = soup("/source/fr-cnil-news")
    assert words(page.h1) == "French authority"
    assert {"/article/good", "/regulator/fr-cnil", f"/case/{GOOGLE}", "/source/fr-cnil-news.json"} <= links(page)
    assert "Rhythm every 24 hours" in words(page)
    assert get("/source/gone.json").json()["state"] == "gone"
    assert get("/source/bad.json").json()["state"] == "not polled yet"


def test_a_source_says_that_it_is_silent_or_held_back(from_rich):
    get, soup = from_rich
    assert "nothing new for 92 days: half of its pauses last 7 days or less" in words(soup("/source/quiet"))
    assert get("/source/quiet.json").json()["state"] == "silent"
    assert get("/source/rebuilt.json").json()["state"] == "held back"
    assert "its index holds <b>2</b> entries now" in words(soup("/source/rebuilt"))


@pytest.mark.parametrize("kind", ["company", "regulator", "provision", "source", "article"])
@pytest.mark.parametrize("asked", ["nobody", "%3Cscript%3E", "a%2Fb", "%00", "%FF", "x" * 5000])
def test_unknown_ids_are_404_that_help(get, kind, asked):
    answer = get(f"/{kind}/{asked}")
    assert answer.status_code == 404
    document = get(f"/{kind}/{asked}.json")
    assert document.status_code == 404
    if asked == "nobody":
        assert 'href="/search?q=nobody"' in answer.text
        assert document.json() == {"ok": False, "error": f"No {kind} nobody", "status": 404}


@pytest.mark.parametrize(
    "path",
    ["company/evil", "regulator/gb-ico", "provision/ePrivacy:5(3)", "source/bad", "article/hostile", "article/long"],
)
def test_hostile_data_is_plain_in_json(get, path):
    answer = get(f"/{path}.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json()["id"] == path.split("/")[1]


@pytest.mark.parametrize(
    ("table", "cell", "link"),
    [
        ("case_companies", "company", "/company/google"),
        ("case_provisions", "provision", "/provision/GDPR:12"),
        ("case_articles", "article", "/article/good"),
        ("cases", "regulator", "/regulator/fr-cnil"),
        ("companies", "name", "/company/google"),
        ("provisions", "article", "/provision/GDPR:12"),
        ("regulators", "name", "/regulator/fr-cnil"),
        ("sources", "publisher", "/source/fr-cnil-news"),
        ("articles", "title", "/article/good"),
        ("near_duplicates", "copy_of", "/article/good"),
    ],
)
def test_cells_of_datasettes_tables_link_to_the_pages(soup, table, cell, link):
    assert soup(f"/privacy/{table}").select_one(f'td.col-{cell} a[href="{link}"]')
