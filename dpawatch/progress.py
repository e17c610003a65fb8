"""Progress on stderr: for people a bar on a terminal and plain lines elsewhere, for programs a JSON object a line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import click

from dpawatch.logs import Figures, write_event

# on a terminal; a log gets all of them
SHOWN_NOTES = 20
NO_FIGURES: Figures = {}


class Step(Protocol):
    """One part of a longer piece of work is done; `line` says which and how it went, `event` and `figures` say it to programs."""

    def __call__(  # noqa: D102
        self, line: str, attention: bool = False, event: str = "progress", figures: Figures = NO_FIGURES
    ) -> None: ...


class Progress(Protocol):
    """Shows how far a piece of work of `total` parts has come."""

    @contextmanager
    def work(self, label: str, total: int) -> Iterator[Step]: ...  # noqa: D102


class Silent:
    """Shows nothing."""

    @contextmanager
    def work(self, label: str, total: int) -> Iterator[Step]:
        """Take the steps and show none of them."""
        yield lambda line, attention=False, event="", figures=NO_FIGURES: None


class AsEvents:
    """Writes a JSON object a part."""

    @contextmanager
    def work(self, label: str, total: int) -> Iterator[Step]:
        """Write the beginning of one piece of work, and its steps."""
        write_event("info", "work", label, {"parts": total})
        yield _write_step


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

            def advance(line: str, attention: bool = False, event: str = "", figures: Figures = NO_FIGURES) -> None:
                bar.update(1)
                if attention:
                    notes.append(line)

            yield advance
        for note in notes[:SHOWN_NOTES]:
            click.echo(note, err=True)
        if len(notes) > SHOWN_NOTES:
            click.echo(f"and {len(notes) - SHOWN_NOTES} more: see `dpawatch status --all`", err=True)


def _print_line(line: str, attention: bool = False, event: str = "", figures: Figures = NO_FIGURES) -> None:
    if line:
        click.echo(line, err=True)


def _write_step(line: str, attention: bool = False, event: str = "", figures: Figures = NO_FIGURES) -> None:
    if line:
        write_event("warning" if attention else "info", event, line, figures)
