"""Names of organisations that a legal form ends or begins: "Rosso S.p.A.", SIA "Rosso"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nlp.gazetteer import load_legal_forms
from nlp.identities import UPPER, legal_forms_source
from nlp.spans import near
from nlp.words import Openings, WordIndex, openings_of

# No word of a name is longer; without such bounds, "A-A-A-…" is read to its end from each of its letters.
_WORD = rf"[{UPPER}0-9][\w&+'’/\-]{{0,60}}(?:\.[\w&+-]{{1,30}}){{0,6}}"
_LINK = r"(?:(?:de|in|del|di|da|do|dos|of|the|and|&|y|e|i|und|et|van|der|den|für|la|el|los|pour|des)\s{1,4}){0,2}"
# Baltic and Slavic names stand in quotes behind their form: SIA "Rosso".
_BALTIC_IN_FRONT = "SIA|UAB|MB|VšĮ|VĮ|OÜ|MTÜ"
_FORMS_IN_FRONT = f"{_BALTIC_IN_FRONT}|AS|AD|EAD|EOOD|OOD|ООО|ОАО|ПАО|ЗАО|АО|ЕООД|ООД|АД|ЕАД|ТОВ|ПрАТ|ПАТ"
_PREFIXED = rf"(?:{_FORMS_IN_FRONT})\s+[\"“”„«‘']{_WORD}(?:\s{_WORD}){{0,5}}\s?[\"“”»’']"

# Where the rest of the name has no capital, it runs to a bracket: "(VĮ Registrų centras)".
_BRACKETED = rf"(?:{_BALTIC_IN_FRONT})[ \u00a0]{_WORD}(?:[ \u00a0][^\W\d_]{{2,30}}){{1,4}}(?=[ \u00a0]?[()])"
# a letter by itself, and none of those of "S.p.A." or "A / S"
_LONE_LETTER = re.compile(r"\w(?!\w|\.| ?/)")
# No name with a legal form is longer.
_FORM_REACH = 600


@cache
def legal_form_pattern() -> re.Pattern[str]:
    """Return the pattern of a capitalised name that ends in a legal form."""
    suffixed = rf"(?:{_WORD},?[ \u00a0]{{1,4}}{_LINK}){{1,7}}?(?:\({_WORD}\)\s+)?(?:{legal_forms_source()})(?!\w|-[^\W\d_]{{4}})"
    return re.compile(rf"(?<![\w.])(?:(?:S\.\s?C\.|SC)\s)?(?:{_BRACKETED}|{suffixed}|{_PREFIXED})")


@cache
def _form_words() -> tuple[frozenset[str], Openings]:
    """Return the longest word of each legal form, as it is written, and of those with full stops, in any case."""
    words = {
        form: max(re.findall(r"\w+", form), key=len) for form in (*load_legal_forms(), *_FORMS_IN_FRONT.split("|"))
    }
    dotted = {form for form, word in words.items() if len(word) == 1 or form.count(".") > 1}
    return frozenset(words[f] for f in words.keys() - dotted), openings_of(words[f] for f in dotted)


def _places_of_forms(index: WordIndex) -> list[int]:
    """Return where a word of a legal form stands, in order; nothing that ends in one or begins with one is far from there."""
    words, dotted = _form_words()
    places = [at for word in words & index.places.keys() for at in index.places[word]]
    return sorted([*places, *(at for at in index.starts(dotted) if not _LONE_LETTER.match(index.text, at))])


def find_formed(index: WordIndex, free: str) -> Iterator[re.Match[str]]:
    """Yield the names with a legal form of a text, in order.

    Args:
        index: of the text.
        free: the text in which what is no organisation cannot be read.
    """
    for stretch in near(_places_of_forms(index), _FORM_REACH, _FORM_REACH, len(free)):
        yield from legal_form_pattern().finditer(free, *stretch)
