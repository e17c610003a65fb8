"""Names of companies as keys: two spellings of one name have one key, whatever their form, marks, case and language."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from babel import Locale
from rigour.names.org_types import remove_org_types
from rigour.text.normalize import Cleanup, Normalize
from slugify import slugify

# the languages whose names of countries count
_LANGUAGES = (
    *("en", "fr", "de", "it", "es", "nl", "pl", "pt", "sv", "da", "nb", "fi", "ro", "el", "hu", "cs"),
    *("sk", "sl", "hr", "bg", "lt", "lv", "et", "ga"),
)
_LONGEST_FORM = 6
_LONGEST_COUNTRY = 4
# rigour compares what was folded alike: words apart without marks, and initials joined
_FOLDINGS = (
    (Normalize.CASEFOLD | Normalize.NFKD | Normalize.SQUASH_SPACES, Cleanup.Strong),
    (Normalize.CASEFOLD | Normalize.NAME, Cleanup.Noop),
)
_APOSTROPHES = re.compile(r"(?<=\w)['’`´](?=\w)")
_INITIALS = re.compile(
    r"(?<![^\W_])(?:[^\W\d_]\.\s?){2,}(?:[^\W\d_](?![^\W_]))?|(?<![^\W_])[^\W\d_](?:/[^\W\d_])+(?![^\W_])"
)
_PLUS = re.compile(r"(?<=\w)\+")
_QUOTES = '"“”„«»‘'
_MAX_KEY = 120


@lru_cache(maxsize=50_000)
def name_key(name: str) -> str:
    """Return what a name is compared by: words of a-z and 0-9 with single spaces; "" where it has no letter or digit.

    Case, marks, punctuation and legal forms do not count ("Vodafone España, S.A.U." and "VODAFONE ESPANA SA" are
    "vodafone spain"), countries have one name in every language, and so has "and". A name that is nothing but a form
    keeps it. A key is its own key.
    """
    words = _fold(_without_former(name))
    words, formed = _drop_forms(words)
    words = _drop_leading(words, formed, quoted=any(mark in name for mark in _QUOTES))
    words = _name_countries(words)
    last = len(words) - 1
    joined = ["and" if 0 < at < last and word in _words("conjunctions") else word for at, word in enumerate(words)]
    return " ".join(joined)[:_MAX_KEY].strip()


def form_key(name: str) -> str:
    """Return a name's key with its legal form, for names that nothing else tells apart: "vodafone gmbh"."""
    return " ".join(_fold(_without_former(name)))[:_MAX_KEY].strip()


def own_id(key: str) -> str:
    """Return the id of a company that is known by this key alone: "free-mobile"."""
    return key.replace(" ", "-")


def key_of_id(company: str) -> str:
    """Return the key whose own id this is."""
    return company.replace("-", " ")


def split_country(key: str) -> tuple[str, str] | None:
    """Return a key without the country it ends in, and the country's ISO 3166-1 code; None where it ends in none.

    "vodafone romania" is ("vodafone", "RO").
    """
    words = key.split()
    for size in range(min(_LONGEST_COUNTRY, len(words) - 1), 0, -1):
        code = _codes_by_word().get(" ".join(words[-size:]))
        if code:
            return " ".join(words[:-size]), code.upper()
    return None


def without_group(key: str) -> str:
    """Return a key without a word for a group at its end or in front: "rosso konzern" is "rosso"."""
    words = key.split()
    if len(words) > 1 and words[-1] in _words("group"):
        return " ".join(words[:-1])
    return " ".join(words[1:]) if len(words) > 1 and words[0] in _words("group") else key


def country_word(code: str) -> str:
    """Return the word that a country has in keys: "romania" for "RO"."""
    return _country_words()[code.lower()]


def is_generic(key: str) -> bool:
    """Tell whether a name could stand for any party of a text ("the Company")."""
    return all(word in _words("generic") for word in key.split())


@cache
def read_data() -> Mapping[str, Any]:
    """Return the words of names.toml."""
    return tomllib.loads((files("db.companies") / "names.toml").read_text(encoding="utf-8"))


@cache
def _words(group: str) -> frozenset[str]:
    return frozenset(read_data()[group])


def fold(text: str) -> str:
    """Return text in lower case a-z and 0-9, words and initials joined as keys have them."""
    return " ".join(_fold(text))


def _fold(text: str) -> list[str]:
    plain = _PLUS.sub(" plus ", _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text))).replace("&", " and ")
    plain = _INITIALS.sub(lambda m: re.sub(r"[\s./]", "", m.group()) + " ", plain)
    return [word for word in slugify(plain, separator=" ").split(" ") if word]


def _without_former(name: str) -> str:
    return _former().sub("", name)


@cache
def _former() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in read_data()["formerly"])
    return re.compile(rf"\s*\((?:{words})\b[^)]*\)?", re.IGNORECASE)


def _drop_forms(words: list[str]) -> tuple[list[str], bool]:
    """Return words without the legal forms they end in, and whether there were any; one word always stays."""
    size = next((n for n in range(min(_LONGEST_FORM, len(words) - 1), 0, -1) if _is_form(" ".join(words[-n:]))), 0)
    if not size:
        return words, False
    return _drop_forms(words[:-size])[0], True


@lru_cache(maxsize=20_000)
def _is_form(words: str) -> bool:
    if words in _words("forms"):
        return True
    if words in _words("no_forms"):
        return False
    return any(
        not remove_org_types(words, normalize_flags=flags, cleanup=cleanup).strip() for flags, cleanup in _FOLDINGS
    )


def _drop_leading(words: list[str], formed: bool, quoted: bool) -> list[str]:
    first = words[0] if len(words) > 1 else ""
    drop = (
        first in _words("leading")
        or (formed and first in _words("leading_with_form"))
        or (quoted and first in _words("leading_with_quotes"))
    )
    return words[1:] if drop else words


def _name_countries(words: list[str]) -> list[str]:
    """Return words with countries behind the first word under their one name."""
    found, at = words[:1], 1
    while at < len(words):
        for size in range(min(_LONGEST_COUNTRY, len(words) - at), 0, -1):
            code = _codes_by_word().get(" ".join(words[at : at + size]))
            if code:
                found += _country_words()[code].split()
                at += size
                break
        else:
            found.append(words[at])
            at += 1
    return found


@cache
def _country_words() -> dict[str, str]:
    """Return the word of each country in keys, by its code: the first of names.toml, else the English name."""
    english = {code.lower(): fold(str(name)) for code, name in _territories("en")}
    return english | {code: words[0] for code, words in read_data()["countries"].items()}


@cache
def _codes_by_word() -> dict[str, str]:
    """Return the code of each country by its names in every language. Source: Unicode CLDR, through Babel."""
    named: dict[str, str] = {}
    for lang in _LANGUAGES:
        for code, name in _territories(lang):
            word = fold(str(name))
            if len(word) > 3:
                named.setdefault(word, code.lower())
    for code, words in read_data()["countries"].items():
        named.update(dict.fromkeys(words, code))
    return named


def _territories(lang: str) -> Sequence[tuple[str, str]]:
    found = Locale.parse(lang).territories.items()
    return sorted(
        (str(code), str(name)) for code, name in found if len(code) == 2 and code not in ("EU", "UN", "EZ", "ZZ")
    )
