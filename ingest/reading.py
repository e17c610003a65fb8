"""What a source's response holds: one door for polling and checking, whatever the source's format."""

from __future__ import annotations

from datetime import datetime

from ingest.entries import ParsedFeed
from ingest.feeds import parse_entries
from ingest.identity import name_entries
from ingest.listings import parse_listing
from ingest.models import Response, Source
from ingest.sitemaps import parse_sitemap


def read_source(source: Source, response: Response, since: datetime | None = None) -> ParsedFeed:
    """Return the entries of a response that has content, and the further pages that it leads to.

    `since` is when the source was last read, or None. Entries are named as the source's `identity` says.
    Raises: NotAFeed: it is nothing of the source's format.
    """
    return name_entries(_read_format(source, response, since), source.identity)


def _read_format(source: Source, response: Response, since: datetime | None) -> ParsedFeed:
    if source.format == "feed":
        return parse_entries(response.body, response.final_url, response.header("Content-Type") or "")
    if source.format == "listing":
        return parse_listing(source, response)
    return parse_sitemap(source.sitemap, response, since)
