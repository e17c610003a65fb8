"""What is kept in memory: made once, and made anew after every write, whichever thread asks."""

import asyncio
import sqlite3

import pytest
from datasette.app import Datasette

from dpawatch.web import kept
from dpawatch.web.kept import keep


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "kept.db"
    with sqlite3.connect(path) as db:
        db.execute("pragma journal_mode = wal")
        db.execute("create table numbers (number integer)")
    db.close()
    return path


def write(path):
    with sqlite3.connect(path) as db:
        db.execute("insert into numbers values (1)")
    db.close()


async def count(database):
    return (await database.execute("select count(*) from numbers")).rows[0][0]


def test_what_is_kept_is_made_once_for_each_state(path):
    async def ask():
        database, made = Datasette([str(path)]).databases["kept"], []

        async def make():
            made.append(await count(database))
            return made[-1]

        found = []
        for _ in range(40):  # several threads take turns, each with a connection of its own
            found += await asyncio.gather(*(keep(database, "count", make) for _ in range(3)))
            if len(found) % 30 == 0:
                write(path)
                assert await keep(database, "count", make) == len(found) // 30
        return found, made

    found, made = asyncio.run(ask())
    assert found == sorted(found)
    assert set(found) == {0, 1, 2, 3}
    assert len(made) < 40


def test_what_was_made_while_somebody_wrote_is_not_kept(path):
    async def ask():
        database = Datasette([str(path)]).databases["kept"]

        async def make():
            before = await count(database)
            write(path)
            return before

        assert await keep(database, "count", make) == 0
        return await keep(database, "count", lambda: count(database))

    assert asyncio.run(ask()) == 1


def test_what_is_kept_is_bounded(path, monkeypatch):
    monkeypatch.setattr(kept, "_MOST", 5)

    async def ask():
        database = Datasette([str(path)]).databases["kept"]
        for number in range(20):
            await keep(database, number, lambda: count(database))
        return len(kept._memories[database].made)

    assert asyncio.run(ask()) <= 5


def test_the_home_page_is_that_of_the_newest_state(tmp_path, database_path, get_from):
    path = tmp_path / "privacy.db"
    path.write_bytes(database_path.read_bytes())
    get = get_from([path])
    assert "A title that nobody had" not in get("/").text
    with sqlite3.connect(path) as db:
        db.execute("update cases set title = 'A title that nobody had' where id = 'fr-cnil-2019-google'")
    db.close()
    assert "A title that nobody had" in get("/").text
