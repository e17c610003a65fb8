"""Whose turn it is: one request at a time per host, a delay between two, many hosts at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from ingest.errors import ConnectionFailed, HostDown, HostResting

FAILURES_BEFORE_DOWN = 3
# a host that has answered in this run stands: a few bad pages in a row are its sources' trouble, not its own
FAILURES_AFTER_AN_ANSWER = 12
# a host that wants to rest for so many seconds is waited for, one that wants more is asked in a later run
PATIENCE = 30.0
# a host that wants to rest again and again is not waited for any more
RESTS_IN_A_RUN = 3


@dataclass(slots=True)
class _Host:
    delay: float
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    rests_until: float = 0.0
    rests: int = 0
    failures: int = 0
    answered: bool = False

    def is_down(self) -> bool:
        """Say whether it failed so often in a row that waiting for more of its failures is in vain."""
        return self.failures >= (FAILURES_AFTER_AN_ANSWER if self.answered else FAILURES_BEFORE_DOWN)


class Turns:
    """The queues of one run, one per host name; `delay` is in seconds from the end of a request to the next."""

    def __init__(self, delay: float, concurrency: int) -> None:
        self._delay = delay
        self._hosts: dict[str, _Host] = {}
        self._slots = asyncio.Semaphore(concurrency)

    def rest(self, host: str, seconds: float) -> None:
        """Ask a host nothing for so many seconds from now; a longer rest that it has asked for already stays."""
        entry = self._find_host(host)
        entry.rests += 1
        seconds = max(seconds, PATIENCE + 1) if entry.rests >= RESTS_IN_A_RUN else seconds
        entry.rests_until = max(entry.rests_until, asyncio.get_running_loop().time() + seconds)

    def is_open(self, host: str) -> bool:
        """Say whether a host may be asked in this run: it neither failed too often nor rests for too long."""
        entry = self._find_host(host)
        rests = entry.rests_until - asyncio.get_running_loop().time() > PATIENCE
        return not entry.is_down() and not rests

    def slow_down(self, host: str, seconds: float) -> None:
        """Keep at least so many seconds between two requests to a host from now on."""
        entry = self._find_host(host)
        entry.delay = max(entry.delay, seconds)

    @asynccontextmanager
    async def take(self, host: str) -> AsyncIterator[None]:
        """Wait until the host may be asked again and hold it meanwhile.

        Raises: HostDown: the last requests to it failed in a row, so that waiting for more of them is in vain.
            HostResting: it asked to be left alone for longer than a run may wait.
        """
        entry = self._find_host(host)
        async with entry.lock:
            if entry.is_down():
                raise HostDown(f"{host} failed {entry.failures} times in a row and is left alone for this run")
            now = asyncio.get_running_loop().time()
            if entry.rests_until - now > PATIENCE:
                minutes = round((entry.rests_until - now) / 60) or 1
                raise HostResting(f"{host} asked to be left alone for another {minutes} minutes")
            await asyncio.sleep(max(entry.free_at, entry.rests_until) - now)
            async with self._slots:
                try:
                    yield
                    entry.failures, entry.answered = 0, True
                except ConnectionFailed:
                    entry.failures += 1
                    raise
                finally:
                    entry.free_at = asyncio.get_running_loop().time() + entry.delay

    def _find_host(self, host: str) -> _Host:
        return self._hosts.setdefault(host.lower(), _Host(self._delay))
