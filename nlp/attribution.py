"""Which law a chain of citations belongs to, and its numbers as that law writes them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from functools import cache

from nlp.grammar import ARTICLE_HEAD, Chain, Item, load_grammar, steps_between
from nlp.laws import LawMention, has_dots, law_in_code, laws_by_id, own_words
from nlp.models import Span

DEFAULT_LAW = "GDPR"
_WHOLE_NUMBERS = ("GDPR", "UKGDPR", "LED", "EUDPR")
_SECTIONS = frozenset(
    ("", "section", "subsection", "sec", "s", "paragraf", "paragraph", "pykälä", "pykälän", "pykälää")
)
_BESIDE = re.compile(r"(?:['’]s)?[\s,:(–-]{0,3}(?:under\s)?")
# An abbreviation has two capitals at least ("BlnDSG", "TKG", "StPO").
_ABBREVIATED_LAW = re.compile(r"(?=\w*[A-ZÄÖÜÉ]\w*[A-ZÄÖÜÉ])[A-ZÄÖÜÉ][A-Za-zÄÖÜÉäöüé]{1,11}(?![\w-])")
_FOREIGN_REACH = 40
# Codes whose first number is a whole part, which is the law itself.
_CODES_OF_PARTS = ("CFR", "NYCRR")


class Attribution:
    """Finds the law of each chain of one text: beside it, in a code, or the passage's.

    Args:
        outright: the laws that the text names, in order; `context`: where a word means one only beside an article.
        names: spans of other names, such as regulators', none of which is an abbreviation of a law.
    """

    def __init__(
        self, text: str, outright: Sequence[LawMention], context: Sequence[LawMention], names: Collection[Span]
    ) -> None:
        self.text = text
        self.outright = outright
        self.context = context
        self.is_context = frozenset(context)
        self.names = {start for start, _ in names}
        self.places: dict[str, list[int]] = {}
        for mention in outright:
            self.places.setdefault(mention.law, []).append(mention.span[0])
        self.starts = [mention.span[0] for mention in outright]

    def law_of(self, found: Chain) -> str | None:
        """Return the law of a chain; None where that is no law of the gazetteer, or where the words are a law's own name."""
        if found.code:
            placed = law_in_code(found.code, found.items[0].path[0])
            return placed[0] if placed else None
        if found.head in own_words():
            return own_words()[found.head][0]
        if self._is_part_of_name(found):
            return None
        if beside := self.beside(found):
            # "Art. 83 DSGVO, Art. 22 BayDSG": behind a comma, what follows the article binds it
            if "," in self.text[beside.span[1] : found.start] and self._has_unknown_law(found):
                return None
            is_other = beside in self.is_context and load_grammar().about.match(self.text, beside.span[1])
            return beside.law if _in_range(found, beside.law) and not is_other else None
        if found.is_weak or self._cites_other_law(found):
            return None
        return self._passage_law(found)

    def beside(self, found: Chain) -> LawMention | None:
        """Return the law written right behind or right before the chain, or None."""
        return _beside(self.text, found, self.outright) or _beside(self.text, found, self.context, is_context=True)

    def _is_part_of_name(self, found: Chain) -> bool:
        """Return whether the chain begins inside the name of a law ("Regulations 2003")."""
        last = bisect_right(self.starts, found.start) - 1
        return last >= 0 and found.start < self.outright[last].span[1]

    def _cites_other_law(self, found: Chain) -> bool:
        """Return whether the words behind the chain, or the one right before it, name a law the gazetteer does not hold."""
        grammar = load_grammar()
        if grammar.foreign.match(self.text, found.end):
            return True
        if self._has_unknown_law(found):
            return True
        return grammar.foreign_before.search(self.text, max(0, found.start - _FOREIGN_REACH), found.start) is not None

    def _has_unknown_law(self, found: Chain) -> bool:
        """Return whether an abbreviation stands where the law does, and none that is known, nor the best known misspelt.

        "48.1.b) de la LGTEL", "Art. 22 BayDSG"
        """
        joint = load_grammar().of.match(self.text, found.end)
        if joint is None or joint.end() == found.end or ("," in joint.group() and not joint.group().strip(" ,(")):
            return False
        law = _ABBREVIATED_LAW.match(self.text, joint.end())
        return law is not None and joint.end() not in self.names and not set(law.group()) <= set("GDPR")

    def _passage_law(self, found: Chain) -> str | None:
        """Return the law last named before the chain, else the first behind it, if its articles can be so called."""
        near = []
        for law, starts in self.places.items():
            if _fits(found, law):
                at = bisect_left(starts, found.start)
                near.append((at == 0, found.start - starts[at - 1] if at else starts[0], law))
        if near:
            return min(near)[2]
        return DEFAULT_LAW if _fits(found, DEFAULT_LAW) else None


