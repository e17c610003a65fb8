"""The names of one article: which key each mention and each respondent is read as, stored with what brackets introduce."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from db.companies.aliases import find_aliases
from db.companies.decisions import apply_decisions
from db.companies.known import Known, ensure_company, find_known, refresh_company
from db.companies.names import form_key, name_key, own_id
from nlp.models import Action, Analysis, Company, Span

_NAME = """
insert into company_names (key, company, name, why, origin) values (?, ?, ?, ?, ?)
on conflict (key) do update set name = excluded.name
where stated is null and (length(excluded.name), name) < (length(name), excluded.name)
"""


@dataclass(frozen=True, slots=True)
class ArticleNames:
    """The keys of an article's names: of each company by its name, of each of its mentions by the span, of aliases' names."""

    of_name: Mapping[str, str]
    of_span: Mapping[tuple[str, Span], str]
    companies: Mapping[str, Company]
    introduced: frozenset[tuple[str, str]]


def store_names(db: Database, article: str, text: str, analysis: Analysis) -> ArticleNames:
    """Store the names of an analysis, with a company for each that is new, and return their keys.

    A name is read as a whole text has it ("Clearview" as "Clearview AI"), but where the data file knows a spelling
    by itself ("Vodafone Italia") the mention has its own. A name without a letter or digit has no key.
    """
    named = [c for c in analysis.companies if name_key(c.name)]
    of_name = _read_keys(db, named)
    spellings = {(c.name, span): " ".join(text[slice(*span)].split()) for c in named for span in c.spans}
    of_span = {at: _read_spelling(db, spelling, of_name[at[0]]) for at, spelling in spellings.items()}
    respondents = {name for action in analysis.actions for name in action.respondents if name_key(name)}
    of_name |= {name: _read_key(db, name) for name in sorted(respondents - of_name.keys())}
    for name, key in of_name.items():
        _ensure_name(db, key, name)
    for at, key in of_span.items():
        if key != of_name[at[0]]:
            _ensure_name(db, key, spellings[at])
    introduced = _store_aliases(db, article, text, spellings, of_span)
    return ArticleNames(of_name, of_span, {c.name: c for c in named}, introduced)


def respondent_keys(db: Database, names: ArticleNames, action: Action) -> list[str]:
    """Return the keys of an action's respondents, each the most specific that the text has for it.

    Where an action is against a company by its group's name, and its evidence spells out one member of the group, or
    the text introduces the name for one ("Meta Platforms Ireland Limited ('Meta')"), the member is meant.
    """
    found = [_specify(db, names, name, action.evidence) for name in action.respondents if name in names.of_name]
    return list(dict.fromkeys(found))


def company_of(db: Database, key: str) -> str:
    """Return the company that a stored name stands for."""
    return str(db.execute("select company from company_names where key = ?", [key]).fetchone()[0])


def _read_keys(db: Database, companies: Iterable[Company]) -> dict[str, str]:
    """Return the key of each name; of one text's names those that differ in nothing but two forms keep their forms."""
    keys = {c.name: _read_key(db, c.name) for c in companies}
    formed = {name: form_key(name) for name, key in keys.items() if form_key(name) != key}
    count = Counter(keys[name] for name in formed)
    return {name: formed[name] if count[key] > 1 and name in formed else key for name, key in keys.items()}


def _read_key(db: Database, name: str) -> str:
    formed = form_key(name)
    known = db.execute("select 1 from company_names where key = ? and stated is not null", [formed]).fetchone()
    return formed if known else name_key(name)


def _read_spelling(db: Database, spelling: str, key: str) -> str:
    own = _read_key(db, spelling)
    return own if own and own != key and find_known(db, own) else key


def _ensure_name(db: Database, key: str, name: str) -> None:
    if db.execute("select 1 from company_names where key = ? and name = ?", [key, name]).fetchone():
        return
    stored = db.execute("select 1 from company_names where key = ?", [key]).fetchone()
    known = find_known(db, key)
    company, decided = apply_decisions(db, key, known.company if known else own_id(key))
    if not stored:
        ensure_company(db, key, name, company)
    why = "a person decided it" if decided else known.why if known else None
    changed = db.execute(_NAME, [key, company, name, why, "person" if decided else "text"])
    if changed.rowcount:
        refresh_company(db, company)


def _store_aliases(
    db: Database,
    article: str,
    text: str,
    spellings: Mapping[tuple[str, Span], str],
    keys: Mapping[tuple[str, Span], str],
) -> frozenset[tuple[str, str]]:
    """Store what the brackets of an article introduce, and return each alias with the key of the name before it."""
    db.execute("delete from company_aliases where article = ?", [article])
    sql = """insert into company_aliases (alias, key, article, start, "end") values (?, ?, ?, ?, ?)
        on conflict do nothing"""
    found = set()
    for (name, span), spelling in spellings.items():
        key = keys[name, span]
        for alias in find_aliases(text, spelling, [span]):
            if alias.key != key:
                db.execute(sql, [alias.key, key, article, alias.start, alias.end])
                found.add((alias.key, key))
    return frozenset(found)


def _specify(db: Database, names: ArticleNames, name: str, evidence: Iterable[Span]) -> str:
    key = names.of_name[name]
    company = names.companies.get(name)
    known = find_known(db, key)
    if company is None or known is None:
        return key
    others = [(span, names.of_span[name, span]) for span in company.spans if names.of_span[name, span] != key]
    inside = [(span, k) for span, k in others if any(start <= span[0] and span[1] <= end for start, end in evidence)]
    introduced = [(span, k) for span, k in others if (key, k) in names.introduced]
    for pairs in (inside, introduced):
        members = {k for _, k in pairs if _is_part(db, find_known(db, k), known, k.startswith(f"{key} "))}
        if len({_known_id(db, k) for k in members}) == 1:
            return min(members)
    return key


def _known_id(db: Database, key: str) -> str | None:
    known = find_known(db, key)
    return known.company if known else None


def _is_part(db: Database, known: Known | None, whole: Known, longer: bool) -> bool:
    """Tell whether a company is a member of another one's group, or its part by its name."""
    if known is None or known.company == whole.company:
        return False
    row = db.execute("select parent from companies where id = ?", [known.company]).fetchone()
    return longer or (row is not None and row[0] == whole.company)
