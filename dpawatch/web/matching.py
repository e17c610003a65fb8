"""What a reader types as a full-text query that cannot be an error, and what it found as plain pieces of text."""

from __future__ import annotations

import re

Segments = list[tuple[str, bool]]

_MOST_CHARACTERS = 300
_MOST_TERMS = 16
# Private-use characters around a hit; what a text itself has of them is dropped.
OPEN, CLOSE = "\ue000", "\ue001"


def match_query(text: str, least: int = 3) -> str | None:
    """Return an FTS5 query for what a reader typed, or None when no letter or digit is in it.

    Every word becomes a quoted string, so that operators and punctuation mean nothing: `l'oréal` looks for the two
    words in a row, `C&A` likewise, `AND` for the word. The tokenizer drops diacritics on both sides. The last word of
    `least` letters or more may be the beginning of one.
    """
    cleaned = re.sub(r'["\x00\ud800-\udfff]', " ", text[:_MOST_CHARACTERS])
    typed = [word for word in cleaned.split() if any(c.isalnum() for c in word)][:_MOST_TERMS]
    # one that is typed again says nothing more, and would be looked for again; what is typed last stays last
    words = list({word.casefold(): word for word in reversed(typed)}.values())[::-1]
    if not words:
        return None
    return " ".join(f'"{word}"' for word in words) + ("*" if len(words[-1]) >= least else "")


def read_snippet(marked: str | None) -> Segments:
    """Return a snippet as pieces of plain text, each with whether it is a hit."""
    pieces = re.split(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}", marked or "")
    plain = (re.sub(f"[{OPEN}{CLOSE}]", "", piece) for piece in pieces)
    return [(piece, bool(number % 2)) for number, piece in enumerate(plain) if piece]
