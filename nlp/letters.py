"""Letters as regular expressions compare them where case does not count, for tables of what these find."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

V = TypeVar("V")
# Small letters that `re` takes for one another, beside those that differ in case.
_ALIKE = str.maketrans("ıſµςϐϵϑϰϖϱϕẛᲀᲁᲂᲃᲄᲅᲆᲇᲈﬅ", "isμσβεθκπρφṡвдосттъѣꙋﬆ")


def fold(text: str) -> str:
    """Return text in small letters, letter by letter, those that `re.IGNORECASE` takes for one another as the same one."""
    return text.lower() if text.isascii() else text.replace("İ", "i").lower().translate(_ALIKE)


def look_up(table: Mapping[str, V], word: str) -> V:
    """Return what a table has for a word that a pattern of its keys found in any case; raises KeyError where it found none."""
    for spelling in (word, word.lower()):
        if spelling in table:
            return table[spelling]
    folded = fold(word)
    for key, value in table.items():
        if fold(key) == folded:
            return value
    raise KeyError(word)
