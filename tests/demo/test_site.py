"""The demo's publications: feeds that parse, pages from which only the article is taken, and honest HTTP."""

from __future__ import annotations

import http.client
from datetime import UTC, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest
from markupsafe import escape

from dpawatch.demo.articles import load_articles
from dpawatch.demo.pages import render_site
from dpawatch.demo.publications import load_publications
from ingest.feeds import parse_entries
from ingest.pages import read_page
from ingest.relevance import is_relevant

BASE = "http://127.0.0.1:8766"
PUBLICATIONS = load_publications().values()
ARTICLES = load_articles()
PAGES = render_site(ARTICLES, BASE)


@pytest.fixture
def ask(server):
    """Return a function that asks the server for a path."""

    def request(path, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body

    return request


def feed_of(publication):
    page = PAGES[f"/{publication.id}/feed.xml"]
    return parse_entries(page.body, f"{BASE}/{publication.id}/feed.xml", page.content_type)


@pytest.mark.parametrize("publication", PUBLICATIONS, ids=lambda p: p.id)
def test_a_feed_tells_of_every_article(publication):
    feed = feed_of(publication)
    assert (feed.warnings, feed.complete) == ((), True)
    own = [article for article in reversed(ARTICLES) if article.publication == publication]
    assert [(e.url, e.title, e.summary, e.published) for e in feed.entries] == [
        (BASE + a.path, a.title, a.paragraphs[0], a.published.astimezone(UTC)) for a in own
    ]
    assert all(e.guid.startswith(f"tag:demo.dpawatch.example,2026:{publication.id}/") for e in feed.entries)


def test_guids_do_not_tell_where_the_demo_is_served():
    def guids(base):
        page = render_site(ARTICLES, base)["/demo-netz-de/feed.xml"]
        return [entry.guid for entry in parse_entries(page.body, base, page.content_type).entries]

    assert guids(BASE) == guids("http://127.0.0.1:1")


def test_several_forms_of_feeds_are_used():
    assert {publication.feed for publication in PUBLICATIONS} == {"rss", "atom", "rdf"}


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: f"{a.lang}-{a.slug}")
def test_only_the_article_is_taken_from_its_page(article):
    page = PAGES[article.path]
    found = read_page(page.body, page.content_type, BASE + article.path)
    assert found.title == article.title
    assert found.published == article.published.astimezone(UTC)
    lines = found.text.split("\n")
    assert [line for line in lines if line != article.title] == article.paragraphs


def test_the_pages_hold_what_extraction_must_leave_out():
    newest = {article.publication: article for article in ARTICLES}
    for article in ARTICLES:
        body, words = PAGES[article.path].body.decode(), article.publication.words
        assert "<nav>" in body
        assert f"<p>{escape(words.cookies)}</p>" in body
        assert escape(words.invented) in body
        assert newest[article.publication] is article or newest[article.publication].path in body


@pytest.mark.parametrize("article", [a for a in ARTICLES if a.expected.is_enforcement], ids=lambda a: a.path)
def test_the_gate_of_general_sources_lets_enforcement_pass(article):
    assert article.publication.topics == "privacy" or is_relevant(article.title, article.paragraphs[0])


def test_every_link_on_the_site_leads_somewhere():
    from bs4 import BeautifulSoup

    links = {link["href"] for page in PAGES.values() if page.content_type.startswith("text/html")
             for link in BeautifulSoup(page.body, "html.parser").find_all(href=True)}  # fmt: skip
    assert len(links) > len(ARTICLES)
    assert links <= PAGES.keys()


def test_a_known_tag_is_answered_without_a_body(ask):
    path = "/demo-wire-en/feed.xml"
    answer, body = ask(path)
    assert (answer.status, len(body)) == (200, int(answer.headers["Content-Length"]))
    tag = answer.headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again, nothing = ask(path, If_None_Match=known)
        assert (again.status, nothing, again.headers["ETag"]) == (304, b"", tag)
    assert ask(path, If_None_Match='"other"')[0].status == 200


def test_a_known_time_is_answered_without_a_body(ask):
    path = ARTICLES[0].path
    modified = ask(path)[0].headers["Last-Modified"]
    assert parsedate_to_datetime(modified) == ARTICLES[0].published
    earlier = format_datetime(parsedate_to_datetime(modified) - timedelta(seconds=1), usegmt=True)
    assert ask(path, If_Modified_Since=modified)[0].status == 304
    assert ask(path, If_Modified_Since=earlier)[0].status == 200
    assert ask(path, If_Modified_Since="yesterday")[0].status == 200


def test_the_tag_decides_when_both_validators_are_sent(ask):
    modified = ask(ARTICLES[0].path)[0].headers["Last-Modified"]
    assert ask(ARTICLES[0].path, If_None_Match='"other"', If_Modified_Since=modified)[0].status == 200


def test_what_is_not_there_is_not_found(ask):
    answer, body = ask("/no/such/page")
    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert b"Not found" in body


def test_a_head_has_no_body(ask):
    answer, body = ask("/?utm_source=x", method="HEAD")
    assert (answer.status, body) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 0


def test_robots_are_welcome(ask):
    assert ask("/robots.txt")[1] == b"User-agent: *\nAllow: /\n"
