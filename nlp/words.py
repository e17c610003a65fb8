"""Where each word of a text stands: asking for many names one by one would read the whole text for each of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from spacy.tokens import Doc

from nlp.kept import once_a_doc
from nlp.letters import fold
from nlp.sentences import text_of

_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W\d_]+")
_RUN = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True)
class Openings:
    """What phrases begin with: words, in small letters, or how words begin; marks; and it may be any number."""

    words: frozenset[str]
    stems: tuple[str, ...]
    marks: re.Pattern[str] | None
    numbers: bool


def openings_of(phrases: Iterable[str], numbers: bool = False) -> Openings:
    """Return what phrases begin with, and numbers too where these may begin what is looked for; "*" behind a word is any letters."""
    begin = {phrase: _RUN.match(phrase) for phrase in phrases}
    runs = {fold(run.group()) if run else phrase[0] for phrase, run in begin.items()}
    stems = {fold(run.group()) for phrase, run in begin.items() if run and phrase.startswith("*", run.end())}
    words = frozenset(run for run in runs - stems if run[0].isalpha())
    marks = "".join(sorted(run for run in runs if not run[0].isalnum()))
    numbers = numbers or any(run[0].isdigit() for run in runs)
    return Openings(words, tuple(sorted(stems)), re.compile(f"[{re.escape(marks)}]") if marks else None, numbers)


class WordIndex:
    """The places of the words of one text, by the word as it is written.

    `begins` has them by the letters they begin with, in lower case ("eur" for "EUR500"), and `numbers` where digits begin.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[str, list[int]] = defaultdict(list)
        for match in _WORD.finditer(text):
            self.places[match.group()].append(match.start())
        self.begins: dict[str, list[int]] = defaultdict(list)
        self.numbers: list[int] = []
        for word, places in self.places.items():
            if word.isalpha():
                self.begins[fold(word)] += places
            elif letters := _LETTERS.match(word):
                self.begins[fold(letters.group())] += places
            else:
                self.numbers += places
        self._beginnings = frozenset(self.begins)

    def find(self, phrase: str) -> list[int]:
        """Return where phrase stands between the edges of words, in order; none when it does not begin with a word."""
        first = _WORD.match(phrase)
        places = self.places.get(first.group(), ()) if first else ()
        return [at for at in places if self.text.startswith(phrase, at) and self._ends_at(at + len(phrase))]

    def starts(self, openings: Openings) -> list[int]:
        """Return where something begins so, in any case, in order."""
        begin = openings.words & self._beginnings
        if openings.stems:
            begin |= {word for word in self.begins if word.startswith(openings.stems)}
        words = (self.begins[word] for word in begin)
        marks = (mark.start() for mark in openings.marks.finditer(self.text)) if openings.marks else ()
        return sorted(chain(chain.from_iterable(words), marks, self.numbers if openings.numbers else ()))

    def finditer(self, pattern: re.Pattern[str], openings: Openings) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern of what begins so, in order, as its own method does, which tries it at every letter."""
        end = 0
        for start in self.starts(openings):
            if start >= end and (match := pattern.match(self.text, start)):
                end = match.end()
                yield match

    def _ends_at(self, end: int) -> bool:
        return not _WORD.match(self.text, end)


@once_a_doc
def index_of(doc: Doc) -> WordIndex:
    """Return the index of doc's text, made once."""
    return WordIndex(text_of(doc))


@lru_cache(maxsize=2048)
def count_words(text: str) -> tuple[int, int]:
    """Return how many words text has, and how many of them begin with a small letter."""
    words = _LETTERS.findall(text)
    return len(words), sum(word[0].islower() for word in words)
