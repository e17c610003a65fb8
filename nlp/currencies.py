"""What money is called and which currency is meant: symbols, names in every language, and words several countries share.

Source: Unicode CLDR (through Babel) for the names of currencies.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_name
from spacy.tokens import Doc

from nlp.extensions import mentions_of
from nlp.gazetteer import data_folder, load_lexicon, load_lexicons, read_toml
from nlp.regulators import currencies_of
from nlp.sentences import text_of


@cache
def currency_data() -> dict[str, Any]:
    """Return the tables of currencies.toml."""
    return read_toml(data_folder() / "currencies.toml")


@cache
def ambiguous_words() -> dict[str, str]:
    """Return the group (crown, peso, dollar) of each word and mark that is the money of several countries."""
    groups = currency_data()["ambiguous"].items()
    return {word: name for name, group in groups for word in (*group["words"], *group.get("marks", ()))}


@cache
def currency_words(lang: str) -> dict[str, str]:
    """Return the currency of each name in every language of the lexicons, lower case; the text's own language goes first."""
    words = dict.fromkeys(ambiguous_words(), "")
    for lexicon in load_lexicons():
        for code in currency_data()["codes"]["codes"]:
            for name in _cldr_names(code, lexicon.lang):
                words.setdefault(name.lower(), code)
    for lexicon in (*load_lexicons(), load_lexicon(lang)):
        for code, names in lexicon.currencies.items():
            words.update({name.lower(): code for name in names if name.lower() not in ambiguous_words()})
    return words


def _cldr_names(code: str, lang: str) -> set[str]:
    try:
        locale = Locale.parse(lang)
    except (UnknownLocaleError, ValueError):
        return set()
    names = {get_currency_name(code, count=count, locale=locale) for count in (1, 2, 5, 100)}
    return {name for name in names if name != code and name.isprintable()}


def bearer_of(group: str, doc: Doc, lang: str, position: int) -> str:
    """Return which currency of a group is meant at a position of doc, or "".

    It is the language's, that of the regulator named nearest, or of a country the text names; where one is meant unless
    something is said (the dollar), only the nearest regulator counts.
    """
    table, text = currency_data()["ambiguous"][group], text_of(doc)
    by_language, default = table.get("by_language", {}), str(table.get("default", ""))
    if lang in by_language:
        return str(by_language[lang])
    bearers = {*by_language.values(), *table["by_word"].values()}
    regulators = sorted(mentions_of(doc, "regulators"), key=lambda r: abs(r.span[0] - position))
    for regulator in regulators[:1] if default else regulators:
        if native := bearers & currencies_of(regulator.id):
            return str(native.pop())
    if default:
        return default
    hits: Counter[str] = Counter()
    for word, code in table["by_word"].items():
        hits[code] += text.count(word)
    best = max(hits, key=lambda code: hits[code])
    return str(best) if hits[best] else ""
