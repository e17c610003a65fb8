"""Whether a text says that a provision was breached, that somebody holds so, or only cites it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from nlp.gazetteer import Lexicon
from nlp.grammar import Chain
from nlp.laws import laws_by_id
from nlp.models import ProvisionRole, Span
from nlp.patterns import PhrasePattern, compile_phrases, find_phrases
from nlp.sentences import sentence_index

_CUE_REACH_BEHIND = 80
_NEGATION_REACH = 25
_BREACH_OF_POWER_REACH = 40
_LIST_ITEM = re.compile(r"[-–•*·]|\(?[0-9a-z]{1,2}[.)]\s|\bart", re.IGNORECASE)


class RoleReader:
    """Reads roles in the sentences of one text.

    Args:
        regulators: where the text names one, in order.
    """

    def __init__(self, cues: Cues, text: str, sentences: Sequence[Span], regulators: Sequence[Span]) -> None:
        self.cues = cues
        self.text = text
        self.sentences = list(sentences)
        self.regulators = [start for start, _ in regulators]
        self._telling: dict[int, bool] = {}

    def role(self, law: str, article: str, found: Chain) -> ProvisionRole:
        """Return the role of an article of a chain: its sentence's, unless it is one that the authority acts by."""
        role = self._sentence_role(found)
        entry = laws_by_id().get(law)
        if entry is None or article not in entry.power_articles:
            return role
        near = max(0, found.start - _BREACH_OF_POWER_REACH)
        directly = find_phrases(self.cues.breach, self.text, near, found.start)
        return role if directly and role == "violated" and article != "83" else "power"

    def _sentence_role(self, found: Chain) -> ProvisionRole:
        index = sentence_index(self.sentences, found.start)
        start, end = self.sentences[index]
        before = self._told(self.cues.breach, start, found.start) if self._tells(index) else []
        behind = self._told(self.cues.breach, found.end, min(end, found.end + _CUE_REACH_BEHIND))
        if not (before or behind) and (lead := self._lead_in(index)):
            before = self._told(self.cues.breach, *lead)
            start = lead[0]
        if not before and find_phrases(self.cues.reproach, self.text, start, found.start):
            return "violated" if self._is_authority(start, found.start) else "alleged"
        if not (before or behind or self._is_ground(found, (start, end))):
            return "cited"
        cue = before[-1] if before else behind[0] if behind else (found.start, found.start)
        if find_phrases(self.cues.rules, self.text, start, max(cue[0], found.start)):
            return "cited"
        return "alleged" if self._is_open(start, max(cue[0], found.start)) else "violated"

    def _tells(self, index: int) -> bool:
        """Return whether a sentence has a word for a breach at all, looked for once for all that it cites."""
        if index not in self._telling:
            self._telling[index] = bool(find_phrases(self.cues.breach, self.text, *self.sentences[index]))
        return self._telling[index]

    def _told(self, pattern: PhrasePattern | None, start: int, end: int) -> list[Span]:
        """Return the phrases between start and end that are not negated."""
        found = []
        for span in find_phrases(pattern, self.text, start, end):
            near = max(start, span[0] - _NEGATION_REACH)
            only = find_phrases(self.cues.not_only, self.text, near, span[0])
            negated = [
                n for n in find_phrases(self.cues.negation, self.text, near, span[0]) if not self._is_apart(n, span)
            ]
            if all(any(o[0] <= n[0] < o[1] for o in only) for n in negated):
                found.append(span)
        return found

    def _is_apart(self, negation: Span, told: Span) -> bool:
        """Return whether a word like "without" speaks of something else: a comma ends it ("without consent, in breach of")."""
        privative = find_phrases(self.cues.privative, self.text, *negation)
        return bool(privative) and "," in self.text[negation[1] : told[0]]

    def _is_open(self, start: int, end: int) -> bool:
        """Return whether a breach told between start and end is alleged, and nobody decides it behind the last word for that."""
        if find_phrases(self.cues.unsettled, self.text, start, end):
            return True
        alleged = find_phrases(self.cues.alleged, self.text, start, end)
        return bool(alleged) and not self._told(self.cues.decided, alleged[-1][1], end)

    def _is_ground(self, found: Chain, sentence: Span) -> bool:
        """Return whether the chain stands in brackets, as the ground of what the sentence says was decided.

        An abbreviation of a law in brackets explains its name, and a breach that is denied is no ground.
        """
        opened = self.text.rfind("(", sentence[0], found.start)
        closed = self.text.rfind(")", sentence[0], found.start)
        if not found.items or opened <= closed or find_phrases(self.cues.breach, self.text, sentence[0], found.start):
            return False
        return bool(self._told(self.cues.decided, *sentence))

    def _is_authority(self, start: int, end: int) -> bool:
        """Return whether an authority is named between start and end."""
        at = bisect_left(self.regulators, start)
        named = at < len(self.regulators) and self.regulators[at] < end
        return named or bool(find_phrases(self.cues.authority, self.text, start, end))

    def _lead_in(self, index: int) -> Span | None:
        """Return the sentence with the colon that introduces the list in which the sentence is an item."""
        while index > 0 and _LIST_ITEM.match(self.text, self.sentences[index][0]):
            index -= 1
            start, end = self.sentences[index]
            if self.text[start:end].rstrip().endswith(":"):
                return (start, end)
        return None


class Cues:
    """The words of one language that tell roles apart, compiled."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.breach = compile_phrases(lexicon.cues["breach"])
        self.alleged = compile_phrases(lexicon.cues["alleged"])
        self.unsettled = compile_phrases(lexicon.cues.get("unsettled", ()))
        self.negation = compile_phrases(lexicon.cues["negation"])
        self.privative = compile_phrases(lexicon.cues.get("privative", ()))
        self.authority = compile_phrases(lexicon.cues.get("authority", ()))
        self.reproach = compile_phrases(lexicon.cues.get("reproach", ()))
        self.decided = compile_phrases(lexicon.cues.get("decided", ()))
        self.not_only = compile_phrases(lexicon.cues.get("not_only", ()))
        self.rules = compile_phrases(lexicon.cues.get("rules", ()))
