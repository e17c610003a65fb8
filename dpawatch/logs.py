"""Logs on stderr, one line a message: for people with an error by its type and words, for programs as a JSON object."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

import click

Form = Literal["human", "json"]
Figures = Mapping[str, object]
# says at ERROR what is only the ordinary case of a page without text
_TALKATIVE = ("trafilatura", "htmldate", "courlan")


class OneLineFormatter(logging.Formatter):
    """Writes a record on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return "WARNING ingest.poll: message: ValueError: why"."""
        return f"{record.levelname} {record.name}: {_say(record)}"


class EventFormatter(logging.Formatter):
    """Writes a record as an event."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as format_event does, with the name of its logger."""
        return format_event(record.levelname.lower(), "log", _say(record), {"logger": record.name})


def _say(record: logging.LogRecord) -> str:
    error = record.exc_info[1] if record.exc_info else None
    message = record.getMessage()
    return " ".join((f"{message}: {type(error).__name__}: {error}" if error else message).split())


def format_event(level: str, event: str, message: str, figures: Figures) -> str:
    """Return a JSON object on one line: the time (UTC), the level, what kind of event it is, its message and its figures."""
    time = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return json.dumps({"time": time, "level": level, "event": event, "message": message, **figures}, ensure_ascii=False)


def write_event(level: str, event: str, message: str, figures: Figures) -> None:
    """Write an event on stderr."""
    click.echo(format_event(level, event, message, figures), err=True)


def log_to_stderr(form: Form = "human", silent: bool = False) -> None:
    """Send warnings and errors of all modules to stderr as it is at the time of each, unless a handler takes them.

    `silent` sends none.
    """
    if logging.lastResort:
        logging.lastResort.setFormatter(EventFormatter() if form == "json" else OneLineFormatter())
        logging.lastResort.setLevel(logging.CRITICAL + 1 if silent else logging.WARNING)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
