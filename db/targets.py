"""Targets: what a person's word for something to redact means in a database: an article, a company or a phrase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from db.errors import RedactionError
from db.phrases import LEAST_LETTERS, MARK, Finder, list_phrases

Kind = Literal["article", "company", "text"]

_ARTICLE = "select id, url, content_hash from articles where id = ?1 or url = ?1 or id = ?2"
_ADDRESSES = """select url from article_sources where article = ?1
    union select guid from entries where article = ?1 union select url from entries where article = ?1"""
_COMPANY = """select id from companies where id = ?1 or name = ?1 collate nocase
    union select company from company_redirects where old_id = ?1"""
_NAMES = """select name from companies where id = ?1 union select name from company_names where company = ?1
    union select text from mentions where kind = 'company' and entity = ?1"""


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be redacted: the phrases to be taken out of all texts, or the addresses by which an article is known."""

    kind: Kind
    phrases: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


def find_target(db: Database, word: str, url_id: str, kind: Kind | None = None) -> Target | None:
    """Return what a word means; None when it is not known here, or of the kind that it is said to be.

    Args:
        url_id: the id that an article at this word as its address would have.
        kind: what it is, where a word could mean several; a text is always one.
    Raises: RedactionError when it is no phrase that can be found again.
    """
    if kind in (None, "article") and (row := db.execute(_ARTICLE, [word, url_id]).fetchone()):
        led = [address for (address,) in db.execute(_ADDRESSES, [row[0]])]
        return Target("article", addresses=tuple(sorted({*row, *led})))
    if kind in (None, "company") and (row := db.execute(_COMPANY, [word]).fetchone()):
        names = {name for (name,) in db.execute(_NAMES, [row[0]])} | {row[0]}
        return Target("company", phrases=tuple(sorted(name for name in names if is_phrase(name))))
    if kind in (None, "text"):
        if not is_phrase(word):
            raise RedactionError(
                f"{word!r} is no phrase to redact: it needs {LEAST_LETTERS} letters that {MARK} has not"
            )
        return Target("text", phrases=(word,))
    return None


def is_phrase(text: str) -> bool:
    """Tell whether a text can be known by its hash, and is none of what stands in the place of a phrase."""
    phrases = list_phrases(b"", text)
    return bool(phrases) and next(Finder(b"", phrases).find(MARK), None) is None
