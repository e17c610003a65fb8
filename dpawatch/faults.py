"""What could not be used, told to the user: one line each on stderr, and the exit status of bad input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dpawatch.inputs import BadLine

SHOWN_BAD_LINES = 20
BAD_INPUT = 2


def flatten(message: object) -> str:
    """Return a message on one line."""
    return " ".join(str(message).split())


def report_bad_lines(bad: list[BadLine]) -> None:
    """Name what could not be used on stderr, each in a line but of many lines only the first; end with status 2 if any."""
    lines = [fault for fault in bad if fault.line is not None]
    for fault in [*lines[:SHOWN_BAD_LINES], *(fault for fault in bad if fault.line is None)]:
        click.echo(f"Error: {flatten(fault)}", err=True)
    if len(lines) > SHOWN_BAD_LINES:
        click.echo(f"Error: {len(lines) - SHOWN_BAD_LINES} more lines could not be used", err=True)
    if bad:
        raise click.exceptions.Exit(BAD_INPUT)
