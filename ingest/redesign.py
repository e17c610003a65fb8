"""Whether an index may have been rebuilt: the sizes of its past answers and of a new one in, a reason to doubt it out."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

# so many past answers are remembered, and fewer than so many tell nothing
REMEMBERED = 10
LEAST_KNOWN = 5
FACTOR = 10
# of an index that holds fewer as a rule nothing can be missed, and more than so many are needed to be too many
LEAST_USUAL = 5
LEAST_MANY = 50


def doubt_size(past: Sequence[int], size: int) -> str | None:
    """Return why an answer with so many entries is not to be believed, or None.

    Args:
        past: how many entries earlier answers held. What was seen among them is never doubted.
    """
    if len(past) < LEAST_KNOWN:
        return None
    usual = median(past)
    fewer = usual >= LEAST_USUAL and size * FACTOR <= usual and size < min(past)
    more = usual >= 1 and size >= max(usual * FACTOR, LEAST_MANY) and size > max(past)
    if not fewer and not more:
        return None
    return f"its index holds {size or 'no'} {'entry' if size == 1 else 'entries'} now, where {usual:g} are usual"
