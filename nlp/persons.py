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
    """Return given names of every language the data file has."""
    return frozenset(name for names in read_toml(data_folder() / "given_names.toml").values() for name in names)


@cache
def _endings(lang: str) -> tuple[tuple[str, str], ...]:
    """Return each ending of a declined given name with the one it has in a list of names; none where names stay as they are."""
    table: dict[str, list[str]] = read_toml(data_folder() / "declensions.toml").get(lang, {})
    return tuple((form, ending) for ending, forms in table.items() for form in forms)


def _is_given_name(word: str, lang: str) -> bool:
    """Return whether a word is a given name, in any case of a language that declines them."""
    declined = (word.removesuffix(form) + ending for form, ending in _endings(lang) if word.endswith(form))
    return word in given_names() or any(name in given_names() for name in declined)


@cache
def _titles() -> tuple[frozenset[str], frozenset[str]]:
    table = read_toml(data_folder() / "person_titles.toml")
    return frozenset(table["titles"]), frozenset(table["anonymous"])


def is_person(text: str, span: Span, organisations: frozenset[str], lang: str) -> bool:
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
    return organisations.isdisjoint(lead) and len(words) > 1 and _is_given_name(words[0], lang)


def _is_run(words: list[str]) -> bool:
    """Return whether words could be those of a name: capitalised, but for "van" and the like in between."""
    if not 1 <= len(words) <= _MOST_WORDS:
        return False
    return all(word in _SMALL or _WORDS.fullmatch(word) for word in words)
