"""What an article is called: the addresses of a page in, the one that names it out; and what names an entry of a source."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import SplitResult, urljoin, urlsplit

from ingest.entries import ParsedFeed, collect_entries
from ingest.errors import ArticleError
from ingest.models import Entry, Identity
from ingest.moves import is_same_domain

TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi)(?:=.*)?", re.IGNORECASE
)
DEFAULT_PORTS = {"http": 80, "https": 443}
# "/", "/fr", "/en-GB/", "/index.php", "/fr/home.html": what a careless template names as canonical on every page
HOME = re.compile(r"(?:/[a-z]{2}(?:[-_][a-z]{2})?)?/?(?:(?:index|home|default)(?:\.\w{2,5})?)?/?", re.IGNORECASE)


def clean_url(url: str) -> str:
    """Return the form of a URL that names an article: no fragment, tracking parameters or default port, host in lower case.

    Raises: ArticleError: not an absolute http or https URL.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise ArticleError(f"{url[:200]!r} is not a URL") from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or not url.strip().isprintable():
        raise ArticleError(f"{url[:200]!r} is not an http or https URL")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    netloc = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    query = "&".join(p for p in parts.query.split("&") if not TRACKING.fullmatch(p))
    return SplitResult(parts.scheme, netloc, parts.path or "/", query, "").geturl()


def choose_address(asked: str, page: str, canonical: Sequence[str]) -> str:
    """Return the cleaned address that names the article on a page.

    Args:
        asked: the cleaned address at which it was asked for. page: where it was found, after redirects.
        canonical: what the page gives as its canonical address, relative or not; empty when it gives none.
    Two different ones, a home page, and an address of another registrable domain are not believed: `asked` names it then.
    Source: RFC 6596.
    """
    stated = {_resolve(page, link) for link in canonical if link.strip()}
    if len(stated) != 1:
        return asked
    (address,) = stated
    if address is None or is_home(address) or not is_same_domain(address, page):
        return asked
    # templates older than the site's certificate
    secure = "https" + address.removeprefix("http")
    return secure if address.startswith("http:") and secure in (clean_url(page), asked) else address


def is_home(url: str) -> bool:
    """Say whether a URL is that of a site's home page, in whatever language."""
    parts = urlsplit(url)
    return not parts.query and HOME.fullmatch(parts.path) is not None


def name_entries(feed: ParsedFeed, identity: Identity) -> ParsedFeed:
    """Return what an index held with its entries named as the source states: by guid, by address, or by title and day."""
    if identity == "guid":
        return feed
    name = _name_by_address if identity == "url" else _name_by_title
    return replace(feed, entries=collect_entries(replace(entry, guid=name(entry)) for entry in feed.entries))


def _name_by_address(entry: Entry) -> str:
    try:
        return clean_url(entry.url)
    except ArticleError:
        return entry.url


def _name_by_title(entry: Entry) -> str:
    """Return a name of title and day; without either it is the address."""
    if not entry.title or not entry.published:
        return _name_by_address(entry)
    words = " ".join(entry.title.casefold().split())
    return f"title:{hashlib.sha256(words.encode('utf-8', 'replace')).hexdigest()[:16]}:{entry.published:%Y-%m-%d}"


def _resolve(page: str, link: str) -> str | None:
    try:
        return clean_url(urljoin(page, link.strip()))
    except (ArticleError, ValueError):
        return None
