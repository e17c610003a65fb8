"""Pages: articles in; every feed and HTML page of their publications out, as bytes with the validators of HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from dpawatch.demo.articles import DemoArticle
from dpawatch.demo.publications import FeedFormat, Publication, load_publications

RELATED = 4
FEED_TYPES: dict[FeedFormat, str] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One thing to serve; `modified` is an aware time, or None when there is nothing to date it by."""

    body: bytes
    content_type: str
    modified: datetime | None = None

    @property
    def etag(self) -> str:
        """Return a strong validator, made from the bytes."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:24]}"'

    @property
    def last_modified(self) -> str | None:
        """Return the time as HTTP writes it."""
        return format_datetime(self.modified.astimezone(UTC), usegmt=True) if self.modified else None


def render_site(articles: Sequence[DemoArticle], base: str) -> dict[str, Page]:
    """Return every page by its path.

    Args:
        articles: the oldest first. base: the address of the server without a final slash; feeds link to articles by it.
    """
    site = _Renderer(base)
    publications = load_publications().values()
    pages = {"/": site.page("index.html", None, publications=publications)}
    pages["/robots.txt"] = Page(b"User-agent: *\nAllow: /\n", "text/plain; charset=utf-8")
    for publication in publications:
        own = [article for article in reversed(articles) if article.publication == publication]
        pages.update(site.publication(publication, own))
    return pages


def render_missing() -> Page:
    """Return the page of what is not there."""
    return _Renderer("").page("missing.html", None)


class _Renderer:
    """The templates, for one address."""

    def __init__(self, base: str) -> None:
        self.base = base
        loader = PackageLoader("dpawatch.demo")
        self.templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
        self.templates.filters.update(tag_uri=tag_uri, rfc822=format_datetime)

    def page(self, template: str, modified: datetime | None, kind: str = "text/html", **values: object) -> Page:
        """Return one page of a template."""
        text = self.templates.get_template(template).render(base=self.base, **{"publication": None, **values})
        return Page(text.encode(), f"{kind}; charset=utf-8", modified)

    def publication(self, publication: Publication, articles: list[DemoArticle]) -> Iterator[tuple[str, Page]]:
        """Yield the path and page of a publication's feed, front page and articles."""
        home, kind = f"/{publication.id}/", FEED_TYPES[publication.feed]
        newest = articles[0].published if articles else None
        common: dict[str, Any] = {"publication": publication, "articles": articles, "feed_type": kind}
        yield f"{home}feed.xml", self.page(f"{publication.feed}.xml", newest, kind, **common)
        yield home, self.page("front.html", newest, **common)
        for article in articles:
            related = [other for other in articles if other is not article][:RELATED]
            page = self.page(
                "article.html", article.published, publication=publication, article=article, related=related
            )
            yield article.path, page


def tag_uri(thing: DemoArticle | Publication) -> str:
    """Return what a feed calls its article, or itself, wherever it is served (RFC 4151)."""
    name = f"{thing.publication.id}/{thing.slug}" if isinstance(thing, DemoArticle) else thing.id
    return f"tag:demo.dpawatch.example,2026:{name}"
