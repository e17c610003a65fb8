"""The command `backfill`, and the options of all that other processes can do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from dpawatch.faults import report_bad_lines
from dpawatch.scale.extra import require_extra

if TYPE_CHECKING:
    from distributed import Client

    from dpawatch.reading import Read

scheduler_option = click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="A Dask scheduler whose workers do the work, such as tcp://127.0.0.1:8786; this program must be installed there.",
)
workers_option = click.option(
    "--workers",
    type=click.IntRange(1, 1024),
    help="How many processes of this machine do the work; each takes a core and about a gigabyte.",
)


def check_one_place(scheduler: str | None, workers: int | None) -> None:
    """Raise UsageError when both options are given, and ExtraError when what they need is not installed."""
    if scheduler and workers:
        raise click.UsageError("--workers are of this machine, those of a --scheduler are its own")
    require_extra()


@contextmanager
def open_chosen_reader(scheduler: str | None, workers: int | None) -> Iterator[Read]:
    """Yield what reads batches of documents: this process, unless workers or a scheduler are given."""
    if not scheduler and not workers:
        from dpawatch.reading import read_here

        yield read_here
        return
    check_one_place(scheduler, workers)
    from dpawatch.scale.cluster import open_reader

    with open_reader(scheduler, workers or 1) as read:
        yield read


@contextmanager
def _open_shown_client(scheduler: str | None, workers: int) -> Iterator[Client]:
    """Yield a client, and say where its work can be watched."""
    from dpawatch.scale.cluster import open_client

    with open_client(scheduler, workers) as client:
        click.echo(f"the work is shown at {client.dashboard_link}", err=True)
        yield client


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="DIR",
    help="The folder of the shards; workers of other machines must see it under the same path.",
)
@scheduler_option
@workers_option
@click.option("--db", expose_value=False, help="Accepted like everywhere, but this command needs no database.")
def backfill(paths: tuple[str, ...], out: Path, scheduler: str | None, workers: int | None) -> None:
    """Read archived news from WARC files and write what is about privacy, with its analysis, as shards of Parquet.

    A PATH is a file, a URL that fsspec knows, or a pattern of them. Each gives one shard; one that is there is not made
    again, so this may be killed and started again. A file that breaks off is named, what is before is kept, and the
    exit status is 2; it is 1 when a shard could not be made. `dpawatch import DIR` stores the shards in a database.

    \\b
    Example:
      dpawatch backfill 'crawl/*.warc.gz' --out shards --workers 4
    """
    check_one_place(scheduler, workers)
    from db.runs import run_lock
    from dpawatch.progress import OnStderr
    from dpawatch.scale.backfill import backfill as make_shards
    from dpawatch.scale.warcs import find_warcs
    from dpawatch.summary import format_seconds, format_summary
    from ingest.workers import count_cores

    started = monotonic()
    warcs, bad = find_warcs(paths)
    counts = Counter[str]()
    if warcs:
        out.mkdir(parents=True, exist_ok=True)
        with run_lock(out / "backfill"):
            opened = _open_shown_client(scheduler, workers or count_cores())
            bad += make_shards(opened, warcs, out.resolve(), OnStderr(), counts)
        click.echo(f"{format_summary(counts)} in {format_seconds(monotonic() - started)}")
    report_bad_lines(bad)
    if counts["failed_shards"]:
        raise click.exceptions.Exit(1)
