"""The site: Datasette on one database; the plugin, found by its entry point, brings this project's pages and metadata."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from db.schema import is_published, is_put_away, open_for_reading
from db.summaries import refresh_summaries
from dpawatch.errors import InputError

# Suggesting facets asks every column of a table; those of the metadata are on columns with an index.
_SETTINGS = {
    "sql_time_limit_ms": "3000",
    "facet_time_limit_ms": "200",
    "suggest_facets": "off",
    "default_facet_size": "20",
    "default_page_size": "50",
    "max_returned_rows": "1000",
}


def serve_database(db: Path, arguments: Sequence[str] = ()) -> None:
    """Serve the database until interrupted; the arguments go to `datasette serve`, where they win over ours.

    Raises: DatabaseError when there is no such database or it is not one of ours.
    """
    with closing(open_for_reading(db)) as database:
        # of an upgraded database nothing is summed yet; a run sees to all later changes
        if not is_published(db) and not is_put_away(db) and not database["site_totals"].count:
            refresh_summaries(database)
    from datasette.cli import cli

    cli.main(args=datasette_arguments(db, arguments), prog_name="dpawatch", standalone_mode=False)


def datasette_arguments(db: Path, arguments: Sequence[str]) -> list[str]:
    """Return the command line for Datasette."""
    settings = [word for name, value in _SETTINGS.items() for word in ("--setting", name, value)]
    return ["serve", *(["--immutable"] if is_put_away(db) else []), str(db), *settings, *arguments]


def find_port(host: str, port: int, option: str = "--port") -> int:
    """Return the port when it can be listened at, or one that is free for 0.

    Raises: InputError: one line that names the option with which to choose another.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as free:
            # as servers do, so that connections of an earlier one that still linger do not matter
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(address)
            found: int = free.getsockname()[1]
    except OSError as error:
        raise InputError(f"port {port} of {host}: {error.strerror}; choose another with {option}") from error
    return found
