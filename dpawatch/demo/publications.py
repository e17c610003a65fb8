"""The invented publications: who they are, in which form they publish their feed, and the words around their articles."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal, get_args

from dpawatch.demo.tables import check_choice, check_table, read_toml
from ingest.models import Kind, Source, Topics

FeedFormat = Literal["rss", "atom", "rdf"]
_FILE = {"publications": "a list of tables", "words": "a table"}
_PUBLICATION = dict.fromkeys(("id", "name", "kind", "language", "topics", "feed"), "a string")
_WORDS = {
    **dict.fromkeys(("newsroom", "cookies", "refuse", "accept", "related", "invented"), "a string"),
    "sections": "a list of strings",
}


@dataclass(frozen=True, slots=True)
class Words:
    """What stands around the articles of one language: navigation, cookie notice, related articles, footer."""

    sections: tuple[str, ...]
    newsroom: str
    cookies: str
    refuse: str
    accept: str
    related: str
    invented: str


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication; `id` is its source's and its folder on the server."""

    id: str
    name: str
    kind: Kind
    language: str
    topics: Topics
    feed: FeedFormat
    words: Words

    def to_source(self, base: str) -> Source:
        """Return the publication as a source of a registry, served at `base`, an address without a final slash."""
        home = f"{base}/{self.id}/"
        return Source(self.id, self.name, self.kind, "feed", f"{home}feed.xml", home, self.language, self.topics)


def load_publications() -> dict[str, Publication]:
    """Return the publications by id, in the order of the file; raises SampleError when the file breaks its schema."""
    file = files("dpawatch.demo").joinpath("publications.toml")
    document = check_table(read_toml(file), file.name, _FILE)
    words = {lang: _read_words(table, f"{file.name}: words.{lang}") for lang, table in document["words"].items()}
    publications = [_read_publication(table, file.name, words) for table in document["publications"]]
    return {publication.id: publication for publication in publications}


def _read_words(table: dict[str, Any], where: str) -> Words:
    checked = check_table(table, where, _WORDS)
    return Words(**{**checked, "sections": tuple(checked["sections"])})


def _read_publication(table: dict[str, Any], file: str, words: dict[str, Words]) -> Publication:
    where = f"{file}: publication {table.get('id')!r}"
    checked = check_table(table, where, _PUBLICATION)
    check_choice(checked, "kind", get_args(Kind), where)
    check_choice(checked, "topics", get_args(Topics), where)
    check_choice(checked, "feed", get_args(FeedFormat), where)
    check_choice(checked, "language", tuple(words), where)
    return Publication(**checked, words=words[checked["language"]])
