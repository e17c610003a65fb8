"""The commands that tell people what is new: `follow`, `alert` and `digest`; each opens things, calls one function and prints."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dpawatch.endings import NEEDS_A_PERSON
from dpawatch.options import db_option, json_option, site_option

if TYPE_CHECKING:
    from dpawatch.alerting import Uncertain
    from dpawatch.digest import Format

number_argument = click.argument("number", type=int, metavar="ID")


@click.group()
def follow() -> None:
    """What somebody wants to be told of, and where.

    \b
    Example:
      dpawatch follow list
    """


@follow.command()
@db_option
@click.option("--company", metavar="ID|NAME", help="Cases against this company, also one that no text has named yet.")
@click.option("--group", is_flag=True, help="With --company: against any company of its group.")
@click.option("--regulator", metavar="ID", help="Cases of this regulator.")
@click.option("--provision", metavar="ID", help="Cases that name this provision, or a part of it; or a law.")
@click.option("--country", metavar="CODE", help="Cases of the regulators of this country.")
@click.option("--at-least", type=click.IntRange(min=1), metavar="EUR", help="Cases of so many euro or more.")
@click.option("--query", metavar="NAME", help="Cases that this saved query of the site gives.")
@click.option("--param", "parameters", metavar="NAME=VALUE", multiple=True, help="With --query: what it is asked with.")
@click.option(
    "--to",
    multiple=True,
    required=True,
    metavar="URL|NAME",
    help="Where to send alerts: an Apprise URL, or the name of a target; may be given several times.",
)
@click.option("--since", metavar="DATE|7d", help="Send alerts also of what became known or changed since then.")
def add(db: Path, to: tuple[str, ...], since: str | None, **typed: Any) -> None:
    """Follow cases; each that becomes known or changes in what matters is told once, by the next run or `dpawatch alert`.

    What is given narrows what is followed: cases must match all of it. Alerts go to Apprise URLs, such as
    mailtos://user:password@example.org or slack://…, which are kept in <db>-targets.toml and shown nowhere; a target can
    also be named, in the table [targets] of dpawatch.toml or as DPAWATCH_TARGET_NAME, and given by that name.

    \b
    Example:
      dpawatch follow add --company "Clearview AI" --to mailtos://me:secret@example.org
      dpawatch follow add --country FR --at-least 1000000 --to newsroom
      dpawatch follow add --query pending-cases --param country=IE --to newsroom --since 30d
    """
    from db.alerts import collect_alerts, collect_past
    from db.follows import add_follow, find_matches, knows_company, load_follow
    from db.schema import open_existing
    from dpawatch.following import make_follow
    from dpawatch.periods import read_since
    from dpawatch.targets import Targets
    from ingest.clock import utc_now

    now = utc_now()
    beginning = read_since(since, now) if since else None
    with closing(open_existing(db)) as database:
        wanted = make_follow(database, **typed)
        targets = Targets(db)
        names = [targets.name(target) for target in to]
        collect_alerts(database, now)
        number = add_follow(database, wanted, names, now)
        past = collect_past(database, number, beginning, now) if beginning else 0
        unknown = wanted.company and not knows_company(database, wanted.company)
        known = len(find_matches(database, load_follow(database, number)))
    click.echo(f"follow {number}: {known} cases match now, and new ones will be sent to {', '.join(names)}")
    if unknown:
        click.echo("no company of that name is known so far; its first case will be told", err=True)
    if beginning:
        click.echo(f"{past} alerts wait for `dpawatch alert` or the next run", err=True)


@follow.command(name="list")
@db_option
@json_option
def list_(db: Path, as_json: bool) -> None:
    """Show what is followed, how many cases were told, and what cannot be delivered.

    \b
    Example:
      dpawatch follow list --json
    """
    from db.follows import list_follows
    from db.schema import open_existing
    from dpawatch.following import format_follows

    with closing(open_existing(db)) as database:
        found = list_follows(database)
    click.echo(format_follows(found, as_json))


@follow.command()
@number_argument
@db_option
def remove(number: int, db: Path) -> None:
    """Follow no more; what waits is not sent, and the URLs that no other follow has are forgotten.

    \b
    Example:
      dpawatch follow remove 2
    """
    from db.follows import list_targets, remove_follow
    from db.schema import open_existing
    from dpawatch.targets import Targets

    with closing(open_existing(db)) as database:
        remove_follow(database, number)
        Targets(db).forget_all_but(list_targets(database))
    click.echo(f"follow {number} is removed")


@follow.command()
@number_argument
@db_option
@site_option
def test(number: int, db: Path, site: str | None) -> None:
    """Send the newest case that a follow matches to its targets, as a test; nothing is recorded.

    Exit status 1 says that a target did not take it.

    \b
    Example:
      dpawatch follow test 1
    """
    from db.schema import open_existing
    from dpawatch.alerting import test_targets
    from dpawatch.targets import Targets

    with closing(open_existing(db)) as database:
        results = test_targets(database, number, Targets(db), site)
    for target, reason in results.items():
        click.echo(f"{target}: {reason or 'took it'}")
    if any(results.values()):
        raise click.exceptions.Exit(NEEDS_A_PERSON)


@click.command()
@db_option
@site_option
@click.option(
    "--uncertain",
    type=click.Choice(["send", "drop"]),
    help="What becomes of alerts that were being sent when the program was killed, of which nobody knows whether they "
    "arrived: send them again, or count them as sent.",
)
def alert(db: Path, site: str | None, uncertain: Uncertain | None) -> None:
    """Send what became news to somebody who follows it; `dpawatch run` does so at its end.

    A target that does not take an alert is tried again after a quarter of an hour, and after twice the time each further
    time, up to a day; the others go on.

    \b
    Example:
      dpawatch alert --site https://example.org
    """
    from dpawatch.alerting import send_alerts
    from dpawatch.running import run_on
    from dpawatch.targets import Targets

    targets = Targets(db)
    with run_on(db, "alert", existing=True) as current:
        send_alerts(current, targets, site, uncertain)


@click.command()
@db_option
@click.option(
    "--since",
    default="7d",
    show_default=True,
    metavar="DATE|7d",
    help="What became known or changed since: 7d, 24h, 2w, or a day.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "html", "txt"]),
    default="md",
    show_default=True,
    help="Markdown, a page that mail programs show, or plain text.",
)
@click.option("--out", metavar="FILE", default="-", help='The file to write; "-" is stdout.  [default: -]')
@site_option
def digest(db: Path, since: str, form: Format, out: str, site: str | None) -> None:
    """Write a newsletter of the cases that became known or changed, by country, with totals, quotes and links.

    \b
    Example:
      dpawatch digest --since 7d --format html --out week.html --site https://example.org
    """
    from db.schema import open_for_reading
    from dpawatch.digest import write_digest
    from dpawatch.exporting import open_output
    from dpawatch.periods import read_since
    from ingest.clock import utc_now

    beginning = read_since(since, utc_now())
    database = open_for_reading(db)
    try:
        text = write_digest(database, beginning, form, site)
    finally:
        database.close()
    with open_output(out) as output:
        output.write(text.encode("utf-8"))
        output.flush()
