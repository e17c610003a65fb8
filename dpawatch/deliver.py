"""Delivery: messages to targets by Apprise, as plain text; run as a program, the process of dpawatch.courier.

That takes a message a line, as JSON, and answers each with a line: null when it was taken, else why not, in words that show
nothing of the URL.
"""

from __future__ import annotations

import json
import logging
import re
import resource
import signal
import sys

import apprise

# how long a target may say nothing, unless its own URL asks for less or more ("?rto=9")
SILENT = 25.0
# an answer that does not fit into so much memory is no answer
_MOST_BYTES = 400_000_000
_ANSWER = re.compile(r"\berror=(\d{3})\b")
# chat programs call everybody for these
_CALLS = re.compile(r"(?<![\w.])@(?=\w)|<(?=[!@#])")
_WORD_JOINER = "\u2060"


def is_deliverable(url: str) -> bool:
    """Tell whether Apprise knows such targets and the URL has all that it needs."""
    return bool(_make_target(url))


class _Said(logging.Handler):
    """Hears what Apprise says of a delivery, and lets nobody else: it may quote addresses with tokens."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.status: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Take the status that a server answered with."""
        found = _ANSWER.search(record.getMessage())
        self.status = found[1] if found else self.status


_said = _Said()
logging.getLogger("apprise").addHandler(_said)
logging.getLogger("apprise").propagate = False


def _send(url: str, title: str, body: str) -> str | None:
    _said.status = None
    try:
        target = _make_target(url)
        if not target:
            return "is no target that Apprise knows"
        safe_title, safe_body = (_CALLS.sub(rf"\g<0>{_WORD_JOINER}", text) for text in (title, body))
        if target.notify(safe_body, safe_title, body_format=apprise.NotifyFormat.TEXT.value):
            return None
    except Exception as error:  # the boundary of targets: each is somebody else's program
        return f"failed: {type(error).__name__}"
    return f"answered with status {_said.status}" if _said.status else "could not be reached, or did not take it"


def _make_target(url: str) -> apprise.Apprise:
    """Return what sends to a URL; it is false when Apprise cannot."""
    asset = apprise.AppriseAsset(app_id="dpawatch", app_desc="dpawatch", app_url="", async_mode=False)
    found = apprise.Apprise.instantiate(url, asset=asset)
    if found and "rto=" not in url:
        # after its own 4 seconds a slow one would get the same again and again
        found.socket_read_timeout = SILENT
    return apprise.Apprise([found] if found else None, asset=asset)


def main() -> None:
    """Send what comes line by line, until whoever writes the lines ends, however that ends."""
    # a signal to all of a group lets what is under way come to its end
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    answers = sys.stdout.buffer
    answers.write(b"ready\n")
    answers.flush()
    for line in sys.stdin.buffer:
        answers.write(json.dumps(_send(*json.loads(line))).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
