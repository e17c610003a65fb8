"""The commands that hand the data on: `export` and `publish`."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dpawatch.options import db_option

if TYPE_CHECKING:
    from db.export import What
    from dpawatch.exporting import Format

_MOMENT = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d)?)?Z?)?)?)?", re.ASCII)


def _check_moment(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    from db.cases.periods import parse_period

    if value is not None and (not _MOMENT.fullmatch(value) or parse_period(value) is None):
        raise click.BadParameter(f"{value!r} is no date; write it as 2024-05-01, 2024-05 or 2024", context, parameter)
    return value


@click.command()
@db_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl", "ftm"]),
    default="csv",
    show_default=True,
    help="CSV for spreadsheets, JSON lines for programs, or FollowTheMoney entities.",
)
@click.option(
    "--what",
    type=click.Choice(["cases", "actions", "articles"]),
    default="cases",
    show_default=True,
    help="A case is a matter with all that is reported of it, an action what one article reports.",
)
@click.option(
    "--since",
    metavar="DATE",
    callback=_check_moment,
    help="Only what an article of this day or later reports: 2024-05-01, 2024-05 or 2024.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    default="-",
    help='The file to write, replaced when all is written; "-" is stdout.  [default: -]',
)
def export(db: Path, form: Format, what: What, since: str | None, output: str) -> None:
    """Write cases, actions or articles for other programs, with the sentences that prove them.

    Articles of the press are cut to excerpts of at most 500 characters, as in a public copy. FollowTheMoney entities are
    always of cases: the companies, regulators, proceedings, sanctions and articles of each.

    \b
    Example:
      dpawatch export --format csv -o cases.csv
      dpawatch export --format jsonl --what actions --since 2024-05 | jq .quotes
      dpawatch export --format ftm | ftm validate > entities.json
    """
    from db.schema import open_for_reading
    from dpawatch.exporting import open_output, write_export

    if form == "ftm" and what != "cases":
        raise click.UsageError(f"--format ftm is of cases, not of {what}")
    database = open_for_reading(db)
    try:
        with open_output(output) as opened:
            write_export(database, opened, form, what, since)
    finally:
        database.close()


@click.command()
@click.argument("out", type=click.Path(path_type=Path), metavar="OUT.db")
@db_option
def publish(out: Path, db: Path) -> None:
    """Write a finished copy for a public site: read-only, checked, with articles of the press cut to excerpts.

    Full texts are only those of sources that say they may be used again. A copy that is there is replaced at once when
    the new one is whole; whoever reads the old one is not disturbed, and a run on the database need not be over.

    \b
    Example:
      dpawatch publish public.db
      dpawatch serve --db public.db
    """
    from db.publish import publish as publish_copy
    from db.schema import is_put_away, open_existing
    from db.summaries import refresh_summaries
    from dpawatch.interrupts import interruptible
    from dpawatch.summary import format_bytes

    with closing(open_existing(db)) as database, interruptible(database.conn):
        if not is_put_away(db):
            refresh_summaries(database)
        made = publish_copy(database, out)
    cut = f"{made.articles} articles ({made.excerpts} cut to excerpts)"
    click.echo(f"{out}: {cut}, {made.cases} cases, {format_bytes(made.bytes)}")
