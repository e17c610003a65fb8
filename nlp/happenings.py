"""spaCy component `dpawatch_happenings`: what befell a matter beside its measures, and which action each happening belongs to.

Those are a complaint to the authority, a court that upheld what it decided, and a fine that was paid. What is denied, doubted,
or still to come is none; nor is a court's refusal of the authority's own appeal.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import get_args

from spacy.language import Language
from spacy.tokens import Doc

from nlp.beginnings import PLACEHOLDERS
from nlp.clauses import authority_of
from nlp.dates import find_dates
from nlp.events import Event
from nlp.extensions import HappeningMention, context_of, mentions_of, require_attributes
from nlp.gazetteer import Lexicon, load_lexicon
from nlp.masking import Masked, mask_sentence
from nlp.models import Happening, HappeningKind, Span
from nlp.patterns import PatternIndex, compile_phrases, find_phrases
from nlp.placeholders import REGULATOR_MARK
from nlp.regulators import regulators_by_id
from nlp.sanctions import IMPOSED
from nlp.sentences import has_words, mentions_in, sentences_of, text_of
from nlp.spans import blank
from nlp.surroundings import Surroundings

_DOUBT_REACH = 40
_DENIAL_REACH = 60
_SUBJECT_REACH = 12
_COMPLAINT_REACH = 60
# Between what happened and its date behind it ("upheld the fine on 3 June").
_ON = re.compile(r"\W*(?:\w{1,3}\W+){0,2}")
_MARK = re.compile("[,;:]")
# A sentence that says so upholds no more than a part.
_REVISED = frozenset({"fine-annulled", "fine-reduced"})


class HappeningTagger:
    """Finds the phrases of the lexicon sentence by sentence, and reads denial and doubt around them."""

    def __init__(self, lang: str, lexicon: Lexicon) -> None:
        words = lexicon.happenings
        self.lang = lang
        self.phrases = {kind: compile_phrases(words.get(kind, ())) for kind in get_args(HappeningKind)}
        self.ruled = compile_phrases(words.get("upheld_by_court", ()))
        self.any = PatternIndex([*self.phrases.items(), ("upheld", self.ruled)])
        self.court = compile_phrases((*lexicon.cues.get("court", ()), *words.get("courts", ())))
        self.doubt = compile_phrases((*lexicon.cues["negation"], *lexicon.cues["hedge"]))
        self.denial = {
            kind: compile_phrases((*words.get("not", ()), *words.get(f"not_{kind}", ()))) for kind in self.phrases
        }
        self.joints = compile_phrases((*lexicon.citation["and"], *lexicon.cues.get("but", ())))
        self.decision = compile_phrases(lexicon.cues.get("decision", ()))
        self.contest = compile_phrases(lexicon.cues.get("contest", ()))

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.dpawatch_happenings`."""
        doc._.dpawatch_happenings = tuple(m for sentence in sentences_of(doc) for m in self._read(doc, sentence))
        return doc

    def _read(self, doc: Doc, sentence: Span) -> list[HappeningMention]:
        """Return what a sentence says happened, the first mention of each kind."""
        if not has_words(text_of(doc), sentence) or not self.any.possible(
            text_of(doc)[slice(*sentence)], PLACEHOLDERS.keys()
        ):
            return []
        masked = self._masked(doc, sentence)
        found = []
        for kind in self.phrases:
            spans = (s for s in self._find(doc, sentence, masked, kind) if not self._is_denied(kind, masked.text, s))
            for span in list(spans)[:1]:
                cue = (masked.origin(span[0]), masked.origin(span[1]))
                found.append(HappeningMention(kind, cue, sentence, self._date(doc, sentence, cue, kind)))
        return found

    def _masked(self, doc: Doc, sentence: Span) -> Masked:
        """Return a sentence with its names masked, but those of courts, and its dates unreadable ("May" is no doubt)."""
        start, end = sentence
        dates = [m.spans[0] for m in find_dates(text_of(doc)[start:end], self.lang, context_of(doc).published)]
        text = blank(text_of(doc)[start:end], dates)
        companies = [
            (i, (c.span[0] - start, c.span[1] - start))
            for i, c in enumerate(mentions_in(mentions_of(doc, "companies"), sentence))
        ]
        regulators = [
            (r.span[0] - start, r.span[1] - start)
            for r in mentions_in(mentions_of(doc, "regulators"), sentence)
            if authority_of([r.id])
        ]
        sums = [(a.span[0] - start, a.span[1] - start) for a in mentions_in(mentions_of(doc, "amounts"), sentence)]
        masked = mask_sentence(text, (0, len(text)), companies, regulators, sums)
        return Masked(masked.text, masked.companies, tuple((at, start + origin) for at, origin in masked.origins))

    def _find(self, doc: Doc, sentence: Span, masked: Masked, kind: HappeningKind) -> list[Span]:
        """Return where a sentence speaks of a happening of one kind; nothing is upheld by the authority, or beside a revision."""
        found = find_phrases(self.phrases[kind], masked.text)
        if kind != "upheld":
            return found
        if any(
            c.id in _REVISED and c.modality in IMPOSED for c in mentions_in(mentions_of(doc, "sanctions"), sentence)
        ):
            return []
        if self.names_court(doc, sentence, masked.text):
            found = sorted([*found, *find_phrases(self.ruled, masked.text)])
        return [s for s in found if REGULATOR_MARK not in masked.text[max(0, s[0] - _SUBJECT_REACH) : s[0]]]

    def names_court(self, doc: Doc, sentence: Span, text: str) -> bool:
        """Return whether a sentence has the name of a court or a word for one."""
        named = (regulators_by_id()[r.id].kind for r in mentions_in(mentions_of(doc, "regulators"), sentence))
        return "court" in named or bool(find_phrases(self.court, text))

    def _is_denied(self, kind: HappeningKind, text: str, span: Span) -> bool:
        """Return whether words before a phrase, or within it, say that it did not happen, may have, or is still to come."""
        start, end = span
        first = max(0, start - _DOUBT_REACH)
        before = find_phrases(self.doubt, text, first, start)
        denials = find_phrases(self.denial[kind], text, first, end + _DENIAL_REACH)
        before += [d for d in denials if d[1] <= start]
        return any(d[0] < end and d[1] > start for d in denials) or not all(
            self._is_over(text, d[1], start) for d in before
        )

    def _is_over(self, text: str, low: int, high: int) -> bool:
        """Return whether another part of the sentence begins between two places."""
        return bool(_MARK.search(text, low, high) or find_phrases(self.joints, text, low, high))

    def _date(self, doc: Doc, sentence: Span, cue: Span, kind: HappeningKind) -> str | None:
        """Return the date by the words that tell of a happening: within, else behind, else the last before them, or None.

        No measure stands between them, and no date is that of the decision or the appeal they name.
        """
        start, text = sentence[0], text_of(doc)
        dates = find_dates(text[slice(*sentence)], self.lang, context_of(doc).published)
        placed = [(m.date, (start + m.spans[0][0], start + m.spans[0][1])) for m in dates]
        within = next(((date, span) for date, span in placed if cue[0] <= span[0] < cue[1]), None)
        if within and not self._named_before(doc, cue[0], within[1][0]):
            return within[0]
        behind = next(((date, span) for date, span in placed if span[0] >= cue[1]), None)
        if behind and self._dates(text, cue, behind[1][0], kind):
            return behind[0]
        before = next(((date, span) for date, span in reversed(placed) if span[1] <= cue[0]), None)
        if before is None or mentions_in(mentions_of(doc, "sanctions"), (before[1][1], cue[0])):
            return None
        return None if kind == "complaint" and cue[0] - before[1][1] > _COMPLAINT_REACH else before[0]

    def _named_before(self, doc: Doc, low: int, high: int) -> bool:
        """Return whether a measure or an appeal stands between two places."""
        return bool(
            mentions_in(mentions_of(doc, "sanctions"), (low, high))
            or find_phrases(self.contest, text_of(doc), low, high)
        )

    def _dates(self, text: str, cue: Span, at: int, kind: HappeningKind) -> bool:
        """Return whether the date at a place behind a phrase is that of what it tells."""
        if kind == "complaint":
            return at - cue[1] <= _COMPLAINT_REACH and not _MARK.search(text, cue[1], at)
        named = find_phrases(self.decision, text, cue[0], at)
        return _ON.fullmatch(text, cue[1], at) is not None and not any(s[1] >= cue[1] for s in named)


