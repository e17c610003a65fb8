"""Options that several commands share, each with the environment variable that sets it too."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from dpawatch.settings import DEFAULT_DB, DEFAULT_DELAY

Command = TypeVar("Command", bound=Callable[..., Any])


def _require_name(context: click.Context, parameter: click.Parameter, path: Path) -> Path:
    if not path.name:
        raise click.BadParameter("give the path of a file, such as dpawatch.db", context, parameter)
    return path


db_option = click.option(
    "--db",
    type=click.Path(path_type=Path),
    callback=_require_name,
    envvar="DPAWATCH_DB",
    default=DEFAULT_DB,
    show_default=True,
    show_envvar=True,
    help="The SQLite database.",
)
sources_option = click.option(
    "--sources",
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
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


def _refuse_no_number(_: click.Context, param: click.Parameter, value: float) -> float:
    if not math.isfinite(value):  # "nan" is in every range, since it compares with nothing
        raise click.BadParameter(f"{value} is no number of seconds", param=param)
    return value


def _check_address(_: click.Context, param: click.Parameter, address: str | None) -> str | None:
    if address and not re.fullmatch(r"https?://[^\s/]\S*", address):
        raise click.BadParameter("give the whole address, such as https://example.org", param=param)
    return address.rstrip("/") if address else None


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