def _beside(text: str, found: Chain, laws: Sequence[LawMention], is_context: bool = False) -> LawMention | None:
    grammar = load_grammar()
    after = bisect_left(laws, found.end, key=lambda m: m.span[0])
    if after < len(laws):
        joint = grammar.of.match(text, found.end)
        law = laws[after]
        if joint and joint.end() >= law.span[0] and (not (is_context or found.is_weak) or _fits(found, law.law)):
            return law
    before = laws[after - 1] if after else None
    if before and before.span[1] <= found.start and _BESIDE.fullmatch(text, before.span[1], found.start):
        return before if _fits(found, before.law) else None
    return None


def read_numbers(found: Chain, law: str) -> Chain:
    """Return the chain with its numbers as the law writes them: "12-14" is a range in some, and "312.4" one number in others."""
    items = found.items
    mark = own_words().get(found.head, ("", ""))[1]
    if found.code:
        placed = [(item, law_in_code(found.code, item.path[0])) for item in items]
        items = [
            Item((p[1], *item.path[1:]), item.span, item.dots)
            for item, p in placed
            if p
            and p[0] == law
            and not (item.path[0].isdigit() and len(item.path) == 1 and found.code.endswith(_CODES_OF_PARTS))
        ]
    items = [_joined(item, mark) if mark or has_dots(law) else _undotted(item) for item in items]
    if law in _WHOLE_NUMBERS:
        items = [part for item in items for part in _spread(item)]
    return Chain(found.head, found.start, found.end, items, found.code)


def _joined(item: Item, mark: str) -> Item:
    number = ".".join(item.path[: 1 + item.dots])
    return Item((f"{mark} {number}".strip(), *item.path[1 + item.dots :]), item.span)


def _undotted(item: Item) -> Item:
    """Return the item with a letter glued to a dotted number as a part of its own: "5.1a" is 5(1)(a)."""
    dotted = [part for piece in item.path[1 : 1 + item.dots] for part in re.findall(r"\d+|[a-z]", piece)]
    return Item((item.path[0], *(p for p in dotted if len(p) < 3), *item.path[1 + item.dots :]), item.span)


def _spread(item: Item) -> list[Item]:
    """Return what an item with hyphens means where articles are whole numbers: "12-14" is a range, "28-3" is 28(3)."""
    first, *rest = re.split("[-‑]", item.path[0])
    if not rest or not all(part.isdigit() for part in (first, *rest)):
        return [item]
    if len(rest) == 1 and (steps := steps_between(first, rest[0])):
        paths = [*((number,) for number in (first, *steps[:-1])), (steps[-1], *item.path[1:])]
        return [Item(path, item.span) for path in paths]
    return [Item((first, *rest, *item.path[1:]), item.span)]


def _in_range(found: Chain, law: str) -> bool:
    """Return whether the law has articles of these numbers, as far as that is known."""
    entry = laws_by_id().get(law)
    if entry is None or entry.last_article is None:
        return True
    numbers = [re.match(r"\d*", item.path[0]) for item in read_numbers(found, law).items]
    whole = law not in _WHOLE_NUMBERS or all(item.path[0].isdigit() for item in read_numbers(found, law).items)
    return whole and all(0 < int(n.group() or 0) <= entry.last_article for n in numbers if n)


def _fits(found: Chain, law: str) -> bool:
    """Return whether the chain's word and numbers can belong to the law."""
    return bool(_kinds(found.head) & _units(law)) and _in_range(found, law)


@cache
def _units(law: str) -> frozenset[str]:
    entry = laws_by_id().get(law)
    return frozenset(kind for unit in (entry.article_words if entry else ("article",)) for kind in _kinds(unit))


@cache
def _kinds(word: str) -> frozenset[str]:
    """Return what a word for an article is, in either number: the words for a section are one, those for an article too."""
    if ARTICLE_HEAD.match(word):
        return frozenset(("article",))
    plain = word.partition(":")[0].strip("§. ")
    forms = {plain, plain.removesuffix("s") or plain}
    return frozenset(("section",)) if forms & _SECTIONS else frozenset(forms)
