"""A whole poll against real servers: the order of events, what each outcome is, and that sources do not harm each other."""

import asyncio
import importlib
import sys
import threading
import time
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from warcio.archiveiterator import ArchiveIterator

from ingest import poll
from ingest.archive import Archive
from ingest.models import EntriesFound, Entry, EntryDone, Source, SourceDone, SourceJob, SourceState
from ingest.poll import poll_sources
from ingest.turns import RESTS_IN_A_RUN
from ingest.workers import Workers

WORDS = "The authority closed its inquiry into the ferry company and published the order with its reasons. " * 4
PAGE = f"<html><head><title>Order</title></head><body><h1>An order</h1><p>{WORDS}</p></body></html>"

NOTHING_KNOWN = SourceState()


def add_feed(site, *paths, path="/feed", titles=(), **headers):
    items = "".join(
        f"<item><title>{titles[n] if titles else 'Order'}</title><link>{p}</link><guid isPermaLink='false'>{p}</guid></item>"
        for n, p in enumerate(paths)
    )
    return site.add(
        path, f'<rss version="2.0"><channel>{items}</channel></rss>', Content_Type="application/rss+xml", **headers
    )


def make_job(url, source_id="xx-dpa", topics="privacy", state=NOTHING_KNOWN, pending=()):
    source = Source(source_id, "xx-dpa", "regulator", "feed", url, url, "en", topics)
    return SourceJob(source, state, tuple(Entry(p, p, "Order", "", None) for p in pending))


@pytest.fixture
def run(poll_all):
    """Poll jobs of which the entries in `known` were seen before."""
    return lambda settings, *jobs, known=(): poll_all(
        jobs, settings, lambda source, entries: set(known) & {e.guid for e in entries}
    )


def list_outcomes(events):
    return [(e.guid, e.outcome) for e in events if isinstance(e, EntryDone)]


def test_events_come_in_the_order_that_a_kill_cannot_hurt(site, settings, run):
    url = add_feed(site, "/a", "/b")
    site.add("/a", PAGE, Content_Type="text/html")
    site.add("/b", PAGE, Content_Type="text/html")
    events = run(settings, make_job(url, pending=[site.url + "/old"]))
    assert [type(e) for e in events] == [EntriesFound, EntryDone, EntryDone, EntryDone, SourceDone]
    assert [e.guid for e in events[0].entries] == ["/a", "/b"]
    assert list_outcomes(events) == [("/a", "stored"), ("/b", "stored"), (site.url + "/old", "gone")]
    assert [path for path, _ in site.requests] == ["/robots.txt", "/feed", "/a", "/b", "/old"]
    article = events[1].article
    assert (article.title, article.url, article.source, article.publisher) == (
        "An order",
        site.url + "/a",
        "xx-dpa",
        "xx-dpa",
    )
    assert article.text == WORDS.strip()
    done = events[-1]
    assert (done.outcome, done.entries, done.error) == ("polled", 2, None)
    assert [f.kind for f in done.fetches] == ["robots", "feed"]
    assert [f.kind for f in events[1].fetches] == ["page"]


def test_entries_are_out_before_their_pages_are_asked_for(site, settings):
    url = add_feed(site, "/a")

    async def stop_early():
        async with aclosing(
            poll_sources([make_job(url)], lambda source, entries: set(), replace(settings, delay=0.5))
        ) as events:
            first = (await anext(events))[0]
            return first, site.count("/a")

    first, asked = asyncio.run(stop_early())
    assert (type(first), asked) == (EntriesFound, 0)


def test_second_poll_is_conditional(site, settings, run):
    url = add_feed(site, "/a", ETag='W/"v 1"', Last_Modified="Mon, 01 Jan 2024 00:00:00 GMT")
    state = run(settings, make_job(url), known=["/a"])[-1].state
    assert (state.etag, state.last_modified) == ('W/"v 1"', "Mon, 01 Jan 2024 00:00:00 GMT")
    again = run(settings, make_job(url, state=state))
    assert [type(e) for e in again] == [SourceDone]
    assert (again[0].outcome, again[0].state, again[0].fetches[-1].status) == ("unchanged", state, 304)
    headers = site.requests[-1][1]
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('W/"v 1"', "Mon, 01 Jan 2024 00:00:00 GMT")


