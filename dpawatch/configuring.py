"""Settings and where they come from: a flag, else its environment variable, else a file of TOML, else the default.

Every option with an environment variable is a setting, declared where the option is; its key in the file is its name.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from dpawatch.errors import InputError

FILE = "dpawatch.toml"
# the option that names the file itself, and the table in it that is not of settings but of targets of alerts
CONFIG, TARGETS = "config", "targets"
_KEY = "dpawatch.config"
# as what TOML gives values of options that are no texts; true is no number
_TYPES: dict[type[click.ParamType[Any]], tuple[type, ...]] = {
    click.types.BoolParamType: (bool,),
    click.types.IntParamType: (int,),
    click.types.FloatParamType: (int, float),
}


def list_settings(command: click.Command) -> dict[str, click.Option]:
    """Return the settings of a command, or of all commands of a group, by name; the first declaration of each."""
    found: dict[str, click.Option] = {}
    for option in _list_options(command):
        if option.envvar and option.name and option.name != CONFIG:
            found.setdefault(option.name, option)
    return dict(sorted(found.items()))


def _list_options(command: click.Command) -> Iterator[click.Option]:
    yield from (param for param in command.params if isinstance(param, click.Option))
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from _list_options(command.commands[name])


def read_config(context: click.Context, _: click.Parameter, path: Path | None) -> Path | None:
    """Make the settings of a file the defaults of a command, and return the file; None when none is named or there.

    Args:
        path: the file that was named; without one it is `dpawatch.toml` beside the database, if there is one.
    Raises: InputError: the file cannot be read, a key is none of a setting, or a value is none that it may have.
    """
    if path is None:
        path = Path(context.params["db"]).with_name(FILE)
        if not os.path.lexists(path):  # a link that leads nowhere is no file that nobody wanted
            return None
    said = {key: value for key, value in read_toml(path).items() if key != TARGETS}
    values = check_settings(path, said, list_settings(context.find_root().command))
    own = {name: value for name, value in values.items() if name in list_settings(context.command)}
    context.default_map, context.meta[_KEY] = own, path
    if "db" in own and context.get_parameter_source("db") is ParameterSource.DEFAULT:
        context.params["db"] = Path(own["db"])
        context.set_parameter_source("db", ParameterSource.DEFAULT_MAP)
    return path


def used_config() -> Path | None:
    """Return the file of settings that the command at work was given or has found; None without one."""
    context = click.get_current_context(silent=True)
    return context.meta.get(_KEY) if context else None


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a person wrote in a file of TOML; raises InputError, which names the file, when it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 (byte {error.start})") from error
    except (ValueError, RecursionError) as error:  # also numbers and brackets past what Python reads
        raise InputError(f"{path}: is no TOML: {error}") from error


def check_settings(path: Path, values: Mapping[str, Any], settings: Mapping[str, click.Option]) -> dict[str, Any]:
    """Return what a file says as options take it: paths are from its folder on.

    Raises: InputError: names the file, the key and what is allowed.
    """
    checked = {}
    for name, value in values.items():
        if name not in settings:
            near = get_close_matches(name, settings, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(settings)}"
            raise InputError(f"{path}: there is no setting {name!r}; {hint}")
        option = settings[name]
        if isinstance(option.type, click.Path) and isinstance(value, str):
            value = str(path.absolute().parent / value)
        _check_value(f"{path}: {name}", option, value)
        checked[name] = value
    return checked


def _check_value(where: str, option: click.Option, value: object) -> None:
    allowed = name_type(option)
    if type(value) not in next((types for kind, types in _TYPES.items() if isinstance(option.type, kind)), (str,)):
        raise InputError(f"{where}: {value!r} is not allowed; give {allowed}")
    try:
        option.process_value(click.Context(click.Command(option.name), resilient_parsing=True), value)
    except click.BadParameter as error:
        said = error.message.rstrip(".")
        raise InputError(
            f"{where}: {said}" if said.startswith("give ") else f"{where}: {said}; give {allowed}"
        ) from error


def name_type(option: click.Option) -> str:
    """Return what a setting may be, in words."""
    kind = option.type
    if isinstance(kind, click.Choice):
        return " or ".join(f'"{choice}"' for choice in kind.choices)
    if isinstance(kind, click.types.BoolParamType):
        return "true or false"
    if isinstance(kind, click.types.FloatParamType | click.types.IntParamType):
        number = "a whole number" if isinstance(kind, click.types.IntParamType) else "a number"
        return f"{number}{_name_bounds(kind)}"
    return "a path" if isinstance(kind, click.Path) else "a text"


def _name_bounds(kind: click.ParamType[Any]) -> str:
    if not isinstance(kind, click.IntRange | click.FloatRange):
        return ""
    least = "" if kind.min is None else f"{'more than' if kind.min_open else 'at least'} {kind.min:g}"
    most = "" if kind.max is None else f"{'less than' if kind.max_open else 'at most'} {kind.max:g}"
    return "".join(f", {bound}" for bound in (least, most) if bound)


def name_origin(context: click.Context, option: click.Option) -> str:
    """Return where the value of a setting comes from."""
    source = context.get_parameter_source(option.name or "")
    if source is ParameterSource.COMMANDLINE:
        return "flag"
    if source is ParameterSource.ENVIRONMENT:
        return f"environment variable {option.envvar}"
    return str(context.meta[_KEY]) if source is ParameterSource.DEFAULT_MAP else "default"
