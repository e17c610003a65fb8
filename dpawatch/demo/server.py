"""The server of the demo's publications: on loopback only, with conditional requests answered as RFC 9110 has it."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from dpawatch.demo.articles import load_articles
from dpawatch.demo.pages import Page, render_missing, render_site
from dpawatch.serve import find_port

HOST = "127.0.0.1"


class ArticleServer(socketserver.ThreadingTCPServer):
    """Serves the rendered pages; `base` is its address without a final slash.

    Not http.server.ThreadingHTTPServer, which asks the name server for its own name before it listens.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self.base = f"http://{HOST}:{self.server_address[1]}"
        self.pages = render_site(load_articles(), self.base)
        self.missing = render_missing()


@contextmanager
def serve_articles(port: int) -> Iterator[str]:
    """Serve the publications while inside and give their address, without a final slash; port 0 means any free one.

    Raises: InputError when the port cannot be had; SampleError when a bundled file is wrong.
    """
    with ArticleServer(find_port(HOST, port, "--articles-port, and a new --db if this one is built")) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.base
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: ArticleServer
    protocol_version = "HTTP/1.1"
    # a browser keeps its connection open; the thread behind it must not wait for ever
    timeout = 30

    def do_GET(self) -> None:
        """Answer with a page."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer with a page's headers."""
        self._answer(with_body=False)

    def _answer(self, with_body: bool) -> None:
        page = self.server.pages.get(urlsplit(self.path).path)
        if page is None:
            self._send(HTTPStatus.NOT_FOUND, self.server.missing, with_body)
        elif self._knows(page):
            self._send(HTTPStatus.NOT_MODIFIED, page, with_body=False)
        else:
            self._send(HTTPStatus.OK, page, with_body)

    def _knows(self, page: Page) -> bool:
        """Say whether the client's validators are the page's; the tag alone decides when it sends both."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return page.etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
        since = self.headers.get("If-Modified-Since")
        try:
            return bool(since and page.modified and page.modified <= parsedate_to_datetime(since))
        except (ValueError, TypeError):
            return False

    def _send(self, status: HTTPStatus, page: Page, with_body: bool) -> None:
        self.send_response(status)
        self.send_header("ETag", page.etag)
        if page.last_modified:
            self.send_header("Last-Modified", page.last_modified)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", page.content_type)
            self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(page.body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the run tells what it fetched."""
