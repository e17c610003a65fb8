"""Parties told by their place in a list: "They fined Rosso and Bianco. The first must pay €2m, the second €1m."

An ordinal stands for a party where a verb or a sum follows it ("the first fine" is no party), and where the parties named last
before it are as many as the ordinals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from nlp.extensions import CompanyMention
from nlp.gazetteer import Lexicon
from nlp.models import Span
from nlp.patterns import PhrasePattern, compile_phrases, find_phrases

_PLACES = ("first", "second", "third")


class OrdinalReader:
    """Finds the ordinals that stand for parties, for one language."""

    def __init__(self, lexicon: Lexicon, stop_words: Iterable[str]) -> None:
        self.places = [p for p in map(compile_phrases, (lexicon.words.get(w, ()) for w in _PLACES)) if p]
        cues = (*lexicon.cues["receive"], *lexicon.cues.get("impose", ()), *lexicon.cues.get("share", ()))
        kinds = "|".join(w for w in (*lexicon.words["organisation"], *lexicon.words.get("trade", ())))
        verbs = "|".join((*cues, *sorted(w for w in stop_words if w.isalpha() and len(w) > 1)))
        self.told = compile_phrases((f"({kinds})? ({verbs})",))

    def read(
        self, text: str, sentences: Sequence[Span], companies: Sequence[Sequence[CompanyMention]], sums: set[int]
    ) -> list[CompanyMention]:
        """Return a mention of a party for each ordinal that stands for one.

        Args:
            companies: those of each sentence, in order.
            sums: where the sums of the text begin.
        """
        found: list[CompanyMention] = []
        for index, sentence in enumerate(sentences):
            ordinals = (next(iter(self._find(text, sentence, place, sums)), None) for place in self.places)
            spans = [span for span in takewhile(bool, ordinals) if span]
            if len(spans) < 2:
                continue
            here = [m for m in companies[index] if m.span[0] < spans[0][0]]
            named = {m.id: m for m in here or (companies[index - 1] if index else ())}
            if len(named) == len(spans):
                pairs = zip(spans, named.values(), strict=True)
                found += [CompanyMention(m.id, m.name, s, "respondent", stands_for=True) for s, m in pairs]
        return found

    def _find(self, text: str, sentence: Span, place: PhrasePattern, sums: set[int]) -> list[Span]:
        spans = find_phrases(place, text, *sentence)
        return [s for s in spans if s[1] + 1 in sums or (self.told and self.told.match(text, s[1] + 1))]
