"""Targets of alerts: names for Apprise's URLs, which hold passwords and tokens and so stand in no database.

A name is looked up in the environment (DPAWATCH_TARGET_OFFICE for "office"), in the table [targets] of the file of
settings (dpawatch.configuring), and in <db>-targets.toml, which only its owner may read and where URLs are
kept that `follow add` was given.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import count
from pathlib import Path

import tomli_w

from db.files import replaced_file
from dpawatch.configuring import FILE, read_toml, used_config
from dpawatch.errors import InputError

_VARIABLE = "DPAWATCH_TARGET_"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_SCHEMA = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):/", re.ASCII)


def name_file(db: Path) -> Path:
    """Return the file in which a database's targets are kept that were given as URLs."""
    return db.with_name(f"{db.name}-targets.toml")


class Targets:
    """The targets of a database's follows; raises InputError when a file of them cannot be read."""

    def __init__(self, db: Path, environment: Mapping[str, str] = os.environ) -> None:
        self.own = name_file(db)
        config = used_config() or Path(environment.get("DPAWATCH_CONFIG") or db.with_name(FILE))
        self.kept = _read_targets(self.own)
        self.environment = environment
        configured = _read_targets(config)
        self.known = self.kept | configured
        self._files = dict.fromkeys(self.kept, self.own) | dict.fromkeys(configured, config)

    def find(self, name: str) -> str | None:
        """Return the URL of a target; None when nothing names it any more."""
        return self.environment.get(_VARIABLE + name.upper().replace("-", "_")) or self.known.get(name)

    def describe(self) -> Iterator[tuple[str, str, str]]:
        """Yield the name, the kind and the origin of each target that is named somewhere; a URL shows its kind alone.

        Raises: InputError: names the origin and the target of which Apprise knows no such kind.
        """
        origins = {name: str(file) for name, file in self._files.items()}
        for variable in self.environment:
            if variable.startswith(_VARIABLE) and self.environment[variable]:
                name = variable.removeprefix(_VARIABLE).lower().replace("_", "-")
                if not _NAME.fullmatch(name):
                    raise InputError(f"environment variable {variable}: has no name of a target behind {_VARIABLE}")
                origins[name] = f"environment variable {variable}"
        for name, origin in sorted(origins.items()):
            url = self.find(name) or ""
            _check(f"{origin}: targets.{name}", url)
            yield name, _name_kind(url), origin

    def name(self, given: str) -> str:
        """Return the name of a target that is given as its name or as a URL; a URL that has none is kept under a new one.

        Raises: InputError when there is no such target, or Apprise knows no such kind; no message shows a URL.
        """
        if not _SCHEMA.match(given):
            if not _NAME.fullmatch(given) or self.find(given) is None:
                raise InputError(
                    f"no target is called {given!r}: name it in the table [targets] of dpawatch.toml or in "
                    f"{_VARIABLE}NAME, or give its URL"
                )
            _check(given, self.find(given) or "")
            return given
        _check("the URL", given)
        for name, url in self.kept.items():
            if url == given:
                return name
        return self._keep(given)

    def _keep(self, url: str) -> str:
        schema = re.sub(r"[^a-z0-9]+", "-", url.partition(":")[0].lower())
        name = next(n for n in (f"{schema}-{number}" for number in count(1)) if self.find(n) is None)
        self._write(self.kept | {name: url})
        return name

    def forget_all_but(self, names: Collection[str]) -> None:
        """Forget the URLs that were kept for targets that nobody has any more."""
        left = {name: url for name, url in self.kept.items() if name in names}
        if left != self.kept:
            self._write(left)

    def _write(self, targets: dict[str, str]) -> None:
        with replaced_file(self.own) as new:
            new.chmod(0o600)
            new.write_text(tomli_w.dumps({"targets": targets}), encoding="utf-8")
        self.kept = targets
        self.known = targets | self.known


def _check(what: str, url: str) -> None:
    from dpawatch.deliver import is_deliverable

    if not is_deliverable(url):
        said = f"{what} is no target that Apprise knows ({_name_kind(url)})"
        raise InputError(f"{said}; see https://appriseit.com/services/")


def _name_kind(url: str) -> str:
    """Return the kind of a target, which is all that is shown of its URL: without one, what stands there may be a token."""
    schema = _SCHEMA.match(url)
    return f"{schema[1]}://…" if schema else "no kind:// at its beginning"


def _read_targets(path: Path) -> dict[str, str]:
    """Return the table [targets] of a file, empty when there is no file."""
    targets = read_toml(path).get("targets", {}) if path.exists() else {}
    if not isinstance(targets, dict):
        raise InputError(f"{path}: targets: must be a table of names and URLs")
    for name, url in targets.items():
        if not _NAME.fullmatch(name):
            raise InputError(f"{path}: targets.{name}: a name has small letters, digits and hyphens")
        if not isinstance(url, str):
            raise InputError(f"{path}: targets.{name}: must be a text, the URL")
    return targets
