"""The grammar of legal citations: from "artt. 5, par. 1, lett. a), e 6 del Regolamento" to GDPR:5(1)(a) and GDPR:6.

One citation chain is a word for "article", a list of numbers with their paragraphs and points, and a law before or behind.
Words of all languages are read at once, since a text in one language quotes laws in another.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from nlp.grammar import ARTICLE_HEAD, Chain, Grammar, Item, load_grammar, steps_between
from nlp.laws import own_words
from nlp.models import Span
from nlp.postpositions import listed_values, read_behind
from nlp.words import WordIndex

_NUMBER = re.compile(
    r"(?:[LR]\.?\s?)?(?:\d{3,5}(?:\.\d{3,4})*|\d{1,5}(?::\d{1,4}(?!\d))?)(?:[-‑]\d{1,4}(?=[-‑\s,.;()]|$))*"
    r"(?:[-\s]?(?:bis|ter|quater|quinquies|sexies|septies|octies|novies|decies|undecies|duodecies|terdecies|quaterdecies|quinquiesdecies)\b(?!\s+\d))?"
    r"(?:[-‑]?[A-Z]{1,2}(?!\w)|-([a-z])\1(?!\w)|[a-z](?![\w)]))?"
)
# What a dot leads to: a paragraph of most laws, and a part of the number itself in others ("312.4", "11.7a").
_DOTTED = re.compile(r"\.(\d{1,4}(?:[a-z](?![\w)]))?)(?!\w)")
_LATIN_SUFFIX = re.compile(r"(?<=\d)[-\s]*([a-z]{3,})$")
_LETTER_BEHIND = re.compile(r"[-‑]([A-Z])(?!\w)")
# "l'article 5, 1, f)" and "4, 11)" have a paragraph and a point behind a comma.
_BARE_PARAGRAPH = re.compile(r",\s(\d{1,2})(?:(?=,?\s[a-z]\))|\))")
_WORDED_NUMBER = re.compile(r"(\d{1,2})(?!\w)")
_ROMAN = re.compile(r"[IVXL]{1,6}(?!\w)")
# "article 95, § 1er, 3°"
_BELGIAN_POINT = re.compile(r"(\d{1,2})°(?!\w)")
_PLAIN_NUMBER = re.compile(r"\d{1,5}")
_DEEPER = re.compile(r",\s?\(?([a-z])\)")
_PREFIX_REACH, _JOINT_REACH = 90, 40
_ORDINAL_MARK = re.compile(r"\.?[ºª°]")
_COMMENT = re.compile(r"\s*\([^()\d]{3,80}\)")
# Letters that are words of their own in some language, so never a point in a list without brackets.
_WORD_LETTERS = frozenset("aeioyuzη")


def parse_chains(index: WordIndex) -> list[Chain]:
    """Return every citation chain of a text in order, laws not yet known."""
    text, grammar = index.text, load_grammar()
    places = index.starts(grammar.openings)
    chains: list[Chain] = []
    end = 0
    head, behind = _next_head(text, grammar, places, 0), grammar.behind[0].search(text)
    while head or behind:
        if head and not (behind and behind.start() < head.start()):
            head = _with_prefix(text, grammar, head, end)
            found = _Scanner(text, grammar).read(head)
            found.end = max(found.end, head.end())
        elif behind:
            found = read_behind(text, grammar, behind)
        if found.items:
            chains.append(found)
        end = found.end
        if head and head.start() < end:
            head = _next_head(text, grammar, places, end)
        if behind and behind.start() < end:
            behind = grammar.behind[0].search(text, end)
    return chains


def _next_head(text: str, grammar: Grammar, places: list[int], end: int) -> re.Match[str] | None:
    """Return the match of the next word for an article that begins at one of the places, none of them before end."""
    later = map(places.__getitem__, range(bisect_left(places, end), len(places)))
    return next((head for at in later if (head := grammar.head.match(text, at))), None)


def _with_prefix(text: str, grammar: Grammar, head: re.Match[str], end: int) -> re.Match[str]:
    """Return the match of the word for an article with the parts that stand before it, none of them before end."""
    low = max(end, head.start() - _PREFIX_REACH)
    # it ends in a word such as "of", which is quicker seen than that no prefix leads to it from any of the letters before
    joined = grammar.joined.search(text, max(low, head.start() - _JOINT_REACH), head.start())
    before = grammar.prefix.search(text, low, head.start()) if joined else None
    return grammar.prefixed.match(text, before.start() if before else head.start()) or head


def continue_chain(text: str, found: Chain, at: int) -> Chain | None:
    """Return the list that goes on behind the law of a chain ("Articles 24(1) GDPR, 25(1) and the 25(2) GDPR"), or None.

    Args:
        at: where the law ends.
    """
    grammar = load_grammar()
    joint = grammar.separator.match(text, at)
    if not joint or not joint.group().strip():
        return None
    article = grammar.of.match(text, joint.end())
    start = article.end() if article else joint.end()
    if not text[start : start + 1].isdigit():
        return None
    return _Scanner(text, grammar).read_list(Chain(found.head, start, start))


class _Scanner:
    """Reads one chain; `path` is where the last item stood, and the flags say how its last part was written."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self.text = text
        self.grammar = grammar
        self.path: tuple[str, ...] = ()
        self.dots = 0
        self.worded_paragraph = False
        self.roman_paragraph = False
        self.is_article = False

    def read(self, head: re.Match[str]) -> Chain:
        """Read the chain that begins with the words of `head`."""
        word = head["word"] or head["weak"] or head["own"] or ""
        found = Chain(word.lower(), head.start(), head.end(), is_weak=head["weak"] is not None)
        if head["code"]:
            found.code = re.sub(r"(?<=\d)(?=[A-Z])", " ", re.sub(r"[\s.]", "", head["code"].rstrip("/").upper()))
            found.code = re.sub(r"(?<=[A-Z])(?=\d)", " ", found.code)
        self.is_article = ARTICLE_HEAD.match(word) is not None
        self.read_list(found)
        if found.items and head.re is self.grammar.prefixed:
            found.items[:1] = self._beneath(found.items[0], head)
        return found

    def _beneath(self, item: Item, head: re.Match[str]) -> list[Item]:
        """Return what the parts before the word for the article make of its first item: "points (a) and (b) of Article 6(1)"."""
        paths = [item.path]
        paragraphs = head["paragraphs"] or head["also"]
        if paragraphs and len(item.path) == 1:
            first = self.grammar.ordinal.match(paragraphs)
            listed = [self.grammar.paragraph_number(first.group(1))] if first else []
            listed = listed or [v for v in listed_values(paragraphs, self.grammar) if v.isdigit()]
            paths = [(*item.path, number) for number in listed]
        if head["points"]:
            *whole, last = paths
            paths = [*whole, *((*last, point) for point in listed_values(head["points"], self.grammar))]
        return [Item(path, item.span, item.dots) for path in paths]

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
        first, at = re.sub(r"\s", "", _LATIN_SUFFIX.sub(r"-\1", number.group())), number.end()
        if mark := _ORDINAL_MARK.match(self.text, at):
            at = mark.end()
            if letter := _LETTER_BEHIND.match(self.text, at):
                first, at = f"{first}-{letter.group(1)}", letter.end()
        self.path, self.dots = (first,), 0
        self.worded_paragraph = self.roman_paragraph = False
        while dotted := _DOTTED.match(self.text, at):
            self.path, self.dots, at = (*self.path, dotted.group(1)), self.dots + 1, dotted.end()
        at = self._parts(at)
        found.items.append(Item(self.path, (start, at), self.dots))
        return at

    def _parts(self, at: int) -> int:
        """Extend the path with what follows directly: (1), .1, Abs. 1, lit. f, f)."""
        while True:
            if match := self.grammar.skip.match(self.text, at):
                at = match.end()
            elif match := self.grammar.ordinal.match(self.text, at):
                # one of a paragraph ("Article 6(1), first subparagraph") has no number in ids
                if self._is_whole_article():
                    self.path = (*self.path, self.grammar.paragraph_number(match.group(1)))
                at = match.end()
            elif match := self._paragraph_match(at):
                self.path, at = (*self.path, self.grammar.paragraph_number(match.group(1))), match.end()
                self.worded_paragraph = match.re is self.grammar.paragraph
                self.roman_paragraph = match.re is self.grammar.roman
            elif len(self.path) < 3 and (match := self.grammar.subdivision.match(self.text, at)):
                self.path, at = (*self.path, match.group(1)), match.end()
            elif match := self._part_match(at):
                if len(self.path) > 4:
                    return at
                # the fourth level of American codes has capital letters
                part = match.group(1) if len(self.path) == 4 else self.grammar.part(match.group(1))
                self.path, at = (*self.path, part), match.end()
                self.worded_paragraph = False
            else:
                return at

    def _is_whole_article(self) -> bool:
        """Return whether nothing but dots stands behind the number of the article so far."""
        return len(self.path) == 1 + self.dots

    def _paragraph_match(self, at: int) -> re.Match[str] | None:
        """Return the match of a paragraph of the article that was just read."""
        if not self._is_whole_article():
            return None
        bare = _BARE_PARAGRAPH.match(self.text, at)
        if bare and not bare.group().endswith(")") and not bare.group(1).zfill(5) < self.path[0].zfill(5):
            bare = None
        section = self.grammar.section.match(self.text, at) if self.is_article else None
        return self.grammar.paragraph.match(self.text, at) or self.grammar.roman.match(self.text, at) or section or bare

    def _part_match(self, at: int) -> re.Match[str] | None:
        found = next((m for p in self.grammar.parts if (m := p.match(self.text, at))), None)
        if found is None and len(self.path) == 2 and self.path[1].isdigit():
            found = _DEEPER.match(self.text, at)
            if found is None and self.text[at : at + 1].isspace():
                return self.grammar.lone_point.match(self.text, at + 1)
        return found

    def _range(self, found: Chain, at: int) -> int | None:
        """Expand "12 to 14", "(1)-(3)" and "(a) to (c)" from the last item on."""
        joint = self.grammar.range.match(self.text, at)
        if not joint or joint.end() == at:
            return None
        last = self.path[-1]
        form = self.grammar.bracket if len(self.path) > 1 else _NUMBER
        if self.worded_paragraph:
            form = _WORDED_NUMBER
        match = form.match(self.text, joint.end())
        if not match:
            return None
        until = self.grammar.part(match.group() if form is _NUMBER else match.group(1))
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
        if self.grammar.prefixed.match(self.text, start):
            return None
        if head := self.grammar.head.match(self.text, start):
            is_alike = head["word"] and not (found.is_weak or found.code or found.head in own_words())
            return self._item(found, head.end(), start) if is_alike else None
        if match := self.grammar.paragraph.match(self.text, start):
            self.path = (self.path[0], self.grammar.paragraph_number(match.group(1)))
            self.worded_paragraph = True
            return self._close(found, start, match.end())
        if match := self.grammar.ordinal.match(self.text, start):
            self.path = (self.path[0], self.grammar.paragraph_number(match.group(1)))
            return self._close(found, start, match.end())
        if joint.group().strip() == "" or not self.path:
            return None
        return self._sibling(found, start, joined=joint.group().strip(" ,;").isalpha())

    def _sibling(self, found: Chain, start: int, joined: bool) -> int | None:
        if roman := self._roman_sibling(start):
            self.path = roman[0]
            return self._close(found, start, roman[1])
        match = next((m for p in self.grammar.siblings if (m := p.match(self.text, start))), None)
        if not match:
            match = self._bare_letter(start, joined)
        if match:
            self.path = self._replace(self.grammar.part(match.group(1)))
            self.worded_paragraph = False
            return self._close(found, start, match.end())
        if (point := _BELGIAN_POINT.match(self.text, start)) and self.worded_paragraph:
            self.path, whole = (*self.path[:2], point.group(1)), found.items[-1]
            if whole.path == self.path[:2]:
                start = found.items.pop().span[0]
            return self._close(found, start, point.end())
        number = _PLAIN_NUMBER.match(self.text, start)
        is_listed = "," not in self.text[found.end : start]
        if number and self.worded_paragraph and len(self.path) == 2 and self._is_paragraph(number, is_listed):
            self.path = (self.path[0], number.group())
            return self._close(found, start, number.end())
        return self._item(found, start, start) if number else None

    def _roman_sibling(self, start: int) -> tuple[tuple[str, ...], int] | None:
        """Return the path of the next Roman number of a list and where that ends: "IV lit. a, V", "incisos I e II"."""
        match = _ROMAN.match(self.text, start)
        if match and self.roman_paragraph:
            return (self.path[0], self.grammar.paragraph_number(match.group())), match.end()
        return ((*self.path[:-1], match.group()), match.end()) if match and _ROMAN.fullmatch(self.path[-1]) else None

    def _is_paragraph(self, number: re.Match[str], is_listed: bool) -> bool:
        """A small number behind "Abs. 1 und" is a paragraph, unless parts of its own show that it is an article.

        The next number may have a point even so, where no comma sets it apart: "par. 2 e 3, lett. b)".

        Args:
            is_listed: no comma stands before it.
        """
        steps = int(number.group()) - int(self.path[1])
        if self.grammar.paragraph.match(self.text, number.end()):
            return False
        return 0 < steps <= 4 and (self._part_match(number.end()) is None or (is_listed and steps == 1))

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

    def _close(self, found: Chain, start: int, at: int) -> int:
        at = self._parts(at)
        found.items.append(Item(self.path, (start, at), self.dots))
        return at


def iter_paths(found: Chain) -> Iterator[tuple[str, Span]]:
    """Yield each item as "5(1)(f)" with its span."""
    for item in found.items:
        yield item.path[0] + "".join(f"({part})" for part in item.path[1:]), item.span
