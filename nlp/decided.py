"""When a matter was decided: the date of the act among those of breaches, complaints and laws."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from nlp.dates import find_dates, find_year
from nlp.extensions import context_of
from nlp.gazetteer import Lexicon
from nlp.kept import once_a_doc
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
        self._named = once_a_doc(self._find_named)

    def find(self, doc: Doc, clauses: Sequence[Span], background: bool) -> str | None:
        """Return the date in the first of the clauses that state the act with one, else of a decision the text names, or None.

        Of a recalled matter it is the last date of its first clause, or at least its year.
        """
        if background:
            dates = self._acts(doc, clauses[0])
            return dates[-1][0] if dates else find_year(text_of(doc), clauses[0])
        told = next((dates for clause in clauses if (dates := self._acts(doc, clause))), None)
        return told[0][0] if told else self._named(doc)

    def _find_named(self, doc: Doc) -> str | None:
        """Return the date of the first decision that the text names with it."""
        text = text_of(doc)
        named = (
            date
            for sentence in sentences_of(doc)
            for date, start in self._acts(doc, sentence)
            if find_phrases(self.decision, text, max(sentence[0], start - _DECISION_REACH), start)
        )
        return next(named, None)

    def _acts(self, doc: Doc, clause: Span) -> list[tuple[str, int]]:
        """Return the dates of a clause, each with its start: none to come when the text was published, and none of something else.

        A word for an occasion or a law stands close before those.
        """
        text, at, published = text_of(doc), clause[0], context_of(doc).published
        found = []
        for mention in find_dates(text[slice(*clause)], self.lang, published):
            if published and mention.date > published[: len(mention.date)]:
                continue
            start, end = (clause[0] + offset for offset in mention.spans[0])
            occasion = find_phrases(self.occasion, text, max(at, start - _OCCASION_REACH), start)
            if not occasion or find_phrases(self.decision, text, occasion[-1][1], start):
                found.append((mention.date, start))
                at = end
        return found
