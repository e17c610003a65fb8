"""What users get wrong, and what they are told: one line on stderr that says what and where, and the exit status."""

import gzip
import json
import os
import sqlite3
import subprocess
import sys

import pytest

GOOD = {"url": "https://a.example/1", "title": "Title", "text": "The text of an article."}
LISTING = b"""[[sources]]
id = "x"
publisher = "x"
kind = "press"
format = "listing"
url = "https://a.example/"
homepage = "https://a.example/"
language = "en"
topics = "privacy"
"""

# phenomenon, arguments ({file} is the file of the given name and bytes), what the line says, status
FILES = [
    ("unknown option", ["run", "--bogus"], None, "'--bogus'", 2),
    ("unknown command", ["nonsense"], None, "'nonsense'", 2),
    ("unknown command of a group", ["sources", "drop"], None, "'drop'", 2),
    ("a list of feeds that is not there", ["sources", "import-opml", "nowhere.opml"], None, "nowhere.opml", 2),
    ("a source at no address", ["sources", "add", "two words"], None, "'two words' is not the address", 2),
    ("a source to check that is not there", ["sources", "check", "--only", "xx-nobody"], None, "'xx-nobody'", 2),
    ("missing argument", ["import"], None, "FILE", 2),
    ("unknown source", ["ingest", "--only", "xx-nobody"], None, "'xx-nobody'", 2),
    ("a source that cannot be polled", ["ingest", "--only", "x", "--sources", "{file}"], LISTING, "lacks selectors", 2),
    ("an option that is no number", ["run", "--delay", "soon"], None, "'soon'", 2),
    ("a delay that is no number", ["run", "--delay", "nan"], None, "nan is no number", 2),
    ("a negative delay", ["run", "--delay", "-1"], None, "-1", 2),
    ("a registry that is not there", ["run", "--sources", "nowhere.toml"], None, "nowhere.toml", 2),
    ("a registry that is no TOML", ["run", "--sources", "{file}"], b"[[sources", "input: is not TOML", 2),
    ("a registry with an unknown key", ["run", "--sources", "{file}"], b"[[sources]]\ncolour = 'red'\n", "colour", 2),
    ("a registry that is no text", ["sources", "list", "--sources", "{file}"], b"\xff\xfe", "not UTF-8", 2),
    ("a text file that is not there", ["analyze", "nowhere.txt"], None, "nowhere.txt: cannot be read", 2),
    ("a folder", ["analyze", "{folder}"], None, "s a directory", 2),
    ("an empty text", ["analyze", "{file}"], b" \n", "is empty", 2),
    ("a text that is not UTF-8", ["analyze", "{file}"], b"caf\xe9", "is not UTF-8 text (byte 3)", 2),
    ("a torn gzip", ["analyze", "{file}"], gzip.compress(b"text" * 99)[:-9], "not a whole gzip file", 2),
    ("a broken line of documents", ["analyze", "--jsonl", "{file}"], b"{\n", "line 1: is not JSON", 2),
    ("a document without text", ["analyze", "--jsonl", "{file}"], b'{"id": 1}\n', 'line 1: "text" is missing', 2),
    ("a document that is a list", ["analyze", "--jsonl", "{file}"], b"\n[]\n", "line 2: is no JSON object", 2),
    (
        "a day that no calendar has",
        ["analyze", "--jsonl", "{file}"],
        b'{"text": "x", "published": "2025-02-30"}\n{"text": "y"}',
        "not an ISO 8601 date",
        2,
    ),
    ("a title that is a number", ["analyze", "--jsonl", "{file}"], b'{"text": "x", "title": 1}', '"title" is no text', 2),
    ("half a character", ["analyze", "--jsonl", "{file}"], b'{"text": "\\ud800"}', "lone surrogate", 2),
    ("JSON without end", ["analyze", "--jsonl", "{file}"], b"[" * 100_000, "line 1: is not JSON", 2),
    ("no articles", ["import", "{file}"], b"", "is empty", 2),
    ("no article file", ["import", "nowhere.jsonl"], None, "nowhere.jsonl: cannot be read", 2),
    ("a torn gzip of articles", ["import", "{file}"], gzip.compress(b"\n" * 9999)[:-9], "not a whole gzip file", 2),
    ("an article without a title", ["import", "{file}"], b'{"url": "https://a.example", "text": "x"}', "line 1: title", 2),
    ("an article that is somewhere else", ["import", "{file}"], b'{"url": "file:///etc/passwd"}', "line 1: 'file:", 2),
    ("a folder that is not there", ["run", "--db", "{folder}/no/x.db"], None, "folder", 2),
    ("a database that is a text", ["run", "--db", "{file}"], b"not a database", "is not a SQLite database", 2),
    ("a database that is a folder", ["cases", "--db", "{folder}"], None, "is a folder", 2),
    ("status of a text", ["status", "--db", "{file}"], b"not a database", "is not a SQLite database", 2),
    ("sources of a text", ["sources", "list", "--db", "{file}"], b"not a database", "is not a SQLite database", 2),
    ("reading what is not there", ["tag", "--db", "{folder}/x.db"], None, "no such database", 2),
    ("grouping what is not there", ["cases", "--db", "{folder}/x.db"], None, "no such database", 2),
    ("serving what is not there", ["serve", "--db", "{folder}/x.db"], None, "no such database", 2),
    ("serving a text", ["serve", "--db", "{file}"], b"not a database", "is not a SQLite database", 2),
]  # fmt: skip


