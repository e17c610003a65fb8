"""The gate of general sources: a title and a summary in, whether the page is worth fetching out; and a text, whether it is kept.

The word stems are data, in `ingest/relevance.toml`. Tuned for recall: what it lets through in vain costs one page.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files


def is_relevant(title: str, summary: str) -> bool:
    """Say whether an item may be about privacy, in any of the gate's languages; case and Unicode form do not matter."""
    return load_pattern().search(_fold(f"{title}\n{summary}")) is not None


def is_about_privacy(title: str, text: str) -> bool:
    """Say whether an article is about privacy: it has a word of the subject, not only of fines, leaks and complaints."""
    return load_pattern(with_acts=False).search(_fold(f"{title}\n{text}")) is not None


@cache
def load_pattern(with_acts: bool = True) -> re.Pattern[str]:
    """Return the one pattern of all stems of all languages; it expects lower-case NFC text."""
    tables = tomllib.loads(files("ingest").joinpath("relevance.toml").read_text(encoding="utf-8"))
    acts = set() if with_acts else {word for words in tables["acts"].values() for word in words}
    stems = sorted({stem for words in tables["stems"].values() for stem in words} - acts)
    initial = [_write_stem(stem) for stem in stems if not stem.startswith("*")]
    inner = [_write_stem(stem.removeprefix("*")) for stem in stems if stem.startswith("*")]
    anywhere = [re.escape(word) for word in sorted({w for words in tables["anywhere"].values() for w in words} - acts)]
    return re.compile(rf"\b(?:{'|'.join(initial)})|{'|'.join(inner + anywhere)}")


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()


def _write_stem(stem: str) -> str:
    """Return the regular expression of one stem; a space in it stands for any white space."""
    pattern = re.escape(unicodedata.normalize("NFC", stem.removesuffix("$")).lower())
    pattern = pattern.replace(r"\*", r"\w*(?:['’]s)?").replace(r"\ ", r"\s+")
    return pattern + r"\b" if stem.endswith("$") else pattern
