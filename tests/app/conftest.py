from __future__ import annotations

import json
import os
import select
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dpawatch.cli import main
from dpawatch.demo.articles import load_articles

# Written for these tests about public matters: no sentence is anybody else's.
PAGES = {
    "/google": (
        "CNIL fines Google",
        "The CNIL has fined Google LLC EUR 50 million on 21 January 2019. The regulator found that the company breached "
        "Articles 6, 12 and 13 of the GDPR when it set up accounts on Android phones. People were not told clearly how "
        "their data served to personalise advertisements, and their consent was not valid.",
    ),
    "/clearview": (
        "CNIL orders Clearview AI to delete photographs",
        "The CNIL ordered Clearview AI to erase the photographs of people in France on 16 December 2021. The authority "
        "held that the company had no legal basis for its collection and had breached Article 6 of the GDPR. The company "
        "was given two months to comply with the order of the French regulator.",
    ),
    "/phones": (
        "A new telephone with a better camera",
        "The new telephone costs 999 dollars and takes sharper photographs than last year's model. It will be sold from "
        "the third of May in six colours, and its battery is said to last two days. Reviewers praised the screen and the "
        "weight, and complained about the price of repairs.",
    ),
}
FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Test</title><link>{base}/</link><description>Test</description>{head}{items}</channel></rss>
"""
ITEM = (
    "<item><title>{title}</title><link>{base}{path}</link>"
    '<guid isPermaLink="false">{guid}</guid><pubDate>{date} GMT</pubDate></item>'
)
PAGE = """<!doctype html><html lang=en><head><title>{title}</title>{head}</head>
<body><article><h1>{title}</h1><p>{text}</p></article></body></html>"""
DATES = {"/google": "Tue, 22 Jan 2019 09:00:00", "/clearview": "Fri, 17 Dec 2021 09:00:00"}

NURSERY = """
import atexit, gc, json, os, signal, sys
from multiprocessing import forkserver, util
import ingest.preload
from dpawatch.cli import main
tell, said = os.fdopen(os.dup(1), "w"), os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.dup2(said, 1)
os.dup2(said, 2)

def fork_server(path, words, passed):
    child = os.fork()
    if child:
        return child
    kept = sorted({0, 1, 2, *passed})
    for last, following in zip(kept, [*kept[1:], os.sysconf("SC_OPEN_MAX")]):
        os.closerange(last + 1, following)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        exec(words[-1], {})
    finally:
        os._exit(0)

util.spawnv_passfds = fork_server  # it need not load again what is loaded
for line in sys.stdin:
    words, before, here = json.loads(line)
    if here:
        main(words, standalone_mode=False)
        forkserver._forkserver._stop()  # a fork cannot use its parent's
        gc.freeze()  # what lies in memory that forks share is looked through in none of them
        print(0, file=tell, flush=True)
        continue
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        exec(before)
        try:
            main(words)
        except SystemExit as end:
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(end.code or 0)  # to take apart what was loaded takes a second
    try:
        os.setpgid(child, child)
    except OSError:
        pass  # it did so itself, and has ended
    print(child, file=tell, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=tell, flush=True)
