"""spaCy component `dpawatch_sanctions`: which corrective powers a text speaks of, and whether it says they were used."""

from __future__ import annotations

import re
from collections.abc import Iterable

from spacy.language import Language
from spacy.tokens import Doc

from nlp.beginnings import PLACEHOLDERS
from nlp.extensions import Modality, SanctionCue, mentions_of
from nlp.gazetteer import Lexicon, load_lexicon
from nlp.masking import Masked, mask_sentence
from nlp.models import Span
from nlp.patterns import PatternIndex, compile_phrases, find_phrases
from nlp.placeholders import AMOUNT, REGULATOR_MARK
from nlp.sentences import has_words, mentions_in, sentences_of, text_of

_NEGATION_REACH = 28
_HEDGE_REACH = 45
_REQUEST_REACH = 80
_MAXIMUM_REACH = 24
_SEVERAL_REACH = 40  # "reduced or annulled some fines": of nobody in particular
_DENIAL_REACH = 90
_SUM_REACH = 80
_CUES = (
    *("negation", "but", "contest", "denial", "hedge", "bill", "challenge", "request", "intent", "maximum"),
    *("court", "proceedings", "refusal", "restored", "several", "prosecutor"),
)
_SUM = re.compile(rf"\W{{0,3}}(?:\w+ )?[{AMOUNT}\d]")
_MARK = re.compile("[,;:]")
MONEY = frozenset({"fine", "settlement", "intent-to-fine", "fine-reduced", "fine-annulled"})
_PAID = MONEY | {"penalty-payment"}
_DEMANDED = frozenset({"fine", "intent-to-fine"})
# What a sentence says of a measure that was taken, or is about to be.
IMPOSED: tuple[Modality, ...] = ("imposed", "intended")
# These say by themselves that nothing was imposed yet, so hedging changes nothing.
_TENTATIVE = frozenset({"intent-to-fine", "investigation"})
# What became of a fine: with its sum, that fine is part of the matter.
REVIEWS = frozenset({"fine-annulled", "fine-reduced"})
# What a phrase only speaks of where one of these says it whole: "closed its investigation", "ordered to tell of the breach".
_YIELDS = {
    "investigation": frozenset({"case-closed"}),
    "formal-notice": frozenset({"case-closed"}),
    "compliance-order": frozenset({"rights-order", "breach-notice-order"}),
    "erasure-order": frozenset({"rights-order"}),
    "intent-to-fine": REVIEWS,  # "seeks to overturn the fine"
}


