"""The command line: each command opens things, calls one function and prints; errors become one line here and only here."""

from __future__ import annotations

import errno
import json
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

import click

from db.errors import BackupError, DatabaseError, LockedError, PublishError, StorageError
from db.faults import explain_fault
from dpawatch.backup_commands import backup, restore
from dpawatch.company_commands import companies
from dpawatch.config_command import make_config_command
from dpawatch.endings import Attention, BadInput, Busy, Interrupted, Line, Terminated
from dpawatch.errors import DpawatchError, ToldError, WorkerError
from dpawatch.faults import flatten, report_bad_lines
from dpawatch.follow_commands import alert, digest, follow
from dpawatch.history import history
from dpawatch.logs import log_to_stderr
from dpawatch.options import (
    all_option,
    db_option,
    fetch_options,
    keep_options,
    max_minutes_option,
    only_option,
    ping_option,
    site_option,
)
from dpawatch.output_commands import export, publish
from dpawatch.pinging import pinging
from dpawatch.redact_command import redact
from dpawatch.reporting import Reporting, cron_option, log_format_option
from dpawatch.running import run_on
from dpawatch.scale.commands import backfill, open_chosen_reader, scheduler_option, workers_option
from dpawatch.settings import Settings
from dpawatch.source_commands import sources
from ingest.errors import IngestError, RegistryError

_PORT = click.IntRange(0, 65535)


class OneLineErrors(click.Group):
    """A group whose commands end in one line on stderr, with the contract's exit status, when something is wrong."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Return the context as click does."""
        with _one_line():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            with _one_line():
                return super().invoke(ctx)
        except Line as line:
            line.reporting = Reporting.of(ctx)
            raise


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        where = f" (try '{error.ctx.command_path} --help')" if error.ctx else ""
        raise BadInput(flatten(error.format_message()) + where) from error
    except KeyboardInterrupt as error:
        raise (Terminated() if error.args == (signal.SIGTERM,) else Interrupted()) from error
    except ToldError as error:
        raise click.exceptions.Exit(Attention.exit_code) from error
    except LockedError as error:
        raise Busy(flatten(error), error.stuck) from error
    except (BackupError, PublishError, StorageError, WorkerError) as error:
        raise Attention(flatten(error)) from error
    except (DpawatchError, DatabaseError, RegistryError) as error:
        raise BadInput(flatten(error)) from error
    except IngestError as error:
        raise Attention(flatten(error)) from error
    except sqlite3.Error as error:
        raise Attention(f"the database: {flatten(explain_fault(error) or error)}") from error
    except (BrokenPipeError, FileNotFoundError):
        raise
    except OSError as error:  # a full disk, a file that may not be read
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        said = "the disk is full; make room and start the command again" if full else error.strerror
        raise Attention(": ".join(str(part) for part in (error.filename, said) if part)) from error


@click.group(cls=OneLineErrors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="dpawatch")
def main() -> None:
    """Privacy-enforcement news, read by machine: who ordered what, against whom, under which provisions."""
    log_to_stderr()


@main.command()
@db_option
@fetch_options
@all_option
@max_minutes_option
@keep_options
@site_option
@ping_option
@log_format_option
@cron_option
def run(db: Path, every: bool, max_minutes: float | None, site: str | None, **said: Any) -> None:
    """Poll the sources that are due, read the new articles, group what they report into cases, and send alerts.

    The cron job; start it every quarter of an hour, as each source has its own rhythm. It is safe to repeat and safe to
    kill; a second run on the same database ends at once with status 75. What --max-minutes leaves is done by the next
    run. At the end old raw responses, requests and runs are removed.

    \b
    Example:
      dpawatch run --db dpawatch.db --contact https://example.org/about-this-robot
      dpawatch run --cron --max-minutes 25
    """
    from dpawatch.run import load_registry
    from dpawatch.targets import Targets
    from dpawatch.whole_run import do_whole_run

    settings = Settings(db, **said)
    with pinging(settings):
        sources, targets = load_registry(settings), Targets(db)
        with run_on(db, "run", minutes=max_minutes) as current:
            do_whole_run(current, settings, sources, targets, site, every)