"""


class Nursery:
    """Runs commands as processes of their own: each the fork of one that has loaded what they need.

    So the moments at which they are killed are those of their work and not of imports, and no language is prepared twice.
    """

    def __init__(self, said: Path) -> None:
        self.said, self.heard = said, 0
        said.touch()
        self.process = subprocess.Popen(
            [sys.executable, "-c", NURSERY, str(said)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )

    def _send(self, words: Sequence[str | Path], before: str = "", here: bool = False) -> None:
        self.process.stdin.write(json.dumps([list(map(str, words)), before, here]).encode() + b"\n")

    def learn(self, *commands: Sequence[str | Path]) -> None:
        """Run commands in the nursery itself, so that what they load is there in all that it runs later."""
        for words in commands:
            self._send(words, here=True)
            assert self.process.stdout.readline() == b"0\n", self.hear()

    def run(self, *words: str | Path, seconds: float | None = None, before: str = "") -> int:
        """Run a command, for so many seconds at most, and return its status; -9 when its process group was killed.

        `before` are statements that its process executes first.
        """
        self._send(words, before)
        group = int(self.process.stdout.readline())
        if not select.select([self.process.stdout], [], [], seconds)[0]:
            os.killpg(group, signal.SIGKILL)
        return int(self.process.stdout.readline())

    def hear(self) -> list[str]:
        """Return the lines that all of them wrote since the last call."""
        text = self.said.read_text()
        new, self.heard = text[self.heard :], len(text)
        return new.splitlines()

    def close(self) -> None:
        with self.process:
            self.process.stdin.close()


@pytest.fixture(scope="session")
def the_nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    nursery = Nursery(tmp_path_factory.mktemp("nursery") / "said")
    yield nursery
    nursery.close()


@pytest.fixture(scope="module")
def nursery(the_nursery: Nursery) -> Nursery:
    """Return the nursery of all tests, which has nothing to say of those before."""
    the_nursery.hear()
    return the_nursery


class Site:
    """A small web site on loopback: /feed lists `pages`; `asked` is what was asked for.

    By path: `broken` ones answer 500, `statuses` and `moves` (status and target) others, with `headers` added; `heads`
    stand in the heads of pages, `feeds` are the pages of a feed that has not all of them. The feed
    has the `head` and the pages' paths for guids; `tag` is its ETag, else it changes with the pages. It answers 304 when
    `conditional`.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self.pages = dict(PAGES)
        self.dates = dict(DATES)
        self.broken: set[str] = set()
        self.asked: list[str] = []
        self.statuses: dict[str, int] = {}
        self.moves: dict[str, tuple[int, str]] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.heads: dict[str, str] = {}
        self.feeds: dict[str, list[str]] = {}
        self.head, self.guid, self.tag, self.conditional = "", "{path}", "", True

    def answer(self, path: str, headers: Any) -> tuple[int, str, str]:
        self.asked.append(path)
        if path in self.broken:
            return 500, "text/plain", "broken"
        if path in self.moves:
            return self.moves[path][0], "text/plain", ""
        if path in self.statuses:
            return self.statuses[path], "text/plain", ""
        if path.startswith("/feed"):
            return self._answer_feed(path, headers)
        if path in self.pages:
            title, text = self.pages[path]
            return 200, "text/html; charset=utf-8", PAGE.format(title=title, text=text, head=self.heads.get(path, ""))
        return 404, "text/plain", "not here"

    def _answer_feed(self, path: str, headers: Any) -> tuple[int, str, str]:
        items = "".join(
            ITEM.format(
                title=t,
                base=self.base,
                path=p,
                guid=self.guid.format(path=p, n=n),
                date=self.dates.get(p, DATES["/google"]),
            )
            for n, (p, (t, _)) in enumerate(self.pages.items())
            if p in self.feeds.get(path, self.pages)
        )
        if self.conditional and headers.get("If-None-Match") == self.find_tag():
            return 304, "text/xml", ""
        return 200, "text/xml", FEED.format(base=self.base, head=self.head, items=items)

    def find_tag(self) -> str:
        return self.tag or f'"{len(self.pages)}"'


