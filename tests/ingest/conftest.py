"""Servers on loopback: one that answers from a table of routes, one that writes raw bytes as a test says."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ingest.fetch import FetchSettings
from ingest.poll import poll_sources


@dataclass
class Route:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """A web site: `routes` by path, and the requests it saw as (path, headers)."""

    url: str = ""
    routes: dict[str, Route] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def add(self, path: str, body: bytes | str = b"", status: int = 200, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.routes[path] = Route(body.encode() if isinstance(body, str) else body, status, named)
        return self.url + path

    def count(self, path: str) -> int:
        return sum(1 for seen, _ in self.requests if seen == path)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        self.site.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        route = self.site.routes.get(self.path, Route(status=404))
        validator = route.headers.get("ETag")
        status = 304 if validator and self.headers.get("If-None-Match") == validator else route.status
        self.send_response(status)
        for name, value in route.headers.items():
            self.send_header(name, value)
        body = b"" if status == 304 else route.body
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        "Tests print nothing"


@pytest.fixture
def make_site() -> Iterator[Callable[..., Site]]:
    """Start sites on addresses of the loopback network (Linux answers on all of 127.0.0.0/8)."""
    servers = []

    def start(address: str = "127.0.0.1") -> Site:
        site = Site()
        handler = type("Handler", (_Handler,), {"site": site})
        server = ThreadingHTTPServer((address, 0), handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(server)
        site.url = f"http://{address}:{server.server_port}"
        return site

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()


@pytest.fixture
def raw_server() -> Iterator[Callable[..., str]]:
    """Start a server that hands each connection, its request already read, to a function of the test.

    With an address of its own it answers for robots.txt itself, that there is none.
    """
    listeners, stopped = [], threading.Event()

    def serve(listener: socket.socket, talk: Callable[[socket.socket], None]) -> None:
        while not stopped.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                try:
                    request = connection.recv(65536)
                    if listener.getsockname()[0] != "127.0.0.1" and request.startswith(b"GET /robots.txt"):
                        connection.sendall(b"HTTP/1.1 404 None\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    else:
                        talk(connection)
                except OSError:
                    continue

    def start(talk: Callable[[socket.socket], None], address: str = "127.0.0.1") -> str:
        listener = socket.create_server((address, 0))
        listeners.append(listener)
        threading.Thread(target=serve, args=(listener, talk), daemon=True).start()
        return f"http://{address}:{listener.getsockname()[1]}"

    yield start
    stopped.set()
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.fixture
def settings() -> FetchSettings:
    """Settings for loopback: no delay, short times, small bodies."""
    return FetchSettings(
        user_agent="dpawatch/test (+http://contact.test/)",
        timeout=2.0,
        read_timeout=1.0,
        max_bytes=100_000,
        delay=0.0,
        allow_private_hosts=True,
    )


def nothing_known(source, entries):
    return set()


@pytest.fixture
def poll_all() -> Callable[..., list]:
    """Poll jobs as a run does and return the events in order."""

    def poll(jobs, settings, known=nothing_known, **more):
        async def collect():
            async with aclosing(poll_sources(jobs, known, settings, **more)) as batches:
                return [event async for batch in batches for event in batch]

        return asyncio.run(collect())

    return poll
