"""What comes in first: the prefix of addresses is taken off, and a method that an address does not know is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.utils import add_cors_headers

from dpawatch.web.mcp import EXPLANATION, is_mcp
from dpawatch.web.security import App, Message, Send

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette

_READ = "GET, HEAD, OPTIONS"
_POSTED = re.compile(r"/-/(?:reconcile|logout)")


def take_off_prefix(app: App, datasette: Datasette) -> App:
    """Return app for addresses with or without Datasette's `base_url` in front, which is put before where it leads on to.

    Datasette 0.65 takes it off only where it looks for the page, not where it makes links to other forms of that page,
    and they get it twice (simonw/datasette, issue 2759).
    """
    prefix = str(datasette.urls.path("/")).rstrip("/")
    if not prefix:
        return app

    async def without_prefix(scope: Message, receive: Any, send: Send) -> None:
        async def send_with_prefix(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(name, _lead(prefix, name, value)) for name, value in message.get("headers", [])]
                message = {**message, "headers": headers}
            await send(message)

        if scope["type"] != "http":
            await app(scope, receive, send)
        elif scope["path"] == prefix:
            await Response.redirect(f"{prefix}/", status=301).asgi_send(send)
        else:
            known = {key: _without(prefix, scope[key]) for key in ("path", "raw_path") if scope.get(key)}
            await app({**scope, **known}, receive, send_with_prefix)

    return without_prefix


def _lead(prefix: str, name: bytes, value: bytes) -> bytes:
    """Return the value of a header, which has the prefix if it is a place on the site."""
    here = name.lower() == b"location" and value.startswith(b"/") and not value.startswith(f"{prefix}/".encode())
    return prefix.encode() + value if here else value


def _without(prefix: str, path: Any) -> Any:
    """Return a path, text or bytes, without the prefix."""
    start = prefix if isinstance(path, str) else prefix.encode()
    return path[len(start) :] if path.startswith(start + path[:1]) else path


def refuse_methods(app: App, datasette: Datasette) -> App:
    """Return app with a 405 for what only a site that can be written to would take, and a short answer to OPTIONS."""

    async def refused(scope: Message, receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        spoken = is_mcp(scope)
        allowed = "OPTIONS, POST" if spoken else f"{_READ}, POST" if _POSTED.search(scope["path"]) else _READ
        headers = {"Allow": allowed}
        if scope["method"] == "OPTIONS":
            if datasette.cors:
                add_cors_headers(headers)
            await Response("", status=204, headers=headers).asgi_send(send)
        elif scope["method"] not in allowed.split(", "):
            said = EXPLANATION if spoken else f"This address knows no {scope['method']}\n"
            await Response.text(said, status=405, headers=headers).asgi_send(send)
        else:
            await app(scope, receive, send)

    return refused
