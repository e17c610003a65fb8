"""Whether two names can be one party: the same organisation, its group, or what another text calls it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Prefix

# Of 100; a name whose words are all among the other's has 100 too.
ALIKE = 88
# Words of at least so many letters tell one name from another; "of", "The" and "S.p.A." do not.
_LEAST = 4
# Words of fewer letters than the first tell nothing; of at least the second, two are one that is typed wrong or has another
# ending where they are one letter apart, or begin alike for such a part of the longer ("universidad", "university"); of
# short ones only a plural is one with its singular, and of numbers none is another.
_SHORTEST, _LONG, _BEGINNING = 3, 6, 0.6


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


def tell_apart(ones: Iterable[str], others: Iterable[str]) -> bool:
    """Tell whether names are the same but for other words: "denwick trading" and "denwick travel" are two firms.

    The other words are one, in any place, or all behind a common beginning. Each name of the ones must be so beside each of
    the others. Of two words the last alone says only of what kind they are: "Amsterdam hospital" and "OLVG hospital" may be
    one.
    """
    others = tuple(others)
    pairs = [(one, other) for one in ones for other in others]
    return bool(pairs) and all(_tells_apart(one, other) for one, other in pairs)


@lru_cache(maxsize=50_000)
def _tells_apart(one: str, other: str) -> bool:
    words, others = re.split(r"\W+", one), re.split(r"\W+", other)
    differing = [pair for pair in zip(words, others, strict=False) if pair[0] != pair[1]]
    same = len(words) == len(others) and len(differing) == 1 and (len(words) > 2 or words[0] == others[0])
    return _are_two_words(*differing[0]) if same else _end_apart(words, others)


def _end_apart(words: list[str], others: list[str]) -> bool:
    """Tell whether two names begin with the same words and go on with none in common: "denwick homes", "denwick home loans"."""
    ones, twos = ([word for word in name if len(word) >= _LEAST] for name in (words, others))
    begun = Prefix.similarity(ones, twos)
    ones, twos = ones[begun:], twos[begun:]
    if not (begun and ones and twos and set(ones).isdisjoint(twos)):
        return False
    return _are_two_words(ones[-1], twos[-1]) and _are_two_words("".join(ones), "".join(twos))


def _are_two_words(one: str, other: str) -> bool:
    if one.isdigit() and other.isdigit():
        return one != other
    shorter, longer = sorted(map(len, (one, other)))
    if shorter < _SHORTEST or longer < _LONG:
        return shorter >= _SHORTEST and one.removesuffix("s") != other.removesuffix("s")
    return OSA.distance(one, other, score_cutoff=1) > 1 and Prefix.similarity(one, other) < _BEGINNING * longer
