"""The grammar of legal citations: from "artt. 5, par. 1, lett. a), e 6 del Regolamento" to GDPR:5(1)(a) and GDPR:6.

One citation chain is a word for "article", a list of numbers with their paragraphs and points, and a law before or behind.
Finnish and Hungarian have each word behind its numbers ("5 artiklan 1 kohdan f alakohta", "5. cikk (1) bekezdés f) pont").
Words of all languages are read at once, since a text in one language quotes laws in another.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from nlp.gazetteer import data_folder, load_lexicons, read_toml
from nlp.models import Span

_NUMBER = re.compile(
    r"(?:[LR]\.?\s?)?\d{1,5}(?:\.\d{3})?(?:[-‑]\d{1,3}(?=[-‑\s,.;)]|$))*(?:\s?(?:bis|ter|quater)\b)?(?:[a-z](?![\w)]))?"
)
_PAREN = re.compile(r"[\s\u00a0]?\(\s*(\d{1,2}|[a-zA-Z]{1,2}|[ivx]{1,4})\s*\)")
_DOTTED = re.compile(r"\.(\d{1,2})(?![\d])")
_DOTTED_POINT = re.compile(r"\.\s?([a-z])(?:\)|(?![\w.]))")
_BARE_POINT = re.compile(r"\s([a-z])\)")
# A letter without bracket, as Swedish has it ("5.1 f"); k, s, v, w and the vowels are words of some language.
_LONE_POINT = r"[bcdfghj](?=[\s,;.)]|$)(?!\.\w)"
_GLUED_POINT = re.compile(r"(?<=\))(?:(?=[a-z])|\s(?=[b-df-hj-np-tv-x]))([a-z])(?=[\s,;.)]|$)(?!\s+\d)")
_ORDINAL = r"(?:[.]?[ºª°]|\.(?=\s*[a-z]))?"
_ORDINAL_MARK = re.compile(r"\.?[ºª°]")
_COMMENT = re.compile(r"\s*\([^()\d]{3,80}\)")
# What stands before the words for article, paragraph and point, where a language has them behind.
_VALUES = (r"\d{1,3}\.?", r"\(?\d{1,2}[.)]{0,2}", r"\(?[a-z](?:\)|(?!\w))")
_VALUE = re.compile(r"(?<!\w)(?:\d+|[a-z])(?!\w)", re.IGNORECASE)
_EXPAND_LIMIT = 40
_FOREIGN_REACH = 40
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Letters that are words of their own in some language, so never a point in a list without brackets.
_WORD_LETTERS = frozenset("aeioyuz")


@dataclass(frozen=True, slots=True)
class Item:
    """One provision of a chain: `path` is article, paragraph, point."""

    path: tuple[str, ...]
    span: Span


@dataclass(slots=True)
class Chain:
    """A list of provisions that share a law; `head` is the word they began with, lower case."""

    head: str
    start: int
    end: int
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grammar:
    """The compiled words of all languages."""

    head: re.Pattern[str]
    paragraph: re.Pattern[str]
    point: re.Pattern[str]
    lone_point: re.Pattern[str]
    skip: re.Pattern[str]
    separator: re.Pattern[str]
    range: re.Pattern[str]
    of: re.Pattern[str]
    foreign: re.Pattern[str]
    foreign_before: re.Pattern[str]
    behind: tuple[re.Pattern[str], ...]


def _words(section: str, shortest: int = 1) -> str:
    found = {w for lexicon in load_lexicons() for w in lexicon.citation.get(section, ()) if len(w) >= shortest}
    return "|".join(
        re.escape(w).replace(r"\ ", r"\s+").replace(r"\*", r"\w*") for w in sorted(found, key=len, reverse=True)
    )


def _behind(section: str, value: str) -> re.Pattern[str]:
    """Return the pattern of a list of values with the word for them behind it; "§" is none where it leads a number itself."""
    joint = rf"(?:\s*[,–—-]\s*|\s*,?\s+(?:{_words('and')})\s+)"
    word = rf"(?P<word>{_words(section) or '(?!)'})(?:(?<!§)(?!\w)|(?<=§)(?!\s?[\d\w]))"
    return re.compile(rf"(?<![\w.,/§-])(?P<list>{value}(?:{joint}{value})*)[\s\u00a0]*{word}", re.IGNORECASE)


@cache
def load_grammar() -> Grammar:
    """Return the grammar compiled from the lexicons of every language."""
    flags = re.IGNORECASE
    foreign = "|".join(re.escape(w) for w in read_toml(data_folder() / "other_laws.toml")["words"])
    return Grammar(
        head=re.compile(rf"(?<![\w§])(?:{_words('article')})[\s\u00a0]*(?=\d|[LR]\.?\s?\d)", flags),
        paragraph=re.compile(
            rf"[\s\u00a0,]*(?:{_words('paragraph')})[\s\u00a0]*\(?(\d{{1,2}}){_ORDINAL}\)?(?!\d)", flags
        ),
        point=re.compile(
            rf"[\s\u00a0,]*(?<!\w)(?:{_words('point')})[\s\u00a0]*[\"'“„«‘(]*([a-z]|\d{{1,2}})(?![\w])[\"'”“»’]?\)?",
            flags,
        ),
        lone_point=re.compile(
            rf"({_LONE_POINT}|[a-z](?=(?:,[\s\u00a0][a-z])*[\s\u00a0](?:{_words('behind_point')})(?!\w)))"
        ),
        skip=re.compile(rf"[\s\u00a0,]*(?<!\w)(?:{_words('skip')})[\s\u00a0]*\d+", flags),
        separator=re.compile(
            # a second word has more than one letter, since in "lit. a und e" the last one is a point
            rf"(?:\s*[,;/+&]\s*|\s+)(?:(?:{_words('and')})(?:\s+|(?<=['’])))?(?:(?:{_words('and', 2)})\s+)?",
            flags,
        ),
        range=re.compile(rf"\s*(?:[-–—‑]|\b(?:{_words('to')})\b)\s*", flags),
        of=re.compile(rf"[\s\u00a0,]*\(?(?:(?:{_words('of')}|EU|UE|the)(?:['’]s)?(?:[\s\u00a0]+|(?<=['’])))*", flags),
        foreign=re.compile(rf"[\s\u00a0,(]*(?:[\w'’.-]+[\s\u00a0]+){{0,4}}?(?:{foreign})(?!\w)"),
        foreign_before=re.compile(rf"(?<!\w)(?:{foreign})[\s\u00a0]\Z"),
        behind=tuple(
            _behind(f"{part}_behind", value)
            for part, value in zip(("article", "paragraph", "point"), _VALUES, strict=True)
        ),
    )


def parse_chains(text: str) -> list[Chain]:
    """Return every citation chain of text in order, laws not yet known."""
    grammar = load_grammar()
    chains: list[Chain] = []
    head, behind = grammar.head.search(text), grammar.behind[0].search(text)
    while head or behind:
        if head and not (behind and behind.start() < head.start()):
            found = _Scanner(text, grammar).read(head)
            found.end = max(found.end, head.end())
        elif behind:
            found = _read_behind(text, grammar, behind)
        if found.items:
            chains.append(found)
        if head and head.start() < found.end:
            head = grammar.head.search(text, found.end)
        if behind and behind.start() < found.end:
            behind = grammar.behind[0].search(text, found.end)
    return chains


def _read_behind(text: str, grammar: Grammar, match: re.Match[str]) -> Chain:
    """Return the chain that begins with a list of numbers and a word for articles behind it."""
    found = Chain(match.group("word").lower(), match.start(), match.end())
    path: tuple[str, ...] = ()
    level, part, is_direct = 0, match, True
    while True:
        # the parts of the last article or paragraph stand for the whole of it
        start = found.items.pop().span[0] if is_direct and found.items else part.start()
        for index, (value, span) in enumerate(_listed_values(part, grammar)):
            path = (*path[:level], value)
            found.items.append(Item(path, (span[0] if index else start, span[1])))
        found.items[-1] = Item(path, (found.items[-1].span[0], part.end()))
        found.end = part.end()
        following = _next_behind(text, grammar, found.end, level)
        if following is None:
            return found
        level, part, is_direct = following


def _next_behind(text: str, grammar: Grammar, at: int, level: int) -> tuple[int, re.Match[str], bool] | None:
    """Return the level of the next list, its match, and whether it belongs to what was read last, not beside it."""
    gap = re.compile(r"[\s\u00a0]*").match(text, at)
    joint = grammar.separator.match(text, at)
    for start, is_direct in ((gap and gap.end(), True), (joint and joint.end(), False)):
        for deeper in range(level + 1 if is_direct else 0, len(grammar.behind)):
            if start and (match := grammar.behind[deeper].match(text, start)):
                return deeper, match, is_direct
    return None


def _listed_values(part: re.Match[str], grammar: Grammar) -> Iterator[tuple[str, Span]]:
    """Yield the numbers or letters of a list, with those that a range leaves out."""
    offset, listed = part.start("list"), part.group("list")
    end, last = 0, ""
    for match in _VALUE.finditer(listed):
        span = (offset + match.start(), offset + match.end())
        if last and grammar.range.fullmatch(listed[end : match.start()].strip("().")):
            yield from ((step, span) for step in _steps(last, match.group().lower())[:-1])
        last, end = match.group().lower(), match.end()
        yield last, span


def continue_chain(text: str, found: Chain, at: int) -> Chain | None:
    """Return the list that goes on behind the law of a chain ("Articles 24(1) GDPR, 25(1) and 25(2) GDPR"), or None.

    Args:
        at: where the law ends.
    """
    grammar = load_grammar()
    joint = grammar.separator.match(text, at)
    if not joint or not joint.group().strip() or not text[joint.end() : joint.end() + 1].isdigit():
        return None
    return _Scanner(text, grammar).read_list(Chain(found.head, joint.end(), joint.end()))


class _Scanner:
    """Reads one chain; `path` is where the last item stood, `level` how its last part was written."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self.text = text
        self.grammar = grammar
        self.path: tuple[str, ...] = ()
        self.worded_paragraph = False

    def read(self, head: re.Match[str]) -> Chain:
        return self.read_list(Chain(head.group().strip().lower(), head.start(), head.end()))

    def read_list(self, found: Chain) -> Chain:
        """Read the list of numbers that begins where `found` ends so far."""
        at: int | None = self._item(found, found.end, found.start)
        while at is not None:
            found.end = at
            at = self._range(found, at) or self._next(found, at)
        return found

    def _item(self, found: Chain, at: int, start: int) -> int | None:
        """Read a number with its paragraphs and points at `at`; return where it ends."""
        number = _NUMBER.match(self.text, at)
        if not number:
            return None
        raw = number.group()
        self.path = (re.sub(r"\s", "", raw),)
        if (dot := raw.find(".")) > 0 and raw[0].isdigit() and len(raw[:dot]) < 3:
            self.path, at = (raw[:dot],), at + dot
        else:
            at = number.end()
        if mark := _ORDINAL_MARK.match(self.text, at):
            at = mark.end()
        self.worded_paragraph = False
        at = self._parts(at)
        found.items.append(Item(self.path, (start, at)))
        return at

    def _parts(self, at: int) -> int:
        """Extend the path with what follows directly: (1), .1, Abs. 1, lit. f, f)."""
        while True:
            if match := self.grammar.skip.match(self.text, at):
                at = match.end()
            elif len(self.path) == 1 and (match := self.grammar.paragraph.match(self.text, at)):
                self.path, self.worded_paragraph, at = (*self.path, match.group(1)), True, match.end()
            elif match := self._part_match(at):
                if len(self.path) > 3:
                    return at
                self.path, at = (*self.path, match.group(1).lower()), match.end()
                self.worded_paragraph = False
            else:
                return at

    def _part_match(self, at: int) -> re.Match[str] | None:
        patterns = (_PAREN, _DOTTED, _DOTTED_POINT, self.grammar.point, _BARE_POINT, _GLUED_POINT)
        found = next((m for p in patterns if (m := p.match(self.text, at))), None)
        if found is None and len(self.path) == 2 and self.path[1].isdigit() and self.text[at : at + 1].isspace():
            return self.grammar.lone_point.match(self.text, at + 1)
        return found

    def _range(self, found: Chain, at: int) -> int | None:
        """Expand "12 to 14", "(1)-(3)" and "(a) to (c)" from the last item on."""
        joint = self.grammar.range.match(self.text, at)
        if not joint or joint.end() == at:
            return None
        last = self.path[-1]
        match = (_PAREN if len(self.path) > 1 else _NUMBER).match(self.text, joint.end())
        if not match:
            return None
        until = (match.group(1) if match.re is _PAREN else match.group()).lower()
        steps = _steps(last, until)
        if not steps:
            return None
        for step in steps:
            self.path = (*self.path[:-1], step)
            found.items.append(Item(self.path, (match.start(), match.end())))
        end = self._parts(match.end())
        if end > match.end():
            found.items[-1] = Item(self.path, (match.start(), end))
        return end

    def _next(self, found: Chain, at: int) -> int | None:
        """Read the next member of the list behind a separator."""
        comment = _COMMENT.match(self.text, at)
        joint = self.grammar.separator.match(self.text, comment.end() if comment else at)
        if not joint:
            return None
        start = joint.end()
        if head := self.grammar.head.match(self.text, start):
            return self._item(found, head.end(), start)
        if match := self.grammar.paragraph.match(self.text, start):
            self.path, self.worded_paragraph = (self.path[0], match.group(1)), True
            return self._close(found, start, match.end())
        if joint.group().strip() == "" or not self.path:
            return None
        return self._sibling(found, start, joined=joint.group().strip(" ,;").isalpha())

    def _sibling(self, found: Chain, start: int, joined: bool) -> int | None:
        match = re.compile(r"\(\s*(\d{1,2}|[a-zA-Z]|[ivx]{1,4})\s*\)").match(self.text, start)
        match = match or self.grammar.point.match(self.text, start) or re.compile(r"([a-z])\)").match(self.text, start)
        if not match:
            match = self._bare_letter(start, joined)
        if match:
            self.path = self._replace(match.group(1).lower())
            self.worded_paragraph = False
            return self._close(found, start, match.end())
        number = re.compile(r"\d{1,5}").match(self.text, start)
        if number and self.worded_paragraph and len(self.path) == 2 and self._is_paragraph(number):
            self.path = (self.path[0], number.group())
            return self._close(found, start, number.end(), worded=True)
        return self._item(found, start, start) if number else None

    def _is_paragraph(self, number: re.Match[str]) -> bool:
        """A small number behind "Abs. 1 und" is a paragraph, unless parts of its own show that it is an article."""
        follows = self._part_match(number.end()) or self.grammar.paragraph.match(self.text, number.end())
        return follows is None and int(self.path[1]) < int(number.group()) <= int(self.path[1]) + 4

    def _bare_letter(self, start: int, joined: bool) -> re.Match[str] | None:
        """Return the match of a point without bracket; `joined`: a word for "and" stands before it."""
        if len(self.path) == 1 or not self.path[-1].isalpha():
            return None
        match = re.compile(r"([b-z])(?=\s*[,;)]|\s+\w)").match(self.text, start)
        if match and match.group(1) not in _WORD_LETTERS:
            return match
        last = re.compile(r"([a-z])(?=[,;.)]|$)").match(self.text, start) if joined else None
        return last or self.grammar.lone_point.match(self.text, start)

    def _replace(self, part: str) -> tuple[str, ...]:
        """Return the path with part in the place of the last part of its kind: a digit is a paragraph, a letter a point."""
        if part.isdigit():
            return (self.path[0], part)
        kept = [p for p in self.path[1:] if p.isdigit()][:1]
        return (self.path[0], *kept, part)

    def _close(self, found: Chain, start: int, at: int, worded: bool = False) -> int:
        at = at if worded else self._parts(at)
        found.items.append(Item(self.path, (start, at)))
        return at


