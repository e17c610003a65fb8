"""The guard at the door: what comes from outside is kept out, or loses its phrases, before it is stored, if it was redacted."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from html import unescape
from urllib.parse import urljoin

from db.companies.groups import Group, KnownRecord
from db.phrases import MARK
from db.redactions import Blocked
from dpawatch.reading import Batch, Read, Readings
from ingest.articles import hash_content
from ingest.charsets import CHARSET, decode_document, find_sent
from ingest.errors import ArticleError
from ingest.models import Article, Entry, FetchRecord, Response
from ingest.similarity import make_signature
from ingest.urls import clean_url
from nlp.models import Analysis, Document

_TAG = re.compile(r"<[^>]*>")
# what may be an address in a page or feed: the value of an attribute, or what stands between two tags
_ADDRESS = re.compile(r"""["']([^"'<>\s]+)["']|>\s*([^<>\s]+)\s*<""")
PDF = b"%PDF"
STAND_IN = "Redact Ltd"


def guard_article(blocked: Blocked, article: Article) -> Article | None:
    """Return an article without redacted phrases; None when it was redacted itself."""
    if blocked and any(map(blocked.knows, (article.id, article.url, article.asked, article.content_hash))):
        return None
    return clean_article(blocked, article)


def clean_article(blocked: Blocked, article: Article) -> Article:
    """Return an article without redacted phrases, the same when it has none; its raw form is not its own any more.

    An address that has one gives way to a name that leads nowhere.
    """
    if not any(map(blocked.holds, (article.title, article.text, article.url, article.publisher, article.source))):
        return article
    title, text = blocked.clean(article.title), blocked.clean(article.text)
    return replace(
        article,
        url=f"urn:dpawatch:redacted:{article.id}" if blocked.holds(article.url) else article.url,
        asked=None,
        title=title,
        text=text,
        publisher=blocked.clean(article.publisher),
        source=None if blocked.holds(article.source) else article.source,
        content_hash=hash_content(title, text),
        signature=make_signature(text, article.lang),
        raw_file=None,
        raw_offset=None,
    )


def guard_entries(blocked: Blocked, entries: Iterable[Entry]) -> list[Entry]:
    """Return entries without redacted phrases, and without those that lead to what was redacted."""
    return [
        replace(e, title=blocked.clean(e.title), summary=blocked.clean(e.summary)) if blocked else e
        for e in entries
        if not blocked.refuses(e.guid, e.url, name_address(e.url))
    ]


def guard_fetches(blocked: Blocked, fetches: Iterable[FetchRecord]) -> tuple[FetchRecord, ...]:
    """Return requests without those that led to what was redacted."""
    return tuple(f for f in fetches if not blocked.refuses(f.url, f.final_url))


def guard_companies(
    blocked: Blocked, groups: Iterable[Group], known: Iterable[KnownRecord]
) -> tuple[list[Group], list[KnownRecord]]:
    """Return the companies of the data files without those that were redacted, and without such names of the others."""
    kept = []
    for group in groups:
        if not (blocked.holds(group.id) or blocked.holds(group.name)):
            members = [replace(m, aliases=_allow(blocked, m.aliases), former=_allow(blocked, m.former))
                       for m in group.members if not (blocked.holds(m.id) or blocked.holds(m.name))]  # fmt: skip
            aliases, former = _allow(blocked, group.aliases), _allow(blocked, group.former)
            kept.append(replace(group, members=tuple(members), aliases=aliases, former=former))
    return kept, [c for c in known if not any(map(blocked.holds, (c.id, c.name, *c.aliases)))]


def _allow(blocked: Blocked, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if not blocked.holds(name) and STAND_IN not in name)


def disguise_document(document: Document) -> Document:
    """Return a document in which marks of redactions are read as the company that they may stand for, of as many letters.

    Else a sentence without its respondent would be taken to be about somebody else who is named beside it.
    """
    title = document.title and document.title.replace(MARK, STAND_IN)
    return replace(document, title=title, text=document.text.replace(MARK, STAND_IN))


def guard_analysis(blocked: Blocked, analysis: Analysis) -> Analysis:
    """Return what was read without the stand-in, and without names that a data file gives to what a text calls otherwise."""
    companies = tuple(c for c in analysis.companies if _allow(blocked, [c.name]))
    actions = tuple(replace(a, respondents=_allow(blocked, a.respondents)) for a in analysis.actions)
    return replace(analysis, companies=companies, actions=actions)


def guard_reader(blocked: Blocked, read: Read) -> Read:
    """Return what reads as `read` does, without what was redacted."""
    if not blocked:
        return read

    def read_guarded(batches: Iterator[Batch]) -> Iterator[Readings]:
        given = deque[Batch]()

        def disguise_batches() -> Iterator[Batch]:
            for batch in batches:
                given.append(batch)
                yield [disguise_document(document) for document in batch]

        for readings in read(disguise_batches()):
            found = [a if isinstance(a, str) else guard_analysis(blocked, a) for _, a in readings]
            yield list(zip(given.popleft(), found, strict=True))

    return read_guarded


def must_withhold(blocked: Blocked, response: Response) -> bool:
    """Tell whether the raw form of a response may not be kept: it is of a redacted article, links to one, or has a phrase.

    Nobody looks into a PDF, so with phrases to keep out none is kept.
    """
    if blocked.refuses(response.url, response.final_url, name_address(response.final_url)):
        return True
    if response.body.lstrip().startswith(PDF):
        return bool(blocked.finder)
    source = _read_source(response)
    if any(map(blocked.holds, (source, _TAG.sub(" ", source), _TAG.sub("", source)))):
        return True
    found = {match[1] or match[2] for match in _ADDRESS.finditer(source)} if blocked.addresses else set()
    return any(blocked.knows(a) or blocked.knows(name_address(_join(response.final_url, a))) for a in found)


def _read_source(response: Response) -> str:
    """Return what a response says, as a text in which neither encodings nor escapes hide a letter."""
    written = CHARSET.search(response.body[:2000].decode("latin-1"))
    decoded = decode_document(
        response.body, find_sent(response.header("content-type") or ""), written[1].lower() if written else ""
    )
    source = decoded.text if decoded else response.body.decode("utf-8", "replace")
    with suppress(ValueError, RecursionError):
        source = json.dumps(json.loads(source), ensure_ascii=False)
    return unescape(unescape(source))


def name_address(url: str) -> str:
    """Return the form of an address by which articles are known, or what is none as it is."""
    try:
        return clean_url(url)
    except ArticleError:
        return url


def _join(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address