def test_same_body_is_not_parsed_again(site, settings, monkeypatch, run):
    url = add_feed(site, "/a")
    state = run(settings, make_job(url), known=["/a"])[-1].state
    monkeypatch.setattr(poll, "read_source", lambda *_: pytest.fail("the feed was parsed"))
    done = run(settings, make_job(url, state=state))[-1]
    assert (done.outcome, done.error, done.fetches[-1].status, done.fetches[-1].outcome) == (
        "unchanged",
        None,
        200,
        "unchanged",
    )


def test_pending_pages_are_read_though_the_feed_is_unchanged(site, settings, run):
    url = add_feed(site, "/a", ETag='"1"')
    state = run(settings, make_job(url), known=["/a"])[-1].state
    page = site.add("/late", PAGE, Content_Type="text/html")
    events = run(settings, make_job(url, state=state, pending=[page]))
    assert list_outcomes(events) == [(page, "stored")]
    assert events[-1].outcome == "unchanged"


def test_known_entries_are_not_found_again(site, settings, run):
    url = add_feed(site, "/a", "/b", "/c")
    site.add("/b", PAGE, Content_Type="text/html")
    events = run(settings, make_job(url, pending=[]), known=["/a", "/c"])
    assert [e.guid for e in events[0].entries] == ["/b"]
    assert (site.count("/a"), site.count("/c")) == (0, 0)


def test_entry_both_pending_and_in_the_feed_is_read_once(site, settings, run):
    page = site.add("/a", PAGE, Content_Type="text/html")
    url = add_feed(site, page)
    events = run(settings, make_job(url, pending=[page]))
    assert list_outcomes(events) == [(page, "stored")]
    assert site.count("/a") == 1


# what the page's server answers, and what becomes of the entry
@pytest.mark.parametrize(
    ("status", "content_type", "body", "outcome", "words"),
    [
        (404, "text/html", "", "gone", "404"),
        (410, "text/html", "", "gone", "410"),
        (403, "text/html", "", "failed", "403"),
        (500, "text/html", PAGE, "failed", "500"),
        (200, "application/pdf", "%PDF-1.7", "failed", "the PDF is broken"),
        (200, "application/zip", "PK\x03\x04", "gone", "a ZIP file"),
        (200, "text/html", "", "failed", "empty"),
        (200, "text/html", "<html><body><script>x</script></body></html>", "failed", "no text"),
        (200, "text/html", "x" * 100_001, "failed", "100,000 bytes"),
    ],
)
def test_outcome_of_a_page(site, settings, status, content_type, body, outcome, words, run):
    url = add_feed(site, "/a")
    site.add("/a", body, status=status, Content_Type=content_type)
    events = run(settings, make_job(url))
    done = events[1]
    assert (done.outcome, done.article, len(done.fetches)) == (outcome, None, 1)
    assert words in done.error
    assert events[-1].outcome == "polled"


# what is served as a feed, and what the source's error says
@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, "", "the feed is empty"),
        (200, "<!DOCTYPE html><html><body>Moved</body></html>", "an HTML page"),
        (200, "\x00\x01\x02", "not an RSS"),
        (404, "", "404"),
        (503, "", "503"),
    ],
)
def test_broken_feed_keeps_the_old_state(site, settings, status, body, words, run):
    state = SourceState(etag='"old"', last_modified="then", body_hash="0" * 64)
    page = site.add("/late", PAGE, Content_Type="text/html")
    events = run(settings, make_job(site.add("/feed", body, status=status), state=state, pending=[page]))
    assert list_outcomes(events) == [(page, "stored")]
    assert (events[-1].outcome, events[-1].state) == ("failed", state)
    assert words in events[-1].error


def test_feed_that_breaks_off_is_asked_for_again(site, settings, run):
    site.add("/a", PAGE, Content_Type="text/html")
    url = site.add("/feed", '<rss version="2.0"><channel><item><link>/a</link></item><item><title>Cu', ETag='"1"')
    done = run(settings, make_job(url))[-1]
    assert (done.outcome, done.state, done.entries) == ("polled", SourceState(sizes=(1,)), 1)
    assert any("breaks off" in warning for warning in done.warnings)


def test_robots_forbid_the_feed(site, settings, run):
    site.add("/robots.txt", "User-agent: *\nDisallow: /feed\n")
    done = run(settings, make_job(add_feed(site, "/a")))[-1]
    assert (done.outcome, site.count("/feed"), done.fetches[-1].outcome) == ("failed", 0, "blocked")
    assert "robots.txt forbids /feed" in done.error


