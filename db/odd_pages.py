"""Pages of a rebuilt site: what is extracted of most of a source's latest articles is a tenth or ten times as long as usual.

Such articles are kept with a defect and are not read until a person accepts what the source gives now: what is left of a
page may be its menu, and what is too much the news beside it. Beginnings of what must be paid for are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import median

from sqlite_utils import Database

from db.forgetting import forget_readings
from db.values import iso_time, json_list, transaction

# the defect of an article whose text is not believed
EXTRACTION = "extraction"
FACTOR = 10
# the articles that are judged, at least and at most, and those before them that say what is usual
LEAST_JUDGED = 5
MOST_JUDGED = 500
LEAST_KNOWN = 10
COMPARED = 30
_LATEST = f"""
select articles.id, fetched >= coalesce(last_polled, '') from articles join sources on sources.id = articles.source
where articles.source = ? and (accepted is null or fetched > accepted) and coalesce(defect, '') <> 'paywall'
order by articles.rowid desc limit {MOST_JUDGED + COMPARED}
"""  # noqa: S608 (numbers of this module)
_SIZES = "select id, length(text), coalesce(defect, '') from articles where id in (select value from json_each(?))"
_ACCEPT = """update sources set accepted = ?, index_sizes = null, held = null, held_since = null, odd_pages = null,
    next_due = null where id = ?"""


def is_shrunk(size: int, before: int) -> bool:
    """Say whether a page that was read again lost so much of its text that the earlier one is to stay."""
    return size * FACTOR <= before


def judge_pages(db: Database, source: str) -> None:
    """Mark the articles that a poll of a source brought when most of them are oddly short or long, and the source with them.

    To be called before the end of the poll is stored. Less than five new articles are judged with those before them.
    """
    latest = db.execute(_LATEST, [source]).fetchall()
    new = sum(is_new for _, is_new in latest)
    if not new:
        return
    number = max(min(new, MOST_JUDGED), LEAST_JUDGED)
    ids = [key for key, _ in latest[: number + COMPARED]]
    judged, before = ids[:number], ids[number:]
    sizes = {key: (size, defect) for key, size, defect in db.execute(_SIZES, [json_list(ids)])}
    known = [sizes[key][0] for key in before if sizes[key][1] != EXTRACTION]
    if len(known) < LEAST_KNOWN:
        return
    odd = {key: sizes[key][0] for key in judged if _is_odd(sizes[key][0], known)}
    reason = None
    if len(odd) * 2 > number:
        now, usual = f"{median(odd.values()):,.0f} characters", f"{median(known):,.0f} are usual"
        reason = f"the texts of {len(odd)} of its last {number} pages have some {now}, where {usual}"
        _hold(db, odd)
    db.execute("update sources set odd_pages = ? where id = ?", [reason, source])


def _is_odd(size: int, known: Sequence[int]) -> bool:
    usual = median(known)
    return (size * FACTOR <= usual and size < min(known)) or (size >= usual * FACTOR and size > max(known))


def _hold(db: Database, articles: Iterable[str]) -> None:
    """Give articles the defect, and forget what was read in them."""
    named = list(articles)
    forget_readings(db, named)
    sql = "update articles set defect = ? where id in (select value from json_each(?))"
    db.execute(sql, [EXTRACTION, json_list(named)])


def accept_source(db: Database, source: str, now: datetime) -> int:
    """Take what a source gives now for what it is to give, and forget what it gave before; return how many articles wait for it.

    It is polled again at once, its articles that were not believed are read, and its silence is no news until it ends.
    """
    with transaction(db):
        db.execute(_ACCEPT, [iso_time(now), source])
        db.execute("update silences set silent = 0 where source = ?", [source])
        sql = "update articles set defect = null where source = ? and defect = ?"
        return db.execute(sql, [source, EXTRACTION]).rowcount