class SanctionTagger:
    """Finds the phrases of the lexicon sentence by sentence and reads negation, hedging and requests around them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.patterns = PatternIndex((kind, compile_phrases(phrases)) for kind, phrases in lexicon.sanctions.items())
        self.due = compile_phrases((*lexicon.cues["receive"], *lexicon.cues.get("impose", ())))
        self.demanded = compile_phrases(lexicon.cues.get("demand", ()))
        self.order = compile_phrases(lexicon.cues.get("order", ()))
        kinds = (*lexicon.sanctions.values(), lexicon.cues.get("order", ()))
        self.any = PatternIndex((None, compile_phrases(phrases)) for phrases in kinds)
        self.cues = {kind: compile_phrases(lexicon.cues.get(kind, ())) for kind in _CUES}

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.dpawatch_sanctions`."""
        cues: list[SanctionCue] = []
        for sentence in sentences_of(doc):
            cues += self._read(doc, sentence, bool(cues))
        doc._.dpawatch_sanctions = tuple(sorted(cues, key=lambda c: c.span))
        return doc

    def _read(self, doc: Doc, sentence: Span, told: bool) -> list[SanctionCue]:
        """Return the cues of a sentence; once sanctions were told of, what a company received or paid is a fine too."""
        amounts = mentions_in(mentions_of(doc, "amounts"), sentence)
        # what no phrase can stand in and names no sum tells of no measure
        if not amounts and not self.any.possible(text_of(doc)[slice(*sentence)], PLACEHOLDERS):
            return []
        if not has_words(text_of(doc), sentence):
            return []
        companies = [(i, c.span) for i, c in enumerate(mentions_in(mentions_of(doc, "companies"), sentence))]
        regulators = [r.span for r in mentions_in(mentions_of(doc, "regulators"), sentence)]
        masked = mask_sentence(text_of(doc), sentence, companies, regulators, [a.span for a in amounts])
        proceedings = find_phrases(self.cues["proceedings"], masked.text)
        cues = []
        for kind, pattern in self.patterns.possible(masked.text):
            # "opens sanctioning proceedings" sanctions nobody
            for begin, finish in find_phrases(pattern, _hide(masked.text, proceedings if kind == "fine" else ())):
                span = (masked.origin(begin), masked.origin(finish))
                modality = self._modality(kind, masked.text, (begin, finish))
                if kind == "fine" and _is_ceiling(doc, span):
                    modality = "hedged"
                cues.append(SanctionCue(_kind(kind, modality), span, modality))
        if not any(c.id not in _TENTATIVE for c in cues):
            cues += self._orders(masked)
        damages = not told and REGULATOR_MARK not in masked.text and find_phrases(self.cues["court"], masked.text)
        if (told or mentions_of(doc, "regulators")) and not damages and not any(c.id in _PAID for c in cues):
            cues += self._imposed_sums(doc, masked, sentence)
        return _without_yielding(cues)

    def _orders(self, masked: Masked) -> list[SanctionCue]:
        """Return an order for each that a sentence tells of without a word for one of the kinds, whatever is to be done.

        None where money is to be paid, or where a court and no authority is named.
        """
        by_court = REGULATOR_MARK not in masked.text and bool(find_phrases(self.cues["court"], masked.text))
        found = [] if by_court or AMOUNT in masked.text else find_phrases(self.order, masked.text)
        return [
            SanctionCue(
                "compliance-order",
                (masked.origin(s), masked.origin(e)),
                self._modality("compliance-order", masked.text, (s, e)),
            )
            for s, e in found
        ]

    def _imposed_sums(self, doc: Doc, masked: Masked, sentence: Span) -> list[SanctionCue]:
        """Return a fine for each sum that a word for imposing or paying stands by: "the office asks 32 million of the shop"."""
        due = {a.span[0] for a in mentions_in(mentions_of(doc, "amounts"), sentence) if a.use == "open"}
        cues = []
        sums = (m.start() for m in re.finditer(AMOUNT, masked.text))
        for position in (at for at in sums if masked.origin(at) in due):
            low, high = max(0, position - _SUM_REACH), position + _SUM_REACH
            near = find_phrases(self.due, masked.text, low, high)
            if REGULATOR_MARK in masked.text:  # damages are demanded too
                near += find_phrases(self.demanded, masked.text, low, high)
            near = [s for s in near if not _parted(masked.text, s, position)]
            for begin, finish in near[:1]:
                modality = self._modality("fine", masked.text, (begin, finish))
                cues.append(
                    SanctionCue(_kind("fine", modality), (masked.origin(begin), masked.origin(finish)), modality)
                )
        return cues

    def _modality(self, kind: str, text: str, span: Span) -> Modality:
        start = span[0]
        denied = self._before(text, start, _NEGATION_REACH, "negation")
        before = [n for n in denied if not _is_elsewhere(text[n[1] : start])]
        if kind == "penalty-payment":  # "if it does not, it pays 500 a day"
            before = [n for n in before if "," not in text[n[1] : start]]
        if before and not find_phrases(self.cues["but"], text, before[-1][1], start):
            return "negated"
        denials = find_phrases(self.cues["denial"], text, span[1], span[1] + _DENIAL_REACH)
        if any(not re.search("[,;:]", text[span[1] : d[0]]) for d in denials):
            return "negated"
        if kind == "fine-annulled" and find_phrases(self.cues["restored"], text):
            return "negated"
        if kind in REVIEWS and self._is_refused(text, span):
            return "negated"
        if kind in REVIEWS and find_phrases(self.cues["challenge"], text, max(0, start - _HEDGE_REACH), start):
            return "requested"
        # what is asked of a criminal court is no authority's measure
        if kind in _DEMANDED and self._before(text, start, _REQUEST_REACH, "prosecutor"):
            return "requested"
        if kind in _TENTATIVE:
            return "imposed"
        return self._tentative(kind, text, span)

    def _is_refused(self, text: str, span: Span) -> bool:
        """Return whether undoing a measure was refused: the word for it leads up to the phrase ("declined to annul the fine")."""
        low = max(0, span[0] - _HEDGE_REACH)
        return any(
            not _MARK.search(text, s[1], span[0]) for s in find_phrases(self.cues["refusal"], text, low, span[0])
        )

    def _tentative(self, kind: str, text: str, span: Span) -> Modality:
        """Return whether what is not denied was done, or is only meant to be, may be, or is wished for by others."""
        start = span[0]
        if self._before(text, start, _HEDGE_REACH, "intent"):
            return "intended"
        if find_phrases(self.cues["bill"], text):
            return "hedged"
        if find_phrases(self.cues["several"], text, max(0, start - _SEVERAL_REACH), span[1] + _SEVERAL_REACH):
            return "hedged"
        hedged = self._before(text, start, _HEDGE_REACH, "hedge")
        if hedged and not any("," in text[h[1] : start] or ";" in text[h[1] : start] for h in hedged[-1:]):
            return "hedged"
        ceilings = find_phrases(self.cues["maximum"], text, span[0], span[1] + _MAXIMUM_REACH)
        if kind == "fine" and any(_SUM.match(text, ceiling[1]) for ceiling in ceilings):
            return "hedged"
        requested = self._before(text, start, _REQUEST_REACH, "request")
        if requested and not _by_regulator(text, requested[-1]):
            return "requested"
        return "imposed"

    def _before(self, text: str, start: int, reach: int, kind: str) -> list[Span]:
        """Return the cues of a kind that stand before a sanction; none that speak of contesting it ("would appeal the fine")."""
        found = find_phrases(self.cues[kind], text, max(0, start - reach), start)
        return [] if found and find_phrases(self.cues["contest"], text, found[-1][1], start) else found


