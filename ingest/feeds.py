"""Feeds: the bytes of an RSS, RDF or Atom document in, `Entry` records out, however broken the document is."""

from __future__ import annotations

import calendar
import codecs
import html
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import struct_time
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
from bs4 import BeautifulSoup

from ingest.errors import NotAFeed
from ingest.models import Entry

MAX_ENTRIES = 1000
MAX_GUID = 2000
MAX_SUMMARY = 2000
MAX_MARKUP = 20_000
UTF8_OR_SILENT = ("", "utf-8", "utf8")
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
MARKS_OF_UTF16_OR_32 = (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF32_BE, b"<\0", b"\0<", b"\0\0")
DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""")
CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
CLOSING_TAG = re.compile(rb"</\s*(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
ITEM_TAG = re.compile(rb"<(/?)(?:[\w.-]+:)?(?:item|entry)\b", re.IGNORECASE)
BLOCK_TAG = re.compile(
    r"<(?:br|hr|/?(?:p|div|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|figure))\b[^>]*>", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a feed held. `complete` is False when the document breaks off, so that it should be asked for again.

    `title`, `language` (as it is written there) and `homepage` are what the feed says of itself, or "".
    """

    entries: tuple[Entry, ...]
    warnings: tuple[str, ...] = ()
    complete: bool = True
    title: str = ""
    language: str = ""
    homepage: str = ""


def parse_entries(body: bytes, base_url: str, content_type: str) -> ParsedFeed:
    """Return the entries of a feed in its order, at most 1000, each with its own guid and an absolute http(s) link.

    Titles and summaries are plain text on one line; `published` is None when missing, before 1990 or in the future.

    Args:
        base_url: where the body came from, after redirects; relative links are resolved against it.
        content_type: the header's value, or ""; only its charset is used, as servers mislabel feeds freely.
    Raises: NotAFeed: an empty body, an HTML page, or anything else in place of a feed.
    """
    if not body.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise NotAFeed("the feed is empty")
    text, charset = _choose_encoding(body, content_type)
    headers = {"content-type": f"application/xml{charset}", "content-location": base_url}
    feed = feedparser.parse(
        io.BytesIO(text), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not feed.get("version") and not feed.entries:
        raise NotAFeed(f"this is {_name_kind(text)}, not an RSS, RDF or Atom feed")
    # without its NULs, UTF-16 markup reads as ASCII
    complete = CLOSING_TAG.search(text[-4000:].replace(b"\0", b"")) is not None
    items = feed.entries[:-1] if not complete and _ends_in_item(text) else feed.entries
    entries = _read_items(items[:MAX_ENTRIES], base_url)
    warnings = _list_warnings(feed, complete, len(items), min(len(items), MAX_ENTRIES) - len(entries))
    about = feed.feed
    return ParsedFeed(
        tuple(entries),
        tuple(warnings),
        complete,
        title=_read_text(about.get("title_detail")),
        language=_to_line(str(about.get("language") or "")),
        homepage=_find_link({"link": about.get("link")}, base_url) or "",
    )


def _choose_encoding(body: bytes, content_type: str) -> tuple[bytes, str]:
    """Return the bytes to parse and a charset parameter, trusting the bytes over what is declared about them.

    UTF-8 is recognised by its form whatever is declared; stray invalid bytes in it are replaced, so that one bad
    headline does not garble the others. feedparser itself recognises UTF-16 and UTF-32.
    """
    declared = _find_charset(body, content_type)
    if body.startswith(MARKS_OF_UTF16_OR_32):
        return body, ""
    body = body.replace(b"\0", b"")
    seven_bit_escapes = b"\x1b" in body and declared.startswith("iso-2022")
    text = body.decode("utf-8", "replace")
    invalid = text.count("\ufffd")
    others = sum(1 for c in text if c > "\x7f") - invalid
    if not seven_bit_escapes and (invalid == 0 or (declared in UTF8_OR_SILENT and invalid <= others)):
        return text.encode("utf-8"), "; charset=utf-8"
    return body, f"; charset={'windows-1252' if declared in UTF8_OR_SILENT else declared}"


def _ends_in_item(text: bytes) -> bool:
    tags = ITEM_TAG.findall(text.replace(b"\0", b""))
    return bool(tags) and tags[-1] == b""


def _find_charset(body: bytes, content_type: str) -> str:
    sent = CHARSET.search(content_type)
    written = DECLARED.match(body[:400])
    return (sent.group(1) if sent else written.group(1).decode("ascii") if written else "").lower()


def _read_items(items: Iterable[Any], base_url: str) -> list[Entry]:
    """Return an Entry of each item that has a usable link; of two with one guid the second goes by its link."""
    entries: dict[str, Entry] = {}
    for item in items:
        url = _find_link(item, base_url)
        if url is None:
            continue
        guid = _to_line(item.get("id") or "")[:MAX_GUID] or url
        if guid in entries and entries[guid].url != url:
            guid = url
        entries.setdefault(
            guid,
            Entry(
                guid=guid,
                url=url,
                title=_read_text(item.get("title_detail")),
                summary=_read_text(item.get("summary_detail") or next(iter(item.get("content") or ()), None))[
                    :MAX_SUMMARY
                ],
                published=_read_date(item.get("published_parsed") or dict.get(item, "updated_parsed")),
            ),
        )
    return list(entries.values())


def _find_link(item: Any, base_url: str) -> str | None:
    """Return the absolute http(s) link of an item, or None; a guid that is a URL stands in for a missing link."""
    guid, href = str(item.get("id") or ""), str(item.get("link") or "")
    for link in (href, guid if guid.lower().startswith(("http://", "https://")) else ""):
        try:
            url = urljoin(base_url, link.strip())
            parts = urlsplit(url)
        except ValueError:
            continue
        if link.strip() and parts.scheme in ("http", "https") and parts.hostname and url.isprintable():
            return url.replace(" ", "%20")
    return None


def _read_text(detail: Any) -> str:
    """Return the plain text of a feedparser text construct, on one line, without control characters."""
    if not detail or not detail.get("value"):
        return ""
    value = detail["value"][:MAX_MARKUP]
    if "<" in value and detail.get("type") != "text/plain":
        value = BeautifulSoup(BLOCK_TAG.sub(" ", value), "lxml").get_text()
    return _to_line(html.unescape(value))


def _to_line(text: str) -> str:
    return "".join(c for c in " ".join(text.split()) if c.isprintable() or c == "\u200d")


def _read_date(parsed: struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        date = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    # a day of grace: feeds get time zones wrong
    return date if OLDEST <= date <= datetime.now(UTC) + timedelta(days=1) else None


def _name_kind(text: bytes) -> str:
    start = text[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")) or b"<html" in start:
        return "an HTML page"
    return "JSON" if start.startswith((b"{", b"[")) else "something else"


def _list_warnings(feed: Any, complete: bool, found: int, dropped: int) -> list[str]:
    warnings = []
    if feed.get("bozo"):
        warnings.append(f"the feed is not well-formed: {_to_line(str(feed.get('bozo_exception')))[:200]}")
    if not complete:
        warnings.append("the feed breaks off before its end; what is missing is left for the next poll")
    if found > MAX_ENTRIES:
        warnings.append(f"the feed holds {found} entries; the first {MAX_ENTRIES} are read")
    if dropped:
        warnings.append(f"{dropped} entries have no http or https link of their own, and are skipped")
    return warnings
