"""The records that travel down the ingest line: Source, Response, Entry, Article, and the events of a poll."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Kind = Literal["regulator", "press", "ngo", "court", "law-firm"]
Topics = Literal["privacy", "general"]
Format = Literal["feed", "listing", "sitemap"]
Reuse = Literal["open", "excerpt"]
Identity = Literal["guid", "url", "title"]
PublishedOrigin = Literal["feed", "page", "fetched", "import"]
Defect = Literal["error", "consent", "login", "script", "challenge", "paywall"]
DEFECTS: tuple[Defect, ...] = get_args(Defect)
FetchKind = Literal["feed", "listing", "sitemap", "page", "robots"]
FetchOutcome = Literal["new", "unchanged", "failed", "blocked", "refused", "postponed"]


@dataclass(frozen=True, slots=True)
class Listing:
    """How an HTML index is read: CSS selectors, `link`, `title`, `date` and `summary` within each `item`.

    Without `link` it is the item itself or its first link, without `title` the link's text. `date_format` is written
    as for `strptime`, where the date is not written out or in ISO 8601. `next` is the link to the following page, in
    the whole page; at most `pages` of them are read in one poll.
    """

    item: str
    link: str | None = None
    title: str | None = None
    date: str | None = None
    date_format: str | None = None
    summary: str | None = None
    next: str | None = None
    pages: int = 10


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Which part of a sitemap is read: patterns of paths, in which `*` stands for anything.

    `match`: the pages that are articles. `children`: the sitemaps that an index of sitemaps leads to.
    """

    match: str | None = None
    children: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One feed, listing or sitemap of one publisher, as its TOML table and the head of its file state it.

    country: ISO 3166-1 alpha-2, EU or XK. languages: all that the publisher writes in. reuse: whether its full text may
    be published again. verified: False when nobody has seen it work. on_request: polled only when it is asked for by its
    id. items_per_month: the least and the most to expect. identity: what tells that an item was seen before; its own id,
    its address where ids are used again or made up, its title and day where neither stays.
    """

    id: str
    publisher: str
    kind: Kind
    format: Format
    url: str
    homepage: str
    language: str
    topics: Topics
    country: str | None = None
    languages: tuple[str, ...] = ()
    reuse: Reuse = "excerpt"
    verified: bool = True
    on_request: bool = False
    items_per_month: tuple[int, int] | None = None
    listing: Listing | None = None
    sitemap: Sitemap | None = None
    identity: Identity = "guid"

    @property
    def lacks(self) -> Literal["selectors"] | None:
        """Return what must still be stated before it can be polled, or None."""
        return "selectors" if self.format == "listing" and self.listing is None else None


@dataclass(frozen=True, slots=True)
class Publisher:
    """One file of the registry: `id` is its name; nobody may have found a source of it yet."""

    id: str
    sources: tuple[Source, ...]
    country: str | None = None
    languages: tuple[str, ...] = ()
    reuse: Reuse = "excerpt"


@dataclass(frozen=True, slots=True)
class Advice:
    """How often a source wants to be asked: by its server (`max_age`), by its feed (`ttl`), both in seconds; 0 is silence.

    `skip_hours` (0 to 23, UTC) and `skip_days` (0 is Monday) are when it asks not to be polled.
    """

    max_age: int = 0
    ttl: int = 0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


NO_ADVICE = Advice()


@dataclass(frozen=True, slots=True)
class SourceState:
    """What earlier polls of a source left behind: validators are echoed verbatim, the hash spots an unchanged body.

    `more` are the further pages of its index that are still to be read, `since` is when it was last read. `sizes` are the
    numbers of entries that the first page held when it came anew, the oldest first.
    """

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    more: tuple[str, ...] = ()
    since: datetime | None = None
    advice: Advice = NO_ADVICE
    sizes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """One finished HTTP exchange. `body` is decoded from its content encoding and empty on a 304.

    `moved_to` is where the permanent redirects at its beginning lead, before any temporary one; None without them.
    `by_detour`: a temporary redirect led to it, so that it says nothing for good of what was asked for.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched: datetime
    moved_to: str | None = None
    by_detour: bool = False

    def header(self, name: str) -> str | None:
        """Return the first value of a header, or None; names compare without case."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed: `url` is absolute http(s), `published` and `updated` (its last change) are aware UTC or None."""

    guid: str
    url: str
    title: str
    summary: str
    published: datetime | None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it is stored. `id` is derived from `url` alone, so every machine gives the same page the same id.

    `url` is its canonical address, `asked` the one that led to it, None when it was imported. `signature` tells how near
    its text is to others (`ingest.similarity`); a short text has none. `defect`: the text is only the beginning of it.
    """

    id: str
    url: str
    title: str
    text: str
    lang: str
    fetched: datetime
    published: datetime | None = None
    published_origin: PublishedOrigin | None = None
    source: str | None = None
    guid: str | None = None
    publisher: str = ""
    content_hash: str = ""
    raw_file: str | None = None
    raw_offset: int | None = None
    asked: str | None = None
    signature: tuple[int, ...] = ()
    defect: Literal["paywall"] | None = None


def make_article_id(url: str) -> str:
    """Return the id of the article at a cleaned URL: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """One line of the fetch log: what was asked, what came back, in bytes and milliseconds.

    `bytes` is the size of the body, `received` how much of it came over the wire, mostly compressed. `final_url` is where
    redirects led, None without any. `rests_until` is when its host wants to be asked again.
    `note` is what was odd about an answer that could be used all the same.
    """

    url: str
    kind: FetchKind
    outcome: FetchOutcome
    started: datetime
    status: int | None = None
    bytes: int = 0
    milliseconds: int = 0
    error: str | None = None
    final_url: str | None = None
    rests_until: datetime | None = None
    note: str | None = None
    received: int = 0


