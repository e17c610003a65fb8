"""When a permanent redirect becomes a source's address."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.moves import Move, is_same_domain, may_adopt

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
HOME = "https://www.dpa.gov.uk/feed"

MOVES = [
    # within the domain, seen for days
    ("https://www.dpa.gov.uk/news/feed", 3, 3, False, True),
    ("https://news.dpa.gov.uk/feed", 3, 3, False, True),
    # a feed was read there
    ("https://new-authority.example/feed", 3, 3, True, True),
    # whoever bought the old name
    ("https://casino.example/", 300, 300, False, False),
    # not of one domain, though both end in gov.uk
    ("https://other.gov.uk/feed", 30, 30, False, False),
    # often, but within a day
    ("https://www.dpa.gov.uk/news/feed", 90, 1, True, False),
    # long ago, but once
    ("https://www.dpa.gov.uk/news/feed", 1, 30, True, False),
    ("https://www.dpa.gov.uk/news/feed", 2, 30, True, False),
    # nobody is to read along
    ("http://www.dpa.gov.uk/news/feed", 30, 30, True, False),
]


@pytest.mark.parametrize(("to", "times", "days", "has_feed", "adopted"), MOVES)
def test_moves(to, times, days, has_feed, adopted):
    move = Move(to, times, NOW - timedelta(days=days))
    assert may_adopt(HOME, move, has_feed, NOW) is adopted


def test_gaining_encryption_is_welcome():
    move = Move("https://a.example.org/feed", 3, NOW - timedelta(days=3))
    assert may_adopt("http://www.example.org/feed", move, False, NOW)


DOMAINS = [
    ("https://a.example.org/x", "http://b.example.org:8080/", True),
    ("https://example.org", "https://example.com", False),
    ("https://dpa.gov.uk", "https://ico.gov.uk", False),
    ("https://one.github.io", "https://two.github.io", False),
    # no registrable domain: the hosts decide
    ("http://127.0.0.1/a", "http://127.0.0.1/b", True),
    ("http://127.0.0.1/a", "http://127.0.0.2/a", False),
    ("http://intranet/a", "http://intranet/b", True),
    # one name in two spellings
    ("https://www.bücher.de/", "https://xn--bcher-kva.de/", True),
    ("https://EXAMPLE.org/", "https://www.example.org/", True),
]


@pytest.mark.parametrize(("one", "other", "same"), DOMAINS)
def test_registrable_domains(one, other, same):
    assert is_same_domain(one, other) is same
