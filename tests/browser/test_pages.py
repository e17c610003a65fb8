"""Every page type in a real browser: accessible, no wider than the screen, quiet, and asking nobody else for anything."""

import pytest

PAGES = {
    "home": "/",
    "cases": "/cases?min=1000000&country=FR",
    "case": "/case/it-garante-2022-clearview-ai",
    "company": "/company/clearview-ai",
    "regulator": "/regulator/fr-cnil",
    "provision": "/provision/GDPR:6",
    "law": "/provision/GDPR",
    "source": "/source/{source}",
    "article": "/article/{article}",
    "search": "/search?q=Clearview",
    "dashboards": "/-/dashboards",
    "dashboard": "/-/dashboards/fines",
    "about": "/-/about-data",
    "health": "/-/health",
    "database": "/demo",
    "table": "/demo/cases?_size=20",
    "row": "/demo/cases/it-garante-2022-clearview-ai",
    "query": "/demo/largest-fines",
    "missing": "/no/such/page",
}
OVERFLOW = """[document.documentElement.scrollWidth - innerWidth,
  [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(e => e.outerHTML.slice(0, 120))]"""


@pytest.fixture(scope="session")
def addresses(demo):
    """Return the addresses of the pages; those of a source and an article are those of the demo's database."""
    article = demo.execute(
        "select article from case_articles where case_id = 'it-garante-2022-clearview-ai'"
    ).fetchone()
    source = demo.execute("select id from sources where id glob '*wire*'").fetchone()
    return {name: path.format(article=article[0], source=source[0]) for name, path in PAGES.items()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible(open_page, site, addresses, name, scheme):
    from axe_playwright_python.sync_playwright import Axe

    # the policy of the pages forbids what axe is: a script put into them
    page = open_page(site, scheme=scheme, bypass_csp=True)
    page.goto(addresses[name])
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    grave = [rule for rule in found if rule["impact"] in ("serious", "critical")]
    assert [(rule["id"], [node["html"][:160] for node in rule["nodes"][:3]]) for rule in grave] == []


@pytest.mark.parametrize("width", ["narrow", "wide"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_fit_are_quiet_and_stay_at_home(open_page, site, addresses, pictures, name, width):
    page = open_page(site, width=width)
    answer = page.goto(addresses[name], wait_until="networkidle" if name == "home" else "load")
    assert answer.status == (404 if name == "missing" else 200)
    assert page.locator("h1").count() == 1 and page.locator("main").count() == 1
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=pictures / f"{name}-{page.viewport_size['width']}-{scheme}.png", full_page=True)
    wider, what = page.evaluate(OVERFLOW)
    assert wider <= 0, what
    if name == "missing":
        page.goto("/robots.txt")  # the browser itself complains of the 404
    else:
        open_page.check()


@pytest.mark.parametrize("path", ["/case/hostile", "/article/hostile", "/company/evil", "/search?q=alert", "/cases", "/",
                                  "/source/bad", "/hostile/cases", "/hostile/cases/hostile", "/-/dashboards/fines"])  # fmt: skip
def test_hostile_values_execute_nothing(open_page, hostile_site, path):
    page = open_page(hostile_site, width="narrow")
    assert page.goto(path).status == 200
    assert page.evaluate("window.__x") is None
    assert page.locator("main img, main script, main iframe").count() == 0
    assert page.locator("a[href^='javascript:' i]").count() == 0
    wider, what = page.evaluate(OVERFLOW)
    assert wider <= 0, what
    open_page.check()


def test_hostile_suggestions_execute_nothing(open_page, hostile_site):
    page = open_page(hostile_site)
    page.goto("/")
    page.locator("#home-search").press_sequentially("script")
    page.get_by_role("option").first.wait_for()
    assert page.evaluate("window.__x") is None
    assert page.locator("[role=listbox] img, [role=listbox] script").count() == 0
    open_page.check()
