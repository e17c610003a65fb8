"""Ending when told to: SIGTERM and SIGINT become one error that lets go of all in order, and at last an end by force.

What is being written is rolled back and done again by the next run, so that nothing has to be waited for.
"""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)
# in seconds after the signal: a statement of SQLite that still runs is broken off, then the process ends whatever it does
BREAK_AFTER, END_AFTER = 2.0, 4.0


class Interrupted(KeyboardInterrupt):
    "A signal told the program to end; args[0] is its number"


class Interrupts:
    """The signal that was heard, if any, and what it does: an Interrupted wherever the program is, or what it was handed to."""

    def __init__(self) -> None:
        self._number: int | None = None
        self._tell: Callable[[], object] | None = None

    def check(self) -> None:
        """Raise Interrupted when a signal was heard, also one whose error was lost in code that lets none through."""
        if self._number is not None:
            raise Interrupted(self._number)

    @contextmanager
    def handed_to(self, tell: Callable[[], object]) -> Iterator[None]:
        """Call `tell` at a signal instead of raising inside, as an event loop takes no error; Interrupted comes at the end."""
        self._tell = tell
        try:
            yield
        finally:
            self._tell = None
            self.check()

    def hear(self, number: int, _: FrameType | None) -> None:
        """Take a signal; all after the first are one too many, since the program is ending."""
        if self._number is not None:
            return
        self._number = number
        if self._tell is None:
            raise Interrupted(number)
        self._tell()


@contextmanager
def interruptible(connection: sqlite3.Connection) -> Iterator[Interrupts]:
    """End what happens inside when a signal comes; the process ends within five seconds.

    Where that takes longer, as in a search of a long text, the process is ended as if it had been killed. A signal that
    is ignored, as in the background of a shell, stays so.
    """
    interrupts, over = Interrupts(), threading.Event()
    heard, woken = socket.socketpair()
    woken.setblocking(False)
    former = {number: signal.getsignal(number) for number in SIGNALS}
    taken = [number for number, handler in former.items() if handler != signal.SIG_IGN]
    # written to by the signal itself, whatever the program is at
    waker = signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
    watch = threading.Thread(target=_watch, args=(heard, over, connection), daemon=True)
    watch.start()
    for number in taken:
        signal.signal(number, interrupts.hear)
    try:
        yield interrupts
        interrupts.check()
    except (Exception, KeyboardInterrupt):
        # whatever was on its way when the signal came, or because of it
        interrupts.check()
        raise
    finally:
        over.set()
        for number in taken:
            signal.signal(number, former[number])
        signal.set_wakeup_fd(waker)
        woken.close()
        watch.join()
        heard.close()


def _watch(heard: socket.socket, over: threading.Event, connection: sqlite3.Connection) -> None:
    while word := heard.recv(1):
        if word[0] in SIGNALS:
            break
    else:
        return
    if not over.wait(BREAK_AFTER):
        connection.interrupt()
    if not over.wait(END_AFTER - BREAK_AFTER):
        os._exit(128 + word[0])
