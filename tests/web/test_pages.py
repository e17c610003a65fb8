"""The pages: what a reader finds on them, and what happens when it is not there."""

import sqlite3

import pytest
from bs4 import BeautifulSoup

QUOTE = "Le 21 janvier 2019, la CNIL a prononcé une sanction."
CASE = "/case/fr-cnil-2019-google"


def words(element):
    return " ".join(element.get_text(" ").replace("\u00a0", " ").split())


def test_home_has_one_search_box_totals_and_the_newest_cases(soup):
    home = soup("/")
    assert [field["name"] for field in home.select("form[role=search] input")] == ["q"]
    said = words(home.select_one(".totals"))
    assert said.startswith("6 cases by 2 regulators, from 4 articles and 2 sources, 1 of them failing")
    assert "Updated 2 January 2026, 03:00 UTC" in said
    titles = [words(link) for link in home.select(".item h3 a")]
    assert titles.index("L’Oréal warned") < titles.index("CNIL fines Google USD 50,000,000 (2019, under appeal)")
    assert home.select_one('.ranking a[href="/case/fr-cnil-2019-google"]')


def test_home_links_to_saved_queries_and_tables_that_exist(soup, get):
    links = {a["href"] for a in soup("/").select("main a[href]")}
    assert {"/privacy/largest-fines", "/privacy/cases", "/privacy/regulators"} <= links
    assert {path: get(path).status_code for path in links} == dict.fromkeys(links, 200)


def test_home_draws_where_the_cases_are_and_who_is_most_active(soup):
    home = soup("/")
    assert home.select_one('svg.europe a[href="/cases?country=FR"]')["aria-label"].startswith("France: ")
    names = {
        table.th.get_text(): [words(cell) for cell in table.select("tbody th")] for table in home.select("table.bars")
    }
    assert names["Regulator"][0] == "CNIL France"
    assert "GDPR:12 Transparent information" in names["Provision"]
    assert "GDPR:12(1)" not in " ".join(names["Provision"])


def test_home_charts_the_months_of_one_country(soup):
    chosen = soup("/?country=GB").select_one("#country option[selected]")
    assert chosen["value"] == "GB"
    assert soup("/?country=%3Cscript%3E").select_one("#country option[selected]")["value"] == ""


def test_a_case_shows_its_facts(soup):
    case = soup(CASE)
    facts = words(case.select_one(".record"))
    for fact in (
        "Status Under appeal",
        "Decided 21 January 2019",
        "Regulator French authority Commission nationale",
        "Against Google",
        "USD 50,000,000 USD 80,000,000 before it was reduced "
        "EUR 44,000,000.50 at 1.1364 USD to the euro, ECB reference rate of 21 January 2019",
        "Concerns legal basis",
    ):
        assert fact in facts
    assert (
        words(case.select_one(".provisions"))
        == "GDPR:6 violated Lawfulness of processing GDPR:12 violated Transparent information"
    )
    assert [t["datetime"] for t in case.select(".timeline time")] == ["2019-01-21"]
    assert "Date not stated Appeal, as told by Press" in words(case.select_one(".timeline")).replace(" ,", ",")


def test_an_event_names_whom_it_is_quoted_from_and_counts_the_others(soup):
    timeline = words(soup(CASE).select_one(".timeline"))
    assert "Decision, as told by CNIL and 2 other articles" in timeline.replace(" ,", ",")


def test_an_event_stands_with_the_sentence_that_tells_it(soup, get):
    quotes = [quote.get_text() for quote in soup(CASE).select(".timeline blockquote")]
    assert quotes == [QUOTE, "Google fera appel."]
    assert [event["quote"] for event in get(f"{CASE}.json").json()["events"]] == quotes
    assert soup(CASE).select_one('.timeline a[href="/article/good"]')
    proof = soup(CASE).select_one(".record a.proof")
    assert QUOTE in words(soup(CASE).select_one(proof["href"]))


