"""Sources: the registry's rows, what the last poll left, when the next one is due, and the log of what was fetched."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlite_utils import Database

from db.odd_pages import judge_pages
from db.rhythm import Schedule, find_host, resting_hosts, source_address
from db.silence import store_silence
from db.values import iso_time, parse_time, transaction
from ingest.models import Advice, FetchRecord, Source, SourceDone, SourceState

FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=24)
# after so many failures in a row an adopted address is given up for the one that the registry states
FAILURES_OF_ADOPTED = 3

# what the registry states, as it is named there and in the table
_STATED = ("publisher", "kind", "format", "url", "homepage", "language", "topics", "country", "reuse", "verified",
           "on_request", "lacks", "expected_least", "expected_most")  # fmt: skip
_SOURCE = f"""
insert into sources (id, {", ".join(_STATED)}) values (?{", ?" * len(_STATED)})
on conflict (id) do update set {", ".join(f"{column} = excluded.{column}" for column in _STATED)}, active = 1
"""  # noqa: S608 (only the names above)

_FORGET_ADDRESS = """etag = null, last_modified = null, body_hash = null, more_pages = null, last_body = null,
    not_modified = 0, false_304s = 0, max_age = 0, ttl = 0, skip_hours = null, skip_days = null,
    moved_to = null, moved_since = null, moved_times = 0, stopped = null, index_sizes = null, held = null, held_since = null"""
_FORGET = f"update sources set {_FORGET_ADDRESS}, adopted_url = null, next_due = null where id = ? and url <> ?"  # noqa: S608


def store_sources(db: Database, sources: Iterable[Source]) -> None:
    """Make the registry's sources the active ones.

    A source that left the registry keeps its row, for its articles, but is inactive; one whose address changed
    loses the validators of the old address and the pages it led to.
    """
    with transaction(db):
        db.execute("update sources set active = 0 where active = 1")
        for s in sources:
            db.execute(_FORGET, [s.id, s.url])
            db.execute(_SOURCE, [s.id, *_list_stated(s)])


def _list_stated(source: Source) -> list[object]:
    """Return the values of the stated columns."""
    least, most = source.items_per_month or (None, None)
    return [*(getattr(source, column) for column in _STATED[:-2]), least, most]


def ensure_import_source(db: Database, source: str, publisher: str) -> None:
    """Add a source that only bulk loading knows: never polled, of format "import"; a known one is left as it is."""
    sql = """insert into sources (id, publisher, format, active) values (?, ?, 'import', 0)
        on conflict (id) do nothing"""
    db.execute(sql, [source, publisher])


def source_state(db: Database, source: str) -> SourceState:
    """Return what the last successful poll of a stored source left: validators verbatim, and the body's hash.

    `since` is its time, or None when that poll did not see the whole index.
    """
    sql = """select etag, last_modified, body_hash, more_pages, last_success, max_age, ttl, skip_hours, skip_days, index_sizes
        from sources where id = ?"""
    row = db.execute(sql, [source]).fetchone()
    if row is None:
        return SourceState()
    etag, last_modified, body_hash, more, last_success, max_age, ttl, hours, days, sizes = row
    since = parse_time(last_success) if body_hash and last_success else None
    advice = Advice(max_age, ttl, _read_numbers(hours), _read_numbers(days))
    pages = tuple((more or "").split())
    return SourceState(etag, last_modified, body_hash, pages, since, advice, _read_numbers(sizes))


def _read_numbers(text: str | None) -> tuple[int, ...]:
    return tuple(int(number) for number in (text or "").split())


def _write_numbers(numbers: Iterable[int]) -> str | None:
    return " ".join(map(str, numbers)) or None


def due_sources(db: Database, now: datetime) -> set[str]:
    """Return the ids of active sources whose time has come.

    Not those whose host asked to be left alone, and not those that were stopped by a 410.
    """
    sql = """select id, coalesce(adopted_url, url) from sources
        where active = 1 and stopped is null and (next_due is null or next_due <= ?)"""
    resting = resting_hosts(db, now)
    return {source for source, url in db.execute(sql, [iso_time(now)]) if find_host(url) not in resting}


def stopped_sources(db: Database) -> set[str]:
    """Return the ids of active sources that a 410 stopped."""
    return {row[0] for row in db.execute("select id from sources where active = 1 and stopped is not null")}


def wait_after(failures: int) -> timedelta:
    """Return how long a source rests after so many failures in a row: nothing, nothing, 15 minutes, 30, … 24 hours."""
    if failures < 2:
        return timedelta(0)
    doublings = min(failures - 2, 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def store_source_done(
    db: Database, event: SourceDone, run: int | None, now: datetime, schedule: Schedule | None = None
) -> None:
    """Store the end of a poll: validators and health of the source, and its requests in the fetch log.

    Entries must have been stored before: from here on an unchanged feed is not read again. Without a `schedule` the
    source is due at once.
    """
    with transaction(db):
        store_fetches(db, event.source, run, event.fetches)
        judge_pages(db, event.source)
        if event.outcome in ("failed", "gone"):
            _store_failure(db, event, now)
        elif event.outcome == "held":
            _store_doubt(db, event, now, schedule)
        elif event.outcome != "postponed":
            _store_success(db, event, now, schedule)
            store_silence(db, event.source, now)


def _store_success(db: Database, event: SourceDone, now: datetime, schedule: Schedule | None) -> None:
    sql = """update sources set etag = ?, last_modified = ?, body_hash = ?, max_age = ?, ttl = ?, skip_hours = ?,
        skip_days = ?, last_polled = ?, last_success = ?, first_success = coalesce(first_success, ?), failures = 0,
        last_error = null, stopped = null, held = null, held_since = null, last_warning = ?, index_sizes = ?, next_due = ?,
        interval = ? where id = ?"""
    state, advice, at = event.state, event.state.advice, iso_time(now)
    left = [state.etag, state.last_modified, state.body_hash, advice.max_age, advice.ttl]
    skipped = [_write_numbers(advice.skip_hours), _write_numbers(advice.skip_days)]
    due = [iso_time(schedule.due), schedule.interval] if schedule else [None, None]
    said = ["; ".join(event.warnings) or None, _write_numbers(state.sizes)]
    db.execute(sql, [*left, *skipped, at, at, at, *said, *due, event.source])
    _store_trust(db, event, at)
    _store_move(db, event, at)
    if schedule and schedule.address:
        _adopt(db, event.source, schedule.address)


def _store_trust(db: Database, event: SourceDone, at: str) -> None:
    if event.answered:
        sql = "update sources set last_body = ?, not_modified = 0, false_304s = false_304s + ? where id = ?"
        db.execute(sql, [at, event.false_304, event.source])
    else:
        db.execute("update sources set not_modified = not_modified + 1 where id = ?", [event.source])


def _store_move(db: Database, event: SourceDone, at: str) -> None:
    if event.moved_to and event.moved_to == source_address(db, event.source).moved_to:
        db.execute("update sources set moved_times = moved_times + 1 where id = ?", [event.source])
        return
    first = [event.moved_to, at, 1] if event.moved_to else [None, None, 0]
    sql = "update sources set moved_to = ?, moved_since = ?, moved_times = ? where id = ?"
    db.execute(sql, [*first, event.source])


def _adopt(db: Database, source: str, address: str) -> None:
    """Make an address the one at which a source is asked; its validators stay, as they came from there."""
    sql = """update sources set adopted_url = ?, moved_to = null, moved_since = null, moved_times = 0 where id = ?"""
    db.execute(sql, [address, source])


def _store_doubt(db: Database, event: SourceDone, now: datetime, schedule: Schedule | None) -> None:
    """Store that a source answered what is not believed: its time of success stays, so that nothing since then is passed over."""
    sql = """update sources set last_polled = ?, next_due = ?, failures = 0, last_error = null, held = ?,
        held_since = coalesce(held_since, ?) where id = ?"""
    due = iso_time(schedule.due) if schedule else None
    db.execute(sql, [iso_time(now), due, event.error, iso_time(now), event.source])


def _store_failure(db: Database, event: SourceDone, now: datetime) -> None:
    row = db.execute("select failures, adopted_url from sources where id = ?", [event.source]).fetchone()
    failures, adopted = (row[0] + 1, row[1]) if row else (1, None)
    gone = event.outcome == "gone"
    if adopted and (gone or failures >= FAILURES_OF_ADOPTED):
        # whoever redirected there may have taken it back
        db.execute(f"update sources set {_FORGET_ADDRESS}, adopted_url = null where id = ?", [event.source])  # noqa: S608
    stopped = iso_time(now) if gone and not adopted else None
    due = iso_time(now + wait_after(failures))
    sql = "update sources set last_polled = ?, next_due = ?, failures = ?, last_error = ?, stopped = ? where id = ?"
    db.execute(sql, [iso_time(now), due, failures, event.error or "failed without a reason", stopped, event.source])


def store_fetches(db: Database, source: str, run: int | None, fetches: Iterable[FetchRecord]) -> None:
    """Append requests to the fetch log, and let hosts rest that asked for it; `run` is its id, or None outside of one."""
    sql = """insert into fetches
        (run, source, url, kind, outcome, started, status, bytes, milliseconds, error, final_url, rests_until, note,
        received) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
    for f in fetches:
        until = iso_time(f.rests_until) if f.rests_until else None
        log = [f.url, f.kind, f.outcome, iso_time(f.started), f.status, f.bytes, f.milliseconds, f.error]
        db.execute(sql, [run, source, *log, f.final_url, until, f.note, f.received])
        if until:
            _store_rest(db, find_host(f.final_url or f.url), until, f"answered {f.status}")


def source_urls(db: Database) -> dict[str, str | None]:
    """Return the address of every source that was ever stored, by its id."""
    return dict(db.execute("select id, url from sources").fetchall())


def _store_rest(db: Database, host: str, until: str, reason: str) -> None:
    sql = """insert into hosts (host, rests_until, reason) values (?, ?, ?)
        on conflict (host) do update set reason = excluded.reason,
        rests_until = max(rests_until, excluded.rests_until)"""
    db.execute(sql, [host, until, reason])
