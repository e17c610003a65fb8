"""Dashboards: every chart of the settings is drawn by the server, for every choice, with its table and CSV one click away."""

import re

import pytest

CHOICES = [
    "",
    "?country=FR",
    "?country=FR&year=2019",
    "?year=2019",
    "?country=%27%22%3B--&year=%00",
    "?country=FR&country=GB",
    "?x=1",
]


@pytest.fixture(scope="session")
def dashboards(packaged):
    return packaged["plugins"]["datasette-dashboards"]


def slugs():
    from dpawatch.web.metadata import metadata_for

    found = metadata_for(None)["plugins"]["datasette-dashboards"]
    return [(slug, name) for slug, dashboard in found.items() for name in dashboard["charts"]]


def test_the_list_leads_to_every_dashboard(soup, dashboards, get):
    links = {a["href"] for a in soup("/-/dashboards").select("main a")}
    assert links == {f"/-/dashboards/{slug}" for slug in dashboards}
    assert {get(link).status_code for link in links} == {200}


@pytest.mark.parametrize("choice", CHOICES)
def test_every_chart_is_there_whatever_is_chosen(soup, dashboards, choice):
    for slug, dashboard in dashboards.items():
        page = soup(f"/-/dashboards/{slug}{choice}")
        titles = [title.get_text() for title in page.select("figure.chart figcaption")]
        assert titles == [chart["title"] for chart in dashboard["charts"].values()]
        assert page.select("script, style") == []


@pytest.mark.parametrize("choice", ["", "?country=FR&year=2019"])
@pytest.mark.parametrize(("slug", "name"), slugs())
def test_each_chart_has_pages_of_its_own_its_table_and_csv(soup, get, slug, name, choice):
    soup(f"/-/dashboards/{slug}/{name}/embed{choice}")
    table, csv = soup(f"/-/dashboards/{slug}/{name}{choice}").select(".card .links a")
    assert soup(table["href"]).select_one("textarea, pre")
    answer = get(csv["href"])
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/plain")
    assert "," in answer.text.splitlines()[0]


def test_a_choice_changes_the_numbers(soup):
    def countries(choice):
        return [row.get_text() for row in soup(f"/-/dashboards/fines/by-country{choice}").select("tbody th")]

    assert countries("") == ["France", "United Kingdom"]
    assert countries("?country=GB") == ["United Kingdom"]
    assert countries("?year=1999") == []


def test_what_is_counted_for_one_country_adds_up_with_the_summary(soup):
    """All French cases of the database have one violation; the summary of all countries counts it beside others."""
    alone = soup("/-/dashboards/measures/by-violation?country=FR").select("tbody tr")
    assert [[cell.get_text() for cell in row.select("th, td")] for row in alone] == [["legal basis", "1"]]
    assert "legal basis" in soup("/-/dashboards/measures/by-violation").select_one("tbody").get_text()


def test_the_form_needs_no_script_and_keeps_what_was_chosen(soup):
    form = soup("/-/dashboards/measures?country=FR").select_one("main form")
    assert form["action"] == "/-/dashboards/measures"
    assert {select["name"] for select in form.select("select")} == {"country", "year"}
    assert [option.get_text() for option in form.select("option[selected]")] == ["France"]
    assert {label["for"] for label in form.select("label")} == {select["id"] for select in form.select("select")}


@pytest.mark.parametrize("path", ["/-/dashboards/none", "/-/dashboards/fines/none", "/-/dashboards/fines/none/embed"])
def test_unknown_ones_are_404(get, path):
    assert get(path).status_code == 404


def test_vega_is_nowhere(get):
    for path in ("/-/dashboards", "/-/dashboards/fines", "/-/dashboards/fines/by-year", "/-/dashboards/fines/embed"):
        answer = get(path)
        assert not re.search(r"vega|leaflet", answer.text, re.IGNORECASE)
        assert "unsafe-eval" not in answer.headers["content-security-policy"]


def test_a_base_path_is_kept(get_from, database_path):
    get = get_from([database_path], settings={"base_url": "/watch/"})
    assert 'action="/watch/-/dashboards/fines"' in get("/-/dashboards/fines").text
