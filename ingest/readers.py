"""What the workers are asked to do: the doors of `reading` and `articles`, loaded behind them where they are used.

The process that polls never loads what reads a page.
"""

from __future__ import annotations

from datetime import datetime

from ingest.entries import ParsedFeed
from ingest.models import Article, Entry, Response, Source


def read_source(source: Source, response: Response, since: datetime | None = None) -> ParsedFeed:
    """Return what `ingest.reading.read_source` returns, and raise what it raises."""
    from ingest import reading

    return reading.read_source(source, response, since)


def extract_article(entry: Entry, source: Source, response: Response) -> Article:
    """Return what `ingest.articles.extract_article` returns, and raise what it raises."""
    from ingest import articles

    return articles.extract_article(entry, source, response)
