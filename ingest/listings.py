"""Listings: an HTML index of decisions or news in, `Entry` records out, by the CSS selectors of its source's table.

What a selector does not find is told in a warning; when no item is found the page has been rebuilt, which is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urldefrag

from bs4 import BeautifulSoup, Tag

from ingest.dates import DateReader
from ingest.entries import MAX_ENTRIES, MAX_SUMMARY, ParsedFeed, collect_entries, find_link, read_markup, to_line
from ingest.errors import ArticleError, NoItems, NotAFeed
from ingest.kinds import name_kind, say_mismatch
from ingest.models import Entry, Listing, Response, Source
from ingest.pages import decode_html

# where an element states its date for machines
DATE_ATTRIBUTES = ("datetime", "content")
# its tree takes twenty times as much memory
MAX_BYTES = 5_000_000


def parse_listing(source: Source, response: Response) -> ParsedFeed:
    """Return the entries of a page of a listing in its order, at most 1000, and the page that follows it.

    The guid of an entry is its address without a fragment. `published` is None when the item states no date, or none
    that is certain.
    Raises: NotAFeed: the page is a feed or no HTML at all. NoItems: it holds none of the items; the message names the
        selector.
    """
    listing = source.listing
    if listing is None:
        raise NotAFeed(f"source {source.id} has no table [sources.listing]")
    soup = _read_html(response)
    items = soup.select(listing.item)
    if not items:
        raise NoItems(f"the page holds no item: nothing matches {listing.item!r}; its layout may have changed")
    reader = _Reader(listing, _find_base(soup, response.final_url), _make_date_reader(source, response.fetched))
    entries = collect_entries(reader.read_items(items[:MAX_ENTRIES]))
    return ParsedFeed(
        entries,
        tuple(reader.list_warnings(len(items))),
        title=to_line(soup.title.get_text()) if soup.title else "",
        language=str(soup.html.get("lang") or "") if soup.html else "",
        more=reader.find_next(soup),
    )


def _read_html(response: Response) -> BeautifulSoup:
    if name_kind(response.body) in ("a feed", "a sitemap", "JSON", "a PDF"):
        raise NotAFeed(say_mismatch(response.body, "an HTML listing"))
    if len(response.body) > MAX_BYTES:
        raise NotAFeed(f"the listing is larger than {MAX_BYTES:,} bytes")
    try:
        return BeautifulSoup(decode_html(response.body, response.header("Content-Type") or ""), "lxml")
    except ArticleError as error:
        raise NotAFeed(str(error).replace("the page", "the listing", 1)) from error


def _find_base(soup: BeautifulSoup, url: str) -> str:
    tag = soup.select_one("base[href]")
    return (find_link(url, str(tag["href"])) if tag else None) or url


def _make_date_reader(source: Source, fetched: datetime) -> DateReader:
    date_format = source.listing.date_format if source.listing else None
    return DateReader(source.language, source.country, date_format, fetched)


class _Reader:
    """Reads the items of one page and counts what they lack."""

    def __init__(self, listing: Listing, base: str, dates: DateReader) -> None:
        self._listing = listing
        self._base = base
        self._dates = dates
        self._without_link = 0
        self._without_title = 0
        self._bad_dates: list[str] = []

    def read_items(self, items: list[Tag]) -> Iterator[Entry]:
        """Yield an Entry of each item that has a usable link."""
        for item in items:
            link = _find_anchor(item, self._listing.link)
            url = find_link(self._base, str(link.get("href") or "")) if link else None
            # a bare fragment leads to the listing itself
            url = urldefrag(url).url if url else None
            if link is None or url is None or url == urldefrag(self._base).url:
                self._without_link += 1
                continue
            yield Entry(url, url, self._read_title(item, link), self._read_summary(item), self._read_date(item))

    def find_next(self, soup: BeautifulSoup) -> tuple[str, ...]:
        """Return the address of the page that follows, if the listing says how to find it and there is one."""
        link = _find_anchor(soup, self._listing.next) if self._listing.next else None
        url = find_link(self._base, str(link.get("href") or "")) if link else None
        return (urldefrag(url).url,) if url else ()

    def list_warnings(self, found: int) -> Iterator[str]:
        """Yield what the items of the page lacked, of so many that were found."""
        if found > MAX_ENTRIES:
            yield f"the listing holds {found} items; the first {MAX_ENTRIES} are read"
        if self._without_link:
            yield f"{self._without_link} of {found} items have no http or https link of their own, and are skipped"
        if self._without_title:
            yield f"{self._without_title} of {found} items hold no title: nothing matches {self._listing.title!r}"
        if self._bad_dates:
            yield f"{len(self._bad_dates)} of {found} items hold no certain date, such as {self._bad_dates[0]!r}"

    def _read_title(self, item: Tag, link: Tag) -> str:
        tag = item.select_one(self._listing.title) if self._listing.title else link
        title = _read_text(tag)
        self._without_title += not title and self._listing.title is not None
        return title or to_line(str(link.get("title") or link.get("aria-label") or ""))

    def _read_summary(self, item: Tag) -> str:
        return _read_text(item.select_one(self._listing.summary))[:MAX_SUMMARY] if self._listing.summary else ""

    def _read_date(self, item: Tag) -> datetime | None:
        if self._listing.date is None:
            return None
        tag = item.select_one(self._listing.date)
        stated = [str(tag[name]) for name in DATE_ATTRIBUTES if tag.get(name)] if tag else []
        # the day and the month of a calendar leaf stand in elements of their own
        written = to_line(tag.get_text(" ")) if tag else ""
        found = next(filter(None, map(self._dates.read, [*stated, written])), None)
        if found is None:
            self._bad_dates.append(written[:80])
        return found


def _find_anchor(scope: Tag, selector: str | None) -> Tag | None:
    """Return the element whose link counts: what the selector names or the first link in that, else in the scope."""
    named = scope.select_one(selector) if selector else scope
    if named is None or named.get("href"):
        return named
    return named.select_one("[href]")


def _read_text(tag: Tag | None) -> str:
    return read_markup(tag.decode_contents()) if tag else ""
