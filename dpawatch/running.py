"""A command that writes: the database opened, its lock taken, what happens recorded as a run, its summary printed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dpawatch.errors import ToldError
from dpawatch.reporting import Reporting

if TYPE_CHECKING:
    from dpawatch.run import Run

# the command of which a person is told what needs one
WATCHED = "run"


@contextmanager
def run_on(db: Path, command: str, existing: bool = False, minutes: float | None = None) -> Iterator[Run]:
    """Open the database, take its lock and record what happens inside as one run; its summary is printed at the end.

    Args:
        existing: the database must be there; otherwise it is made.
        minutes: after so many the run is to stop where it is; None lets it come to its end.
    Raises: Interrupted at a signal. ToldError where cron was told what is wrong, by this run or an earlier one.
    """
    from db.runs import run_lock
    from db.schema import open_database, open_existing
    from dpawatch.interrupts import interruptible
    from dpawatch.run import recorded_run

    reporting = Reporting.of(click.get_current_context())
    database = open_existing(db) if existing else open_database(db)
    run: Run | None = None
    try:
        with run_lock(db), interruptible(database.conn) as interrupts:
            try:
                with recorded_run(database, command, reporting.choose_progress()) as run:
                    run.interrupts = interrupts
                    run.deadline = run.clock() + timedelta(minutes=minutes) if minutes else None
                    yield run
            except Exception as error:
                if run and command == WATCHED:
                    _tell_failure(run, reporting, error)
                raise
            if command == WATCHED:
                _tell_needs(run, reporting)
    finally:
        database.close()
    reporting.tell_summary(run)


def _tell_needs(run: Run, reporting: Reporting) -> None:
    from dpawatch.needs import settle_needs

    new = settle_needs(run.db, run.id, run.clock())
    if reporting.cron:
        reporting.tell_needs(new)


def _tell_failure(run: Run, reporting: Reporting, error: Exception) -> None:
    """Tell cron that the run failed, unless the one before did so too; raise the error itself where that is not recorded."""
    import sqlite3

    try:
        _tell_needs(run, reporting)
    except sqlite3.Error:
        raise error from None
    if reporting.cron:
        raise ToldError(str(error)) from error
