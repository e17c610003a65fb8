"""Options that several commands share, each with the environment variable that sets it too."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from dpawatch.configuring import read_config
from dpawatch.settings import DEFAULT_ARCHIVE_DAYS, DEFAULT_DB, DEFAULT_DELAY, DEFAULT_FETCH_DAYS, DEFAULT_RUN_DAYS

Command = TypeVar("Command", bound=Callable[..., Any])


def _require_name(context: click.Context, parameter: click.Parameter, path: Path) -> Path:
    if not path.name:
        raise click.BadParameter("give the path of a file, such as dpawatch.db", context, parameter)
    return path


_db_option = click.option(
    "--db",
    metavar="FILE",
    is_eager=True,  # before the file of settings that lies beside it
    type=click.Path(path_type=Path),
    callback=_require_name,
    envvar="DPAWATCH_DB",
    default=DEFAULT_DB,
    show_default=True,
    show_envvar=True,
    help="The SQLite database.",
)
_config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
    callback=read_config,
    is_eager=True,
    expose_value=False,
    envvar="DPAWATCH_CONFIG",
    show_envvar=True,
    help="A file of settings, which flags and environment variables come before.  [default: dpawatch.toml beside the "
    "database]",
)
sources_option = click.option(
    "--sources",
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
    envvar="DPAWATCH_SOURCES",
    show_envvar=True,
    help="A registry of sources (a file, or a folder of them) to use instead of the built-in one and the folder "
    "<db>-sources.",
)
only_option = click.option(
    "--only", metavar="ID", multiple=True, help="Poll this source, due or not; may be given several times."
)
all_option = click.option(
    "--all", "every", is_flag=True, help="Poll every source now, not only those whose time has come."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


def _refuse_no_number(_: click.Context, param: click.Parameter, value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):  # "nan" is in every range, since it compares with nothing
        raise click.BadParameter(f"{value} is no number", param=param)
    return value


def _check_address(_: click.Context, param: click.Parameter, address: str | None) -> str | None:
    if address and not re.fullmatch(r"https?://[^\s/]\S*", address):
        raise click.BadParameter("give the whole address, such as https://example.org", param=param)
    return address.rstrip("/") if address else None


def _check_contact(_: click.Context, param: click.Parameter, contact: str | None) -> str | None:
    if contact and not (contact.isascii() and contact.isprintable()):  # it stands in a header of each request
        raise click.BadParameter("give one line of ASCII, a URL or a mail address", param=param)
    return contact


site_option = click.option(
    "--site",
    metavar="URL",
    callback=_check_address,
    envvar="DPAWATCH_SITE",
    show_envvar=True,
    help="The address of the site, for links to its pages of cases.",
)
ping_option = click.option(
    "--ping",
    metavar="URL",
    callback=_check_address,
    envvar="DPAWATCH_PING_URL",
    show_envvar=True,
    help="Ask for this address after each run, and for URL/fail when it failed or a person is needed, as "
    "healthchecks.io takes it.",
)
_POLITE = (
    click.option(
        "--allow-private-hosts",
        is_flag=True,
        envvar="DPAWATCH_ALLOW_PRIVATE_HOSTS",
        show_envvar=True,
        help="Fetch from loopback and private addresses too.",
    ),
    click.option(
        "--delay",
        metavar="SECONDS",
        type=click.FloatRange(min=0),
        callback=_refuse_no_number,
        envvar="DPAWATCH_DELAY",
        default=DEFAULT_DELAY,
        show_default=True,
        show_envvar=True,
        help="Seconds between two requests to one host.",
    ),
    click.option(
        "--contact",
        metavar="TEXT",
        callback=_check_contact,
        envvar="DPAWATCH_CONTACT",
        show_envvar=True,
        help="A URL or mail address for webmasters, sent in the User-Agent.",
    ),
)
_FETCH = (
    sources_option,
    *_POLITE,
    click.option(
        "--archive/--no-archive",
        envvar="DPAWATCH_ARCHIVE",
        default=True,
        show_default=True,
        show_envvar=True,
        help="Keep raw responses in WARC files in the folder <db>-archive.",
    ),
)
max_minutes_option = click.option(
    "--max-minutes",
    metavar="MINUTES",
    type=click.FloatRange(min=0, min_open=True),
    callback=_refuse_no_number,
    envvar="DPAWATCH_MAX_MINUTES",
    show_envvar=True,
    help="Stop after so long and leave the rest to the next run.  [default: no limit]",
)


def _keep_option(name: str, default: int, what: str) -> Callable[[Command], Command]:
    return click.option(
        f"--{name}-days",
        metavar="DAYS",
        type=click.IntRange(0, 36_500),
        envvar=f"DPAWATCH_{name.upper()}_DAYS",
        default=default,
        show_default=True,
        show_envvar=True,
        help=f"Remove {what} after so many days; 0 keeps them for ever.",
    )


_KEEP = (
    _keep_option("archive", DEFAULT_ARCHIVE_DAYS, "raw responses"),
    _keep_option("fetch", DEFAULT_FETCH_DAYS, "requests from the table fetches"),
    _keep_option("run", DEFAULT_RUN_DAYS, "runs without requests from the table runs"),
)


def db_option(command: Command) -> Command:
    """Return the command with the options that name the database and the file of settings."""
    return _db_option(_config_option(command))


def keep_options(command: Command) -> Command:
    """Return the command with the options that say how long it keeps what nobody asks for any more."""
    for option in reversed(_KEEP):
        command = option(command)
    return command


def polite_options(command: Command) -> Command:
    """Return the command with the options of all that asks other people's servers."""
    for option in reversed(_POLITE):
        command = option(command)
    return command


def fetch_options(command: Command) -> Command:
    """Return the command with the options of all that reads a registry and stores what it fetches."""
    for option in reversed(_FETCH):
        command = option(command)
    return command
