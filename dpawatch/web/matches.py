"""Which company or regulator a name of somebody else's list means: candidates with scores, for OpenRefine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz

from db.companies.names import name_key
from dpawatch.web.database import fetch_rows
from dpawatch.wording import country_name, format_count
from nlp.gazetteer import load_regulators

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.database import Database

Row = dict[str, Any]

_LONGEST = 300
_MOST_WORDS = 8
_LEAST_SCORE = 50
_BEGINNING = 60  # of a name that only begins so
_ITEM = "entities.id, entities.name, entities.country, entities.cases, companies.kind"
_EXACT = f"""
select {_ITEM} from company_names join entities on entities.kind = 'company' and entities.id = company_names.company
join companies on companies.id = entities.id where company_names.key = :key
"""  # noqa: S608 (a constant of this module)
_ALIKE = f"""
select {_ITEM} from entities_fts join entities on entities.rowid = entities_fts.rowid
join companies on companies.id = entities.id
where entities_fts match :words and entities.kind = 'company' order by rank limit 50
"""  # noqa: S608 (a constant of this module)
_KEYS = "select company as id, key from company_names where company in (select value from json_each(:ids))"
_REGULATORS = """
select regulators.id, regulators.name, native_name, abbreviation, regulators.country, regulators.kind,
    coalesce(entities.cases, 0) as cases
from regulators left join entities on entities.kind = 'regulator' and entities.id = regulators.id
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a name may mean: `score` from 0 to 100; `match` where the name is one of its own, whatever case, marks and form."""

    id: str
    name: str
    kind: str | None
    country: str | None
    cases: int
    score: float
    match: bool

    @property
    def description(self) -> str:
        """Country and number of cases, which tell namesakes apart."""
        return ", ".join(filter(None, [country_name(self.country), format_count(self.cases, "case")]))


async def match_companies(database: Database, name: str) -> list[Candidate]:
    """Return the companies that a name may mean, best first; of each, all names are compared that it goes by."""
    key = name_key(name[:_LONGEST])
    if not key:
        return []
    exact = await fetch_rows(database, _EXACT, {"key": key})
    words = " OR ".join(f'"{word}"' + ("*" if len(word) > 2 else "") for word in key.split()[:_MOST_WORDS])
    rows = {row["id"]: row for row in [*exact, *await fetch_rows(database, _ALIKE, {"words": words})]}
    keys: dict[str, list[str]] = {}
    for row in await fetch_rows(database, _KEYS, {"ids": json.dumps(list(rows))}):
        keys.setdefault(row["id"], []).append(row["key"])
    return _rank(key, [(row, [*keys.get(id_, []), name_key(row["name"])]) for id_, row in rows.items()])


async def match_regulators(database: Database, name: str) -> list[Candidate]:
    """Return the regulators that a name in any language, or an abbreviation, may mean, best first."""
    key = name_key(name[:_LONGEST])
    rows = await fetch_rows(database, _REGULATORS) if key else []
    own = ("id", "name", "native_name", "abbreviation")
    named = [(row, [*(name_key(str(row[field])) for field in own if row[field]), *_aliases(row["id"])]) for row in rows]
    return _rank(key, named)


def _rank(key: str, named: list[tuple[Row, list[str]]]) -> list[Candidate]:
    """Return those that are alike enough; a match only where one alone bears the name."""
    bearers = sum(key in names for _, names in named)
    found = [
        Candidate(
            **{field: row[field] for field in ("id", "name", "kind", "country", "cases")},
            score=max((_score(key, name) for name in names), default=0),
            match=key in names and bearers == 1,
        )
        for row, names in named
    ]
    alike = [candidate for candidate in found if candidate.score >= _LEAST_SCORE]
    return sorted(alike, key=lambda candidate: (-candidate.score, -candidate.cases, candidate.id))


def _score(key: str, name: str) -> float:
    if key == name:
        return 100.0
    least = _BEGINNING if name.startswith(key) else 0
    return round(min(max(fuzz.token_sort_ratio(key, name), least), 99.0), 1)


@cache
def _all_aliases() -> dict[str, list[str]]:
    return {
        entry.id: list(dict.fromkeys(map(name_key, (*entry.abbreviations, *entry.aliases))))
        for entry in load_regulators()
    }


def _aliases(regulator: str) -> list[str]:
    return _all_aliases().get(regulator, [])
