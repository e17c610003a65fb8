"""Web pages: the bytes of an HTML page in; its title, its text without the site around it, and its date out."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bs4.dammit import UnicodeDammit
from lxml.etree import ParserError
from lxml.html import HTMLParser, document_fromstring
from trafilatura import bare_extraction, load_html

from ingest.charsets import NOT_XML, decode_document, find_sent
from ingest.defects import is_accessible
from ingest.errors import ArticleError, NotHtml, Unreadable
from ingest.page_dates import find_published
from ingest.text import clean_line, clean_text

# what it says about a bad page is in the error of that page
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

HTML_TYPES = ("text/html", "application/xhtml+xml")
HTML_START = re.compile(r"<(?:!doctype\s+html|html|head|body|article|div|p)\b", re.IGNORECASE)
OTHER_KINDS = {
    b"%PDF": "PDF",
    b"PK\x03\x04": "a ZIP file",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
}
META = re.compile(
    rb"""<(?:meta|\?xml)\b[^<>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE
)
HEAD = 4000
SAMPLE = 100_000
# by element and by ARIA role, the parts of a page that HTML itself sets apart from its content
AROUND = (
    "//nav|//footer|//*[@role='navigation' or @role='contentinfo' or @role='search' or @role='banner'"
    " or @role='menu' or @role='menubar']"
)
REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}));?")
ENOUGH = 250
START_TAG = re.compile("<[a-zA-Z]")
# what the extraction takes grows with their square: ten seconds for so many in all, one for so many words in a paragraph
MAX_ELEMENTS = 50_000
MAX_INLINE = 5000
# the marks of words, which are taken off before the text is put together
INLINE = "span|font|b|i|u|s|em|strong|sub|sup|small|big|tt|var|kbd|samp|strike|del|ins|mark|cite|abbr"
CROWDED = f"//*[count({INLINE}) > {MAX_INLINE}]"
RULE = re.compile(r"\|(?:\s*:?-{3,}:?\s*\|)+")
PARAGRAPHS = "//title | //h1 | //h2 | //h3 | //p | //td | //blockquote"
CANONICAL = (
    "//link[contains(concat(' ', normalize-space(translate(@rel, 'CANOIL', 'canoil')), ' '), ' canonical ')]/@href"
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says of itself: a title or "", its text (never empty), and when it was published, if it says so.

    `canonical` are the addresses that it gives as its own, as they are written; a good page has one. `is_free` is False
    when it states that it must be paid for.
    """

    title: str
    text: str
    published: datetime | None
    canonical: tuple[str, ...] = ()
    is_free: bool = True


def read_page(body: bytes, content_type: str, url: str) -> Page:
    """Return the content of an HTML page.

    Raises: NotHtml: by its header and its first bytes the body is of another kind. ArticleError: no text is left.
        Unreadable: it has too many elements.
    """
    return read_html(decode_html(body, content_type), url)


def read_paragraphs(body: bytes, content_type: str) -> str:
    """Return the title and the paragraphs of an HTML page, those around the article too, or "": quicker than `read_page`.

    Raises: NotHtml: the body is no HTML. ArticleError: it is empty.
    """
    html = decode_html(body, content_type)
    try:
        # as bytes, since lxml refuses strings that declare an encoding
        tree = document_fromstring(html.encode("utf-8", "replace"), HTMLParser(encoding="utf-8"))
    except ParserError:
        return ""
    return clean_text("\n".join(element.text_content() for element in tree.xpath(PARAGRAPHS)))


def read_html(html: str, url: str) -> Page:
    """Return the content of a page already decoded.

    Raises: ArticleError: no text is left. Unreadable: it has more elements than this program reads.
    """
    tree = _load_tree(html)
    found = max(_extract_variants(tree, url), key=lambda d: len(d.text or ""), default=None)
    text = clean_text(_flatten_tables(found.text)) if found else ""
    if not any(c.isalpha() for c in text):
        raise ArticleError("the page holds no text")
    canonical = tuple(map(str, tree.xpath(CANONICAL)))
    return Page(_find_title(tree), text, find_published(tree, url), canonical, is_accessible(tree))


def _load_tree(html: str) -> Any:
    """Return the tree of a page; raises ArticleError without elements, Unreadable with too many."""
    # counted before there is a tree of them, which takes most of the memory
    elements = sum(1 for _ in START_TAG.finditer(html))
    if elements > MAX_ELEMENTS:
        raise Unreadable(f"the page has {elements:,} elements, more than {MAX_ELEMENTS:,}")
    html = _drop_illegal_characters(html)
    tree = load_html(
        f"<!DOCTYPE html>\n{html}" if HTML_START.search(html[:2000]) else f"<html><body>{html}</body></html>"
    )
    if tree is None or not len(tree):
        raise ArticleError("the page holds no HTML elements")
    if tree.xpath(CROWDED):
        raise Unreadable(f"the page has a paragraph of more than {MAX_INLINE:,} marked words")
    return tree


def decode_html(body: bytes, content_type: str) -> str:
    """Return a page as a string; valid UTF-8 is taken as such, else what the header and the page declare.

    Raises: NotHtml: the body is no HTML.
    """
    kind = content_type.partition(";")[0].strip().lower()
    for magic, name in OTHER_KINDS.items():
        if body.lstrip()[:8].startswith(magic):
            raise NotHtml(f"the page is {name}, not HTML")
    html = _decode(body, find_sent(content_type))
    if not html.strip():
        raise ArticleError("the page is empty")
    if kind not in HTML_TYPES and not HTML_START.search(html[:2000]):
        raise NotHtml(f"the page is {kind or 'of an unknown type'}, not HTML")
    return html


def _decode(body: bytes, sent: str) -> str:
    written = META.search(body[:HEAD])
    found = decode_document(body, sent, written.group(1).decode("ascii").lower() if written else "")
    if found is not None:
        return found.text
    # guessed from a part of it that ends where no character does
    start = body[:SAMPLE]
    guessed = UnicodeDammit(start[: start.rfind(b">") + 1] or start, is_html=True).original_encoding
    return body.decode(guessed or "utf-8", "replace")


def _drop_illegal_characters(html: str) -> str:
    """Return HTML without the characters XML does not know, written out or as references: one of them stops lxml.

    References to 128-159 mean windows-1252, as the HTML standard has it ("numeric character reference end state").
    """

    def drop(reference: re.Match[str]) -> str:
        code = int(reference[1], 16) if reference[1] else int(reference[2])
        if 0x80 <= code <= 0x9F:
            return bytes([code]).decode("windows-1252", "ignore")
        return reference[0] if code <= 0x10FFFF and not NOT_XML.match(chr(code)) else ""

    return NOT_XML.sub("", REFERENCE.sub(drop, html))


def _extract_variants(tree: Any, url: str) -> Iterator[Any]:
    """Yield trafilatura's readings of a page, the most careful first, until one is long enough to be the article."""
    pruned = deepcopy(tree)
    for element in pruned.xpath(AROUND):
        if element.getparent() is not None:
            element.drop_tree()
    # unclosed navigation can swallow the article, so the last reading is of the whole page
    for variant, recall in ((pruned, False), (pruned, True), (tree, True)):
        found: Any = bare_extraction(
            deepcopy(variant),
            url=url,
            favor_recall=recall,
            include_comments=False,
        )
        if found is not None:
            yield found
            if len(found.text or "") >= ENOUGH:
                return


def _flatten_tables(text: str) -> str:
    """Return text in which each table row of Markdown is a plain line: "Fine: 1,000 EUR", or cells divided by " | "."""
    lines = []
    for line in text.split("\n"):
        if not line.startswith("|"):
            lines.append(line)
        elif not RULE.fullmatch(line.strip()):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            cells = [cell for cell in cells if cell]
            joint = " " if len(cells) == 2 and cells[0].endswith(":") else " | "
            lines.append(joint.join(cells))
    return "\n".join(lines)


def _find_title(tree: Any) -> str:
    """Return og:title without the site's name, else the only h1, else the title element, else ""."""
    site = clean_line(" ".join(tree.xpath("//meta[@property='og:site_name']/@content")[:1]))
    headings = [clean_line(h.text_content()) for h in tree.xpath("//h1")]
    candidates = [
        *tree.xpath("//meta[@property='og:title']/@content")[:1],
        *(headings if len(headings) == 1 else []),
        *(t.text_content() for t in tree.xpath("//head/title")[:1]),
    ]
    for candidate in candidates:
        title = (
            re.sub(rf"\s+[-–—|·:]\s+{re.escape(site)}$", "", clean_line(candidate)) if site else clean_line(candidate)
        )
        if title and title != site:
            return title
    return ""
