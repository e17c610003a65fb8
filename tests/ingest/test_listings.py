"""Listings: one frozen page per layout, with its selectors and what they must yield; and pages that are no listing."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.entries import MAX_ENTRIES
from ingest.errors import NotAFeed
from ingest.listings import MAX_BYTES, parse_listing
from ingest.models import Listing, Response, Source
from ingest.registry import load_sources

LAYOUTS = sorted(path.parent for path in (Path(__file__).parent / "fixtures" / "listings").glob("*/source.toml"))
FETCHED = datetime(2026, 10, 14, 15, 30, tzinfo=UTC)
URL = "http://authority.test/news/"
SOURCE = Source(
    "xx-dpa", "xx-dpa", "regulator", "listing", URL, URL, "en", "privacy", listing=Listing("li", date="time")
)


def respond(body, url=URL, content_type="text/html", fetched=FETCHED):
    body = body if isinstance(body, bytes) else body.encode()
    return Response(url, url, 200, (("Content-Type", content_type),), body, fetched)


def read(body, source=SOURCE, **listing):
    return parse_listing(replace(source, listing=replace(source.listing, **listing)), respond(body))


@pytest.mark.parametrize("folder", LAYOUTS, ids=lambda folder: folder.name)
def test_layout(folder):
    """A missing expected.json is written, as of now, and fails the test, until a person has read it."""
    (source,) = load_sources(folder / "source.toml")
    expected = folder / "expected.json"
    known = json.loads(expected.read_text(encoding="utf-8")) if expected.exists() else None
    fetched = datetime.fromisoformat(known["fetched"]) if known else datetime.now(UTC).replace(microsecond=0)
    feed = parse_listing(source, respond((folder / "page.html").read_bytes(), source.url, fetched=fetched))
    found = {
        "fetched": fetched.isoformat(),
        "entries": [
            {"url": e.url, "title": e.title, "summary": e.summary, "published": e.published and e.published.isoformat()}
            for e in feed.entries
        ],
        "warnings": list(feed.warnings),
        "more": list(feed.more),
    }
    if known is None:
        expected.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        pytest.fail(f"{folder.name}/expected.json was missing and has been written: read it")
    assert found == known
    assert [e.guid for e in feed.entries] == [e.url for e in feed.entries]


def test_there_are_layouts():
    assert len(LAYOUTS) >= 6


# what stands where the listing should be, and what the one line must say
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "listing is empty"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', 'a feed, not an HTML listing.*format = "feed"'),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', 'a feed, not an HTML listing.*format = "feed"'),
        (b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', 'a sitemap.*format = "sitemap"'),
        (b'{"items": []}', "JSON, not an HTML listing"),
        (b"%PDF-1.7\n", "a PDF, not an HTML listing"),
        (b"\x89PNG\r\n\x1a\n", "is an image"),
        ("<html><body><p>We rebuilt our site.</p></body></html>", "nothing matches 'li'; its layout may have changed"),
        (b"<html>" + b" " * MAX_BYTES, "larger than 5,000,000 bytes"),
    ],
)
def test_no_listing(body, words):
    with pytest.raises(NotAFeed, match=words):
        read(body)


def test_items_are_capped():
    feed = read("<html>" + "".join(f"<li><a href='/{n}'>n</a></li>" for n in range(MAX_ENTRIES + 3)), date=None)
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.warnings == (f"the listing holds {MAX_ENTRIES + 3} items; the first {MAX_ENTRIES} are read",)


def test_what_the_selectors_do_not_find_is_told():
    feed = read("<html><li><a href='/1'>One</a><time>soon</time></li><li>Two</li>", title="h2")
    assert [(e.title, e.published) for e in feed.entries] == [("", None)]
    assert feed.warnings == (
        "1 of 2 items have no http or https link of their own, and are skipped",
        "1 of 2 items hold no title: nothing matches 'h2'",
        "1 of 2 items hold no certain date, such as 'soon'",
    )


# links that lead to no page of their own
@pytest.mark.parametrize(
    "href", ["", "#top", "/news/", "/news/#top", "javascript:void(0)", "mailto:a@b.test", "file:///x", "http://[bad/x"]
)
def test_useless_links(href):
    assert read(f'<html><li><a href="{href}">x</a></li>', date=None).entries == ()


# what the selector of the next page finds: a link, an element around one, a dead one, one to another scheme
@pytest.mark.parametrize(
    ("html", "more"),
    [
        ("<a class=n href='?p=2#list'>next</a>", (URL + "?p=2",)),
        ("<p class=n><span><a href='/news/2'>next</a></span></p>", ("http://authority.test/news/2",)),
        ("<a class=n>next</a>", ()),
        ("<a class=n href='javascript:next()'>next</a>", ()),
        ("", ()),
    ],
)
def test_next_page(html, more):
    assert read(f"<html><li><a href='/1'>x</a></li>{html}", date=None, next=".n").more == more
