"""A full disk, a file that may not be written, a damaged file: one line on stderr, and nothing lost of what was stored."""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest

from db.schema import open_database
from dpawatch.serve import datasette_arguments

ARTICLES = 12
WRITING = {
    "import": ("import", "{lines}"),
    "tag": ("tag",),
    "cases": ("cases",),
    "publish": ("publish", "{out}"),
}
# what a command is tried on: the database as the one before it left it
BEFORE = {"import": "some", "tag": "imported", "cases": "tagged", "publish": "grouped"}
AFTER = {"import": "imported", "tag": "tagged", "cases": "grouped", "publish": "grouped"}
AS_NOBODY = "import os; os.setgroups([]); os.setgid(65534); os.setuid(65534)" if os.geteuid() == 0 else ""
ROOM = (0, 40_000, 150_000, 400_000)
PAGE = 4096


class Shop:
    """Databases in the states that commands leave, and a nursery that has run all of them."""

    def __init__(self, folder, nursery, lines):
        self.folder, self.nursery, self.lines = folder, nursery, lines

    def run(self, command, db, before=""):
        """Run a command in a process of its own; return its status and the lines it wrote."""
        words = [word.format(lines=self.lines, out=Path(db).with_name("out.db")) for word in WRITING[command]]
        status = self.nursery.run(*words, "--db", db, before=before)
        return status, self.nursery.hear()

    def copy(self, command, path):
        """Put the database that a command is tried on at a path."""
        shutil.copy(self.folder / f"{BEFORE[command]}.db", path)
        return path


@pytest.fixture(scope="module")
def shop(tmp_path_factory, nursery, demo_records):
    folder = tmp_path_factory.mktemp("shop")
    lines, few = folder / "articles.jsonl", folder / "few.jsonl"
    for file, records in ((lines, demo_records[:ARTICLES]), (few, demo_records[:2])):
        file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    first, some = ("--db", folder / "first.db"), ("--db", folder / "some.db")
    nursery.learn(("import", lines, *first), ("tag", *first), ("cases", *first))
    nursery.learn(("import", few, *some), ("tag", *some), ("cases", *some))
    shop = Shop(folder, nursery, lines)
    nursery.hear()
    for command, after in AFTER.items():
        if after == BEFORE[command]:
            continue
        status, said = shop.run(command, shop.copy(command, folder / f"{after}.db"))
        assert status == 0, said
    return shop


def check_line(status, said, *meanings):
    """Fail where a command did not end with status 1 and one line that has one of the meanings."""
    assert (status, len(said)) == (1, 1), said
    assert said[0].startswith("Error: ")
    assert any(meaning in said[0] for meaning in meanings), said


@pytest.fixture
def small_disk(tmp_path):
    """Return a folder on a file system of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(disk)], capture_output=True)
    if done.returncode:
        pytest.skip("file systems cannot be mounted here")
    yield disk
    # when the last process that still ends lets go of it
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill_disk(folder, room):
    """Write a file that leaves so many bytes free, in whole pages."""
    space = os.statvfs(folder)
    file = folder / "filler"
    file.write_bytes(b"x" * (space.f_bavail * space.f_frsize - room // PAGE * PAGE))
    return file


@pytest.mark.parametrize("command", WRITING)
def test_a_full_disk_is_one_line_and_loses_nothing(shop, small_disk, read_tables, command):
    path = small_disk / "x.db"
    full = 0
    for room in ROOM:
        for old in small_disk.iterdir():
            old.unlink()
        shop.copy(command, path)
        before = read_tables(path)
        filler = fill_disk(small_disk, room)
        status, said = shop.run(command, path)
        if status:
            full += 1
            check_line(status, said, "disk is full")
        filler.unlink()
        now = read_tables(path)
        assert set(before["articles"]) <= set(now["articles"]) or command == "tag"
        assert len(now["articles"]) >= len(before["articles"])
        assert shop.run(command, path)[0] == 0
        assert read_tables(path) == read_tables(shop.folder / f"{AFTER[command]}.db")
    assert full > 1


@pytest.fixture
def run_here(shop, registry):
    """Return a function that does `run` on a database against the loopback site; its status, and the lines that say why."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    registry = shutil.copy(registry("/feed"), folder)

    def run(path, *words, before=""):
        fetch = ("--sources", registry, "--allow-private-hosts", "--delay", "0", "--no-archive")
        status = shop.nursery.run("run", *fetch, "--db", path, *words, before=before)
        said = shop.nursery.hear()
        assert not any("Traceback" in line for line in said), "\n".join(said)
        return status, [line for line in said if line.startswith(("Error: ", "needs a person: "))]

    yield run
    shutil.rmtree(folder)


