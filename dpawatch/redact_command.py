"""The command `redact`: what is meant shown and confirmed, taken out, and what else may still hold it named."""

from __future__ import annotations

import getpass
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dpawatch.options import db_option, json_option

if TYPE_CHECKING:
    from db.targets import Kind, Target

_SAID = {
    "removed_articles": "articles removed",
    "changed_articles": "articles changed",
    "removed_entries": "entries removed",
    "changed_entries": "entries changed",
    "changed_revisions": "revisions changed",
    "raw_responses": "raw responses removed",
    "rows": "other rows",
}


def _find_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, ImportError, OSError):  # a user without a name, as in containers
        return "unknown"


@click.command()
@click.argument("target", required=False, metavar="ARTICLE|COMPANY|TEXT")
@db_option
@click.option("--reason", metavar="WHY", help="Why it is redacted; kept in the log, so say it without the name.")
@click.option("--article", "kind", flag_value="article", help="TARGET is an article: its id or its address.")
@click.option("--company", "kind", flag_value="company", help="TARGET is a company: its id or its name.")
@click.option("--text", "kind", flag_value="text", help="TARGET is a phrase, such as a person's name.")
@click.option("--by", metavar="WHO", default=_find_user, help="Who does it, for the log.  [default: the user]")
@click.option("--dry-run", is_flag=True, help="Only show what would be removed and changed.")
@click.option("--yes", is_flag=True, help="Do not ask; needed where there is no terminal.")
@click.option("--resume", is_flag=True, help="Complete redactions that were interrupted.")
@click.option("--list", "listed", is_flag=True, help="Show the log: when, who, why and how much.")
@json_option
def redact(
    target: str | None,
    db: Path,
    reason: str | None,
    kind: Kind | None,
    by: str,
    dry_run: bool,
    yes: bool,
    resume: bool,
    listed: bool,
    as_json: bool,
) -> None:
    """Remove an article, a company's names or a phrase from the database for good, and keep it from coming back.

    An article goes with its text, its mentions and its raw form. The names of a company, or a phrase, are replaced by
    "[redacted]" wherever they stand, whatever their case, marks, spaces and hyphens; an article whose address has them
    goes. Cases are made again without it. What comes in later is checked: neither runs nor imports bring it back. The log
    has only hashes of it. Nothing undoes this. Copies made before, published ones and backups, are not touched.

    \b
    Example:
      dpawatch redact "Erika Mustermann" --text --reason "request of 3 May 2026" --dry-run
      dpawatch redact https://news.example/a-story --reason "taken down by its publisher" --yes
      dpawatch redact --list
    """
    if listed:
        _print_log(db, as_json)
    elif resume:
        _resume(db)
    elif target is None or not (reason or "").strip():
        raise click.UsageError("say what to redact and --reason WHY; or --list, or --resume")
    else:
        _redact(target, db, str(reason).strip(), kind, by, dry_run, yes)


def _redact(word: str, db: Path, reason: str, kind: Kind | None, by: str, dry_run: bool, yes: bool) -> None:
    from db.schema import open_existing
    from dpawatch.redacting import choose_target
    from dpawatch.redacting import redact as redact_target
    from dpawatch.running import run_on

    if not dry_run and _is_interrupted(db):
        _resume(db)
    with closing(open_existing(db)) as database:
        chosen = choose_target(database, word, kind, reason)
    if chosen is None:
        click.echo(f"{word}: is redacted already", err=True)
        return
    target, found = chosen
    click.echo(_describe(target, found), err=not dry_run)
    if dry_run:
        return
    if not yes:
        _confirm()
    with run_on(db, "redact", existing=True) as current:
        number = redact_target(current, target, reason, by, _archive_of(db))
    click.echo(f"redaction {number}: {_say_counts(current.counts)}")
    _remind(db)


def _confirm() -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("this cannot be undone: give --yes where there is no terminal to ask at")
    click.confirm("This cannot be undone. Remove it?", abort=True, err=True)


def _is_interrupted(db: Path) -> bool:
    from db.redactions import find_interrupted
    from db.schema import open_existing

    with closing(open_existing(db)) as database:
        return find_interrupted(database) is not None


def _resume(db: Path) -> None:
    from dpawatch.redacting import complete_redactions
    from dpawatch.running import run_on

    with run_on(db, "redact", existing=True) as current:
        complete_redactions(current, _archive_of(db))
    click.echo(f"resumed: {_say_counts(current.counts)}")
    _remind(db)


def _archive_of(db: Path) -> Path:
    from dpawatch.settings import Settings

    return Settings(db).archive_folder


def _describe(target: Target, found: dict[str, int]) -> str:
    what = ", ".join(target.phrases) or target.addresses[0]
    return f"{target.kind}: {what}\n{_say_counts(found)}"


def _say_counts(counts: Any) -> str:
    return (
        ", ".join(f"{said}: {counts[key]:,}" for key, said in _SAID.items() if counts.get(key)) or "nothing was there"
    )


def _remind(db: Path) -> None:
    """Name what may still hold what was removed; `publish` and backups make it anew without."""
    from db.schema import open_existing
    from dpawatch.redacting import list_copies

    with closing(open_existing(db)) as database:
        copies = list_copies(database)
    there = db.resolve().parent
    named = ", ".join(str(path.relative_to(there)) if path.is_relative_to(there) else str(path) for path in copies)
    found = f" Look at: {named}." if named else ""
    click.echo(f"Copies made before still hold it: publish again, and replace backups.{found}", err=True)


def _print_log(db: Path, as_json: bool) -> None:
    from db.redactions import list_redactions
    from db.schema import open_existing

    with closing(open_existing(db)) as database:
        found = list_redactions(database)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for row in found:
        done = _say_counts(row["counts"]) if row["finished"] else "interrupted; complete it with --resume"
        click.echo(f"{row['id']}  {row['made']}  {row['made_by']}  {row['kind']}: {row['reason']} ({done})")
    if not found:
        click.echo("nothing was redacted", err=True)
