"""JSON Feeds: the bytes of a JSON Feed 1.0 or 1.1 document in, `Entry` records out.

Source: JSON Feed 1.1, jsonfeed.org/version/1.1. The one library on the index (jsonfeed 0.0.1) is not kept up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from ingest.entries import (
    MAX_ENTRIES,
    MAX_GUID,
    MAX_MARKUP,
    MAX_SUMMARY,
    ParsedFeed,
    choose_pdfs,
    collect_entries,
    find_link,
    note_items,
    read_iso_date,
    read_markup,
    to_line,
    warn_of_links,
)
from ingest.errors import NotAFeed
from ingest.kinds import name_kind
from ingest.models import Entry

VERSION = "jsonfeed.org/version/"


def is_json(body: bytes) -> bool:
    """Say whether a body starts as JSON does."""
    return name_kind(body) == "JSON"


def parse_json_feed(body: bytes, base_url: str) -> ParsedFeed:
    """Return the entries of a JSON Feed in its order, at most 1000, by the rules that hold for other feeds.

    An item's link is its `url`, else its `external_url`, else an `id` that is one, else a PDF attached to it.
    Raises: NotAFeed: broken JSON, or JSON of another kind.
    """
    try:
        feed = json.loads(body.decode(json.detect_encoding(body), "replace"), strict=False)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"this is broken JSON, not a JSON feed: {to_line(str(error))[:200]}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or VERSION not in str(feed.get("version")):
        raise NotAFeed("this is JSON, but not a JSON feed: it lacks the version or the items of one")
    usable = list(_read_items(items[:MAX_ENTRIES], base_url))
    found = min(len(items), MAX_ENTRIES)
    too_many = f"the feed holds {len(items)} entries; the first {MAX_ENTRIES} are read"
    return ParsedFeed(
        collect_entries(usable),
        (*([too_many] if len(items) > MAX_ENTRIES else []), *warn_of_links(found - len(usable))),
        title=_read_line(feed, "title"),
        language=_read_line(feed, "language"),
        homepage=find_link(base_url, _read_string(feed, "home_page_url")) or "",
        notes=_note_items([item for item in items[:MAX_ENTRIES] if isinstance(item, dict)], usable),
    )


def _read_items(items: Iterable[Any], base_url: str) -> Iterator[Entry]:
    """Yield an Entry of each item that has a usable link."""
    for item in items:
        if not isinstance(item, dict):
            continue
        guid = _read_string(item, "id")
        link_in_guid = guid if guid.lower().startswith(("http://", "https://")) else ""
        links = (_read_string(item, "url"), _read_string(item, "external_url"), link_in_guid, *_find_pdfs(item))
        url = find_link(base_url, *links)
        if url is None:
            continue
        yield Entry(
            guid=to_line(guid)[:MAX_GUID] or url,
            url=url,
            title=_read_line(item, "title"),
            summary=_read_summary(item)[:MAX_SUMMARY],
            published=read_iso_date(_read_string(item, "date_published")),
            updated=read_iso_date(_read_string(item, "date_modified")),
        )


def _find_pdfs(item: dict[str, Any]) -> list[str]:
    attached = item.get("attachments")
    tables = [table for table in attached if isinstance(table, dict)] if isinstance(attached, list) else []
    return choose_pdfs((_read_string(table, "url"), _read_string(table, "mime_type")) for table in tables)


def _note_items(items: Sequence[dict[str, Any]], usable: Sequence[Entry]) -> tuple[str, ...]:
    unnamed = sum(1 for item in items if not to_line(_read_string(item, "id")))
    dated = [item for item in items if _read_string(item, "date_published") or _read_string(item, "date_modified")]
    return note_items(usable, unnamed, sum(1 for item in dated if _read_date(item) is None))


def _read_date(item: dict[str, Any]) -> datetime | None:
    return read_iso_date(_read_string(item, "date_published")) or read_iso_date(_read_string(item, "date_modified"))


def _read_summary(item: dict[str, Any]) -> str:
    """Return the summary, else the beginning of the content; what may be markup is read as such."""
    plain = _read_line(item, "summary") or _read_line(item, "content_text")
    return plain or read_markup(_read_string(item, "content_html"))


def _read_line(table: dict[str, Any], key: str) -> str:
    return to_line(_read_string(table, key)[:MAX_MARKUP])


def _read_string(table: dict[str, Any], key: str) -> str:
    """Return a string; ids written as numbers are read as the specification asks, all else is ""."""
    value = table.get(key)
    if isinstance(value, str):
        # half a surrogate pair can be written in JSON, but not stored
        return value.encode("utf-8", "replace").decode("utf-8")
    return str(value) if type(value) in (int, float) else ""