def test_robots_forbid_a_page(site, settings, run):
    site.add("/robots.txt", "User-agent: *\nDisallow: /a\n")
    site.add("/b", PAGE, Content_Type="text/html")
    events = run(settings, make_job(add_feed(site, "/a", "/b")))
    assert list_outcomes(events) == [("/a", "failed"), ("/b", "stored")]
    assert (site.count("/a"), events[1].fetches[-1].outcome) == (0, "blocked")


def test_robots_forbid_the_target_of_a_redirect(site, make_site, settings, run):
    other = make_site("127.0.0.2")
    other.add("/robots.txt", "User-agent: *\nDisallow: /\n")
    site.add("/a", status=302, Location=other.add("/a", PAGE))
    events = run(settings, make_job(add_feed(site, "/a")))
    assert (list_outcomes(events), other.count("/a")) == ([("/a", "failed")], 0)


def test_pages_wait_while_robots_cannot_be_read(site, settings, run):
    site.add("/robots.txt", status=500)
    page = site.add("/late", PAGE)
    events = run(settings, make_job(add_feed(site, "/a"), pending=[page]))
    # no EntryDone: the page stays pending, and nothing counts as an attempt at it
    assert [type(e) for e in events] == [SourceDone]
    assert (events[0].outcome, site.count("/feed"), site.count("/late")) == ("failed", 0, 0)


def test_page_on_a_private_address(site, make_site, settings, monkeypatch, run):
    inner = make_site("127.0.0.2")
    monkeypatch.setattr("ingest.addresses.is_public", lambda address: address == "127.0.0.1")
    events = run(replace(settings, allow_private_hosts=False), make_job(add_feed(site, inner.add("/a", PAGE))))
    assert (events[1].outcome, events[1].fetches[-1].outcome, inner.requests) == ("failed", "refused", [])


def test_general_source_passes_the_gate_before_the_page_is_fetched(site, settings, run):
    url = add_feed(site, "/a", "/b", titles=("Privacy watchdog acts", "New phone is out"))
    site.add("/a", PAGE, Content_Type="text/html")
    site.add("/b", PAGE, Content_Type="text/html")
    events = run(settings, make_job(url, topics="general"))
    assert list_outcomes(events) == [("/a", "stored"), ("/b", "irrelevant")]
    assert site.count("/b") == 0


def test_text_of_a_general_source_passes_the_gate_too(site, settings, run):
    url = add_feed(site, "/a", "/b", titles=("Watchdog fines a shop", "Watchdog fines a ferry"))
    site.add("/a", PAGE.replace("the ferry company", "the personal data of a shop"), Content_Type="text/html")
    site.add("/b", PAGE, Content_Type="text/html")
    events = run(settings, make_job(url, topics="general"))
    assert list_outcomes(events) == [("/a", "stored"), ("/b", "irrelevant")]
    assert (events[2].article, events[2].error) == (None, "its text is not about privacy")
    assert [f.kind for f in events[2].fetches] == ["page"]
    assert list_outcomes(run(settings, make_job(url, topics="privacy"))) == [("/a", "stored"), ("/b", "stored")]


def test_one_failing_source_does_not_touch_another(site, make_site, raw_server, settings, run):
    site.add("/a", PAGE, Content_Type="text/html")
    silent = raw_server(lambda connection: time.sleep(1.2))
    broken = make_site("127.0.0.2").add("/feed", "nonsense")
    jobs = [make_job(silent, "silent"), make_job(broken, "broken"), make_job(add_feed(site, "/a"), "good")]
    # the silent one has its own host name, so that it does not hold up the good one
    jobs[0] = make_job(silent.replace("127.0.0.1", "localhost"), "silent")
    events = run(settings, *jobs)
    outcomes = {e.source: e.outcome for e in events if isinstance(e, SourceDone)}
    assert outcomes == {"silent": "failed", "broken": "failed", "good": "polled"}
    assert list_outcomes(events) == [("/a", "stored")]


# what may happen in a process that reads; the readers are of a module of their own, which the processes can load
BAD_READER = """
import os, time
from ingest.articles import extract_article

def extract(entry, source, response):
    if entry.guid == "/a":
        {trouble}
    return extract_article(entry, source, response)
"""


