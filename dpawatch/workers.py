"""The site in several processes: each makes its pages on one core, and takes every so-manyth connection.

That they do not accept connections themselves but are given them in turn keeps the first that wakes from taking all:
browsers and proxies keep their connections, and would wait behind each other there while the other cores are idle.
One that is killed, as systems short of memory do, is replaced; what it was given and had not taken, its successor takes.
When another file takes the place of one that is served, each gives way to one that has opened the new file.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click
from datasette.cli import check_databases, run_sync
from uvicorn import Config, Server

from dpawatch.errors import WorkerError

if TYPE_CHECKING:
    from datasette.app import Datasette

LOOK_EVERY = 0.5
# after a file that cannot be served
REFUSED_FOR = 5.0
# a connection without a request is closed after five seconds as it is; longer answers are cut off
LEAVE_WITHIN = 30.0
_OF_SERVER = ("host", "port", "uds", "ssl_keyfile", "ssl_certfile")
_BRAKE = 5.0  # seconds between two starts in the same place
_PATIENCE = 20.0  # seconds in which a connection must have asked for something
# what is said over a pair of sockets: here is a connection, there will be no more, and from the other end: ready
_CONNECTION, _LEAVE, _READY = b"+", b"-", b"!"
_REFUSED = "What took a database's place cannot be served; the site waits for another"
_logger = logging.getLogger("uvicorn.error")
Files = Mapping[str, tuple[int, int]]


class _Stopped(BaseException):
    "A signal told the program to end; args[0] is its number"


@dataclass(slots=True)
class _Place:
    """A worker, the site it serves with the files that were there, and the ends by which connections are given and taken."""

    site: Datasette
    files: Files
    giving: socket.socket
    given: socket.socket
    process: ForkProcess
    started: float
    ready: bool = False


def serve_side_by_side(make: Callable[[], Datasette], options: Mapping[str, Any], workers: int) -> None:
    """Serve until interrupted or terminated; all processes end together.

    Args:
        make: returns the site as it is now, not yet asked for anything: with threads or connections it could not be shared.
        options: of `datasette serve`, by name; those of the server are taken from there, and the files to watch.
    Raises: WorkerError when a process ended by itself, not by a signal.
    """
    settings = {name: options[name] for name in _OF_SERVER} | {"log_level": "info", "lifespan": "on"}
    if options["uds"] and Path(options["uds"]).is_socket():
        Path(options["uds"]).unlink()  # left by a server that was killed; asyncio does the same
    config = Config("", **settings)
    listening = config.bind_socket()
    listening.listen(config.backlog)
    listening.setblocking(False)
    crew = _Crew(make, settings, (*options["files"], *options["immutable"]), listening)
    former = {number: signal.signal(number, _stop) for number in (signal.SIGINT, signal.SIGTERM)}
    stopped, status = None, 0
    try:
        status = crew.serve(workers)
    except _Stopped as told:
        stopped = told.args[0]
    finally:
        for number in former:
            signal.signal(number, signal.SIG_IGN)
        crew.end()
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


class _Crew:
    """The workers: those that serve, the next one that gets ready, and those that answer what they were asked and leave."""

    def __init__(
        self,
        make: Callable[[], Datasette],
        settings: Mapping[str, Any],
        watched: Sequence[str],
        listening: socket.socket,
    ) -> None:
        self._make, self._settings, self._watched, self._listening = make, settings, watched, listening
        self._serving: list[_Place] = []
        self._next: _Place | None = None
        self._leaving: list[_Place] = []
        self._turn = 0
        self._opened = False
        self._look_at = 0.0

    def serve(self, workers: int) -> int:
        """Give each new connection to the worker whose turn it is, until one ends by itself; return with which status."""
        files, site = self._identify(), self._make()
        for _ in range(workers):
            self._serving.append(self._start(site, files))
        while (status := self._wait()) is None:
            if time.monotonic() >= self._look_at:
                self._look_at = time.monotonic() + LOOK_EVERY
                self._look()
        return status

    def end(self) -> None:
        """Take no further connection, and wait until the workers have answered what they were asked."""
        self._listening.close()
        places = self._list_places()
        for place in places:
            _close_ends(place)
        for place in places:
            place.process.join()

    def _list_places(self) -> list[_Place]:
        return [*self._serving, *([self._next] if self._next else []), *self._leaving]

    def _identify(self) -> Files:
        """Return which file each path leads to now, without paths that lead to none."""
        found: dict[str, tuple[int, int]] = {}
        for path in self._watched:
            with suppress(OSError):
                at = Path(path).stat()
                found[path] = at.st_dev, at.st_ino
        return found

    def _start(self, site: Datasette, files: Files) -> _Place:
        giving, given = socket.socketpair()
        giving.setblocking(False)
        return _Place(site, files, giving, given, self._fork(site, giving, given), time.monotonic())

    def _replace(self, place: _Place) -> None:
        """Start another worker with the ends of one that has ended, a while after the last start there."""
        place.ready = False
        pause = max(0.0, place.started + _BRAKE - time.monotonic())
        place.files = self._identify()
        place.process = self._fork(place.site, place.giving, place.given, pause)
        place.started = time.monotonic()

    def _fork(self, site: Datasette, giving: socket.socket, given: socket.socket, pause: float = 0.0) -> ForkProcess:
        ends = [end for place in self._list_places() for end in (place.giving, place.given) if end is not given]
        arguments = (site, self._settings, given, [self._listening, giving, *ends], pause)
        process = multiprocessing.get_context("fork").Process(target=_work, args=arguments)
        process.start()
        return process

    def _wait(self) -> int | None:
        """Wait for what comes next and see to it; return the status of a worker that ended by itself."""
        watched: list[Any] = [self._listening, *(place.process.sentinel for place in self._serving)]
        watched += [place.giving for place in self._serving if not place.ready]
        if self._next:
            watched += [self._next.giving, self._next.process.sentinel]
        ready = wait(watched, LOOK_EVERY)
        for place in self._serving:
            if place.giving in ready:
                place.giving.recv(1)
                place.ready = self._opened = True
            if place.process.sentinel in ready and (status := self._bury(place)) is not None:
                return status
        if self._next and self._next.giving in ready:
            self._relieve(self._next)
        elif self._next and self._next.process.sentinel in ready:
            self._refuse(self._next)
        if self._listening in ready:
            self._give_connection()
        return None

    def _bury(self, place: _Place) -> int | None:
        """Start another worker where one was killed, or found no file that it can open; return the status of any other end.

        If none could be opened yet, the site has not begun, and ends with what it was told.
        """
        place.process.join()
        status = place.process.exitcode or 0
        if status >= 0 and (place.ready or not self._opened):
            return status
        if status < 0:
            _logger.warning("A process of the site was ended by signal %d: another takes its place", -status)
        else:
            _logger.warning(_REFUSED)
        self._replace(place)
        return None

    def _give_connection(self) -> None:
        places = [place for place in self._serving if place.ready] or self._serving
        self._turn = (self._turn + 1) % len(places)
        # who connected is gone, or more wait for this worker than the system allows
        with suppress(OSError):
            connection, _ = self._listening.accept()
            with connection:
                socket.send_fds(places[self._turn].giving, [_CONNECTION], [connection.fileno()])

    def _look(self) -> None:
        """Start a worker in place of one that has other files open than those that are there now, one at a time."""
        for place in [place for place in self._leaving if not place.process.is_alive()]:
            place.process.join()
            _close_ends(place)
            self._leaving.remove(place)
        files = self._identify()
        changed = any({**place.files, **files} != place.files for place in self._serving)
        if changed and not self._next:
            self._next = self._start(self._make(), files)

    def _relieve(self, fresh: _Place) -> None:
        """Put the next worker in the place of one that serves older files."""
        self._next, fresh.ready = None, True
        fresh.giving.recv(1)
        former = next((place for place in self._serving if place.files != fresh.files), None)
        if former:
            self._serving[self._serving.index(former)] = fresh
        leaving = former or fresh  # one that was killed has been replaced by one with the new files meanwhile
        with suppress(OSError):
            leaving.giving.send(_LEAVE)
        self._leaving.append(leaving)
        self._look_at = 0.0

    def _refuse(self, fresh: _Place) -> None:
        """Forget a worker that could not open the files, and try again after a while."""
        self._next = None
        _logger.warning(_REFUSED)
        self._leaving.append(fresh)
        self._look_at = time.monotonic() + REFUSED_FOR


def _close_ends(place: _Place) -> None:
    place.giving.close()
    place.given.close()


def _work(
    site: Datasette,
    settings: Mapping[str, Any],
    given: socket.socket,
    closed: Sequence[socket.socket],
    pause: float,
) -> None:
    """Serve the connections given, until there will be none: who gives them says so, has closed its end, or is gone."""
    # who started this one says when to end, until the server has its own handlers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for end in closed:
        end.close()
    time.sleep(pause)
    try:
        run_sync(site.invoke_startup)
        run_sync(lambda: check_databases(site))
    except (click.ClickException, sqlite3.Error) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    _Worker(Config(site.app(), **settings), given).run()


class _Worker(Server):
    "A server that is given its connections"

    def __init__(self, config: Config, given: socket.socket) -> None:
        super().__init__(config)
        self._given = given
        self._opening = set[asyncio.Task[Any]]()
        self._leave_by: float | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to take connections."""
        await super().startup(sockets=[])
        asyncio.get_running_loop().add_reader(self._given, self._take)
        with suppress(ConnectionError):  # the end is found when it is read
            self._given.send(_READY)

    async def on_tick(self, counter: int) -> bool:
        """Tell whether to end: as the server does, or when all that was asked of one that leaves is answered."""
        ends = await super().on_tick(counter)
        if self._leave_by is None:
            return ends
        return ends or not (self._opening or self.server_state.connections) or time.monotonic() > self._leave_by

    def _take(self) -> None:
        told, handles = b"", list[int]()
        with suppress(ConnectionError):  # closed, with what this one said unread
            told, handles, _, _ = socket.recv_fds(self._given, 1, 1)
        loop = asyncio.get_running_loop()
        if not told:
            loop.remove_reader(self._given)
            self.should_exit = True
        elif told == _LEAVE:
            self._leave()
        elif handles:  # else this process has as many as it may, and the system closed it
            connection = socket.socket(fileno=handles[0])
            connection.setblocking(False)
            opening = loop.create_task(self._open(connection))
            self._opening.add(opening)
            opening.add_done_callback(self._opening.discard)

    def _leave(self) -> None:
        """Close each connection with the next answer: closed between two, a request might be on its way."""
        self._leave_by = time.monotonic() + LEAVE_WITHIN
        closing = (b"connection", b"close")
        self.config.encoded_headers.append(closing)
        self.server_state.default_headers.append(closing)

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