def _steps(last: str, until: str) -> list[str]:
    """Return what comes after `last` up to and with `until`, for numbers and letters; empty when that makes no range."""
    if last.isdigit() and until.isdigit() and int(last) < int(until) <= int(last) + _EXPAND_LIMIT:
        return [str(n) for n in range(int(last) + 1, int(until) + 1)]
    if len(last) == len(until) == 1 and last in _LETTERS and until in _LETTERS and last < until:
        return list(_LETTERS[_LETTERS.index(last) + 1 : _LETTERS.index(until) + 1])
    return []


@dataclass(frozen=True, slots=True)
class LawMention:
    """A law named in the text."""

    law: str
    span: Span


def law_of_chain(text: str, found: Chain, laws: list[LawMention]) -> LawMention | None:
    """Return the law written right behind or right before the chain, or None.

    Args:
        laws: all law mentions of the text, in order.
    """
    grammar = load_grammar()
    after = bisect_left(laws, found.end, key=lambda m: m.span[0])
    if after < len(laws):
        joint = grammar.of.match(text, found.end)
        if joint and joint.end() >= laws[after].span[0] >= found.end and joint.start() == found.end:
            return laws[after]
    before = laws[after - 1] if after else None
    if (
        before
        and before.span[1] <= found.start
        and re.fullmatch(r"(?:['’]s)?[\s,:(–-]{0,3}(?:under\s)?", text[before.span[1] : found.start])
    ):
        return before
    return None


def cites_other_law(text: str, found: Chain) -> bool:
    """Return whether the words behind the chain, or the one right before it, name a law the gazetteer does not hold."""
    grammar = load_grammar()
    if grammar.foreign.match(text, found.end):
        return True
    return grammar.foreign_before.search(text, max(0, found.start - _FOREIGN_REACH), found.start) is not None


def iter_paths(found: Chain) -> Iterator[tuple[str, Span]]:
    """Yield each item as "5(1)(f)" with its span."""
    for item in found.items:
        yield item.path[0] + "".join(f"({part})" for part in item.path[1:]), item.span
