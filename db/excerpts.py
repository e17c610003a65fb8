"""What of a press article may be shown to everyone: the sentences that prove what is read from it, 500 characters at most.

An article is shown whole only when every source that it came by states that its texts may be published again
(`reuse = "open"`); one without a source may not. A title has 300 characters at most, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlp.models import Span

MAX_CHARACTERS = 500
MAX_TITLE = 300
# a shorter beginning of a sentence says nothing
LEAST_CHARACTERS = 40
GAP = " […] "
CUT = "…"

# for a row of the table articles
IS_OPEN = """(articles.source is not null
    and not exists (select 1 from sources where sources.id = articles.source and sources.reuse is not 'open')
    and not exists (select 1 from article_sources join sources on sources.id = article_sources.source
        where article_sources.article = articles.id and sources.reuse is not 'open'))"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the whole text, [start, end), that stands in the excerpt from `at` on."""

    start: int
    end: int
    at: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The text of an excerpt and the parts of the whole that it is made of, in their order."""

    text: str
    pieces: tuple[Piece, ...]

    def find(self, start: int, end: int) -> Span | None:
        """Return where a span of the whole text stands in the excerpt, as far as it does; None when its beginning does not."""
        for piece in self.pieces:
            if piece.start <= start < piece.end:
                return start - piece.start + piece.at, min(end, piece.end) - piece.start + piece.at
        return None


def cut_excerpt(text: str, evidence: Iterable[Sequence[Span]]) -> Excerpt:
    """Return the excerpt of a text: the sentences of `evidence`, one sequence of spans an action, in the text's order.

    Where they are longer than MAX_CHARACTERS each action's first sentence comes before any action's second, and the last
    that has room is cut between two words.
    """
    chosen: list[Span] = []
    for span in _by_importance(evidence):
        if _length(_merge([*chosen, span])) > MAX_CHARACTERS:
            cut = _shorten(text, span, chosen)
            return _render(text, _merge([*chosen, *([cut] if cut else [])]), cut)
        chosen.append(span)
    return _render(text, _merge(chosen), None)


def cut_title(title: str) -> str:
    """Return a title, or its beginning, to the end of a word: some pages have their whole text there."""
    if len(title) <= MAX_TITLE:
        return title
    edge = title.rfind(" ", LEAST_CHARACTERS, MAX_TITLE)
    return title[: edge if edge > 0 else MAX_TITLE - len(CUT)].rstrip() + CUT


def _by_importance(evidence: Iterable[Sequence[Span]]) -> list[Span]:
    ranked = {(rank > 0, span) for spans in evidence for rank, span in enumerate(sorted(spans)) if span[0] < span[1]}
    return list(dict.fromkeys(span for _, span in sorted(ranked)))


def _merge(spans: Iterable[Span]) -> list[Span]:
    """Return spans that overlap, or have a space or a line end between them, as one, sorted."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + 2:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def _length(merged: Sequence[Span]) -> int:
    return sum(end - start for start, end in merged) + len(GAP) * (len(merged) - 1)


def _shorten(text: str, span: Span, chosen: Sequence[Span]) -> Span | None:
    """Return the beginning of a span for which there is room beside those chosen, to the end of a word; None if it is short."""
    excess = _length(_merge([*chosen, span])) - MAX_CHARACTERS + len(CUT)
    # what the end of the span joined has a gap before it without that end
    for end in (span[1] - excess, span[1] - excess - len(GAP)):
        if end - span[0] < LEAST_CHARACTERS:
            return None
        boundary = max(text.rfind(space, span[0], end + 1) for space in " \n")
        # scripts without spaces are cut between any two characters
        cut = span[0], boundary if boundary - span[0] >= LEAST_CHARACTERS else end
        if _length(_merge([*chosen, cut])) + len(CUT) <= MAX_CHARACTERS:
            return cut
    return None


def _render(text: str, merged: Sequence[Span], cut: Span | None) -> Excerpt:
    parts: list[str] = []
    pieces: list[Piece] = []
    at = 0
    for start, end in merged:
        part = text[start:end] + (CUT if cut and cut[1] == end else "")
        pieces.append(Piece(start, end, at))
        parts.append(part)
        at += len(part) + len(GAP)
    return Excerpt(GAP.join(parts), tuple(pieces))
