"""Natural persons against whom a measure is directed: "a nurse of Rosso Hospital was fined" makes no respondent of the hospital.

A person is named, or introduced by what they are. The frames `natural` of the lexicon tell whom a measure hits; organisations
beside such a person, whom they work for or whose service they used, are no respondents unless a frame without gaps says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from nlp.gazetteer import Lexicon
from nlp.masking import mask_sentence
from nlp.models import Span
from nlp.patterns import FrameWords, article_words, compile_frames, compile_phrases, find_phrases

_COMMA = re.compile(r"(?<!\d),|,(?!\d)")


@dataclass(frozen=True, slots=True)
class Hit:
    """A natural person whom a measure is directed against, and the words that say so."""

    person: Span
    told: Span

    def holds(self, span: Span) -> bool:
        """Return whether a name stands between the person and the end of what is told of them."""
        return self.person[1] <= span[0] < self.told[1] and self.told[0] == self.person[0]


class NaturalReader:
    """Finds the natural persons hit, for one language."""

    def __init__(self, lexicon: Lexicon, words: FrameWords) -> None:
        self.described = compile_phrases(person_phrases(lexicon))
        self.frames = compile_frames(lexicon.frames.get("natural", ()), words, nearest=True)
        self.complainants = compile_frames(lexicon.frames.get("complainant", ()), words, nearest=True)

    def persons_in(self, text: str, sentence: Span, named: Sequence[Span]) -> list[Span]:
        """Return the natural persons of a sentence: those whose names stand in it, and those it tells by what they are."""
        described = find_phrases(self.described, text, *sentence)
        named = [n for n in named if " " in text[slice(*n)] or text[slice(*n)].isupper()]  # and no lone "Dr"
        return sorted({*named, *(d for d in described if not any(n[0] < d[1] and d[0] < n[1] for n in named))})

    def find_hit(
        self, text: str, sentence: Span, persons: Sequence[Span], regulators: Iterable[Span], amounts: Iterable[Span]
    ) -> list[Hit]:
        """Return those of the natural persons of a sentence that it says were hit.

        Args:
            regulators: the spans of those it names.
            amounts: the spans of its sums.
        """
        masked = mask_sentence(text, sentence, list(enumerate(persons)), regulators, amounts)
        complained = {m.start("c") for pattern in self.complainants for m in pattern.finditer(masked.text)}
        matches = chain.from_iterable(pattern.finditer(masked.text) for pattern in self.frames)
        whole = (m for m in matches if m.start("c") not in complained and not _is_parted(m))
        told = (
            (persons[masked.company_at(m.start("c"))], (masked.origin(m.start()), masked.origin(m.end())))
            for m in whole
        )
        return [Hit(person, span) for person, span in told]


def person_phrases(lexicon: Lexicon) -> tuple[str, ...]:
    """Return the phrases for a natural person without a name: an article, it may be a word, and what they are ("a former nurse")."""
    words = lexicon.words
    articles = article_words(lexicon)
    kinds, alone = "|".join(words.get("person", ())), "|".join(words.get("person_alone", ()))
    found = [f"({articles}) (*)? ({kinds})"] if articles and kinds else []
    return (*found, f"({alone})") if alone else tuple(found)


def _is_parted(match: re.Match[str]) -> bool:
    """Return whether a lone comma parts two clauses, the second of which is about another: "when a nurse looked, the firm was fined".

    One behind a name may end what the name explains ("a dentist, Ada Voss, was fined").
    """
    start = match.start("c")
    explains = match.string[max(0, start - 2) : start] == ", " and match.string[start + 1 : start + 2] == ","
    return len(_COMMA.findall(match.group())) == 1 and not explains
