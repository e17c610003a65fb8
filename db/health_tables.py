"""The tables and columns by which a database knows how it fares: silences, what sources usually yield, backups."""

from __future__ import annotations

from db.silence import DAY

M022 = [
    """create table silences (
        source text primary key references sources(id) on delete cascade, judged text not null, last_item text not null,
        days integer not null, gaps integer not null, usual_gap real, longest_gap integer, probability real,
        silent integer not null
    ) without rowid""",
    f"create index entries_source_day on entries(source, {DAY})",
    "alter table sources add column index_sizes text",
    "alter table sources add column held text",
    "alter table sources add column held_since text",
    "alter table sources add column odd_pages text",
    "alter table sources add column accepted text",
    """create table backups (
        id integer primary key, made text not null, path text not null, bytes integer not null, seconds real not null
    )""",
]
