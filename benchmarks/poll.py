"""How long a poll of many feeds takes, beside what its parsing costs and beside the obvious loop.

usage: poll.py [--feeds N] [--latency SECONDS]
Feeds of 30 items each, 5 of them new, on hosts of their own on loopback, where every answer takes its time. The first poll
reads the new pages; the second finds nothing changed. The obvious loop is feedparser and trafilatura, one after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.request import urlopen

import feedparser
import trafilatura

from benchmarks.figures import Figure, note
from db.schema import open_database
from db.sources import store_sources
from ingest.articles import extract_article
from ingest.models import Entry, Response, Source
from ingest.reading import read_source
from ingest.registry import load_sources

ITEMS, NEW, SECTIONS = 30, 5, 17
SUMMARY, SEEN = "A fine and a notice.", "2026-10-05T12:00:00Z"
# bars of the first poll, in parsing CPU a core; of the second, in seconds; of both, in bytes
MOST_OF_PARSING, MOST_UNCHANGED, MOST_MEMORY = 1.5, 3.0, 500_000_000
VOCABULARY = (
    "the authority of a shop and its staff found breach article on consent letters customers data were kept "
    "without for years to which company had been told by court in order that it delete camera street fine paid "
    "notice appeal city register doctor school bank number phone list sale offer with from not after before when "
    "has could children parents"
)
SOURCE = """[[sources]]
id = "poll-{n}"
publisher = "poll-{n}"
kind = "press"
format = "feed"
url = "{base}/feed"
homepage = "{base}/"
language = "en"
topics = "privacy"
"""


@cache
def make_page(feed: int, item: int) -> bytes:
    """Return a page with the parts that real ones have, half of them without a date; its text is no other's, and stays.

    Size and text are those of the real decisions that replay.py serves: 52 kB, of which 18,000 characters are text.
    """
    draw = random.Random(f"{feed}-{item}")
    title = f"Notice {feed}-{item}: {_draw(draw, 6)}"
    told = "".join(
        f"<h2>{_draw(draw, 5)}</h2><p>{_draw(draw, 40)}, <a href='/topic/{n}'>{_draw(draw, 2)}</a> {_draw(draw, 30)}."
        f"<p><em>{_draw(draw, 4)}</em> {_draw(draw, 60)}.</p><p>{_draw(draw, 50)} <strong>{_draw(draw, 3)}</strong>.</p>"
        for n in range(SECTIONS)
    )
    listed = "".join(f"<li>{_draw(draw, 12)}</li>" for _ in range(5))
    about = f"<figure><img src='/{item}.jpg' alt='{_draw(draw, 4)}'><figcaption>{_draw(draw, 9)}</figcaption></figure>"
    around = [
        _list_teasers(draw, "related", 12),
        _list_teasers(draw, "latest", 24),
        _list_teasers(draw, "most-read", 10),
    ]
    comments = "".join(f"<li class='comment'><b>Reader {n}</b><p>{_draw(draw, 25)}</p></li>" for n in range(15))
    state = ",".join(f'"module{n}":{{"id":{n},"title":"{_draw(draw, 4)}","enabled":true}}' for n in range(150))
    dated = f"<meta property='article:published_time' content='2026-10-05T10:{item:02}:00Z'>" if item % 2 else ""
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title} | The Gazette {feed}</title>"
        f"<meta property='og:title' content='{title}'><meta property='og:site_name' content='The Gazette {feed}'>"
        f"<meta name=description content='{_draw(draw, 20)}'>{dated}<script>window.state={{{state}}}</script></head><body>"
        f"<header><a href='/'>The Gazette</a><form role=search><input name=q></form></header>{_make_menu(60)}"
        f"<main><article><h1>{title}</h1><div class=byline>By a reporter on a Monday</div>"
        f"{about}<div class='body'>{told}<ul>{listed}</ul></div><div class=share><a href='#'>Share</a></div></article>"
        f"<section id=comments><ol>{comments}</ol></section></main><aside>{''.join(around)}</aside>"
        f"<footer>{_make_menu(40)}<p>All rights reserved.</p></footer></body></html>"
    ).encode()


def _draw(draw: random.Random, words: int) -> str:
    return " ".join(draw.choices(VOCABULARY.split(), k=words))


def _list_teasers(draw: random.Random, kind: str, number: int) -> str:
    teasers = (
        f"<li class='{kind}-item'><a href='/{kind}/{n}'><img src='/{n}.jpg' alt=''><h3>{_draw(draw, 7)}</h3></a>"
        f"<p>{_draw(draw, 16)}</p><span class=date>5 October 2026</span></li>"
        for n in range(number)
    )
    return f"<div class='{kind}'><h2>{kind}</h2><ul>{''.join(teasers)}</ul></div>"


def _make_menu(number: int) -> str:
    links = "".join(f"<li class='menu-{n}'><a href='/section/{n}'>Section number {n}</a></li>" for n in range(number))
    return f"<nav><ul>{links}</ul></nav>"


@cache
def make_feed(feed: int, base: str) -> bytes:
    """Return the feed of a host, its newest item first."""
    items = "".join(
        f"<item><title>Notice {feed}-{n}</title><link>{base}/{n}</link><guid>{base}/{n}</guid>"
        f"<pubDate>Mon, 05 Oct 2026 10:{n:02}:00 GMT</pubDate><description>{SUMMARY}</description></item>"
        for n in range(ITEMS, 0, -1)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {feed}</title>{items}</channel></rss>'.encode()
    )


def find_base(feed: int, port: int) -> str:
    """Return the address of a feed's host, one of the loopback network each."""
    return f"http://127.0.{feed // 250}.{feed % 250 + 1}:{port}"


