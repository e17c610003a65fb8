"""Delivery: one message to one target by Apprise, as plain text; a target may break, refuse or never answer."""

from __future__ import annotations

import logging
import re
import threading
from queue import Empty, SimpleQueue

import apprise

# Apprise gives up a connection that is silent; one that trickles goes on for ever
LONGEST = 30.0
# what a target that is asked when the program is told to end may still take: less than dpawatch.interrupts allows
MOMENT = 1.5
_ANSWER = re.compile(r"\berror=(\d{3})\b")
# chat programs call everybody for these
_CALLS = re.compile(r"(?<![\w.])@(?=\w)|<(?=[!@#])")
_WORD_JOINER = "\u2060"


class UnansweredError(Exception):
    "Nobody knows whether a message has arrived"


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


def is_deliverable(url: str) -> bool:
    """Tell whether Apprise knows such targets and the URL has all that it needs."""
    return bool(_make_target(url))


class Delivery:
    """One message on its way to one target."""

    def __init__(self, url: str, title: str, body: str) -> None:
        self._answers: SimpleQueue[str | UnansweredError | None] = SimpleQueue()
        # not Apprise's own limit: it ends the wait and not the thread, for which the program would wait in the end
        self._thread = threading.Thread(target=lambda: self._answers.put(_send(url, title, body)), daemon=True)

    def run(self, longest: float = LONGEST) -> str | None:
        """Send the message and return None when it was taken, else why not, in words that show nothing of the URL.

        Args:
            longest: how many seconds the whole may take; what takes longer has failed, though it may arrive yet.
        Raises: UnansweredError when it was hurried and the target had not answered by then.
        """
        self._thread.start()
        try:
            answer = self._answers.get(timeout=longest)
        except Empty:
            return f"gave no answer in {longest:.0f} seconds"
        if isinstance(answer, UnansweredError):
            raise answer
        return answer

    def hurry(self) -> None:
        """Wait a moment longer for the answer, and then no more; to be called while it runs."""
        timer = threading.Timer(MOMENT, self._answers.put, [UnansweredError()])
        timer.daemon = True
        timer.start()


def deliver(url: str, title: str, body: str, longest: float = LONGEST) -> str | None:
    """Send a message as `Delivery.run` does, and be hurried by nobody."""
    return Delivery(url, title, body).run(longest)


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
    return apprise.Apprise([found] if found else None, asset=asset)
