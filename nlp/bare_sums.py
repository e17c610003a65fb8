"""Numbers that are sums though they name no currency: what the text has said once it leaves out ("A €60.000, B 40.000")."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from nlp.extensions import AmountMention
from nlp.gazetteer import Lexicon
from nlp.models import Span
from nlp.patterns import compile_phrases, find_phrases

# No joint between a number and the sum behind it, and no word before one, is longer.
_LONGEST_JOINT = 30
_WORD_BEFORE = re.compile(r"([^\W\d_]+['’]?)\.?([,:]?)[\s\u00a0]*$")
_SPACES = re.compile(r"[\s\u00a0]+")
_CLAUSE_END = re.compile(r"\s*(?:[,.;:)]|$)")
_NEXT_WORD = re.compile(r"\s+([^\W\d_]+)['’]?")
_NEAR_A_FINE = 20
# "3 millones de correos": they count what follows, which other small words do not.
_GENITIVES = frozenset({"de", "di", "d", "of", "von", "van", "av", "af", "z", "din"})
_TO_A_NAME = re.compile(r"\s(?:[^\W\d_A-Z]{1,4}[\s'’]){1,2}(?-i:[A-ZÀ-Þ])")
_OF = re.compile(r"[\s\u00a0-](?:(?:di|de|of|in)\s|d['’])?")


class BareSums:
    """Tells the numbers without a currency that are sums, for one language."""

    def __init__(self, lexicon: Lexicon, stop_words: frozenset[str]) -> None:
        self.small_words = (stop_words | set(lexicon.words.get("against", ()))) - _GENITIVES
        self.fine = compile_phrases(lexicon.sanctions["fine"])
        self.due = compile_phrases(
            (*lexicon.cues["receive"], *lexicon.cues.get("impose", ()), *lexicon.cues.get("demand", ()))
        )
        self.share = compile_phrases(lexicon.cues.get("share", ()))
        self.both = compile_phrases((*lexicon.citation["and"], *lexicon.words.get("respectively", ())))

    def is_sum(self, text: str, number: Span, start: int, found: Sequence[AmountMention], scaled: bool) -> bool:
        """Return whether a number is a sum.

        Args:
            start: where the sentence begins.
            found: the sums that name their currency, in order.
            scaled: a word like "million" is part of the number.
        """
        low, high = (bisect_left(found, at, key=lambda m: m.span[0]) for at in (start, number[0]))
        behind = found[high].span[0] if high < len(found) else None
        inside = high > 0 and found[high - 1].span[1] > number[0]
        if inside or (behind is not None and behind < number[1]):  # it is part of a sum that names its currency
            return False
        if behind is not None and self._is_shared(text, number[1], behind):
            return True
        before = (start, number[0])
        if scaled:
            return self._is_told(text, before, number[1], listed=low < high)
        return self._is_parallel(text, before, number[1], found[low:high])

    def _is_shared(self, text: str, end: int, behind: int) -> bool:
        """Return whether the next sum names the currency of a number too: "fines of 60.000 and 40.000 euros"."""
        link = text[end : min(behind, end + _LONGEST_JOINT)].strip(" \u00a0")
        return link == "," or (self.both is not None and self.both.fullmatch(link.lstrip(", ")) is not None)

    def _is_parallel(self, text: str, before: Span, end: int, earlier: Sequence[AmountMention]) -> bool:
        """Return whether a number repeats a sum of its sentence: what leads to both is one word, or a name.

        "A with €60.000 and B with 40.000", "A, €60.000; B, 40.000".
        """
        link = _SPACES.match(text, end)
        leads_on = self.share is not None and link is not None and self.share.match(text, link.end())
        if not (leads_on or _CLAUSE_END.match(text, end) or _TO_A_NAME.match(text, end)):
            return False
        lead = _lead(text, *before)
        return lead is not None and any(_lead(text, before[0], a.span[0]) == lead for a in earlier)

    def _is_told(self, text: str, before: Span, end: int, listed: bool) -> bool:
        """Return whether a large number without currency is a sum.

        In a list of sums a name follows it ("400mila ad Atac") or the clause ends, as it may behind a word for a fine. Or such a
        word comes right behind it ("20 milioni di multa"), or one for paying right before it.
        """
        if listed and _TO_A_NAME.match(text, end):
            return True
        # "mil." may be an abbreviation, or end its sentence
        ends = text[end - 1] == "." or _CLAUSE_END.match(text, end)
        if ends and (listed or find_phrases(self.fine, text, *before)):
            return True
        if self._is_fine_of(text, before, end):
            return True
        link = _OF.match(text, end)
        paid = find_phrases(self.due, text, *before)
        owed = self.fine is not None and link is not None and self.fine.match(text, link.end()) is not None
        return owed or bool(paid and not text[paid[-1][1] : before[1]].strip())

    def _is_fine_of(self, text: str, before: Span, end: int) -> bool:
        """Return whether a word for a fine stands close before a number, and behind it nothing it may count."""
        follows = _NEXT_WORD.match(text, end)
        if follows and not (follows.group(1).lower() in self.small_words or _TO_A_NAME.match(text, end)):
            return False
        return bool(find_phrases(self.fine, text, max(before[0], before[1] - _NEAR_A_FINE), before[1]))


def _lead(text: str, start: int, end: int) -> str | None:
    """Return the word that leads to a sum, lower case; for each name the same; None where no word does."""
    match = _WORD_BEFORE.search(text, max(start, end - _LONGEST_JOINT), end)
    if match is None:
        return None
    if match.group(1)[0].isupper():
        return ""
    return None if match.group(2) else match.group(1).lower()