def serve(port: int, feeds: int, latency: float) -> None:
    """Serve all hosts on one port until ended."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(latency)
                writer.write(respond(head.decode("latin-1")))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    def respond(head: str) -> bytes:
        path = head.split(" ", 2)[1]
        host = re.search(r"(?i)^host: 127\.0\.(\d+)\.(\d+)", head, re.MULTILINE)
        feed = int(host[1]) * 250 + int(host[2]) - 1 if host else 0
        etag = f'"{feed}"'
        if path == "/feed" and etag in head:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\nContent-Length: 0\r\n\r\n".encode()
        if path == "/feed":
            kind, body = "application/rss+xml", make_feed(feed, find_base(feed, port))
        elif path[1:].isdigit():
            kind, body = "text/html; charset=utf-8", make_page(feed, int(path[1:]))
        else:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        return (
            f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nETag: {etag}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )

    async def run() -> None:
        server = await asyncio.start_server(answer, "0.0.0.0", port, backlog=1000)
        await server.serve_forever()

    asyncio.run(run())


INSERT = """insert into entries (source, guid, url, title, summary, published, state, first_seen, last_read)
    values (?, ?, ?, ?, ?, ?, 'irrelevant', ?, ?)"""


def prepare(db: Path, registry: Path, feeds: int, port: int) -> None:
    """Make a database in which all but the newest items of every feed were dealt with already."""
    registry.write_text("".join(SOURCE.format(n=n, base=find_base(n, port)) for n in range(feeds)), encoding="utf-8")
    database = open_database(db)
    store_sources(database, load_sources(registry))
    rows = [
        (f"poll-{n}", f"{base}/{i}", f"{base}/{i}", f"Notice {n}-{i}", SUMMARY, f"2026-10-05T10:{i:02}:00Z", SEEN, SEEN)
        for n in range(feeds)
        for base in [find_base(n, port)]
        for i in range(1, ITEMS - NEW + 1)
    ]
    with database.conn:
        database.conn.executemany(INSERT, rows)
    database.close()


def poll(db: Path, registry: Path) -> tuple[float, Usage, str]:
    """Return the wall seconds of `dpawatch ingest` with all its processes, what they used, and what it says at its end."""
    words = ["ingest", "--all", "--db", str(db), "--sources", str(registry), "--allow-private-hosts", "--delay", "0"]
    started = time.perf_counter()
    command = [sys.executable, "-c", "from dpawatch.cli import main; main()", *words, "--no-archive"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        usage = Usage()
        watch = threading.Thread(target=usage.watch, args=(process.pid,))
        watch.start()
        says = process.communicate()[0].strip()
        wall = time.perf_counter() - started
        watch.join()
        assert process.returncode == 0
    return wall, usage, says


class Usage:
    """What a process and all those that it started use: `cpu` seconds, and at most `memory` bytes at one moment.

    Memory that several of them share is counted once (the proportional set size of Linux).
    """

    def __init__(self) -> None:
        self.memory = 0
        self._cpu: dict[int, float] = {}

    @property
    def cpu(self) -> float:
        """Return the seconds that all of them have worked so far."""
        return sum(self._cpu.values())

    def watch(self, first: int) -> None:
        """Look at the processes twice a second until the first has ended."""
        while Path(f"/proc/{first}").exists():
            with suppress(OSError, IndexError):
                self._look(first)
            time.sleep(0.5)

    def _look(self, first: int) -> None:
        stats = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                stats[int(stat.parent.name)] = stat.read_text().rpartition(")")[2].split()
        family = {first}
        while more := {pid for pid, stat in stats.items() if int(stat[1]) in family} - family:
            family |= more
        memory = 0
        for pid in family & stats.keys():
            self._cpu[pid] = (int(stats[pid][11]) + int(stats[pid][12])) / os.sysconf("SC_CLK_TCK")
            with suppress(OSError):
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
                memory += int(rollup.partition("\nPss:")[2].split()[0]) * 1024
        self.memory = max(self.memory, memory)


def measure_parsing(registry: Path) -> float:
    """Return the CPU seconds that reading the feeds and the texts of the new pages takes in one thread, and nothing else."""
    sources = load_sources(registry)
    pages: list[tuple[Entry, Source, Response]] = []
    spent = 0.0
    for n, source in enumerate(sources):
        answer = respond_with(source.url, "application/rss+xml", make_feed(n, source.homepage.rstrip("/")))
        started = time.process_time()
        entries = read_source(source, answer).entries[:NEW]
        spent += time.process_time() - started
        pages += [
            (entry, source, respond_with(entry.url, "text/html; charset=utf-8", make_page(n, ITEMS - i)))
            for i, entry in enumerate(entries)
        ]
    for page in pages[:5]:  # loads what is loaded once
        extract_article(*page)
    started = time.process_time()
    for page in pages:
        extract_article(*page)
    return spent + time.process_time() - started


def respond_with(url: str, kind: str, body: bytes) -> Response:
    return Response(url, url, 200, (("Content-Type", kind),), body, datetime.now(UTC))


def loop(feeds: int, port: int) -> float:
    """Return the seconds that the obvious loop takes, told from a tenth of the feeds.

    urlopen stands in for trafilatura.fetch_url, which takes no address of the loopback network.
    """
    some, started = max(1, feeds // 10), time.perf_counter()
    for n in range(some):
        for entry in feedparser.parse(f"{find_base(n, port)}/feed").entries[:NEW]:
            with urlopen(entry.link) as answer:
                assert trafilatura.extract(answer.read().decode())
    return (time.perf_counter() - started) * feeds / some


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--port", type=int, default=9471)
    args = parser.parse_args()
    for feed in range(args.feeds):  # so that the server spends nothing on them
        make_feed(feed, find_base(feed, args.port))
        for item in range(ITEMS - NEW + 1, ITEMS + 1):
            make_page(feed, item)
    server = multiprocessing.Process(target=serve, args=(args.port, args.feeds, args.latency), daemon=True)
    server.start()
    time.sleep(1)
    with tempfile.TemporaryDirectory() as folder:
        db, registry = Path(folder) / "poll.db", Path(folder) / "sources.toml"
        prepare(db, registry, args.feeds, args.port)
        wall, usage, says = poll(db, registry)
        print(f"first poll: {wall:.1f} s, CPU {usage.cpu:.1f} s; {says}")
        again, later, says = poll(db, registry)
        print(f"second poll: {again:.1f} s; {says}")
        parsing, cores = measure_parsing(registry), os.cpu_count() or 1
    memory = max(usage.memory, later.memory)
    obvious = loop(args.feeds, args.port)
    server.terminate()
    ratio = wall / (parsing / cores)
    print(f"parsing and extraction alone: {parsing:.1f} s of CPU; {cores} cores; load {os.getloadavg()[0]:.1f}")
    print(f"the obvious loop: {obvious:.1f} s (a tenth measured), {obvious / wall:.1f} times as long")
    sides = f"{wall:.1f} s; {parsing:.1f} s of parsing on {cores} cores"
    figures = [
        Figure(f"first poll of {args.feeds} feeds, of parsing alone", ratio, most=MOST_OF_PARSING, beside=sides),
        Figure("the obvious loop, of the first poll", obvious / wall, beside=f"{obvious:.0f} s; {wall:.1f} s"),
        Figure("second poll", again, "s", most=MOST_UNCHANGED),
        Figure("peak memory", memory / 1e6, "MB", most=MOST_MEMORY / 1e6),
    ]
    return int(not note(*figures))


if __name__ == "__main__":
    sys.exit(main())
