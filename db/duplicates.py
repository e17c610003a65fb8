"""Near duplicates: which stored articles say what another article said before them, in nearly the same words.

An article is compared with those only that agree with it in a whole band of their signatures, so that one more costs in
a large database what it costs in a small one. Copies are linked and stay: each has its own address, title and readers.
"""

from __future__ import annotations

import hashlib
import struct
from collections import Counter
from collections.abc import Iterator, Sequence

from sqlite_utils import Database

from ingest.models import Article

# at 0.5 more articles of their own that quote a half of another are taken for copies, at 0.7 more edited copies are lost
# (benchmarks/duplicates.py); texts of 0.6 agree in one of 25 bands of 4 places in 97 of 100 cases
LEAST = 0.6
BAND = 4
# of a form letter that thousands share so many are looked at, and those with most bands in common are compared
MAX_COMPARED = 200

_SIGNATURE = "select publisher, signature from articles join signatures on articles.id = article where article = ?"


def link_duplicates(db: Database, article: Article) -> bool:
    """Store the signature of a stored article and link it with its copies; return whether it has any.

    Of two copies the one published later is linked to the earlier, and of several all to the earliest. They are copies
    when they are similar and of different publishers, or the same word for word. Of an article that was changed the
    links are found anew. To be called inside the transaction that stored the article.
    """
    _store_signature(db, article)
    freed = _unlink(db, article.id)
    linked = _link(db, article.id)
    for other in freed:
        _link(db, other)
    return linked


def drop_article(db: Database, article: str) -> None:
    """Remove an article with all that refers to it; those that were linked by it are linked with each other."""
    freed = _unlink(db, article)
    db.execute("delete from articles where id = ?", [article])
    for other in freed:
        _link(db, other)


def order_copies(db: Database, article: str) -> None:
    """Link an article and its copies to the earliest of them, after its date became another."""
    head = _find_original(db, article)
    members = [head, *_list_copies(db, head)]
    earliest = _find_earliest(db, members)
    if earliest != head:
        db.execute("delete from near_duplicates where article = ?", [earliest])
        _store_links(db, [member for member in members if member != earliest], earliest)


def count_copies(db: Database) -> int:
    """Return how many articles are linked to one that they are a copy of."""
    count: int = db.execute("select count(*) from near_duplicates").fetchone()[0]
    return count


def _store_signature(db: Database, article: Article) -> None:
    for table in ("signature_bands", "signatures"):
        db.execute(f"delete from {table} where article = ?", [article.id])  # noqa: S608 (a name from the line above)
    if article.signature:
        db.execute("insert into signatures values (?, ?)", [article.id, _pack(article.signature)])
    for band in _list_bands(article.signature):
        db.execute("insert into signature_bands (band, article) values (?, ?)", [band, article.id])


def measure_similarity(one: Sequence[int], other: Sequence[int]) -> float:
    """Return the estimated similarity of two texts, from their signatures of one length; 0 when there are none."""
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one) if one else 0.0


def _unlink(db: Database, article: str) -> list[str]:
    """Forget the links of an article, and those that others may have by it alone; return those others."""
    head = _find_original(db, article)
    sql = "select article from near_duplicates where copy_of = ? and article <> ? and (? or similarity < ?) order by article"
    freed = [row[0] for row in db.execute(sql, [head, article, head == article, LEAST])]
    db.conn.executemany("delete from near_duplicates where article = ?", [[other] for other in (article, *freed)])
    return freed


def _link(db: Database, article: str) -> bool:
    """Join the groups of an article and of its copies to one, whose head is the earliest of all."""
    copies = list(_find_copies(db, article))
    heads = list(dict.fromkeys(_find_original(db, member) for member in (article, *copies)))
    original = _find_earliest(db, heads)
    for head in heads:
        if head != original:
            _store_links(db, [head, *_list_copies(db, head)], original)
    return bool(copies)


def _find_copies(db: Database, article: str) -> Iterator[str]:
    row = db.execute(_SIGNATURE, [article]).fetchone()
    if row is None:
        return
    publisher, signature = row[0], _unpack(row[1])
    for other in _list_alike(db, article, signature):
        its_publisher, packed = db.execute(_SIGNATURE, [other]).fetchone()
        # an authority writes of different matters in nearly the same words
        if measure_similarity(signature, _unpack(packed)) >= (LEAST if publisher != its_publisher else 1.0):
            yield other


def _list_alike(db: Database, article: str, signature: Sequence[int]) -> list[str]:
    """Return the articles that have a band in common with a signature, those with most of them first."""
    sql = f"select article from signature_bands where band = ? and article <> ? limit {MAX_COMPARED}"  # noqa: S608
    found = Counter(row[0] for band in _list_bands(signature) for row in db.execute(sql, [band, article]))
    return sorted(found, key=lambda other: (-found[other], other))[:MAX_COMPARED]


def _find_original(db: Database, article: str) -> str:
    row = db.execute("select copy_of from near_duplicates where article = ?", [article]).fetchone()
    return str(row[0] if row else article)


def _list_copies(db: Database, original: str) -> list[str]:
    return [row[0] for row in db.execute("select article from near_duplicates where copy_of = ?", [original])]


def _find_earliest(db: Database, articles: Sequence[str]) -> str:
    sql = "select coalesce(published, fetched), fetched, id from articles where id = ?"
    found: str = min(db.execute(sql, [article]).fetchone() for article in articles)[-1]
    return found


def _store_links(db: Database, copies: Sequence[str], original: str) -> None:
    """Link copies to an original, each with its similarity to it; they may be linked to another."""
    signatures = {one: _unpack(db.execute(_SIGNATURE, [one]).fetchone()[1]) for one in (original, *copies)}
    for copy in copies:
        similarity = measure_similarity(signatures[original], signatures[copy])
        sql = "insert or replace into near_duplicates (article, copy_of, similarity) values (?, ?, ?)"
        db.execute(sql, [copy, original, round(similarity, 2)])


def _list_bands(signature: Sequence[int]) -> Iterator[int]:
    """Yield a number for each band of a signature; two articles with one of them agree in that band."""
    for first in range(0, len(signature), BAND):
        band = first.to_bytes(2, "big") + _pack(signature[first : first + BAND])
        yield int.from_bytes(hashlib.blake2b(band, digest_size=8).digest(), "big", signed=True)


def _pack(signature: Sequence[int]) -> bytes:
    return struct.pack(f">{len(signature)}I", *signature)


def _unpack(packed: bytes) -> Sequence[int]:
    return struct.unpack(f">{len(packed) // 4}I", packed)
