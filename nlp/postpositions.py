"""Citations whose words stand behind their numbers, as in Finnish and Hungarian: "5 artiklan 1 kohdan f alakohta"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.grammar import Chain, Grammar, Item, steps_between
from nlp.models import Span

_VALUE = re.compile(r"(?<!\w)(?:\d+|[a-z])(?!\w)", re.IGNORECASE)
# Where brackets close the values, a letter without one is a word ("a) e f)").
_CLOSED_VALUE = re.compile(r"(?<!\w)(?:\d+|\w{1,2})(?=[)'’])", re.IGNORECASE)
_GAP = re.compile(r"[\s\u00a0]*")


def read_behind(text: str, grammar: Grammar, match: re.Match[str]) -> Chain:
    """Return the chain that begins with a list of numbers and a word for articles behind it, which `match` is."""
    found = Chain(match.group("word").lower().lstrip(". "), match.start(), match.end())
    path: tuple[str, ...] = ()
    level, part, is_direct = 0, match, True
    while True:
        # the parts of the last article or paragraph stand for the whole of it
        start = found.items.pop().span[0] if is_direct and found.items else part.start()
        for index, (value, span) in enumerate(_listed_spans(part["list"], part.start("list"), grammar)):
            path = (*path[:level], value)
            found.items.append(Item(path, (span[0] if index else start, span[1])))
        found.items[-1] = Item(path, (found.items[-1].span[0], part.end()))
        found.end = part.end()
        following = _next_list(text, grammar, found.end, level)
        if following is None:
            return found
        level, part, is_direct = following


def _next_list(text: str, grammar: Grammar, at: int, level: int) -> tuple[int, re.Match[str], bool] | None:
    """Return the level of the next list, its match, and whether it belongs to what was read last, not beside it."""
    gap = _GAP.match(text, at)
    joint = grammar.separator.match(text, at)
    for start, is_direct in ((gap and gap.end(), True), (joint and joint.end(), False)):
        for deeper in range(level + 1 if is_direct else 0, len(grammar.behind)):
            if start and (match := grammar.behind[deeper].match(text, start)):
                return deeper, match, is_direct
    return None


def listed_values(listed: str, grammar: Grammar) -> Iterator[str]:
    """Yield the numbers or letters of a list as ids have them, with those that a range leaves out."""
    form = _CLOSED_VALUE if _CLOSED_VALUE.search(listed) else _VALUE
    for value, _ in _listed_spans(listed, 0, grammar, form):
        yield grammar.part(value)


def _listed_spans(
    listed: str, offset: int, grammar: Grammar, form: re.Pattern[str] = _VALUE
) -> Iterator[tuple[str, Span]]:
    end, last = 0, ""
    for match in form.finditer(listed):
        span = (offset + match.start(), offset + match.end())
        if last and grammar.range.fullmatch(listed[end : match.start()].strip("().")):
            yield from ((step, span) for step in steps_between(last, match.group().lower())[:-1])
        last, end = match.group().lower(), match.end()
        yield last, span