@pytest.mark.parametrize(
    ("trouble", "error", "logged"),
    [
        ("raise RecursionError('too\\ndeep')", "extract broke: RecursionError: too deep", "too\ndeep"),
        ("raise type('Odd', (Exception,), dict(__init__=lambda self: None))()", "extract broke: Odd: ", "Traceback"),
        ("os._exit(9)", "extract broke its process, which ended with status 9", "status 9"),
        ("time.sleep(60)", "extract took longer than 1 seconds", ""),
    ],
)
def test_bug_in_one_page_ends_neither_source_nor_poll(
    site, settings, monkeypatch, caplog, run, tmp_path, trouble, error, logged
):
    url = add_feed(site, "/a", "/b")
    site.add("/a", "<html>bad</html>")
    site.add("/b", PAGE, Content_Type="text/html")
    (tmp_path / "bad_reader.py").write_text(BAD_READER.format(trouble=trouble))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "bad_reader", raising=False)
    monkeypatch.setattr(poll, "extract_article", importlib.import_module("bad_reader").extract)
    monkeypatch.setattr(poll, "Workers", lambda: Workers(deadline=1.0))
    events = run(settings, make_job(url))
    assert list_outcomes(events) == [("/a", "failed"), ("/b", "stored")]
    assert events[1].error == error.strip()
    assert logged in caplog.text


def test_bug_in_one_source_ends_only_that_source(site, settings, poll_all, caplog):
    url = add_feed(site, "/a")
    site.add("/a", PAGE, Content_Type="text/html")

    def known(source, entries):
        if source == "bad":
            raise ZeroDivisionError("division by zero")
        return set()

    events = poll_all([make_job(url, "bad"), make_job(url, "good")], settings, known)
    done = {e.source: e for e in events if isinstance(e, SourceDone)}
    assert (done["bad"].outcome, done["bad"].error) == ("failed", "ZeroDivisionError: division by zero")
    assert done["good"].outcome == "polled"
    assert "source bad broke" in caplog.text


def test_dead_host_is_not_asked_for_every_page(site, settings, run):
    pages = [f"http://localhost:1/{n}" for n in range(6)]
    events = run(settings, make_job(add_feed(site, *pages)))
    # robots.txt is asked for once; its silence is the answer for the pages of this run
    assert {outcome for _, outcome in list_outcomes(events)} == {"failed"}
    robots = [f for e in events if isinstance(e, EntryDone) for f in e.fetches if f.kind == "robots"]
    assert len(robots) == 1


def test_page_announced_by_two_feeds_is_asked_for_once(site, settings, run):
    site.add("/a", PAGE, Content_Type="text/html")
    jobs = [make_job(add_feed(site, "/a", path=f"/feed-{n}"), f"source-{n}") for n in range(2)]
    events = run(settings, *jobs)
    articles = [e.article for e in events if isinstance(e, EntryDone)]
    assert site.count("/a") == 1
    assert {a.source for a in articles} == {"source-0", "source-1"}
    assert {replace(a, source="") for a in articles} == {replace(articles[0], source="")}


def test_page_that_failed_for_one_feed_is_asked_for_by_the_other(site, settings, run):
    site.add("/a", "", Content_Type="text/html")
    events = run(settings, *[make_job(add_feed(site, "/a", path=f"/feed-{n}"), f"source-{n}") for n in range(2)])
    assert (list_outcomes(events), site.count("/a")) == ([("/a", "failed")] * 2, 2)


def test_index_that_answers_304_to_a_first_request_has_failed(site, settings, run):
    (done,) = run(settings, make_job(site.add("/feed", status=304)))
    assert (done.outcome, done.error) == ("failed", f"{site.url}/feed answered 304 to a request without validators")


@pytest.mark.parametrize(("status", "outcome"), [(301, "gone"), (308, "gone"), (302, "failed"), (307, "failed")])
def test_410_behind_a_redirect_is_for_good_only_if_the_redirect_is(site, settings, run, status, outcome):
    url = site.add("/feed", status=status, Location="/away")
    site.add("/away", status=410)
    (done,) = run(settings, make_job(url))
    assert (done.outcome, "answered 410" in done.error) == (outcome, True)


