"""The provisions that each matter of a text breached: those cited beside it, or what is said of all matters at once."""

from __future__ import annotations

from collections import Counter
from functools import cached_property

from spacy.tokens import Doc

from nlp.events import Event, group_by_sentence
from nlp.extensions import ProvisionMention, mentions_of
from nlp.models import ProvisionRole
from nlp.surroundings import Surroundings

_BREACHED: tuple[ProvisionRole, ...] = ("violated",)
_HELD_AGAINST: tuple[ProvisionRole, ...] = ("violated", "alleged")


class Grounds:
    """Gives each matter of a text its provisions."""

    def __init__(self, doc: Doc, known: Surroundings, main: list[Event]) -> None:
        """Take a text with its clauses and its matters, without those it only recalls."""
        self._known, self._main = known, main
        self._of_one_authority = len({g.regulator for g in main}) < 2
        self._tellers = Counter(i for g in main for i in g.evidence)
        self._cited = {roles: self._by_clause(doc, roles) for roles in (_BREACHED, _HELD_AGAINST)}

    def find(self, group: Event) -> list[ProvisionMention]:
        """Return the provisions breached: of the whole text when it tells one matter, else those in the matter's clauses.

        What one authority found of several parties at once is told apart from their clauses, and holds for each.
        """
        cited = self._cited[_HELD_AGAINST if group.sanctions & {"investigation", "intent-to-fine"} else _BREACHED]
        if len(self._main) == 1 and not group.background:
            return [p for here in cited.values() for p in here]
        near = group.evidence
        if not group.background:
            others = {i + 1 for i in near if self._tellers[i + 1] > (i + 1 in near)}
            near = self._known.reasons(near, others, cited)
        own = [p for i in sorted(near) for p in cited.get(i, ())]
        if own or group.background or not self._of_one_authority:
            return own
        return [p for i, here in cited.items() if i not in self._claimed for p in here]

    def _by_clause(self, doc: Doc, roles: tuple[ProvisionRole, ...]) -> dict[int, list[ProvisionMention]]:
        spans = [c.span for c in self._known.clauses]
        return group_by_sentence(spans, [p for p in mentions_of(doc, "provisions") if p.role in roles])

    @cached_property
    def _claimed(self) -> set[int]:
        """Return the clauses that give the reasons of any of the matters."""
        return {i for g in self._main for i in self._known.reasons(g.evidence, (), self._cited[_HELD_AGAINST])}
