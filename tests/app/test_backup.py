"""Backups: whole whatever goes on meanwhile, and the way back to the same cases."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime

import pytest

from db.articles import store_article
from db.backups import make_backup, restore_backup
from db.errors import BackupError, LockedError, RefusedError
from db.runs import finish_run, run_lock, start_run
from db.schema import open_database
from ingest.models import Article

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
# one run after another, each of which changes all articles and reads them again
WRITER = """
import sys
from db.runs import finish_run, run_lock, start_run
from db.schema import open_database
from db.values import transaction
from ingest.clock import utc_now
db = open_database(sys.argv[1])
print("started", flush=True)
while True:
    with run_lock(sys.argv[1]):
        run = start_run(db, "run", utc_now())
        for n in range(50):
            with transaction(db):
                db.execute("update articles set title = 'run ' || ?", [run])
                db.execute("update cases set title = 'run ' || ?", [run])
        finish_run(db, run, "done", {}, utc_now())
"""
# a backup that is at its copy for a while
SLOW = """
import sys, time
from db import backups
from dpawatch.cli import main
copy = backups._copy
def linger(source, new):
    copy(source, new)
    print("copied", flush=True)
    time.sleep(60)
backups._copy = linger
main(sys.argv[1:])
"""


@pytest.fixture
def filled(db_path):
    with closing(open_database(db_path)) as db:
        for n in range(40):
            store_article(
                db, Article(f"{n}", f"https://a.example/{n}", "T", f"text {n} " * 900, "en", NOW, content_hash=f"{n}")
            )
        case = {"title": "T", "status": "decided", "respondents": "Acme", "regulator_names": "", "articles": 1}
        db["cases"].insert_all({"id": f"c{n}", **case} for n in range(2))
        db["case_articles"].insert({"case_id": "c1", "article": "1"})
        finish_run(db, start_run(db, "run", NOW), "done", {}, NOW)
    return db_path


def read(path, sql="select id, title from cases order by id"):
    with closing(sqlite3.connect(path)) as con:
        return con.execute(sql).fetchall()


def make(path, target, now=NOW, keep=None):
    with closing(open_database(path)) as db:
        return make_backup(db, target, now, keep)


def list_files(folder):
    return sorted(file.name for file in folder.iterdir())


def test_a_backup_and_back_again_is_the_same(poll, db_path, dpawatch, read_tables, tmp_path):
    assert poll("run").exit_code == 0
    filled = db_path
    before = read_tables(filled)
    (tmp_path / "kept").mkdir()
    made = dpawatch("backup", str(tmp_path / "kept"))
    assert (made.exit_code, made.stderr) == (0, "")
    (file,) = list_files(tmp_path / "kept")
    assert re.fullmatch(r"test-\d{8}T\d{6}Z\.db", file)
    assert made.stdout.startswith(f"{tmp_path}/kept/{file}: ")
    new = tmp_path / "new.db"
    restored = dpawatch("restore", str(tmp_path / "kept" / file), db=new)
    assert (restored.exit_code, restored.stdout) == (0, f"{new}: 3 articles, 2 cases\n")
    assert read_tables(new) == before
    assert read(new, "pragma journal_mode") == [("wal",)]
    assert read(new, "select count(*) from articles_fts where articles_fts match 'photographs'") == [(2,)]
    assert dpawatch("status", db=new).exit_code == 0


def test_a_backup_is_whole_while_runs_write(filled, tmp_path):
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(filled)], stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline()
        for n in range(8):
            copy = make(filled, tmp_path / f"{n}.db").path
            assert read(copy, "pragma integrity_check") == [("ok",)]
            titles = read(copy, "select title from articles union select title from cases")
            assert n == 0 or len(titles) == 1, "all of one transaction or nothing of it"
            assert list(tmp_path.glob(f"*{n}.db?*")) == []
        assert process.poll() is None
    finally:
        process.kill()
        process.communicate()
    assert read(filled, "select count(distinct path) from backups") == [(8,)]


def test_a_backup_that_was_killed_leaves_nothing_under_its_name(filled, dpawatch, tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    words = ["backup", f"{kept}/", "--db", str(filled)]
    process = subprocess.Popen([sys.executable, "-c", SLOW, *words], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"copied\n"
    busy = dpawatch("backup", str(kept))
    assert (busy.exit_code, busy.stdout) == (75, "")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert list(kept.glob("*.db")) == []
    assert read(filled, "select count(*) from backups") == [(0,)]
    assert dpawatch("backup", str(kept)).exit_code == 0
    assert len(list_files(kept)) == 1, "what was left is used again"


def test_only_the_newest_stay(filled, tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    others = ["test.db", "test-20240101T000000Z.db.gz", "mine-20240101T000000Z.db"]
    for name in others:
        (kept / name).write_bytes(b"")
    for day in range(1, 6):
        removed = make(filled, kept, NOW.replace(day=day), keep=2).removed
    assert [file.name for file in removed] == ["test-20240503T120000Z.db"]
    assert list_files(kept) == sorted([*others, "test-20240504T120000Z.db", "test-20240505T120000Z.db"])


def test_a_file_is_replaced_at_once(filled, tmp_path):
    make(filled, tmp_path / "one.db")
    with closing(sqlite3.connect(tmp_path / "one.db")) as reader:
        assert reader.execute("select count(*) from cases").fetchone() == (2,)
        with closing(open_database(filled)) as db:
            db.execute("delete from case_articles")
            db.execute("delete from cases")
        make(filled, tmp_path / "one.db")
        assert reader.execute("select count(*) from cases").fetchone() == (2,), "who reads the old one goes on"
    assert read(tmp_path / "one.db") == []


TARGETS = [
    ("the database itself", lambda folder: folder / "test.db", "is the database itself"),
    ("another working database", lambda folder: folder / "other.db", "is a database that runs write to"),
    ("a public copy", lambda folder: folder / "public.db", "is a public copy"),
    ("some file", lambda folder: folder / "notes.txt", "is no database"),
    ("no such folder", lambda folder: folder / "none" / "x.db", "does not exist"),
    ("no such folder to fill", lambda folder: f"{folder}/none/", "no such folder"),
]


@pytest.mark.parametrize(("phenomenon", "target", "says"), TARGETS, ids=[row[0] for row in TARGETS])
def test_what_is_no_place_for_a_backup_is_left_alone(filled, dpawatch, tmp_path, phenomenon, target, says):
    open_database(tmp_path / "other.db").close()
    with run_lock(tmp_path / "other.db"):
        pass
    (tmp_path / "notes.txt").write_text("notes")
    assert dpawatch("publish", str(tmp_path / "public.db")).exit_code == 0
    before = {file: file.read_bytes() for file in tmp_path.iterdir() if file.suffix != ".db-wal"}
    result = dpawatch("backup", str(target(tmp_path)))
    assert (result.exit_code, result.stdout, says in result.stderr) == (2, "", True)
    assert {file: file.read_bytes() for file in before} == before


def test_keeping_needs_a_folder(filled, dpawatch, tmp_path):
    assert dpawatch("backup", str(tmp_path / "one.db"), "--keep", "3").exit_code == 2
    assert dpawatch("backup", str(tmp_path), "--keep", "0").exit_code == 2


def test_a_full_disk_keeps_the_old_backup(filled, dpawatch, tmp_path):
    import resource

    make(filled, tmp_path / "one.db")
    before = (tmp_path / "one.db").read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        result = dpawatch("backup", str(tmp_path / "one.db"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "what was there before still is" in result.stderr
    assert (tmp_path / "one.db").read_bytes() == before


def damage(path):
    """Overwrite pages in the middle of a database."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 4)
        file.write(os.urandom(path.stat().st_size // 2))


@pytest.fixture
def backup(filled, tmp_path):
    return make(filled, tmp_path / "backup.db").path


def test_a_damaged_backup_is_refused(filled, backup, dpawatch, tmp_path):
    damage(backup)
    before = read(filled)
    result = dpawatch("restore", str(backup), "--force")
    assert (result.exit_code, result.stdout) == (1, "")
    assert str(backup) in result.stderr
    assert read(filled) == before
    assert [name for name in list_files(tmp_path) if ".new" in name or ".before" in name] == []
    assert dpawatch("restore", str(backup), db=tmp_path / "new.db").exit_code == 1
    assert not (tmp_path / "new.db").exists()


def test_what_is_there_is_only_set_aside_when_asked(filled, backup, dpawatch, read_tables, tmp_path):
    with closing(open_database(filled)) as db:
        db.execute("update cases set title = 'changed since'")
    now = read_tables(filled)
    refused = dpawatch("restore", str(backup))
    assert (refused.exit_code, "--force" in refused.stderr) == (2, True)
    assert read_tables(filled) == now
    forced = dpawatch("restore", str(backup), "--force")
    assert forced.exit_code == 0
    (aside,) = tmp_path.glob("test.db.before-*")
    assert str(aside) in forced.stderr
    assert read_tables(aside) == now
    assert read(filled) == read(backup) != read(aside)


def test_a_journal_of_the_old_database_does_not_get_into_the_new_one(filled, backup):
    """A process that was killed leaves a journal, and SQLite would take it for that of the new file."""
    change = "con.execute(\"update cases set title = 'late'\")"
    code = f"import sqlite3, os, sys; con = sqlite3.connect(sys.argv[1]); {change}; con.commit(); os._exit(0)"
    subprocess.run([sys.executable, "-c", code, str(filled)], check=True)
    assert filled.with_name("test.db-wal").stat().st_size
    earlier = restore_backup(backup, filled, NOW, force=True).earlier
    assert "late" not in {title for _, title in read(filled)}
    assert {title for _, title in read(earlier)} == {"late"}


def test_a_damaged_database_is_set_aside(filled, backup):
    expected = read(filled)
    damage(filled)
    filled.with_name("test.db-wal").write_bytes(b"half a journal")
    assert restore_backup(backup, filled, NOW, force=True).earlier.name == "test.db.before-20240501T120000Z"
    assert read(filled) == expected
    assert read(filled, "pragma integrity_check") == [("ok",)]


def test_nothing_is_restored_under_a_run_or_a_site(filled, backup):
    with run_lock(filled), pytest.raises(LockedError, match="already running"):
        restore_backup(backup, filled, NOW, force=True)
    with closing(sqlite3.connect(filled)) as site:
        site.execute("select count(*) from cases").fetchone()
        with pytest.raises(LockedError, match="another program has it open"):
            restore_backup(backup, filled, NOW, force=True)
        assert site.execute("select count(*) from cases").fetchone() == (2,)
    restore_backup(backup, filled, NOW, force=True)


def test_what_is_no_backup_is_refused(filled, backup, dpawatch, tmp_path):
    (tmp_path / "notes.txt").write_text("notes")
    assert dpawatch("publish", str(tmp_path / "public.db")).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as con:
        con.execute("create table t (a)")
    new = tmp_path / "new.db"
    for file, says in {
        "none.db": "no such backup",
        "notes.txt": "is no SQLite database",
        "public.db": "is a public copy",
        "foreign.db": "not one of dpawatch",
    }.items():
        result = dpawatch("restore", str(tmp_path / file), db=new)
        assert (result.exit_code, says in result.stderr) == (2, True), file
        assert not new.exists()
    with pytest.raises(RefusedError, match="is the backup itself"):
        restore_backup(backup, backup, NOW, force=True)


def test_a_backup_of_an_older_program_is_upgraded(filled, backup, dpawatch, tmp_path):
    from sqlite_utils import Database

    from db.migrations import migrations

    old = Database(tmp_path / "old.db")
    migrations.apply(old, stop_before="m022_health")
    old.close()
    assert dpawatch("restore", str(tmp_path / "old.db"), db=tmp_path / "new.db").exit_code == 0
    assert read(tmp_path / "new.db", "select count(*) from backups") == [(0,)]
    assert "backups" not in {name for (name,) in read(tmp_path / "old.db", "select name from sqlite_master")}


def test_a_restore_that_was_killed_changes_nothing(filled, backup, tmp_path):
    before = read(filled)
    words = ["restore", str(backup), "--force", "--db", str(filled)]
    process = subprocess.Popen([sys.executable, "-c", SLOW, *words], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"copied\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert read(filled) == before
    restore_backup(backup, filled, NOW, force=True)
    assert read(filled) == before
    assert list(tmp_path.glob(".*")) == []


def test_an_unsound_copy_never_gets_the_name(filled, tmp_path, monkeypatch):
    from db import backups

    copy = backups._copy

    def spoil(source, new):
        copy(source, new)
        damage(new)

    monkeypatch.setattr(backups, "_copy", spoil)
    with pytest.raises(BackupError, match=r"one\.db: "):
        make(filled, tmp_path / "one.db")
    assert not (tmp_path / "one.db").exists()
