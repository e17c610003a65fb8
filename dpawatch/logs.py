"""Logs for people: one line a message on stderr, an error by its type and words instead of its traceback."""

from __future__ import annotations

import logging

# says at ERROR what is only the ordinary case of a page without text
_TALKATIVE = ("trafilatura", "htmldate", "courlan")


class OneLineFormatter(logging.Formatter):
    """Writes a record on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return "WARNING ingest.poll: message: ValueError: why"."""
        line = f"{record.levelname} {record.name}: {record.getMessage()}"
        error = record.exc_info[1] if record.exc_info else None
        return " ".join((f"{line}: {type(error).__name__}: {error}" if error else line).split())


def log_to_stderr() -> None:
    """Send warnings and errors of all modules to stderr as it is at the time of each, unless a handler takes them."""
    if logging.lastResort:
        logging.lastResort.setFormatter(OneLineFormatter())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
