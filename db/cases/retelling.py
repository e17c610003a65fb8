"""Which case an article retells that states no act of its own: words and days alone can say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from db.cases.blocking import Words

T = TypeVar("T")

# What the article must share at least with one of the case: how much, and how much of the shorter text on the same day.
LEAST = (24.0, 0.34)
# What is enough of the shorter text where the article names a respondent of the case.
LEAST_NAMED = 0.2
# How much more it must share with that case than with the next.
CLEARLY = 1.25
_MOST = 3
# Days after which two texts must share twice as much to be as near.
_HALF = 60


@dataclass(frozen=True, slots=True)
class Candidate(Generic[T]):
    """A case that an article may retell, one of its articles, and whether the article names one of its respondents."""

    case: T
    article: str
    named: bool


def nearness(article: str, other: str, words: Words) -> float:
    """Return the part of the shorter text that two articles share, halved by 60 days between them; 0 when it says nothing.

    What is less than another case must have to be in question is nothing.
    """
    shared, part = words.compare(article, other)
    if shared < LEAST[0]:
        return 0.0
    near = part / (1 + abs(words.of(article).day - words.of(other).day) / _HALF)
    return near if near >= LEAST_NAMED / CLEARLY else 0.0


def choose_retold(article: str, candidates: Iterable[Candidate[T]], words: Words) -> list[T]:
    """Return the cases of the one article that tells clearly more of the same than those of other cases; none without.

    An article that tells of more than three cases is a roundup, and another that is like it tells of none in particular.
    """
    cases: dict[str, list[T]] = defaultdict(list)
    named: set[str] = set()
    for candidate in candidates:
        if candidate.case not in cases[candidate.article]:
            cases[candidate.article].append(candidate.case)
        if candidate.named:
            named.add(candidate.article)
    near = {other: found for other in cases if (found := nearness(article, other, words))}
    best = max(sorted(near), key=near.__getitem__, default=None)
    if best is None or near[best] < (LEAST_NAMED if best in named else LEAST[1]) or len(cases[best]) > _MOST:
        return []
    others = [near[o] for o in near if set(map(id, cases[o])).isdisjoint(map(id, cases[best]))]
    return cases[best] if near[best] >= CLEARLY * max(others, default=0.0) else []
