"""Phrases known by nothing but keyed hashes: found in any text again, however it spaces, hyphenates, marks or cases them.

A phrase has a shape, the lengths of its words. In a text its words may be run together ("clearviewai"), joined by any
marks ("clearview-ai") or broken at the end of a line ("Clear- view"), but no word of the text is a part of it only.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate

from slugify import slugify

MARK = "[redacted]"
# fewer letters stand in too many other words' places
LEAST_LETTERS = 3
# scripts without spaces between words: each character is one
_ALONE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
# combining and invisible marks stand within a word
_MARKS = "[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]"
# no letters, though they count as such: apostrophes, and the small numbers of footnotes
_NONE = "\u02b9-\u02bf\u02c8\ua78b\ua78c\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089"
_LETTERS = rf"[^\W\d_{_ALONE}{_NONE}]+"
# a number is a word of its own: "Mustermann1" has a footnote
_WORD = re.compile(rf"[{_ALONE}]|\d+|{_LETTERS}(?:{_MARKS}+{_LETTERS})*{_MARKS}*")
# a hyphen before the end of a line may be one of the word's or not; of the line's end a space may be left
_BROKEN = re.compile(r"[-\u2010\u2011]\s+")

# where a word stands, its letters and digits, and whether a hyphen at the end of a line may part it from the word before
Word = tuple[int, int, str, bool]
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as it is kept: the lengths of its words, and the keyed hash of their letters."""

    shape: Shape
    digest: str


def hash_with(key: bytes, text: str) -> str:
    """Return the keyed hash of a text, 32 hex digits: without the key nobody can try texts against it."""
    return blake2b(text.encode("utf-8", "replace"), key=key, digest_size=16).hexdigest()


def list_phrases(key: bytes, text: str) -> set[Phrase]:
    """Return the phrases that a text is kept as: itself, and as ids are made of it; empty when it has too few letters."""
    spelt = (tuple(word for _, _, word, _ in _words(said)) for said in (text, slugify(text, separator=" ")))
    return {
        Phrase(tuple(map(len, words)), hash_with(key, "".join(words)))
        for words in spelt
        if len("".join(words)) >= LEAST_LETTERS
    }


class Finder:
    """Finds phrases in texts."""

    def __init__(self, key: bytes, phrases: Iterable[Phrase]) -> None:
        self._key = key
        self._by_length = defaultdict[int, list[tuple[frozenset[int], str]]](list)
        for phrase in phrases:
            *breaks, length = accumulate(phrase.shape)
            self._by_length[length].append((frozenset(breaks), phrase.digest))
        self._longest = max(self._by_length, default=0)

    def __bool__(self) -> bool:
        return bool(self._by_length)

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where phrases stand in a text, [start, end), the longest of those that begin at a word; they do not overlap."""
        words = list(_words(text)) if self._by_length else []
        at = 0
        while at < len(words):
            size = self._measure(words, at)
            if size:
                yield words[at][0], words[at + size - 1][1]
            at += size or 1

    def replace(self, text: str) -> str:
        """Return a text with MARK in the place of each phrase; the same object when it has none."""
        parts, last = [], 0
        for start, end in self.find(text):
            parts += [text[last:start], MARK]
            last = end
        return "".join([*parts, text[last:]]) if parts else text

    def _measure(self, words: list[Word], at: int) -> int:
        """Return how many words from one on are the longest phrase that begins with it; 0 for none."""
        found, letters = 0, ""
        breaks = set[int]()
        for size in range(1, min(self._longest, len(words) - at) + 1):
            _, _, word, is_broken = words[at + size - 1]
            if size > 1 and not is_broken:
                breaks.add(len(letters))
            letters += word
            if len(letters) > self._longest:
                break
            if any(self._is(letters, breaks, *known) for known in self._by_length.get(len(letters), ())):
                found = size
        return found

    def _is(self, letters: str, breaks: set[int], allowed: frozenset[int], digest: str) -> bool:
        return breaks <= allowed and hash_with(self._key, letters) == digest


def _words(text: str) -> Iterator[Word]:
    """Yield the words of a text, without case and marks."""
    end = 0
    for match in _WORD.finditer(text):
        if folded := _fold(match[0]):
            yield match.start(), match.end(), folded, _BROKEN.fullmatch(text, end, match.start()) is not None
            end = match.end()


@lru_cache(maxsize=50_000)
def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    return "".join(filter(str.isalnum, plain))
