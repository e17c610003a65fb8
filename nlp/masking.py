"""Sentences with a character in the place of each name, as the frames of the lexicons read them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlp.models import Span
from nlp.placeholders import AMOUNT, REGULATOR_MARK

_MAX_MASKED = 0xE00


@dataclass(frozen=True, slots=True)
class Masked:
    """A sentence in which every name is one character.

    `companies` are the indexes behind those characters, in order; `origins` says for each piece where it begins in the
    masked and in the original text.
    """

    text: str
    companies: tuple[int, ...]
    origins: tuple[Span, ...]

    def origin(self, position: int) -> int:
        """Return the offset in the original text of a position in the masked one."""
        piece = self.origins[max(0, bisect_right(self.origins, position, key=lambda o: o[0]) - 1)]
        return piece[1] + position - piece[0]

    def place(self, origin: int) -> int:
        """Return the position in the masked text of an offset in the original one."""
        piece = self.origins[max(0, bisect_right(self.origins, origin, key=lambda o: o[1]) - 1)]
        return piece[0] + origin - piece[1]

    def company_at(self, position: int) -> int:
        """Return the index of the company whose placeholder stands at position of the masked text."""
        return self.companies[ord(self.text[position]) - 0xE000]


def mask_sentence(
    text: str,
    sentence: Span,
    companies: Sequence[tuple[int, Span]],
    regulators: Iterable[Span],
    amounts: Iterable[Span] = (),
    attached: re.Pattern[str] | None = None,
) -> Masked:
    """Return the sentence with its companies, regulators and sums masked.

    Args:
        companies: (index, span) of each company mention; those outside the sentence are passed over.
        regulators: spans of regulator mentions. Where names overlap, the one that starts first is kept.
        attached: an ending that stands behind a name with a mark, and is masked with it ("Rosso Oy:lle").
    """
    marks = (
        [(span, index) for index, span in companies]
        + [(span, -1) for span in regulators]
        + [(span, -2) for span in amounts]
    )
    inside = sorted((s, i) for s, i in marks if s[0] >= sentence[0] and s[1] <= sentence[1])
    pieces: list[str] = []
    origins = [(0, sentence[0])]
    kept: list[int] = []
    at, length = sentence[0], 0
    for (start, end), index in inside[:_MAX_MASKED]:
        if start < at:
            continue
        pieces += [text[at:start], chr(0xE000 + len(kept)) if index >= 0 else REGULATOR_MARK if index == -1 else AMOUNT]
        length += start - at + 1
        origins += [(length - 1, start), (length, end)]
        if index >= 0:
            kept.append(index)
        ending = attached.match(text, end) if attached and index >= 0 else None
        at = ending.end() if ending else end
        origins[-1] = (length, at)
    pieces.append(text[at : sentence[1]])
    return Masked("".join(pieces), tuple(kept), tuple(origins))
