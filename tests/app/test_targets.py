"""Targets: where their URLs may stand, and that what is secret in them is shown nowhere."""

import resource
import socket
import sqlite3
import stat
import threading
import time
from contextlib import closing, suppress

import psutil
import pytest

from db.schema import open_database
from dpawatch.courier import Courier, deliver
from dpawatch.errors import InputError
from dpawatch.targets import Targets

SECRET = "token-4711"
BAZAR = {
    "url": "https://news.example/bazar",
    "title": "CNIL fines Bazar SARL EUR 2,000,000",
    "text": "The CNIL has fined Bazar SARL EUR 2,000,000 on 3 March 2021. The regulator found that the company had breached "
    "Article 32 of the GDPR: passwords of customers lay unencrypted on a server that anybody could reach.",
    "published": "2021-03-04",
}


def test_a_name_is_looked_up_in_the_environment_then_the_settings_then_among_the_kept_urls(tmp_path):
    db = tmp_path / "x.db"
    kept = Targets(db, {}).name("json://kept.example/")
    assert kept == "json-1"
    (tmp_path / "dpawatch.toml").write_text('[targets]\nnews-room = "json://file.example/"\n')
    assert Targets(db, {}).find("news-room") == "json://file.example/"
    environment = {"DPAWATCH_TARGET_NEWS_ROOM": "json://variable.example/"}
    assert Targets(db, environment).find("news-room") == "json://variable.example/"
    (tmp_path / "other.toml").write_text('[targets]\njson-1 = "json://other.example/"\n')
    other = Targets(db, {"DPAWATCH_CONFIG": str(tmp_path / "other.toml")})
    assert (other.find("json-1"), other.find("news-room")) == ("json://other.example/", None)


def test_a_url_is_kept_once_and_only_its_owner_may_read_it(tmp_path):
    db = tmp_path / "x.db"
    targets = Targets(db, {})
    names = [targets.name(url) for url in ("json://a.example/", "jsons://b.example/", "json://c.example/")]
    assert names == ["json-1", "jsons-1", "json-2"]
    assert Targets(db, {}).name("json://c.example/") == "json-2"
    file = tmp_path / "x.db-targets.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    targets.forget_all_but(["jsons-1"])
    assert "a.example" not in file.read_text()
    assert Targets(db, {}).find("jsons-1") == "jsons://b.example/"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[targets", "is no TOML"),
        ("targets = 3", "targets: must be a table"),
        ('[targets]\nBüro = "json://x"', "is no TOML"),
        ('[targets]\nNews = "json://x"', "targets.News: a name has small letters, digits and hyphens"),
        ("[targets]\nnews = 3", "targets.news: must be a text"),
    ],
)
def test_bad_settings_name_the_file_and_the_key(tmp_path, text, said):
    (tmp_path / "dpawatch.toml").write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        Targets(tmp_path / "x.db", {})
    assert str(caught.value).startswith(f"{tmp_path / 'dpawatch.toml'}: ")


@pytest.mark.parametrize("given", [f"zork://{SECRET}@x", f"json://:{SECRET}@", "no-such-name", "Upper", f"{SECRET}"])
def test_what_is_no_target_is_refused_and_no_url_is_shown(db_path, dpawatch, given, monkeypatch):
    open_database(db_path).close()
    result = dpawatch("follow", "add", "--country", "FR", "--to", given)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert SECRET not in result.stderr or given == SECRET
    monkeypatch.setenv("DPAWATCH_TARGET_NEWS", f"zork://{SECRET}@x")
    result = dpawatch("follow", "add", "--country", "FR", "--to", "news")
    assert (result.exit_code, SECRET in result.stderr) == (2, False)
    assert "news is no target that Apprise knows (zork://…)" in result.stderr


