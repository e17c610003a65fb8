"""The words of legal citations in every language, compiled from the lexicons, and what a citation is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from nlp.gazetteer import data_folder, load_lexicons, read_toml
from nlp.models import Span

LATIN = "abcdefghijklmnopqrstuvwxyz"
# A letter without bracket, as Swedish has it ("5.1 f"); k, s, v, w and the vowels are words of some language.
_LONE_POINT = r"[bcdfghj](?=[\s,;.)]|$)(?!\.\w)"
_ORDINAL = r"(?:[.]?[ºª°]|\.(?=\s*[a-z]))?"
_QUOTES = "\"'“„«‘"
# What closes a Greek letter that stands for a number: a bracket, or the numeral mark in one of its spellings.
_MARKS = ")'’΄´ʹ"
_EXPAND_LIMIT = 40
# What stands before the words for article, paragraph and point, where a language has them behind.
_VALUES = (r"\d{1,3}\.?", r"\(?\d{1,2}[.)]{0,2}", r"\(?[a-z](?:\)|(?!\w))")


@dataclass(frozen=True, slots=True)
class Item:
    """One provision of a chain: `path` is article, paragraph, point."""

    path: tuple[str, ...]
    span: Span


@dataclass(slots=True)
class Chain:
    """A list of provisions that share a law; `head` is the word they began with, lower case."""

    head: str
    start: int
    end: int
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grammar:
    """The compiled words of all languages.

    `parts` are the forms of what follows a number directly, `siblings` those of what a list goes on with; `ordinals` has the
    number of each word for one ("eerste lid"), `letters` the Latin letter of each that numbers points in another alphabet.
    """

    head: re.Pattern[str]
    paragraph: re.Pattern[str]
    ordinal: re.Pattern[str]
    ordinals: Mapping[str, str]
    bracket: re.Pattern[str]
    parts: tuple[re.Pattern[str], ...]
    siblings: tuple[re.Pattern[str], ...]
    listed_letter: re.Pattern[str]
    last_letter: re.Pattern[str]
    lone_point: re.Pattern[str]
    skip: re.Pattern[str]
    separator: re.Pattern[str]
    range: re.Pattern[str]
    of: re.Pattern[str]
    foreign: re.Pattern[str]
    foreign_before: re.Pattern[str]
    behind: tuple[re.Pattern[str], ...]
    letters: Mapping[str, str]

    def part(self, written: str) -> str:
        """Return the number or letter of a part as ids have it: "στ" is "f"."""
        return self.letters.get(written.lower(), written.lower())


def _words(section: str, shortest: int = 1) -> str:
    found = {w for lexicon in load_lexicons() for w in lexicon.citation.get(section, ()) if len(w) >= shortest}
    return "|".join(
        re.escape(w).replace(r"\ ", r"\s+").replace(r"\*", r"\w*") for w in sorted(found, key=len, reverse=True)
    )


def _letters() -> dict[str, str]:
    """Return the Latin letter of each letter of other alphabets, from the lexicons that list theirs in order."""
    lists = (lexicon.citation.get("letters", ()) for lexicon in load_lexicons())
    return {letter: latin for letters in lists for letter, latin in zip(letters, LATIN, strict=False)}


def _ordinals() -> dict[str, str]:
    """Return the number of each ordinal, from the lexicons that list theirs in order, spellings of one with a bar between."""
    lists = (lexicon.citation.get("ordinals", ()) for lexicon in load_lexicons())
    return {word: str(n) for words in lists for n, spelt in enumerate(words, 1) for word in spelt.split("|")}


def _behind(section: str, value: str) -> re.Pattern[str]:
    """Return the pattern of a list of values with the word for them behind it; "§" is none where it leads a number itself."""
    joint = rf"(?:\s{{0,3}}[,–—-]\s{{0,3}}|(?:\s{{0,3}},)?\s{{1,3}}(?:{_words('and')})\s{{1,3}})"
    word = rf"(?P<word>{_words(section) or '(?!)'})(?:(?<!§)(?!\w)|(?<=§)(?!\s?[\d\w]))"
    return re.compile(
        rf"(?<![\w.,/§-])(?P<list>{value}(?:{joint}{value}){{0,{_EXPAND_LIMIT}}})[\s\u00a0]*{word}", re.IGNORECASE
    )


@cache
def load_grammar() -> Grammar:
    """Return the grammar compiled from the lexicons of every language."""
    flags = re.IGNORECASE
    foreign = "|".join(re.escape(w) for w in read_toml(data_folder() / "other_laws.toml")["words"])
    letters, ordinals = _letters(), _ordinals()
    other = "|".join(sorted(map(re.escape, letters), key=len, reverse=True)) or "(?!)"
    bracket = re.compile(rf"[\s\u00a0]?\(\s*(\d{{1,2}}|[a-zA-Z]{{1,2}}|[ivx]{{1,4}}|{other})\s*\)")
    closed = rf"([a-z](?=\))|(?:{other})(?=[{_MARKS}]))[{_MARKS}]\)?"
    point = re.compile(
        rf"[\s\u00a0,]*(?<!\w)(?:{_words('point')})[\s\u00a0]*[{_QUOTES}(]*({other}|[a-z]|\d{{1,2}})(?![\w])[\"”“»{_MARKS}]?\)?",
        flags,
    )
    return Grammar(
        head=re.compile(
            rf"(?<![\w§])(?:{_words('article')})[\s\u00a0]*(?:(?:{_words('from')})[\s\u00a0]+)?(?=\d|[LR]\.?\s?\d)",
            flags,
        ),
        paragraph=re.compile(
            rf"[\s\u00a0,]*(?:{_words('paragraph')})[\s\u00a0]*\(?(\d{{1,2}}){_ORDINAL}\)?(?!\d)", flags
        ),
        ordinal=re.compile(
            rf"[\s\u00a0,]*(?<!\w)({'|'.join(sorted(ordinals, key=len, reverse=True)) or '(?!)'})\s+(?:{_words('paragraph')})(?!\w)",
            flags,
        ),
        ordinals=ordinals,
        bracket=bracket,
        parts=(
            bracket,
            re.compile(r"(?<=\d)[-‑]([a-z])(?:\)|(?![\w-]))"),
            re.compile(r"\.(\d{1,2})(?![\d])"),
            re.compile(r"\.\s?([a-z])(?:\)|(?![\w.]))"),
            point,
            re.compile(rf"\s{closed}"),
            re.compile(r"(?<=\))(?:(?=[a-z])|\s(?=[b-df-hj-np-tv-x]))([a-z])(?=[\s,;.)]|$)(?!\s+\d)"),
        ),
        siblings=(
            re.compile(rf"\(\s*(\d{{1,2}}|[a-zA-Z]|[ivx]{{1,4}}|{other})\s*\)"),
            point,
            re.compile(closed),
        ),
        listed_letter=re.compile(rf"([b-z]|{other})(?=\s*[,;)]|\s+\w)"),
        last_letter=re.compile(rf"({other}|[a-z])(?=[,;.)]|$)"),
        lone_point=re.compile(
            rf"({_LONE_POINT}|[a-z](?=(?:,[\s\u00a0][a-z])*[\s\u00a0](?:{_words('behind_point')})(?!\w)))"
        ),
        skip=re.compile(rf"[\s\u00a0,]*(?<!\w)(?:{_words('skip')})[\s\u00a0]*\d+", flags),
        separator=re.compile(
            # a second word has more than one letter, since in "lit. a und e" the last one is a point
            rf"(?:\s*[,;/+&]\s*|\s+)(?:(?:{_words('and')})(?:\s+|(?<=['’])))?(?:(?:{_words('and', 2)})\s+)?",
            flags,
        ),
        range=re.compile(rf"\s*(?:[-–—‑]|\b(?:{_words('to')})\b)\s*", flags),
        of=re.compile(rf"[\s\u00a0,]*\(?(?:(?:{_words('of')}|EU|UE|the)(?:['’]s)?(?:[\s\u00a0]+|(?<=['’])))*", flags),
        foreign=re.compile(rf"[\s\u00a0,(]*(?:[\w'’.-]+[\s\u00a0]+){{0,4}}?(?:{foreign})(?!\w)"),
        foreign_before=re.compile(rf"(?<!\w)(?:{foreign})[\s\u00a0]\Z"),
        behind=tuple(
            _behind(f"{part}_behind", value)
            for part, value in zip(("article", "paragraph", "point"), _VALUES, strict=True)
        ),
        letters=letters,
    )


def steps_between(last: str, until: str) -> list[str]:
    """Return what comes after `last` up to and with `until`, for numbers and letters; empty when that makes no range."""
    if last.isdigit() and until.isdigit() and int(last) < int(until) <= int(last) + _EXPAND_LIMIT:
        return [str(n) for n in range(int(last) + 1, int(until) + 1)]
    if len(last) == len(until) == 1 and last in LATIN and until in LATIN and last < until:
        return list(LATIN[LATIN.index(last) + 1 : LATIN.index(until) + 1])
    return []
