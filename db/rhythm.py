"""What the rhythm of a source is planned from: its items, its redirects, its 304s, the pages it owes, the hosts that rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlite_utils import Database

from db.values import iso_time, parse_time

_ITEMS = 50


@dataclass(frozen=True, slots=True)
class Address:
    """Where a source is asked: the `adopted` address, if any, before the registry's; and where its redirects lead.

    `moved_times` is at how many good polls in a row the redirect to `moved_to` was seen, since `moved_since`.
    """

    adopted: str | None = None
    moved_to: str | None = None
    moved_since: datetime | None = None
    moved_times: int = 0


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a 304 of a source is to be believed: when its last body came, how many 304s since, how many were false."""

    last_body: datetime | None = None
    not_modified: int = 0
    false_304s: int = 0


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a source is polled next, the interval in seconds that was chosen for it, and the address it is asked at then.

    `address` is None when it stays.
    """

    due: datetime
    interval: int
    address: str | None = None


def source_address(db: Database, source: str) -> Address:
    """Return where a source is asked, and where its permanent redirects lead."""
    sql = "select adopted_url, moved_to, moved_since, moved_times from sources where id = ?"
    row = db.execute(sql, [source]).fetchone()
    if row is None:
        return Address()
    adopted, moved_to, since, times = row
    return Address(adopted, moved_to, parse_time(since) if since else None, times)


def source_trust(db: Database, source: str) -> Trust:
    """Return how far a 304 of a source is to be believed."""
    sql = "select last_body, not_modified, false_304s from sources where id = ?"
    row = db.execute(sql, [source]).fetchone()
    return Trust(parse_time(row[0]) if row[0] else None, row[1], row[2]) if row else Trust()


def item_times(db: Database, source: str) -> tuple[datetime, ...]:
    """Return when the last items of a source came, as it says or else as they were seen here, the newest first.

    Of a source that never had any it is when it first worked.
    """
    sql = """select distinct coalesce(published, first_seen) from
        (select published, first_seen from entries where source = ? order by first_seen desc limit 1000)
        order by 1 desc limit ?"""
    found = [row[0] for row in db.execute(sql, [source, _ITEMS])]
    if not found:
        found = [row[0] for row in db.execute("select first_success from sources where id = ?", [source]) if row[0]]
    return tuple(parse_time(at) for at in found)


def find_owed(db: Database, source: str, now: datetime) -> datetime | None:
    """Return from when on the first of the pages still to be read may be asked for, or None without any.

    Further pages of the index that are still to be read may be asked for now.
    """
    row = db.execute("select more_pages from sources where id = ?", [source]).fetchone()
    if row and row[0]:
        return now
    sql = "select min(coalesce(next_due, first_seen)) from entries where source = ? and state = 'pending'"
    (at,) = db.execute(sql, [source]).fetchone()
    return parse_time(at) if at else None


def resting_hosts(db: Database, now: datetime) -> dict[str, float]:
    """Return the hosts that asked to be left alone, and for how many more seconds."""
    sql = "select host, rests_until from hosts where rests_until > ?"
    return {host: (parse_time(until) - now).total_seconds() for host, until in db.execute(sql, [iso_time(now)])}


def find_host(url: str | None) -> str:
    """Return the host of a URL as the table of hosts names it, in ASCII, or ""."""
    host = urlsplit(url or "").hostname or ""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
