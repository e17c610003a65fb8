"""Listings and sitemaps through a whole poll: which further pages are asked for, what waits, and what is wrong."""

import gzip
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ingest import paging, poll
from ingest.models import EntriesFound, EntryDone, Listing, Source, SourceDone, SourceJob, SourceState

WORDS = "The authority closed its inquiry into the ferry company and published the order with its reasons. " * 4
PAGE = f"<html><head><title>Order</title></head><body><h1>An order</h1><p>{WORDS}</p></body></html>"
NOTHING_KNOWN = SourceState()
SELECTORS = Listing("li", date="time", next="a.next", pages=3)


def make_job(url, kind="listing", state=NOTHING_KNOWN, topics="privacy", listing=SELECTORS):
    source = Source("xx-dpa", "xx-dpa", "regulator", kind, url, url, "en", topics)
    return SourceJob(replace(source, listing=listing if kind == "listing" else None), state)


class Reader:
    """Polls as a run does: what was found is known at the next poll, and what waits is carried over."""

    def __init__(self, settings, poll_all):
        self.settings = settings
        self.poll_all = poll_all
        self.known = set()

    def poll(self, job):
        events = self.poll_all([job], self.settings, lambda source, entries: self.known & {e.guid for e in entries})
        found = next((e for e in events if isinstance(e, EntriesFound)), EntriesFound("xx-dpa", (), job.state.more))
        self.known |= {entry.guid for entry in found.entries}
        return found, events[-1]


@pytest.fixture
def reader(settings, poll_all):
    return Reader(settings, poll_all)


def add_listing(site, *numbers, path="/list", after=None, **headers):
    for number in numbers:
        site.add(f"/{number}", PAGE, Content_Type="text/html")
    items = "".join(f"<li><a href='/{n}'>Order {n}</a> <time>12 March 2024</time></li>" for n in numbers)
    link = f"<a class=next href='{after}'>next</a>" if after else ""
    return site.add(path, f"<html><ul>{items}</ul>{link}</html>", Content_Type="text/html", **headers)


def add_pages(site, *pages, **headers):
    """Add a listing of several pages, its first one at /list, and return its address."""
    for n, numbers in enumerate(pages):
        path = f"/list?p={n}" if n else "/list"
        add_listing(site, *numbers, path=path, after=f"?p={n + 1}" if n + 1 < len(pages) else None, **headers)
    return site.url + "/list"


def list_numbers(found):
    return [int(entry.url.rpartition("/")[2]) for entry in found.entries]


def list_index_requests(site, since=0):
    return [path for path, _ in site.requests[since:] if path.startswith(("/list", "/sitemap", "/feed"))]


def test_first_poll_goes_back_to_the_cap(site, reader):
    found, done = reader.poll(make_job(add_pages(site, (8, 7), (6, 5), (4, 3), (2, 1))))
    assert (list_numbers(found), found.more) == ([8, 7, 6, 5, 4, 3], ())
    assert found.entries[0].published == datetime(2024, 3, 12, tzinfo=UTC)
    assert found.entries[0].title == "Order 8"
    assert list_index_requests(site) == ["/list", "/list?p=1", "/list?p=2"]
    assert (done.outcome, done.entries, done.warnings) == ("polled", 6, ())
    assert [f.kind for f in done.fetches] == ["robots", "listing", "listing", "listing"]
    asked = dict(site.requests)["/list"]
    assert asked["accept"].startswith("text/html")


def test_articles_of_a_listing_are_stored(site, poll_all, settings):
    events = poll_all([make_job(add_listing(site, 1))], settings)
    (done,) = (e for e in events if isinstance(e, EntryDone))
    assert (done.outcome, done.article.title, done.article.published_origin) == ("stored", "An order", "feed")


def test_later_poll_reads_the_first_page_only(site, reader):
    job = make_job(add_pages(site, (4, 3), (2, 1)))
    reader.poll(job)
    before = len(site.requests)
    add_pages(site, (5, 4), (3, 2), (1,))
    found, _ = reader.poll(job)
    assert (list_numbers(found), list_index_requests(site, before)) == ([5], ["/list"])


def test_later_poll_goes_on_while_everything_is_new(site, reader):
    job = make_job(add_pages(site, (2, 1)))
    reader.poll(job)
    before = len(site.requests)
    add_pages(site, (6, 5), (4, 2), (1, 0))
    found, _ = reader.poll(job)
    # a page that holds something known is the last one
    assert (list_numbers(found), list_index_requests(site, before)) == ([6, 5, 4], ["/list", "/list?p=1"])


