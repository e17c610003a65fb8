"""Sitemaps: one fixture file per phenomenon with its expectations inside, packed maps, and what is no map."""

import gc
import gzip
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.errors import NotAFeed
from ingest.models import Response, Sitemap
from ingest.sitemaps import MAX_CHILDREN, MAX_UNPACKED, MAX_URLS, parse_sitemap

FILES = sorted((Path(__file__).parent / "fixtures" / "sitemaps").glob("*.xml"))
EXPECT = re.compile(r"expect: (.+?)(?: -->)?\s*$", re.MULTILINE)
URL = "http://maps.test/sitemap.xml"
SINCE = datetime(2024, 3, 2, tzinfo=UTC)
WANTED = {"matched": Sitemap(match="/en/news/*")}


def read(body, wanted=None, since=SINCE):
    return parse_sitemap(wanted, Response(URL, URL, 200, (), body, datetime(2024, 3, 6, tzinfo=UTC)), since)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_phenomenon(file):
    body = file.read_bytes()
    expectations = EXPECT.findall(body.decode())
    assert expectations, "the file states no expectation"
    feed = read(body, WANTED.get(file.stem))
    names = {"entries": feed.entries, "warnings": feed.warnings, "complete": feed.complete, "more": feed.more}
    for expectation in expectations:
        assert eval(expectation, names), f"{expectation}\n{feed}"


def write_map(*places, kind="url", root="urlset"):
    body = "".join(f"<{kind}><loc>{loc}</loc></{kind}>" for loc in places)
    return f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</{root}>'.encode()


def test_packed():
    body = write_map("/a", "/b")
    assert [e.url for e in read(gzip.compress(body)).entries] == ["http://maps.test/a", "http://maps.test/b"]


def test_empty_map():
    feed = read(b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" />')
    assert (feed.entries, feed.complete, feed.warnings) == ((), True, ())


def test_children_by_pattern():
    body = write_map("/sitemap-news-1.xml", "/sitemap-people.xml", kind="sitemap", root="sitemapindex")
    assert read(body, Sitemap(children="/sitemap-news*")).more == ("http://maps.test/sitemap-news-1.xml",)


def test_first_poll_reads_every_child():
    (index,) = (file for file in FILES if file.stem == "index")
    assert len(read(index.read_bytes(), since=None).more) == 3


def test_caps():
    feed = read(write_map(*(f"/{n}" for n in range(MAX_URLS + 1))))
    assert (len(feed.entries), feed.warnings) == (
        MAX_URLS,
        ("the sitemap holds 50001 pages; the first 50000 are read",),
    )
    children = (f"/{n}" for n in range(MAX_CHILDREN + 1))
    feed = read(write_map(*children, kind="sitemap", root="sitemapindex"))
    assert (len(feed.more), "leads to 1001 others" in feed.warnings[0]) == (MAX_CHILDREN, True)


@pytest.mark.parametrize(
    "piece", [b"<![CDATA[", b"<url>", b"<url/>", b"<url", b"<", b"<a:", b"&", b"&a", b"<!--", b"<?x "]
)
def test_what_is_costly_to_read_takes_no_longer_than_its_size(piece):
    """A megabyte of what is opened and never closed; what squares its size takes minutes. Other tests' heaps are not measured."""
    body = b"<urlset>" + piece * (1_000_000 // len(piece))
    gc.freeze()
    started = time.process_time()
    assert (read(body).entries, read(body).complete) == ((), False)
    taken = time.process_time() - started
    gc.unfreeze()
    assert taken < 10


def test_ampersands_of_addresses_and_of_cdata():
    body = write_map("/a?x=1&y=2", "<![CDATA[/b?x=1&y=2]]>", "/c?x=1&amp;y=2")
    assert [e.url for e in read(body).entries] == [f"http://maps.test/{page}?x=1&y=2" for page in "abc"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "sitemap is empty"),
        (b"<!doctype html><html><body>Not found</body></html>", 'an HTML page, not a sitemap.*format = "listing"'),
        (b'<?xml version="1.0"?><rss version="2.0"></rss>', 'a feed, not a sitemap.*format = "feed"'),
        (b"User-agent: *", "something else"),
        (gzip.compress(b"<urlset>" + b"x" * 1000)[:-20], "cannot be unpacked: .* middle of its gzip"),
        (b"\x1f\x8bnonsense", "cannot be unpacked: .* not valid gzip"),
        (gzip.compress(b" " * (MAX_UNPACKED + 1)), "cannot be unpacked: .* larger than 52,428,800 bytes"),
    ],
    ids=["empty", "html", "feed", "text", "truncated", "broken", "bomb"],
)
def test_no_sitemap(body, words):
    with pytest.raises(NotAFeed, match=words):
        read(body)
