"""What an article is called: the addresses of a page in, the one that names it out; and what names an entry of a source."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote, urljoin, urlsplit

from ingest.entries import ParsedFeed, collect_entries
from ingest.errors import ArticleError
from ingest.models import Entry, Identity
from ingest.moves import is_same_domain
from ingest.urls import clean_url

# "/", "/fr", "/en-GB/", "/index.php", "/fr/home.html": what a careless template names as canonical on every page
HOME = re.compile(r"(?:/[a-z]{2}(?:[-_][a-z]{2})?)?/?(?:(?:index|home|default)(?:\.\w{2,5})?)?/?", re.IGNORECASE)
# what stands before a page, or in place of it
DOOR = re.compile(
    r"/(?:log-?in|sign-?in|sso|auth|oauth\d?|consent|captcha|error|not-?found|40[134]|50\d)(?:[/.]|$)", re.IGNORECASE
)


def choose_address(asked: str, page: str, canonical: Sequence[str]) -> str:
    """Return the cleaned address that names the article on a page.

    Args:
        asked: the cleaned address at which it was asked for. page: where it was found, after redirects.
        canonical: what the page gives as its canonical address, relative or not; empty when it gives none.
    Two different ones, a home page, and an address of another registrable domain are not believed. Where redirects led
    names it then, unless that is a door (a home, login or error page); else `asked`.
    Source: RFC 6596.
    """
    found = _choose_found(asked, page)
    stated = {_resolve(page, link) for link in canonical if link.strip()}
    if len(stated) != 1:
        return found
    (address,) = stated
    if address is None or is_home(address) or not is_same_domain(address, page):
        return found
    # templates older than the site's certificate
    secure = "https" + address.removeprefix("http")
    return secure if address.startswith("http:") and secure in (clean_url(page), asked) else address


def is_home(url: str) -> bool:
    """Say whether a URL is that of a site's home page, in whatever language."""
    parts = urlsplit(url)
    return not parts.query and HOME.fullmatch(parts.path) is not None


def _choose_found(asked: str, page: str) -> str:
    """Return the cleaned address at the end of redirects if it can name what was asked for, else `asked`."""
    found = _clean(page)
    path, query = urlsplit(found).path, unquote(urlsplit(found).query)
    wanted = urlsplit(asked).path
    # a door says where it leads back to
    leads_back = wanted != "/" and wanted in query
    is_downgrade = "https" + found.removeprefix("http") == asked
    return asked if is_home(found) or is_downgrade or leads_back or DOOR.search(path) else found


def name_entries(feed: ParsedFeed, identity: Identity) -> ParsedFeed:
    """Return what an index held with its entries named as the source states: by guid, by address, or by title and day.

    Addresses, and guids that are addresses, are cleaned: who asks, and in which session, makes no new entry.
    """
    name = {"guid": _name_by_guid, "url": _name_by_address, "title": _name_by_title}[identity]
    named = (replace(entry, guid=name(entry), url=_clean(entry.url)) for entry in feed.entries)
    return replace(feed, entries=collect_entries(named))


def _name_by_guid(entry: Entry) -> str:
    return _clean(entry.guid)


def _name_by_address(entry: Entry) -> str:
    return _clean(entry.url)


def _name_by_title(entry: Entry) -> str:
    """Return a name of title and day; without either it is the address."""
    if not entry.title or not entry.published:
        return _name_by_address(entry)
    words = " ".join(entry.title.casefold().split())
    return f"title:{hashlib.sha256(words.encode('utf-8', 'replace')).hexdigest()[:16]}:{entry.published:%Y-%m-%d}"


def _clean(name: str) -> str:
    """Return the cleaned form of an address; what is none is left as it is."""
    try:
        return clean_url(name)
    except ArticleError:
        return name


def _resolve(page: str, link: str) -> str | None:
    try:
        return clean_url(urljoin(page, link.strip()))
    except (ArticleError, ValueError):
        return None
