"""How much memory `run` takes at most: on the demo, and on many new articles that loopback serves at once.

usage: memory.py [--articles N] [--port PORT]
All processes of a run are counted, and what they share once. The articles are those of the demo with words of their own,
so that there is something to find in each, and many cases to group them into.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from pathlib import Path

from benchmarks.figures import Figure, note
from benchmarks.poll import SOURCE, VOCABULARY, Usage
from dpawatch.demo.articles import load_articles

MOST = 700_000_000
ITEMS = 100


@cache
def make_page(number: int) -> bytes:
    """Return the page of an article; its words are no other's, so that it is no copy."""
    articles, draw = load_articles(), random.Random(number)
    article = articles[number % len(articles)]
    told = "".join(f"<p>{part} {' '.join(draw.choices(VOCABULARY.split(), k=80))}.</p>" for part in article.paragraphs)
    title = f"{article.title} ({number})"
    body = f"<article><h1>{title}</h1>{told}</article>"
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()


def make_feed(feed: int, base: str) -> bytes:
    """Return a feed of so many articles."""
    items = "".join(
        f"<item><title>Notice {n}</title><link>{base}/{n}</link><pubDate>Mon, 05 Oct 2026 10:00:00 GMT</pubDate></item>"
        for n in range(feed * ITEMS, feed * ITEMS + ITEMS)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {feed}</title>{items}</channel></rss>'.encode()
    )


def find_base(feed: int, port: int) -> str:
    """Return the address of a feed's host, one of the loopback network each."""
    return f"http://127.0.1.{feed + 1}:{port}"


def serve(port: int) -> None:
    """Serve all hosts on one port until ended."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                writer.write(respond(head.split(" ", 2)[1]))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    def respond(path: str) -> bytes:
        name = path[1:]
        if name.startswith("feed"):
            feed = int(name[4:])
            kind, body = "application/rss+xml", make_feed(feed, find_base(feed, port))
        elif name.isdigit():
            kind, body = "text/html; charset=utf-8", make_page(int(name))
        else:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    async def run() -> None:
        server = await asyncio.start_server(answer, "0.0.0.0", port, backlog=1000)
        await server.serve_forever()

    asyncio.run(run())


def measure(what: str, words: list[str]) -> bool:
    """Run a command, print what it says and takes, and return whether it took no more memory than it may."""
    usage, started = Usage(), time.perf_counter()
    command = [sys.executable, "-c", "from dpawatch.cli import main; main()", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        watching = threading.Thread(target=usage.watch, args=(process.pid,))
        watching.start()
        says = process.communicate()[0].strip()
        watching.join()
    assert process.returncode == 0, says
    print(f"{what}: {says.splitlines()[0]}")
    taken = f"{time.perf_counter() - started:.0f} s"
    return note(Figure(f"peak memory of {what}", usage.memory / 1e6, "MB", most=MOST / 1e6, beside=taken))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--port", type=int, default=9472)
    args = parser.parse_args()
    server = multiprocessing.Process(target=serve, args=(args.port,), daemon=True)
    server.start()
    with tempfile.TemporaryDirectory() as folder:
        registry = Path(folder) / "sources.toml"
        feeds = range(max(1, args.articles // ITEMS))
        registry.write_text(
            "".join(SOURCE.format(n=n, base=find_base(n, args.port)).replace("/feed", f"/feed{n}") for n in feeds),
            encoding="utf-8",
        )
        polite = ["--sources", str(registry), "--allow-private-hosts", "--delay", "0"]
        runs = {
            "the demo": ["demo", "--no-serve", "--articles-port", "0", "--db", f"{folder}/demo.db"],
            f"{args.articles} new articles": ["run", *polite, "--db", f"{folder}/run.db"],
        }
        good = [measure(what, words) for what, words in runs.items()]
    server.terminate()
    return int(not all(good))


if __name__ == "__main__":
    sys.exit(main())