def test_what_failed_on_the_way_back_is_read_at_the_next_poll_though_the_first_page_is_unchanged(site, reader):
    url = add_pages(site, (6, 5), (4, 3), (2, 1), ETag='"1"')
    site.add("/list?p=1", status=503)
    found, done = reader.poll(make_job(url))
    assert (list_numbers(found), found.more) == ([6, 5], (url + "?p=1",))
    assert (done.outcome, "?p=1: " in done.warnings[0], "503" in done.warnings[0]) == ("polled", True, True)
    # meanwhile one new entry pushed a known one onto the page that is resumed
    add_pages(site, (6, 5), (5, 4, 3), (2, 1), ETag='"1"')
    found, done = reader.poll(make_job(url, state=replace(done.state, more=found.more)))
    assert (list_numbers(found), found.more) == ([4, 3, 2, 1], ())
    assert (done.outcome, done.fetches[0 if done.fetches[0].kind == "listing" else 1].status) == ("polled", 304)


def test_page_that_still_fails_keeps_waiting(site, reader):
    url = add_pages(site, (2, 1), ETag='"1"')
    _, done = reader.poll(make_job(url))
    waiting = (site.add("/list?p=1", status=500),)
    found, done = reader.poll(make_job(url, state=replace(done.state, more=waiting)))
    assert (found.entries, found.more, done.outcome) == ((), waiting, "unchanged")
    assert "500" in done.warnings[0]


# further pages that end the way back: gone, without items, forbidden, the same again
@pytest.mark.parametrize(
    ("page", "words"),
    [
        ({"status": 404}, "not there"),
        ({"body": "<html><p>No results.</p></html>"}, "nothing matches 'li'"),
        ({"body": '<html><li><a href="/2">Order</a></li><a class=next href="/list?p=2">next</a>'}, None),
        ({"body": '<html><li><a href="/1">New</a></li><a class=next href="/list">next</a>'}, None),
    ],
)
def test_end_of_the_way_back(site, reader, page, words):
    url = add_listing(site, 3, 2, after="?p=1")
    site.add("/list?p=1", **page, Content_Type="text/html")
    site.add("/list?p=2", "<html><li><a href='/0'>Beyond</a></li>", Content_Type="text/html")
    found, done = reader.poll(make_job(url))
    assert list_numbers(found)[:2] == [3, 2]
    assert (found.more, done.outcome) == ((), "polled")
    assert list_index_requests(site) == ["/list", "/list?p=1"]
    assert words in done.warnings[0] if words else done.warnings == ()


def test_forbidden_further_page(site, reader):
    site.add("/robots.txt", "User-agent: *\nDisallow: /list?p=\n")
    found, done = reader.poll(make_job(add_pages(site, (4, 3), (2, 1))))
    assert (list_numbers(found), found.more, list_index_requests(site)) == ([4, 3], (), ["/list"])
    assert "robots.txt forbids" in done.warnings[0]


# what is at the address is of another format than the registry says
@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("listing", '<rss version="2.0"><channel/></rss>', 'a feed, not an HTML listing; sources of format = "feed"'),
        (
            "feed",
            "<!doctype html><html><li><a href=/1>x</a></li></html>",
            'an HTML page.*sources of format = "listing"',
        ),
        ("feed", "<urlset><url><loc>/1</loc></url></urlset>", 'a sitemap.*sources of format = "sitemap"'),
        ("sitemap", "<!doctype html><html></html>", "an HTML page, not a sitemap"),
        ("listing", "<!doctype html><html><p>Rebuilt.</p></html>", "nothing matches 'li'; its layout may have changed"),
        ("listing", "", "the listing is empty"),
    ],
)
def test_another_format(site, reader, kind, body, words):
    found, done = reader.poll(make_job(site.add("/list", body), kind))
    assert (found.entries, done.outcome, done.state) == ((), "failed", NOTHING_KNOWN)
    assert re.search(words, done.error)


def add_sitemap(site, path, *numbers):
    for number in numbers:
        site.add(f"/{number}", PAGE, Content_Type="text/html")
    body = "".join(f"<url><loc>/{n}</loc></url>" for n in numbers)
    packed = f"<urlset>{body}</urlset>".encode()
    return site.add(path, gzip.compress(packed) if path.endswith(".gz") else packed, Content_Type="application/gzip")


def add_sitemap_index(site, children, **headers):
    body = "".join(f"<sitemap><loc>{path}</loc><lastmod>{day}</lastmod></sitemap>" for path, day in children.items())
    return site.add("/sitemap.xml", f"<sitemapindex>{body}</sitemapindex>", Content_Type="text/xml", **headers)


