"""Where each word of a text stands: asking for many names one by one would read the whole text for each of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from spacy.tokens import Doc

from nlp.kept import once_a_doc
from nlp.sentences import text_of

_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W\d_]+")


class WordIndex:
    """The places of the words of one text, by the word as it is written, and `folded` by the word in lower case."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[str, list[int]] = {}
        for match in _WORD.finditer(text):
            self.places.setdefault(match.group(), []).append(match.start())
        self.folded: dict[str, list[int]] = defaultdict(list)
        for word, places in self.places.items():
            self.folded[word.lower()] += places

    def starts(self, words: frozenset[str]) -> list[int]:
        """Return where one of the words, given in lower case, stands in any case, in order."""
        return sorted(chain.from_iterable(self.folded[word] for word in words & self.folded.keys()))

    def finditer(self, pattern: re.Pattern[str], words: frozenset[str]) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern, in order, of those that begin with one of the words, given in lower case."""
        end = 0
        for start in self.starts(words):
            if start >= end and (match := pattern.match(self.text, start)):
                end = match.end()
                yield match

    def find(self, phrase: str) -> list[int]:
        """Return where phrase stands between the edges of words, in order; none when it does not begin with a word."""
        first = _WORD.match(phrase)
        places = self.places.get(first.group(), ()) if first else ()
        return [at for at in places if self.text.startswith(phrase, at) and self._ends_at(at + len(phrase))]

    def _ends_at(self, end: int) -> bool:
        return not _WORD.match(self.text, end)


def first_word(name: str) -> str:
    """Return the word that a name begins with, lower case, or "" where it begins with a mark ("№ 152")."""
    word = _WORD.match(name)
    return word.group().lower() if word else ""


@once_a_doc
def index_of(doc: Doc) -> WordIndex:
    """Return the index of doc's text, made once."""
    return WordIndex(text_of(doc))


@lru_cache(maxsize=256)
def count_words(text: str) -> tuple[int, int]:
    """Return how many words text has, and how many of them begin with a small letter."""
    words = _LETTERS.findall(text)
    return len(words), sum(word[0].islower() for word in words)
