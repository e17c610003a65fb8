"""What an article is called, and what an entry is known by."""

from datetime import UTC, datetime

import pytest

from ingest.entries import ParsedFeed
from ingest.identity import choose_address, is_home, name_entries
from ingest.models import Entry

ASKED = "https://www.example.org/news/1?from=rss"
PLAIN = "https://www.example.org/news/1"


@pytest.mark.parametrize(
    ("canonical", "chosen"),
    [
        ([PLAIN], PLAIN),
        (["/news/1"], PLAIN),  # relative
        ([PLAIN + "?utm_source=x#top"], PLAIN),
        ([PLAIN, PLAIN + "#a"], PLAIN),  # said twice
        (["https://example.org/news/1"], "https://example.org/news/1"),  # a sister host
        (["http://www.example.org/news/1?from=rss"], ASKED),  # from before the certificate
        (["http://www.example.org/other"], "http://www.example.org/other"),
        ([], ASKED),
        ([""], ASKED),
        ([PLAIN, "/news/2"], ASKED),  # two different ones
        (["/"], ASKED),  # home pages
        (["https://www.example.org"], ASKED),
        (["/en"], ASKED),
        (["/fr-FR/index.html"], ASKED),
        (["/home"], ASKED),
        (["https://example.com/news/1"], ASKED),  # another registrable domain
        (["https://example.org.example.com/news/1"], ASKED),
        (["javascript:void(0)"], ASKED),
        (["https://[bad"], ASKED),
    ],
)
def test_choose_address(canonical, chosen):
    assert choose_address(ASKED, ASKED, canonical) == chosen


def test_canonical_is_of_the_site_that_answered_not_of_the_one_that_redirected():
    assert choose_address("https://short.test/x1", PLAIN, ["/news/1"]) == PLAIN
    assert choose_address("https://short.test/x1", PLAIN, ["https://short.test/x"]) == PLAIN


@pytest.mark.parametrize(
    ("asked", "page", "chosen"),
    [
        ("https://dpa.test/r?id=1", "https://dpa.test/a/1?utm_source=x", "https://dpa.test/a/1"),
        ("https://dpa.test/a/1/", "https://dpa.test/a/1", "https://dpa.test/a/1"),
        ("http://dpa.test/a/1", "https://dpa.test/a/1", "https://dpa.test/a/1"),
        ("https://short.test/x1", "https://dpa.test/a/1", "https://dpa.test/a/1"),
        # back to what is not encrypted
        ("https://dpa.test/a/1", "http://dpa.test/a/1", "https://dpa.test/a/1"),
        # doors
        ("https://dpa.test/a/1", "https://dpa.test/en/", "https://dpa.test/a/1"),
        ("https://dpa.test/a/1", "https://dpa.test/Login.aspx", "https://dpa.test/a/1"),
        ("https://dpa.test/a/1", "https://dpa.test/error/", "https://dpa.test/a/1"),
        ("https://dpa.test/a/1", "https://gate.test/m?continue=https%3A%2F%2Fdpa.test%2Fa%2F1", "https://dpa.test/a/1"),
    ],
)
def test_without_a_canonical_address_the_end_of_redirects_names_the_page(asked, page, chosen):
    assert choose_address(asked, page, []) == chosen


def test_neighbours_on_one_hosting_service_are_strangers():
    asked = "https://agency.github.io/news/1"
    assert choose_address(asked, asked, ["https://other.github.io/news/1"]) == asked


def test_a_page_of_its_own_is_not_home():
    assert not is_home(PLAIN)
    assert not is_home("https://dpa.test/?p=12")
    assert not is_home("https://dpa.test/homework")


DAY = datetime(2024, 5, 6, 7, tzinfo=UTC)
ENTRIES = (
    Entry("same", "https://dpa.test/a?sid=1&utm_source=x", "An  Order", "", DAY),
    Entry("https://dpa.test/b", "https://dpa.test/b", "Another", "", None),
)


@pytest.mark.parametrize(
    ("identity", "guids"),
    [
        ("guid", ["same", "https://dpa.test/b"]),
        ("url", ["https://dpa.test/a?sid=1", "https://dpa.test/b"]),
        # no date: then it goes by its address
        ("title", ["title:cd6f6beb919ac128:2024-05-06", "https://dpa.test/b"]),
    ],
)
def test_entries_are_named_as_their_source_states(identity, guids):
    assert [e.guid for e in name_entries(ParsedFeed(ENTRIES), identity).entries] == guids


def test_an_address_of_another_session_names_no_other_entry():
    urls = [f"https://dpa.test/d1.html;jsessionid={session}?nn=1" for session in "AB"]
    feed = ParsedFeed(tuple(Entry(url, url, "Decision", "", None) for url in urls))
    (entry,) = name_entries(feed, "guid").entries
    assert entry.guid == entry.url == "https://dpa.test/d1.html?nn=1"


def test_title_and_day_name_an_entry_whatever_its_case_and_hour():
    later = Entry("other", "https://dpa.test/a?sid=2", "an order", "", DAY.replace(hour=22))
    assert len(name_entries(ParsedFeed((ENTRIES[0], later)), "title").entries) == 2  # two addresses in one document
    first, second = (name_entries(ParsedFeed((e,)), "title").entries[0].guid for e in (ENTRIES[0], later))
    assert first == second
