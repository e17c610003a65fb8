"""Addresses as names: any URL of a page in, the one form out that stands for all that lead to the same page."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from urllib.parse import SplitResult, quote, urlsplit

import idna

from ingest.errors import ArticleError

DEFAULT_PORTS = {"http": 80, "https": 443}
ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
UNRESERVED = re.compile("[A-Za-z0-9._~-]")
# "&amp;" is what is left of links that were escaped twice
SEPARATOR = re.compile("(&amp;|[&;])")


def clean_url(url: str) -> str:
    """Return the form of a URL that names an article: without fragment, tracking, session and default port.

    The host is in lower case and in ASCII, escapes are those that are needed, dots in the path are followed.
    Raises: ArticleError: not an absolute http or https URL.
    Source: RFC 3986, 6.2.2.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise ArticleError(f"{url[:200]!r} is not a URL") from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or not url.strip().isprintable():
        raise ArticleError(f"{url[:200]!r} is not an http or https URL")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else _write_host(parts.hostname)
    netloc = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    path = _follow_dots(_write_escapes(_load_patterns()["path"].sub("", parts.path)))
    return SplitResult(parts.scheme, netloc, path, _drop_parameters(_write_escapes(parts.query)), "").geturl()


def _write_host(host: str) -> str:
    """Return a host as DNS writes it; one that no domain can be called is left as it is."""
    host = host.removesuffix(".")
    try:
        return host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return host


def _write_escapes(text: str) -> str:
    """Return a part of a URL in which everything that must be escaped is, and of the rest what was and means something."""
    return ESCAPE.sub(_write_escape, quote(text, safe="!$%&'()*+,/:;=?@[]~"))


def _write_escape(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if UNRESERVED.fullmatch(character) else escape[0].upper()


def _follow_dots(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    # a folder ends in a slash
    return "/" + "/".join([*kept, ""] if path.endswith(("/.", "/..")) else kept)


def _drop_parameters(query: str) -> str:
    """Return a query without parameters that say who reads; the others keep their order and what separates them."""
    pieces = SEPARATOR.split(query)
    drops = _load_patterns()["query"]
    kept = [(sep, p) for sep, p in zip(["", *pieces[1::2]], pieces[::2], strict=True) if not drops.fullmatch(p)]
    return "".join(sep + parameter for sep, parameter in kept).removeprefix(kept[0][0]) if kept else ""


@cache
def _load_patterns() -> dict[str, re.Pattern[str]]:
    """Return what is dropped, as patterns: a parameter of the "query", and what stands in a "path" behind a semicolon."""
    names = tomllib.loads(files("ingest").joinpath("tracking.toml").read_text(encoding="utf-8"))
    drawn = rf"(?:{_join(names['session'])})(?:=.*)?|(?:{_join(names['long_session'])})=[\w.!~-]{{20,}}"
    in_path = drawn.replace(".*", "[^/;]*")
    return {
        "query": re.compile(rf"(?:{_join(names['tracking'])})(?:=.*)?|{drawn}", re.IGNORECASE),
        "path": re.compile(rf";(?:{in_path})(?=[/;]|$)", re.IGNORECASE),
    }


def _join(names: Iterable[str]) -> str:
    return "|".join(re.escape(name).replace(r"\*", r"[\w.-]*") for name in names)
