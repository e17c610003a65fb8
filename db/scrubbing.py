"""Scrubbing: what is blocked is taken out of every row of every table, and out of the bytes of the file.

Articles, revisions and entries are changed first, so that their articles can be read and grouped anew; then the rows
that are left; then the search and the file are made anew, since SQLite keeps what is deleted in pages that nobody uses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from sqlite_utils import Database

from db.duplicates import drop_article, link_duplicates
from db.errors import StorageError
from db.faults import find_file
from db.forgetting import forget_readings
from db.old_ids import SINCE, end_ids, forget_cases_of
from db.public import SEARCHED
from db.redactions import Blocked, block_addresses
from db.values import parse_time, transaction
from ingest.models import Article

# what the program's own data says, which every run stores again: no phrase of it can be redacted
_STATED = {
    "regulators": ("id", "name", "native_name", "abbreviation", "website"),
    "laws": ("id", "name", "url"),
    "provisions": ("id", "title", "url"),
    "sources": ("id", "publisher", "url", "homepage"),
}
# what the program writes of itself, and the log, which has hashes
_LEFT = frozenset({"_sqlite_migrations", "redactions", "redaction_hashes", "redaction_keys"})
_HELD = """select id, url, title, text, lang, fetched, content_hash from articles where id > ? order by id limit 200"""
_PLACES = """
select raw_file, raw_offset from articles where raw_file is not null
    and (refuses(url) or knows(id) or knows(content_hash) or holds(title) or holds(text))
union select revisions.raw_file, revisions.raw_offset from revisions join articles on articles.id = article
    where revisions.raw_file is not null
    and (refuses(url) or knows(article) or holds(revisions.title) or holds(revisions.text))
"""
_REFUSED = "(knows(id) or knows(url) or knows(content_hash))"
_AFFECTED = {
    "removed_articles": f"articles where {_REFUSED}",
    "changed_articles": f"articles where not {_REFUSED} and (holds(title) or holds(text) or holds(url))",
    "removed_entries": "entries where refuses(guid) or refuses(url)",
    "changed_entries": "entries where not (refuses(guid) or refuses(url)) and (holds(title) or holds(summary))",
}
_REWRITE = """update articles set url = ?, title = ?, text = ?, content_hash = ?, raw_file = null, raw_offset = null
    where id = ?"""
_FIRST = [
    "update revisions set raw_file = null, raw_offset = null where holds(title) or holds(text)",
    "delete from company_merges where holds(kept) or holds(merged)",
    # without its company or its phrase a follow is of something else
    "delete from follows where holds(company) or holds(parameters)",
    "update alerts set article = null where knows(article)",
    "update sources set more_pages = null where holds(more_pages)",
    """insert or ignore into stale_names (key) select key from company_names
        where holds(key) or holds(name) or holds(company) or holds(stated)""",
]
_HISTORY = [
    "delete from history where holds(entity_id)",
    # what went with it is forgotten, and what is left says what it says now as if it always had
    f"""delete from history where (entity, entity_id) in (
        select entity, entity_id from history where id > {SINCE} and field = 'id' and new is null)
        and entity_id not in (select old_id from case_redirects union all select old_id from company_redirects)""",  # noqa: S608
    f"delete from history where id > {SINCE} and field <> 'id'",  # noqa: S608
    "delete from history where cause_kind = 'article' and knows(cause) and field <> 'id'",
    "update history set cause_kind = 'rebuild', cause = null where cause_kind = 'article' and knows(cause)",
    "delete from fetches where refuses(url) or refuses(final_url)",
]


def prepare_scrubbing(db: Database, blocked: Blocked) -> None:
    """Let statements on this database ask what is blocked: `holds`, `knows`, `refuses` and `clean`."""
    for function in (blocked.holds, blocked.knows, blocked.refuses, blocked.clean):
        db.conn.create_function(function.__name__, 1, function, deterministic=True)


def find_stated(db: Database) -> str | None:
    """Return the first of the tables of the program's own data that holds a phrase; None when none does."""
    for table, columns in _STATED.items():
        where = " or ".join(f"holds({column})" for column in columns)
        if db.execute(f"select 1 from {table} where {where}").fetchone():  # noqa: S608 (our names)
            return table
    return None


def count_affected(db: Database) -> dict[str, int]:
    """Return how many articles and entries would be removed and changed."""
    return {what: db.execute(f"select count(*) from {where}").fetchone()[0] for what, where in _AFFECTED.items()}  # noqa: S608


def find_places(db: Database) -> set[tuple[str, int]]:
    """Return where in the archive the raw forms of articles are that are removed or changed: file and offset."""
    return set(db.execute(_PLACES).fetchall())


def forget_places(db: Database, places: Iterable[tuple[str, int]]) -> None:
    """Store that the archive has nothing at these places any more."""
    for table in ("articles", "revisions"):
        sql = f"update {table} set raw_file = null, raw_offset = null where raw_file = ? and raw_offset = ?"  # noqa: S608
        with transaction(db):
            db.conn.executemany(sql, places)


