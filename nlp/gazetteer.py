"""The data of nlp as frozen records: regulators, countries, laws, companies and the lexicons, read from `gazetteer/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from nlp.errors import GazetteerError

Phrases = tuple[str, ...]
# Codes that articles come with, and the one their language has here.
LANGUAGE_ALIASES = {"no": "nb", "nn": "nb"}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RegulatorEntry:
    """One regulator. `shared` are the names that need a fitting context, since others bear them too.

    `default` are those of them that mean this one where nothing in the text points to another bearer.
    """

    id: str
    name: str
    native_name: str
    country: str
    kind: str
    languages: Phrases
    abbreviations: Phrases = ()
    aliases: Phrases = ()
    shared: Phrases = ()
    default: Phrases = ()
    laws: Phrases = ()
    subdivision: str | None = None
    website: str | None = None


@dataclass(frozen=True, slots=True)
class Country:
    """A country or part of one: the id of its privacy regulator, and the words that point to it, by language."""

    code: str
    dpa: str | None
    words: Mapping[str, Phrases]


@dataclass(frozen=True, slots=True)
class LawArticle:
    """One article of a law; `violation` is the contract's type of a breach of it."""

    number: str
    title: str
    url: str | None = None
    violation: str | None = None


@dataclass(frozen=True, slots=True)
class Law:
    """One law with the names it goes by, per language, and its articles.

    `context_names` mean it only beside one of its articles, `shared_names` only in a text about its country, since laws of
    others bear them too. `codes` are the places it has in a code ("16 CFR 312"), each with the section's number in the law
    itself where that differs; `own_words` the words for its articles that no other law has, by what their numbers begin with.
    """

    id: str
    name: str
    jurisdiction: str
    names: Mapping[str, Phrases]
    url: str | None = None
    context_names: Mapping[str, Phrases] = field(default_factory=dict)
    shared_names: Mapping[str, Phrases] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    own_words: Mapping[str, Phrases] = field(default_factory=dict)
    needs_article: bool = False
    last_article: int | None = None
    article_words: Phrases = ("article",)
    power_articles: Phrases = ()
    articles: tuple[LawArticle, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownCompany:
    """An organisation that the news about privacy names often. Aliases are matched as they are written."""

    id: str
    name: str
    kind: str = "company"
    aliases: Phrases = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language, section by section, as `gazetteer/lexicons/<lang>.toml` has them."""

    lang: str
    citation: Mapping[str, Phrases]
    numbers: Mapping[str, Phrases]
    multipliers: Mapping[str, Phrases]
    currencies: Mapping[str, Phrases]
    regulators: Mapping[str, Phrases]
    sanctions: Mapping[str, Phrases]
    status: Mapping[str, Phrases]
    cues: Mapping[str, Phrases]
    frames: Mapping[str, Phrases]
    violations: Mapping[str, Phrases]
    words: Mapping[str, Phrases]
    contractions: Mapping[str, Phrases] = field(default_factory=dict)
    happenings: Mapping[str, Phrases] = field(default_factory=dict)


def data_folder() -> Traversable:
    """Return the folder of data files, wherever the package is installed."""
    return files("nlp") / "gazetteer"


def read_toml(path: Traversable) -> dict[str, Any]:
    """Return the tables of one data file; raises GazetteerError with its name when it is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GazetteerError(f"{path.name}: not valid TOML: {error}") from error


def build_record(kind: type[T], table: Mapping[str, Any], where: str) -> T:
    """Return a dataclass from a TOML table; raises GazetteerError naming the file and key that is unknown or missing."""
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            raise GazetteerError(f"{where}: unknown key {key!r} (allowed: {', '.join(known)})")
    for name, f in known.items():
        if name not in table and f.default is MISSING and f.default_factory is MISSING:
            raise GazetteerError(f"{where}: key {name!r} is missing")
    return kind(**{key: _freeze(value) for key, value in table.items()})


def _freeze(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_freeze(v) for v in value)
    return {k: _freeze(v) for k, v in value.items()} if isinstance(value, dict) else value


@cache
def load_regulators() -> tuple[RegulatorEntry, ...]:
    """Return every regulator of the gazetteer, by file and place."""
    found = []
    for path in _toml_files(data_folder() / "regulators"):
        for table in read_toml(path)["regulators"]:
            found.append(build_record(RegulatorEntry, table, f"{path.name}: {table.get('id', '?')}"))
    return tuple(found)


@cache
def load_countries() -> tuple[Country, ...]:
    """Return countries and their parts that have a privacy regulator of their own."""
    path = data_folder() / "countries.toml"
    tables = read_toml(path)
    found = []
    for table in [*tables.get("countries", []), *tables.get("subdivisions", [])]:
        words = {k: _freeze(v) for k, v in table.items() if isinstance(v, list)}
        found.append(Country(table["code"], table.get("dpa"), words))
    return tuple(found)


@cache
def load_laws() -> tuple[Law, ...]:
    """Return every law of the gazetteer."""
    found = []
    for path in _toml_files(data_folder() / "laws"):
        table = read_toml(path)
        articles = [build_record(LawArticle, a, f"{path.name}: article") for a in table.pop("articles", [])]
        found.append(build_record(Law, {**table, "articles": articles}, path.name))
    return tuple(found)


@cache
def load_companies() -> tuple[KnownCompany, ...]:
    """Return the organisations known by name."""
    path = data_folder() / "companies.toml"
    return tuple(
        build_record(KnownCompany, t, f"{path.name}: {t.get('id', '?')}") for t in read_toml(path)["companies"]
    )


@cache
def load_lexicon(lang: str) -> Lexicon:
    """Return the lexicon of a language; one without a file of its own reads with the English words.

    Words that the English lexicon has and another does not are none in that language.
    """
    code, english = LANGUAGE_ALIASES.get(lang, lang), _sections("en")
    complete = {name: {**dict.fromkeys(english.get(name, ()), ()), **words} for name, words in _sections(code).items()}
    return build_record(Lexicon, {"lang": lang, **complete}, f"{code}.toml")


@cache
def _sections(lang: str) -> dict[str, Any]:
    """Return the tables of a language's file, or the English ones; kept, since the lexicons of all languages ask for those."""
    path = data_folder() / "lexicons" / f"{lang}.toml"
    return read_toml(path) if lang == "en" or path.is_file() else _sections("en")


@cache
def load_lexicons() -> tuple[Lexicon, ...]:
    """Return the lexicons of all languages that have one."""
    return tuple(load_lexicon(path.name.removesuffix(".toml")) for path in _toml_files(data_folder() / "lexicons"))


@cache
def load_terms() -> frozenset[str]:
    """Return the terms of art that are no organisation though they stand in capitals, lower case."""
    return frozenset(t.lower() for group in read_toml(data_folder() / "terms.toml").values() for t in group)


@cache
def load_legal_forms() -> Phrases:
    """Return the legal forms of companies of all countries, longest first."""
    forms = read_toml(data_folder() / "legal_forms.toml")
    return tuple(sorted({f for group in forms.values() for f in group}, key=lambda f: (-len(f), f)))


def _toml_files(folder: Traversable) -> list[Traversable]:
    return sorted((p for p in folder.iterdir() if p.name.endswith(".toml")), key=lambda p: p.name)
