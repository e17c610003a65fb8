"""Sitemaps: an XML sitemap, news sitemap or index of sitemaps in, gzipped or not; `Entry` records and further maps out.

Source: the sitemap protocol 0.9 (sitemaps.org), Google's news extension. The last change of a page is not its date of
publication: only a news sitemap states that, and titles.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urldefrag, urlsplit

from lxml import etree

from ingest.bodies import GZIP_MAGIC, decode_gzip
from ingest.entries import ParsedFeed, collect_entries, find_link, read_iso_date, read_markup
from ingest.errors import BadBody, BodyTooLarge, NotAFeed
from ingest.kinds import name_kind, say_mismatch
from ingest.models import Entry, Response, Sitemap

# of a map that is packed itself, as the protocol has it; of any other the fetcher reads less
MAX_UNPACKED = 50 * 1024 * 1024
MAX_URLS = 50_000
MAX_CHILDREN = 1000
CLOSING_TAG = re.compile(rb"(?:</(?:[\w.-]+:)?(?:urlset|sitemapindex)|<(?:[\w.-]+:)?(?:urlset|sitemapindex)[^>]*/)\s*>")
PLACE_TAG = re.compile(rb"<(/?)(?:[\w.-]+:)?(?:url|sitemap)[\s>]")
# to the end of the map when it is not closed: tried at each of many, it would be read as often
BARE_AMPERSAND = re.compile(rb"(<!\[CDATA\[.*?(?:\]\]>|\Z))|&(?!#?\w{1,30};)", re.DOTALL)
EARLIEST = datetime.min.replace(tzinfo=UTC)
# last changes are often days, of a clock that may be elsewhere
GRACE = timedelta(days=1)


def parse_sitemap(sitemap: Sitemap | None, response: Response, since: datetime | None) -> ParsedFeed:
    """Return the pages of a sitemap, the last changed first; of an index, the sitemaps to read in `more`, likewise.

    Args:
        sitemap: which part of it is wanted; None is all.
        since: when it was last read. Children that did not change since then are left out; when one does not say when
            it changed, the index is not `complete`: being unchanged itself, it would tell nothing.
    Raises: NotAFeed: a feed, an HTML page, a broken archive or anything else.
    """
    body = _unpack(response.body)
    if not body.strip():
        raise NotAFeed("the sitemap is empty")
    if name_kind(body) != "a sitemap":
        raise NotAFeed(say_mismatch(body, "a sitemap"))
    wanted = sitemap or Sitemap()
    closed = CLOSING_TAG.search(body[-400:].replace(b"\0", b"")) is not None
    places = list(_read_places(body))
    if not closed and _ends_in_place(body):
        del places[-1:]
    pages = [place for place in places if place.kind == "url"]
    children = [place for place in places if place.kind == "sitemap"]
    entries = collect_entries(_read_entries(pages[:MAX_URLS], wanted.match, response.final_url))
    more, dated = _choose_children(children[:MAX_CHILDREN], wanted.children, since, response.final_url)
    return ParsedFeed(entries, tuple(_list_warnings(len(pages), len(children), closed)), dated and closed, more=more)


@dataclass(frozen=True, slots=True)
class _Place:
    """One <url> or <sitemap>: what stands in it as written; "" is nothing."""

    kind: str
    loc: str
    lastmod: str
    published: str
    title: str


def _unpack(body: bytes) -> bytes:
    """Return a sitemap without its own gzip, which is none of HTTP's."""
    if not body.startswith(GZIP_MAGIC):
        return body
    try:
        return decode_gzip(body, MAX_UNPACKED)
    except (BodyTooLarge, BadBody) as error:
        raise NotAFeed(f"the sitemap cannot be unpacked: {error}") from error


def _read_places(body: bytes) -> Iterator[_Place]:
    """Yield the places of a map one by one, also of a broken map up to where it breaks; entities are never expanded."""
    elements = etree.iterparse(
        io.BytesIO(BARE_AMPERSAND.sub(lambda m: m[1] or b"&amp;", body)), events=("end",), tag=("{*}url", "{*}sitemap"), recover=True,
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True,
    )  # fmt: skip
    try:
        for _, element in elements:
            yield _read_place(element)
            element.clear(keep_tail=False)
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError:
        return


def _ends_in_place(body: bytes) -> bool:
    tags = PLACE_TAG.findall(body.replace(b"\0", b""))
    return bool(tags) and tags[-1] == b""


def _read_place(element: Any) -> _Place:
    found: dict[str, str] = {}
    # the direct children, and those of <news:news>; a picture's own <image:loc> is deeper or of another namespace
    for child in (*element.findall("*"), *element.findall("{*}news/*")):
        name = etree.QName(child)
        # an entity that was not expanded is a child of its own, and what is left of the text means something else
        if len(child) == 0 and (name.namespace is None or "image" not in name.namespace):
            found.setdefault(name.localname, (child.text or "").strip())
    values = (found.get(name, "") for name in ("loc", "lastmod", "publication_date", "title"))
    return _Place(etree.QName(element).localname, *values)


def _read_entries(places: Iterable[_Place], pattern: str | None, base_url: str) -> list[Entry]:
    """Return the wanted pages, the last changed first, those that do not say it in their order after them."""
    found = []
    for place in places:
        url = _find_page(place.loc, pattern, base_url)
        if url is not None:
            updated = read_iso_date(place.lastmod)
            entry = Entry(url, url, read_markup(place.title), "", read_iso_date(place.published), updated)
            found.append((updated or entry.published or EARLIEST, entry))
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _choose_children(
    places: Iterable[_Place], pattern: str | None, since: datetime | None, base_url: str
) -> tuple[tuple[str, ...], bool]:
    """Return the sitemaps to read, the last changed first, and whether each of them says when it changed."""
    found = []
    for place in places:
        url = _find_page(place.loc, pattern, base_url)
        if url is not None:
            found.append((read_iso_date(place.lastmod), url))
    changed = [(at or EARLIEST, url) for at, url in found if at is None or since is None or at >= since - GRACE]
    changed.sort(key=lambda pair: pair[0], reverse=True)
    return tuple(dict.fromkeys(url for _, url in changed)), all(at for at, _ in found)


def _find_page(loc: str, pattern: str | None, base_url: str) -> str | None:
    """Return the address of a place when its path, with its query, is wanted."""
    url = find_link(base_url, loc)
    if url is None:
        return None
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return urldefrag(url).url if pattern is None or fnmatchcase(path, pattern) else None


def _list_warnings(pages: int, children: int, closed: bool) -> Iterator[str]:
    if not closed:
        yield "the sitemap breaks off before its end; what is missing is left for the next poll"
    if pages > MAX_URLS:
        yield f"the sitemap holds {pages} pages; the first {MAX_URLS} are read"
    if children > MAX_CHILDREN:
        yield f"the sitemap leads to {children} others; the first {MAX_CHILDREN} are read"
