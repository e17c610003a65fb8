"""Reading beside the event loop: a function and its arguments in, what it returns out, in processes of their own.

Several pages are read at once, a page that takes for ever or crashes its reader costs only itself, and the clocks of
the connections go right meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import threading
import traceback
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerContext
from multiprocessing.forkserver import ensure_running
from multiprocessing.synchronize import RLock
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from ingest.errors import Broken, IngestError

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)
# longer than a PDF may take, which has a deadline of its own
DEADLINE = 90.0
# beyond what is mapped when a process starts: three times what the largest listing takes that is read
MAX_MEMORY = 1_500_000_000
# what the processes share: imported once, by the one that they are forked from
PRELOADED = "ingest.preload"
# more of them than this hold their language models for little
MOST = 4


def count_cores() -> int:
    """Return how many cores this process may use, at most four."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MOST)


class Workers:
    """The processes of one poll, as many as there are cores; `close` ends them whatever they do."""

    def __init__(self, deadline: float = DEADLINE) -> None:
        self._deadline = deadline
        self._pool: ProcessPool | None = None
        self._context = _Context()

    def close(self) -> None:
        """End the processes; what they still read is thrown away."""
        if self._pool:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None
            self._context = _Context()

    async def compute(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function of a module returns; its arguments and its result travel pickled.

        Raises: IngestError: as the function does. Broken: any other error in it, the deadline, too much memory, or a
            crash of its process, so that no page can stop a source; all but the deadline are logged.
        """
        name = function.__name__
        try:
            # not asyncio's own executor: it knows no deadline, and one crash takes the work of all with it
            return await asyncio.wrap_future(self._schedule(function, args, kwargs))
        except TimeoutError as error:
            raise Broken(f"{name} took longer than {self._deadline:g} seconds") from error
        except ProcessExpired as error:
            log.error("%s ended its process with status %s", name, error.exitcode)
            raise Broken(f"{name} broke its process, which ended with status {error.exitcode}") from error
        except _Trouble as error:
            log.error("%s broke\n%s", name, error.trace)
            raise Broken(f"{name} broke: {error}") from error

    def _schedule(self, function: Callable[P, T], args: Any, kwargs: Any) -> ProcessFuture[T]:
        for _ in range(2):
            self._pool = self._pool or _start_pool(self._context)
            try:
                return self._pool.schedule(_attempt, (function, args, kwargs), timeout=self._deadline)
            except (BrokenProcessPool, RuntimeError):
                self.close()
        raise Broken("no process could be started to read in")


class _Trouble(Exception):  # noqa: N818 (an answer, not an error of ours)
    """What went wrong in a function: its type and message, and its traceback as text, which travel where it may not."""

    def __init__(self, message: str, trace: str) -> None:
        super().__init__(message, trace)
        self.trace = trace

    def __str__(self) -> str:
        return str(self.args[0])


def prepare() -> None:
    """Start to load what reading takes, in the server that workers are forked from; to be called before there is work."""
    # not by fork: the event loop and the database's connection must not be copied
    multiprocessing.get_context("forkserver").set_forkserver_preload([PRELOADED])
    ensure_running()


def dismiss() -> None:
    """End that server, which holds 200 MB that nobody needs until there are pages again; no worker may be left."""
    # the standard library ends it with the program only, and then reading articles would come on top of it
    forkserver._forkserver._stop()  # type: ignore[attr-defined]


class _Context(ForkServerContext):
    """What pebble makes processes and locks by; it keeps the locks.

    pebble 5 takes the names of its locks away before it ends its processes, and one that has just been started for
    nothing would look for them in vain, with a traceback on stderr.
    """

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[RLock] = []

    def RLock(self) -> RLock:  # noqa: N802 (its name)
        lock = super().RLock()
        self.kept.append(lock)
        return lock


def _start_pool(context: _Context) -> ProcessPool:
    prepare()
    return ProcessPool(max_workers=count_cores(), initializer=_start_process, context=context)


def _start_process() -> None:
    _limit_memory()
    _watch_parent()


def _limit_memory() -> None:
    """Let this process map `MAX_MEMORY` more than now; what needs more is a MemoryError, and the machine does not swap."""
    # no such module on Windows, no such file on some systems: the deadline holds everywhere
    with suppress(ImportError, OSError, ValueError):
        import resource

        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (mapped + MAX_MEMORY, hard))


def _watch_parent() -> None:
    """End this process when the one that polls is killed: nobody would tell it to."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _attempt(function: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]) -> T:
    try:
        return function(*args, **kwargs)
    except IngestError:
        raise
    except OSError as error:  # trouble of the machine, such as a full disk, of which no trace tells more
        raise Broken(f"{function.__name__} broke: {type(error).__name__}: {error}") from None
    except Exception as error:  # the boundary of pages: any error is an answer, pickled or not
        raise _Trouble(f"{type(error).__name__}: {error}", traceback.format_exc()) from None