def test_a_case_says_what_changed_and_why(soup, get):
    section = soup(CASE).select_one('section[aria-labelledby="history"]')
    first, second = (words(line).replace(" ,", ",") for line in section.select("li"))
    assert first == "3 February 2026, 04:05 UTC Status: decided became under appeal, by an article"
    assert second == "2 January 2026, 03:04 UTC The case was made, by an article"
    assert section.select_one('a[href="/article/appeal"]')
    assert [change["new"] for change in get(f"{CASE}.json").json()["history"]] == ["appealed", "fr-cnil-2019-google"]


def test_a_case_says_how_it_is_cited(soup, get):
    section = soup(CASE).select_one('section[aria-labelledby="cite"]')
    assert words(section.select_one(".citation")).startswith("French authority: CNIL fines Google USD 50,000,000")
    assert section.pre.get_text() == get(f"{CASE}.json").json()["citation"]["bibtex"]
    assert get(section.select_one("a")["href"]).text == section.pre.get_text()


def test_a_former_id_leads_to_the_case(get):
    for ending in ("", ".json"):
        answer = get(f"/case/fr-cnil-2019-unknown{ending}")
        assert (answer.status_code, answer.headers["location"]) == (301, f"{CASE}{ending}")


def test_a_case_names_others_against_the_group_and_by_the_same_provisions(get_from, database_path, tmp_path):
    path = tmp_path / "related.db"
    source = sqlite3.connect(database_path)
    with sqlite3.connect(path) as other:
        source.backup(other)
        other.execute("update companies set parent = 'google' where id = 'evil'")
        other.execute("update cases set decided = '2019-05' where id = 'oreal'")
        other.execute("update case_provisions set provision = 'GDPR:6', role = 'violated' where case_id = 'oreal'")
    source.close()
    other.close()
    related = get_from([path])(f"{CASE}.json").json()["related"]
    assert [case["id"] for case in related["same_respondent"]] == ["hostile"]
    assert [case["id"] for case in related["same_provisions"]] == ["oreal"]
    page = BeautifulSoup(get_from([path])(CASE).text, "html.parser")
    assert words(page.select_one('section[aria-labelledby="same_provisions"] li')) == "L’Oréal warned CNIL · May 2019"


def test_a_case_says_where_its_sources_disagree_with_both_quotes(soup, get):
    section = soup(CASE).select_one('section[aria-labelledby="contradictions"]')
    assert "USD 50,000,000, says CNIL" in words(section).replace(" ,", ",")
    assert "USD 60,000,000, says Press" in words(section).replace(" ,", ",")
    assert [quote.get_text() for quote in section.select("blockquote")] == [QUOTE, "Google fera appel."]
    (found,) = get(f"{CASE}.json").json()["contradictions"]
    assert [side["quote"] for side in found["sides"]] == [QUOTE, "Google fera appel."]
    assert soup("/case/oreal").select_one('section[aria-labelledby="contradictions"]') is None


def test_a_case_quotes_its_articles_and_links_to_them(soup):
    first, second = soup(CASE).select(".source")
    assert [q.get_text() for q in first.select("blockquote")] == [QUOTE]
    assert [q.get_text() for q in second.select("blockquote")] == ["Google fera appel."]
    assert first.select_one('a[href="https://cnil.example/google"]')["rel"] == ["noopener", "noreferrer", "nofollow"]
    assert first.select_one('a[href="/privacy/articles/good"]')
    assert "decided, 21 January 2019, USD 50,000,000, fine (confidence 93%)" in words(first).replace(" ,", ",")


def test_a_fact_that_only_the_headline_states_says_so(soup):
    assert "read from the headline" in words(soup("/case/long").select_one(".source"))


def test_a_case_of_nulls_says_what_is_not_known(soup):
    facts = words(soup("/case/nulls").select_one(".record"))
    assert facts == (
        "Status Under investigation Decided none Regulator not stated Against not named by the authority Amount none "
        "Measures none stated In the news date not stated"
    )


