"""Why a value is missing: one word beside each column whose null would say several things.

- `not-stated`: the articles were read and do not say it;
- `anonymised`: the authority that decided tells of it itself and names nobody;
- `not-analysed`: only the beginning of the articles could be read (the rest must be paid for);
- `none`: there is none, as of a fine where a reprimand was given, or of a decision while the matter is pending;
- `no-date`: nothing says on which day a sum would have to be converted;
- `no-rate`: the European Central Bank gives no rate for the currency on that day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal, Protocol

Missing = Literal["not-stated", "anonymised", "not-analysed", "none", "no-date", "no-rate"]

# The measures that come with a sum; a settlement may have one.
_PAID = {
    "fine", "settlement", "penalty-payment", "intent-to-fine", "fine-reduced", "fine-annulled",
}  # fmt: skip


class Reading(Protocol):
    """What a case's actions must say of themselves: db.cases.grouping.ActionRow does."""

    @property
    def partial(self) -> bool: ...  # noqa: D102
    @property
    def rank(self) -> int: ...  # noqa: D102
    @property
    def background(self) -> bool: ...  # noqa: D102
    @property
    def is_early(self) -> bool: ...  # noqa: D102


def why_no_amount(sanctions: Collection[str], readings: Iterable[Reading] = ()) -> Missing:
    """Return why an action or a case with these sanctions has no sum."""
    return why_not_stated(readings) if _PAID.intersection(sanctions) else "none"


def why_no_euro(amount_missing: Missing | None, day: str | None) -> Missing:
    """Return why there is no sum in euro; `day` is the date of the act, or of the article that tells of it."""
    return amount_missing or ("no-rate" if day else "no-date")


def why_no_decision(is_pending: bool, readings: Iterable[Reading]) -> Missing:
    """Return why a case has no date of decision; a pending one has no decision."""
    return "none" if is_pending else why_not_stated(readings)


def why_no_respondent(readings: Sequence[Reading]) -> Missing:
    """Return why a case names no organisation: `anonymised` when the authority's own article about its decision does not."""
    if any(r.rank == 2 and not (r.partial or r.background or r.is_early) for r in readings):
        return "anonymised"
    return why_not_stated(readings)


def why_not_stated(readings: Iterable[Reading]) -> Missing:
    """Return why what the articles would say is missing: they do not say it, or none of them could be read wholly."""
    partial = [reading.partial for reading in readings]
    return "not-analysed" if partial and all(partial) else "not-stated"
