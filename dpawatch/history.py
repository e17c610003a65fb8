"""The `history` command: what a case or a company said before, when that changed, and why."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dpawatch.errors import InputError
from dpawatch.options import db_option, json_option

if TYPE_CHECKING:
    from db.history import Change

_CAUSES = {
    "article": "article {}",
    "pipeline": "read anew by {}",
    "person": "decided by {}",
    "rebuild": "cases made anew",
}


@click.command()
@click.argument("case", metavar="CASE|COMPANY")
@db_option
@json_option
def history(case: str, db: Path, as_json: bool) -> None:
    """Print every change of a case or a company: the field, what it was, what it became, when and why.

    CASE is a case's id, the tail of its page's address; COMPANY an id that `dpawatch companies list` shows. One that was
    merged into another still works: it gives the history of both. A case is made with what its first articles say;
    what it says now is in the table cases.

    \b
    Example:
      dpawatch history fr-cnil-2021-clearview-ai
      dpawatch history clearview-ai --json
    """
    from db.history import case_history, company_history, follow_redirects
    from db.schema import open_existing

    with closing(open_existing(db)) as database:
        known, changes = follow_redirects(database, "case", case), case_history(database, case)
        if not changes:
            known, changes = follow_redirects(database, "company", case), company_history(database, case)
    if not changes:
        raise InputError(
            f"no case or company is called {case!r}; the tables cases and companies of {db} have their ids"
        )
    if known != case:
        click.echo(f"{case} was merged into {known}", err=True)
    if as_json:
        click.echo(json.dumps([asdict(change) for change in changes], ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_format_change(change, known) for change in changes))


def _format_change(change: Change, known: str) -> str:
    whose = "" if change.entity_id == known else f"{change.entity_id}: "
    cause = _CAUSES[change.cause_kind].format(change.cause or "an unknown version")
    return f"{change.changed}  {whose}{_say(change)}  ({cause})"


def _say(change: Change) -> str:
    if change.field == "id":
        return "made" if change.old is None else "gone"
    return f"{change.field}: {_show(change.old)} -> {_show(change.new)}"


def _show(value: Any) -> str:
    return "nothing" if value is None else str(value)
