"""The grammar of legal citations: from "artt. 5, par. 1, lett. a), e 6 del Regolamento" to GDPR:5(1)(a) and GDPR:6.

One citation chain is a word for "article", a list of numbers with their paragraphs and points, and a law before or behind.
Words of all languages are read at once, since a text in one language quotes laws in another.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.grammar import Chain, Grammar, Item, load_grammar, steps_between
from nlp.models import Span
from nlp.postpositions import read_behind

_NUMBER = re.compile(
    r"(?:[LR]\.?\s?)?\d{1,5}(?:\.\d{3})?(?:[-‑]\d{1,3}(?=[-‑\s,.;)]|$))*"
    r"(?:[-\s]?(?:bis|ter|quater|quinquies|sexies|septies|octies|novies|decies|undecies|duodecies)\b(?!\s+\d))?(?:[a-z](?![\w)]))?"
)
_ABBREVIATED_LAW = re.compile(r"[A-ZÄÖÜÉ]{3,7}(?![\w-])")
_ORDINAL_MARK = re.compile(r"\.?[ºª°]")
_COMMENT = re.compile(r"\s*\([^()\d]{3,80}\)")
_FOREIGN_REACH = 40
# Letters that are words of their own in some language, so never a point in a list without brackets.
_WORD_LETTERS = frozenset("aeioyuzη")


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
            found = read_behind(text, grammar, behind)
        if found.items:
            chains.append(found)
        if head and head.start() < found.end:
            head = grammar.head.search(text, found.end)
        if behind and behind.start() < found.end:
            behind = grammar.behind[0].search(text, found.end)
    return chains


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
            elif len(self.path) == 1 and (match := self.grammar.ordinal.match(self.text, at)):
                self.path, at = (*self.path, self.grammar.ordinals[match.group(1).lower()]), match.end()
            elif len(self.path) == 1 and (match := self.grammar.paragraph.match(self.text, at)):
                self.path, self.worded_paragraph, at = (*self.path, match.group(1)), True, match.end()
            elif match := self._part_match(at):
                if len(self.path) > 3:
                    return at
                self.path, at = (*self.path, self.grammar.part(match.group(1))), match.end()
                self.worded_paragraph = False
            else:
                return at

    def _part_match(self, at: int) -> re.Match[str] | None:
        found = next((m for p in self.grammar.parts if (m := p.match(self.text, at))), None)
        if found is None and len(self.path) == 2 and self.path[1].isdigit() and self.text[at : at + 1].isspace():
            return self.grammar.lone_point.match(self.text, at + 1)
        return found

    def _range(self, found: Chain, at: int) -> int | None:
        """Expand "12 to 14", "(1)-(3)" and "(a) to (c)" from the last item on."""
        joint = self.grammar.range.match(self.text, at)
        if not joint or joint.end() == at:
            return None
        last = self.path[-1]
        match = (self.grammar.bracket if len(self.path) > 1 else _NUMBER).match(self.text, joint.end())
        if not match:
            return None
        until = self.grammar.part(match.group(1) if match.re is self.grammar.bracket else match.group())
        steps = steps_between(last, until)
        if not steps:
            return None
        first, paths = found.items.pop(), []
        for step in steps:
            self.path = (*self.path[:-1], step)
            paths.append(self.path)
        end = self._parts(match.end())
        paths[-1] = self.path
        # those in between stand nowhere but in the whole of the range
        whole = (first.span[0], end)
        found.items += [Item(path, whole) for path in (first.path, *paths)]
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
        if match := self.grammar.ordinal.match(self.text, start):
            self.path = (self.path[0], self.grammar.ordinals[match.group(1).lower()])
            return self._close(found, start, match.end())
        if joint.group().strip() == "" or not self.path:
            return None
        return self._sibling(found, start, joined=joint.group().strip(" ,;").isalpha())

    def _sibling(self, found: Chain, start: int, joined: bool) -> int | None:
        match = next((m for p in self.grammar.siblings if (m := p.match(self.text, start))), None)
        if not match:
            match = self._bare_letter(start, joined)
        if match:
            self.path = self._replace(self.grammar.part(match.group(1)))
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
        match = self.grammar.listed_letter.match(self.text, start)
        if match and match.group(1) not in _WORD_LETTERS:
            return match
        last = self.grammar.last_letter.match(self.text, start) if joined else None
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


def spread_hyphens(found: Chain) -> Chain:
    """Return a chain of a law whose articles are whole numbers with its hyphens read: "12-14" is a range, "28-3" is 28(3)."""
    spread = Chain(found.head, found.start, found.end)
    for item in found.items:
        first, *rest = re.split("[-‑]", item.path[0])
        if not rest or not all(part.isdigit() for part in (first, *rest)):
            spread.items.append(item)
        elif len(rest) == len(item.path) == 1 and (steps := steps_between(first, rest[0])):
            spread.items += [Item((number,), item.span) for number in (first, *steps)]
        else:
            spread.items.append(Item((first, *rest, *item.path[1:]), item.span))
    return spread


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
    # "48.1.b) de la LGTEL": an abbreviation where the law stands, and none that is known, nor the best known misspelt ("GPDR")
    joint = grammar.of.match(text, found.end)
    if joint and joint.end() > found.end and (law := _ABBREVIATED_LAW.match(text, joint.end())):
        return not set(law.group()) <= set("GDPR")
    return grammar.foreign_before.search(text, max(0, found.start - _FOREIGN_REACH), found.start) is not None


def iter_paths(found: Chain) -> Iterator[tuple[str, Span]]:
    """Yield each item as "5(1)(f)" with its span."""
    for item in found.items:
        yield item.path[0] + "".join(f"({part})" for part in item.path[1:]), item.span