def _hide(text: str, spans: Iterable[Span]) -> str:
    """Return text with the letters of the spans made unreadable, at its old length."""
    for start, end in spans:
        text = text[:start] + "_" * (end - start) + text[end:]
    return text


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _within(one: Span, other: Span) -> bool:
    return other[0] <= one[0] and one[1] <= other[1]


def _without_yielding(cues: list[SanctionCue]) -> list[SanctionCue]:
    """Return the cues without those that another one at the same place tells more fully, a fine by the day being no fine."""
    return [
        c
        for c in cues
        if not any(
            (o.id in _YIELDS.get(c.id, ()) and _overlap(c.span, o.span))
            or (c.id == "compliance-order" and o.id == "erasure-order" and _within(o.span, c.span))
            or (c.id == "fine" and o.id == "penalty-payment" and _within(c.span, o.span))
            for o in cues
        )
    ]


def _is_elsewhere(between: str) -> bool:
    """Return whether a comma and an authority stand between a word and a measure: then it belongs to what another one did."""
    return "," in between and REGULATOR_MARK in between[between.index(",") :]


def _parted(text: str, phrase: Span, position: int) -> bool:
    """Return whether a semicolon or colon stands between a phrase and a position."""
    first, last = sorted((phrase[0], position))
    return any(mark in text[first:last] for mark in ";:")


def _is_ceiling(doc: Doc, span: Span) -> bool:
    """Return whether the words of a fine hold sums, all of them the most it may be ("punishable by at most £500,000")."""
    inside = mentions_in(mentions_of(doc, "amounts"), span)
    return bool(inside) and all(a.use == "maximum" for a in inside)


def _kind(kind: str, modality: Modality) -> str:
    return "intent-to-fine" if modality == "intended" and kind == "fine" else kind


def _by_regulator(text: str, request: Span) -> bool:
    """Return whether a regulator is the one who asks: its placeholder stands right before the word."""
    return any("\uf000" <= c <= "\uf8ff" for c in text[max(0, request[0] - 25) : request[0]])


@Language.factory("dpawatch_sanctions", assigns=["doc._.dpawatch_sanctions"])
def make_sanctions(nlp: Language, name: str) -> SanctionTagger:
    """Return the component for the language of nlp."""
    return SanctionTagger(load_lexicon(nlp.lang or "en"))
