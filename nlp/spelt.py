"""Sums written in words: "twenty-five thousand euros", "ottocentomila euro"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from text_to_num import text2num

from nlp.models import Span

_LANGUAGES = frozenset({"en", "fr", "de", "es", "it", "nl", "pt"})  # of the lexicons, those text2num knows
_LEAST = 100  # below it, "one euro" is a manner of speaking
_UNCOUNTED = 10**6
_REACH, _MOST_WORDS = 90, 8
_BETWEEN = tuple(" \u00a0-'’")
# Words with single spaces or hyphens right before the currency, no digits before them, and "of" behind them.
_BEFORE = re.compile(
    r"(?<![\w.,])(?<!\d[ \u00a0-])(?P<words>[^\W\d_]+(?:[ \u00a0-][^\W\d_]+)*)[ \u00a0-](?:d[ei] |d['’])?$"
)


def spelt_sums(
    text: str,
    lang: str,
    currencies: Iterable[re.Match[str]],
    numbers: Mapping[str, Decimal],
    multipliers: Mapping[str, Decimal],
) -> Iterator[tuple[Decimal, Span, re.Match[str]]]:
    """Yield value, span and the match of the currency of each sum in words.

    Args:
        currencies: those of the text that can stand behind a number, in order.
        numbers: the number words of a language that text2num does not know, lower case; none are read where it has none.
        multipliers: its words for thousand and more.
    """
    if lang not in _LANGUAGES and not numbers:
        return
    for match in currencies:
        if text[match.start() - 1 : match.start()] not in _BETWEEN:
            continue
        low = max(0, match.start() - _REACH)
        before = _BEFORE.search(text[low : match.start()])
        words = list(re.finditer(r"[^\W\d_]+", before.group("words")))[-_MOST_WORDS:] if before else []
        # the longest run that is a number, which no "millions" begins: "several millions of euros" say not how many
        for word in words:
            if multipliers.get(word.group().lower(), 0) >= _UNCOUNTED:
                continue
            value = _value(before.group("words")[word.start() :], lang, numbers, multipliers) if before else None
            if before and value is not None and value >= _LEAST:
                yield value, (low + before.start() + word.start(), match.end()), match
                break


def _value(words: str, lang: str, numbers: Mapping[str, Decimal], multipliers: Mapping[str, Decimal]) -> Decimal | None:
    if lang not in _LANGUAGES:
        return _compose(re.findall(r"\w+", words.lower()), numbers, multipliers)
    try:
        return Decimal(text2num(words.replace("\u00a0", " "), lang))
    except (ValueError, IndexError):
        return None


def _compose(
    words: Sequence[str], numbers: Mapping[str, Decimal], multipliers: Mapping[str, Decimal]
) -> Decimal | None:
    """Return the number that words name, the greater in front ("sto dwadzieścia pięć tysięcy"); None where one names none."""
    total, part, least = Decimal(0), Decimal(0), Decimal(1000)
    for word in words:
        if word in multipliers and part:
            total, part, least = total + part * multipliers[word], Decimal(0), Decimal(1000)
        elif word in numbers and 1 <= numbers[word] < least:
            part, least = part + numbers[word], _next_lower(numbers[word])
        else:
            return None
    return total + part


def _next_lower(number: Decimal) -> Decimal:
    """Return below what the next word of a number must be: a hundred behind hundreds, ten behind tens, nothing behind others."""
    return Decimal(100) if number >= 100 else Decimal(10) if number >= 20 else Decimal(0)
