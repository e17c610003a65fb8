"""The demo site's feeds and pages as HTML and XML: what a publication's own system would send."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.utils import format_datetime
from functools import cache

from jinja2 import Environment, PackageLoader

from dpawatch.demo.articles import DemoArticle, Publication, load_articles, load_publications

HTML = "text/html; charset=utf-8"
_FEED_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "rdf": "application/rdf+xml; charset=utf-8",
}
_SUMMARY = 200


@cache
def _environment() -> Environment:
    environment = Environment(loader=PackageLoader("dpawatch.demo"), autoescape=True)
    environment.filters["rfc822"] = format_datetime
    environment.filters["summary"] = lambda text: text.split("\n")[0][:_SUMMARY]
    return environment


def feed_path(publication: Publication) -> str:
    """Return the path of a publication's feed."""
    return f"/{publication.id}/feed.xml"


def render_site(base: str) -> Mapping[str, tuple[str, bytes]]:
    """Return content type and body of every path of the site.

    Args:
        base: scheme, host and port, without a slash at the end.
    """
    site = {"/": (HTML, _render("index.html", base, publications=load_publications()))}
    for publication in load_publications():
        articles = [a for a in reversed(load_articles()) if a.publication == publication]
        kind = _FEED_TYPES[publication.feed]
        body = _render(f"{publication.feed}.xml", base, publication=publication, articles=articles)
        site[feed_path(publication)] = (kind, body)
        site[f"/{publication.id}/"] = (HTML, _render("front.html", base, publication=publication, articles=articles))
        site.update((a.path, (HTML, _render_article(base, a, articles))) for a in articles)
    return site


def _render_article(base: str, article: DemoArticle, articles: Iterable[DemoArticle]) -> bytes:
    others = [a for a in articles if a != article][:4]
    return _render("article.html", base, article=article, publication=article.publication, others=others)


def _render(template: str, base: str, **values: object) -> bytes:
    return _environment().get_template(template).render(base=base, **values).encode()
