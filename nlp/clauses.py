"""Clauses: the parts of a sentence that each tell of a measure against a party of its own.

"The office fined A €5 million, while B got off with a reprimand" are two. What is said twice is mostly said once: of a clause
that leaves out its sanction ("and C with 40,000") or its authority, the sentence has told it before. A sentence that tells of
one matter only, whatever it holds, is one clause.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import pairwise

from spacy.tokens import Doc

from nlp.extensions import SanctionCue, mentions_of
from nlp.gazetteer import Lexicon
from nlp.models import Span
from nlp.patterns import compile_phrases, find_phrases
from nlp.regulators import regulators_by_id
from nlp.sanctions import IMPOSED, MONEY
from nlp.sentences import has_words, mentions_in, sentences_of, text_of
from nlp.spans import WHITE_SPACE

_MARK = re.compile(r"[,;:–—]")
# What ends no clause though it stands there.
_TAIL = ",;:–—" + WHITE_SPACE
# What a list has between two of its members, with the words that lead up to the second ("A, the insurer B and C").
_IN_A_LIST = re.compile(r"[\s,&/]*(?:[^\W\d_]+['’]?[\s,&]*){0,5}")
# A name and the sum that goes with it have hardly a word between them ("and the shop B with €5,000; C, €4,000").
_BESIDE = re.compile(r"[\s(]*(?:[^\W\d_]+['’]?\s*){0,3}|\s?[,:–—-]\s*")
# A party without a name has the whole predicate ("a doctor has to pay a fine of €2,000").
_NEAR = re.compile(r"[\s(]*(?:[^\W\d_]+['’]?\s*){0,7}")
# What is found or looked into along the way makes no clause, unless another authority does it.
_ASIDE = frozenset({"investigation", "other"})


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence, or the whole of it; `sanctions` and `regulator` are those it tells of, or leaves out.

    `sentence` is the span of the whole, `is_part` whether that has other clauses. `parties`: those hit, or beside a sum.
    `elided` says that it leaves its sanction out. `strangers`: how many parties with a sum it has but does not name.
    """

    span: Span
    sentence: Span
    sanctions: frozenset[str] = frozenset()
    regulator: str | None = None
    parties: tuple[str, ...] = ()
    is_part: bool = False
    elided: bool = False
    strangers: int = 0

    @property
    def evidence(self) -> Span:
        """Return the words that prove what it tells: the whole sentence where a part of it leaves something out."""
        return self.sentence if self.elided else self.span


@dataclass(frozen=True, slots=True)
class _Mark:
    """A mention that makes a clause: a party, an authority, a sum, a measure, one that is denied or told as an aside.

    A "company" is a party where a word like "while" leads to it and a measure follows.
    """

    kind: str
    span: Span
    name: str = ""


@dataclass(slots=True)
class _Piece:
    """Words between two joints of a sentence, or several such, with what they mention."""

    start: int
    end: int
    marks: list[_Mark] = field(default_factory=list)

    def names(self, *kinds: str) -> list[str]:
        """Return the names of the marks of these kinds, in order."""
        return list(dict.fromkeys(m.name for m in self.marks if m.kind in kinds))

    def parties(self) -> list[str]:
        """Return the names of those hit; who only stands behind a "while" is one where nobody else is."""
        return self.names("party") or (self.names("subject") if self.is_measured() else [])

    def has(self, *kinds: str) -> bool:
        """Return whether it has a mark of one of these kinds."""
        return any(m.kind in kinds for m in self.marks)

    def is_measured(self) -> bool:
        """Return whether it says what was done, or how much was to be paid."""
        return self.has("sum", "measure")

    def has_party(self) -> bool:
        """Return whether somebody is named in it who may have been hit."""
        return self.has("party", "subject")

    def is_strange(self) -> bool:
        """Return whether it says of somebody without a name what was to be paid."""
        return self.has("stranger") and self.has("sum") and not self.parties()

    def is_whole(self) -> bool:
        """Return whether it says who was hit and how, or that somebody was not."""
        return (
            self.is_strange() or (self.has_party() and self.is_measured()) or (self.has("party") and self.has("denied"))
        )

    def take(self, other: _Piece) -> _Piece:
        """Take in another piece, and return this one."""
        self.start, self.end = min(self.start, other.start), max(self.end, other.end)
        self.marks = sorted([*self.marks, *other.marks], key=lambda m: m.span)
        return self


