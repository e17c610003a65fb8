"""Which words a phrase cannot do without, told by how they begin, so that most sentences need not be searched for it.

Searching a sentence for hundreds of phrases is most of the cost of the rules, and most sentences have none of their words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from nlp.placeholders import AMOUNT, COMPANY, REGULATOR

# A whole word is known by itself and an end mark, the beginning of one by its first five letters, or three; a text lists each
# of its words in all three ways.
_LONG, _SHORT, _END = 5, 3, "$"
_WORD = re.compile(r"\w+")
PLACEHOLDERS = {"{c}": re.compile(COMPANY), "{r}": re.compile(REGULATOR), "{n}": re.compile(AMOUNT)}
# Beginnings of words, of each of which one must be there.
Way: TypeAlias = tuple[frozenset[str], ...]
# What some phrase needs, of all that stands in texts.
_asked: set[str] = set()
# the marks of the small language end what is certain of a word, and so do letters that stand for two
_CERTAIN = re.compile(r"[^\W_șțşţ]+")


@lru_cache(maxsize=4096)  # the sentences of a batch of texts, each asked about by several components
def beginnings_of(text: str) -> frozenset[str]:
    """Return how the words of a text begin, in lower case, where a phrase needs one that begins so; and its placeholders."""
    marks = () if text.isascii() else (m for m, placeholder in PLACEHOLDERS.items() if placeholder.search(text))
    return frozenset(marks).union(*map(_ways_to_know, _WORD.findall(text.lower())))


@lru_cache(maxsize=20_000)
def _ways_to_know(word: str) -> frozenset[str]:
    return frozenset(_asked.intersection((word[:_SHORT], word[:_LONG], word + _END)))


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """The words that phrases cannot do without: of one of them all must stand in a text that holds any.

    `ways` has, by how the most telling word of each phrase begins, what else the phrases with this word need; `telling` has those
    beginnings alone, as a set, which another is quickly compared with.
    """

    ways: Mapping[str, tuple[Way, ...]]
    telling: frozenset[str]

    def are_in(self, held: frozenset[str]) -> bool:
        """Return whether a text whose words begin so (`beginnings_of`) can hold one of the phrases."""
        if held.isdisjoint(self.telling):  # mostly so, and quickly seen
            return False
        for beginning in self.telling & held:
            for way in self.ways[beginning]:
                if is_open(way, held):
                    return True
        return False


def is_open(way: Way, held: frozenset[str]) -> bool:
    """Return whether a text whose words begin so has one of each of the words of a way."""
    return not any(map(held.isdisjoint, way))


def needed(parts: Iterable[Iterable[frozenset[str] | None]]) -> Needs | None:
    """Return what any text needs that holds one of several phrases, or None where one of them needs nothing.

    Args:
        parts: for each phrase what each of its words needs.
    """
    ways: dict[str, list[Way]] = defaultdict(list)
    for words in parts:
        sure = sorted(filter(None, words), key=lambda word: min(map(len, word)), reverse=True)
        if not sure:
            return None
        telling, *others = sure
        for beginning in telling:
            ways[beginning].append(tuple(others))
    _ask(frozenset(ways).union(*(others for found in ways.values() for way in found for others in way)))
    return Needs({beginning: tuple(dict.fromkeys(found)) for beginning, found in ways.items()}, frozenset(ways))


def _ask(beginnings: frozenset[str]) -> None:
    """Take beginnings that texts shall list from now on."""
    if not beginnings <= _asked:
        _asked.update(beginnings)
        beginnings_of.cache_clear()
        _ways_to_know.cache_clear()


def beginning_of(word: str) -> frozenset[str] | None:
    """Return how a word of a phrase begins, as texts list theirs; None where that is not certain ("*werk", "a*")."""
    if word in PLACEHOLDERS:
        return frozenset({word})
    word = word.removeprefix("=")
    certain = _CERTAIN.match(word.lower())
    if certain is None or "|" in word:
        return None
    start, rest = certain.group(), word[certain.end() :]
    if rest == "?":
        return frozenset({start + _END, start[:-1] + _END})
    if rest.startswith("?"):
        start = start[:-1]
    elif not rest or not (rest[0] in "*[(\\" or rest[0].isalpha()):
        return frozenset({start + _END})
    return frozenset({start[: _LONG if len(start) >= _LONG else _SHORT]}) if len(start) >= _SHORT else None
