"""The public copy: sound, small, without what may not be shown, and in its place all at once or not at all."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime

import pytest

from db.analyses import store_analysis
from db.articles import store_article
from db.errors import DatabaseError, LockedError, PublishError, RefusedError
from db.excerpts import MAX_CHARACTERS
from db.files import replaced_file
from db.public import PRIVATE, PUBLIC, SEARCHED, SPANS, WORKING
from db.publish import publish
from db.reference import store_reference
from db.schema import is_published, open_database, open_for_reading
from db.sources import ensure_import_source
from dpawatch.progress import Silent
from dpawatch.run import group_cases, recorded_run
from nlp.models import Company, Happening, Regulator

PROOF = "The CNIL fined the shop of Acme 5,000 euros."
FILLING = "Nobody needs this sentence about Acme, which the press wrote for its readers. " * 30
TEXT = f"{FILLING}{PROOF} {FILLING}"
AT = TEXT.index(PROOF)
# source -> whether its texts may be shown in full
REUSE = {"open": "open", "press": "excerpt", "silent": None}
# article -> its source, and another one it came by
ARTICLES = {
    "press": ("press", None),
    "open": ("open", None),
    "silent": ("silent", None),
    "nobody": (None, None),
    "both": ("open", "press"),
    "second": ("open", "open"),
}
OPEN = {"id-open", "id-second"}

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


def regroup(db):
    with recorded_run(db, "cases", Silent(), lambda: NOW) as run:
        group_cases(run)


@pytest.fixture
def working(tmp_path, reference, make_article, make_action, make_analysis, now):
    """Return a database with an article of each kind, all of one long text with one sentence of evidence."""
    db = open_database(tmp_path / "working.db")
    store_reference(db, *reference)
    for source, reuse in REUSE.items():
        ensure_import_source(db, source, source)
        db.execute(
            "update sources set reuse = ?, etag = 'hidden', url = 'https://a.example' where id = ?", [reuse, source]
        )
    names = [(m.start(), m.start() + 4) for m in re.finditer("Acme", TEXT)]
    analysis = make_analysis(
        make_action(
            "fr-cnil",
            amount=5000,
            evidence=((AT, AT + len(PROOF)),),
            happenings=(Happening("complaint", None, (AT, AT + len(PROOF))),),
        ),
        regulators=(Regulator("fr-cnil", "CNIL", ((AT + 4, AT + 8),)),),
        companies=(Company("acme", "Acme", "respondent", tuple(names)),),
    )
    for key, (source, other) in ARTICLES.items():
        article = make_article(key, text=TEXT, source=source, raw_file="hidden.warc.gz", raw_offset=7, content_hash=key)
        store_article(db, article)
        assert store_analysis(db, article.id, TEXT, analysis, now)
        for came_by in {source, other} - {None}:
            db.execute("insert into article_sources values (?, ?, ?, ?)", [article.id, came_by, article.url, "2024"])
    db.execute("""insert into fetches (source, url, kind, outcome, started, bytes, milliseconds, error)
        values ('press', 'https://a.example', 'page', 'failed', '2024', 1, 1, 'hidden')""")
    db.execute("""insert into entries (source, guid, url, title, summary, first_seen)
        values ('press', 'g', 'https://a.example', 'T', 'hidden', '2024')""")
    store_article(db, make_article("press", text=TEXT + " More.", content_hash="changed"))
    store_analysis(db, "id-press", TEXT + " More.", analysis, now)
    regroup(db)
    yield db
    db.close()


@pytest.fixture
def out(tmp_path):
    (tmp_path / "site").mkdir()
    return tmp_path / "site" / "public.db"


@pytest.fixture
def copy(working, out):
    publish(working, out)
    with closing(sqlite3.connect(out)) as opened:
        yield opened


def everything(db):
    """Yield every value of every row of every table, those of the search index too."""
    for (table,) in db.execute("select name from sqlite_master where type = 'table'").fetchall():
        for row in db.execute(f'select * from "{table}"'):
            for value in row:
                yield table, value


def test_every_table_is_public_or_not(db):
    assert {name for name in db.table_names() if "_fts" not in name} <= PUBLIC | WORKING
    assert {name for name in db.table_names() if name.endswith("_fts")} == SEARCHED
    assert not PUBLIC & WORKING


def test_every_span_is_known_and_every_private_column_is_there(db):
    """What says where in a text something stands must be moved into the excerpt."""
    found = {
        (table, name)
        for table in PUBLIC & set(db.table_names())
        for name in db[table].columns_dict
        if name in ("start", "end") or name.endswith(("_start", "_end"))
    }
    known = {(table, column) for table, (_, *columns, _) in SPANS.items() for column in columns}
    assert found == {(table, column) for table, column in known if db[table].exists()}
    assert [(t, c) for t, columns in PRIVATE.items() for c in columns if c not in db[t].columns_dict] == []


def test_only_texts_of_open_sources_are_whole(copy):
    texts = dict(copy.execute("select id, text from articles"))
    assert {article for article, text in texts.items() if text == TEXT} == OPEN
    assert {text for article, text in texts.items() if article not in OPEN} == {PROOF}


def test_no_text_of_the_press_is_anywhere(copy):
    long = {table for table, value in everything(copy) if isinstance(value, str) and len(value) > MAX_CHARACTERS}
    assert long <= {"articles", "articles_fts"}  # of the open sources
    found = copy.execute("select articles.id from articles_fts join articles on articles.rowid = articles_fts.rowid "
                         "where articles_fts match 'readers'").fetchall()  # fmt: skip
    assert {article for (article,) in found} == OPEN


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("word " * 60 + "x", "word " * 59 + "word…"),
        ("w" * 300, "w" * 300),
        ("w" * 301, "w" * 299 + "…"),
        ("罰" * 5000, "罰" * 299 + "…"),
        ("word " * 2000 + "unheard", "word " * 59 + "word…"),
    ],
)
@pytest.mark.parametrize("article", ["id-press", "id-open"])
def test_a_title_is_no_place_for_a_text(working, out, article, title, shown):
    working.execute("update articles set title = ? where id = ?", [title, article])
    publish(working, out)
    with closing(sqlite3.connect(out)) as copy:
        assert copy.execute("select title from articles where id = ?", [article]).fetchone() == (shown,)
        assert copy.execute("select count(*) from articles_fts where articles_fts match 'unheard'").fetchone() == (0,)


def test_not_a_byte_of_what_is_hidden_is_in_the_file(working, out):
    working.execute(
        "update articles set text = replace(text, 'Nobody', 'Secret') where id not in ('id-open', 'id-second')"
    )
    publish(working, out)
    data = out.read_bytes()
    assert b"Secret" not in data
    assert b"hidden" not in data
    assert b"Nobody" in data


def test_spans_say_what_they_said(copy):
    mentions = copy.execute('select article, mentions.text, substr(articles.text, start + 1, "end" - start) from mentions '
                            "join articles on articles.id = article").fetchall()  # fmt: skip
    assert mentions
    assert [m for m in mentions if m[1] != m[2]] == []
    # of names outside of the excerpt nothing is left
    assert {a: sum(m[0] == a for m in mentions) for a in ("id-press", "id-open")} == {"id-press": 2, "id-open": 62}


@pytest.mark.parametrize(
    ("table", "sql"),
    [
        ("actions", "select article, evidence_start, evidence_end from actions"),
        ("action_evidence", 'select article, start, "end" from action_evidence join actions on id = action'),
        ("action_happenings", 'select article, start, "end" from action_happenings join actions on id = action'),
        ("case_events", 'select article, start, "end" from case_events'),
    ],
)
def test_evidence_says_what_it_said(copy, table, sql):
    texts = dict(copy.execute("select id, text from articles"))
    rows = copy.execute(sql).fetchall()
    assert len(rows) >= len(ARTICLES)
    assert {texts[article][start:end] for article, start, end in rows} == {PROOF}


def test_evidence_for_which_there_is_no_room_is_not_said_to_be_there(
    working, make_article, make_action, make_analysis, now, out
):
    text = "".join(f"Sentence number {number} of the press says something of its own.\n\n\n" for number in range(20))
    spans = [(i, i + 60) for i in range(len(text)) if text.startswith("Sentence", i)]
    store_article(working, make_article("long", text=text))
    actions = [make_action("fr-cnil", evidence=(span,), decision_date=f"20{n:02}") for n, span in enumerate(spans)]
    store_analysis(working, "id-long", text, make_analysis(*actions), now)
    regroup(working)
    publish(working, out)
    with closing(sqlite3.connect(out)) as copy:
        starts = [
            row[0]
            for row in copy.execute("select evidence_start from actions where article = 'id-long' order by position")
        ]
        held = copy.execute(
            "select count(*) from action_evidence join actions on id = action where article = 'id-long'"
        ).fetchone()
    assert None not in starts[:7]
    assert set(starts[8:]) == {None}
    assert held == (len([start for start in starts if start is not None]),)


def test_what_a_site_does_not_need_is_not_there(copy):
    tables = {row[0] for row in copy.execute("select name from sqlite_master")}
    assert not tables & WORKING
    assert {row[0] for row in copy.execute("select type from sqlite_master")} == {"table", "index", "view"}
    for table, columns in PRIVATE.items():
        for column in columns:
            assert copy.execute(f"select count({column}) from {table}").fetchone() == (0,)


def test_all_else_is_as_in_the_working_database(working, copy):
    for table in PUBLIC & set(working.table_names()) - SPANS.keys() - PRIVATE.keys():
        sql = f"select * from {table} order by 1, 2"
        assert copy.execute(sql).fetchall() == working.execute(sql).fetchall(), table


def test_it_is_finished(working, copy, out):
    assert copy.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert copy.execute("pragma foreign_key_check").fetchall() == []
    assert copy.execute("pragma journal_mode").fetchone() == ("delete",)
    assert copy.execute("pragma freelist_count").fetchone() == (0,)
    assert copy.execute("select count(*) from sqlite_stat1").fetchone()[0] > 10
    indexes = "select name, tbl_name, sql from sqlite_master where type = 'index' and sql is not null order by 1"
    kept = [row for row in working.execute(indexes) if row[1] in PUBLIC]
    assert copy.execute(indexes).fetchall() == kept
    assert [path.name for path in out.parent.iterdir()] == ["public.db"]
    assert out.stat().st_mode & 0o777 & 0o222 == 0


def test_views_answer(working, out):
    working.execute("create view french as select id, title from cases where regulator = 'fr-cnil'")
    publish(working, out)
    with closing(sqlite3.connect(out)) as copy:
        views = [row[0] for row in copy.execute("select name from sqlite_master where type = 'view'")]
        assert "french" in views
        for view in views:
            copy.execute(f"select * from {view}").fetchall()


def test_publishing_again_gives_the_same_file(working, out):
    publish(working, out)
    first = out.read_bytes()
    publish(working, out)
    assert out.read_bytes() == first


def test_a_reader_of_the_old_copy_is_not_disturbed(working, out):
    publish(working, out)
    with closing(sqlite3.connect(out)) as reader:
        rows = reader.execute("select id from articles order by id")
        first = rows.fetchone()
        working.execute("delete from articles where id <> 'id-press'")
        regroup(working)
        publish(working, out)
        assert [first, *rows] == [(f"id-{key}",) for key in sorted(ARTICLES)]
    with closing(sqlite3.connect(out)) as reader:
        assert reader.execute("select id from articles").fetchall() == [("id-press",)]


def test_the_working_database_stays_as_it_was_and_usable(working, out):
    before = list(working.conn.iterdump())
    publish(working, out)
    assert list(working.conn.iterdump()) == before
    assert working.execute("pragma foreign_keys").fetchone() == (1,)
    assert [row[1] for row in working.execute("pragma database_list")] in (["main"], ["main", "temp"])


def test_others_may_write_meanwhile(working, out, tmp_path, monkeypatch):
    import db.publish

    finish = db.publish._finish

    def write_first(*words):
        with closing(sqlite3.connect(tmp_path / "working.db", timeout=0)) as other, other:
            other.execute("update articles set title = 'changed'")
        finish(*words)

    monkeypatch.setattr(db.publish, "_finish", write_first)
    publish(working, out)
    with closing(sqlite3.connect(out)) as copy:
        assert copy.execute("select count(*) from articles where title = 'changed'").fetchone() == (0,)


def test_a_copy_is_for_reading_only(working, out):
    publish(working, out)
    assert is_published(out)
    with pytest.raises(RefusedError, match="is a public copy, which only shows"):
        open_database(out)
    opened = open_for_reading(out)
    assert opened.execute("select count(*) from cases").fetchone()[0] > 0
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        opened.execute("delete from cases")
    opened.close()


def test_a_copy_of_an_older_program_is_not_migrated(working, out):
    working.execute("delete from _sqlite_migrations where name = 'm011_incremental_cases'")
    publish(working, out)
    with pytest.raises(RefusedError, match="is a public copy of an older dpawatch; publish the database again"):
        open_for_reading(out)


def test_it_refuses_what_is_no_copy_of_its_own(working, out, tmp_path):
    other = tmp_path / "other.db"
    open_database(other).close()
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "working.db")
    notes = tmp_path / "notes.txt"
    notes.write_text("not to be lost", encoding="utf-8")
    for path, says in {
        tmp_path / "working.db": "is the database itself",
        link: "is the database itself",
        other: "is a database that was not published",
        tmp_path: "is no file",
        notes: "is no database",
        tmp_path / "no" / "where.db": "folder .*no does not exist",
    }.items():
        before = path.read_bytes() if path.is_file() else None
        with pytest.raises(DatabaseError, match=says):
            publish(working, path)
        assert (path.read_bytes() if path.is_file() else None) == before


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_it_refuses_a_place_where_somebody_writes(working, out, end):
    """SQLite would play the old journal into the new file."""
    out.with_name(f"public.db{end}").write_bytes(b"frames")
    with pytest.raises(RefusedError, match=f"public.db{end}: somebody writes"):
        publish(working, out)


def test_a_link_stays_a_link(working, out, tmp_path):
    link = tmp_path / "link.db"
    link.symlink_to(out)
    publish(working, link)
    assert link.is_symlink()
    assert is_published(out)


def test_a_copy_that_is_not_sound_does_not_come(working, out):
    publish(working, out)
    before = out.read_bytes()
    working.execute("pragma foreign_keys = off")
    working.execute("update cases set regulator = 'nobody'")
    with pytest.raises(PublishError, match=r"not sound.*a row of cases refers to one of regulators that is not there"):
        publish(working, out)
    assert out.read_bytes() == before
    assert [path.name for path in out.parent.iterdir()] == ["public.db"]


def test_an_error_on_the_way_leaves_the_old_copy_and_nothing_else(working, out, monkeypatch):
    import db.publish

    publish(working, out)
    before = out.read_bytes()
    monkeypatch.setattr(db.publish, "_copying", lambda *_: "select from nothing")
    with pytest.raises(PublishError, match=r"public\.db: cannot be published: .*; what was there before still is"):
        publish(working, out)
    assert out.read_bytes() == before
    assert [path.name for path in out.parent.iterdir()] == ["public.db"]
    monkeypatch.undo()
    publish(working, out)  # the connection is as good as before


def test_two_do_not_publish_to_one_place_at_once(working, out):
    with replaced_file(out), pytest.raises(LockedError, match="another process is writing it"):
        publish(working, out)


def test_what_a_killed_one_left_is_used_again(working, out):
    out.with_name(".public.db.new").write_bytes(b"half a file" * 1000)
    publish(working, out)
    assert [path.name for path in out.parent.iterdir()] == ["public.db"]
    assert is_published(out)


PUBLISH = """
import sys
from pathlib import Path
from db.publish import publish
from db.schema import open_existing
publish(open_existing(sys.argv[1]), Path(sys.argv[2]))
"""
LIMITED = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))" + PUBLISH


def test_a_full_disk_is_one_error_and_leaves_the_old_copy(working, out, tmp_path):
    """A limit on the size of files stands for the full disk."""
    publish(working, out)
    before = out.read_bytes()
    working.execute("pragma wal_checkpoint(truncate)")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, tmp_path / "working.db", out], capture_output=True, text=True, check=False
    )
    assert done.stderr.splitlines()[-1].startswith("db.errors.PublishError: ")
    assert "cannot be published" in done.stderr
    assert out.read_bytes() == before
    assert [path.name for path in out.parent.iterdir()] == ["public.db"]


@pytest.mark.parametrize("milliseconds", range(0, 60, 6))
def test_a_kill_leaves_the_old_copy_or_the_new_one(working, out, tmp_path, milliseconds):
    publish(working, out)
    before = out.read_bytes()
    ready = PUBLISH.replace("publish(open", "print('ready', flush=True); publish(open")
    words = [sys.executable, "-c", ready, tmp_path / "working.db", out]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        time.sleep(milliseconds / 1000)
        os.kill(process.pid, signal.SIGKILL)
    assert out.read_bytes() == before
    publish(working, out)
    assert out.read_bytes() == before
    assert [path.name for path in out.parent.iterdir()] == ["public.db"]
