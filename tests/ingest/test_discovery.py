"""From a home page to its feed, against a real server on loopback."""

import asyncio

import pytest
from bs4 import BeautifulSoup

from ingest.discovery import COMMON_PATHS, find_feed, list_common, list_links
from ingest.errors import NoFeedFound, PageGone, RobotsDenied, RobotsUnreachable

FEED = (
    '<rss version="2.0"><channel><title>News</title><language>fr</language><item><link>/a</link></item></channel></rss>'
)
EMPTY = '<rss version="2.0"><channel><title>Nothing yet</title></channel></rss>'


def find(url, settings):
    return asyncio.run(find_feed(url, settings))


def page(*links, head="", lang="fr"):
    tags = "".join(f"<link rel=alternate type='{kind}' href='{href}'>" for kind, href in links)
    return f"<!doctype html><html lang='{lang}'><head><title>The  Office</title>{head}{tags}</head><body>Hello</body></html>"


def asked(site):
    return [path for path, _ in site.requests if path != "/robots.txt"]


def test_the_address_is_the_feed(site, settings):
    found = find(site.add("/feed", FEED), settings)
    assert (found.url, found.feed.title, found.homepage) == (site.url + "/feed", "News", site.url + "/")
    assert asked(site) == ["/feed"]


def test_the_address_of_the_feed_has_moved(site, settings):
    site.add("/feed", FEED)
    assert find(site.add("/old", status=301, Location="/feed"), settings).url == site.url + "/feed"
    assert find(site.add("/now", status=302, Location="/feed"), settings).url == site.url + "/now"


def test_the_page_names_its_feed(site, settings):
    site.add("/news/feed.xml", FEED)
    home = site.add("/", page(("application/rss+xml", "news/feed.xml")))
    found = find(home, settings)
    assert (found.url, found.homepage) == (site.url + "/news/feed.xml", home)
    assert (found.title, found.language) == ("The Office", "fr")
    assert asked(site) == ["/", "/news/feed.xml"]


def test_a_feed_of_comments_and_an_empty_one_come_last(site, settings):
    site.add("/comments", FEED)
    site.add("/empty", EMPTY)
    site.add("/main", FEED)
    kind = "application/atom+xml"
    found = find(site.add("/", page((kind, "/comments"), (kind, "/empty"), (kind, "/main"))), settings)
    assert found.url == site.url + "/main"
    assert found.others == (site.url + "/comments",)
    assert asked(site) == ["/", "/empty", "/main"]


def test_an_empty_feed_is_better_than_none(site, settings):
    site.add("/empty", EMPTY)
    found = find(site.add("/", page(("application/rss+xml", "/empty"))), settings)
    assert (found.url, found.feed.entries) == (site.url + "/empty", ())


def test_a_named_feed_that_is_dead_is_passed_over(site, settings):
    site.add("/html", page())
    site.add("/rss.xml", FEED)
    links = [("application/rss+xml", "/dead"), ("application/rss+xml", "/html")]
    assert find(site.add("/", page(*links)), settings).url == site.url + "/rss.xml"


@pytest.mark.parametrize("path", COMMON_PATHS)
def test_common_paths_below_the_page_and_the_root(site, settings, path):
    home = site.add("/en/news", page())
    site.add(f"/en/news/{path}", FEED)
    if path != "feed.json":  # nothing here is JSON
        assert find(home, settings).url == f"{site.url}/en/news/{path}"
    site.routes.pop(f"/en/news/{path}")
    site.add(f"/{path}", FEED)
    assert find(home, settings).url == f"{site.url}/{path}"


def test_nothing_is_asked_for_twice_and_the_search_ends(site, settings):
    links = [("application/rss+xml", f"/{n}") for n in range(50)] + [("text/xml", "/rss.xml")]
    with pytest.raises(NoFeedFound, match=r"no feed found behind .*/x: 19 other addresses tried$"):
        find(site.add("/x", page(*links)), settings)
    assert len(asked(site)) == len(set(asked(site))) == 20


def test_robots_are_asked_before_everything(site, settings):
    site.add("/robots.txt", "User-agent: *\nDisallow: /feed\nDisallow: /private")
    site.add("/feed/", FEED)
    with pytest.raises(NoFeedFound, match=r"7 other addresses tried, 3 of them forbidden by robots\.txt"):
        find(site.add("/", page()), settings)
    with pytest.raises(RobotsDenied):
        find(site.add("/private", FEED), settings)
    assert not {"/feed/", "/private"} & set(asked(site))


def test_the_address_itself_fails(site, settings):
    with pytest.raises(PageGone):
        find(site.url + "/none", settings)
    with pytest.raises(RobotsUnreachable):
        find("http://127.0.0.1:1/", settings)


LINKS = [
    # kinds of feeds, in the page's order
    (
        page(("application/atom+xml", "/a"), ("application/feed+json", "/b"), ("text/xml; charset=utf-8", "/c")),
        "/a /b /c",
    ),
    # WordPress names its API so
    (page(("application/json", "/wp-json/wp/v2/pages/7")), ""),
    # other languages of the page
    ("<link rel=alternate hreflang=en href=/en><link rel=alternate href=/x>", ""),
    # several words, in capitals
    ("<link rel='Home ALTERNATE' type='Application/RSS+XML' href=/a>", "/a"),
    # the base of the page
    (page(("application/rss+xml", "feed"), head="<base href=http://h.test/deep/>"), "/deep/feed"),
    # what is no address
    (page(("text/xml", "javascript:alert(1)"), ("text/xml", "http://[bad"), ("text/xml", "")), ""),
]


@pytest.mark.parametrize(("html", "expected"), LINKS)
def test_links_of_a_page(html, expected):
    from ingest.discovery import _find_base

    soup = BeautifulSoup(html, "lxml")
    links = list_links(soup, _find_base(soup, "http://h.test/"))
    assert links == [f"http://h.test{path}" for path in expected.split()]


def test_common_paths_of_a_root_are_listed_once():
    assert list_common("http://h.test") == [f"http://h.test/{path}" for path in COMMON_PATHS]