def test_a_secret_is_printed_nowhere_and_leaves_in_no_copy(db_path, dpawatch, lines, hook, tmp_path):
    open_database(db_path).close()
    url = f"{hook.base.replace('http://', f'json://me:{SECRET}@')}/{SECRET}?+X-Key={SECRET}"
    said = []

    def run(*words):
        result = dpawatch(*words)
        said.append(result.stdout + result.stderr)
        return result

    run("follow", "add", "--country", "FR", "--to", url)
    run("import", lines(BAZAR))
    run("tag")
    run("cases")
    hook.statuses[f"/{SECRET}"] = [404]
    run("alert")
    for words in (
        ["follow", "list"],
        ["follow", "list", "--json"],
        ["status"],
        ["status", "--json"],
        ["follow", "test", "1"],
    ):
        run(*words)
    for words in (["cases", "csv"], ["cases", "jsonl"], ["actions", "jsonl"], ["articles", "jsonl"]):
        run("export", "--what", words[0], "--format", words[1])
    run("history", "fr-cnil-2021-bazar")
    run("digest")
    copy = tmp_path / "public.db"
    assert run("publish", str(copy)).exit_code == 0
    assert "answered with status 404" in "".join(said)
    assert SECRET not in "".join(said)
    assert SECRET.encode() not in copy.read_bytes()
    assert SECRET.encode() not in db_path.read_bytes()
    with closing(sqlite3.connect(copy)) as con:
        tables = {name for (name,) in con.execute("select name from sqlite_master")}
    assert not {t for t in tables if t.startswith(("follow", "alert", "target", "untold"))}


def test_chat_programs_call_nobody(hook):
    assert deliver(hook.url("/a"), "@here <b>", "ask @everyone, <!channel> and <@U1>, not a@b.example", 5) is None
    (message,) = hook.taken["/a"]
    assert message["title"] == "@\u2060here <b>"
    assert message["message"] == "ask @\u2060everyone, <\u2060!channel> and <\u2060@\u2060U1>, not a@b.example"


@pytest.fixture
def answering():
    """Return a function that starts a server which treats each connection as it is told, and returns its URL."""
    servers = []

    def start(treat):
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve():
            with suppress(OSError):
                while True:
                    asked, _ = server.accept()
                    with asked, suppress(OSError):
                        asked.recv(65_536)
                        treat(asked)

        threading.Thread(target=serve, daemon=True).start()
        return f"json://127.0.0.1:{server.getsockname()[1]}/"

    yield start
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def test_a_server_that_answers_late_has_taken_the_message(answering):
    def wait(asked):
        time.sleep(4.5)  # longer than Apprise waits by itself
        asked.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    assert deliver(answering(wait), "title", "body") is None


def test_a_server_that_floods_takes_no_memory_of_ours_and_the_next_message_arrives(answering, hook):
    def flood(asked):
        asked.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n")
        for _ in range(2_000):
            asked.sendall(b"x" * 1_000_000)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Courier() as courier:
        assert courier.send(answering(flood), "title", "body")
        assert courier.send(hook.url("/a"), "title", "body") is None
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000
    assert hook.titles("/a") == ["title"]


def find_couriers():
    return [p for p in psutil.Process().children() if "dpawatch.deliver" in p.cmdline()]


def test_a_process_that_was_killed_is_told_and_the_next_message_starts_another(hook):
    with Courier() as courier:
        assert courier.send(hook.url("/a"), "first", "body") is None
        (child,) = find_couriers()
        child.kill()
        child.wait()
        assert courier.send(hook.url("/a"), "lost", "body") == "failed: its answer could not be read"
        assert courier.send(hook.url("/a"), "second", "body") is None
    assert hook.titles("/a") == ["first", "second"]
    assert find_couriers() == []


def test_a_server_that_trickles_is_given_up(answering):
    """Each byte comes before a connection counts as silent."""

    def trickle(asked):
        asked.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            asked.sendall(b"X: y\r\n")
            time.sleep(0.05)

    assert deliver(answering(trickle), "title", "body", 2) == "gave no answer in 2 seconds"
    assert find_couriers() == []
