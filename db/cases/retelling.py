"""Which case an article retells that states no act of its own: words and days alone can say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from db.cases.blocking import Words

T = TypeVar("T")

# What the article must share at least with one of the case: how much, and how much of the shorter text.
LEAST = (37.0, 0.28)
# How much more it must share with that case than with the next.
CLEARLY = 1.4
_MOST = 3
# Days after which two texts must share twice as much to be as near.
_HALF = 60


def choose_retold(article: str, candidates: Iterable[tuple[T, str]], words: Words) -> list[T]:
    """Return the cases of the one article that tells clearly more of the same than those of other cases; none without.

    Args:
        candidates: cases, each with one of its articles.
    An article that tells of more than three cases is a roundup, and another that is like it tells of none in particular.
    """
    day = words.of(article).day
    cases: dict[str, list[T]] = defaultdict(list)
    for case, other in candidates:
        if case not in cases[other]:
            cases[other].append(case)
    near: dict[str, float] = {}
    for other in cases:
        shared, part = words.compare(article, other)
        if shared >= LEAST[0] and part >= LEAST[1]:
            near[other] = shared / (1 + abs(day - words.of(other).day) / _HALF)
    best = max(sorted(near), key=near.__getitem__, default=None)
    if best is None or len(cases[best]) > _MOST:
        return []
    others = [near[o] for o in near if set(map(id, cases[o])).isdisjoint(map(id, cases[best]))]
    return cases[best] if near[best] >= CLEARLY * max(others, default=0.0) else []
