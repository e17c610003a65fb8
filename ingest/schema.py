"""The closed schema of registry files: which keys a table has, and what each must be; faults are one line.

The keys of a file's head hold for all its sources; a [[sources]] table says the rest, its own tables how to read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, get_args
from urllib.parse import urlsplit

import soupsieve
from babel import Locale

from ingest.errors import RegistryError
from ingest.models import Format, Identity, Kind, Reuse, Topics

KEBAB_CASE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# ISO 639-1, as the Library of Congress lists it, with "no" beside "nb" and "nn"
LANGUAGES = frozenset(
    """aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo
    es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg
    ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn
    no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu""".split()  # noqa: SIM905 (a table of codes reads better than 184 quoted strings)
)
# ISO 3166-1 alpha-2 with EU and XK (Kosovo), as CLDR lists them, less its codes that are no place on earth
COUNTRIES = frozenset(c for c in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", c)) - {
    "EZ", "QO", "UN", "XA", "XB", "ZZ",
}  # fmt: skip


MAX_PAGES = 200


class Key(NamedTuple):
    """What the value of a key must be: a test, and the words for it."""

    is_valid: Callable[[Any], bool]
    words: str
    needed: bool = False


def is_web_url(value: str) -> bool:
    """Say whether a string is an absolute http or https URL."""
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and " " not in value
    except ValueError:
        return False


def _is_line(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value == " ".join(value.split()) and value.isprintable()


MOST_ITEMS = 1_000_000


def _is_range(value: object) -> bool:
    whole = isinstance(value, list) and len(value) == 2 and all(type(n) is int for n in value)
    return whole and 0 <= value[0] <= value[1] <= MOST_ITEMS  # type: ignore[index]


def _is_selector(value: object) -> bool:
    if not _is_line(value):
        return False
    try:
        soupsieve.compile(str(value))
    except soupsieve.SelectorSyntaxError:
        return False
    return True


def _is_date_format(value: object) -> bool:
    """Say whether a strptime format gives a whole date, and only what strptime knows."""
    if not isinstance(value, str) or not _is_line(value):
        return False
    directives = set(re.findall("%(.)", value.replace("%%", "")))
    whole = all(directives & choices for choices in ({"d"}, {"m", "b", "B"}, {"y", "Y"}))
    return whole and directives <= set("aAdbBmyYHIpMSfzZ")


def _needed(key: Key) -> Key:
    return key._replace(needed=True)


def _one_of(choices: object) -> Key:
    names = get_args(choices)
    return Key(lambda v: isinstance(v, str) and v in names, "one of " + ", ".join(names))


LINE = Key(_is_line, "a non-empty string on one line")
URL = Key(lambda v: _is_line(v) and is_web_url(v), "an absolute http or https URL")
LANGUAGE = Key(lambda v: isinstance(v, str) and v in LANGUAGES, 'an ISO 639-1 code such as "fr"')

FILE = {
    "country": Key(lambda v: isinstance(v, str) and v in COUNTRIES, 'an ISO 3166-1 code such as "FR", or "EU" or "XK"'),
    "languages": Key(
        lambda v: isinstance(v, list) and v != [] and all(map(LANGUAGE.is_valid, v)) and len(v) == len(set(v)),
        'a list of different ISO 639-1 codes such as ["fr", "nl"]',
    ),
    "reuse": _one_of(Reuse),
}
SOURCE = {
    "id": Key(
        lambda v: isinstance(v, str) and KEBAB_CASE.fullmatch(v) is not None,
        "kebab-case: a-z, 0-9 and single hyphens",
        needed=True,
    ),
    "publisher": _needed(LINE),
    "kind": _needed(_one_of(Kind)),
    "format": _needed(_one_of(Format)),
    "url": _needed(URL),
    "homepage": _needed(URL),
    "language": _needed(LANGUAGE),
    "topics": _needed(_one_of(Topics)),
    "verified": Key(lambda v: isinstance(v, bool), "true or false"),
    "on_request": Key(lambda v: isinstance(v, bool), "true or false"),
    "identity": _one_of(Identity),
    "expect": Key(lambda v: isinstance(v, dict), "a table [sources.expect]"),
    "listing": Key(lambda v: isinstance(v, dict), "a table [sources.listing]"),
    "sitemap": Key(lambda v: isinstance(v, dict), "a table [sources.sitemap]"),
}
EXPECT = {"items_per_month": Key(_is_range, "the least and the most, as in [4, 40]", needed=True)}
SELECTOR = Key(_is_selector, "a CSS selector")
LISTING = {
    "item": _needed(SELECTOR),
    "link": SELECTOR,
    "title": SELECTOR,
    "date": SELECTOR,
    "date_format": Key(_is_date_format, "a format of day, month and year such as %d.%m.%Y"),
    "summary": SELECTOR,
    "next": SELECTOR,
    "pages": Key(lambda v: type(v) is int and 1 <= v <= MAX_PAGES, f"a number of pages from 1 to {MAX_PAGES}"),
}
PATTERN = Key(lambda v: _is_line(v) and v[0] in "/*", 'a pattern of paths such as "/news/*"')
SITEMAP = {"match": PATTERN, "children": PATTERN}


def check_table(table: Mapping[str, Any], keys: Mapping[str, Key], where: str) -> None:
    """Return when a table keeps to its keys; `where` begins the message and names the file and the table.

    Raises: RegistryError: the first unknown, missing or wrong key, with what is allowed.
    """
    for name in table:
        if name not in keys:
            raise RegistryError(f"{where}{name}: is not a known key; allowed are {', '.join(keys)}")
    for name, key in keys.items():
        if name not in table:
            if key.needed:
                needed = ", ".join(n for n, k in keys.items() if k.needed)
                raise RegistryError(f"{where}{name}: is missing; needed are {needed}")
        elif not key.is_valid(table[name]):
            raise RegistryError(f"{where}{name}: is {table[name]!r}, but must be {key.words}")
