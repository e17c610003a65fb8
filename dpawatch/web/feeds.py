"""Atom feeds (RFC 4287) of cases, and of what happened to one case; feedgen writes them.

Ids are `urn:uuid:` of version 5, made of what is told (`case/<id>`) and of nothing else: they stay the same when the
site moves to another host, and when a case is renamed. Dates are those of the last event or change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension
from feedgen.feed import FeedGenerator

from ingest.charsets import NOT_XML

_NAMES = uuid5(NAMESPACE_URL, "https://dpawatch.example/ids")
_PERIOD = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|\+00:00)?)?)?)?", re.ASCII
)
_LONGEST_TITLE, _LONGEST_SUMMARY = 300, 2000
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry: `name` is what its id is made of, `moments` are dates of which the latest counts.

    `source` is the address of the article behind it; categories are pairs of a term and what it is called.
    """

    name: str
    title: str
    address: str
    moments: Sequence[object]
    published: object = None
    summary: str = ""
    source: str | None = None
    categories: Iterable[tuple[str, str]] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed without its entries: `address` is its own, `page` that of the page it goes with."""

    name: str
    title: str
    address: str
    page: str
    author: str = "dpawatch"
    rights: str | None = None
    updated: object = None


def write_atom(channel: Channel, items: Iterable[Item], now: datetime | None = None) -> bytes:
    """Return the feed as XML in UTF-8. Of items that have one id only the first is told."""
    now = now or datetime.now(UTC)
    first: dict[str, Item] = {}
    for item in items:
        first.setdefault(item.name, item)
    entries = list(first.values())
    times = [latest_moment(item.moments, now) for item in entries]
    feed = FeedGenerator()
    feed.id(name_id(channel.name))
    feed.title(clean(channel.title, _LONGEST_TITLE))
    feed.author(name=clean(channel.author) or "dpawatch")
    feed.generator("dpawatch")
    feed.link(href=channel.address, rel="self", type="application/atom+xml")
    feed.link(href=channel.page, rel="alternate", type="text/html")
    feed.updated(max(times, default=latest_moment([channel.updated], now)))
    if channel.rights:
        feed.rights(clean(channel.rights))
    for item, updated in zip(entries, times, strict=True):
        feed.add_entry(_entry(item, updated, now), order="append")
    text: bytes = feed.atom_str(pretty=True)
    return text


class _Via(BaseEntryExtension):  # type: ignore[misc]
    """The link to the article that an entry was read from: feedgen 1.0 forgets the `rel` of an entry's links."""

    address = ""

    def extend_atom(self, feed: Any) -> Any:
        """Return the entry with the link."""
        feed.append(feed.makeelement("link", href=self.address, rel="via"))
        return feed


def _entry(item: Item, updated: datetime, now: datetime) -> FeedEntry:
    entry = FeedEntry()
    entry.id(name_id(item.name))
    entry.title(clean(item.title, _LONGEST_TITLE) or "Untitled")
    entry.updated(updated)
    published = read_moment(item.published, now)
    if published:
        entry.published(min(published, updated))
    entry.link(href=item.address, rel="alternate", type="text/html")
    if item.source:
        entry.register_extension("via", _Via)
        entry.via.address = clean(item.source)
    if item.summary:
        entry.summary(clean(item.summary, _LONGEST_SUMMARY))
    for term, label in item.categories:
        if clean(term):
            entry.category(term=clean(term), label=clean(label))
    return entry


def name_id(name: str) -> str:
    """Return the id of what has this name, such as `case/fr-cnil-2019-google`: the same everywhere and for ever."""
    return uuid5(_NAMES, name.encode(errors="replace").decode()).urn


def clean(text: object, most: int = _LONGEST_SUMMARY) -> str:
    """Return text without what XML cannot hold, cut at `most` characters."""
    kept = drop_unspeakable(str(text if text is not None else "")).strip()
    return kept if len(kept) <= most else kept[: most - 1].rstrip() + "…"


def drop_unspeakable(text: str) -> str:
    """Return text without the characters that XML 1.0 cannot hold, not even escaped."""
    return NOT_XML.sub("", text)


def latest_moment(moments: Iterable[object], now: datetime) -> datetime:
    """Return the latest of the dates that are dates and not to come; the year 1970 when there is none."""
    read = (read_moment(moment, now) for moment in moments)
    return max((moment for moment in read if moment), default=_LONG_AGO)


def read_moment(value: object, now: datetime) -> datetime | None:
    """Return an ISO 8601 date or time in UTC as the beginning of what it names, or None when it is none, or to come."""
    match = _PERIOD.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        moment = datetime(year, month or 1, day or 1, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return moment if moment <= now else None
