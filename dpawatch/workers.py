"""The site in several processes: each makes its pages on one core, and takes every so-manyth connection.

That they do not accept connections themselves but are given them in turn keeps the first that wakes from taking all:
browsers and proxies keep their connections, and would wait behind each other there while the other cores are idle.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import cycle
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from datasette.cli import check_databases, run_sync
from uvicorn import Config, Server

from dpawatch.errors import WorkerError

if TYPE_CHECKING:
    from datasette.app import Datasette

_OF_SERVER = ("host", "port", "uds", "ssl_keyfile", "ssl_certfile")
Pairs = Sequence[tuple[socket.socket, socket.socket]]  # an end for giving connections, and a worker's


class _Stopped(BaseException):
    "A signal told the program to end; args[0] is its number"


def serve_side_by_side(datasette: Datasette, options: Mapping[str, Any], workers: int) -> None:
    """Serve until interrupted or terminated; all processes end together.

    Args:
        datasette: made and not yet asked for anything: with threads or connections it could not be shared.
        options: of `datasette serve`, by name; those of the server are taken from there.
    Raises: WorkerError when a process ended by itself.
    """
    settings = {name: options[name] for name in _OF_SERVER} | {"log_level": "info", "lifespan": "on"}
    if options["uds"] and Path(options["uds"]).is_socket():
        Path(options["uds"]).unlink()  # left by a server that was killed; asyncio does the same
    config = Config("", **settings)
    listening = config.bind_socket()
    listening.listen(config.backlog)
    listening.setblocking(False)
    pairs = [socket.socketpair() for _ in range(workers)]
    fork = multiprocessing.get_context("fork")
    works = [fork.Process(target=_work, args=(datasette, settings, pairs, number)) for number in range(workers)]
    former = {number: signal.signal(number, _stop) for number in (signal.SIGINT, signal.SIGTERM)}
    stopped = None
    try:
        for process in works:
            process.start()
        _give_connections(listening, pairs, works)
    except _Stopped as told:
        stopped = told.args[0]
    finally:
        for number in former:
            signal.signal(number, signal.SIG_IGN)
        _end(listening, pairs, works)
        if options["uds"]:
            Path(options["uds"]).unlink(missing_ok=True)
        for number, handler in former.items():
            signal.signal(number, handler)
    if stopped == signal.SIGTERM:
        signal.raise_signal(signal.SIGTERM)
    elif stopped is None:
        status = next((process.exitcode for process in works if process.exitcode), 0)
        raise WorkerError(f"a process of the site ended by itself, with status {status}")


def _stop(number: int, frame: FrameType | None) -> None:
    raise _Stopped(number)


def _give_connections(listening: socket.socket, pairs: Pairs, works: Sequence[ForkProcess]) -> None:
    """Give each new connection to the worker whose turn it is, until one has ended."""
    watched: list[Any] = [listening, *(process.sentinel for process in works)]
    for giving, _ in cycle(pairs):
        if wait(watched) != [listening]:
            return
        with suppress(BlockingIOError, ConnectionError):  # who connected is gone, or the worker is
            connection, _ = listening.accept()
            with connection:
                socket.send_fds(giving, [b"+"], [connection.fileno()])


def _end(listening: socket.socket, pairs: Pairs, works: Sequence[ForkProcess]) -> None:
    """Take no further connection, and wait until the workers have answered what they were asked."""
    listening.close()
    for pair in pairs:
        for end in pair:
            end.close()
    for process in works:
        if process.pid is not None:
            process.join()


def _work(datasette: Datasette, settings: Mapping[str, Any], pairs: Pairs, number: int) -> None:
    """Serve the connections given, until there will be none: who gave them has closed its end, or is gone."""
    # who started this one says when to end, until the server has its own handlers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for giving, _ in pairs:
        giving.close()
    run_sync(datasette.invoke_startup)
    run_sync(lambda: check_databases(datasette))
    _Worker(Config(datasette.app(), **settings), pairs[number][1]).run()


class _Worker(Server):
    "A server that is given its connections"

    def __init__(self, config: Config, given: socket.socket) -> None:
        super().__init__(config)
        self._given = given
        self._opening = set[asyncio.Task[Any]]()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to take connections."""
        await super().startup(sockets=[])
        asyncio.get_running_loop().add_reader(self._given, self._take)

    def _take(self) -> None:
        _, handles, _, _ = socket.recv_fds(self._given, 1, 1)
        loop = asyncio.get_running_loop()
        if not handles:
            loop.remove_reader(self._given)
            self.should_exit = True
            return
        connection = socket.socket(fileno=handles[0])
        connection.setblocking(False)
        opening = loop.create_task(loop.connect_accepted_socket(self._talk, connection, ssl=self.config.ssl))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)

    def _talk(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