def test_source_with_many_slow_pages_leaves_some_for_the_next_poll(site, settings, run, monkeypatch):
    monkeypatch.setattr(poll, "LONGEST_READING", 0.3)
    site.add("/robots.txt", "User-agent: *\nCrawl-delay: 0.2\n")
    paths = [f"/{n}" for n in range(10)]
    for path in paths:
        site.add(path, PAGE, Content_Type="text/html")
    events = run(settings, make_job(add_feed(site, *paths)))
    read = list_outcomes(events)
    assert 1 <= len(read) < 10
    assert (len(events[0].entries), events[-1].outcome) == (10, "polled")


def test_pages_of_a_resting_host_take_no_others_place(site, make_site, settings, run, monkeypatch):
    monkeypatch.setattr(poll, "MAX_PAGES", 2)
    other = make_site("127.0.0.2")
    resting = [other.add(f"/{n}", status=429) for n in range(5)]
    site.add("/good", PAGE, Content_Type="text/html")
    events = run(settings, make_job(add_feed(site, *resting, "/good")))
    assert list_outcomes(events) == [("/good", "stored")]


# what lies behind an entry, and what its failure says; the entry behind it is read all the same
STRANGE = [
    ("http://xn--zz.example/", "is not a URL"),
    ("http://xn--/", "is not a URL"),
    ("/far", "has no such port"),
]


@pytest.mark.parametrize(("link", "says"), STRANGE)
def test_strange_links_and_redirects_stop_no_other_entry(site, settings, run, link, says):
    site.add("/far", status=302, Location="http://127.0.0.1:99999/x")
    site.add("/good", PAGE, Content_Type="text/html")
    events = run(settings, make_job(add_feed(site, link, "/good")))
    assert [outcome for _, outcome in list_outcomes(events)] == ["failed", "stored"]
    assert says in events[1].error


def test_odd_bytes_of_headers_are_archived(site, settings, tmp_path, run):
    site.add("/a", PAGE, Content_Type="text/html", Link='<https://x.example/d\xe9cision>; rel="canonical"')
    events = run(replace(settings, archive=tmp_path / "raw"), make_job(add_feed(site, "/a")))
    article = events[1].article
    assert Archive(tmp_path / "raw").read_body(article.raw_file, article.raw_offset) == PAGE.encode()


def test_error_nobody_foresaw_in_one_entry_stops_no_other(site, settings, run, monkeypatch, caplog):
    def judge(job, entry, article, records, real=poll._judge):
        if entry.guid == "/a":
            raise ZeroDivisionError("division by zero")
        return real(job, entry, article, records)

    monkeypatch.setattr(poll, "_judge", judge)
    for path in ("/a", "/b"):
        site.add(path, PAGE, Content_Type="text/html")
    events = run(settings, make_job(add_feed(site, "/a", "/b")))
    assert list_outcomes(events) == [("/a", "failed"), ("/b", "stored")]
    assert "division by zero" in caplog.text


@pytest.mark.parametrize("retry_after", ["0", "-1", "Wed, 01 May 2024 11:00:00 GMT"])
def test_host_that_names_no_time_to_rest_is_asked_once(site, make_site, settings, run, retry_after):
    other = make_site("127.0.0.2")
    pages = [other.add(f"/{n}", status=429, Retry_After=retry_after) for n in range(20)]
    events = run(settings, make_job(add_feed(site, *pages)))
    assert (len(other.requests), list_outcomes(events)) == (2, [])


def test_host_that_wants_to_rest_again_and_again_is_left_alone(site, make_site, settings, run):
    other = make_site("127.0.0.2")
    pages = [other.add(f"/{n}", status=429, Retry_After="1") for n in range(20)]
    events = run(settings, make_job(add_feed(site, *pages)))
    assert (len(other.requests), list_outcomes(events)) == (1 + RESTS_IN_A_RUN, [])


# what the host of the pages answers to the first of them; a rest of some seconds is waited for, a longer one ends the poll
@pytest.mark.parametrize(
    ("status", "retry_after", "asked"), [(429, "1", 4), (429, "3600", 1), (503, "3600", 1), (503, None, 4)]
)
def test_host_of_pages_that_asks_to_be_left_alone(site, make_site, settings, status, retry_after, asked, run):
    other = make_site("127.0.0.2")
    named = {"Retry_After": retry_after} if retry_after else {}
    pages = [other.add("/busy", status=status, **named)]
    pages += [other.add(f"/{n}", PAGE, Content_Type="text/html") for n in range(3)]
    events = run(settings, make_job(add_feed(site, *pages)))
    assert sum(other.count(page.removeprefix(other.url)) for page in pages) == asked
    # what was not asked for, or asked for at a bad time, stays pending: it has no EntryDone
    failed = [(pages[0], "failed")] if retry_after is None else []
    assert list_outcomes(events) == failed + [(page, "stored") for page in pages[1:asked]]
    assert events[-1].outcome == "polled"
    if retry_after:
        (answer,) = [f for f in events[-1].fetches if f.status == status]
        assert 0 < (answer.rests_until - answer.started).total_seconds() <= int(retry_after) + 1


