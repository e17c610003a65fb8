"""Progress for people, on stderr: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import click

# on a terminal; a log gets all of them
SHOWN_NOTES = 20


class Step(Protocol):
    """One part of a longer piece of work is done; `line` says which and how it went."""

    def __call__(self, line: str, attention: bool = False) -> None: ...  # noqa: D102


class Progress(Protocol):
    """Shows how far a piece of work of `total` parts has come."""

    @contextmanager
    def work(self, label: str, total: int) -> Iterator[Step]: ...  # noqa: D102


class Silent:
    """Shows nothing."""

    @contextmanager
    def work(self, label: str, total: int) -> Iterator[Step]:
        """Take the steps and show none of them."""
        yield lambda line, attention=False: None


class OnStderr:
    """Shows a bar when stderr is a terminal, else one line a part; what needs attention is a line in both cases."""

    @contextmanager
    def work(self, label: str, total: int) -> Iterator[Step]:
        """Show the steps of one piece of work."""
        if not sys.stderr.isatty():
            yield _print_line
            return
        notes: list[str] = []
        with click.progressbar(length=total, label=label, file=sys.stderr) as bar:

            def advance(line: str, attention: bool = False) -> None:
                bar.update(1)
                if attention:
                    notes.append(line)

            yield advance
        for note in notes[:SHOWN_NOTES]:
            click.echo(note, err=True)
        if len(notes) > SHOWN_NOTES:
            click.echo(f"and {len(notes) - SHOWN_NOTES} more: see `dpawatch status --all`", err=True)


def _print_line(line: str, attention: bool = False) -> None:
    if line:
        click.echo(line, err=True)
