"""The command line: each command opens things, calls one function and prints; errors become one line here and only here."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, ClassVar

import click

from db.errors import DatabaseError, LockedError, PublishError, StorageError
from db.faults import explain_fault
from dpawatch.company_commands import companies
from dpawatch.errors import DpawatchError, WorkerError
from dpawatch.history import history
from dpawatch.logs import log_to_stderr
from dpawatch.options import all_option, db_option, fetch_options, json_option, only_option
from dpawatch.output_commands import export, publish
from dpawatch.redact_command import redact
from dpawatch.running import run_on
from dpawatch.settings import Settings
from dpawatch.source_commands import sources
from ingest.errors import IngestError, RegistryError

if TYPE_CHECKING:
    from dpawatch.inputs import BadLine

SHOWN_BAD_LINES = 20
_PORT = click.IntRange(0, 65535)


class Attention(click.ClickException):
    "Something outside went wrong, and a person should look"

    exit_code: ClassVar[int] = 1


class BadInput(click.ClickException):
    "What the user gave cannot be used"

    exit_code: ClassVar[int] = 2


class Busy(click.ClickException):
    "Another run holds the database's lock; EX_TEMPFAIL of sysexits.h"

    exit_code: ClassVar[int] = 75


class OneLineErrors(click.Group):
    """A group whose commands end in one line on stderr, with the contract's exit status, when something is wrong."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Return the context as click does."""
        with _one_line():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _one_line():
            return super().invoke(ctx)


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        where = f" (try '{error.ctx.command_path} --help')" if error.ctx else ""
        raise BadInput(_flat(error.format_message()) + where) from error
    except LockedError as error:
        raise Busy(_flat(error)) from error
    except (PublishError, StorageError, WorkerError) as error:
        raise Attention(_flat(error)) from error
    except (DpawatchError, DatabaseError, RegistryError) as error:
        raise BadInput(_flat(error)) from error
    except IngestError as error:
        raise Attention(_flat(error)) from error
    except sqlite3.Error as error:
        raise Attention(f"the database: {_flat(explain_fault(error) or error)}") from error
    except (BrokenPipeError, FileNotFoundError):
        raise
    except OSError as error:  # a full disk, a file that may not be read
        raise Attention(": ".join(str(part) for part in (error.filename, error.strerror) if part)) from error


def _flat(message: object) -> str:
    return " ".join(str(message).split())


@click.group(cls=OneLineErrors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="dpawatch")
def main() -> None:
    """Privacy-enforcement news, read by machine: who ordered what, against whom, under which provisions."""
    log_to_stderr()


@main.command()
@db_option
@fetch_options
@all_option
def run(db: Path, every: bool, **fetch: Any) -> None:
    """Poll the sources that are due, read the new articles and group what they report into cases.

    The cron job; start it every quarter of an hour, as each source has its own rhythm. It is safe to repeat and safe to
    kill; a second run on the same database ends at once with status 75.

    \b
    Example:
      dpawatch run --db dpawatch.db --contact https://example.org/about-this-robot
    """
    from dpawatch.run import group_cases, ingest_sources, load_registry, tag_articles

    settings = Settings(db, **fetch)
    sources = load_registry(settings)
    with run_on(db, "run") as current:
        ingest_sources(current, settings, sources, all=every)
        tag_articles(current)
        group_cases(current)


@main.command()
@db_option
@fetch_options
@all_option
@only_option
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
def import_(files: tuple[str, ...], db: Path) -> None:
    """Load articles from files of JSON lines, plain or gzip; "-" is stdin.

    Each line is an object with url, title and text (or html), and if known published, lang, source, publisher. A line
    that holds no article is named on stderr, the others are stored, and the exit status is 2.

    \b
    Example:
      dpawatch import articles.jsonl.gz --db dpawatch.db
    """
    from dpawatch.bulk import import_articles
    from dpawatch.inputs import read_all_records

    with run_on(db, "import") as current:
        bad = import_articles(current, read_all_records(files))
    _report_bad_lines(bad)


@main.command()
@db_option
@click.option("--all", "every", is_flag=True, help="Read every article again, not only those not read yet.")
def tag(db: Path, every: bool) -> None:
    """Read the articles that this version of the pipeline has not read: who did what to whom, with the sentences.

    \b
    Example:
      dpawatch tag --db dpawatch.db
    """
    from dpawatch.run import tag_articles

    with run_on(db, "tag", existing=True) as current:
        tag_articles(current, every)


@main.command()
@db_option
@click.option("--rebuild", is_flag=True, help="Forget the cases first; the result is the same.")
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

    if page and not explain:
        raise click.UsageError("--html needs --explain")
    if explain:
        from dpawatch.explain import print_explanations, write_explanations

        texts = files or ("-",)
        bad = write_explanations(texts, jsonl, page) if page else print_explanations(texts, jsonl, click.echo)
        _report_bad_lines(bad)
    elif jsonl:
        _report_bad_lines(print_analysis_lines(files or ("-",), click.echo))
    else:
        _report_bad_lines(print_analyses(files or ("-",), click.echo))


def _report_bad_lines(bad: list[BadLine]) -> None:
    """Name what could not be used on stderr, each in a line but of many lines only the first; end with status 2 if any."""
    lines = [fault for fault in bad if fault.line is not None]
    for fault in [*lines[:SHOWN_BAD_LINES], *(fault for fault in bad if fault.line is None)]:
        click.echo(f"Error: {_flat(fault)}", err=True)
    if len(lines) > SHOWN_BAD_LINES:
        click.echo(f"Error: {len(lines) - SHOWN_BAD_LINES} more lines could not be used", err=True)
    if bad:
        raise click.exceptions.Exit(BadInput.exit_code)


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


for _command in (companies, export, history, publish, redact, sources):
    main.add_command(_command)


@main.command()
@db_option
@json_option
@click.option("--all", "every", is_flag=True, help="Show every source, also those that are fine.")
def status(db: Path, as_json: bool, every: bool) -> None:
    """Show the health of sources, the last runs and what is waiting; exit with 1 when something needs a person.

    The worst sources come first: those that never worked, that stopped working, are gone, fail, are overdue, are empty
    or give too little; ten of each, and of the others their number. JSON has all of them.

    \b
    Example:
      dpawatch status --json
    """
    from dpawatch.status import read_status_of
    from dpawatch.status_text import WIDTH, format_status

    found = read_status_of(db)
    width = max(get_terminal_size((WIDTH, 24)).columns, 80)
    shown = json.dumps(found.to_json(), ensure_ascii=False, indent=2) if as_json else format_status(found, every, width)
    click.echo(shown)
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
