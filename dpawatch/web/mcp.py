"""The address for language models, /-/mcp, which datasette-mcp serves: what a browser or a crawler is told there."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from datasette import Response

from dpawatch.web.security import App, Message

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette

_EXPLANATION = """\
This address speaks the Model Context Protocol (streamable HTTP): give it to a program that does. It lists and runs the
saved queries, and read-only SQL, within time limits. For people: /-/about-data
"""


def drop_sessions(datasette: Datasette) -> None:
    """Let each request stand for itself: a session is known to one process, and the site may be served by several.

    Clients of the protocol before 2026 would be given a session; none of the tools needs one.
    """
    state = importlib.import_module("datasette_mcp")._get_state(datasette)
    state.server.session_manager.stateless = True


def explain_mcp(app: App, datasette: Datasette) -> App:
    """Return app with a 405 for a GET that belongs to no session: the plugin would open one, and without a server fail."""
    address = datasette.urls.path("/-/mcp")

    async def explained(scope: Message, receive: Any, send: Any) -> None:
        if (
            scope["type"] == "http"
            and scope["path"] == address
            and scope["method"] in {"GET", "HEAD"}
            and b"mcp-session-id" not in dict(scope["headers"])
        ):
            answer = Response.text(_EXPLANATION, status=405, headers={"Allow": "POST"})
            await answer.asgi_send(send)
            return
        await app(scope, receive, send)

    return explained
