"""What kind of document a body is, by its first bytes: servers mislabel, and addresses change what they answer."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["a feed", "a sitemap", "JSON", "a PDF", "an HTML page", "something else"]
# of each kind of XML, the root element with or without a prefix
XML_ROOTS: tuple[tuple[Kind, re.Pattern[bytes]], ...] = (
    ("a feed", re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|rdf)[\s>]")),
    ("a sitemap", re.compile(rb"<(?:[\w.-]+:)?(?:urlset|sitemapindex)[\s>]")),
)
COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
START = 4000
READ_BY = {"a feed": "feed", "a sitemap": "sitemap", "an HTML page": "listing"}


def name_kind(body: bytes) -> Kind:
    """Return what a body is by its first bytes; UTF-16 reads as ASCII without its NULs."""
    start = body[:START].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start.startswith(b"%PDF"):
        return "a PDF"
    if start.startswith((b"{", b"[")):
        return "JSON"
    start = COMMENT.sub(b"", start).lower()
    if b"<!doctype html" in start or b"<html" in start:
        return "an HTML page"
    return next((kind for kind, root in XML_ROOTS if root.search(start)), "something else")


def say_mismatch(body: bytes, wanted: str) -> str:
    """Return, on one line, what a body is instead of what was wanted, and which format of the registry reads that."""
    kind = name_kind(body)
    advice = f'; sources of format = "{READ_BY[kind]}" are read from such' if kind in READ_BY else ""
    return f"this is {kind}, not {wanted}{advice}"
