"""Natural persons: which capitalised words name one. They are no organisations, whatever is imposed on them.

A given name leads the run, or a title stands in front of it; a legal form, a known organisation, or a word for a kind of
organisation in it or before it ("the retailer Paul Smith") say otherwise.
"""

from __future__ import annotations

import re
from functools import cache

from nlp.gazetteer import data_folder, read_toml
from nlp.identities import UPPER, has_legal_form, known_names
from nlp.models import Span

_WORDS = re.compile(rf"[{UPPER}][^\W\d_]*(?:[-'’][^\W\d_]+)*\.?")
_SMALL = frozenset(
    {"de", "del", "la", "da", "do", "dos", "das", "van", "der", "den", "von", "zu", "di", "y", "e", "af"}
)
_MOST_WORDS = 5
_LAST_WORDS = re.compile(r"(?:([^\W\d_]+)[ \u00a0]+)?([^\W\d_]+)\.?[ \u00a0]+$")


@cache
def given_names() -> frozenset[str]:
    """Return given names of every language the data file has, in every case where the language declines them."""
    names = read_toml(data_folder() / "given_names.toml")
    declined = (
        form
        for lang, endings in read_toml(data_folder() / "declensions.toml").items()
        for name in names[lang]
        for form in _decline(name, endings)
    )
    return frozenset(declined).union(*names.values())


def _decline(name: str, endings: dict[str, list[str]]) -> list[str]:
    """Return the other cases of a name."""
    ending = max((e for e in endings if name.endswith(e)), key=len)
    return [name.removesuffix(ending) + other for other in endings[ending]]


@cache
def _titles() -> tuple[frozenset[str], frozenset[str]]:
    table = read_toml(data_folder() / "person_titles.toml")
    return frozenset(table["titles"]), frozenset(table["anonymous"])


def is_person(text: str, span: Span, organisations: frozenset[str]) -> bool:
    """Return whether the words at a span name a natural person, or stand for one whose name is left out.

    Args:
        organisations: words for kinds of organisations, lower case.
    """
    name = text[slice(*span)]
    titles, anonymous = _titles()
    if name in anonymous:
        return True
    words = name.split()
    if name in known_names() or has_legal_form(name) or not organisations.isdisjoint(w.lower() for w in words):
        return False
    if not _is_run(words):
        return False
    before = _LAST_WORDS.search(text, max(0, span[0] - 60), span[0])
    lead = [word.lower() for word in before.groups() if word] if before else []
    if lead and lead[-1] in titles:
        return True
    # "the retailer Paul Smith", "l'università commerciale Luigi Bocconi"
    return organisations.isdisjoint(lead) and len(words) > 1 and words[0] in given_names()


def _is_run(words: list[str]) -> bool:
    """Return whether words could be those of a name: capitalised, but for "van" and the like in between."""
    if not 1 <= len(words) <= _MOST_WORDS:
        return False
    return all(word in _SMALL or _WORDS.fullmatch(word) for word in words)
