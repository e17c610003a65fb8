"""The words of legal citations in every language, compiled from the lexicons, and what a citation is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain

from nlp.gazetteer import data_folder, load_lexicons, read_toml
from nlp.laws import own_words
from nlp.letters import fold, look_up
from nlp.models import Span
from nlp.patterns import phrase_source
from nlp.words import Openings, openings_of

LATIN = "abcdefghijklmnopqrstuvwxyz"
# A letter without bracket, as Swedish has it ("5.1 f"); k, s, v, w and the vowels are words of some language.
_LONE_POINT = r"[bcdfghj](?=[\s,;.)]|$)(?!\.\w)"
_ORDINAL = r"(?:[.]?[ºª°]|\.(?=\s*[a-z]))?"
_QUOTES = "\"'“„«‘"
# What closes a Greek letter that stands for a number: a bracket, or the numeral mark in one of its spellings.
_MARKS = ")'’΄´ʹ"
_EXPAND_LIMIT = 40
_HEADS = ("article", "weak_article")
ARTICLE_HEAD = re.compile(r"art|čl|[άα]ρ|cikk", re.IGNORECASE)
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_ROMAN = f"(?-i:{'|'.join(sorted(_ROMANS, key=len, reverse=True))})(?!\\w)"
_COUNTED = r"\d{1,2}(?:er|re|ère|e|ème|ste|de|st|nd|rd|th)"
_SPACE = r"[\s\u00a0]"
# What stands before the words for article, paragraph and point, where a language has them behind.
_VALUES = (r"\d{1,3}\.?", r"\(?\d{1,2}[.)]{0,2}", r"\(?[a-z](?:\)|(?!\w))")


@dataclass(frozen=True, slots=True)
class Item:
    """One provision of a chain: `path` is article, paragraph, point; `dots` is how many parts a mere dot led to."""

    path: tuple[str, ...]
    span: Span
    dots: int = 0


@dataclass(slots=True)
class Chain:
    """A list of provisions that share a law.

    `head` is the word they began with, lower case; `code` the code in which the law stands ("16 CFR"); `is_weak` says that
    the word means something else where no law is written beside ("s. 12").
    """

    head: str
    start: int
    end: int
    items: list[Item] = field(default_factory=list)
    code: str = ""
    is_weak: bool = False


@dataclass(frozen=True, slots=True)
class Grammar:
    """The compiled words of all languages.

    `head` matches the word for an article, in one of the groups `code`, `own`, `weak` and `word`, and `openings` tell what it can
    begin with; `prefix` the parts of it that stand before ("point (f) of"), `joined` the last word of these, `prefixed` both, with
    the groups `points` and `paragraphs` (`also` behind points).
    `parts` are the forms of what follows a number directly,
    `siblings` those of what a list goes on with; `ordinals` has the number of each word for one ("eerste lid"), `letters`
    the Latin letter of each that numbers points in another alphabet. `roman` is a paragraph as German lawyers number it
    ("Art. 6 I 1"), `subdivision` an item of a Brazilian article, which keeps its Roman number, `section` a paragraph as Polish
    law has it in English. `about` is what makes a mere "Regulation" the name of some other one.
    """

    head: re.Pattern[str]
    openings: Openings
    prefix: re.Pattern[str]
    joined: re.Pattern[str]
    prefixed: re.Pattern[str]
    paragraph: re.Pattern[str]
    ordinal: re.Pattern[str]
    ordinals: Mapping[str, str]
    section: re.Pattern[str]
    about: re.Pattern[str]
    roman: re.Pattern[str]
    subdivision: re.Pattern[str]
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

    def paragraph_number(self, written: str) -> str:
        """Return the number of a paragraph as ids have it: "II" and "second" are "2", "1er" is "1"."""
        digits = re.match(r"\d+", written)
        if digits:
            return digits.group()
        roman = fold(written).upper()
        return str(_ROMANS.index(roman) + 1) if roman in _ROMANS else look_up(self.ordinals, written)


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


def _acronyms(words: Iterable[str]) -> str:
    """Return a choice of the words, of which those in capitals are read only as they stand ("APP 11")."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(f"(?-i:{re.escape(w)})" if w[:2].isupper() else re.escape(w) for w in ordered) or "(?!)"


def _head() -> str:
    """Return the source of `Grammar.head`."""
    title = rf"(?P<code>\d{{1,3}}{_SPACE}*(?:{_words('codes')})(?:{_SPACE}*\d{{1,4}}/)?)"
    code = rf"{title}{_SPACE}*(?:(?:{_words('article')}|{_words('parts')}){_SPACE}*)?"
    words = (
        rf"(?P<own>{_acronyms(own_words())})|(?<!['’])(?P<weak>{_words('weak_article')})|(?P<word>{_words('article')})"
    )
    return (
        rf"(?<![\w§])(?:{code}|(?:{words}){_SPACE}*(?:(?:{_words('from')}){_SPACE}+)?)"
        r"(?=\d|[LR]\.?\s?\d)"
    )


def _heads() -> set[str]:
    """Return the words for an article, and those that stand for it in one law."""
    listed = (lexicon.citation.get(section, ()) for lexicon in load_lexicons() for section in _HEADS)
    return {*own_words(), *chain.from_iterable(listed)}


