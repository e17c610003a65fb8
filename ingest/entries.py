"""What an index of any format comes to: the raw values of its items in, `Entry` records with clean text and links out.

Feeds, JSON Feeds, listings and sitemaps share the rules that are here: which links are followed, how text is cleaned,
which dates are believed, and what becomes of items with one guid.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

from ingest.models import NO_ADVICE, Advice, Entry

MAX_ENTRIES = 1000
MAX_GUID = 2000
MAX_SUMMARY = 2000
MAX_MARKUP = 20_000
PDF = re.compile(r"(?:^application/|\.)pdf\s*(?:;|$)", re.IGNORECASE)
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
# a day of grace: feeds get time zones wrong
GRACE = timedelta(days=1)
# to the next "<" at most: looked for behind each of many that are not closed, the end would be looked for as often
BLOCK_TAG = re.compile(
    r"<(?:br|hr|/?(?:p|div|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|figure))\b[^<>]*>", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What an index held. `complete` is False when not all of it was read, so that it should be asked for again.

    `title`, `language` (as it is written there) and `homepage` are what the index says of itself, or "".
    `more` are the addresses of its further pages, in the order in which they are to be read. `advice` is how often it
    wants to be asked. `warnings` are for the person who keeps the source; `notes` are only for the fetch log, as nothing
    was lost by them.
    """

    entries: tuple[Entry, ...]
    warnings: tuple[str, ...] = ()
    complete: bool = True
    title: str = ""
    language: str = ""
    homepage: str = ""
    more: tuple[str, ...] = ()
    advice: Advice = NO_ADVICE
    notes: tuple[str, ...] = ()


def collect_entries(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries with a guid of their own each; of two with one guid the second goes by its link."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.guid in found and found[entry.guid].url != entry.url:
            entry = replace(entry, guid=entry.url)
        found.setdefault(entry.guid, entry)
    return tuple(found.values())


def note_items(entries: Sequence[Entry], unnamed: int, misdated: int) -> tuple[str, ...]:
    """Return what was odd about items that are read all the same.

    Args:
        entries: the items before `collect_entries`. unnamed: how many have no guid. misdated: how many state a date that
            is not believed.
    """
    pages: dict[str, set[str]] = {}
    for entry in entries:
        pages.setdefault(entry.guid, set()).add(entry.url)
    shared = sum(1 for urls in pages.values() if len(urls) > 1)
    said = (
        (unnamed, f"entries without a guid, which go by their links: {unnamed}"),
        (shared, f"guids that several links share, which stand in for them: {shared}"),
        (misdated, f"dates that are nonsense, no whole day, before 1990 or in the future, and left out: {misdated}"),
    )
    return tuple(words for number, words in said if number)


def find_link(base_url: str, *candidates: str) -> str | None:
    """Return the absolute form of the first candidate that is a link to http or https, or None."""
    for link in candidates:
        try:
            url = urljoin(base_url, link.strip())
            parts = urlsplit(url)
        except ValueError:
            continue
        if link.strip() and parts.scheme in ("http", "https") and parts.hostname and url.isprintable():
            return url.replace(" ", "%20")
    return None


def choose_pdfs(attached: Iterable[tuple[str, str]]) -> list[str]:
    """Return the addresses of those files attached to an item, as (address, type), that are PDFs: decisions are."""
    return [url for url, kind in attached if PDF.search(kind) or PDF.search(url.partition("?")[0])]


def read_markup(markup: str) -> str:
    """Return the text of a piece of HTML, or of text in which there may be some, on one line."""
    markup = markup[:MAX_MARKUP]
    if "<" in markup:
        markup = BeautifulSoup(BLOCK_TAG.sub(" ", markup), "lxml").get_text()
    return to_line(html.unescape(markup))


def to_line(text: str) -> str:
    """Return text on one line, without control characters."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable() or c == "\u200d")


def read_iso_date(value: str) -> datetime | None:
    """Return an ISO 8601 date or time in UTC, or None for nonsense and what is not believed; a day is its midnight."""
    try:
        found = datetime.fromisoformat(value.strip())
        return believe_date(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def believe_date(found: datetime, now: datetime | None = None) -> datetime | None:
    """Return an aware time in UTC, or None when it is before 1990 or more than a day after now."""
    found = found.astimezone(UTC)
    return found if OLDEST <= found <= (now or datetime.now(UTC)) + GRACE else None


def warn_of_links(dropped: int) -> tuple[str, ...]:
    """Return the warning of items that have no usable link, or none."""
    return (f"{dropped} entries have no http or https link of their own, and are skipped",) if dropped else ()
