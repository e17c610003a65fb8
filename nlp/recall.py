"""What a text only recalls: which of its clauses tell of an earlier matter, and not of the news."""

from __future__ import annotations

from bisect import bisect_left

from spacy.tokens import Doc

from nlp.clauses import Clause
from nlp.dates import find_year, find_years
from nlp.events import ANNOUNCED, PASSING, Event, same_sum
from nlp.extensions import context_of
from nlp.models import Span
from nlp.patterns import PhrasePattern, find_phrases
from nlp.sentences import sentence_index, sentences_of, text_of


class Recall:
    """Tells what a text recalls from its news; `is_recalled` of one event, `mark_early` of all together."""

    def __init__(self, doc: Doc, clauses: list[Clause], recalling: PhrasePattern | None) -> None:
        """Take a text with its clauses, and phrases such as "had already been fined"."""
        self._text, self._sentences, self._clauses = text_of(doc), sentences_of(doc), clauses
        self._title_end = context_of(doc).title_end
        self._recalling = recalling
        published = context_of(doc).published
        self._published = int(published[:4]) if published else None
        last_named = max(map(int, find_years(self._text)), default=None)
        self._earliest = self._published - 1 if self._published else last_named

    def is_recalled(self, event: Event, main: list[str]) -> bool:
        """Return whether the clause of an event recalls an earlier matter: it says so, or it names an earlier year.

        What begins the first two sentences is news unless another tells of it (`mark_early`).

        Args:
            main: the respondents the text is about.
        """
        clause = self._clauses[event.clause]
        leads = self._place(event) <= 1 and clause.span[0] == clause.sentence[0]
        if leads or clause.span[0] < self._title_end:
            return False
        recalled, older = self._says_so(clause.span), self._is_older(clause.span)
        elsewhere = bool(event.respondents) and bool(main) and not set(event.respondents) & set(main)
        return (recalled and (elsewhere or older or bool(event.amounts))) or (older and elsewhere)

    def mark_early(self, events: list[Event]) -> None:
        """Mark as background what one of the first two sentences recalls, where another has a decision of its own.

        The very first of the text has to name a year: "a leak last year" is told in the news of today.

        "It had been fined 20,000 in 2019. Now it must pay 60,000."
        """
        lead = bisect_left(self._sentences, self._title_end, key=lambda s: s[0])
        told = [e for e in events if self._clauses[e.clause].span[0] >= self._title_end]
        self._mark_before_announced(events, told)
        news = [e for e in told if e.sanctions - (PASSING - ANNOUNCED) and not self._recalls(e, lead)]
        for event in told:
            if event.background or self._place(event) > 1 or event.amount() is None:
                continue
            apart = [e for e in news if not any(same_sum(a, b) for a in e.amounts for b in event.amounts)]
            decided = any(e.amounts or "fine" not in e.sanctions for e in apart)
            event.background = decided and len(apart) == len(news) and self._recalls(event, lead)

    def _mark_before_announced(self, events: list[Event], told: list[Event]) -> None:
        """Mark as background the fines of an earlier year in a text that begins with a measure that is only announced.

        "The office intends to fine the shop. In 2021 it fined it 20,000."
        """
        begins = [e for e in events if e.sanctions <= ANNOUNCED and not e.background and self._place(e) <= 1]
        years = [int(y) for e in begins if (y := find_year(self._text, self._clauses[e.clause].span))]
        for event in told if begins else ():
            year = find_year(self._text, self._clauses[event.clause].span)
            if year and "fine" in event.sanctions and event.amounts:
                event.background = event.background or int(year) < min([*years, self._published or int(year) + 1])

    def _recalls(self, event: Event, lead: int) -> bool:
        """Return whether a clause says that it recalls something, or names an earlier year; the first sentence must name one."""
        here = self._clauses[event.clause].span
        later = self._place(event) > lead or find_year(self._text, here) is not None
        return (later and self._says_so(here)) or self._is_older(here)

    def _place(self, event: Event) -> int:
        return sentence_index(self._sentences, self._clauses[event.clause].span[0])

    def _says_so(self, span: Span) -> bool:
        return bool(find_phrases(self._recalling, self._text, *span))

    def _is_older(self, span: Span) -> bool:
        """Return whether a clause names a year well before the text's own, which is its date's or the last it names."""
        year = find_year(self._text, span)
        return bool(year and self._earliest and int(year) < self._earliest)