def _prefix(letter: str) -> str:
    """Return the source of the parts of an article that stand before it: "lett. f) del par. 1 dell'", "le f) du 1 de l'".

    Args:
        letter: of points in other alphabets.
    """
    joint = rf"(?:{_SPACE}*[,/–-]{_SPACE}*|{_SPACE}+(?:{_words('and')}|{_words('to')}){_SPACE}+)"
    of = rf"{_SPACE}*,?(?:{_SPACE}+(?:{_words('of', 2)}|the)(?:(?={_SPACE})|(?<=['’])))+{_SPACE}*"
    point = rf"[{_QUOTES}(]?(?:(?:{letter}|[a-z])(?!\w)[\"”“»{_MARKS}]*|\d{{1,2}}(?!\d)\)?)"
    word = rf"(?:{_words('point')}){_SPACE}*"
    points = rf"{word}{point}(?:{joint}(?:{word})?{point}){{0,9}}|[a-z]\)(?:{joint}[a-z]\)){{0,9}}"
    number = rf"\d{{1,2}}(?!\d){_ORDINAL}\)?"
    listed = rf"\(?{number}(?:{joint}(?:(?:{_words('paragraph')}){_SPACE}*)?\(?{number}){{0,9}}"
    # the French call a paragraph by its mere number
    bare = "|".join(rf"(?<=\b{word} )" for word in ("le", "du", "au"))
    ordinal = rf"(?:{'|'.join(_ordinals())}|{_COUNTED}){_SPACE}+(?:{_words('paragraph')})(?!\w)"
    paragraphs = rf"(?:{_words('paragraph')}){_SPACE}*{listed}|(?:{bare}){number}|{ordinal}"
    return rf"(?<!\w)(?:(?P<points>{points}){of}(?:(?P<also>{paragraphs}){of})?|(?P<paragraphs>{paragraphs}){of})"


@cache
def load_grammar() -> Grammar:
    """Return the grammar compiled from the lexicons of every language."""
    flags = re.IGNORECASE
    foreign = "|".join(phrase_source(w) for w in read_toml(data_folder() / "other_laws.toml")["words"])
    letters, ordinals = _letters(), _ordinals()
    other = "|".join(sorted(map(re.escape, letters), key=len, reverse=True)) or "(?!)"
    bracket = re.compile(rf"[\s\u00a0]?\(\s*(\d{{1,2}}|[a-zA-Z]{{1,2}}|[ivx]{{1,4}}|{other})\s*\)")
    closed = rf"([a-z](?=\))|(?:{other})(?=[{_MARKS}]))[{_MARKS}]\)?"
    point = re.compile(
        rf"[\s\u00a0,]*(?<!\w)(?:{_words('point')})[\s\u00a0]*[{_QUOTES}(]*({other}|[a-z]|\d{{1,2}})(?![\w])[\"”“»{_MARKS}]?\)?",
        flags,
    )
    counted = rf"(?:{'|'.join(sorted(ordinals, key=len, reverse=True)) or '(?!)'}|{_COUNTED})"
    part_words = f"{_words('paragraph')}|{_words('unnumbered')}"
    return Grammar(
        head=re.compile(_head(), flags),
        # a letter of the number may stand without a space ("articleL121-1"), and a number begins the title of a code
        openings=openings_of((f"{head}{letter}" for head in _heads() for letter in ("", "l", "r")), numbers=True),
        prefix=re.compile(rf"{_prefix(other)}\Z", flags),
        joined=re.compile(rf"(?<!\w)(?:{_words('of', 2)}|the)(?:{_SPACE}+|(?<=['’]){_SPACE}*)\Z", flags),
        prefixed=re.compile(_prefix(other) + _head(), flags),
        paragraph=re.compile(
            rf"[\s\u00a0,]*(?:{_words('paragraph')})[\s\u00a0]*\(?(\d{{1,2}}(?!\d)|{_ROMAN}){_ORDINAL}\)?", flags
        ),
        ordinal=re.compile(
            rf"[\s\u00a0,]*(?<!\w)({counted})(?:\s+(?:{part_words})(?!\w)|(?=(?:(?:,|\s(?:{_words('and')}))\s{counted}){{1,5}}\s+(?:{part_words})(?!\w)))",
            flags,
        ),
        section=re.compile(rf"{_SPACE}(?:{_words('section_of_article')}){_SPACE}*(\d{{1,2}})(?!\d)"),
        about=re.compile(rf"{_SPACE}(?:{_words('about')})(?:{_SPACE}|(?<=['’]))", flags),
        ordinals=ordinals,
        roman=re.compile(
            rf"{_SPACE}({_ROMAN})(?:{_SPACE}\d(?={_SPACE}))?"
            rf"(?={_SPACE}+(?:(?i:{_words('point')}|{_words('skip')}|{_words('and')})(?!\w)|[a-z]\)|(?:der|des)\s|[A-ZÄÖÜ][A-Z-]{{2,}})|[,;.)]|$)"
        ),
        subdivision=re.compile(
            rf"(?:,{_SPACE}*|[\s\u00a0,]*(?:{_words('roman_point')}){_SPACE}*)((?-i:[IVXL]{{1,6}}))"
            rf"(?={_SPACE}*[,;.)]|{_SPACE}+(?:{_words('and')}|{_words('of')}|{_words('point')}){_SPACE}|$)",
            flags,
        ),
        bracket=bracket,
        parts=(
            bracket,
            re.compile(r"(?<=\d)[-‑]([a-z])(?:\)|(?![\w-]))"),
            re.compile(r"\.\s?([a-z])(?:\)|(?![\w.]))"),
            point,
            re.compile(rf"\s{closed}"),
            re.compile(r"(?<=\))(?:(?=[a-z])|\s(?=[b-df-hj]))([a-z])(?=[\s,;.)]|$)(?!\s+\d)"),
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
        foreign=re.compile(rf"[\s\u00a0,(]*(?:[\w'’.-]{{1,40}}[\s\u00a0]+){{0,4}}?(?:{foreign})(?!\w)"),
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