@dataclass(frozen=True, slots=True)
class SourceJob:
    """One source to poll: what the last poll left, and the entries whose pages are still to be read.

    `in_full`: its index is asked for without validators, because a 304 is not to be believed this time.
    """

    source: Source
    state: SourceState = SourceState()
    pending: tuple[Entry, ...] = ()
    in_full: bool = False


@dataclass(frozen=True, slots=True)
class EntriesFound:
    """Entries of a feed that were not known before; they are to be stored before their pages are fetched.

    `more` is what is left of the index to read, and replaces `SourceState.more` in the same transaction.
    """

    source: str
    entries: tuple[Entry, ...]
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryDone:
    """What became of one entry: an article when `outcome` is "stored", else the reason in `error`.

    "failed" may succeed later and stays pending; "gone" and "irrelevant" are final. `defect` is what the page was
    instead of the article.
    """

    source: str
    guid: str
    outcome: Literal["stored", "irrelevant", "failed", "gone"]
    article: Article | None = None
    fetches: tuple[FetchRecord, ...] = ()
    error: str | None = None
    defect: Defect | None = None


@dataclass(frozen=True, slots=True)
class SourceDone:
    """The end of one poll. `state` may be saved only now, when the feed's entries are stored.

    "postponed": its host asked to be left alone, so nothing can be said of the source. "gone": it answered 410.
    "held": it answered, but with so few or so many entries that none of them is believed; `error` says so.
    `answered`: its index came with a body, read now or before. `moved_to`: where permanent redirects lead.
    `false_304`: new entries came under the validators for which the server would have answered "not modified".
    """

    source: str
    outcome: Literal["polled", "unchanged", "held", "failed", "postponed", "gone"]
    state: SourceState
    fetches: tuple[FetchRecord, ...] = ()
    entries: int = 0
    error: str | None = None
    warnings: tuple[str, ...] = ()
    answered: bool = False
    moved_to: str | None = None
    false_304: bool = False


PollEvent = EntriesFound | EntryDone | SourceDone
