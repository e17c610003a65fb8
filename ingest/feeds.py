"""Feeds: the bytes of an RSS, RDF, Atom or JSON Feed document in, `Entry` records out, however broken the document is."""

from __future__ import annotations

import calendar
import html
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser

from ingest.charsets import Decoded, decode_document, find_sent
from ingest.entries import (
    MAX_ENTRIES,
    MAX_GUID,
    MAX_MARKUP,
    MAX_SUMMARY,
    ParsedFeed,
    believe_date,
    choose_pdfs,
    collect_entries,
    find_link,
    note_items,
    read_markup,
    to_line,
    warn_of_links,
)
from ingest.errors import NotAFeed
from ingest.freshness import read_feed_advice
from ingest.jsonfeeds import is_json, parse_json_feed
from ingest.kinds import say_mismatch
from ingest.models import Entry

DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""")
CLOSING_TAG = re.compile(rb"</\s*(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
PARTIAL_DATE = re.compile(r"\d{4}(?:-\d{1,2})?")
# of an item, or of a channel, for which it is not needed: feedparser takes its title for that of the item
IMAGE = re.compile(
    rb"<image(?=[\s>])[^<>]*(?<!/)>[^<]*(?:<(?!/?(?:image|item|entry)[\s>])[^<]*)*</image\s*>", re.IGNORECASE
)
ITEM_TAG = re.compile(rb"<(/?)(?:[\w.-]+:)?(?:item|entry)\b", re.IGNORECASE)


def parse_entries(body: bytes, base_url: str, content_type: str) -> ParsedFeed:
    """Return the entries of a feed in its order, at most 1000, each with its own guid and an absolute http(s) link.

    Titles and summaries are plain text on one line; `published` is None when missing, no whole day, before 1990 or in the
    future.

    Args:
        base_url: where the body came from, after redirects; relative links are resolved against it.
        content_type: the header's value, or ""; only its charset is used, as servers mislabel feeds freely.
    Raises: NotAFeed: an empty body, an HTML page, or anything else in place of a feed.
    """
    if not body.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise NotAFeed("the feed is empty")
    if is_json(body):
        return parse_json_feed(body, base_url)
    text, notes = _read_as_utf8(body, content_type)
    text = IMAGE.sub(b"", text)
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": base_url}
    feed = feedparser.parse(
        io.BytesIO(text), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not feed.get("version") and not feed.entries:
        raise NotAFeed(say_mismatch(text, "an RSS, RDF, Atom or JSON feed"))
    complete = CLOSING_TAG.search(text[-4000:]) is not None
    items = feed.entries[:-1] if not complete and _ends_in_item(text) else feed.entries
    is_atom = str(feed.get("version")).startswith("atom")
    usable = list(_read_items(items[:MAX_ENTRIES], base_url, is_atom))
    dropped = min(len(items), MAX_ENTRIES) - len(usable)
    about = feed.feed
    return ParsedFeed(
        collect_entries(usable),
        (*_list_warnings(feed, complete, len(items)), *warn_of_links(dropped)),
        complete,
        title=_read_text(about.get("title_detail")),
        language=to_line(str(about.get("language") or "")),
        homepage=find_link(base_url, str(about.get("link") or "")) or "",
        advice=read_feed_advice(text),
        notes=(*notes, *_note_items(items[:MAX_ENTRIES], usable)),
    )


def _read_as_utf8(body: bytes, content_type: str) -> tuple[bytes, list[str]]:
    """Return a feed in UTF-8, whatever it is in, and what was odd about that; feedparser would believe what is declared."""
    sent, written = find_sent(content_type), _find_written(body)
    # NULs are characters of wide encodings only
    found = decode_document(body, sent, written)
    wide = found is not None and found.encoding.startswith(("utf-16", "utf-32"))
    notes = ["NULs were taken out of the feed"] if b"\0" in body and not wide else []
    stated = sent or written or "utf-8"
    if found is None:
        notes.append(f"the feed is not in {stated}, and was read as windows-1252")
        found = Decoded(body.decode("windows-1252", "replace"), "windows-1252")
    elif not wide and not found.text.isascii() and stated not in (found.encoding, "utf8", "us-ascii"):
        notes.append(f"the feed is in {found.encoding}, not in {stated} as declared")
    if found.replaced:
        notes.append(f"bytes that are no utf-8 and were replaced: {found.replaced}")
    return found.text.replace("\0", "").encode("utf-8", "replace"), notes


def _find_written(body: bytes) -> str:
    written = DECLARED.match(body[:400].replace(b"\0", b""))
    return written.group(1).decode("ascii").lower() if written else ""


def _ends_in_item(text: bytes) -> bool:
    tags = ITEM_TAG.findall(text)
    return bool(tags) and tags[-1] == b""


def _read_items(items: Iterable[Any], base_url: str, is_atom: bool) -> Iterator[Entry]:
    """Yield an Entry of each item that has a usable link.

    Atom tells the last change from the publication; in RSS the date of Dublin Core, which feedparser takes for a change,
    is that of the publication.
    """
    for item in items:
        url = _find_link(item, base_url)
        if url is None:
            continue
        detail = item.get("summary_detail") or next(iter(item.get("content") or ()), None)
        yield Entry(
            guid=to_line(item.get("id") or "")[:MAX_GUID] or url,
            url=url,
            title=_read_text(item.get("title_detail")),
            summary=_read_text(detail)[:MAX_SUMMARY],
            published=_read_date(item, "published") or (None if is_atom else _read_date(item, "updated")),
            updated=_read_date(item, "updated"),
        )


def _note_items(items: Sequence[Any], usable: Sequence[Entry]) -> tuple[str, ...]:
    unnamed = sum(1 for item in items if not to_line(item.get("id") or ""))
    misdated = sum(1 for item in items if _states_date(item) and _read_item_date(item) is None)
    return note_items(usable, unnamed, misdated)


def _states_date(item: Any) -> bool:
    return bool(dict.get(item, "published") or dict.get(item, "updated"))


def _find_link(item: Any, base_url: str) -> str | None:
    """Return the absolute http(s) link of an item, or None; a guid that is a URL, else a PDF, stands in for a missing link."""
    guid = str(item.get("id") or "")
    enclosures = [(str(e.get("href") or ""), str(e.get("type") or "")) for e in item.get("enclosures") or ()]
    return find_link(
        base_url,
        str(item.get("link") or ""),
        guid if guid.lower().startswith(("http://", "https://")) else "",
        *choose_pdfs(enclosures),
    )


def _read_text(detail: Any) -> str:
    """Return the plain text of a feedparser text construct, on one line, without control characters."""
    if not detail or not detail.get("value"):
        return ""
    if detail.get("type") == "text/plain":
        return to_line(html.unescape(detail["value"][:MAX_MARKUP]))
    return read_markup(detail["value"])


def _read_item_date(item: Any) -> datetime | None:
    return _read_date(item, "published") or _read_date(item, "updated")


def _read_date(item: Any, key: str) -> datetime | None:
    """Return a date of an item; a year or a month alone, which feedparser takes for its first day, is None."""
    # not item.get("updated"): feedparser answers that with the published date, and a warning
    stated = str(dict.get(item, key) or "").strip()
    return None if PARTIAL_DATE.fullmatch(stated) else _read_time(dict.get(item, f"{key}_parsed"))


def _read_time(parsed: struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        return believe_date(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _list_warnings(feed: Any, complete: bool, found: int) -> list[str]:
    warnings = []
    if feed.get("bozo"):
        warnings.append(f"the feed is not well-formed: {to_line(str(feed.get('bozo_exception')))[:200]}")
    if not complete:
        warnings.append("the feed breaks off before its end; what is missing is left for the next poll")
    if found > MAX_ENTRIES:
        warnings.append(f"the feed holds {found} entries; the first {MAX_ENTRIES} are read")
    return warnings