def scrub_articles(db: Database, blocked: Blocked, change: Callable[[Article], Article]) -> Counter[str]:
    """Remove the articles that are refused, and clean those that hold phrases, which then wait to be read again.

    Args:
        change: returns an article without what is blocked.
    Counts `removed_articles`, `changed_articles`, `removed_entries`, `changed_entries`, `changed_revisions`.
    """
    counts: Counter[str] = Counter()
    last = ""
    while rows := list(db.query(_HELD, [last])):
        last = rows[-1]["id"]
        for row in rows:
            if any(map(blocked.knows, (row["id"], row["url"], row["content_hash"]))):
                _remove(db, blocked, row["id"], row["url"])
                counts["removed_articles"] += 1
            elif any(map(blocked.holds, (row["title"], row["text"], row["url"]))):
                was = (row["id"], row["url"], row["title"], row["text"], row["lang"], parse_time(row["fetched"]))
                _change(db, change(Article(*was)))
                counts["changed_articles"] += 1
    with transaction(db):
        for statement in _FIRST:
            db.execute(statement)
        counts["removed_entries"] += db.execute("delete from entries where refuses(guid) or refuses(url)").rowcount
        for table, columns in (("entries", ["title", "summary", "last_error"]), ("revisions", ["title", "text"])):
            counts[f"changed_{table}"] += _clean(db, table, columns)
    return counts


def _remove(db: Database, blocked: Blocked, article: str, url: str) -> None:
    """Remove an article with all that hangs on it; it is refused under all addresses that led to it."""
    with transaction(db):
        led = db.execute("select guid, url from entries where article = ?", [article]).fetchall()
        led += db.execute("select null, url from article_sources where article = ?", [article]).fetchall()
        block_addresses(db, blocked, article, url, *(address for pair in led for address in pair))
        db.execute("delete from entries where article = ?", [article])
        forget_cases_of(db, article)
        drop_article(db, article)


def _change(db: Database, article: Article) -> None:
    with transaction(db):
        db.execute(_REWRITE, [article.url, article.title, article.text, article.content_hash, article.id])
        forget_readings(db, [article.id])
        link_duplicates(db, article)


def scrub_rows(db: Database) -> int:
    """Take what is blocked out of all rows, when articles were read and grouped anew; return how many rows it touched.

    A row whose key holds a phrase goes; a reference that does becomes null; any other value is cleaned.
    """
    with transaction(db):
        db.execute("pragma defer_foreign_keys = on")
        touched = end_ids(db) + sum(db.execute(statement).rowcount for statement in _HISTORY)
        for table in _list_tables(db):
            keys, links, values = _sort_columns(db, table)
            touched += _run_where(db, f"delete from {table}", keys)  # noqa: S608 (names of the schema)
            for link in links:
                touched += _run_where(db, f'update {table} set "{link}" = null', [link])  # noqa: S608
            touched += _clean(db, table, values)
    return touched


def find_left(db: Database) -> str | None:
    """Return the first table that still holds a phrase; None when none does."""
    for table in _list_tables(db):
        where = _holding(column for columns in _sort_columns(db, table) for column in columns)
        if db.execute(f"select 1 from {table} where {where}").fetchone():  # noqa: S608 (names of the schema)
            return table
    return None


def scrub_file(db: Database) -> None:
    """Make search and file anew, so that no byte of them is left of rows that are gone.

    Raises: StorageError when somebody reads the database all the time, so that the WAL cannot be emptied.
    """
    for table in SEARCHED:
        db.execute(f"insert into {table} ({table}) values ('rebuild')")  # noqa: S608 (names of db.public)
    db.execute("vacuum")
    if db.execute("pragma wal_checkpoint(truncate)").fetchone()[0]:
        raise StorageError(f"{find_file(db)}: others read it, and so keep what was removed; stop them and start again")


def _list_tables(db: Database) -> list[str]:
    sql = "select name, sql from sqlite_master where type = 'table' and name not glob 'sqlite_*'"
    named = [name for name, made in db.execute(sql) if "virtual" not in made.lower()[:20]]
    return [name for name in named if name not in _LEFT and not name.startswith(tuple(f"{t}_" for t in SEARCHED))]


def _sort_columns(db: Database, table: str) -> tuple[list[str], list[str], list[str]]:
    """Return the columns of a table that may hold text: those a row is nothing without, other references, and values."""
    refers = {row[0] for row in db.execute('select "from" from pragma_foreign_key_list(?)', [table])}
    keys, links, values = list[str](), list[str](), list[str]()
    for name, kind, needed, key in db.execute('select name, type, "notnull", pk from pragma_table_info(?)', [table]):
        if kind.lower() not in ("integer", "real", "blob"):
            (keys if key or (name in refers and needed) else links if name in refers else values).append(name)
    return keys, links, values


def _holding(columns: Iterable[str]) -> str:
    return " or ".join(f'holds("{column}")' for column in columns) or "false"


def _run_where(db: Database, statement: str, columns: list[str]) -> int:
    return db.execute(f"{statement} where {_holding(columns)}").rowcount


def _clean(db: Database, table: str, columns: list[str]) -> int:
    if not columns:
        return 0
    assign = ", ".join(f'"{column}" = clean("{column}")' for column in columns)
    return _run_where(db, f"update {table} set {assign}", columns)  # noqa: S608 (names of the schema)
