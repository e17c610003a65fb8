"""Misspellings: which two keys may be one name that was typed wrong, and how such pairs are found without looking at all.

Only slips that hardly make another name of a name count: one letter doubled or left out of a double, two neighbours
swapped, and any one letter of a long word. Digits are never slips, nor is the first letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Levenshtein

SHORTEST = 6
_LONGEST = 60
# one letter more or less makes another word of a short one: Sella, Stella
_LONG_WORD = 8


def is_misspelling(one: str, other: str) -> bool:
    """Tell whether two different keys may be one name, of which one is typed wrong; the order does not matter."""
    if one == other or not (_is_usable(one) and _is_usable(other)) or one[0] != other[0]:
        return False
    if is_joined(one, other):
        return True
    words, others = one.split(), other.split()
    differing = [pair for pair in zip(words, others, strict=False) if pair[0] != pair[1]]
    return len(words) == len(others) and len(differing) == 1 and _is_slip(*differing[0])


def is_joined(one: str, other: str) -> bool:
    """Tell whether two keys differ in their spaces alone: "media markt", "mediamarkt"."""
    return one != other and one.replace(" ", "") == other.replace(" ", "")


def measure_likeness(one: str, other: str) -> float:
    """Return how alike two keys are, from 0 to 1."""
    return round(fuzz.ratio(one, other) / 100, 3)


def spelling_hashes(key: str) -> list[int]:
    """Return what a key and its misspellings have in common: the hash of each way to leave out at most one letter.

    Two keys one slip apart share at least one; a key that is too short or too long has none.
    """
    if not _is_usable(key):
        return []
    letters = key.replace(" ", "")
    variants = {letters, *(letters[:at] + letters[at + 1 :] for at in range(len(letters)))}
    return sorted(_hash(variant) for variant in variants)


def _is_usable(key: str) -> bool:
    return len(key.replace(" ", "")) >= SHORTEST and len(key) <= _LONGEST


def _is_slip(one: str, other: str) -> bool:
    if OSA.distance(one, other, score_cutoff=1) != 1:
        return False
    edits = list(_edited_letters(one, other))
    if any(not letter.isalpha() for letter in edits) or one[0] != other[0]:
        return False
    if min(len(one), len(other)) >= _LONG_WORD - 1 and max(len(one), len(other)) >= _LONG_WORD:
        return True
    return _undouble(one) == _undouble(other) or (len(one) == len(other) and sorted(one) == sorted(other))


def _edited_letters(one: str, other: str) -> Iterator[str]:
    for edit in Levenshtein.editops(one, other):
        if edit.tag != "insert":
            yield one[edit.src_pos]
        if edit.tag != "delete":
            yield other[edit.dest_pos]


def _undouble(word: str) -> str:
    return "".join(letter for at, letter in enumerate(word) if at == 0 or letter != word[at - 1])


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)
