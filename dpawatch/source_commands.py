"""The `sources` commands: each opens things, calls one function and prints."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any, get_args

import click

from dpawatch.endings import NEEDS_A_PERSON, BadInput
from dpawatch.errors import InputError
from dpawatch.options import db_option, json_option, polite_options, sources_option
from dpawatch.settings import Settings
from ingest.models import Kind, Topics

kind_option = click.option("--kind", type=click.Choice(get_args(Kind)), help="What the publisher is.")
topics_option = click.option(
    "--topics",
    type=click.Choice(get_args(Topics)),
    help="Whether all of it is about privacy, or its articles pass a relevance gate.",
)
language_option = click.option("--language", metavar="CODE", help="ISO 639-1 code, where the feed does not say it.")
country_option = click.option("--country", metavar="CODE", help="ISO 3166-1 code of the publisher's country.")
target_option = click.option(
    "--sources",
    type=click.Path(path_type=Path),
    metavar="FILE.toml|FOLDER",
    help="Where to write: a file, or a folder with a file for each publisher.  [default: the folder <db>-sources, "
    "which joins the built-in registry]",
)


@click.group()
def sources() -> None:
    """The sources that are polled.

    \b
    Example:
      dpawatch sources list
    """


@sources.command(name="list")
@db_option
@sources_option
@json_option
def list_sources(db: Path, sources: Path | None, as_json: bool) -> None:
    """Show the registry of sources and, where the database exists, what each has given so far.

    The registry is the built-in one and the folder <db>-sources, if there is one; a source in that folder replaces the
    built-in one of the same id. State tells what never worked from what stopped working, and what cannot be polled yet.

    \b
    Example:
      dpawatch sources list --json
    """
    from dpawatch.listing import format_listing, list_registry

    click.echo(format_listing(list_registry(Settings(db, sources)), as_json))


@sources.command()
@db_option
@sources_option
@polite_options
@click.option("--only", metavar="ID", multiple=True, help="Check this source; may be given several times.")
@json_option
def check(db: Path, only: tuple[str, ...], as_json: bool, **fetch: Any) -> None:
    """Ask each source once, politely, and show whether it works; nothing is stored.

    A source works, has moved for good, is gone (404 or 410), blocked by robots.txt, not a feed, empty, failed, or is a
    listing that needs selectors. The exit status is 1 when one of them does not simply work. Sources on request are
    asked only with --only.

    \b
    Example:
      dpawatch sources check --only fr-cnil-news-fr
    """
    from dpawatch.checking import check_registry, format_verdicts, needs_person
    from dpawatch.progress import OnStderr
    from dpawatch.run import load_registry

    settings = Settings(db, archive=False, **fetch)
    registry = load_registry(settings)
    unknown = set(only) - {s.id for s in registry}
    if unknown:
        raise InputError(f"no source is called {min(unknown)!r}; `dpawatch sources list` shows their ids")
    wanted = [s for s in registry if (s.id in only if only else not s.on_request)]
    verdicts = check_registry(wanted, settings, OnStderr())
    click.echo(format_verdicts(verdicts, as_json))
    if needs_person(verdicts):
        raise click.exceptions.Exit(NEEDS_A_PERSON)


@sources.command()
@click.argument("url")
@db_option
@target_option
@polite_options
@click.option("--id", "id_", metavar="ID", help="The new source's id; made of the publisher's name otherwise.")
@click.option(
    "--publisher", metavar="NAME", help="A regulator's id, or the publication's name; the feed's title otherwise."
)
@kind_option
@topics_option
@language_option
@country_option
def add(db: Path, url: str, id_: str | None, **options: Any) -> None:
    """Find the feed behind an address and write it into the user's registry.

    The address may be the feed's own, or a page: then the feeds it names are tried, and the paths where feeds commonly
    are. What is not stated is taken from the feed, its page, and for regulators from the gazetteer; look at the file.

    \b
    Example:
      dpawatch sources add https://noyb.eu/ --kind ngo
    """
    from dpawatch.adding import Stated, add_source

    stated = Stated(id_, **{key: options.pop(key) for key in ("publisher", "kind", "language", "topics", "country")})
    added = add_source(url, Settings(db, archive=False, **options), stated)
    click.echo(f"{added.source.id}: {added.source.url}")
    click.echo(f"written to {added.file}", err=True)
    for other in added.others:
        click.echo(f"the page names this feed too: {other}", err=True)
    if not added.source.verified:
        click.echo("the feed is empty now, so the source says verified = false", err=True)


@sources.command()
@click.argument("source", metavar="ID")
@db_option
def accept(source: str, db: Path) -> None:
    """Take what a source gives now for true: when you have looked at its site, and nothing is wrong.

    What its index holds is stored by the next run, articles whose texts were not believed are read by it, and what the
    source gave before is no measure any more. A silence is accepted until something new comes.

    \b
    Example:
      dpawatch sources accept fr-cnil-news-fr
    """
    from db.odd_pages import accept_source
    from db.runs import run_lock
    from db.schema import open_existing
    from db.sources import source_urls
    from ingest.clock import utc_now

    with closing(open_existing(db)) as database:
        if source not in source_urls(database):
            raise InputError(f"no source is called {source!r}; `dpawatch status --all` shows their ids")
        with run_lock(db):
            waiting = accept_source(database, source, utc_now())
    click.echo(f"{source}: what it gives now is taken for true; {waiting} articles of it wait to be read")


@sources.command(name="import-opml")
@click.argument("file", type=click.File("rb"))
@db_option
@target_option
@kind_option
@topics_option
@language_option
@country_option
def import_opml(file: Any, db: Path, sources: Path | None, **options: Any) -> None:
    """Add the feeds of an OPML list, as feed readers write it, to the user's registry; "-" is stdin.

    Nothing is fetched: the new sources say verified = false until `dpawatch sources check` or a run shows more. Feeds
    that are known are left out. What the list does not say is taken from the options, which hold for all of it.

    \b
    Example:
      dpawatch sources import-opml feeds.opml --language en
    """
    from dpawatch.adding import Stated, add_outlines
    from ingest.errors import BadOpml
    from ingest.opml import read_opml

    try:
        outlines = read_opml(file.read())
    except BadOpml as error:
        raise InputError(f"{file.name}: {error}") from error
    added, known, bad = add_outlines(outlines, Settings(db, sources), Stated(**options))
    for outline, fault in bad:
        click.echo(f"Error: {outline.url}: {fault}", err=True)
    click.echo(f"{len(added)} sources added ({known} known, {len(bad)} unusable)")
    if bad:
        raise click.exceptions.Exit(BadInput.exit_code)


@sources.command(name="export-opml")
@click.argument("file", type=click.File("wb", atomic=True), default="-")
@db_option
@sources_option
def export_opml(file: Any, db: Path, sources: Path | None) -> None:
    """Write the registry's feeds as an OPML list, which feed readers take in; to stdout, or to a file.

    \b
    Example:
      dpawatch sources export-opml feeds.opml
    """
    from dpawatch.run import load_registry
    from ingest.opml import write_opml

    file.write(write_opml(load_registry(Settings(db, sources))))
