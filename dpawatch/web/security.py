"""Response headers that make a browser distrust what slips through: no request leaves the site, no foreign script runs."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, MutableMapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Any, Send], Awaitable[None]]

# Our own pages: no script at all, one style sheet.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Those of them that have a script of ours, which asks the site for suggestions.
SCRIPT_POLICY = f"{PAGE_POLICY}; script-src 'self'; connect-src 'self'"
_DASHBOARDS = "/-/dashboards"
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_FACET = "{{ datasette_allow_facet }}"  # the one variable in an inline script of Datasette's


def datasette_policy(datasette: Datasette) -> str:
    """Return the policy for Datasette's own pages: their inline scripts by hash, their inline styles, nothing foreign."""
    scripts = " ".join(f"'sha256-{digest}'" for digest in sorted(_script_hashes(datasette)))
    return (
        f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _script_hashes(datasette: Datasette) -> set[str]:
    """Return the hashes of all inline scripts that installed templates, which are trusted, hold word for word."""
    environment = datasette.jinja_env
    sources = [environment.loader.get_source(environment, name)[0] for name in environment.list_templates(["html"])]
    scripts = [script for source in sources for script in _INLINE.findall(source)]
    spelt = {script.replace(_FACET, value) for script in scripts for value in ("true", "false")}
    return {b64encode(sha256(s.encode()).digest()).decode() for s in spelt if "{{" not in s and "{%" not in s}


def add_headers(app: App, datasette: Datasette) -> App:
    """Return app with the headers on every answer; a page that states its own policy keeps it."""
    theirs, ours = datasette_policy(datasette).encode(), PAGE_POLICY.encode()
    defaults = {
        b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"same-origin",
    }

    async def with_headers(scope: Message, receive: Any, send: Send) -> None:
        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                present = {name.lower() for name, _ in headers}
                # a plugin's pages, but our templates
                policy = ours if scope["path"].startswith(_DASHBOARDS) else theirs
                stated = defaults | {b"content-security-policy": policy}
                added = [[name, value] for name, value in stated.items() if name not in present]
                message = {**message, "headers": [*headers, *added]}
            await send(message)

        await app(scope, receive, send_with)

    return with_headers
