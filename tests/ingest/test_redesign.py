"""A site that was rebuilt: what its index holds suddenly is not believed, until it is as before."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ingest.models import EntriesFound, EntryDone, Listing, Source, SourceDone, SourceJob, SourceState
from ingest.redesign import LEAST_KNOWN, REMEMBERED, doubt_size

USUAL = (20,) * LEAST_KNOWN
WORDS = "The authority closed its inquiry into the ferry company and published the order with its reasons. " * 4

SIZES = [
    ("as ever", (20, 21, 20, 19, 20), 20, None),
    ("a quiet month", (20, 21, 20, 19, 20), 3, None),
    ("a tenth", (20, 21, 20, 19, 20), 2, "its index holds 2 entries now, where 20 are usual"),
    ("a single one", USUAL, 1, "its index holds 1 entry now"),
    ("nothing", USUAL, 0, "its index holds no entries now, where 20 are usual"),
    ("ten times", USUAL, 200, "its index holds 200 entries now, where 20 are usual"),
    ("nine times", USUAL, 180, None),
    ("too short a past", (20,) * (LEAST_KNOWN - 1), 0, None),
    ("a feed of this week's items, empty at Christmas", (9, 12, 0, 8, 10), 0, None),
    ("an index of few, emptied", (4, 4, 4, 4, 4), 0, None),
    ("an index of few, grown", (3, 3, 3, 3, 3), 40, None),
    ("an index of sitemaps", (0, 0, 0, 0, 0), 500, None),
    ("the first poll", (), 0, None),
]


@pytest.mark.parametrize(("phenomenon", "past", "size", "says"), SIZES, ids=[row[0] for row in SIZES])
def test_sizes(phenomenon, past, size, says):
    found = doubt_size(past, size)
    assert found == says if says is None else says in found


def page_of(number, item="article"):
    items = "".join(f"<{item}><a href='/{n}'>Order number {n}</a></{item}>" for n in range(number))
    return f"<html><body>{items}</body></html>"


@pytest.fixture
def poll(site, settings, poll_all):
    """Return a function that serves a listing and polls it with the sizes of earlier polls."""
    for n in range(30):
        site.add(f"/{n}", f"<html><body><h1>Order {n}</h1><p>{WORDS}</p></body></html>", Content_Type="text/html")
    listed = Source("xx", "xx", "press", "listing", "", "", "en", "privacy", listing=Listing("article", title="a"))

    def ask(body, state):
        url = site.add("/list", body, Content_Type="text/html", ETag='"new"')
        return poll_all([SourceJob(replace(listed, url=url), state)], settings)

    return ask


BEFORE = SourceState('"old"', None, "hash", ("http://x.test/more",), datetime(2024, 5, 1, tzinfo=UTC), sizes=USUAL)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (page_of(2), "its index holds 2 entries now, where 20 are usual"),
        (page_of(20, "section"), "its index holds no entries now, where 20 are usual: the page holds no item"),
    ],
)
def test_what_is_not_believed_is_neither_stored_nor_read(poll, site, body, says):
    (done,) = poll(body, BEFORE)
    assert isinstance(done, SourceDone)
    assert (done.outcome, done.state, done.answered) == ("held", BEFORE, True)
    assert done.error.startswith(says)
    assert done.fetches[-1].note == done.error
    assert [path for path, _ in site.requests] == ["/robots.txt", "/list"]


def test_what_is_as_before_is_read_and_remembered(poll):
    state = replace(BEFORE, sizes=(20,) * REMEMBERED, more=())
    events = poll(page_of(18), state)
    assert [type(event) for event in events] == [EntriesFound, *[EntryDone] * 18, SourceDone]
    assert events[-1].outcome == "polled"
    assert events[-1].state.sizes == (*state.sizes[1:], 18)
    assert events[-1].state.etag == '"new"'


def test_a_listing_that_never_held_anything_is_a_failure(poll):
    (done,) = poll(page_of(20, "section"), SourceState())
    assert (done.outcome, done.state.sizes) == ("failed", ())
