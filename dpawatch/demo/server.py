"""The demo site over HTTP on loopback, with the validators a good server sends."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from dpawatch.demo.pages import render_site
from dpawatch.errors import InputError

LOOPBACK = "127.0.0.1"


class DemoServer(ThreadingHTTPServer):
    """Serves the demo site; `bodies_sent` counts the feeds that were sent in full."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.base = f"http://{LOOPBACK}:{self.server_port}"
        self.site: Mapping[str, tuple[str, bytes]] = render_site(self.base)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: DemoServer

    def do_GET(self) -> None:
        """Answer with the page, with 304 when the client has it already, or with 404."""
        kind, body = self.server.site.get(self.path.partition("?")[0], ("text/plain; charset=utf-8", b""))
        tag = f'"{sha256(body).hexdigest()[:16]}"'
        status = 404 if not body else 304 if self.headers.get("If-None-Match") == tag else 200
        if status == 404:
            body = b"There is no such page in the demo.\n"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status != 404:
            self.send_header("ETag", tag)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 304:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the run itself tells what it fetched."""


@contextmanager
def serving_articles(port: int) -> Iterator[DemoServer]:
    """Serve the demo site on a port of loopback (0: any that is free) while the block runs.

    Raises: InputError when the port is taken.
    """
    try:
        server = DemoServer(port)
    except OSError as error:
        raise InputError(
            f"port {port} of {LOOPBACK}, from which the demo's articles are served: {error.strerror}; "
            "give another with --articles-port"
        ) from error
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
