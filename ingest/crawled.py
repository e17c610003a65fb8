"""Pages that somebody else crawled: a response in, the article on it out, if it is about privacy.

It gets the id, the text and the date that a poll would give it, and its text passes the gate of general sources. A title
and a summary decide of no page here: the page is there already, and its own description may be of the whole site.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from urllib.parse import urlsplit

from ingest.articles import article_from_response
from ingest.models import Article, Response, Source
from ingest.pages import ENOUGH, read_paragraphs
from ingest.registry import load_sources
from ingest.relevance import is_about_privacy


def read_crawled_page(response: Response) -> Article | None:
    """Return the article on a page, or None when it is about something else.

    Raises: NotTheArticle: it is an error page or the like. ArticleError: it is no HTML, or holds no text.
    """
    paragraphs = read_paragraphs(response.body, response.header("Content-Type") or "")
    # most pages can be left out before the search for their text, which takes far longer
    if len(paragraphs) >= ENOUGH and not is_about_privacy("", paragraphs):
        return None
    host = (urlsplit(response.final_url).hostname or "").removeprefix("www.")
    source = _sources_by_host().get(host)
    article = article_from_response(
        response.final_url, response, source.publisher if source else host, source.language if source else None
    )
    return article if is_about_privacy(article.title, article.text) else None


@cache
def _sources_by_host() -> dict[str, Source]:
    """Return a source for each host on which only one publisher of the built-in registry has its home page."""
    found: dict[str, list[Source]] = defaultdict(list)
    for source in load_sources():
        found[(urlsplit(source.homepage).hostname or "").removeprefix("www.")].append(source)
    return {host: sources[0] for host, sources in found.items() if len({s.publisher for s in sources}) == 1}
