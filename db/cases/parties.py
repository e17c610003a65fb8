"""Whether two names can be one party: the same organisation, its group, or what another text calls it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from rapidfuzz import fuzz

# Of 100; a name whose words are all among the other's has 100 too.
ALIKE = 88
# Words of at least so many letters tell one name from another; "of", "The" and "S.p.A." do not.
_LEAST = 4


def share_party(ones: Iterable[str], groups: Iterable[str], others: Collection[str], of_others: Iterable[str]) -> bool:
    """Tell whether two lists of respondents have one in common; a group stands for each of its members, but none for another.

    Args:
        groups: the groups of the ones, of_others: those of the others.
    """
    ones = set(ones)
    return not (ones.isdisjoint(others) and ones.isdisjoint(of_others) and set(groups).isdisjoint(others))


@lru_cache(maxsize=50_000)
def name_words(company: str) -> frozenset[str]:
    """Return the words of a company's id that are long enough to tell it from others."""
    return frozenset(word for word in re.split(r"\W+", company) if len(word) >= _LEAST)


def names_alike(ones: Iterable[str], others: Iterable[str]) -> bool:
    """Tell whether a name of the ones and one of the others may be two spellings of one: their words are nearly the same."""
    others = tuple(others)
    return any(_alike(one, other) for one in ones for other in others)


@lru_cache(maxsize=50_000)
def _alike(one: str, other: str) -> bool:
    a, b = " ".join(sorted(name_words(one))), " ".join(sorted(name_words(other)))
    return bool(a and b) and fuzz.token_set_ratio(a, b) >= ALIKE
