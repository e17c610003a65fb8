"""Which words a phrase cannot do without, told by how they begin, so that most sentences need not be searched for it.

Searching a sentence for hundreds of phrases is most of the cost of the rules, and most sentences have none of their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from nlp.placeholders import AMOUNT, COMPANY, REGULATOR

# A whole word is known by itself and an end mark, the beginning of one by its first five letters, or three; a text lists each
# of its words in all three ways.
_LONG, _SHORT, _END = 5, 3, "$"
_WORD = re.compile(r"\w+")
PLACEHOLDERS = {"{c}": re.compile(COMPANY), "{r}": re.compile(REGULATOR), "{n}": re.compile(AMOUNT)}
# the marks of the small language end what is certain of a word, and so do letters that stand for two
_CERTAIN = re.compile(r"[^\W_șțşţ]+")


@lru_cache(maxsize=64)
def beginnings_of(text: str) -> frozenset[str]:
    """Return how the words of a text begin, in lower case, in each way in which a phrase may know one; and its placeholders."""
    words = set(_WORD.findall(text.lower()))
    held = {mark for mark, placeholder in PLACEHOLDERS.items() if placeholder.search(text)}
    return frozenset().union(held, {w[:_SHORT] for w in words}, {w[:_LONG] for w in words}, {w + _END for w in words})


def needed(parts: Iterable[Iterable[frozenset[str] | None]]) -> frozenset[str] | None:
    """Return beginnings of which one at least is in any text that holds one of several phrases, or None where none must be.

    Args:
        parts: for each phrase what each of its words needs.
    """
    found: set[str] = set()
    for words in parts:
        sure = [word for word in words if word]
        if not sure:
            return None
        found |= max(sure, key=lambda word: min(map(len, word)))
    return frozenset(found)


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