def authority_of(ids: list[str]) -> str | None:
    """Return the first regulator that decides itself, or None: a court reviews, and a board settles, what another decides."""
    return next((i for i in ids if regulators_by_id()[i].kind not in ("court", "board")), None)


class ClauseReader:
    """Finds the clauses of a text, for one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        contrast = lexicon.words.get("contrast", ())
        self.contrast = compile_phrases(contrast)
        self.stranger = compile_phrases(_strangers(lexicon))
        self.joints = compile_phrases((*contrast, *lexicon.citation["and"]))

    def read(self, doc: Doc) -> list[Clause]:
        """Return the clauses of doc, in order; a sentence that tells of one matter is one."""
        cues = mentions_of(doc, "sanctions")
        money = any(c.id in MONEY and c.modality in IMPOSED for c in cues)
        clauses: list[Clause] = []
        for sentence in sentences_of(doc):
            marks = self._marks(doc, sentence, money) if has_words(text_of(doc), sentence) else []
            parts = _parts(self._pieces(text_of(doc), sentence, marks)) if _is_compound(marks) else []
            clauses += _clauses(doc, sentence, parts, marks)
        return clauses

    def _marks(self, doc: Doc, sentence: Span, money: bool) -> list[_Mark]:
        """Return what a sentence mentions, in order; sums are measures where the text tells of a fine."""
        text = text_of(doc)
        sums = [
            _Mark("sum", a.span)
            for a in mentions_in(mentions_of(doc, "amounts"), sentence)
            if money and a.use == "open"
        ]
        cues = [_Mark(_kind(c), c.span) for c in mentions_in(mentions_of(doc, "sanctions"), sentence)]
        ids = ((r.span, r.id) for r in mentions_in(mentions_of(doc, "regulators"), sentence))
        authorities = [_Mark("authority", span, i) for span, i in ids if authority_of([i])]
        parties = [
            _Mark("party" if c.role == "respondent" or _leads(text, c.span, sums) else "company", c.span, c.name)
            for c in mentions_in(mentions_of(doc, "companies"), sentence)
            if c.role in ("respondent", "mentioned", "processor")
        ]
        strangers = [_Mark("stranger", s) for s in (find_phrases(self.stranger, text, *sentence) if sums else ())]
        if not self._is_list_of(text, strangers):
            strangers = [m for m in strangers if _leads(text, m.span, sums, _NEAR) or _follows(text, m.span, sums)]
        return sorted([*sums, *cues, *authorities, *parties, *strangers], key=lambda m: m.span)

    def _pieces(self, text: str, sentence: Span, marks: list[_Mark]) -> list[_Piece]:
        """Return the words between the commas and conjunctions of a sentence that mention something."""
        pieces = [_Piece(sentence[0], marks[0].span[1], [marks[0]])]
        for before, mark, behind in zip(marks, marks[1:], [*marks[2:], None], strict=False):
            cuts = self._cuts(text, before, mark, _is_next(pieces[-1], behind))
            if cuts and mark.kind == "company" and find_phrases(self.contrast, text, *cuts[-1]):
                mark = replace(mark, kind="subject")
            if cuts:
                pieces[-1].end = cuts[-1][0]
                pieces.append(_Piece(cuts[-1][1], mark.span[1]))
            pieces[-1].end = max(pieces[-1].end, mark.span[1])
            pieces[-1].marks.append(mark)
        pieces[-1].end = sentence[1]
        return pieces

    def _cuts(self, text: str, before: _Mark, mark: _Mark, is_next: bool) -> list[Span]:
        """Return the joints between two mentions, in order; none between members of one list."""
        low, high = before.span[1], mark.span[0]
        if low >= high or (self._is_list(text, before, mark) and not (is_next and mark.kind == "sum")):
            return []
        marks = [m.span() for m in _MARK.finditer(text, low, high)]
        return sorted([*marks, *find_phrases(self.joints, text, low, high)])

    def _is_list(self, text: str, before: _Mark, mark: _Mark) -> bool:
        """Return whether two mentions are members of one list of parties, sums or authorities."""
        if before.kind != mark.kind or mark.kind not in ("party", "stranger", "sum", "authority"):
            return False
        between = (before.span[1], mark.span[0])
        return _IN_A_LIST.fullmatch(text, *between) is not None and not find_phrases(self.contrast, text, *between)

    def _is_list_of(self, text: str, marks: list[_Mark]) -> bool:
        """Return whether marks are the members of one list, two at least."""
        return len(marks) > 1 and all(self._is_list(text, *pair) for pair in pairwise(marks))


def _is_next(piece: _Piece, behind: _Mark | None) -> bool:
    """Return whether a piece has its party, and the mention behind next is another: "A with €2m and with €1m B"."""
    return piece.has("party") and behind is not None and behind.kind in ("party", "stranger")


def _is_compound(marks: list[_Mark]) -> bool:
    """Return whether a sentence has two parties or authorities, and two sums or measures."""
    subjects = {(m.kind, m.name) for m in marks if m.kind in ("party", "company", "authority", "stranger")}
    return len(subjects) > 1 and sum(m.kind in ("sum", "measure", "denied", "aside") for m in marks) > 1


def _kind(cue: SanctionCue) -> str:
    if cue.id in _ASIDE:
        return "aside"
    return "measure" if cue.modality in IMPOSED else "denied"


def _leads(text: str, span: Span, sums: list[_Mark], reach: re.Pattern[str] = _BESIDE) -> bool:
    """Return whether a sum stands right behind a party, in the same breath."""
    at = bisect_right(sums, span[1], key=lambda m: m.span[0])
    return at < len(sums) and reach.fullmatch(text, span[1], sums[at].span[0]) is not None


def _follows(text: str, span: Span, sums: list[_Mark]) -> bool:
    """Return whether a sum stands right before a party, in the same breath."""
    at = bisect_right(sums, span[0], key=lambda m: m.span[1]) - 1
    return at >= 0 and _BESIDE.fullmatch(text, sums[at].span[1], span[0]) is not None


def _strangers(lexicon: Lexicon) -> tuple[str, ...]:
    """Return the phrases for a party without a name: an indefinite article and a word for what it is ("a law firm")."""
    articles, kinds = (
        lexicon.words.get("indefinite", ()),
        (*lexicon.words.get("person", ()), *lexicon.words["organisation"]),
    )
    return (f"({'|'.join(articles)}) ({'|'.join(w.lower() for w in kinds)})",) if articles else ()


def _parts(pieces: list[_Piece]) -> list[_Piece]:
    """Return the pieces put together so that each has a party, or an authority, and what was done."""
    parts: list[_Piece] = []
    waiting: _Piece | None = None
    pieces = _with_authorities(pieces)
    for piece, behind in zip(pieces, [*pieces[1:], None], strict=True):
        if waiting and (not parts or _completes(waiting, piece, behind)):
            piece, waiting = waiting.take(piece), None
        if waiting:  # nothing behind it belongs to it
            parts[-1].take(waiting)
            waiting = None
        if piece.is_whole() or (piece.has("sum", "measure", "aside") and _is_other(parts, piece)):
            parts.append(piece)
        else:
            waiting = piece
    if waiting and parts:
        parts[-1].take(waiting)
    return _told_apart(parts)


def _completes(waiting: _Piece, piece: _Piece, behind: _Piece | None) -> bool:
    """Return whether a piece has what a waiting one lacks: the measure behind its party, else the party behind its measure."""
    if waiting.has_party():
        return piece.is_measured() and not piece.has_party()
    led = behind is not None and behind.is_measured() and not behind.has_party()
    return waiting.is_measured() and piece.has("party") and not piece.is_measured() and not led


def _with_authorities(pieces: list[_Piece]) -> list[_Piece]:
    """Return the pieces in which an authority that stands alone between joints belongs to what comes behind it."""
    joined: list[_Piece] = []
    alone: _Piece | None = None
    for piece in pieces:
        piece = alone.take(piece) if alone else piece
        alone = None if piece.has("party", "subject", "stranger", "sum", "measure", "aside", "denied") else piece
        if alone is None:
            joined.append(piece)
    if alone and joined:
        joined[-1].take(alone)
    return joined


def _is_other(parts: list[_Piece], piece: _Piece) -> bool:
    """Return whether a piece tells what another authority did than those before it."""
    return bool(parts) and not set(piece.names("authority")) <= set(parts[-1].names("authority"))


def _told_apart(parts: list[_Piece]) -> list[_Piece]:
    """Return the parts with those joined that are about the same party and authority."""
    joined: list[_Piece] = []
    for part in parts:
        own, last = set(part.parties()), set(joined[-1].parties() if joined else ())
        apart = _is_other(joined, part) or any(p.is_strange() for p in (part, *joined[-1:]))
        if joined and (own <= last or last <= own) and not apart:
            joined[-1].take(part)
        else:
            joined.append(part)
    return joined


def _clauses(doc: Doc, sentence: Span, parts: list[_Piece], marks: list[_Mark]) -> list[Clause]:
    """Return the clauses that the parts of a sentence are, or the one that it is where it has no two parts."""
    if len(parts) < 2:
        strangers = 0 if any(m.kind == "party" for m in marks) else sum(m.kind == "stranger" for m in marks)
        parties = dict.fromkeys(m.name for m in marks if m.kind == "party")
        return [replace(_clause(doc, sentence, sentence), parties=tuple(parties), strangers=strangers)]
    told = any(c.modality in IMPOSED for c in mentions_in(mentions_of(doc, "sanctions"), sentence))
    clauses: list[Clause] = []
    for part in parts:
        own = _clause(doc, (part.start, part.end), sentence)
        own = replace(own, is_part=True, parties=tuple(part.parties()), strangers=int(part.is_strange()))
        clauses.append(_complete(own, clauses) if told and part.has("sum") and not part.has("denied") else own)
    for at, clause in enumerate(clauses):  # the authority is that named last before it, else the next
        named = [c.regulator for c in (*clauses[at::-1], *clauses[at:]) if c.regulator]
        clauses[at] = replace(clause, regulator=next(iter(named), None))
    return clauses


def _clause(doc: Doc, span: Span, sentence: Span) -> Clause:
    """Return a clause with what it tells by itself."""
    start, end = span
    words = text_of(doc)[start:end]
    span = (start + len(words) - len(words.lstrip()), start + len(words.rstrip(_TAIL)))
    imposed = (c.id for c in mentions_in(mentions_of(doc, "sanctions"), span) if c.modality in IMPOSED)
    authority = authority_of([r.id for r in mentions_in(mentions_of(doc, "regulators"), span)])
    return Clause(span, sentence, frozenset(imposed), authority)


def _complete(clause: Clause, before: list[Clause]) -> Clause:
    """Return a clause that has a sum with the sanction it leaves out: that told last before it, or a fine."""
    if clause.sanctions & MONEY:
        return clause
    paid = next((c.sanctions & MONEY for c in reversed(before) if c.sanctions & MONEY), frozenset({"fine"}))
    return replace(clause, sanctions=clause.sanctions | paid, elided=True)