@pytest.mark.parametrize(("phenomenon", "args", "body", "says", "status"), FILES, ids=[row[0] for row in FILES])
def test_bad_input_is_one_line(dpawatch, tmp_path, phenomenon, args, body, says, status):
    file = tmp_path / "input"
    file.write_bytes(body or b"")
    words = [word.format(file=file, folder=tmp_path) for word in args]
    result = dpawatch(*words, db=None if "--db" in words else tmp_path / "test.db")
    assert result.exit_code == status
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", [["run"], ["import", "-"], ["tag"], ["cases"], ["status"], ["serve"]])
def test_a_foreign_database_is_refused_and_not_changed(dpawatch, tmp_path, command):
    path = tmp_path / "foreign.db"
    con = sqlite3.connect(path)
    con.execute("create table recipes (name)")
    con.close()
    before = path.read_bytes()
    result = dpawatch(*command, db=path)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "not one of dpawatch" in result.stderr
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["foreign.db"]


def test_a_registry_that_is_wrong_creates_no_database(dpawatch, db_path):
    assert dpawatch("ingest", "--only", "xx-nobody").exit_code == 2
    assert not db_path.exists()


def test_the_good_lines_of_a_file_are_imported(dpawatch, lines, db_path):
    other = {"url": "https://a.example/2", "title": "Second", "text": "Another text.", "source": "an-archive"}
    file = lines(GOOD, "{broken", b"\xff\xff", other, {"url": "https://a.example/3"}, "", json.dumps(GOOD))
    result = dpawatch("import", file)
    assert result.exit_code == 2
    assert result.stdout == "2 new articles (1 known, 3 bad lines)\n"
    assert [line.split(": ")[2] for line in result.stderr.splitlines()] == ["line 2", "line 3", "line 5"]
    con = sqlite3.connect(db_path)
    assert con.execute("select title, source from articles order by url").fetchall() == [
        ("Title", None),
        ("Second", "an-archive"),
    ]
    assert con.execute("select id, format, active from sources").fetchall() == [("an-archive", "import", 0)]
    assert con.execute("select outcome from runs").fetchall() == [("done",)]
    con.close()


def test_a_file_that_breaks_off_gives_what_it_holds_and_is_named(dpawatch, tmp_path):
    file = tmp_path / "torn.gz"
    file.write_bytes(gzip.compress((json.dumps(GOOD) + "\nbroken\n" * 30 + " " * 100_000).encode())[:-9])
    result = dpawatch("import", str(file))
    assert (result.exit_code, result.stdout) == (2, "1 new article (31 bad lines)\n")
    assert "torn.gz: is not a whole gzip file" in result.stderr


def test_many_bad_lines_are_counted_not_all_shown(dpawatch, lines):
    result = dpawatch("import", lines(*["broken"] * 50))
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 21
    assert "30 more lines" in result.stderr


@pytest.mark.parametrize("source", ["plain", "gzip", "stdin"])
def test_articles_come_plain_packed_or_by_stdin(dpawatch, lines, tmp_path, source):
    body = (json.dumps(GOOD) + "\n").encode("utf-8-sig")
    if source == "stdin":
        result = dpawatch("import", "-", stdin=body)
    else:
        file = tmp_path / "articles.jsonl.gz"
        file.write_bytes(gzip.compress(body) if source == "gzip" else body)
        result = dpawatch("import", str(file))
    assert (result.exit_code, result.stdout) == (0, "1 new article\n")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DPAWATCH_DELAY", "soon", "'soon'"),
        ("DPAWATCH_DELAY", "-1", "-1"),
        ("DPAWATCH_ALLOW_PRIVATE_HOSTS", "perhaps", "'perhaps'"),
    ],
)
def test_wrong_variables_are_named(dpawatch, monkeypatch, name, value, says):
    monkeypatch.setenv(name, value)
    result = dpawatch("run")
    assert result.exit_code == 2
    assert says in result.stderr


def command(*args, **extra):
    """Run the command as a process of its own, as cron does."""
    code = "from dpawatch.cli import main; main()"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DPAWATCH_")}
    return subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, env=environ, **extra)


@pytest.mark.parametrize(
    ("args", "stdin", "status", "says"),
    [
        (["analyze"], "", 2, "stdin: is empty"),
        (["analyze", "--jsonl"], "{}\n", 2, 'stdin: line 1: "text" is missing'),
        (["cases", "--bogus"], "", 2, "--bogus"),
        (["tag", "--db", "{text}"], "", 2, "is not a SQLite database"),
        (["serve", "--db", "{missing}"], "", 2, "no such database"),
        (["import", "{missing}", "--db", "{new}"], "", 2, "cannot be read"),
        (["status", "--db", "{missing}"], "", 1, ""),
    ],
)
def test_real_processes_end_with_one_line_and_the_status(tmp_path, args, stdin, status, says):
    paths = {name: tmp_path / name for name in ("text", "missing", "new")}
    paths["text"].write_text("no database")
    done = command(*[word.format(**paths) for word in args], input=stdin)
    assert done.returncode == status
    assert says in done.stderr
    assert len(done.stderr.splitlines()) <= 1


def test_a_second_run_is_told_to_come_back(tmp_path):
    from db.runs import run_lock
    from db.schema import open_database

    path = tmp_path / "x.db"
    open_database(path).close()
    with run_lock(path):
        done = command("cases", "--db", str(path))
    assert done.returncode == 75
    assert f"process {os.getpid()} is already running" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert command("cases", "--db", str(path)).returncode == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_database_is_one_line(tmp_path):
    path = tmp_path / "x.db"
    command("cases", "--db", str(path))
    path.chmod(0o444)
    done = command("cases", "--db", str(path))
    assert done.returncode == 1
    assert "readonly" in done.stderr


def test_a_reader_that_stops_early_is_no_error(tmp_path):
    """`dpawatch sources list | head -1`: the pipe closes before all is written."""
    script = f"{sys.executable} -c 'from dpawatch.cli import main; main()' sources list --json | head -1"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("[\n", "")
