"""The `companies` commands: each opens things, calls one function and prints."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from dpawatch.options import db_option, json_option

why_option = click.option("--why", required=True, metavar="TEXT", help="The reason, which is kept with the decision.")


@click.group()
def companies() -> None:
    """The companies that texts name, and the groups they belong to.

    \b
    Example:
      dpawatch companies list vodafone
    """


@companies.command(name="list")
@click.argument("query", required=False, default="")
@db_option
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Show so many at most.")
@json_option
def list_companies(query: str, db: Path, limit: int, as_json: bool) -> None:
    """Show the companies that have QUERY in one of their names, those with most cases first; without it, of all.

    \b
    Example:
      dpawatch companies list vodafone
    """
    from db.companies.listing import find_companies
    from db.schema import open_existing
    from dpawatch.company_text import format_companies

    with closing(open_existing(db)) as database:
        found = find_companies(database, query, limit)
    click.echo(format_companies(found, as_json))


@companies.command()
@click.argument("company", metavar="ID")
@db_option
@json_option
def show(company: str, db: Path, as_json: bool) -> None:
    """Show a company: its group, every name it is known by and why, what was merged or set apart, its cases.

    \b
    Example:
      dpawatch companies show vodafone-espana
    """
    from db.companies.listing import describe_company
    from db.schema import open_existing
    from dpawatch.company_text import format_company

    with closing(open_existing(db)) as database:
        found = describe_company(database, company)
    click.echo(format_company(found, as_json))


@companies.command()
@click.argument("kept", metavar="KEPT")
@click.argument("merged", metavar="MERGED")
@db_option
@why_option
def merge(kept: str, merged: str, db: Path, why: str) -> None:
    """Make two companies one: all that is known of MERGED becomes KEPT's, now and in every later run.

    KEPT and MERGED are ids of companies. Their cases are made again at once. `dpawatch companies split` undoes it.

    \b
    Example:
      dpawatch companies merge free-mobile freee-mobile --why "the article misspells it"
    """
    from db.companies.decisions import merge_companies
    from dpawatch.run import group_cases
    from dpawatch.running import run_on

    with run_on(db, "companies merge", existing=True) as current:
        group_cases(current)  # what is new for another cause is not the decision's doing
        ids = merge_companies(current.db, kept, merged, why, current.clock())
        group_cases(current, decided=why)
    click.echo(f"{ids[1]} is {ids[0]} now", err=True)


@companies.command()
@click.argument("name", metavar="NAME")
@db_option
@why_option
def split(name: str, db: Path, why: str) -> None:
    """Undo a merge, or set a name apart from its company; the two stay apart in every later run.

    NAME is the id of a company that was merged, or a name as `dpawatch companies show ID` lists it. What stands apart
    has its cases made again at once.

    \b
    Example:
      dpawatch companies split freee-mobile --why "another company, in Belgium"
    """
    from db.companies.decisions import split_company
    from dpawatch.run import group_cases
    from dpawatch.running import run_on

    with run_on(db, "companies split", existing=True) as current:
        group_cases(current)  # what is new for another cause is not the decision's doing
        apart, company = split_company(current.db, name, why, current.clock())
        group_cases(current, decided=why)
    click.echo(f"{apart} stands apart from {company} now", err=True)