@main.command()
@db_option
@fetch_options
@all_option
@only_option
@log_format_option
def ingest(db: Path, every: bool, only: tuple[str, ...], **fetch: Any) -> None:
    """Poll the sources that are due and store their new articles.

    \b
    Example:
      dpawatch ingest --only fr-cnil-news-fr
    """
    from dpawatch.run import ingest_sources, load_registry

    settings = Settings(db, **fetch)
    sources = load_registry(settings, only)
    with run_on(db, "ingest") as current:
        ingest_sources(current, settings, sources, only, every)


@main.command(name="import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@db_option
@log_format_option
def import_(files: tuple[str, ...], db: Path) -> None:
    """Load articles from files of JSON lines, plain or gzip ("-" is stdin), or from folders that backfill wrote.

    Each line is an object with url, title and text (or html), and if known published, lang, source, publisher. A line
    that holds no article is named on stderr, the others are stored, and the exit status is 2. Of a folder's articles
    those that this version of the pipeline has read are not read again.

    \b
    Example:
      dpawatch import articles.jsonl.gz --db dpawatch.db
      dpawatch import shards/
    """
    from dpawatch.bulk import import_paths

    with run_on(db, "import") as current:
        bad = import_paths(current, files)
    report_bad_lines(bad)


@main.command()
@db_option
@click.option("--all", "every", is_flag=True, help="Read every article again, not only those not read yet.")
@scheduler_option
@workers_option
@log_format_option
def tag(db: Path, every: bool, scheduler: str | None, workers: int | None) -> None:
    """Read the articles that this version of the pipeline has not read: who did what to whom, with the sentences.

    With --workers or --scheduler they are read by other processes, with the same result.

    \b
    Example:
      dpawatch tag --db dpawatch.db
      dpawatch tag --all --workers 4
    """
    from dpawatch.run import tag_articles

    with open_chosen_reader(scheduler, workers) as read, run_on(db, "tag", existing=True) as current:
        tag_articles(current, every, read)


@main.command()
@db_option
@click.option("--rebuild", is_flag=True, help="Forget the cases first; the result is the same.")
@log_format_option
def cases(db: Path, rebuild: bool) -> None:
    """Group the actions found in articles into cases.

    \b
    Example:
      dpawatch cases --rebuild
    """
    from dpawatch.run import group_cases

    with run_on(db, "cases", existing=True) as current:
        group_cases(current, rebuild)


@main.command()
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--jsonl", is_flag=True, help="Read one JSON document per line, plain or gzip, and write one per line.")
@click.option("--explain", is_flag=True, help="Show the text with its marks and the actions, for people, not as JSON.")
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --explain: write it as a web page into this file.",
)
@click.option("--db", expose_value=False, help="Accepted like everywhere, but this command needs no database.")
def analyze(files: tuple[str, ...], jsonl: bool, explain: bool, page: Path | None) -> None:
    """Read text files, or stdin, and print what was found as JSON, without a database.

    One text gives one JSON object, several give an array of them in the same order. With --jsonl each line is an object
    with text, and if known id, title, lang, published, publisher. What cannot be read is named on stderr, all else is
    printed, and the exit status is 2.

    \b
    Example:
      dpawatch analyze article.txt
      dpawatch analyze --jsonl articles.jsonl.gz > analyses.jsonl
      dpawatch analyze --explain article.txt
      dpawatch analyze --explain --html article.html article.txt
    """
    from dpawatch.analysing import print_analyses, print_analysis_lines
    from dpawatch.garbage import seldom_collecting
    from nlp.starting import import_spacy

    if page and not explain:
        raise click.UsageError("--html needs --explain")
    texts = files or ("-",)
    with seldom_collecting():
        import_spacy()
        if explain:
            from dpawatch.explain import print_explanations, write_explanations

            bad = write_explanations(texts, jsonl, page) if page else print_explanations(texts, jsonl, click.echo)
        elif jsonl:
            bad = print_analysis_lines(texts, click.echo)
        else:
            bad = print_analyses(texts, click.echo)
    report_bad_lines(bad)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[DATASETTE ARGUMENTS]...")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="How many processes make pages; each takes some 70 MB.  [default: one for each core, at most four]",
)
@db_option
def serve(arguments: tuple[str, ...], db: Path, workers: int | None) -> None:
    """Serve the site: Datasette on the database. Other arguments go to Datasette, as --port, --host or --setting.

    \b
    Example:
      dpawatch serve --db dpawatch.db --port 8001
    """
    from dpawatch.serve import serve_database
    from ingest.workers import count_cores

    serve_database(db, arguments, workers or count_cores())


