"""Aliases that texts introduce in brackets behind a name: "Reti Televisive Italiane S.p.A. ("RTI")"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from db.companies.names import fold, form_key, is_generic, name_key
from nlp.models import Span

_OPEN, _CLOSE = "\"“”„«‘’'", "\"“”»’'"
_LEAD = r"(?:[^\W\d_A-Z][\w'’.-]*[:,]?\s{1,2}){0,5}"
_BRACKET = re.compile(
    rf"\s?\({_LEAD}(?:[{_OPEN}]\s?)?(?P<alias>[^\W_](?:[^()\"“”„«»‘’']|(?<=\w)['’](?=\w)){{1,40}}?)\s?(?:[{_CLOSE}])?\)"
)
_QUOTED = re.compile(rf"[{_OPEN}]\s?\Z")
_LONGEST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Alias:
    """What a bracket calls a company: the key of the alias, the span of the alias in the text."""

    key: str
    start: int
    end: int


def find_aliases(text: str, name: str, spans: Iterable[Span]) -> Iterator[Alias]:
    """Yield what brackets right behind the spans of a name introduce for it.

    An alias is the initials of the name, some of its words, or what stands in quotes behind a legal form
    ("Foodinho s.r.l. («Glovo»)"); a word for any party ("the Company") is none.
    """
    formed = name_key(name) != form_key(name)
    for _, end in spans:
        match = _BRACKET.match(text, end, end + 100)
        if match is None:
            continue
        start, stop = match.span("alias")
        alias = match.group("alias")
        key = name_key(alias)
        if _is_alias(key, alias) and ((formed and _QUOTED.search(text, end, start)) or abbreviates(key, name)):
            yield Alias(key, start, stop)


def abbreviates(alias: str, name: str) -> bool:
    """Tell whether an alias's key is made of the initials of a name, or of some of its words in their order."""
    words = fold(name).split()
    letters = alias.replace(" ", "")
    small = [word for word in words if len(word) > 3 or not word.isalpha()] or words
    if len(letters) > 1 and any("".join(w[0] for w in some).startswith(letters) for some in (words, small)):
        return True
    rest = iter(words)
    return all(word in rest for word in alias.split())


def _is_alias(key: str, alias: str) -> bool:
    capital = any(letter.isupper() for letter in alias)
    return bool(key) and capital and len(key.split()) <= _LONGEST_WORDS and not key.isdigit() and not is_generic(key)
