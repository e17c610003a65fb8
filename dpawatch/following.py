"""What somebody typed as a follow: names become ids, and what does not exist is said."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from sqlite_utils import Database
from tabulate import tabulate

from db.companies.decisions import find_company
from db.companies.names import name_key, own_id
from db.errors import DecisionError
from db.follows import Follow, list_query_columns
from db.reference import store_reference
from dpawatch.errors import InputError

Row = dict[str, Any]

_PROVISION = re.compile(r"([A-Za-z][A-Za-z0-9-]*)(?::([0-9A-Za-z.-]+(?:\([0-9A-Za-z]+\))*))?", re.ASCII)


def make_follow(
    db: Database,
    company: str | None,
    group: bool,
    regulator: str | None,
    provision: str | None,
    country: str | None,
    at_least: int | None,
    query: str | None,
    parameters: Sequence[str],
) -> Follow:
    """Return the follow of what was typed; raises InputError for what does not exist, or when nothing was."""
    from nlp.gazetteer import load_laws, load_regulators

    store_reference(db, load_regulators(), load_laws())
    if all(criterion is None for criterion in (company, regulator, provision, country, at_least, query)):
        raise InputError(
            "say what to follow: --company, --regulator, --provision, --country, --at-least or --query; several of them narrow it"
        )
    if group and not company:
        raise InputError("--group needs --company")
    if parameters and not query:
        raise InputError("--param needs --query")
    sql, values = _find_query(db, query, parameters) if query else (None, {})
    return Follow(
        company=_find_company(db, company) if company is not None else None,
        whole_group=group,
        regulator=_find_regulator(db, regulator) if regulator is not None else None,
        provision=_find_provision(db, provision) if provision is not None else None,
        country=_find_country(db, country) if country is not None else None,
        at_least=at_least,
        query=query,
        query_sql=sql,
        parameters=values,
    )


def _find_company(db: Database, name: str) -> str:
    """Return the id of a company by its id, a former one or one of its names; of an unknown name the id it would have."""
    try:
        return find_company(db, name)
    except DecisionError:
        key = name_key(name)
    if not key:
        raise InputError(f"{name!r} is no name of a company")
    row = db.execute("select company from company_names where key = ?", [key]).fetchone()
    return str(row[0]) if row else own_id(key)


def _find_regulator(db: Database, name: str) -> str:
    rows = db.execute("select id, abbreviation, name, native_name from regulators").fetchall()
    known = [row[0] for row in rows]
    if name.lower() in known:
        return name.lower()
    called = {row[0] for row in rows if name.casefold() in {str(word).casefold() for word in row[1:] if word}}
    if len(called) == 1:
        return str(called.pop())
    near = sorted(called) or get_close_matches(name.lower(), known, 3)
    raise InputError(f"no one regulator is called {name!r}{_suggest(near)}; ids are as in gb-ico, fr-cnil, us-ftc")


def _find_provision(db: Database, text: str) -> str:
    match = _PROVISION.fullmatch(text.strip())
    laws = {law.lower(): law for (law,) in db.execute("select id from laws")}
    if not match:
        raise InputError(f"{text!r} is no provision; write it as GDPR:32 or GDPR:5(1)(f), or a law alone as GDPR")
    law = laws.get(match[1].lower())
    if law is None:
        near = [laws[name] for name in get_close_matches(match[1].lower(), laws, 3)]
        raise InputError(f"no law is called {match[1]!r}{_suggest(near)}; docs/tables.md says where their ids are")
    return f"{law}:{match[2]}" if match[2] else law


def _find_country(db: Database, code: str) -> str:
    known = {country for (country,) in db.execute("select distinct country from regulators")}
    if code.upper() not in known:
        raise InputError(f"no regulator is of a country {code!r}; give its ISO 3166-1 code, as FR, DE or US")
    return code.upper()


def _find_query(db: Database, name: str, parameters: Iterable[str]) -> tuple[str, dict[str, str]]:
    """Return the SQL of a saved query and its parameters, "" for those that are not given."""
    from dpawatch.web.metadata import saved_queries

    queries = {
        key: query for key, query in saved_queries().items()
        if "case_id" in list_query_columns(db, query["sql"], dict.fromkeys(query.get("params", ()), ""))
    }  # fmt: skip
    if name not in queries:
        near = get_close_matches(name, queries, 3) or sorted(queries)
        raise InputError(f"no saved query of cases is called {name!r}{_suggest(near)}")
    values = dict.fromkeys(queries[name].get("params", ()), "")
    for text in parameters:
        key, equals, value = text.partition("=")
        if not equals or key not in values:
            raise InputError(f"--param {text!r}: {name} takes {_list(f'{known}=…' for known in values)}")
        values[key] = value
    return queries[name]["sql"], values


def _suggest(names: Collection[str]) -> str:
    return f"; did you mean {_list(names)}?" if names else ""


def _list(names: Iterable[str]) -> str:
    return " or ".join(names) or "nothing"


def describe_follow(row: Row) -> str:
    """Return what a follow is of, in words: "Clearview AI with its group, GDPR:32, EUR 100,000 or more"."""
    company = row["company_name"] or row["company"]
    values = row["parameters"] or {}
    given = ", ".join(f"{key}={value}" for key, value in values.items() if value)
    parts = [
        company and company + (" with its group" if row["whole_group"] else ""),
        row["regulator"],
        row["provision"],
        row["country"] and f"regulators of {row['country']}",
        row["at_least"] and f"EUR {row['at_least']:,} or more",
        row["query"] and f"query {row['query']}" + (f" ({given})" if given else ""),
    ]
    return ", ".join(part for part in parts if part)


def format_follows(rows: Sequence[Row], as_json: bool) -> str:
    """Return follows as JSON, without the SQL of their queries, or as a table for a terminal."""
    if as_json:
        shown = [{key: value for key, value in row.items() if key != "query_sql"} for row in rows]
        return json.dumps(shown, ensure_ascii=False, indent=2)
    if not rows:
        return "Nothing is followed yet: `dpawatch follow add --help`"
    heads = ("id", "follows", "to", "cases told", "waiting", "uncertain", "trouble")
    lines = [
        [row["id"], describe_follow(row), ", ".join(row["targets"]), row["told"], row["waiting"] or "",
         row["uncertain"] or "", _describe_trouble(row)]
        for row in rows
    ]  # fmt: skip
    return tabulate(lines, heads, disable_numparse=True)


def _describe_trouble(row: Row) -> str:
    if row["error"]:
        return f"its query fails: {row['error']}"
    if row["failures"]:
        return f"{row['last_error']} ({row['failures']} in a row, again after {row['next_due']})"
    return ""
