"""Sentence bounds for legal prose: a full stop behind "Art.", "Abs." or "S.p.A." ends nothing, a new line always does."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from operator import attrgetter
from typing import Protocol, TypeVar

from spacy.tokens import Doc

from nlp.dates import month_numbers
from nlp.gazetteer import data_folder, load_lexicons, read_toml
from nlp.kept import once_a_doc
from nlp.models import Span

# Every small letter of the alphabets up to Cyrillic: none of them begins a sentence.
_SMALL = "".join(c for c in map(chr, range(0x530)) if c.islower())
# A mark, closing quotes, white space, and then what can begin a sentence.
_END = re.compile(
    rf"(?<![.!?…])[.!?…]+[\"'”’»)\]]*(?:\[\d+\])*[\s\u00a0]+(?=[\"'“„«(\[¿¡-]*[^\W{_SMALL}_])|[\r\n\u2028]+"
)
_LONGER_WORD = re.compile(r"\w{3}")
_NEXT_WORD = re.compile(r"\w*")
# Nobody writes a longer one; a table or a page without any full stop is read in parts of about this length.
_LONGEST = 5000
_LAST_WORD = re.compile(r"[^\s(\[\"'“„«]+$")


class Mention(Protocol):
    """Anything that stands at a place in the text."""

    @property
    def span(self) -> Span:
        """Where it stands."""
        ...


T = TypeVar("T", bound=Mention)
_span_of = attrgetter("span")


@cache
def load_abbreviations() -> frozenset[str]:
    """Return words, lower case and without their full stop, behind which a full stop ends no sentence."""
    return frozenset(read_toml(data_folder() / "abbreviations.toml")["abbreviations"])


@cache
def load_number_marks() -> frozenset[str]:
    """Return words like these behind which a full stop ends no sentence only when a number follows ("kr. 50.000")."""
    return frozenset(read_toml(data_folder() / "abbreviations.toml")["before_numbers"])


@cache
def load_openers() -> tuple[frozenset[str], frozenset[str]]:
    """Return the legal forms among the abbreviations, and the words that open a sentence behind them ("Rosso Ltd. The office")."""
    table = read_toml(data_folder() / "abbreviations.toml")
    return frozenset(table["legal_forms"]), frozenset(table["openers"])


@cache
def month_names() -> frozenset[str]:
    """Return the names of months in every language of the lexicons, lower case."""
    return frozenset(name for lexicon in load_lexicons() for name in month_numbers(lexicon.lang))


@cache
def currency_codes() -> frozenset[str]:
    """Return the ISO 4217 codes of the gazetteer: a sentence hardly begins with one ("fined Rosso S.C. EUR 5")."""
    return frozenset(read_toml(data_folder() / "currencies.toml")["codes"]["codes"])


def split_sentences(text: str) -> list[Span]:
    """Return the spans of the sentences of text, without the white space around them, in order."""
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if match.group().strip() and not _ends_sentence(text, start, match):
            continue
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    while end - start > _LONGEST:
        space = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = space if space > 0 else start + _LONGEST
        _append(spans, text, start, cut)
        start = cut
    piece = text[start:end]
    if stripped := piece.strip():
        first = start + piece.index(stripped[0])
        spans.append((first, first + len(stripped)))


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    if not match.group().startswith(".") or match.group().startswith(".. "):  # a full stop behind an abbreviation's
        return True
    word = _LAST_WORD.search(text, max(start, match.start() - 30), match.start())
    if word is None:
        return True
    last = word.group().lower()
    # An initial, or a number that is a German ordinal before a month.
    single = len(last) == 1 and last.isalpha()
    following = _next_word(text, match.end())
    forms, openers = load_openers()
    if last in forms and following in openers:
        return True
    sum_follows = following.upper() in currency_codes()
    ordinal = last.isdigit() and len(last) <= 2 and following in month_names()
    counted = last in load_number_marks() and following[:1].isdigit()
    return not (single or last in load_abbreviations() or counted or ordinal or sum_follows)


def _next_word(text: str, at: int) -> str:
    match = _NEXT_WORD.match(text, at)
    return match.group().lower() if match else ""


@once_a_doc
def text_of(doc: Doc) -> str:
    """Return the text of doc, joined once: spaCy puts it together from its tokens at every call."""
    return doc.text


@once_a_doc
def sentences_of(doc: Doc) -> list[Span]:
    """Return the sentences of doc, computed once for all components."""
    return split_sentences(text_of(doc))


def has_words(text: str, sentence: Span) -> bool:
    """Return whether a sentence has a word as long as one at least is in whatever tells something: a cell of a table may not."""
    return _LONGER_WORD.search(text, *sentence) is not None


def sentence_index(sentences: list[Span], position: int) -> int:
    """Return the index of the sentence that holds position, or the one before it."""
    return max(0, bisect_left(sentences, (position + 1,)) - 1)


def mentions_in(mentions: Sequence[T], sentence: Span) -> Sequence[T]:
    """Return the mentions, in order of the text as they are given, that begin in a sentence."""
    if not mentions:
        return mentions
    low = bisect_left(mentions, (sentence[0],), key=_span_of)
    return mentions[low : bisect_left(mentions, (sentence[1],), lo=low, key=_span_of)]