def test_the_json_of_a_case_is_what_its_page_shows(get):
    case = get(f"{CASE}.json").json()
    assert case["regulator"]["id"] == "fr-cnil"
    assert [p["id"] for p in case["provisions"]] == ["GDPR:6", "GDPR:12"]
    assert (case["amount"], case["currency"], case["amount_eur"]) == (50000000, "USD", 44000000.5)
    assert (case["fx_rate"], case["fx_date"]) == (1.1364, "2019-01-21")
    assert case["violations"] == ["legal-basis"]
    good = case["articles"][0]
    assert good["actions"][0]["evidence"] == [{"start": 11, "end": 63, "text": QUOTE}]
    assert good["actions"][0]["sanctions"] == ["fine"]
    assert "text" not in good


def test_an_unknown_case_is_a_404_that_helps(get):
    answer = get("/case/nobody-2020-nothing")
    assert answer.status_code == 404
    assert "nobody-2020-nothing" in answer.text
    assert 'href="/search?q=nobody%202020%20nothing"' in answer.text
    missing = get("/case/nobody.json")
    assert (missing.status_code, missing.json()["error"]) == (404, "No case nobody")


@pytest.mark.parametrize(
    "path", ["/case/%3Cscript%3E", "/case/a%2Fb", "/case/%00", "/case/%FF", "/case/~2Fx", "/case/" + "x" * 5000]
)
def test_odd_case_ids_are_404(get, path):
    assert get(path).status_code == 404


@pytest.mark.parametrize("path", ["/no/such/deep/page", "/no/such", "/nothing", "/privacy/nothing", "/case"])
def test_paths_that_match_nothing_are_404(get, path):
    assert get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/privacy", "/privacy/cases", "/privacy/cases/hostile", "/privacy/mentions", "/.json"]
)
def test_datasettes_own_pages_stay(get, path):
    assert get(path).status_code == 200


def test_cells_of_datasette_link_to_cases_and_write_sums(soup):
    table = soup("/privacy/cases?_sort=id")
    assert table.select_one('td.col-title a[href="/case/fr-cnil-2019-google"]')
    assert "44,000,000.50" in words(table)
    links = soup("/privacy/case_articles").select("td.col-case_id a")
    assert [link["href"] for link in links][:1] == ["/case/fr-cnil-2019-google"]


def test_cases_of_a_table_without_ids_have_no_links(soup):
    assert soup("/privacy/cases?_col=title")


def test_without_our_tables_home_says_what_to_do(get_from, tmp_path):
    path = tmp_path / "other.db"
    sqlite3.connect(path).close()
    get = get_from([path])
    for page in ("/", "/search?q=x", "/case/x"):
        answer = get(page)
        assert answer.status_code == 503
        assert "dpawatch run" in answer.text
        assert "dpawatch demo" in answer.text
    assert get("/other").status_code == 200


def test_an_empty_database_of_ours_is_a_site_without_cases(get_from, tmp_path):
    from db.schema import open_database

    path = tmp_path / "fresh.db"
    open_database(path).close()
    get = get_from([path])
    assert get("/").status_code == 200
    assert "No cases yet" in get("/").text
    assert get("/search?q=x").status_code == 200


def test_our_database_is_found_among_others(get_from, tmp_path, database_path):
    other = tmp_path / "aaa.db"
    sqlite3.connect(other).close()
    get = get_from([other, database_path])
    assert "/privacy/cases" in get("/").text
    assert get("/privacy/largest-fines").status_code == 200
    assert get("/aaa/largest-fines").status_code == 404


def test_a_base_path_is_kept(get_from, database_path):
    get = get_from([database_path], settings={"base_url": "/watch/"})
    home = get("/").text
    assert 'href="/watch/case/fr-cnil-2019-google"' in home
    assert 'action="/watch/search"' in home
    assert 'href="/case' not in home
    assert get("/privacy/case_articles").text.count('href="/watch/case/fr-cnil-2019-google"') == 2


def test_the_working_database_is_not_for_download(get_from, database_path):
    assert get_from([], immutables=[str(database_path)])("/privacy.db").status_code == 403
