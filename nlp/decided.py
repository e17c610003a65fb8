"""When a matter was decided: the date of the act among those of breaches, complaints and laws."""

from __future__ import annotations

from spacy.tokens import Doc

from nlp.dates import find_dates, find_year
from nlp.gazetteer import Lexicon
from nlp.models import Span
from nlp.patterns import compile_phrases, find_phrases
from nlp.sentences import sentences_of, text_of

_OCCASION_REACH = 30
_DECISION_REACH = 25


class DecisionDates:
    """Reads the date of a decision with the words of one language."""

    def __init__(self, lang: str, lexicon: Lexicon) -> None:
        self.lang = lang
        self.occasion = compile_phrases(lexicon.cues.get("occasion", ()))
        self.decision = compile_phrases(lexicon.cues.get("decision", ()))

    def find(self, doc: Doc, index: int, background: bool) -> str | None:
        """Return the date in the sentence that states the act, else that of a decision the text names, or None.

        Of a recalled matter it is the last date of its sentence, or at least its year.
        """
        text, sentence = text_of(doc), sentences_of(doc)[index]
        dates = self._acts(doc, sentence)
        if background:
            return dates[-1][0] if dates else find_year(text, sentence)
        if dates:
            return dates[0][0]
        named = (
            date
            for s in sentences_of(doc)
            for date, start in self._acts(doc, s)
            if find_phrases(self.decision, text, max(s[0], start - _DECISION_REACH), start)
        )
        return next(named, None)

    def _acts(self, doc: Doc, sentence: Span) -> list[tuple[str, int]]:
        """Return the dates of a sentence, each with its start, but those a word for an occasion or a law stands close before."""
        text, at = text_of(doc), sentence[0]
        found = []
        for mention in find_dates(text[slice(*sentence)], self.lang, doc._.dpawatch_context.published):
            start, end = (sentence[0] + offset for offset in mention.spans[0])
            occasion = find_phrases(self.occasion, text, max(at, start - _OCCASION_REACH), start)
            if not occasion or find_phrases(self.decision, text, occasion[-1][1], start):
                found.append((mention.date, start))
                at = end
        return found
