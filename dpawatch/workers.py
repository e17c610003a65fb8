"""The site in several processes: each makes its pages on one core, and takes every so-manyth connection.

That they do not accept connections themselves but are given them in turn keeps the first that wakes from taking all:
browsers and proxies keep their connections, and would wait behind each other there while the other cores are idle.
One that is killed, as systems short of memory do, is replaced; what it was given and had not taken, its successor takes.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import signal
import socket
import time
from collections.abc import Callable, Mapping, MutableSequence, Sequence
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
_BRAKE = 5.0  # seconds between two starts in the same place
_PATIENCE = 20.0  # seconds in which a connection must have asked for something
_logger = logging.getLogger("uvicorn.error")
Pairs = Sequence[tuple[socket.socket, socket.socket]]  # an end for giving connections, and a worker's


class _Stopped(BaseException):
    "A signal told the program to end; args[0] is its number"


def serve_side_by_side(datasette: Datasette, options: Mapping[str, Any], workers: int) -> None:
    """Serve until interrupted or terminated; all processes end together.

    Args:
        datasette: made and not yet asked for anything: with threads or connections it could not be shared.
        options: of `datasette serve`, by name; those of the server are taken from there.
    Raises: WorkerError when a process ended by itself, not by a signal.
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
    works: list[ForkProcess] = []

    def start(number: int, pause: float) -> ForkProcess:
        process = fork.Process(target=_work, args=(datasette, settings, pairs, number, pause))
        process.start()
        return process

    former = {number: signal.signal(number, _stop) for number in (signal.SIGINT, signal.SIGTERM)}
    stopped, status = None, 0
    try:
        works += [start(number, 0) for number in range(workers)]
        status = _give_connections(listening, pairs, works, start)
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
        raise WorkerError(f"a process of the site ended by itself, with status {status}")


def _stop(number: int, frame: FrameType | None) -> None:
    raise _Stopped(number)


def _give_connections(
    listening: socket.socket,
    pairs: Pairs,
    works: MutableSequence[ForkProcess],
    start: Callable[[int, float], ForkProcess],
) -> int:
    """Give each new connection to the worker whose turn it is, until one ends by itself; return with which status.

    Args:
        start: makes another worker for the place of one that was killed, which waits so many seconds first.
    """
    started, turns = [time.monotonic()] * len(works), cycle(pairs)
    for giving, _ in pairs:
        giving.setblocking(False)
    while True:
        ready = wait([listening, *(process.sentinel for process in works)])
        for place, process in enumerate(works):
            if process.sentinel in ready:
                process.join()
                status = process.exitcode or 0
                if status >= 0:
                    return status
                _logger.warning("A process of the site was ended by signal %d: another takes its place", -status)
                now = time.monotonic()
                works[place] = start(place, max(0, started[place] + _BRAKE - now))
                started[place] = now
        if listening in ready:
            giving, _ = next(turns)
            # who connected is gone, or more wait for this worker than the system allows
            with suppress(OSError):
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


def _work(datasette: Datasette, settings: Mapping[str, Any], pairs: Pairs, number: int, pause: float) -> None:
    """Serve the connections given, until there will be none: who gave them has closed its end, or is gone."""
    # who started this one says when to end, until the server has its own handlers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for giving, _ in pairs:
        giving.close()
    time.sleep(pause)
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
        told, handles, _, _ = socket.recv_fds(self._given, 1, 1)
        loop = asyncio.get_running_loop()
        if not told:
            loop.remove_reader(self._given)
            self.should_exit = True
        elif handles:  # else this process has as many as it may, and the system closed it
            connection = socket.socket(fileno=handles[0])
            connection.setblocking(False)
            opening = loop.create_task(self._open(connection))
            self._opening.add(opening)
            opening.add_done_callback(self._opening.discard)

    async def _open(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with suppress(OSError):  # it was gone, or spoke no TLS
            _, protocol = await loop.connect_accepted_socket(self._talk, connection, ssl=self.config.ssl)
            loop.call_later(_PATIENCE, _end_when_silent, protocol, None)

    def _talk(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


def _end_when_silent(protocol: Any, last: Any) -> None:
    """End a connection that has asked for nothing since the request `last`, now answered; else look again later."""
    asked = protocol.cycle
    if asked is last and (asked is None or asked.response_complete):
        protocol.transport.abort()
    elif not protocol.transport.is_closing():
        asyncio.get_running_loop().call_later(_PATIENCE, _end_when_silent, protocol, asked)
