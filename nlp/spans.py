"""Spans among spans: what overlaps, holds or is free of others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from nlp.models import Span

# white space of every kind; all of it is up to the ideographic one
WHITE_SPACE = "".join(char for char in map(chr, range(0x3001)) if char.isspace())


def blank(text: str, taken: list[Span]) -> str:
    """Return text with the taken spans made unreadable, so that no name runs into them."""
    pieces, at = [], 0
    for start, end in sorted(taken):
        if end > at:
            pieces += [text[at:start], "_" * (end - max(at, start))]
            at = end
    return "".join([*pieces, text[at:]])


def near(places: Iterable[int], before: int, behind: int, end: int) -> Iterator[Span]:
    """Yield the stretches of a text up to end in which each place has so many letters around it, in order and apart.

    Reading only them saves most of a text, where what is looked for stands by something that is quickly found.

    Args:
        places: in order.
    """
    stretch: Span | None = None
    for place in places:
        low, high = max(0, place - before), min(end, place + behind)
        if stretch and low <= stretch[1]:
            low = stretch[0]
        elif stretch:
            yield stretch
        stretch = (low, high)
    if stretch:
        yield stretch


def is_inside(span: Span, spans: list[Span]) -> bool:
    """Return whether one of spans, in order and apart from each other, holds span."""
    at = bisect_right(spans, span[0], key=lambda s: s[0])
    return at > 0 and span[1] <= spans[at - 1][1]


def around(spans: list[Span], span: Span) -> list[Span]:
    """Return the few of spans, in order and apart from each other, that can overlap a span."""
    low = bisect_right(spans, span[0], key=lambda s: s[1])
    return spans[low : bisect_right(spans, span[1], lo=low, key=lambda s: s[0])]


def widen(span: Span, runs: dict[int, Span]) -> Span:
    """Return the run of capitalised words that a name begins, or the name itself where it is the whole of it."""
    return max(span, runs.get(span[0], span), key=lambda s: s[1])


def free_of(spans: list[Span], taken: list[Span]) -> list[Span]:
    """Return the spans that overlap nothing taken, the longer before the shorter where they overlap each other."""
    blocked: set[int] = set()
    for span in taken:
        blocked.update(range(*span))
    kept = []
    for span in sorted(set(spans), key=lambda s: (s[0] - s[1], s[0])):
        if span[1] > span[0] and not blocked.intersection(range(*span)):
            blocked.update(range(*span))
            kept.append(span)
    return kept
