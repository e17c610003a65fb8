"""Texts as they are read: letters in one piece, without marks that nobody sees; and the way back to the text as it came.

"é" can be one character or two, and a soft hyphen can stand in the middle of a name: neither is seen, and no list of names has them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from nlp.models import Analysis, Happening, Span

_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Composed:
    """A text to read. `origins`: the offset in the original of each character, and its length; None where they are the same."""

    text: str
    origins: tuple[int, ...] | None = None

    def restore(self, analysis: Analysis) -> Analysis:
        """Return an analysis of `text` with spans into the original."""
        if self.origins is None:
            return analysis
        return replace(
            analysis,
            regulators=tuple(replace(m, spans=self._places(m.spans)) for m in analysis.regulators),
            companies=tuple(replace(m, spans=self._places(m.spans)) for m in analysis.companies),
            provisions=tuple(replace(m, spans=self._places(m.spans)) for m in analysis.provisions),
            amounts=tuple(replace(m, spans=self._places(m.spans)) for m in analysis.amounts),
            sanctions=tuple(replace(m, spans=self._places(m.spans)) for m in analysis.sanctions),
            dates=tuple(replace(m, spans=self._places(m.spans)) for m in analysis.dates),
            actions=tuple(
                replace(a, evidence=self._places(a.evidence), happenings=tuple(map(self._placed, a.happenings)))
                for a in analysis.actions
            ),
        )

    def _placed(self, happening: Happening) -> Happening:
        return replace(happening, span=self._places([happening.span])[0])

    def _places(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        assert self.origins is not None
        return tuple((self.origins[start], self._end(end)) for start, end in spans)

    def _end(self, end: int) -> int:
        """Return where what ends a span ends in the original: with all marks of its last letter, which one may not part from it."""
        assert self.origins is not None
        return self.origins[bisect_right(self.origins, self.origins[end - 1], end)]


def compose(text: str) -> Composed:
    """Return text in Unicode's composed form (NFC), without soft hyphens and spaces of no width."""
    if unicodedata.is_normalized("NFC", text) and not _INVISIBLE.search(text):
        return Composed(text)
    pieces: list[str] = []
    origins: list[int] = []
    for start, end in _clusters(text):
        piece = unicodedata.normalize("NFC", _INVISIBLE.sub("", text[start:end]))
        pieces.append(piece)
        origins += [start] * len(piece)
    return Composed("".join(pieces), (*origins, len(text)))


def _clusters(text: str) -> Iterator[Span]:
    """Yield the spans of each letter with the marks that belong to it; what nobody sees begins none."""
    start, end = 0, 0
    for at, char in enumerate(text):
        if _INVISIBLE.match(char):
            continue
        if end and not unicodedata.combining(char):
            yield start, end
            start = at
        elif not end:
            start = at
        end = at + 1
    if end:
        yield start, end
