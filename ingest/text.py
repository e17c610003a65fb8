"""Text as it is stored: any string in, clean Unicode out; and the language it is written in."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from ingest.schema import LANGUAGES

LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# control characters, soft hyphens, zero-width spaces and byte-order marks hide in words and are never seen
INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff]")
TOO_SHORT = 200
LONG_ENOUGH = 5000
SURE = 0.9
# one written language for the classifier: what it answers between these says little
TWINS = (frozenset({"bs", "hr", "sr"}), frozenset({"id", "ms"}))
STANDARD = {"nb": "no", "nn": "no"}


def clean_text(text: str) -> str:
    r"""Return text in NFC with "\n" line ends, no control characters, no lone surrogates and no white space at its ends."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = INVISIBLE.sub("", LINE_ENDS.sub("\n", text).replace("\t", " "))
    return unicodedata.normalize("NFC", text).strip()


def clean_line(text: str) -> str:
    """Return cleaned text on one line, with single spaces."""
    return " ".join(clean_text(text).split())


def detect_language(text: str, expected: str | None) -> str:
    """Return the ISO 639-1 code of the language of a cleaned text.

    `expected`, the source's language, is believed when the text is short, the classifier unsure, or the two are twins.
    """
    if expected is not None and len(text) < TOO_SHORT:
        return expected
    found, probability = _load_identifier().classify(text[:LONG_ENOUGH])
    found = STANDARD.get(found, found)
    if expected is None or found == expected:
        return str(found)
    is_twin = any(found in twins and expected in twins for twins in TWINS)
    return expected if is_twin or probability < SURE else str(found)


@cache
def _load_identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted(LANGUAGES & set(identifier.labels)))
    return identifier