def test_host_that_rests_since_an_earlier_run_is_not_asked(site, settings, poll_all):
    jobs = [make_job(add_feed(site, "/a"), pending=[site.url + "/late"])]
    (done,) = poll_all(jobs, settings, resting={"127.0.0.1": 3600.0})
    assert (done.outcome, site.requests) == ("postponed", [])
    assert done.error == "127.0.0.1 asked to be left alone for another 60 minutes"
    assert [(f.kind, f.outcome) for f in done.fetches] == [("robots", "postponed"), ("feed", "postponed")]


def test_raw_responses_are_kept(site, settings, tmp_path, run):
    url = add_feed(site, "/a")
    site.add("/a", PAGE, Content_Type="text/html")
    events = run(replace(settings, archive=tmp_path / "raw"), make_job(url))
    article = events[1].article
    assert Archive(tmp_path / "raw").read_body(article.raw_file, article.raw_offset) == PAGE.encode()
    assert article.raw_file == f"{article.fetched:%Y-%m-%d}.warc.gz"
    assert datetime.now(UTC) >= article.fetched


def test_page_that_is_no_article_is_kept_raw_all_the_same(site, settings, tmp_path, run):
    url = add_feed(site, "/a")
    site.add("/a", "<html><title>Page not found</title><p>Page not found</p></html>", Content_Type="text/html")
    events = run(replace(settings, archive=tmp_path / "raw"), make_job(url))
    assert list_outcomes(events) == [("/a", "failed")]
    (file,) = (tmp_path / "raw").glob("*.warc.gz")
    assert b"Page not found" in read_warc(file)


def read_warc(path):
    with path.open("rb") as file:
        return b"".join(record.content_stream().read() for record in ArchiveIterator(file))


def test_full_disk_costs_the_raw_responses_and_no_article(site, settings, tmp_path, monkeypatch, run):
    url = add_feed(site, "/a", ETag='"1"')
    site.add("/a", PAGE, Content_Type="text/html")

    def fail(self, response):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Archive, "store_response", fail)
    events = run(replace(settings, archive=tmp_path / "raw"), make_job(url, pending=[site.url + "/a"]))
    assert {outcome for _, outcome in list_outcomes(events)} == {"stored"}
    assert [e.article.raw_file for e in events if isinstance(e, EntryDone)] == [None, None]
    assert (events[-1].outcome, events[-1].state.etag) == ("polled", '"1"')


def test_slow_reader_holds_the_poll_back(site, settings, monkeypatch):
    monkeypatch.setattr(poll, "QUEUE_SIZE", 2)
    paths = [f"/{n}" for n in range(30)]
    url = add_feed(site, *paths)
    for path in paths:
        site.add(path, PAGE, Content_Type="text/html")

    async def read_one_then_wait():
        async with aclosing(poll_sources([make_job(url)], lambda source, entries: set(), settings)) as events:
            await anext(events)
            await asyncio.sleep(0.6)
            return sum(site.count(path) for path in paths)

    # two events in the queue, one waiting to be put
    assert 1 <= asyncio.run(read_one_then_wait()) <= 3


def test_cancelled_poll_leaves_nothing_running(site, settings, raw_server):
    silent = raw_server(lambda connection: time.sleep(1.0))

    async def cancel():
        jobs = [make_job(silent, "silent"), make_job(add_feed(site, "/a"), "good")]
        iterator = poll_sources(jobs, lambda source, entries: set(), settings)
        reader = asyncio.create_task(anext(iterator))
        await asyncio.sleep(0.2)
        reader.cancel()
        await asyncio.wait([reader])
        await iterator.aclose()
        return [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]

    begin, before = time.monotonic(), threading.active_count()
    assert asyncio.run(cancel()) == []
    assert time.monotonic() - begin < 0.9
    assert threading.active_count() < before + 30


def test_no_jobs(settings, run):
    assert run(settings) == []
