"""The commands that keep the data safe: `backup` and `restore`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from dpawatch.endings import Attention
from dpawatch.errors import InputError
from dpawatch.options import db_option


@click.command()
@click.argument("dest", metavar="DEST")
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="With a folder: leave only the newest N of the backups of this database in it.",
)
@db_option
def backup(dest: str, db: Path, keep: int | None) -> None:
    """Write a copy of the database as it is at this moment, checked and in one file; a run need not be over.

    DEST is a file, which is replaced when the new one is whole, or a folder, which gets a file named by the database and
    the time. The database remembers when it was made, and `dpawatch status` says when the next is overdue. Your own
    sources (the folder <db>-sources) and the raw responses (<db>-archive) are files: copy them as such.

    \b
    Example:
      dpawatch backup /var/backups/dpawatch/ --keep 14
    """
    from db.backups import make_backup
    from db.schema import open_existing
    from dpawatch.summary import format_bytes
    from ingest.clock import utc_now

    target = Path(dest)
    if dest.endswith("/") and not target.is_dir():
        raise InputError(f"{dest}: no such folder")
    if keep and not target.is_dir():
        raise click.UsageError("--keep is for a folder of backups, and DEST is a file")
    with closing(open_existing(db)) as database:
        made = make_backup(database, target, utc_now(), keep)
    click.echo(f"{made.path}: {format_bytes(made.bytes)}")
    for older in made.removed:
        click.echo(f"removed {older}")


@click.command()
@click.argument("source", metavar="BACKUP", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Set aside the database that is there, under a name beside it.")
@db_option
def restore(source: Path, db: Path, force: bool) -> None:
    """Put a backup in the place of the database, checked, and upgraded if an older program made it.

    A database that is there stays as it is unless --force is given, and then it is kept beside the new one, as
    <db>.before-<time>; what was redacted in it since the backup was made has to be redacted again, and `dpawatch redact
    --resume` does it: the status is 1 then. While a run goes on, or the site serves the database, nothing is done, and
    the status is 75.

    \b
    Example:
      dpawatch restore /var/backups/dpawatch/dpawatch-20260102T030000Z.db --db dpawatch.db
    """
    from db.backups import restore_backup
    from ingest.clock import utc_now

    found = restore_backup(source, db, utc_now(), force)
    click.echo(f"{db}: {found.articles} articles, {found.cases} cases")
    if found.earlier:
        click.echo(f"what was there before is {found.earlier}", err=True)
    if found.redactions:
        said = "redaction was" if found.redactions == 1 else "redactions were"
        raise Attention(f"{found.redactions} {said} made after this backup: complete with `dpawatch redact --resume`")
