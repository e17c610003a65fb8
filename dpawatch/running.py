"""A command that writes: the database opened, its lock taken, what happens recorded as a run, its summary printed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dpawatch.run import Run


@contextmanager
def run_on(db: Path, command: str, existing: bool = False) -> Iterator[Run]:
    """Open the database, take its lock and record what happens inside as one run; its summary is printed at the end.

    Args:
        existing: the database must be there; otherwise it is made.
    """
    from db.runs import run_lock
    from db.schema import open_database, open_existing
    from dpawatch.progress import OnStderr
    from dpawatch.run import recorded_run
    from dpawatch.summary import format_summary

    database = open_existing(db) if existing else open_database(db)
    try:
        with run_lock(db), recorded_run(database, command, OnStderr()) as run:
            yield run
    finally:
        database.close()
    click.echo(format_summary(run.counts, run.seconds))