def test_index_of_sitemaps(site, reader):
    add_sitemap(site, "/sitemap-1.xml", 1, 2)
    add_sitemap(site, "/sitemap-2.xml.gz", 3)
    url = add_sitemap_index(site, {"/sitemap-1.xml": "2024-01-01", "/sitemap-2.xml.gz": "2024-05-01"})
    found, done = reader.poll(make_job(url, "sitemap"))
    assert (list_numbers(found), found.more, done.warnings) == ([3, 1, 2], (), ())
    assert list_index_requests(site) == ["/sitemap.xml", "/sitemap-2.xml.gz", "/sitemap-1.xml"]
    assert [f.kind for f in done.fetches] == ["robots", "sitemap", "sitemap", "sitemap"]
    # later only what changed since then is asked for
    add_sitemap(site, "/sitemap-2.xml.gz", 3, 4)
    add_sitemap_index(site, {"/sitemap-1.xml": "2024-01-01", "/sitemap-2.xml.gz": "2024-05-03"})
    before = len(site.requests)
    since = datetime(2024, 5, 2, tzinfo=UTC)
    found, _ = reader.poll(make_job(url, "sitemap", replace(done.state, since=since)))
    assert (list_numbers(found), list_index_requests(site, before)) == ([4], ["/sitemap.xml", "/sitemap-2.xml.gz"])


def test_sitemaps_past_the_cap_wait_and_are_read_though_the_index_is_unchanged(site, reader, monkeypatch):
    monkeypatch.setattr(paging, "MAX_SITEMAPS", 1)
    for n in (1, 2, 3):
        add_sitemap(site, f"/sitemap-{n}.xml", n)
    url = add_sitemap_index(site, {f"/sitemap-{n}.xml": f"2024-01-0{n}" for n in (1, 2, 3)}, ETag='"1"')
    state = NOTHING_KNOWN
    seen = []
    for _ in range(4):
        found, done = reader.poll(make_job(url, "sitemap", state))
        state = replace(done.state, more=found.more)
        seen.append((list_numbers(found), done.outcome))
    assert seen == [([3], "polled"), ([2], "polled"), ([1], "polled"), ([], "unchanged")]


def test_failing_sitemap_does_not_hold_up_the_others(site, reader):
    add_sitemap(site, "/sitemap-1.xml", 1)
    site.add("/sitemap-2.xml", status=500)
    url = add_sitemap_index(site, {"/sitemap-1.xml": "2024-01-01", "/sitemap-2.xml": "2024-05-01"}, ETag='"1"')
    found, done = reader.poll(make_job(url, "sitemap"))
    assert (found.entries, found.more) == ((), (site.url + "/sitemap-1.xml", site.url + "/sitemap-2.xml"))
    found, done = reader.poll(make_job(url, "sitemap", replace(done.state, more=found.more)))
    assert (list_numbers(found), found.more) == ([1], (site.url + "/sitemap-2.xml",))


def test_sitemap_on_a_host_at_rest_waits(site, make_site, poll_all, settings):
    other = make_site("127.0.0.2")
    children = {add_sitemap(other, f"/sitemap-{n}.xml", n): f"2024-05-0{n}" for n in (1, 2)}
    jobs = [make_job(add_sitemap_index(site, children), "sitemap")]
    found, done = poll_all(jobs, settings, resting={"127.0.0.2": 3600})
    assert (set(found.more), found.entries, done.outcome, other.requests) == (set(children), (), "polled", [])


def test_general_sitemap_without_titles_is_not_gated_by_their_absence(site, poll_all, settings):
    jobs = [make_job(add_sitemap(site, "/sitemap.xml", 1, 2), "sitemap", topics="general")]
    site.add("/1", PAGE.replace("the ferry company", "the personal data of passengers"), Content_Type="text/html")
    events = poll_all(jobs, settings)
    assert [e.outcome for e in events if isinstance(e, EntryDone)] == ["stored", "irrelevant"]
    assert site.count("/2") == 1


def test_pages_of_one_poll_are_capped_and_the_others_wait(site, reader, monkeypatch):
    monkeypatch.setattr(poll, "MAX_PAGES", 2)
    found, done = reader.poll(make_job(add_sitemap(site, "/sitemap.xml", 1, 2, 3), "sitemap"))
    assert (len(found.entries), isinstance(done, SourceDone)) == (3, True)
    assert [site.count(f"/{n}") for n in (1, 2, 3)] == [1, 1, 0]
