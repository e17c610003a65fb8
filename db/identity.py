"""Which stored article a new one is: by its entry, by its addresses, or by its words and day; and by whom it came."""

from __future__ import annotations

from dataclasses import replace

from sqlite_utils import Database

from db.values import iso_time
from ingest.models import Article, make_article_id

# another entry of the source, of another title and address, that already became the article of a canonical address
_CLAIMED = """
select 1 from entries as other join entries as mine on mine.source = other.source and mine.guid = :guid
where other.source = :source and other.article = :article and other.guid <> :guid
    and other.title <> mine.title and other.url <> mine.url
"""


def identify_article(db: Database, article: Article, source: str, guid: str) -> Article:
    """Return an article under the id and address by which it is stored, or is to be stored.

    It is, in this order: what its entry became before; what is stored under its canonical address, then under the one
    it was asked at; what the same publisher published under the same title, on the same day, in the same words.
    A canonical address that the source gives to entries of other titles is none, and the article keeps its own.
    """
    row = db.execute("select article from entries where source = ? and guid = ?", [source, guid]).fetchone()
    if row and row[0]:
        return _rename(db, article, row[0])
    asked = article.asked or article.url
    if asked != article.url and _is_claimed(db, article, source, guid):
        article = replace(article, id=make_article_id(asked), url=asked)
    found = _find_by_address(db, article.url) or _find_by_address(db, asked) or _find_by_words(db, article)
    return _rename(db, article, found) if found else article


def store_provenance(db: Database, article: Article, source: str) -> None:
    """Store that a stored article came by a source; the first time and address stay."""
    sql = """insert into article_sources (article, source, url, first_seen) values (?, ?, ?, ?)
        on conflict (article, source) do nothing"""
    db.execute(sql, [article.id, source, article.asked or article.url, iso_time(article.fetched)])


def _rename(db: Database, article: Article, found: str) -> Article:
    (url,) = db.execute("select url from articles where id = ?", [found]).fetchone()
    return replace(article, id=found, url=url)


def _is_claimed(db: Database, article: Article, source: str, guid: str) -> bool:
    named = {"source": source, "guid": guid, "article": article.id}
    return db.execute(_CLAIMED, named).fetchone() is not None


def _find_by_address(db: Database, url: str) -> str | None:
    row = db.execute("select id from articles where url = ?", [url]).fetchone()
    return row[0] if row else None


def _find_by_words(db: Database, article: Article) -> str | None:
    """Return the article of the same publisher, title, text and day of publication; two dates must be known for that."""
    if not article.published or article.published_origin == "fetched":
        return None
    sql = """select id from articles where content_hash = ? and publisher = ? and substr(published, 1, 10) = ?
            and published_origin is not 'fetched' order by fetched, id"""
    row = db.execute(sql, [article.content_hash, article.publisher, iso_time(article.published)[:10]]).fetchone()
    return row[0] if row else None