@pytest.mark.parametrize(("words", "room"), [((), 400_000), (("--cron",), 100_000)], ids=["people", "cron"])
def test_a_run_on_a_full_disk_is_one_line_and_the_next_one_does_all(
    run_here, small_disk, read_tables, tmp_path, words, room
):
    whole, path = tmp_path / "whole.db", small_disk / "x.db"
    assert run_here(whole) == (0, [])
    open_database(path).close()
    filler = fill_disk(small_disk, room)
    status, said = run_here(path, *words)
    assert status == 1
    # cron is told too that nothing was ever polled, and that the disk has little room
    assert words or len(said) == 1, said
    assert "the disk is full; make room" in said[0], said
    filler.unlink()
    assert run_here(path, "--all", *words) == (0, [])
    now, expected = read_tables(path), read_tables(whole)
    for table in ("article_sources", "mentions", "actions", "cases", "case_events"):
        assert now[table] == expected[table], table


def test_a_run_with_a_quota_is_one_line_and_the_next_one_does_all(run_here, read_tables, tmp_path):
    whole, path = tmp_path / "whole.db", tmp_path / "x.db"
    assert run_here(whole) == (0, [])
    open_database(path).close()
    most = path.stat().st_size + 100_000
    quota = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))"
    check_line(*run_here(path, before=quota), f"{path}: the disk is full, or cannot be read or written")
    assert run_here(path, "--all") == (0, [])
    now, expected = read_tables(path), read_tables(whole)
    for table in ("article_sources", "mentions", "actions", "cases", "case_events"):
        assert now[table] == expected[table], table


def remount(disk, how):
    """Mount a disk anew, as soon as no process that is ending writes to it any more."""
    for _ in range(100):
        if subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise AssertionError(f"{disk} is in use")


def test_a_run_on_a_read_only_file_system_is_one_line_and_the_next_one_works(run_here, small_disk):
    path = small_disk / "x.db"
    assert run_here(path) == (0, [])
    before = path.read_bytes()
    remount(small_disk, "ro")
    check_line(*run_here(path), f"{path}.lock: cannot be opened: Read-only file system", f"{path}: cannot be opened")
    assert path.read_bytes() == before
    remount(small_disk, "rw")
    assert run_here(path, "--all") == (0, [])


