"""The address for language models, /-/mcp, which datasette-mcp serves: what it offers, and who may ask."""

from __future__ import annotations

import importlib
import math
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from datasette import Response
from datasette.utils.asgi import Request

from dpawatch.web.addresses import site_address
from dpawatch.web.security import App, Message, Send

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette

EXPLANATION = """\
This address speaks the Model Context Protocol (streamable HTTP): give it to a program that does. It lists and runs the
saved queries, and read-only SQL, within time limits. For people: /-/about-data
"""
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_WRITING = "execute_writable_canned_query"


def is_mcp(scope: Message) -> bool:
    """Tell whether this is what is asked for."""
    return bool(scope["path"] == "/-/mcp")


def set_up_mcp(datasette: Datasette) -> None:
    """Let each request stand for itself, and offer no tool that writes.

    A session is known to one process, and the site may be served by several. Clients of the protocol before 2026 would
    be given one; none of the tools needs it.
    """
    server = importlib.import_module("datasette_mcp")._get_state(datasette).server
    server.session_manager.stateless = True
    if any(tool.name == _WRITING for tool in server._tool_manager.list_tools()):
        server.remove_tool(_WRITING)
    _speak_json()


@cache
def _speak_json() -> None:
    """Let numbers that JSON does not know be null, as they are in Datasette's own."""
    plugin = importlib.import_module("datasette_mcp")
    serialize = plugin._serialize_cell

    def serialize_known(value: object) -> object:
        return None if isinstance(value, float) and not math.isfinite(value) else serialize(value)

    plugin._serialize_cell = serialize_known  # type: ignore[attr-defined]


def guard_mcp(app: App, datasette: Datasette) -> App:
    """Return app with a 403 for pages of other sites that ask from within a browser, as the protocol demands."""

    async def guarded(scope: Message, receive: Any, send: Send) -> None:
        if scope["type"] == "http" and is_mcp(scope) and not _is_own(datasette, Request(scope, receive)):
            await Response.text("Pages of other sites may not ask here\n", status=403).asgi_send(send)
        else:
            await app(scope, receive, send)

    return guarded


def _is_own(datasette: Datasette, request: Request) -> bool:
    origin = request.headers.get("origin")
    if origin is None:  # no browser
        return True
    try:
        asking = urlsplit(origin)
    except ValueError:
        return False
    return asking.hostname in _LOOPBACK or asking.netloc == urlsplit(site_address(datasette, request)).netloc
