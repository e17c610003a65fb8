"""Which law a text names, where several bear the same name, and where a code puts it: "DSG", "the Privacy Act", "16 CFR 312"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc

from nlp.gazetteer import Law, Phrases, load_laws
from nlp.kept import once_a_doc
from nlp.models import Span
from nlp.patterns import any_of
from nlp.words import Openings, WordIndex, index_of, openings_of

_SPACES = r"[\s\u00a0]{1,4}"
_DOTTED = re.compile(r"\d\.\d")


@dataclass(frozen=True, slots=True)
class LawMention:
    """A law named in the text; `bearers` are all laws of that name, when there are others.

    `law` is empty while it is open which of them is meant and none goes by that name before all others.
    """

    law: str
    span: Span
    bearers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """A pattern over names of laws, what they begin with, the law of each, and the bearers of those that laws share, in lower case."""

    pattern: re.Pattern[str]
    openings: Openings
    laws: dict[str, str]
    bearers: dict[str, tuple[str, ...]]

    def find(self, index: WordIndex) -> list[LawMention]:
        """Return every place where one of the names stands in a text, in order."""
        found = []
        for match in index.finditer(self.pattern, self.openings):
            name = re.sub(r"\s+", " ", match.group()).lower()
            found.append(LawMention(self.laws.get(name, ""), match.span(), self.bearers.get(name, ())))
        return found


@cache
def outright_names() -> Names:
    """Return the names that mean a law wherever they stand, with those that laws of several countries share."""
    first = {name: law.id for law in load_laws() for name in _listed(law.names)}
    beside = context_names().laws
    return _names(first, lambda name: name not in beside)


@cache
def context_names() -> Names:
    """Return the names such as "Regolamento" that mean a law only beside an article."""
    first: dict[str, str] = {}
    for law in load_laws():
        for name in _listed(law.context_names):
            first.setdefault(name, law.id)
    return _names(first, first.__contains__)


def _names(first: dict[str, str], takes: Callable[[str], bool]) -> Names:
    """Return the names with the law that goes by each before all others, and those of the shared names that are taken."""
    shared: dict[str, list[str]] = {}
    for law in load_laws():
        for name in filter(takes, _listed(law.shared_names)):
            shared.setdefault(name, [first[name]] if name in first else []).append(law.id)
    names, bearers = {*first, *shared}, {name: tuple(ids) for name, ids in shared.items()}
    pattern = re.compile(rf"(?<!\w){any_of(sorted(names), space=_SPACES)}(?!\w)", re.IGNORECASE)
    return Names(pattern, openings_of(names), first, bearers)


def _listed(names: Mapping[str, Phrases]) -> list[str]:
    return [name.lower() for group in names.values() for name in group]


@cache
def laws_by_id() -> dict[str, Law]:
    """Return the laws of the gazetteer by id."""
    return {law.id: law for law in load_laws()}


@once_a_doc
def laws_of(doc: Doc) -> list[LawMention]:
    """Return the laws that doc names outright, found once for all components; which of several is meant may still be open."""
    return outright_names().find(index_of(doc))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text points to a country or a part of one ("GB", "CA-AB"); a regulator weighs more than a mere word."""

    at: int
    region: str
    is_regulator: bool


def settle_laws(mentions: Sequence[LawMention], places: Sequence[Place], publisher: str | None) -> list[LawMention]:
    """Return the mentions with shared names given to one bearer each; a name that stays open is left out.

    The bearer is that of the country whose regulator was last named before the name, else first behind it; else that of
    the publisher's country, else of the country last named; else the one that goes by the name before all others,
    unless the text names regulators, all of other countries.

    Args:
        places: what the text points to, in order.
        publisher: the region of the regulator that published the text, if one did.
    """
    near: dict[tuple[str, ...], _Bearers] = {}
    settled = []
    for mention in mentions:
        law = mention.law
        if mention.bearers:
            if mention.bearers not in near:
                near[mention.bearers] = _Bearers(mention.bearers, places, publisher)
            bearers = near[mention.bearers]
            law = bearers.at(mention.span[0]) or ("" if bearers.are_elsewhere else law)
        if law:
            settled.append(LawMention(law, mention.span))
    return settled


class _Bearers:
    """The laws of one name, and where the text points to the country of one of them."""

    def __init__(self, laws: Sequence[str], places: Sequence[Place], publisher: str | None) -> None:
        regions = {laws_by_id()[law].jurisdiction: law for law in reversed(laws)}
        fitting = [(p.at, regions[r], p.is_regulator) for p in places if (r := _region(p.region, regions))]
        self.places = [p for p in fitting if p[2]]
        self.publisher = regions.get(_region(publisher or "", regions), "")
        self.are_elsewhere = not self.places and any(p.is_regulator and p.region != "EU" for p in places)
        if not self.places and not self.publisher:
            self.places = fitting

    def at(self, position: int) -> str:
        """Return the law that a name at position means, or nothing."""
        if not self.places:
            return self.publisher
        behind = bisect_left(self.places, position, key=lambda p: p[0])
        return self.places[max(0, behind - 1)][1]


def _region(region: str, known: Iterable[str]) -> str:
    """Return region, or the country of which it is a part, if that is known; else nothing."""
    return next((r for r in (region, region.partition("-")[0]) if r in known), "")


@cache
def has_dots(law: str) -> bool:
    """Return whether the numbers of the law's articles have dots of their own ("312.4"), so that one leads to no paragraph."""
    entry = laws_by_id().get(law)
    return entry is not None and any(_DOTTED.search(article.number) for article in entry.articles)


@cache
def _codified() -> dict[str, tuple[str, str]]:
    return {place: (law.id, number) for law in load_laws() for place, number in law.codes.items()}


def law_in_code(code: str, number: str) -> tuple[str, str] | None:
    """Return the law that stands in a code, with the number that its own text has for a section of it, or None.

    Args:
        code: the title and the code without dots, "16 CFR".
        number: of the part or section.
    """
    part = re.match(r"\d*", number)
    for place in (f"{code} {number}", f"{code} {part.group() if part else number}", code):
        if found := _codified().get(place):
            return found[0], found[1] or number
    return None


@cache
def own_words() -> dict[str, tuple[str, str]]:
    """Return the law and the mark of its numbers for each word that no other law has ("APP 11"), lower case."""
    return {
        word.lower(): (law.id, mark) for law in load_laws() for mark, words in law.own_words.items() for word in words
    }