@pytest.fixture
def open_folder():
    """Return a folder that others may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


READING = {
    "status": ["status"],
    "history": ["history", "{case}"],
    "export": ["export", "--format", "jsonl"],
    "companies": ["companies", "list"],
    "sources": ["sources", "list"],
    "publish": ["publish", "{out}"],
}


@pytest.fixture
def put_away(shop, open_folder):
    """Return a database that is whole, in a folder that only its owner may write to."""
    path = open_folder / "a #1?.db"
    shutil.copy(shop.folder / "grouped.db", path)
    path.chmod(0o644)
    open_folder.chmod(0o555)
    return path


def read_as_nobody(shop, path, command, tmp_path):
    with closing(sqlite3.connect(shop.folder / "grouped.db")) as con:
        (case,) = con.execute("select min(id) from cases").fetchone()
    words = [word.format(case=case, out=tmp_path / "out.db") for word in READING[command]]
    status = shop.nursery.run(*words, "--db", path, before=AS_NOBODY)
    return status, shop.nursery.hear()


@pytest.mark.parametrize("command", READING)
def test_what_only_reads_works_in_a_folder_that_may_not_be_written(shop, put_away, command, tmp_path_factory):
    out = Path(tempfile.mkdtemp())
    out.chmod(0o777)
    before = put_away.read_bytes()
    status, said = read_as_nobody(shop, put_away, command, out)
    assert not [line for line in said if line.startswith("Error")]
    assert status == 0 or command == "status"
    assert put_away.read_bytes() == before
    assert [file.name for file in put_away.parent.iterdir()] == [put_away.name]
    shutil.rmtree(out)


@pytest.mark.parametrize("command", READING)
def test_what_somebody_else_is_writing_there_is_one_line_or_read(shop, put_away, command):
    """Its WAL can be read with the file that says where in it what is, and not alone."""
    put_away.with_name(f"{put_away.name}-wal").write_bytes(b"")
    status, said = read_as_nobody(shop, put_away, command, put_away.parent)
    check_line(status, said, f"{put_away}: cannot be opened")


def test_what_may_not_be_written_is_served_as_it_is(put_away, monkeypatch):
    assert "--immutable" not in datasette_arguments(put_away, [])
    monkeypatch.setattr("os.access", lambda path, mode: path != put_away.parent)
    words = datasette_arguments(put_away, ["--port", "0"])
    assert words[:3] == ["serve", "--immutable", str(put_away)]


@pytest.mark.parametrize("command", WRITING)
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_may_not_be_written_is_one_line(shop, open_folder, command, what):
    path = shop.copy(command, open_folder / "x.db")
    if what == "file" and command == "publish":
        pytest.skip("it may be published all the same")
    if what == "file":
        open_folder.chmod(0o777)
        path.chmod(0o444)
    else:
        path.chmod(0o666)
        open_folder.chmod(0o555)
    shop.lines.chmod(0o644)
    before = path.read_bytes()
    status, said = shop.run(command, path, before=AS_NOBODY)
    check_line(
        status,
        said,
        f"{open_folder}/.out.db.new: Permission denied",
        f"{path}: may not be written",
        f"{path}.lock: cannot be opened: Permission denied",
        f"{path}: cannot be opened",
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize("words", [(), ("--cron",)], ids=["people", "cron"])
def test_a_run_that_may_not_write_its_database_is_one_line(run_here, open_folder, words):
    path = open_folder / "x.db"
    assert run_here(path) == (0, [])
    before = path.read_bytes()
    path.chmod(0o444)
    path.with_name("x.db.lock").unlink()
    open_folder.chmod(0o777)
    check_line(*run_here(path, *words, before=AS_NOBODY), f"{path}: may not be written")
    path.with_name("x.db.lock").unlink()
    open_folder.chmod(0o555)
    check_line(*run_here(path, *words, before=AS_NOBODY), f"{path}.lock: cannot be opened: Permission denied")
    assert path.read_bytes() == before
    open_folder.chmod(0o755)
    path.chmod(0o644)
    assert run_here(path, "--all", *words) == (0, [])


def test_one_of_two_runs_at_once_works_and_the_other_says_so(run_here, db_path, site, registry):
    words = [sys.executable, "-c", "from dpawatch.cli import main; main()", "run", "--sources", registry("/feed"),
             "--allow-private-hosts", "--delay", "0.3", "--no-archive", "--db", str(db_path)]  # fmt: skip
    open_database(db_path).close()
    both = [subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60) for process in both]
    assert sorted(process.returncode for process in both) == [0, 75]
    (out, err) = said[[process.returncode for process in both].index(75)]
    assert out == ""
    assert err.startswith("Error: ")
    assert "is already running on this database" in err
    assert site.asked.count("/feed") == 1


def overwrite(path, first, last):
    """Overwrite a part of a file, given by shares of its length, page by page with what is nonsense."""
    with path.open("r+b") as file:
        pages = path.stat().st_size // PAGE
        for page in range(max(1, int(pages * first)), int(pages * last)):
            file.seek(page * PAGE)
            file.write(random.Random(page).randbytes(PAGE))


DAMAGES = {
    "the middle is overwritten": lambda path: overwrite(path, 0.2, 0.8),
    "all but the first page is overwritten": lambda path: overwrite(path, 0, 1),
    "the second half is missing": lambda path: os.truncate(path, path.stat().st_size // PAGE // 2 * PAGE),
    "the last page is missing": lambda path: os.truncate(path, path.stat().st_size - PAGE),
    "torn within a page": lambda path: os.truncate(path, path.stat().st_size // 2 + 100),
    "only the first page is left": lambda path: os.truncate(path, PAGE),
    "only the header is left": lambda path: os.truncate(path, 100),
    "only the first bytes are left": lambda path: os.truncate(path, 16),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("command", WRITING)
def test_a_damaged_file_is_one_line(shop, tmp_path, command, damage):
    path = shop.copy(command, tmp_path / "x.db")
    DAMAGES[damage](path)
    before = path.read_bytes()
    status, said = shop.run(command, path)
    check_line(status, said, "x.db: is damaged")
    now = path.read_bytes()
    assert len(now) >= len(before)
    if "overwritten" not in damage:
        assert now == before
