"""Near duplicates: which stored articles say what another article said before them, in nearly the same words.

An article is compared with those only that agree with it in a whole band of their signatures, so that one more costs in
a large database what it costs in a small one. Copies are linked and stay: each has its own address, title and readers.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence

from sqlite_utils import Database

from ingest.models import Article

# two texts of this similarity agree in one of 25 bands of 4 places in 97 of 100 cases
LEAST = 0.6
BAND = 4
# a form letter that thousands share is compared with so many only
MAX_COMPARED = 200

_COMPARED = f"""
select articles.id, signature, publisher
from signature_bands join signatures using (article) join articles on articles.id = article
where band in ({{}}) and articles.id <> ? group by articles.id order by count(*) desc, articles.id limit {MAX_COMPARED}
"""  # noqa: S608 (a number from above)


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
    """Forget the links of an article, and return the articles that were linked to it."""
    freed = [
        row[0]
        for row in db.execute("select article from near_duplicates where copy_of = ? order by article", [article])
    ]
    db.execute("delete from near_duplicates where article = ? or copy_of = ?", [article, article])
    return freed


def _link(db: Database, article: str) -> bool:
    copies = list(_find_copies(db, article))
    if not copies:
        return False
    # the originals of its copies are the heads of the groups that it joins
    roots = {_find_original(db, other) for other in copies}
    members = {article: None} | dict.fromkeys(roots)
    for root in roots:
        rows = db.execute("select article from near_duplicates where copy_of = ? order by article", [root])
        members |= dict.fromkeys(row[0] for row in rows)
    _store_group(db, list(members))
    return True


def _find_copies(db: Database, article: str) -> Iterator[str]:
    sql = "select publisher, signature from articles join signatures on article = articles.id where article = ?"
    row = db.execute(sql, [article]).fetchone()
    if row is None:
        return
    publisher, signature = row[0], _unpack(row[1])
    bands = list(_list_bands(signature))
    sql = _COMPARED.format(", ".join("?" * len(bands)))
    for other, packed, its_publisher in db.execute(sql, [*bands, article]).fetchall():
        similarity = measure_similarity(signature, _unpack(packed))
        # an authority writes of different matters in nearly the same words
        if similarity >= (LEAST if publisher != its_publisher else 1.0):
            yield other


def _find_original(db: Database, article: str) -> str:
    row = db.execute("select copy_of from near_duplicates where article = ?", [article]).fetchone()
    return str(row[0] if row else article)


def _store_group(db: Database, members: Sequence[str]) -> None:
    """Link all members of a group to the earliest of them, each with its similarity to that one."""
    sql = f"""select id, signature from articles join signatures on article = id where id in ({", ".join("?" * len(members))})
        order by coalesce(published, fetched), fetched, id"""  # noqa: S608 (only question marks)
    (original, first), *others = db.execute(sql, [*members]).fetchall()
    db.execute("delete from near_duplicates where article = ?", [original])
    insert = """insert into near_duplicates (article, copy_of, similarity) values (?, ?, ?)
        on conflict (article) do update set copy_of = excluded.copy_of, similarity = excluded.similarity"""
    for other, packed in others:
        similarity = measure_similarity(_unpack(first), _unpack(packed))
        db.execute(insert, [other, original, round(similarity, 2)])


def _list_bands(signature: Sequence[int]) -> Iterator[int]:
    """Yield a number for each band of a signature; two articles with one of them agree in that band."""
    for first in range(0, len(signature), BAND):
        band = first.to_bytes(2, "big") + _pack(signature[first : first + BAND])
        yield int.from_bytes(hashlib.blake2b(band, digest_size=8).digest(), "big", signed=True)


def _pack(signature: Sequence[int]) -> bytes:
    return struct.pack(f">{len(signature)}I", *signature)


def _unpack(packed: bytes) -> Sequence[int]:
    return struct.unpack(f">{len(packed) // 4}I", packed)
