"""What a source's response holds: one door for polling and checking, whatever the source's format."""

from __future__ import annotations

from ingest.entries import ParsedFeed
from ingest.errors import NotAFeed
from ingest.feeds import parse_entries
from ingest.listings import parse_listing
from ingest.models import Response, Source


def read_source(source: Source, response: Response) -> ParsedFeed:
    """Return the entries of a response that has content; raises NotAFeed when it is nothing of the source's format."""
    if source.format == "feed":
        return parse_entries(response.body, response.final_url, response.header("Content-Type") or "")
    if source.format == "listing":
        return parse_listing(source, response)
    raise NotAFeed(f"this version reads no source of format {source.format!r}")
