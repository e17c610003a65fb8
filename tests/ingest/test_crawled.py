"""Pages of other crawlers: the article that a poll would make of them, behind the same gate."""

from datetime import UTC, datetime

import pytest

from ingest.articles import extract_article
from ingest.crawled import read_crawled_page
from ingest.errors import ArticleError, NotTheArticle
from ingest.models import Entry, Response, Source

FETCHED = datetime(2026, 3, 4, tzinfo=UTC)
TEXT = "The authority found that the shop had kept personal data for years and fined it under the GDPR. "
OTHER = "The ferry leaves at nine and takes forty people with their bicycles across the water. "


def page(url, text, head="<title>A shop is fined</title>", kind="text/html; charset=utf-8"):
    body = f"<!doctype html><html lang=en><head>{head}</head><body><article><h1>A shop</h1><p>{text}</p></article></body></html>"
    return Response(url, url, 200, (("Content-Type", kind),), body.encode(), FETCHED)


def describe(words):
    return f'<title>News</title><meta name="description" content="{words}">'


def test_it_is_the_article_that_a_poll_makes_of_the_page():
    response = page("https://www.paper.example/a?utm_source=x", TEXT * 5)
    source = Source("s", "paper.example", "press", "listing", "https://s.example", "https://s.example", "en", "general")
    polled = extract_article(Entry("g", response.url, "", "", None), source, response)
    found = read_crawled_page(response)
    assert (found.id, found.url, found.title, found.text) == (
        polled.id,
        "https://www.paper.example/a",
        "A shop",
        polled.text,
    )
    assert (found.published, found.published_origin, found.signature) == (FETCHED, "fetched", polled.signature)
    assert (found.content_hash, found.publisher, found.source) == (polled.content_hash, "paper.example", None)


def test_a_page_of_a_known_host_is_its_publishers():
    assert read_crawled_page(page("https://www.cnil.fr/a", TEXT)).publisher == "fr-cnil"


@pytest.mark.parametrize(
    ("text", "head", "kept"),
    [
        (TEXT, "<title>News</title>", True),
        (TEXT.replace("GDPR", "law"), describe("Where the ferry goes"), True),
        (OTHER * 5, describe("A shop was fined for its use of personal data"), False),
        # paragraphs around the article, or no paragraphs at all, are not enough to decide
        (OTHER * 5 + "</p><footer><p>We respect the GDPR.</p></footer>", "", False),
        ("</p><div>" + TEXT * 3 + "</div>", "", True),
    ],
)
def test_the_gate(text, head, kept):
    assert (read_crawled_page(page("https://a.example/", text, head)) is not None) == kept


def test_what_is_no_article_is_an_error():
    with pytest.raises(ArticleError):
        read_crawled_page(page("https://a.example/", "%PDF", kind="application/pdf").__class__(
            "https://a.example/", "https://a.example/", 200, (), b"%PDF-1.7", FETCHED))  # fmt: skip
    with pytest.raises(NotTheArticle):
        read_crawled_page(
            page("https://a.example/x", "Please enable JavaScript to continue.", "<title>Just a moment...</title>")
        )
