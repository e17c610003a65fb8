"""Articles: stored once under the id of their address, updated when their content changes."""

from __future__ import annotations

from typing import Literal

from sqlite_utils import Database

from db.duplicates import link_duplicates, order_copies
from db.forgetting import forget_readings
from db.odd_pages import is_shrunk
from db.values import iso_time, transaction
from ingest.models import Article

Stored = Literal["new", "updated", "unchanged", "kept"]


def store_article(db: Database, article: Article) -> Stored:
    """Store an article and return what became of it, told by its id and content_hash.

    The first publication date that somebody stated and the first source stay. What an updated article said before is kept
    in `revisions`. It loses its analysis mark and, since their spans point into the old text, its mentions, actions and
    events: the next `tag` reads it again. "kept": the page lost nearly all of its text, which is not believed.
    """
    with transaction(db):
        row = db.execute(
            "select content_hash, defect, length(text) from articles where id = ?", [article.id]
        ).fetchone()
        if row is None:
            _insert(db, article)
            link_duplicates(db, article)
            return "new"
        if _fill_origin(db, article):
            order_copies(db, article.id)
        # a beginning does not take the place of the whole
        if row[0] == article.content_hash or (article.defect and not row[1]):
            return "unchanged"
        # what is imported was written down by somebody
        if article.asked and is_shrunk(len(article.text), row[2]):
            return "kept"
        _update(db, article)
        link_duplicates(db, article)
        return "updated"


def store_crawled_article(db: Database, article: Article) -> Stored:
    """Store an article of an archive, whose versions come in any order, and return what became of it.

    The one that was fetched last is the article, as if they had come in the order in which they were fetched; another
    one becomes a revision.
    """
    with transaction(db):
        row = db.execute("select fetched, content_hash from articles where id = ?", [article.id]).fetchone()
        if row is None or row[1] == article.content_hash or row < (iso_time(article.fetched), article.content_hash):
            return store_article(db, article)
        _keep_earlier(db, article)
        return "unchanged"


def _keep_earlier(db: Database, a: Article) -> None:
    """Store what an article said before the version that is stored, unless that is known."""
    row: dict[str, str | None] = {"id": a.id, "title": a.title, "text": a.text, "lang": a.lang, "hash": a.content_hash}
    row |= {
        "fetched": iso_time(a.fetched),
        "at": iso_time(a.published) if a.published else None,
        "origin": a.published_origin,
    }
    sql = """insert into revisions (article, title, text, lang, content_hash, fetched, replaced)
        select :id, :title, :text, :lang, :hash, :fetched, :fetched
        where not exists (select 1 from revisions where article = :id and content_hash = :hash)"""
    if not db.execute(sql, row).rowcount:
        return
    # each was replaced when the next one was fetched
    sql = """update revisions as r set replaced = coalesce(
            (select min(fetched) from revisions where article = r.article and fetched > r.fetched),
            (select fetched from articles where id = r.article))
        where article = ?"""
    db.execute(sql, [a.id])
    # the first date that was stated stays, and what was read with another one is read again
    sql = """update articles set published = :at, published_origin = :origin, pipeline = null
        where id = :id and published is not :at and (:origin <> 'fetched' or published_origin = 'fetched')
            and not exists (select 1 from revisions where article = :id and fetched < :fetched)"""
    if db.execute(sql, row).rowcount:
        order_copies(db, a.id)


def _insert(db: Database, a: Article) -> None:
    row = {
        "id": a.id,
        "url": a.url,
        "title": a.title,
        "published": iso_time(a.published) if a.published else None,
        "published_origin": a.published_origin,
        "fetched": iso_time(a.fetched),
        "lang": a.lang,
        "source": a.source,
        "publisher": a.publisher,
        "text": a.text,
        "content_hash": a.content_hash,
        "raw_file": a.raw_file,
        "raw_offset": a.raw_offset,
        "defect": a.defect,
    }
    columns, places = ", ".join(row), ", ".join(f":{column}" for column in row)
    db.execute(f"insert into articles ({columns}) values ({places})", row)  # noqa: S608 (names are from above)


def _fill_origin(db: Database, a: Article) -> bool:
    """Fill in the date and the source as far as they are missing; return whether the article has another date now."""
    dated = False
    if a.published:
        # a stated date takes the place of the time of the fetch, and nothing that of a stated one
        sql = """update articles set published = :at, published_origin = :origin
            where id = :id and (published is null or (published_origin = 'fetched' and :origin <> 'fetched'))"""
        dated = db.execute(sql, {"at": iso_time(a.published), "origin": a.published_origin, "id": a.id}).rowcount > 0
    if a.source:
        db.execute("update articles set source = ? where id = ? and source is null", [a.source, a.id])
    if a.publisher:
        sql = "update articles set publisher = ? where id = ? and coalesce(publisher, '') = ''"
        db.execute(sql, [a.publisher, a.id])
    return dated


def _keep_revision(db: Database, a: Article) -> None:
    sql = """insert into revisions (article, title, text, lang, content_hash, fetched, replaced, raw_file, raw_offset)
        select id, title, text, lang, content_hash, fetched, ?, raw_file, raw_offset from articles where id = ?"""
    db.execute(sql, [iso_time(a.fetched), a.id])


def _update(db: Database, a: Article) -> None:
    _keep_revision(db, a)
    sql = """update articles set title = ?, text = ?, lang = ?, fetched = ?, content_hash = ?, raw_file = ?,
        raw_offset = ?, defect = ? where id = ?"""
    fetched = iso_time(a.fetched)
    db.execute(sql, [a.title, a.text, a.lang, fetched, a.content_hash, a.raw_file, a.raw_offset, a.defect, a.id])
    forget_readings(db, [a.id])
