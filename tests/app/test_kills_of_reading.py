"""`import`, `tag`, `cases` and `publish`, killed at moments nobody chose: the next call ends where an undisturbed one would have.

The number of kills is eight, or what DPAWATCH_KILLS says. Each is followed by a check of the file, by the same command
to its end, and by a comparison of all tables with those of a database that nobody disturbed.
"""

import json
import os
import random
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass

import pytest

KILLS = int(os.environ.get("DPAWATCH_KILLS", "8"))
SEED = 5
ARTICLES = 30
EARLIER = "published before"
# so few acts are grouped in one transaction that a kill falls between two of them
SMALL = "import db.cases.store; db.cases.store.BATCH = 4"


@dataclass(frozen=True)
class Work:
    """What is killed: a command on a copy of a database, what follows it once it ended, and the database that comes out."""

    start: str
    words: tuple[str, ...]
    end: str
    then: tuple[str, ...] = ()
    before: str = ""


WORKS = {
    "import": Work("empty", ("import", "{lines}"), "imported"),
    "tag": Work("imported", ("tag",), "tagged"),
    "cases": Work("tagged", ("cases",), "grouped"),
    "tag --all": Work("grouped", ("tag", "--all"), "grouped", then=("cases",)),
    "cases in many steps": Work("tagged", ("cases",), "grouped in steps", before=SMALL),
    "cases --rebuild": Work("grouped", ("cases", "--rebuild"), "grouped"),
    # the copy that is there while all others are made, so that each takes the place of one
    "publish": Work("imported", ("publish", "{out}"), EARLIER),
    "publish again": Work("grouped", ("publish", "{out}"), "published"),
}


class Desk:
    """Databases in the states that the commands leave, made once and undisturbed, and what each command takes in seconds."""

    def __init__(self, folder, nursery, lines):
        self.folder, self.nursery, self.lines = folder, nursery, lines
        self.out, self.seconds = folder / "out.db", {}

    def path(self, state):
        return self.folder / f"{state}.db"

    def do(self, words, db, seconds=None, before=""):
        """Run a command; return whether it had to be killed."""
        said = [word.format(lines=self.lines, out=self.out) for word in words]
        status = self.nursery.run(*said, "--db", db, seconds=seconds, before=before)
        if seconds is None or status != -signal.SIGKILL:
            said = self.nursery.hear()
            assert (status, [line for line in said if "Traceback" in line]) == (0, []), said
        return status != 0

    def copy(self, state):
        """Return the path of a copy of the database as it is in a state, beside an earlier public copy."""
        path = self.folder / "work.db"
        for old in (*self.folder.glob("work.db*"), *self.folder.glob("*out.db*")):
            old.unlink()
        if state != "empty":
            shutil.copy(self.path(state), path)
        if self.path(EARLIER).exists():
            shutil.copyfile(self.path(EARLIER), self.out)
        return path

    def find_made(self, work, path):
        """Return the file that a piece of work on a database makes."""
        return self.out if work.words[0] == "publish" else path

    def make(self, work):
        """Do a piece of work undisturbed, and keep what comes out as that state if it is a new one."""
        path, began = self.copy(work.start), time.monotonic()
        self.do(work.words, path, before=work.before)
        self.seconds[work] = time.monotonic() - began
        if not self.path(work.end).exists():
            shutil.copyfile(self.find_made(work, path), self.path(work.end))


@pytest.fixture(scope="module")
def desk(tmp_path_factory, nursery, demo_records):
    folder = tmp_path_factory.mktemp("desk")
    lines = folder / "articles.jsonl"
    # those of the later years, among which are several of one matter
    lines.write_text("".join(json.dumps(record) + "\n" for record in demo_records[-ARTICLES:]), encoding="utf-8")
    first = ("--db", folder / "first.db")
    nursery.learn(("import", lines, *first), ("tag", *first), ("cases", *first))
    desk = Desk(folder, nursery, lines)
    for work in WORKS.values():
        desk.make(work)
    return desk


def test_the_steps_of_cases_are_seen_by_nobody(desk, read_tables):
    in_steps, at_once = (read_tables(desk.path(state)) for state in ("grouped in steps", "grouped"))
    for tables in (in_steps, at_once):
        del tables["history"]  # it tells of the steps
    assert in_steps == at_once


def test_ids_stay_when_all_is_read_again_in_many_steps(desk, read_tables):
    path = desk.copy("grouped")
    desk.do(("tag", "--all"), path)
    desk.do(("cases",), path, before=SMALL)
    found, expected = read_tables(path), read_tables(desk.path("grouped"))
    assert found["cases"] == expected["cases"]
    assert found["case_redirects"] == expected["case_redirects"]


def kill(desk, work, moments):
    """Kill a piece of work until it had not ended before; return the database it leaves and after how many seconds."""
    for _ in range(20):
        path, seconds = desk.copy(work.start), moments.uniform(0, desk.seconds[work])
        if desk.do(work.words, path, seconds, work.before):
            return path, seconds
        desk.seconds[work] *= 0.9
    raise AssertionError("it never lasted long enough to be killed")


def test_kills_change_nothing(desk, read_tables):
    moments = random.Random(SEED)
    for number in range(KILLS):
        name, work = list(WORKS.items())[number % len(WORKS)]
        path, seconds = kill(desk, work, moments)
        read = count_read(path)
        print(f"{name}: killed after {seconds:.3f} s, with {read} articles read and {count(path, 'cases')} cases")
        if path.exists() and count(path, "sources") is not None:
            read_tables(path)
        if desk.out.read_bytes() != desk.path(EARLIER).read_bytes():
            check_made(desk, work, path, read_tables)
        for words in (work.words, work.then):
            if words:
                desk.do(words, path, before=work.before)
        check_made(desk, work, path, read_tables)


def check_made(desk, work, path, read_tables):
    """Fail where what a piece of work made is not what it made undisturbed."""
    made = desk.folder / "made.db"
    shutil.copyfile(desk.find_made(work, path), made)
    assert read_tables(made) == read_tables(desk.path(work.end))


def count(path, table, where="true"):
    """Return how many rows a table has; None when it is not there yet."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as con:
            return con.execute(f"select count(*) from {table} where {where}").fetchone()[0]
    except sqlite3.OperationalError:
        return None


def count_read(path):
    return count(path, "articles", "analysed is not null")
