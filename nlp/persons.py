"""Natural persons: which capitalised words name one. They are no organisations, whatever is imposed on them.

A given name leads the run, a title stands in front of it, or beside it what the person does ("Pieter Dorn, a landlord"). A legal
form, a known organisation, or a word for a kind of organisation in it or before it ("the retailer Paul Smith") say otherwise.
"""

from __future__ import annotations

import re
from functools import cache

from nlp.declensions import undecline
from nlp.gazetteer import LANGUAGE_ALIASES, Lexicon, data_folder, read_toml
from nlp.identities import UPPER, has_legal_form, known_names
from nlp.models import Span
from nlp.names import vocabulary
from nlp.patterns import article_words, compile_phrases

_WORDS = re.compile(rf"[{UPPER}][^\W\d_]*(?:[-'’][^\W\d_]+)*\.?")
_SMALL = frozenset(
    {"de", "del", "la", "da", "do", "dos", "das", "van", "der", "den", "von", "zu", "di", "y", "e", "af"}
)
_MOST_WORDS = 5
# no word is tried from its middle on
_LAST_WORDS = re.compile(r"(?<![^\W\d_])(?:([^\W\d_]+)[ \u00a0]+)?([^\W\d_]+)[.,]?[ \u00a0]+$")
_SHORT_TITLE = 3
_SURNAME_FIRST = frozenset({"hu"})  # languages that put the given name last


@cache
def given_names() -> frozenset[str]:
    """Return given names of every language the data file has."""
    return frozenset(name for names in read_toml(data_folder() / "given_names.toml").values() for name in names)


def _is_given_name(word: str, lang: str) -> bool:
    """Return whether a word is a given name, in any case of a language that declines them."""
    return word in given_names() or any(name in given_names() for name in undecline(word, lang))


@cache
def _titles() -> tuple[frozenset[str], frozenset[str]]:
    table = read_toml(data_folder() / "person_titles.toml")
    return frozenset(table["titles"]), frozenset(table["anonymous"])


@cache
def _sole_trader() -> re.Pattern[str]:
    """Return the pattern of a name with the form of a sole trader behind it."""
    forms = "|".join(map(re.escape, read_toml(data_folder() / "person_titles.toml")["sole_traders"]))
    return re.compile(rf"(.*?)[ ,]* (?:{forms})")


class PersonTeller:
    """Tells the names of natural persons, for one language; made once, asked for each name."""

    def __init__(self, lexicon: Lexicon, organisations: frozenset[str]) -> None:
        """Take words for kinds of organisations, lower case, of every language."""
        self.lang = LANGUAGE_ALIASES.get(lexicon.lang, lexicon.lang)
        self.organisations = organisations
        words = lexicon.words
        kinds = {w.lower() for w in (*words.get("person", ()), *words.get("person_alone", ()))}
        self.titles = _titles()[0] | {w for w in kinds if " " not in w}
        sure = "|".join(sorted(kinds - organisations))
        self.behind = compile_phrases((f"({article_words(lexicon)})? (*)? ({sure})",) if sure else ())
        # what is done to a name, and no noun that says what it is
        self.acts = vocabulary(lexicon.lang)

    def is_person(self, text: str, span: Span) -> bool:
        """Return whether the words at a span name a natural person, or stand for one whose name is left out."""
        name = text[slice(*span)]
        if name in _titles()[1] or name.lower() in self.titles:
            return True
        if trader := _sole_trader().fullmatch(name):
            return self._is_sole_trader(trader.group(1).split())
        words = name.split()
        if name in known_names() or has_legal_form(name) or not self.organisations.isdisjoint(map(str.lower, words)):
            return False
        if not _is_run(words):
            return False
        return self._is_titled(words) or self._is_told(text, span, words)

    def _is_sole_trader(self, words: list[str]) -> bool:
        """Return whether a given name and a surname, in either order, are all that stands before the form of a sole trader."""
        named = any(_is_given_name(word, self.lang) for word in words)
        return 1 < len(words) < _MOST_WORDS and _is_run(words) and named

    def _is_titled(self, words: list[str]) -> bool:
        """Return whether a name begins with a title; behind a short one a single name may be a brand ("Dr. Oetker", "Mr. Green")."""
        title = words[0].rstrip(".").lower()
        return title in self.titles and len(words) > (1 if len(title) > _SHORT_TITLE else 2)

    def _is_told(self, text: str, span: Span, words: list[str]) -> bool:
        """Return whether what stands around a name or its own given name makes it a person's."""
        before = _LAST_WORDS.search(text, max(0, span[0] - 60), span[0])
        lead = [word.lower() for word in before.groups() if word] if before else []
        comma = before is not None and "," in before.group()
        if lead and lead[-1] in self.titles and (not comma or len(words) > 1):
            return True
        if len(words) < 2:
            return False
        if self.behind and text.startswith(", ", span[1]) and self.behind.match(text, span[1] + 2):
            return True
        if (
            lead and lead[-1] not in self.organisations and self.acts.fullmatch(lead[-1])
        ):  # "the authority fined Paul Smith"
            lead = []
        # "the retailer Paul Smith", "l'università commerciale Luigi Bocconi"
        given = words[-1] if self.lang in _SURNAME_FIRST else words[0]
        return self.organisations.isdisjoint(lead) and _is_given_name(given, self.lang)


def _is_run(words: list[str]) -> bool:
    """Return whether words could be those of a name: capitalised, but for "van" and the like in between."""
    if not 1 <= len(words) <= _MOST_WORDS:
        return False
    return all(word in _SMALL or _WORDS.fullmatch(word) for word in words)
