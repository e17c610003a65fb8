"""The demo's public copy: the site is whole on it, and no text of the press is longer than an excerpt anywhere in it."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from datasette.app import Datasette

from db.excerpts import MAX_CHARACTERS
from db.publish import publish
from db.schema import open_existing

METADATA = Path(__file__).parents[2] / "datasette-metadata.json"


@pytest.fixture(scope="module")
def copy(built, tmp_path_factory):
    out = tmp_path_factory.mktemp("public") / "dpawatch.db"
    db = open_existing(built.path)
    publish(db, out)
    db.close()
    return out


@pytest.fixture(scope="module")
def get(copy):
    """Return a function that asks Datasette, with our plugin, for a path."""
    datasette = Datasette([str(copy)], settings={"sql_time_limit_ms": 5000})
    yield lambda path: asyncio.run(datasette.client.get(path))
    for database in datasette.databases.values():
        database.close()
    datasette.executor.shutdown()


def ask(path, sql):
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def test_no_text_is_longer_than_an_excerpt(copy, built):
    tables = [name for (name,) in ask(copy, "select name from sqlite_master where type = 'table'")]
    found = {}
    with closing(sqlite3.connect(copy)) as db:
        for table in tables:
            rows = db.execute(f'select * from "{table}"')
            names = [column[0] for column in rows.description]
            for row in rows:
                for name, value in zip(names, row, strict=True):
                    found[table, name] = max(found.get((table, name), 0), len(value) if isinstance(value, str) else 0)
    assert {key: length for key, length in found.items() if length > MAX_CHARACTERS} == {}
    assert max(length for (length,) in ask(built.path, "select length(text) from articles")) > 2 * MAX_CHARACTERS


def test_spans_say_in_the_copy_what_they_said(copy, built):
    sql = """select m.article, kind, entity, substr(a.text, start + 1, "end" - start), m.text from mentions m
        join articles a on a.id = m.article"""
    assert {row[3] == row[4] for row in ask(copy, sql)} == {True}
    quotes = """select action, substr(text, start + 1, "end" - start) from action_evidence
        join actions on actions.id = action join articles on articles.id = article order by action, start"""
    before, after = ask(built.path, quotes), ask(copy, quotes)
    assert len(after) >= 0.9 * len(before)
    whole = set(before)
    cut = [(action, quote) for action, quote in after if (action, quote) not in whole]
    assert all(any(action == a and q.startswith(quote) for a, q in before) for action, quote in cut)
    assert len(cut) < len(after) / 4
    # an action without any sentence is one of a roundup whose first sentences fill the excerpt
    lost = {action for action, _ in before} - {action for action, _ in after}
    assert len(lost) <= 2
    assert all(not action.endswith("-1") for action in lost)


def test_a_word_outside_of_the_excerpts_finds_nothing(copy, built):
    words = ask(built.path, "select text from articles")
    rest = "\n".join(text for (text,) in ask(copy, "select text || ' ' || title from articles")).lower()
    lost = next(w for (text,) in words for w in text.lower().split() if w.isalpha() and len(w) > 8 and w not in rest)
    search = f"select count(*) from articles_fts where articles_fts match '{lost}'"
    assert ask(copy, search) == [(0,)]
    assert ask(built.path, search) != [(0,)]


def test_the_home_page_is_there(get):
    answer = get("/")
    assert answer.status_code == 200
    assert "Who ordered what" in answer.text


def test_every_case_has_its_page_with_quotes(get, copy):
    cases = [case for (case,) in ask(copy, "select id from cases")]
    assert len(cases) > 50
    for case in cases:
        assert get(f"/case/{case}").status_code == 200
        assert any(
            article["actions"][0]["evidence"]
            for article in get(f"/case/{case}.json").json()["articles"]
            if article["actions"]
        )
    assert "20 millions" in get("/case/fr-cnil-2021-clearview-ai").text


def test_every_saved_query_and_table_answers(get, copy):
    for query in json.loads(METADATA.read_text())["databases"]["dpawatch"]["queries"]:
        assert get(f"/dpawatch/{query}").status_code == 200, query
    for (table,) in ask(
        copy, "select name from sqlite_master where type in ('table', 'view') and name not like '%fts%'"
    ):
        assert get(f"/dpawatch/{table}.json?_size=2").status_code == 200, table
    assert get("/dpawatch/articles?_search=Clearview").status_code == 200


@pytest.mark.parametrize("how", ["serve", "plain"])
def test_a_process_serves_it(copy, how):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    words = {
        "serve": ["-m", "dpawatch", "serve", "--db", str(copy), "--port", port],
        "plain": ["-m", "datasette", str(copy), "-m", str(METADATA), "-p", port],
    }[how]
    environ = {**os.environ, "PYTHONWARNINGS": ""}
    process = subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ
    )
    try:
        page = wait_for(f"http://127.0.0.1:{port}/", process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
    assert "Who ordered what" in page
    assert [file.name for file in copy.parent.iterdir()] == ["dpawatch.db"]


def wait_for(url, process):
    for _ in range(300):
        assert process.poll() is None, "it ended"
        try:
            with urllib.request.urlopen(url) as answer:
                return answer.read().decode()
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")