for _command in (
    alert,
    backfill,
    backup,
    companies,
    digest,
    export,
    follow,
    history,
    publish,
    redact,
    restore,
    sources,
):
    main.add_command(_command)


@main.command()
@db_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "prometheus"]),
    default="table",
    show_default=True,
    help="A table for people, JSON, or the text that Prometheus reads.",
)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option("--all", "every", is_flag=True, help="Show every source, also those that are fine.")
def status(db: Path, form: str, every: bool) -> None:
    """Show the health of sources, the last runs and what is waiting; exit with 1 when something needs a person.

    The worst sources come first: those that never worked, that stopped working, are gone, fail, are overdue, are empty
    or give too little, are held back or silent; ten of each, and of the others their number. JSON has all of them.

    \b
    Example:
      dpawatch status --json
      dpawatch status --format prometheus > /var/lib/node_exporter/dpawatch.prom
    """
    from dpawatch.status import read_status_of
    from dpawatch.status_text import WIDTH, format_status

    found = read_status_of(db)
    if form == "json":
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    elif form == "prometheus":
        from dpawatch.metrics import format_metrics

        click.echo(format_metrics(found), nl=False)
    else:
        click.echo(format_status(found, every, max(get_terminal_size((WIDTH, 24)).columns, 80)))
    if found.needs:
        raise click.exceptions.Exit(Attention.exit_code)


@main.command()
@db_option
@click.option("--no-serve", is_flag=True, help="Only build the database.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve the site at.")
@click.option(
    "--port", type=_PORT, default=8001, show_default=True, help="The port to serve the site at; 0 is any free one."
)
@click.option(
    "--articles-port",
    type=_PORT,
    help="The port to serve the sample articles at, on loopback: 8766 if it is free, or the one the database was "
    "built with; for a new database 0 is any free one.",
)
def demo(db: Path, no_serve: bool, host: str, port: int, articles_port: int | None) -> None:
    """Build a database from the bundled sample articles and serve it.

    The articles are served as feeds and pages on loopback, and polled, read and grouped as `dpawatch run` does it. Done
    again, it adds nothing. The site links to the articles, so they are served as long as it is; Ctrl-C ends both.

    \b
    Example:
      dpawatch demo --db demo.db
    """
    from dpawatch.demo.build import build_demo, choose_articles_port, describe_demo
    from dpawatch.demo.server import serve_articles
    from dpawatch.serve import find_port, serve_database

    site_port = 0 if no_serve else find_port(host, port)
    with serve_articles(choose_articles_port(db, articles_port)) as articles:
        with run_on(db, "demo") as current:
            build_demo(current, db, articles)
            found = describe_demo(current.db)
        click.echo(found)
        if not no_serve:
            click.echo(
                f"the site is at http://{host}:{site_port}/ and its articles are at {articles}/; Ctrl-C ends both"
            )
            serve_database(db, ["--host", host, "--port", str(site_port)])


# last, as it shows the settings of all others
main.add_command(make_config_command(main))
