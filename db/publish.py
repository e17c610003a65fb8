"""The public copy: the working database in, one finished file out, in which articles of the press are excerpts.

The copy is built table by table in a file beside the old one, so that no page of it ever held a text that it may not
show; it is checked and takes the old one's place at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from sqlite_utils import Database

from db.errors import PublishError, RefusedError
from db.excerpts import IS_OPEN, cut_excerpt, cut_title
from db.faults import explain_fault, find_file, is_damage, make_error
from db.files import replaced_file
from db.public import NOTHING_WITHOUT, PRIVATE, PUBLIC, SEARCHED, SPANS
from db.redactions import find_interrupted
from db.schema import PUBLISHED_ID, is_database, is_published

_EVIDENCE = f"""
select articles.id, articles.text, actions.id, proof.start, proof."end"
from articles cross join actions on actions.article = articles.id
    cross join (
        select action, start, "end", 0 as place from action_evidence
        union all select action, start, "end", 1 from action_happenings
    ) as proof on proof.action = actions.id
where not {IS_OPEN} order by articles.rowid, actions.position, proof.place, proof.start
"""  # noqa: S608 (a constant of db.excerpts)
_SCHEMA = "select type, tbl_name, sql from sqlite_master where sql is not null order by rowid"
_EXCERPTS = """
create temp table cut (article text primary key) without rowid;
create temp table excerpts (article text primary key, text text not null) without rowid;
create temp table pieces (article text, first integer, last integer, at integer, primary key (article, first)) without rowid;
"""


@dataclass(frozen=True, slots=True)
class Published:
    """What a public copy holds: articles, how many of them are excerpts, cases; and its size in bytes."""

    articles: int
    excerpts: int
    cases: int
    bytes: int


def publish(db: Database, path: Path) -> Published:
    """Write the public copy of a database to `path` and return what it holds; who reads an earlier copy is not disturbed.

    It is vacuumed, analysed and checked, and marked as read-only; it shows the database as it was at one moment, while
    others may write to it.
    Raises: RefusedError when `path` is a database that was not published; PublishError when the copy cannot be written
        or is not sound, and then `path` is as it was before; LockedError when another process publishes to it.
    """
    path = path.resolve()  # a link stays a link
    _refuse_what_is_no_copy(db, path)
    if redaction := find_interrupted(db):
        why = f"redaction {redaction} was interrupted, and what it removes is still there"
        raise PublishError(f"{path}: cannot be published: {why}; start `dpawatch redact --resume`")
    with _saying_where(db, path), replaced_file(path) as new:
        _create_tables(db, new)
        excerpts = _copy_rows(db, new)
        with closing(_open_new(new)) as copy:
            _finish(db, copy)
            _check(copy, path)
            articles, cases = (copy.execute(f"select count(*) from {t}").fetchone()[0] for t in ("articles", "cases"))  # noqa: S608
    path.chmod(path.stat().st_mode & ~0o222)
    return Published(articles, excerpts, cases, path.stat().st_size)


def _refuse_what_is_no_copy(db: Database, path: Path) -> None:
    own = db.execute("select file from pragma_database_list where name = 'main'").fetchone()[0]
    if own and path.exists() and path.samefile(own):
        raise RefusedError(f"{path}: is the database itself; give another name for its public copy")
    if path.exists() and not path.is_file():
        raise RefusedError(f"{path}: is no file")
    if path.exists() and path.stat().st_size and not is_database(path):
        raise RefusedError(f"{path}: is no database; give another name, or remove it first")
    if is_database(path) and not is_published(path):
        raise RefusedError(f"{path}: is a database that was not published; give another name, or remove it first")
    for beside in (path.with_name(f"{path.name}{end}") for end in ("-wal", "-journal")):
        if beside.exists():
            # SQLite would take it for a part of the new file
            raise RefusedError(f"{beside}: somebody writes to {path.name}, or did; remove it first")


@contextmanager
def _saying_where(db: Database, path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if is_damage(error):
            raise make_error(find_file(db), error) from error
        why = explain_fault(error) or error
        raise PublishError(f"{path}: cannot be published: {why}; what was there before still is") from error


def _create_tables(db: Database, new: Path) -> None:
    with closing(_open_new(new)) as copy:
        for name, sql in db.execute("select name, sql from sqlite_master where type = 'table' order by rowid"):
            if name in PUBLIC:
                copy.execute(sql)


def _open_new(new: Path) -> sqlite3.Connection:
    """Open a file that nobody needs if this process dies: without a journal."""
    copy = sqlite3.connect(new, isolation_level=None)
    copy.execute("pragma journal_mode = off")
    copy.execute("pragma synchronous = off")
    return copy


def _copy_rows(db: Database, new: Path) -> int:
    """Copy the rows of all public tables as they are at one moment; return how many articles are cut."""
    # links are checked when all is there
    db.execute("pragma foreign_keys = off")
    db.execute("attach ? as public", [str(new)])
    db.conn.create_function("cut_title", 1, cut_title, deterministic=True)
    try:
        db.execute("pragma public.journal_mode = off")
        db.execute("pragma public.synchronous = off")
        db.conn.executescript(_EXCERPTS)
        db.execute("begin")
        excerpts = _cut_articles(db)
        for (name,) in db.execute("select name from public.sqlite_master where type = 'table'").fetchall():
            db.execute(_copying(db, name))
        db.commit()
    except BaseException:
        db.rollback()
        raise
    finally:
        for table in ("cut", "excerpts", "pieces"):
            db.execute(f"drop table if exists temp.{table}")
        db.execute("detach public")
        db.execute("pragma foreign_keys = on")
    return excerpts


def _cut_articles(db: Database) -> int:
    """List in temporary tables which articles are cut, to what text, and where the pieces of it come from."""
    db.execute(f"insert into temp.cut select id from articles where not {IS_OPEN}")  # noqa: S608 (a constant)
    for (article, text), rows in groupby(db.conn.execute(_EVIDENCE), key=lambda row: row[:2]):
        evidence = [[row[3:] for row in spans] for _, spans in groupby(rows, key=lambda row: row[2])]
        excerpt = cut_excerpt(text, evidence)
        db.execute("insert into temp.excerpts values (?, ?)", [article, excerpt.text])
        pieces = [(article, piece.start, piece.end, piece.at) for piece in excerpt.pieces]
        db.conn.executemany("insert into temp.pieces values (?, ?, ?, ?)", pieces)
    count: int = db.execute("select count(*) from temp.cut").fetchone()[0]
    return count


def _copying(db: Database, table: str) -> str:
    """Return the statement that copies the rows of a table, without what is private and with spans into the excerpts."""
    columns = [row[0] for row in db.execute("select name from pragma_table_info(?)", [table])]
    values = {column: f'"{table}"."{column}"' for column in columns}
    values |= {column: "null" for column in PRIVATE.get(table, ()) if column in columns}
    joined = ""
    if table == "articles":
        joined = " left join temp.cut on cut.article = id left join temp.excerpts on excerpts.article = id"
        values["text"] = "case when cut.article is null then articles.text else coalesce(excerpts.text, '') end"
        values["title"] = 'cut_title("articles"."title")'
    if table in SPANS:
        joined, moved = _moving(table)
        values |= moved
    where = " where cut.article is null or pieces.article is not null" if table in NOTHING_WITHOUT else ""
    names = ", ".join(f'"{column}"' for column in columns)
    return f'insert into public."{table}" ({names}) select {", ".join(values.values())} from "{table}"{joined}{where}'  # noqa: S608


def _moving(table: str) -> tuple[str, dict[str, str]]:
    """Return how a table with spans is joined to the pieces of excerpts, and what its spans become; null where they are cut."""
    article, start, end, part = SPANS[table]
    whole = "" if part else f' and "{table}"."{end}" <= pieces.last'
    joined = f""" left join temp.cut on cut.article = {article} left join temp.pieces on pieces.article = cut.article
        and "{table}"."{start}" >= pieces.first and "{table}"."{start}" < pieces.last{whole}"""
    moved = {
        start: f'"{table}"."{start}" - pieces.first + pieces.at',
        end: f'min("{table}"."{end}", pieces.last) - pieces.first + pieces.at',
    }
    return joined, {
        column: f'case when cut.article is null then "{table}"."{column}" else {value} end'
        for column, value in moved.items()
    }


def _finish(db: Database, copy: sqlite3.Connection) -> None:
    """Make indexes, search and views over the rows that were copied, and the file as small and quick as it can be."""
    for kind, table, sql in db.execute(_SCHEMA):
        if (kind == "index" and table in PUBLIC) or kind == "view":
            copy.execute(sql)
        elif kind == "table" and table in SEARCHED:
            copy.execute(sql)
            for command in ("rebuild", "optimize"):
                copy.execute(f"insert into {table} ({table}) values (?)", [command])  # noqa: S608 (a name of db.public)
    copy.execute(f"pragma application_id = {PUBLISHED_ID}")
    copy.execute("analyze")
    copy.execute("vacuum")


def _check(copy: sqlite3.Connection, path: Path) -> None:
    """Raise PublishError when the copy is not sound."""
    found = copy.execute("pragma integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise PublishError(f"{path}: the copy is not sound, so what was there before still is: {found}")
    loose = copy.execute("pragma foreign_key_check").fetchone()
    if loose:
        why = f"a row of {loose[0]} refers to one of {loose[2]} that is not there"
        raise PublishError(f"{path}: the copy is not sound, so what was there before still is: {why}")