def share_out(doc: Doc, known: Surroundings, groups: Sequence[Event]) -> list[tuple[Happening, ...]]:
    """Return the happenings of each of the matters of a text: of one that the sentence is about, else of the only or last one.

    What only the title says has no place in the text and is left out, and so is what belongs to no matter.
    """
    owners = _Owners(known, groups)
    told: dict[int, list[Happening]] = defaultdict(list)
    for mention in mentions_of(doc, "happenings"):
        owner = owners.of(mention)
        if owner is not None and mention.sentence[0] >= context_of(doc).title_end:
            told[owner].append(Happening(mention.kind, mention.date, mention.sentence))
    return [_once(told[i]) for i in range(len(groups))]


def _once(told: list[Happening]) -> tuple[Happening, ...]:
    """Return one happening of each kind, in order of the text: the first with a date, else the first."""
    first: dict[HappeningKind, Happening] = {}
    for happening in sorted(told, key=lambda h: (h.date is None, h.span)):
        first.setdefault(happening.kind, happening)
    return tuple(sorted(first.values(), key=lambda h: (h.span, h.kind)))


class _Owners:
    """The matters of a text, to look up which one a sentence is about."""

    def __init__(self, known: Surroundings, groups: Sequence[Event]) -> None:
        self._known = known
        self._groups = groups
        self._of_clause: dict[int, int] = {}
        self._of_party: dict[str, int] = {}
        for at, group in enumerate(groups):
            for clause in group.evidence:
                self._of_clause.setdefault(clause, at)
            for name in group.respondents:
                self._of_party.setdefault(name, at)
        self._told = sorted(self._of_clause)
        self._main = [at for at, group in enumerate(groups) if not group.background]

    def of(self, mention: HappeningMention) -> int | None:
        """Return the matter that a happening belongs to, or None."""
        clause = self._known.clause_at(mention.span[0])
        beside = self._known.clauses_beside(clause)
        told = next((self._of_clause[i] for i in (clause, *beside) if i in self._of_clause), None)
        companies = [c for i in beside for c in self._known.companies.get(i, ())]
        named = [self._of_party[c.name] for c in companies if c.name in self._of_party]
        if told is not None and (told in named or not named):
            return told
        if named or any(c.role == "respondent" for c in companies):
            return next(iter(named), None)
        if len(self._main) == 1:
            return self._main[0]
        last = bisect_right(self._told, clause)
        return self._of_clause[self._told[last - 1]] if last else None


@Language.factory(
    "dpawatch_happenings",
    assigns=["doc._.dpawatch_happenings"],
    requires=[
        "doc._.dpawatch_regulators",
        "doc._.dpawatch_amounts",
        "doc._.dpawatch_companies",
        "doc._.dpawatch_sanctions",
    ],
)
def make_happenings(nlp: Language, name: str) -> HappeningTagger:
    """Return the component for the language of nlp, which has those before it that this one needs; else raise ValueError."""
    require_attributes(nlp, "dpawatch_happenings")
    return HappeningTagger(nlp.lang or "en", load_lexicon(nlp.lang or "en"))
