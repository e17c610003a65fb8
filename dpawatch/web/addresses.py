"""Addresses that leave the site: whole ones for feeds, citations and maps, from the request or from the operator's word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette

_HOST = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.IGNORECASE)


def operator_settings(datasette: Datasette) -> dict[str, Any]:
    """Return what the operator says under `plugins`, `dpawatch` of the metadata: address, operator, contact, takedown."""
    settings: dict[str, Any] = datasette.plugin_config("dpawatch") or {}
    return settings


def site_address(datasette: Datasette, request: Request) -> str:
    """Return the address of the site without a slash at its end.

    It is the operator's setting `address`, else what the request was sent to, with Datasette's base_url. A Host that is
    no host, which anyone can send, counts as localhost.
    """
    stated = operator_settings(datasette).get("address")
    if stated:
        return str(stated).rstrip("/")
    host = request.host if _HOST.fullmatch(request.host or "") else "localhost"
    scheme = "https" if datasette.setting("force_https_urls") else request.scheme
    return f"{scheme}://{host}{datasette.urls.path('/')}".rstrip("/")


def whole_address(datasette: Datasette, request: Request, path: str) -> str:
    """Return the whole address of a path of the site, such as /case/x, which has no base_url in front."""
    return site_address(datasette, request) + path
