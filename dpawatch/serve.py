"""The site: Datasette on one database; the plugin, found by its entry point, brings this project's pages and metadata."""

from __future__ import annotations

import gc
import socket
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from db.schema import is_published, is_put_away, open_for_reading
from db.summaries import refresh_summaries
from dpawatch.errors import InputError

if TYPE_CHECKING:
    from datasette.app import Datasette

# Suggesting facets asks every column of a table; those of the metadata are on columns with an index, and of tables that are too
# long even for that, as of a million articles, the page says that they timed out.
_SETTINGS = {
    "sql_time_limit_ms": "3000",
    "facet_time_limit_ms": "30",
    "suggest_facets": "off",
    "default_facet_size": "20",
    "default_page_size": "20",
    "max_returned_rows": "1000",
}
# What one person does at a terminal; Datasette does it in one process.
_ALONE = ("get", "help_settings", "open_browser", "pdb", "reload", "root")


def serve_database(db: Path, arguments: Sequence[str] = (), workers: int = 0) -> None:
    """Serve the database until interrupted; the arguments go to `datasette serve`, where they win over ours.

    `workers` processes do it, which notice when another file takes the database's place; 0 is this process alone.

    Raises: DatabaseError when there is no such database or it is not one of ours; InputError as find_port does.
    """
    with closing(open_for_reading(db)) as database:
        # of an upgraded database nothing is summed yet; a run sees to all later changes
        if not is_published(db) and not is_put_away(db) and not database["site_totals"].count:
            refresh_summaries(database)
    serve_datasette(datasette_arguments(db, arguments), workers)


def serve_datasette(words: Sequence[str], workers: int) -> None:
    """Do what Datasette's command does for these words, in so many processes if it is to serve; 0 is this one."""
    from datasette.cli import cli, serve

    with serve.make_context("dpawatch serve", list(words[1:])) as context:
        options = context.params
        if not options["uds"] and not options["get"]:
            find_port(options["host"], options["port"])
        # or the collector would walk through all that is loaded now and then, for 0.1 s, and write into what processes share
        gc.freeze()
        if not workers or any(options[name] for name in _ALONE):
            cli.main(args=list(words), prog_name="dpawatch", standalone_mode=False)
        else:
            from dpawatch.workers import serve_side_by_side

            serve_side_by_side(partial(_make_site, words), options, workers)


def _make_site(words: Sequence[str]) -> Datasette:
    """Return the site that Datasette's command would serve; files of its options are read anew."""
    from datasette.cli import serve

    with serve.make_context("dpawatch serve", list(words[1:])) as context:
        site: Datasette = serve.callback(**context.params, return_instance=True)
    return site


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
