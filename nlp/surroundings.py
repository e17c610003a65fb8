"""What stands around a clause: the mentions of a text by clause, and what to take where a clause is silent."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Container
from itertools import takewhile

from spacy.tokens import Doc

from nlp.clauses import Clause, authority_of
from nlp.events import (
    ORDERS,
    PASSING,
    Event,
    fines_of,
    group_by_sentence,
    introduced_party,
    main_regulator,
    main_respondents,
    same_sum,
)
from nlp.extensions import AmountMention, mentions_of
from nlp.models import Span
from nlp.patterns import PhrasePattern, find_phrases
from nlp.regulators import implied_regulator
from nlp.sanctions import MONEY
from nlp.sentences import mentions_in, text_of

_OWN = frozenset({"case-closed", "warning"})
# So many clauses before it, an authority named in another paragraph may still be meant.
_REACH = 3


class Surroundings:
    """The mentions of a text by clause, and what to take where a clause is silent."""

    def __init__(
        self,
        doc: Doc,
        clauses: list[Clause],
        lang: str,
        authority: PhrasePattern | None,
        elsewhere: PhrasePattern | None,
        same: PhrasePattern | None,
    ) -> None:
        self._doc = doc
        self._authority = authority
        self._elsewhere = elsewhere
        self._same = same
        self.clauses = clauses
        spans = [c.span for c in clauses]
        self.amounts = group_by_sentence(
            spans, [a for a in mentions_of(doc, "amounts") if a.use in ("open", "conversion", "daily")]
        )
        self.companies = group_by_sentence(spans, mentions_of(doc, "companies"))
        self.regulators = group_by_sentence(spans, mentions_of(doc, "regulators"))
        told = ((i, authority_of([m.id for m in here])) for i, here in self.regulators.items())
        self._authorities = {i: authority for i, authority in told if authority}
        self._decided_in = sorted(self._authorities)
        self.paragraphs = _paragraphs(text_of(doc), spans)
        self.is_roundup = False
        # those of whom the text tells only that their case was closed
        self.cleared: set[str] = set()
        # the sums that named parties paid
        self.paid: list[AmountMention] = []
        # whether the text tells of nothing graver than what else is said along the way
        self.only_passing = False
        self.respondents = main_respondents(doc)
        self.introduced = introduced_party(doc)
        self.regulator = main_regulator(doc) or implied_regulator(doc, lang, authority)

    def event(self, index: int, sanctions: set[str], apart: bool = False) -> Event:
        """Return what the clause itself says.

        Args:
            apart: its sums stand apart from the word for a fine, beside those who paid them.
        """
        clause = self.clauses[index]
        named = [c.name for c in self.companies.get(index, ()) if c.role == "respondent"]
        parties = clause.parties if clause.is_part or apart else tuple(dict.fromkeys(named))
        return Event(
            index,
            sanctions,
            regulator=clause.regulator,
            respondents=list(parties),
            amounts=fines_of(sanctions, self.amounts.get(index, [])),
            evidence={index},
            named=bool(parties),
            parted={clause.sentence} if clause.is_part else set(),
            strangers=clause.strangers,
        )

    def fill(self, event: Event) -> None:
        """Fill in what the clause leaves open: the regulator named last before it, the respondent of the whole text."""
        # what is said along the way is an authority's where it names a party that it closed a case of, or warned
        own = event.named and not event.sanctions.isdisjoint(_OWN)
        told = not event.sanctions <= PASSING or own or self._is_ordered(event)
        if event.regulator is None and not event.background and told:
            event.regulator = self._near(event.clause) or self.regulator
        event.unnamed = not event.respondents and self._is_another(event)
        if event.unnamed or (not event.respondents and self._is_natural(event)):
            return
        # an earlier fine is somebody else's unless the text says whose ("in 2019 the company had been fined")
        ours = not (event.background and event.amounts) or self.says(event.clause, self._same)
        if not event.respondents and len(self.respondents) == 1 and ours:
            event.respondents = list(self.respondents)
        if not event.respondents and not self.respondents and not mentions_of(self._doc, "persons"):
            event.respondents = self._only_company(event.clause) or list(self.introduced)

    def _is_another(self, event: Event) -> bool:
        """Return whether the party that an event leaves out is none that the text names.

        It stands in a clause of its own or "in another case"; it is "a shop" where a named one paid another sum; or it paid, and
        of the one that is named the case was closed.
        """
        if event.parted or find_phrases(self._elsewhere, text_of(self._doc), *self.clauses[event.clause].sentence):
            return True
        if event.sanctions & MONEY and self.respondents and self.cleared.issuperset(self.respondents):
            return True
        ours = event.amount()
        return bool(event.strangers and ours) and any(not same_sum(ours, a) for a in self.paid if ours)

    def _is_natural(self, event: Event) -> bool:
        """Return whether the clause of an event says that a natural person was hit, of whom no name is told."""
        return bool(mentions_in(mentions_of(self._doc, "persons"), self.clauses[event.clause].span))

    def says(self, index: int, phrases: PhrasePattern | None) -> bool:
        """Return whether a clause has one of the phrases."""
        return bool(find_phrases(phrases, text_of(self._doc), *self.clauses[index].span))

    def clause_at(self, position: int) -> int:
        """Return the clause that a place of the text is in."""
        return max(0, bisect_right(self.clauses, position, key=lambda c: c.span[0]) - 1)

    def has_sum(self, index: int) -> bool:
        """Return whether a clause has a sum that can be a fine."""
        return any(a.use == "open" for a in self.amounts.get(index, ()))

    def rows_behind(self, index: int) -> list[int]:
        """Return the lines behind a clause that each hold a party and its sum, as a list of fines has them."""
        lines = Counter(self.paragraphs)
        rows = [i for i in sorted(self.amounts) if i > index and lines[self.paragraphs[i]] == 1]
        return [i for i in rows if self.has_sum(i) and self.clauses[i].parties and not self.clauses[i].sanctions]

    def first_sum(self) -> int | None:
        """Return the first clause with a sum that can be a fine."""
        return next((i for i in sorted(self.amounts) if self.has_sum(i)), None)

    def clauses_beside(self, index: int) -> list[int]:
        """Return the clauses of the sentence that a clause is one of, in order."""
        own = self.clauses[index].sentence
        first = bisect_left(self.clauses, own[0], key=lambda c: c.span[0])
        last = bisect_left(self.clauses, own[1], key=lambda c: c.span[0])
        return list(range(first, last))

    def reasons(self, told: set[int], others: Container[int], cited: Container[int]) -> set[int]:
        """Return the clauses that may give the reasons of what some clauses tell: themselves, and what comes behind them.

        That is the next sentence, where it tells of none of the others, or behind a clause that cites nothing those that go on
        with sums alone ("A was fined €2m and B €1m for breaches of …").

        Args:
            cited: the clauses that cite provisions.
        """
        near = set(told)
        for index in told:
            if self.clauses[index].is_part and index not in cited:
                behind = (i for i in self.clauses_beside(index) if i > index)
                near.update(takewhile(lambda i: self.clauses[i].elided, behind))
            elif not self.clauses[index].is_part and index + 1 not in others:
                near.add(index + 1)
        return near

    def _is_ordered(self, event: Event) -> bool:
        """Return whether an authority does what is else said along the way, in a text that tells of nothing graver."""
        if not self.only_passing or not event.sanctions & ORDERS:
            return False
        span = self.clauses[event.clause].span
        named = not self.regulators.keys().isdisjoint((event.clause, event.clause - 1))
        return named or bool(find_phrases(self._authority, text_of(self._doc), *span))

    def _near(self, index: int) -> str | None:
        """Return the authority that may be meant: the last of the paragraph, in a roundup the next, or one of three clauses before."""
        at = bisect_left(self._decided_in, index)
        last = self._decided_in[at - 1] if at else None
        following = next((i for i in self._decided_in[at : at + 2] if i > index), None)
        if last is not None and self.paragraphs[last] == self.paragraphs[index]:
            return self._authorities[last]
        if self.is_roundup and following is not None and self.paragraphs[following] == self.paragraphs[index]:
            return self._authorities[following]
        return self._authorities[last] if last is not None and last >= index - _REACH else None

    def _only_company(self, index: int) -> list[str]:
        """Return the one organisation of a clause that no word gives another part in it, or nothing."""
        names = {c.name for c in self.companies.get(index, ())}
        plain = {c.name for c in self.companies.get(index, ()) if c.role == "mentioned"}
        return sorted(plain) if len(plain) == len(names) == 1 else []


def _paragraphs(text: str, spans: list[Span]) -> list[int]:
    """Return for each clause the number of its paragraph."""
    numbers, at, number = [], 0, 0
    for start, _ in spans:
        number += text.count("\n", at, start)
        at = start
        numbers.append(number)
    return numbers
