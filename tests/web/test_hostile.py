"""Hostile data: text from feeds is text everywhere, and a page asks nobody else for anything."""

import re
from importlib.resources import files
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup

OURS = [
    "/-/about-data", "/-/health", "/download", "/",
    "/case/hostile", "/case/long", "/case/nulls", "/case/fr-cnil-2019-google", "/case/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "/cases", "/cases?sort=largest", "/cases?country=GB&sanction=%3Cb%3E&min=x&regulator=%22%3E&q=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "/company/evil", "/regulator/gb-ico", "/provision/ePrivacy:5(3)", "/provision/ePrivacy", "/source/bad", "/article/hostile",
    "/article/long", "/company/google", "/regulator/fr-cnil", "/provision/GDPR:12", "/source/fr-cnil-news", "/article/good",
    "/company/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/article/nobody",
    "/?country=%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/-/dashboards", "/-/dashboards/fines", "/-/dashboards/measures?year=2019",
    "/-/dashboards/time-and-languages?country=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "/-/dashboards/fines/by-violation?country=GB",
    "/search?q=alert", "/search?q=endless", "/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
]  # fmt: skip
SITE = "http://localhost"
DATASETTES = [
    "/privacy", "/privacy/cases", "/privacy/cases/hostile", "/privacy/articles", "/privacy/articles/hostile", "/privacy/sources",
    "/privacy/provisions", "/privacy/regulators", "/privacy/companies", "/privacy/case_events", "/privacy/case_provisions",
    "/privacy/case_companies", "/privacy/evidence-of-a-case", "/privacy/failing-sources", "/privacy/cases?_facet=currency",
    "/privacy/newest-enforcement-articles", "/privacy/cases-citing-provision", "/nothing",
]  # fmt: skip


def parse(get, path):
    return BeautifulSoup(get(path).text, "html.parser")


def has_script(path):
    return path == "/" or path.startswith(("/?", "/search"))


@pytest.mark.parametrize("path", OURS)
def test_our_pages_hold_no_script_but_the_file_for_suggestions(get, path):
    page = parse(get, path)
    scripts = [(script.get("src"), script.get_text()) for script in page.select("script")]
    assert scripts == ([("/-/static-plugins/dpawatch/suggest.js", "")] if has_script(path) else [])
    assert page.select("iframe, object, embed, style, base") == []
    assert [tag for tag in page.find_all(True) if "style" in tag.attrs] == []


@pytest.mark.parametrize("path", OURS + DATASETTES)
def test_markup_from_the_database_is_never_markup(get, path):
    page = parse(get, path)
    assert page.select("img, svg script") == []
    assert [name for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")] == []
    assert [script for script in page.select("script") if "alert" in script.get_text()] == []


@pytest.mark.parametrize("path", OURS + DATASETTES)
def test_links_lead_to_the_site_or_to_the_web(get, path):
    targets = [
        (tag.name, tag.get("href") or tag.get("src") or tag.get("action")) for tag in parse(get, path).find_all(True)
    ]
    leaving = [(name, target) for name, target in targets if re.match(r"[a-z]+:|//", (target or "").removeprefix(SITE))]
    assert [
        (name, target) for name, target in leaving if name != "a" or not target.startswith(("https://", "http://"))
    ] == []


@pytest.mark.parametrize("path", OURS + DATASETTES)
def test_links_to_others_pass_nothing_on(get, path):
    outside = parse(get, path).select('a[href^="http"]')
    assert [
        a["href"]
        for a in outside
        if not a["href"].startswith(SITE) and a.get("rel") != ["noopener", "noreferrer", "nofollow"]
    ] == []


@pytest.mark.parametrize("path", OURS)
def test_our_pages_allow_a_browser_nothing_but_our_style(get, path):
    policy = get(path).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert ("script-src 'self'; connect-src 'self'" if has_script(path) else "") in policy
    assert has_script(path) or "script-src" not in policy
    assert "unsafe" not in policy


def test_datasettes_pages_allow_only_their_own_scripts(get):
    page = get("/privacy/cases")
    policy = page.headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert page.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/privacy", "/privacy/cases", "/privacy/largest-fines", "/privacy?sql=select+1", "/nothing"]
)
def test_every_inline_script_of_datasette_is_allowed_by_its_hash(get, path):
    from base64 import b64encode
    from hashlib import sha256

    answer = get(path)
    inline = [s.string for s in BeautifulSoup(answer.text, "html.parser").select("script:not([src])")]
    hashes = [b64encode(sha256(script.encode()).digest()).decode() for script in inline]
    assert inline
    assert all(f"'sha256-{digest}'" in answer.headers["content-security-policy"] for digest in hashes)


def test_style_is_small_and_asks_nobody():
    sheets = [sheet for sheet in (files("dpawatch.web") / "static").iterdir() if sheet.name.endswith(".css")]
    text = "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    assert len(text.encode()) < 30_000
    assert not re.search(r"url\(|@import|https?:", text)


@pytest.mark.parametrize("name", ["site.css", "charts.css", "tables.css", "icon.svg", "suggest.js"])
def test_static_files_are_served(get, name):
    assert get(f"/-/static-plugins/dpawatch/{name}").status_code == 200


@pytest.mark.parametrize("path", OURS)
def test_pages_have_landmarks_a_skip_link_and_headings_in_order(get, path):
    page = parse(get, path)
    assert page.html["lang"] == "en"
    assert [len(page.select(tag)) for tag in ("main", "h1", "body > header", "body > footer")] == [1, 1, 1, 1]
    assert page.select_one(page.select_one("a.skip")["href"]).name == "main"
    levels = [int(heading.name[1]) for heading in page.select("h1, h2, h3, h4")]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    labelled = {label["for"] for label in page.select("label")}
    assert {field["id"] for field in page.select("input")} <= labelled
