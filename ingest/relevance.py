"""The gate of general sources: a title and a summary in, whether the page is worth fetching out.

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
    text = unicodedata.normalize("NFC", f"{title}\n{summary}").lower()
    return load_pattern().search(text) is not None


@cache
def load_pattern() -> re.Pattern[str]:
    """Return the one pattern of all stems of all languages; it expects lower-case NFC text."""
    tables = tomllib.loads(files("ingest").joinpath("relevance.toml").read_text(encoding="utf-8"))
    stems = sorted({stem for words in tables["stems"].values() for stem in words})
    initial = [_write_stem(stem) for stem in stems if not stem.startswith("*")]
    inner = [_write_stem(stem.removeprefix("*")) for stem in stems if stem.startswith("*")]
    anywhere = sorted({re.escape(word) for words in tables["anywhere"].values() for word in words})
    return re.compile(rf"\b(?:{'|'.join(initial)})|{'|'.join(inner + anywhere)}")


def _write_stem(stem: str) -> str:
    """Return the regular expression of one stem; a space in it stands for any white space."""
    pattern = re.escape(unicodedata.normalize("NFC", stem.removesuffix("$")).lower())
    pattern = pattern.replace(r"\*", r"\w*(?:['’]s)?").replace(r"\ ", r"\s+")
    return pattern + r"\b" if stem.endswith("$") else pattern
