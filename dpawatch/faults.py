"""What could not be used, told to the user: one line each on stderr, and the exit status of bad input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dpawatch.endings import BadInput
from dpawatch.reporting import Reporting

if TYPE_CHECKING:
    from dpawatch.inputs import BadLine

SHOWN_BAD_LINES = 20


def flatten(message: object) -> str:
    """Return a message on one line."""
    return " ".join(str(message).split())


def report_bad_lines(bad: list[BadLine]) -> None:
    """Name what could not be used on stderr, each in a line but of many lines only the first; end with status 2 if any."""
    reporting = Reporting.of(click.get_current_context())
    lines = [fault for fault in bad if fault.line is not None]
    for fault in [*lines[:SHOWN_BAD_LINES], *(fault for fault in bad if fault.line is None)]:
        reporting.tell_error(flatten(fault), BadInput.exit_code)
    if len(lines) > SHOWN_BAD_LINES:
        reporting.tell_error(f"{len(lines) - SHOWN_BAD_LINES} more lines could not be used", BadInput.exit_code)
    if bad:
        raise click.exceptions.Exit(BadInput.exit_code)
