"""Each verdict on a source, against a real server on loopback."""

import asyncio
import socket
from datetime import UTC, datetime

import pytest

from ingest.checking import check_sources
from ingest.models import Listing, Source

RSS = """<rss version="2.0"><channel><title>News</title>{}</channel></rss>"""
ITEMS = """<item><link>/a</link><pubDate>Mon, 21 Jan 2019 10:00:00 GMT</pubDate></item>
<item><link>/b</link><pubDate>Tue, 22 Jan 2019 10:00:00 GMT</pubDate></item>"""
FEED = RSS.format(ITEMS)


def source(url, key="one", **stated):
    return Source(key, "pub", "press", stated.pop("format", "feed"), url, url, "en", "privacy", **stated)


def check(settings, *sources):
    async def run():
        return {verdict.source.id: verdict async for verdict in check_sources(sources, settings)}

    return asyncio.run(run())


def check_one(settings, url, **stated):
    return check(settings, source(url, **stated))["one"]


def test_works(site, settings):
    verdict = check_one(settings, site.add("/feed", FEED))
    assert (verdict.answer, verdict.status, verdict.entries, verdict.detail) == ("works", 200, 2, "")
    assert verdict.newest == datetime(2019, 1, 22, 10, tzinfo=UTC)
    assert [path for path, _ in site.requests] == ["/robots.txt", "/feed"], "one request, and the rules before it"


def test_a_temporary_redirect_works(site, settings):
    site.add("/feed", FEED)
    assert check_one(settings, site.add("/old", status=302, Location="/feed")).answer == "works"


def test_moved(site, settings):
    new = site.add("/feed", FEED)
    verdict = check_one(settings, site.add("/old", status=301, Location="/feed"))
    assert (verdict.answer, verdict.detail, verdict.entries) == ("moved", new, 2)


def test_moved_to_what_is_no_feed(site, settings):
    new = site.add("/", "<!doctype html><html><p>Welcome</p></html>")
    verdict = check_one(settings, site.add("/old", status=301, Location="/"))
    assert (verdict.answer, verdict.detail) == (
        "not a feed",
        f"{new}: this is an HTML page, not an RSS, RDF, Atom or JSON feed; "
        'sources of format = "listing" are read from such',
    )


@pytest.mark.parametrize("status", [404, 410])
def test_gone(site, settings, status):
    verdict = check_one(settings, site.add("/feed", status=status))
    assert (verdict.answer, verdict.status) == ("gone", status)


def test_blocked_by_robots(site, settings):
    site.add("/robots.txt", "User-agent: *\nDisallow: /feed")
    verdict = check_one(settings, site.add("/feed", FEED))
    assert (verdict.answer, verdict.status) == ("blocked by robots", None)
    assert "forbids /feed" in verdict.detail
    assert site.count("/feed") == 0


# in place of a feed
@pytest.mark.parametrize(
    ("body", "answer", "says"),
    [
        ("<!doctype html><html><p>Welcome</p></html>", "not a feed", "an HTML page"),
        ("plain words", "not a feed", "something else"),
        ("", "empty", "empty"),
        (" \n", "empty", "empty"),
        # a feed without a single item
        (RSS.format(""), "empty", ""),
    ],
)
def test_not_a_feed_and_empty(site, settings, body, answer, says):
    verdict = check_one(settings, site.add("/feed", body))
    assert (verdict.answer, verdict.status) == (answer, 200)
    assert says in verdict.detail


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_failed_by_status(site, settings, status):
    verdict = check_one(settings, site.add("/feed", status=status))
    assert (verdict.answer, verdict.status) == ("failed", status)
    assert f"answered {status}" in verdict.detail


def test_failed_by_silence(settings):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/feed"
    verdict = check_one(settings, url)
    assert (verdict.answer, verdict.status) == ("failed", None)
    assert verdict.detail


def test_a_listing_and_its_layout(site, settings):
    page = "<html><ul><li><a href='/a'>A</a> <time>21 January 2019</time></li><li><a href='/b'>B</a></li></ul></html>"
    url = site.add("/news", page, Content_Type="text/html")
    verdict = check_one(settings, url, format="listing", listing=Listing("li", date="time"))
    assert (verdict.answer, verdict.entries, verdict.newest) == ("works", 2, datetime(2019, 1, 21, tzinfo=UTC))
    verdict = check_one(settings, url, format="listing", listing=Listing("article"))
    assert verdict.answer == "not a feed"
    assert verdict.detail == "the page holds no item: nothing matches 'article'; its layout may have changed"


def test_an_index_of_sitemaps_works(site, settings):
    url = site.add("/sitemap.xml", "<sitemapindex><sitemap><loc>/1.xml</loc></sitemap></sitemapindex>")
    verdict = check_one(settings, url, format="sitemap")
    assert (verdict.answer, verdict.entries, verdict.status) == ("works", 0, 200)


def test_a_listing_without_selectors(site, settings):
    url = site.add("/news", "<html><a href=/a>A</a></html>")
    verdict = check_one(settings, url, format="listing")
    assert (verdict.answer, verdict.status, verdict.entries) == ("needs selectors", 200, None)
    assert check_one(settings, site.url + "/none", format="listing").answer == "gone"


def test_many_sources_each_with_its_verdict(make_site, settings):
    """What fails on one host is no matter of another, and all are asked at once."""
    good, bad = make_site(), make_site("127.0.0.2")
    sources = [source(good.add(f"/{n}", FEED), f"good-{n}") for n in range(5)]
    sources += [source(bad.add(f"/{n}", status=500), f"bad-{n}") for n in range(5)]
    verdicts = check(settings, *sources)
    assert {key: verdict.answer for key, verdict in verdicts.items()} == {
        f"{name}-{n}": answer for name, answer in (("good", "works"), ("bad", "failed")) for n in range(5)
    }


def test_what_breaks_one_source_is_its_verdict(site, settings, monkeypatch):
    def read(source, response):
        if source.id == "one":
            raise ValueError("odd\nbytes")
        return original(source, response)

    import ingest.checking

    original = ingest.checking.read_source
    monkeypatch.setattr(ingest.checking, "read_source", read)
    url = site.add("/feed", FEED)
    verdicts = check(settings, source(url), source(url, "two"))
    assert (verdicts["one"].answer, verdicts["one"].detail) == ("failed", "ValueError: odd bytes")
    assert verdicts["two"].answer == "works"
