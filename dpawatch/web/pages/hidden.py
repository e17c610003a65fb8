"""Pages of Datasette's that tell of the machine and not of the data: not shown."""

from __future__ import annotations

from datasette.utils.asgi import NotFound


async def hide_page() -> None:
    """Raise NotFound."""
    raise NotFound("No such page")


_HIDDEN = "allow-debug|config|databases|messages|patterns|permissions|plugins|settings|threads"
HIDDEN_ROUTES = [(rf"^/-/(?:{_HIDDEN})(?:\.json)?$", hide_page)]
