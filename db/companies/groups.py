"""Groups of companies as groups.toml has them: who belongs to whom, and what each is called."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from db.companies.names import form_key, name_key, split_country, without_group
from db.errors import GroupsError

Names = tuple[str, ...]


class KnownRecord(Protocol):
    """What an organisation of the gazetteer must have: nlp.gazetteer.KnownCompany does."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def aliases(self) -> Sequence[str]: ...  # noqa: D102


T = TypeVar("T")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_WIKIDATA = re.compile(r"Q[1-9]\d*")


@dataclass(frozen=True, slots=True)
class Member:
    """One company of a group. `country` is ISO 3166-1 alpha-2; `former` are names it had."""

    id: str
    name: str
    country: str | None = None
    aliases: Names = ()
    former: Names = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A group, which is a company itself, and its members. `wikidata` is its item's id."""

    id: str
    name: str
    kind: str = "company"
    country: str | None = None
    wikidata: str | None = None
    aliases: Names = ()
    former: Names = ()
    members: tuple[Member, ...] = ()


@cache
def load_groups() -> tuple[Group, ...]:
    """Return the groups that come with the program; raises GroupsError as read_groups does."""
    return read_groups(files("db.companies") / "groups.toml")


def read_groups(path: Traversable | Path) -> tuple[Group, ...]:
    """Return the groups of a TOML file.

    Raises: GroupsError, which names the file and the key, when a table breaks the schema, an id is used twice, or one
        name would stand for two companies.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GroupsError(f"{path.name}: not valid TOML: {error}") from error
    if unknown := sorted(tables.keys() - {"groups"}):
        raise GroupsError(f"{path.name}: unknown key {unknown[0]!r} (allowed: groups)")
    groups = tuple(_build_group(table, path.name) for table in tables.get("groups", []))
    names_of_groups(groups, path.name)
    return groups


def names_of_groups(groups: Iterable[Group], where: str = "groups") -> dict[str, tuple[str, str]]:
    """Return the company that each key of the data stands for, with the name it was made of.

    A member that only its legal form tells from another of its group ("Vodafone GmbH") has its names with their forms.
    Raises: GroupsError when two companies have one id or one name.
    """
    found: dict[str, tuple[str, str]] = {}
    ids: set[str] = set()
    for group in groups:
        companies: tuple[Group | Member, ...] = (group, *group.members)
        for company in companies:
            if company.id in ids:
                raise GroupsError(f"{where}: {company.id}: the id is used twice")
            ids.add(company.id)
            for name in (company.name, *company.aliases, *company.former):
                _claim(found, company, name, {m.id for m in group.members} | {group.id}, where)
    return found


def names_of_known(
    found: Mapping[str, tuple[str, str]], companies: Iterable[KnownRecord]
) -> dict[str, tuple[str, str]]:
    """Return what the gazetteer adds to the names of the groups: those that no group has, for the company that has the name.

    A name that the country of a group's company explains ("Rosso Romania") is not added: it is a company of its own.
    """
    added: dict[str, tuple[str, str]] = {}
    for company in companies:
        owner = found.get(name_key(company.name), (company.id,))[0]
        for name in (company.name, *company.aliases):
            key = name_key(name)
            parts = split_country(without_group(key))
            if key not in found and not (parts and (parts[0] in found or parts[0] in added)):
                added.setdefault(key, (owner, name))
    return added


def _claim(found: dict[str, tuple[str, str]], company: Group | Member, name: str, kin: set[str], where: str) -> None:
    key = name_key(name)
    if key in found and found[key][0] in kin - {company.id}:
        key = form_key(name)
    other, _ = found.setdefault(key, (company.id, name))
    if other != company.id:
        raise GroupsError(f"{where}: {company.id}: the name {name!r} is one of {other!r} too")


def _build_group(table: Mapping[str, Any], file: str) -> Group:
    where = f"{file}: {table.get('id', '?')}"
    members = tuple(_build(Member, member, f"{where}: members") for member in table.get("members", []))
    return _build(Group, {**table, "members": members}, where)


def _build(kind: type[T], table: Mapping[str, Any], where: str) -> T:
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            raise GroupsError(f"{where}: unknown key {key!r} (allowed: {', '.join(known)})")
    for name, field in known.items():
        if name not in table and field.default is MISSING:
            raise GroupsError(f"{where}: key {name!r} is missing")
    values = {key: _read_value(key, value, where) for key, value in table.items()}
    return kind(**values)


def _read_value(key: str, value: Any, where: str) -> Any:
    if key in ("aliases", "former"):
        if not isinstance(value, list) or not all(isinstance(name, str) and name_key(name) for name in value):
            raise GroupsError(f"{where}: key {key!r} is no list of names")
        return tuple(value)
    if key == "members":
        return value
    form = {"id": _ID, "country": _COUNTRY, "wikidata": _WIKIDATA}.get(key)
    if not isinstance(value, str) or not value.strip() or (form and not form.fullmatch(value)):
        raise GroupsError(f"{where}: key {key!r} has the value {value!r}")
    return value
