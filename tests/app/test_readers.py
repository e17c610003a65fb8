"""Who reads while a run writes never meets a locked database: connections that stay open, and those opened as Datasette does."""

import json
import random
import signal
import sqlite3
import threading
from collections import Counter
from contextlib import closing

import pytest

from db.schema import open_database

ARTICLES = 24
# as Datasette opens it, but that a reader who already has a connection waits for nothing
URI = "file:{}?mode=ro"
ASKED = (
    "select count(*) from articles",
    "select id, title from cases order by last_seen desc limit 20",
    "select count(*) from actions join articles on articles.id = article",
    "select count(*) from articles_fts where articles_fts match 'data'",
)


class Readers:
    """Threads that ask a database every millisecond; `asked` counts what they asked, and `errors` says what they met."""

    def __init__(self, path):
        self.path, self.done = path, threading.Event()
        self.asked, self.errors = Counter(), Counter()
        self.threads = [threading.Thread(target=target) for target in (self.keep_open, self.open_again)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        for thread in self.threads:
            thread.join()

    def keep_open(self):
        with closing(sqlite3.connect(URI.format(self.path), uri=True, timeout=0)) as con:
            while not self.done.wait(0.001):
                self.ask(con, "kept open")

    def open_again(self):
        while not self.done.wait(0.001):
            with closing(sqlite3.connect(URI.format(self.path), uri=True)) as con:
                self.ask(con, "opened again")

    def ask(self, con, who):
        for sql in ASKED:
            try:
                con.execute(sql).fetchall()
                self.asked[who] += 1
            except sqlite3.Error as error:
                self.errors[who, str(error)] += 1


@pytest.fixture
def commands(site, registry, demo_records, tmp_path):
    """Return the commands that write, among them a run that polls pages, reads and groups them."""
    for record in demo_records[:ARTICLES]:
        site.pages["/" + record["url"].rpartition("/")[2]] = (record["title"], record["text"])
    lines = tmp_path / "articles.jsonl"
    lines.write_text("".join(json.dumps(record) + "\n" for record in demo_records[ARTICLES : 2 * ARTICLES]))
    fetch = ["--sources", registry("/feed"), "--allow-private-hosts", "--delay", "0"]
    return [
        ["run", *fetch],
        ["import", str(lines)],
        ["tag", "--all"],
        ["cases"],
        ["cases", "--rebuild"],
        ["run", "--all", *fetch],
    ]


def test_a_reader_never_meets_a_lock(commands, nursery, lines, demo_records, db_path, tmp_path):
    first = ("--db", tmp_path / "first.db")
    nursery.learn(("import", lines(*demo_records[: 2 * ARTICLES], name="all.jsonl"), *first), ("tag", *first))
    open_database(db_path).close()
    assert nursery.run("cases", "--db", db_path) == 0
    with Readers(db_path) as readers:
        for words in commands:
            assert nursery.run(*words, "--db", db_path) == 0, nursery.hear()
        # who comes after a writer that was killed may find what it left half done
        moments = random.Random(1)
        for _ in range(3):
            assert nursery.run("tag", "--all", "--db", db_path, seconds=moments.uniform(0.1, 0.6)) in (
                0,
                -signal.SIGKILL,
            )
    print(dict(readers.asked))
    assert dict(readers.errors) == {}
    assert min(readers.asked["kept open"], readers.asked["opened again"]) > 200
    with closing(sqlite3.connect(db_path)) as con:
        assert con.execute("select count(*) from articles").fetchone()[0] > ARTICLES
