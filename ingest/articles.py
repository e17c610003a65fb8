"""Articles: a fetched page or a bulk-loaded record in, an `Article` with its own id out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import unquote

from ingest.defects import find_defect
from ingest.documents import read_document
from ingest.entries import believe_date
from ingest.errors import ArticleError, NotTheArticle
from ingest.identity import choose_address
from ingest.models import Article, Entry, Response, Source, make_article_id
from ingest.pages import read_html
from ingest.schema import LANGUAGES
from ingest.similarity import make_signature
from ingest.text import clean_line, clean_text, detect_language
from ingest.urls import clean_url

PARTIAL_DATE = re.compile(r"\d{4}(?:-\d{2})?")


def hash_content(title: str, text: str) -> str:
    r"""Return the SHA-256 of title + "\n" + text, in hex: two articles are the same words when it is the same."""
    return hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()


def extract_article(entry: Entry, source: Source, response: Response) -> Article:
    """Return the article on a page that an entry of a source led to; `response` has content (`fetch.require_content`).

    It is named by its canonical address. The title is the page's own, else the feed's; the date is the feed's, else the
    page's, else that of the last change by the feed, else that of the fetch. The beginning of an article that must be
    paid for is an article with that defect.
    Raises: NotTheArticle: it is an error page or the like. Unreadable, ArticleError.
    """
    article = article_from_response(entry.url, response, source.publisher, source.language, entry.title)
    published, origin = _choose_date(entry, source, article.published if article.published_origin == "page" else None)
    return replace(
        article,
        published=published or response.fetched,
        published_origin=origin,
        source=source.id,
        guid=entry.guid,
    )


def article_from_response(
    address: str, response: Response, publisher: str, language: str | None = None, title: str = ""
) -> Article:
    """Return the article on a page as it is without a feed: dated by itself, else by the time of the fetch.

    Args:
        address: the one that led to the page. language: the one that its publisher writes in.
        title: the one to take where the page has none.
    Raises: NotTheArticle: it is an error page or the like. Unreadable, ArticleError.
    """
    asked = clean_url(address)
    page = read_document(response)
    defect = find_defect(page.title, page.text, asked, clean_url(response.final_url), page.is_free)
    if defect and defect[0] != "paywall":
        raise NotTheArticle(*defect)
    url = choose_address(asked, response.final_url, page.canonical)
    title = page.title or clean_line(title) or url
    lang = detect_language(page.text, language)
    return Article(
        id=make_article_id(url),
        url=url,
        title=title,
        text=page.text,
        lang=lang,
        fetched=response.fetched,
        published=page.published or response.fetched,
        published_origin="page" if page.published else "fetched",
        publisher=publisher,
        content_hash=hash_content(title, page.text),
        asked=asked,
        defect="paywall" if defect else None,
        signature=make_signature(page.text, lang),
    )


def _choose_date(
    entry: Entry, source: Source, stated: datetime | None
) -> tuple[datetime | None, Literal["feed", "page", "fetched"]]:
    """Return when an article was published and who says so; `stated` is what its page says."""
    if entry.published or stated:
        return entry.published or stated, "feed" if entry.published else "page"
    # a sitemap's last change may be that of the site's layout
    changed = entry.updated if source.format == "feed" else None
    return changed, "feed" if changed else "fetched"


def article_from_record(record: object) -> Article:
    """Return the article of one bulk-loaded record (a JSON object).

    `url`, `title` and `text` (or `html`) are needed; `published` (ISO 8601), `lang`, `source` and `publisher` are not.
    A year or a month alone is no date, nor is one before 1990, which stands for none, or to come: `published` is then None.
    Keys of other names are left alone.
    Raises: ArticleError: one line that names the field and what is allowed.
    """
    if not isinstance(record, Mapping):
        raise ArticleError("the record must be a JSON object")
    given = _read_field(record, "url", needed=True).strip()
    url = clean_url(given)
    text = clean_text(_read_field(record, "text"))
    title = clean_line(_read_field(record, "title", needed=True))
    published = _read_published(_read_field(record, "published"))
    if not text:
        html = _read_field(record, "html")
        if not html.strip():
            raise ArticleError("text: is missing; give text or html")
        page = read_html(html, url)
        text, published = page.text, published or page.published
    lang = _read_language(_read_field(record, "lang"), text)
    return Article(
        id=make_article_id(url),
        # who imports a list finds its rows by the addresses in it, letters beyond ASCII as they are written there
        url=given if unquote(given) == unquote(url) else url,
        title=title,
        text=text,
        lang=lang,
        fetched=datetime.now(UTC),
        published=published,
        published_origin="import" if published else None,
        source=clean_line(_read_field(record, "source")) or None,
        publisher=clean_line(_read_field(record, "publisher")),
        content_hash=hash_content(title, text),
        signature=make_signature(text, lang),
    )


def _read_field(record: Mapping[str, object], key: str, needed: bool = False) -> str:
    """Return a field's string, "" when it is absent or null and not needed."""
    value = record.get(key)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise ArticleError(f"{key}: must be a string, not {type(value).__name__}")
    if needed and not value.strip():
        raise ArticleError(f"{key}: is missing; a record needs url, title and text (or html)")
    return value


def _read_language(code: str, text: str) -> str:
    if not code:
        return detect_language(text, None)
    if code not in LANGUAGES:
        raise ArticleError(f'lang: {code[:20]!r} is not an ISO 639-1 code such as "fr"')
    return code


def _read_published(value: str) -> datetime | None:
    value = value.strip()
    if not value or PARTIAL_DATE.fullmatch(value):
        return None
    try:
        found = datetime.fromisoformat(value)
        return believe_date(found if found.tzinfo else found.replace(tzinfo=UTC))
    except OverflowError:
        return None
    except ValueError as error:
        raise ArticleError(f"published: {value[:40]!r} is not an ISO 8601 date such as 2021-12-16") from error
