"""Pages that are no article: a title, a text and where they were found in, what they are instead out.

A server that answers 200 may have sent an error page, a consent or login page, a check for robots, a request for
JavaScript, or the first lines of what must be paid for. The words are data, in `ingest/defects.toml`. They count on a
page that says little else, so that news about cookies and paywalls are news.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ingest.identity import is_home
from ingest.models import DEFECTS, Defect

# one phrase is enough on a page of so many characters, two are on a longer one, and a long text is an article;
# one button of a consent page is quoted by short news too
BRIEF = 500
LONG = 1500
# what ends in a request for money may be longer; it stands at the end
LONG_TEASER = 3000
TEASER_END = 500
NOT_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?(?:https?://schema\.org/)?false', re.IGNORECASE)
DIVIDED = re.compile(r"\s+[-–—|·:«»]+\s+|[|•]")
DESCRIPTIONS: dict[Defect, str] = {
    "error": "an error page",
    "consent": "a consent page",
    "login": "a login page",
    "script": "a request for JavaScript",
    "challenge": "a check for robots",
    "paywall": "the beginning of an article that must be paid for",
}


@dataclass(frozen=True, slots=True)
class _Words:
    titles: dict[str, Defect]
    phrases: dict[Defect, re.Pattern[str]]


def find_defect(title: str, text: str, asked: str, found_at: str, is_free: bool = True) -> tuple[Defect, str] | None:
    """Return what a page is instead of the article it was asked for, and a line for people; None when it may be it.

    Args:
        title, text: what was extracted. asked, found_at: the cleaned address, and where redirects led.
        is_free: False when the page states that it is not accessible for free.
    """
    defect = _find_in_title(title, text) or _find_in_text(text)
    if is_home(found_at) and not is_home(asked):
        defect = "error", "its address redirects to the home page"
    elif defect is None and not is_free and len(text) < LONG:
        defect = "paywall", "its markup says that it is not free"
    return (defect[0], f"the page is {DESCRIPTIONS[defect[0]]}, not the article: {defect[1]}") if defect else None


def is_accessible(tree: Any) -> bool:
    """Say whether the page of a parsed tree does not state that it must be paid for. Source: schema.org, by Google's docs."""
    return not any(
        NOT_FREE.search(script.text_content()) for script in tree.xpath("//script[@type='application/ld+json']")
    )


def _find_in_title(title: str, text: str) -> tuple[Defect, str] | None:
    """Return what the title, or the part of it beside the site's name, says of a page that is not long."""
    if len(text) >= LONG:
        return None
    words = load_words()
    whole = _fold(title)
    for part in (whole, *DIVIDED.split(whole)):
        kind = words.titles.get(part.strip(" .!…-–:|"))
        if kind:
            return kind, f"its title is “{title[:80]}”"
    return None


def _find_in_text(text: str) -> tuple[Defect, str] | None:
    folded = _fold(text)
    if len(folded) < LONG_TEASER:
        paid = load_words().phrases["paywall"].search(folded[-TEASER_END:])
        if paid:
            return "paywall", f"it says “{paid[0]}”"
    if len(folded) >= LONG:
        return None
    found = {kind: {m[0] for m in pattern.finditer(folded)} for kind, pattern in load_words().phrases.items()}
    kind = max(DEFECTS, key=lambda k: len(found[k]))
    if len(found[kind]) < (1 if len(folded) < BRIEF and kind != "consent" else 2):
        return None
    return kind, "it says " + ", ".join(f"“{phrase}”" for phrase in sorted(found[kind])[:3])


@cache
def load_words() -> _Words:
    """Return the words of all languages, in one table and one pattern a kind."""
    tables = tomllib.loads(files("ingest").joinpath("defects.toml").read_text(encoding="utf-8"))
    titles: dict[str, Defect] = {_fold(title): kind for kind in DEFECTS for title in tables["titles"].get(kind, ())}
    return _Words(titles, {kind: _join(tables["phrases"][kind].values()) for kind in DEFECTS})


def _join(lists: Iterable[list[str]]) -> re.Pattern[str]:
    phrases = sorted({_fold(phrase) for phrases in lists for phrase in phrases}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})")


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).replace("’", "'").casefold().split())