@pytest.fixture
def site(serve_handler: Any) -> Site:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = served.answer(self.path, self.headers)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("ETag", served.find_tag())
            if self.path in served.moves:
                self.send_header("Location", served.moves[self.path][1])
            for name, value in served.headers.get(self.path, {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            pass

    served = Site(f"http://127.0.0.1:{serve_handler(Handler)}")
    return served


class Hook:
    """A webhook on loopback: `taken` is the messages it took, by path.

    A path is answered with the next of its `statuses`, else 200; after so many seconds of `delays`. It counts as taken
    before it is answered, as a server may do whose answer is lost.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self.taken: dict[str, list[dict[str, Any]]] = {}
        self.statuses: dict[str, list[int]] = {}
        self.delays: dict[str, float] = {}

    def url(self, path: str, more: str = "") -> str:
        return f"{self.base.replace('http', 'json')}{path}{more}"

    def titles(self, path: str) -> list[str]:
        return [message["title"] for message in self.taken.get(path, [])]


@pytest.fixture
def hook(serve_handler: Any) -> Iterator[Hook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            path = self.path.partition("?")[0]
            status = served.statuses[path].pop(0) if served.statuses.get(path) else 200
            if status == 200:
                served.taken.setdefault(path, []).append(message)
            over.wait(served.delays.get(path, 0))
            with suppress(OSError):  # whoever asked may have been killed
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    served, over = Hook(f"http://127.0.0.1:{serve_handler(Handler)}"), threading.Event()
    yield served
    over.set()


@pytest.fixture
def registry(site, tmp_path):
    """Return a function that writes a registry with a source for each of the feed paths and returns its path."""

    def write(*paths: str) -> str:
        table = """[[sources]]
id = "test-{n}"
publisher = "example-news"
kind = "press"
format = "feed"
url = "{base}{path}"
homepage = "{base}/"
language = "en"
topics = "privacy"
"""
        file = tmp_path / "sources.toml"
        file.write_text("".join(table.format(n=n, base=site.base, path=path) for n, path in enumerate(paths)))
        return str(file)

    return write


@pytest.fixture
def db_path(tmp_path):
    return tmp_path / "test.db"


@pytest.fixture
def dpawatch(db_path, monkeypatch):
    """Return a function that runs a command in this process on the test's database; `.stdout`, `.stderr`, `.exit_code`."""
    for name in [name for name in os.environ if name.startswith("DPAWATCH_")]:
        monkeypatch.delenv(name)

    def invoke(*args: str, db: Any = db_path, stdin: Any = None) -> Any:
        words = [*args, "--db", str(db)] if db else list(args)
        result = CliRunner().invoke(main, words, input=stdin, catch_exceptions=True)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    return invoke


@pytest.fixture
def poll(dpawatch, registry):
    """Return a function that runs `run` or `ingest` against the loopback site."""

    def invoke(command: str, *args: str, feeds: tuple[str, ...] = ("/feed",)) -> Any:
        fetch = ["--sources", registry(*feeds), "--allow-private-hosts", "--delay", "0", "--no-archive"]
        return dpawatch(command, *fetch, *args)

    return invoke


@pytest.fixture(scope="session")
def demo_records() -> list[dict[str, Any]]:
    """Return the demo's articles as `import` takes them, the oldest first."""
    return [
        {
            "url": f"https://news.example{article.path}",
            "title": article.title,
            "text": "\n\n".join(article.paragraphs),
            "published": article.published.isoformat(),
            "lang": article.lang,
            "source": article.publication.id,
            "publisher": article.publication.id,
        }
        for article in load_articles()
    ]


# what is another one each time: when it was done, and numbers by which nothing refers to a row
PASSING = {"fetched", "analysed", "first_seen", "made", "changed", "undone", "started", "finished", "rowid"}
LASTING = {"cases.first_seen"}


def read_tables(path: Path) -> dict[str, list[str]]:
    """Return all rows of all tables, without those of runs and without what is another each time; fail when one is damaged."""
    with closing(sqlite3.connect(path)) as con:
        assert con.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert con.execute("pragma foreign_key_check").fetchall() == []
        tables = [name for (name,) in con.execute("select name from sqlite_master where type = 'table' order by name")]
        found = {}
        for table in tables:
            if table in {f"{name}_fts" for name in tables}:
                con.execute(f"insert into {table} ({table}, rank) values ('integrity-check', 1)")
            elif (
                "_fts_" not in table
                and not table.startswith(("sqlite_", "_sqlite_"))
                and table not in ("runs", "fetches", "site_totals")
            ):
                found[table] = _read_rows(con, table)
        con.rollback()
    return found


def _read_rows(con: sqlite3.Connection, table: str) -> list[str]:
    columns = con.execute("select name, type, pk from pragma_table_info(?)", [table]).fetchall()
    numbers = {name for name, kind, key in columns if key and kind.lower() == "integer" and name == "id"}
    kept = [name for name, *_ in columns if f"{table}.{name}" in LASTING or name not in PASSING | numbers]
    names = ", ".join(f'"{name}"' for name in kept)
    return sorted(map(repr, con.execute(f"select {names} from {table}")))


@pytest.fixture(name="read_tables", scope="session")
def read_tables_fixture() -> Any:
    return read_tables


@pytest.fixture
def lines(tmp_path):
    """Return a function that writes records as a file of JSON lines; a text or bytes is written as it is."""

    def write(*records: Any, name: str = "articles.jsonl") -> str:
        file = tmp_path / name
        body = b""
        for record in records:
            line = record if isinstance(record, str | bytes) else json.dumps(record)
            body += (line.encode() if isinstance(line, str) else line) + b"\n"
        file.write_bytes(body)
        return str(file)

    return write
