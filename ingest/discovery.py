"""The feed behind a home page: an address that a person knows in, the feed that a program can poll out.

Tried in this order, one polite request each: the address itself, what its page names as its feeds
(`<link rel="alternate">`), and the paths at which feeds commonly are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

from ingest.entries import ParsedFeed
from ingest.errors import FetchError, NoFeedFound, NotAFeed, RobotsDenied
from ingest.feeds import parse_entries
from ingest.fetch import Fetcher, FetchSettings, Kind, require_content
from ingest.models import FetchRecord, Response
from ingest.robots import Robots
from ingest.schema import is_web_url
from ingest.text import clean_line

MEDIA_TYPES = {
    "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json",
    "application/xml", "text/xml",
}  # fmt: skip
# below the page's own folder, then below the site's root
COMMON_PATHS = ("feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json")
MAX_LINKS = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A feed and where it was. `others` are feeds that the page names too and that were not asked for.

    `title` and `language` are the page's own, "" when there is none: the address was the feed's.
    """

    url: str
    feed: ParsedFeed
    homepage: str
    title: str = ""
    language: str = ""
    others: tuple[str, ...] = ()


async def find_feed(url: str, settings: FetchSettings) -> Found:
    """Return the first feed with entries that an http(s) address leads to, else the first empty one.

    Raises: NoFeedFound: none was found; the message counts what was tried. FetchError: the address itself failed.
    """
    async with Fetcher(settings) as fetcher:
        search = _Search(fetcher)
        response = await search.ask(url, "page")
        address = response.moved_to or url
        try:
            feed = _parse(response)
        except NotAFeed:
            return await search.find_behind(response)
        return Found(address, feed, feed.homepage or urljoin(address, "/"))


class _Search:
    """What one search has asked for; it asks for nothing twice."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._robots = Robots(fetcher)
        self._log: list[FetchRecord] = []
        self._asked: set[str] = set()
        self._forbidden = 0

    async def ask(self, url: str, kind: Kind) -> Response:
        """Return a response that has content; raises FetchError."""
        self._asked.add(url)
        response = await self._fetcher.fetch(url, kind, self._log, check=self._robots.check)
        require_content(response)
        self._asked |= {response.final_url}
        return response

    async def find_behind(self, page: Response) -> Found:
        """Return the feed behind a page, with the page's title and language; raises NoFeedFound."""
        soup = BeautifulSoup(page.body, "lxml")
        base = _find_base(soup, page.final_url)
        links = list_links(soup, base)
        found = await self._try(links[:MAX_LINKS]) or await self._try(list_common(page.final_url))
        if found is None:
            forbidden = f", {self._forbidden} of them forbidden by robots.txt" if self._forbidden else ""
            tried = len(self._asked) - 1
            raise NoFeedFound(f"no feed found behind {page.final_url}: {tried} other addresses tried{forbidden}")
        url, feed = found
        return Found(
            url=url,
            feed=feed,
            homepage=page.final_url,
            title=clean_line(soup.title.get_text()) if soup.title else "",
            language=str(soup.html.get("lang") or "") if soup.html else "",
            others=tuple(link for link in links if link not in self._asked),
        )

    async def _try(self, urls: Sequence[str]) -> tuple[str, ParsedFeed] | None:
        """Return the first of the feeds that has entries, else the first at all."""
        empty = None
        for url in urls:
            if url in self._asked:
                continue
            try:
                response = await self.ask(url, "feed")
                feed = _parse(response)
            except RobotsDenied:
                self._forbidden += 1
                continue
            except (FetchError, NotAFeed):
                continue
            if feed.entries:
                return response.moved_to or url, feed
            empty = empty or (response.moved_to or url, feed)
        return empty


def list_links(soup: BeautifulSoup, base: str) -> list[str]:
    """Return the addresses that a page names as its feeds, in its order, but feeds of comments last."""
    links: dict[str, bool] = {}
    for tag in soup.select("link[rel~=alternate i][href]"):
        kind = str(tag.get("type") or "").partition(";")[0].strip().lower()
        url = _join(base, str(tag["href"]))
        if kind in MEDIA_TYPES and is_web_url(url):
            links.setdefault(url, "comment" in f"{url} {tag.get('title')}".lower())
    return sorted(links, key=lambda url: links[url])


def list_common(page: str) -> list[str]:
    """Return where feeds commonly are: below the page's folder, then below the root of its site."""
    parts = urlsplit(page)
    root = f"{parts.scheme}://{parts.netloc}/"
    folder = root + parts.path.lstrip("/").rstrip("/") + "/" if parts.path.strip("/") else root
    bases = [folder, root] if folder != root else [root]
    return [base + path for base in bases for path in COMMON_PATHS]


def _find_base(soup: BeautifulSoup, url: str) -> str:
    tag = soup.select_one("base[href]")
    return _join(url, str(tag["href"])) or url if tag else url


def _join(base: str, link: str) -> str:
    """Return the absolute form of a link, or "" when it is none."""
    try:
        return urljoin(base, link.strip()) if link.strip() else ""
    except ValueError:
        return ""


def _parse(response: Response) -> ParsedFeed:
    return parse_entries(response.body, response.final_url, response.header("Content-Type") or "")
