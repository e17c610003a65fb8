"""The `config` command: every setting, its value and where that comes from."""

from __future__ import annotations

import json
from copy import copy
from typing import Any

import click

from dpawatch.configuring import list_settings, name_origin
from dpawatch.options import db_option, json_option


def make_config_command(group: click.Group) -> click.Command:
    """Return the command that shows the settings of all commands of a group; it takes all their flags."""

    @click.command(name="config")
    @db_option
    @json_option
    @click.pass_context
    def config(context: click.Context, /, as_json: bool, **_: Any) -> None:
        """Show every setting, its value, and where that comes from: a flag, the environment, a file, or the default.

        The file is dpawatch.toml beside the database, or the one that --config names; its keys are the settings' names.
        Targets of alerts are listed too, by their kind alone, since their URLs hold passwords.

        \b
        Example:
          dpawatch config --db /srv/dpawatch/dpawatch.db
        """
        click.echo(_format(context, as_json))

    for name, option in list_settings(group).items():
        if name != "db":
            config.params.append(shown := copy(option))
            shown.expose_value = True
    return config


def _format(context: click.Context, as_json: bool) -> str:
    from tabulate import tabulate

    from dpawatch.targets import Targets

    rows = [
        {"setting": name, "value": context.params[name], "origin": name_origin(context, option)}
        for name, option in list_settings(context.command).items()
    ]
    rows += [
        {"setting": f"targets.{name}", "value": kind, "origin": origin}
        for name, kind, origin in Targets(context.params["db"]).describe()
    ]
    if as_json:
        return json.dumps(rows, ensure_ascii=False, indent=2, default=str)
    return tabulate([[_show(value) for value in row.values()] for row in rows], list(rows[0]), disable_numparse=True)


def _show(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
