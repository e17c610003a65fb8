"""What the site says of itself, to people and to crawlers, and what may be taken home."""

import asyncio
import json
import sqlite3
import stat
from pathlib import Path

import pytest
from datasette.app import Datasette
from lxml import etree
from protego import Protego

from db.publish import publish
from db.schema import open_database
from dpawatch.web.pages import crawled
from dpawatch.web.pages.about import measured_accuracy, read_contact

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
NASTY_ID = "a&b<c>\"'/é🦊"


def ask(site, path, **options):
    return asyncio.run(site.client.get(path, **options))


@pytest.fixture
def start(request):
    """Return a function that starts a site of its own."""

    def begin(path, **options):
        site = Datasette([str(path)], **options)

        def end():
            for database in site.databases.values():
                database.close()
            site.executor.shutdown()

        request.addfinalizer(end)
        return site

    return begin


@pytest.fixture(scope="module")
def published(database_path, tmp_path_factory):
    path = tmp_path_factory.mktemp("copy") / "public.db"
    db = open_database(database_path)
    publish(db, path)
    db.close()
    return path


def test_the_figures_are_the_measured_ones(soup):
    public = json.loads((BENCHMARKS / "public.json").read_text(encoding="utf-8"))
    shown = {row.th.get_text(): row.td.get_text() for row in soup("/-/about-data").select(".figures tbody tr")}
    assert len(shown) == len(measured_accuracy()["figures"]) > 20
    for row in measured_accuracy()["figures"]:
        assert row["value"] == public["figures"][row["figure"]]["value"]
        assert shown[row["meaning"]] == f"{row['value']:.3f}"


def test_the_page_says_what_is_asked_of_data(soup):
    page = soup("/-/about-data")
    headings = [heading.get_text() for heading in page.select("h2")]
    assert headings == [
        "How it is made", "What it cannot do", "How right it is", "Licence", "How to cite it", "Take it home", "Contact",
        "Corrections and takedown",
    ]  # fmt: skip
    text = page.get_text(" ", strip=True)
    assert "has not said how to be reached" in text
    assert "has not said where to" in text
    assert "last updated 2 January 2026, 03:00 UTC" in text
    assert "http://localhost/privacy/companies/-/reconcile" in text


@pytest.mark.parametrize(
    ("stated", "link"),
    [
        ("desk@news.example", "mailto:desk@news.example"),
        ("https://news.example/contact", "https://news.example/contact"),
        ("Room 5, second floor", None),
        ("javascript:alert(1)", None),
        ("<b>x</b>@y.example", None),
    ],
)
def test_the_operator_says_how_to_be_reached(start, database_path, stated, link):
    settings = {"plugins": {"dpawatch": {"operator": "The <Desk>", "contact": stated}}}
    page = ask(start(database_path, metadata=settings), "/-/about-data").text
    assert "The &lt;Desk&gt;:" in page
    assert "<b>x" not in page
    assert read_contact(stated) == {"text": stated, "link": link}
    assert (f'href="{link}"' in page) if link else ("javascript:alert(1)</a>" not in page)


def test_nothing_stated_is_nothing():
    assert read_contact(None) is None
    assert read_contact("  ") is None


def test_about_is_json_too(get):
    found = get("/-/about-data.json").json()
    assert found["totals"]["cases"] == 6
    assert found["accuracy"] == measured_accuracy()


def addresses(answer, root="urlset"):
    assert answer.status_code == 200
    tree = etree.fromstring(answer.content)
    assert tree.tag == SITEMAP + root
    return [element.find(f"{SITEMAP}loc").text for element in tree]


def test_the_sitemap_names_pages_that_are_there(get):
    found = addresses(get("/sitemap.xml"))
    assert len(found) == len(set(found))
    paths = [address.removeprefix("http://localhost") for address in found]
    assert {"/", "/cases", "/case/oreal", "/company/google", "/regulator/fr-cnil", "/provision/GDPR:12"} <= set(paths)
    for path in paths:
        if not path.startswith(("/company/", "/regulator/", "/provision/")):
            assert get(path).status_code == 200, path
    days = {e[0].text: e[1].text for e in etree.fromstring(get("/sitemap.xml").content) if len(e) > 1}
    assert days["http://localhost/case/fr-cnil-2019-google"] == "2019-01-23"
    assert "http://localhost/case/hostile" not in days


def test_ids_cannot_break_the_sitemap(start, tmp_path):
    path = tmp_path / "odd name&.db"
    db = open_database(path)
    db["cases"].insert(
        {"id": NASTY_ID, "title": "x", "respondents": "", "regulator_names": "", "status": "decided", "articles": 0}
    )
    db.close()
    found = addresses(ask(start(path), "/sitemap.xml"))
    assert found[-1] == "http://localhost/case/a%26b%3Cc%3E%22%27%2F%C3%A9%F0%9F%A6%8A"
    assert "http://localhost/odd%20name%26" in found


