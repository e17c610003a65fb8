"""The two people's walks: a researcher from a name to the sentence and a table, a journalist from a name to a feed."""

import csv
import re
import urllib.request

import feedparser

CLEARVIEW = "it-garante-2022-clearview-ai"


def test_a_researcher_finds_the_sentence_and_the_link_to_its_source(open_page, site, demo):
    page = open_page(site)
    page.goto("/")
    page.get_by_role("combobox", name="Search cases and articles").fill("Clearview")
    page.get_by_role("button", name="Search").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Results for Clearview"
    cases = page.get_by_role("region", name="Cases")
    cases.get_by_role("link", name=re.compile("Garante fines Clearview")).click()
    assert page.url == f"{site}/case/{CLEARVIEW}"
    evidence = page.get_by_role("region", name="The evidence")
    quote = evidence.locator("blockquote").first
    said = " ".join(quote.inner_text().split())
    texts = [" ".join(text.split()) for (text,) in demo.execute("select text from articles")]
    assert len(said) > 40 and any(said in text for text in texts)
    link = evidence.locator('a[href^="http://127.0.0.1:"]').first
    known = {url for (url,) in demo.execute("select url from articles where text like '%Clearview%'")}
    assert link.get_attribute("href") in known
    assert {"noopener", "noreferrer"} <= set(link.get_attribute("rel").split())
    open_page.check()


def test_a_researcher_filters_sees_the_chart_and_takes_the_table(open_page, site, demo):
    page = open_page(site, accept_downloads=True)
    page.goto("/cases")
    page.get_by_label("Provision").fill("GDPR")
    page.get_by_label("From").fill("2023")
    page.get_by_label("To", exact=True).fill("2023")
    page.get_by_label("At least, in euro").fill("1 000 000")
    page.get_by_role("button", name="Show").click()
    listed = page.get_by_role("region", name="Latest in the news first").get_by_role("article")
    cases = set(re.findall(r"/case/([\w-]+)\"", page.content()))
    assert listed.count() == len(cases) >= 1
    for case in cases:
        row = demo["cases"].get(case)
        assert row["amount_eur"] >= 1_000_000
        assert "2023" in f"{row['decided']} {row['first_seen']} {row['title']}"
        roles = demo.execute(
            "select count(*) from case_provisions where case_id = ? and provision glob 'GDPR*'", [case]
        )
        assert roles.fetchone()[0]

    page.get_by_label("From").fill("2021")
    page.get_by_role("button", name="Show").click()
    chart = page.locator("figure.chart")
    chart.locator("svg.shapes rect").first.wait_for()
    chart.locator("summary").click()
    counted = sum(int(cell.split()[0]) for cell in chart.locator("tbody td.number:nth-child(2)").all_inner_texts())
    with page.expect_download() as download:
        page.get_by_role("link", name="The whole list as CSV").click()
    with download.value.path().open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == counted > len(cases)
    assert cases < {row["id"] for row in rows}
    assert min(float(row["amount_eur"]) for row in rows) >= 1_000_000
    open_page.check()


def test_a_journalist_follows_a_company(open_page, site):
    page = open_page(site)
    page.goto("/search?q=clearview")
    page.get_by_role("region", name="Companies").get_by_role("link").first.click()
    assert page.url == f"{site}/company/clearview-ai"
    address = page.get_by_role("link", name="Follow it by feed").get_attribute("href")
    assert address == page.locator('link[type="application/atom+xml"]').get_attribute("href")
    with urllib.request.urlopen(site + address if address.startswith("/") else address) as answer:
        feed = feedparser.parse(answer.read())
    assert not feed.bozo
    assert "Clearview" in feed.feed.title
    assert len(feed.entries) >= 4
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    for entry in feed.entries:
        assert re.search("fine|order|ban|annul|investigat|reprimand|settle|warn|appeal|Fine", entry.title), entry.title
        assert entry.updated_parsed
    open_page.check()


def test_suggestions_lead_to_a_page_by_the_keyboard_alone(open_page, site):
    page = open_page(site)
    page.goto("/")
    box = page.get_by_role("combobox", name="Search cases and articles")
    box.press_sequentially("clearv", delay=20)
    page.get_by_role("listbox").get_by_role("option").first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(re.compile("/(company|case)/.*clearview"))
    assert "Clearview" in page.get_by_role("heading", level=1).inner_text()
    open_page.check()


def test_search_is_sent_by_enter(open_page, site):
    page = open_page(site)
    page.goto("/cases")
    page.get_by_label("Search cases and articles").fill("Google")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=Google")
    assert page.get_by_role("heading", level=1).inner_text() == "Results for Google"
    assert page.get_by_role("region", name="Cases").get_by_role("article").count() >= 1
    open_page.check()


def test_the_first_tab_stop_skips_to_the_content_and_all_stops_are_seen(open_page, site):
    page = open_page(site)
    page.goto("/cases")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    assert skip.evaluate("link => link === document.activeElement && link.getBoundingClientRect().left >= 0")
    for _ in range(12):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement), b = document.activeElement.getBoundingClientRect();"
            " return [s.outlineStyle, parseFloat(s.outlineWidth), b.width > 0 && b.right > 0, document.activeElement.outerHTML] })()"
        )
        assert style[0] == "solid" and style[1] >= 2 and style[2], style
    skip.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")
    open_page.check()


def test_without_scripts_search_and_filters_work(open_page, site):
    page = open_page(site, java_script_enabled=False)
    page.goto("/")
    page.locator("#home-search").fill("Clearview")
    page.locator("#home-search").press("Enter")
    page.wait_for_url("**/search?q=Clearview")
    assert page.locator("section[aria-labelledby=cases] .item").count() >= 3
    page.goto("/cases")
    page.locator("#f-country").select_option("FR")
    page.locator("#f-min").fill("1000000")
    page.get_by_role("button", name="Show").click()
    assert "country=FR" in page.url and page.locator(".item").count() >= 3
    assert page.locator(".chips b").all_inner_texts()
    open_page.check()
