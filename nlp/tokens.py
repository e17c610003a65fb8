"""Tokens of hostile text: spaCy's tokenizer peels a word mark by mark, which takes the square of its length."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from spacy.tokens import Doc
from spacy.vocab import Vocab

# The longest address or compound that is still read as one; what is longer is read in parts of this length.
_LONGEST_WORD = 100
_OVERLONG = re.compile(rf"\S{{{_LONGEST_WORD},}}")
# spaCy keeps its strings in UTF-8, which has no halves of characters.
_HALVES = re.compile("[\ud800-\udfff]")


def make_readable(text: str) -> str:
    """Return text with U+FFFD in the place of each lone surrogate; every offset stays as it was."""
    return _HALVES.sub("\ufffd", text)


class BoundedTokenizer:
    """A tokenizer whose time is linear: words of more than 100 characters are cut before spaCy's own sees them."""

    def __init__(self, vocab: Vocab, inner: Callable[[str], Doc]) -> None:
        self.vocab = vocab
        self.inner = inner

    def __call__(self, text: str) -> Doc:
        """Return the tokens of text; joined, they are text again."""
        if not _OVERLONG.search(text):
            return self.inner(text)
        tokens = [(t.text, bool(t.whitespace_)) for piece in _pieces(text) for t in self.inner(piece)]
        return Doc(self.vocab, words=[word for word, _ in tokens], spaces=[space for _, space in tokens])


def _pieces(text: str) -> Iterator[str]:
    """Yield text in order, each overlong word in parts of its own."""
    at = 0
    for match in _OVERLONG.finditer(text):
        yield text[at : match.start()]
        for start in range(*match.span(), _LONGEST_WORD):
            yield text[start : min(start + _LONGEST_WORD, match.end())]
        at = match.end()
    yield text[at:]