def test_the_sitemap_follows_changes_of_the_file(start, tmp_path, monkeypatch):
    monkeypatch.setattr("dpawatch.web.pages.crawled.MOST_ADDRESSES", 50)
    path = tmp_path / "site.db"
    db = open_database(path)
    get = start(path)
    row = {"title": "x", "respondents": "", "regulator_names": "", "status": "decided", "articles": 0}
    before = ask(get, "/sitemap.xml")
    db["cases"].insert_all({**row, "id": f"case-{n}"} for n in range(50))
    db.close()
    assert len(addresses(before)) < 50
    assert len(addresses(ask(get, "/sitemap.xml"), "sitemapindex")) == 2


def test_too_many_addresses_come_in_several_files(get, monkeypatch):
    whole = addresses(get("/sitemap.xml"))
    monkeypatch.setattr(crawled, "MOST_ADDRESSES", 7)
    files = addresses(get("/sitemap.xml"), "sitemapindex")
    parts = [addresses(get(file.removeprefix("http://localhost"))) for file in files]
    assert all(0 < len(part) <= 7 for part in parts)
    assert [address for part in parts for address in part] == whole
    assert get(f"/sitemap-{len(files) + 1}.xml").status_code == 404
    assert get("/sitemap-0.xml").status_code == 404


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/", True),
        ("/case/fr-cnil-2019-google", True),
        ("/case/fr-cnil-2019-google.json", True),
        ("/cases.atom", True),
        ("/privacy/largest-fines", True),
        ("/privacy/cases", True),
        ("/-/about-data", True),
        ("/privacy?sql=select+1", False),
        ("/privacy.json?_shape=array&sql=select+1", False),
        ("/privacy/cases?_facet=status", False),
        ("/privacy/cases?status=decided&_sort=title", False),
        ("/privacy/cases.csv", False),
        ("/privacy/cases.xlsx", False),
        ("/search?q=google", False),
        ("/-/mcp", False),
        ("/privacy/companies/-/reconcile?queries=x", False),
        ("/download/privacy.db", False),
    ],
)
def test_crawlers_are_told_what_to_leave_alone(get, path, may):
    rules = Protego.parse(get("/robots.txt").text)
    assert rules.can_fetch(f"http://localhost{path}", "anybot") is may
    assert list(rules.sitemaps) == ["http://localhost/sitemap.xml"]


def test_the_working_database_is_never_given(get, soup):
    assert get("/download/privacy.db").status_code == 404
    assert get("/privacy.db").status_code == 403
    assert soup("/download").select('a[href^="/download/"]') == []


@pytest.mark.parametrize("immutable", [False, True])
def test_not_even_when_it_is_served_as_immutable_or_read_only(start, database_path, tmp_path, immutable):
    copy = tmp_path / "privacy.db"
    copy.write_bytes(database_path.read_bytes())
    copy.chmod(stat.S_IREAD)
    site = Datasette([], immutables=[str(copy)]) if immutable else start(copy)
    assert ask(site, "/download/privacy.db").status_code == 404
    assert ask(site, "/privacy.db").status_code == 403
    if immutable:
        site.databases["privacy"].close()
        site.executor.shutdown()


def test_a_published_copy_is_given_whole(start, published, tmp_path):
    site = start(published)
    assert 'href="/download/public.db"' in ask(site, "/download").text
    answer = ask(site, "/download/public.db")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.sqlite3"
    assert answer.headers["content-disposition"] == 'attachment; filename="public.db"'
    assert int(answer.headers["content-length"]) == published.stat().st_size
    assert answer.headers["x-content-type-options"] == "nosniff"
    taken = tmp_path / "taken.db"
    taken.write_bytes(answer.content)
    db = sqlite3.connect(taken)
    assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    assert db.execute("select count(*) from cases").fetchone() == (6,)
    db.close()


def test_a_download_that_broke_off_goes_on(start, published):
    site = start(published)
    part = ask(site, "/download/public.db", headers={"Range": "bytes=100-199"})
    assert (part.status_code, len(part.content)) == (206, 100)
    assert part.headers["content-range"] == f"bytes 100-199/{published.stat().st_size}"
    assert part.content == published.read_bytes()[100:200]
    assert ask(site, "/download/public.db", headers={"Range": "bytes=999999999-"}).status_code == 416


@pytest.mark.parametrize(
    "path", ["/download/other.db", "/download/..%2Fpublic.db", "/download/public.db-wal", "/download/.db"]
)
def test_no_other_file_is_given(start, published, path):
    (published.parent / "other.db").write_bytes(published.read_bytes())
    assert ask(start(published), path).status_code == 404


def test_the_operator_may_offer_no_file(start, published):
    site = start(published, settings={"allow_download": False})
    assert ask(site, "/download/public.db").status_code == 404


def test_who_may_not_see_the_database_gets_no_file(start, published):
    site = start(published, metadata={"databases": {"public": {"allow": {"id": "desk"}}}})
    assert ask(site, "/download/public.db").status_code == 403
