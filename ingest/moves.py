"""When a source that moved is believed: a permanent redirect in, and whether its target becomes the source's address.

One redirect is a mistake as often as a move, and a domain that lapsed redirects to whoever bought it. So a move is
adopted when the same redirect was seen again and again over days, and led to what can be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from tld import get_fld

TIMES = 3
DAYS = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Move:
    """A permanent redirect of a source: where it leads, at how many good polls in a row it was seen, and since when."""

    to: str
    times: int
    since: datetime


def may_adopt(address: str, move: Move, has_feed: bool, now: datetime) -> bool:
    """Say whether a source's address is replaced by the one that its permanent redirect leads to.

    Args:
        has_feed: entries were read there, at this very poll. To another registrable domain it is not enough that the
            server there claims that nothing has changed.
    """
    if move.times < TIMES or now - move.since < DAYS or _loses_encryption(address, move.to):
        return False
    return has_feed or is_same_domain(address, move.to)


def is_same_domain(one: str, other: str) -> bool:
    """Say whether two URLs have one registrable domain by the Public Suffix List; without one, the hosts must be equal."""
    return _find_domain(one) == _find_domain(other)


def _find_domain(url: str) -> str:
    # tld carries the list with it and asks nobody; private suffixes count, so that a.github.io is not b.github.io
    domain = str(get_fld(url, fail_silently=True) or urlsplit(url).hostname)
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _loses_encryption(address: str, target: str) -> bool:
    return urlsplit(address).scheme == "https" and urlsplit(target).scheme != "https"
