"""A process that delivers messages (dpawatch.deliver): a target that hangs, trickles or floods it is ended with it."""

from __future__ import annotations

import json
import math
import os
import selectors
import subprocess
import sys
import time
from types import TracebackType
from typing import IO

# how long a target may take
LONGEST = 30.0
# what a target that is asked when the program is told to end may still take: less than dpawatch.interrupts allows
MOMENT = 1.5
_STARTS = 60.0
_LOOK_EVERY = 0.2


class UnansweredError(Exception):
    "Nobody knows whether a message has arrived"


class Courier:
    """Brings messages to targets, one after the other, while it is entered."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._latest = math.inf

    def __enter__(self) -> Courier:
        """Return itself; its process is started by the first message."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the process."""
        self._end()

    def send(self, url: str, title: str, body: str, longest: float = LONGEST) -> str | None:
        """Send a message and return None when it was taken, else why not, in words that show nothing of the URL.

        Args:
            longest: how many seconds the whole may take; what takes longer has failed, though it may arrive yet.
        Raises: UnansweredError when it was hurried and the target had not answered by then.
        """
        process = self._start()
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(json.dumps([url, title, body]).encode() + b"\n")
            process.stdin.flush()
            answer = self._read(process.stdout, longest)
        except BrokenPipeError:
            answer = b""
        if answer:
            reason: str | None = json.loads(answer)
            return reason
        self._end()
        if answer is not None:
            return "failed: its answer could not be read"
        if self._latest < math.inf:
            raise UnansweredError
        return f"gave no answer in {longest:.0f} seconds"

    def hurry(self) -> None:
        """Wait a moment longer for the answer, and then no more; to be called while it sends."""
        self._latest = time.monotonic() + MOMENT

    def _start(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            # not from the folder one happens to be in, where another dpawatch may lie
            command = [sys.executable, "-P", "-m", "dpawatch.deliver"]
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)  # noqa: S603
            assert self._process.stdout
            self._read(self._process.stdout, _STARTS)
        return self._process

    def _read(self, stream: IO[bytes], longest: float) -> bytes | None:
        """Return the next line, empty when the process has ended, or None when it is not whole in so many seconds."""
        line, until = b"", time.monotonic() + longest
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            # looked at now and then, since a signal that hurries does not end the wait
            while not line.endswith(b"\n"):
                if time.monotonic() >= min(until, self._latest):
                    return None
                if selector.select(min(_LOOK_EVERY, longest)):
                    if not (part := os.read(stream.fileno(), 65_536)):
                        return b""
                    line += part
        return line

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def deliver(url: str, title: str, body: str, longest: float = LONGEST) -> str | None:
    """Send one message as `Courier.send` does."""
    with Courier() as courier:
        return courier.send(url, title, body, longest)
