"""spaCy component `dpawatch_actions`: who decided what against whom, put together from the mentions of a text.

Every clause that says a sanction was imposed, announced or lifted is an event. Events about the same regulator,
respondent and amount are one action; what an event leaves open is taken from the clauses around it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Doc

from nlp.clauses import ClauseReader
from nlp.decided import DecisionDates
from nlp.events import (
    PASSING,
    ROUNDUP,
    Event,
    drop_passing,
    merge_events,
    pair_amounts,
    separate_parties,
    settle_roundup,
)
from nlp.extensions import AmountMention, context_of, mentions_of, require_attributes
from nlp.gazetteer import Lexicon, load_lexicon
from nlp.grounds import Grounds
from nlp.happenings import share_out
from nlp.laws import laws_by_id
from nlp.models import Action, Happening, Span, Status
from nlp.patterns import PatternIndex, compile_phrases, find_phrases
from nlp.recall import Recall
from nlp.regulators import regulators_by_id
from nlp.sanctions import MONEY, REVIEWS
from nlp.sentences import text_of
from nlp.surroundings import Surroundings

if TYPE_CHECKING:
    from nlp.exchange import EuroAmount

_STATUS_OF_SANCTION: dict[str, Status] = {
    "case-closed": "closed",
    "settlement": "settled",
    "intent-to-fine": "proposed",
    "investigation": "investigation",
}
_CLOSED = frozenset({"case-closed", "investigation"})
_MOST_EVIDENCE = 6
# "geen bezwaar", "has not yet appealed": so many characters in front of an appeal deny it
_DENIAL_REACH = 14
# Below it, what nobody with a name did for no sum is taken for a manner of speaking.
_WEAKEST = 0.4
# Laws of platforms and markets: alone they make no matter of privacy.
_OTHER_LAWS = frozenset({"DSA", "DMA", "FTC-Act", "AIA"})


class ActionBuilder:
    """Puts actions together; `read` is the whole of it."""

    def __init__(self, lang: str, lexicon: Lexicon) -> None:
        self.lang = lang
        self.clauses = ClauseReader(lexicon)
        self.authority = compile_phrases(lexicon.cues.get("authority", ()))
        self.elsewhere = compile_phrases(lexicon.cues.get("elsewhere", ()))
        self.same = compile_phrases(_anaphors(lexicon))
        self.party = compile_phrases(lexicon.cues.get("party", ()))
        self.background = compile_phrases(lexicon.cues["background"])
        self.dates = DecisionDates(lang, lexicon)
        self.appealed = compile_phrases(lexicon.status.get("appealed", ()))
        self.privacy = compile_phrases(lexicon.words["privacy"])
        self.each = compile_phrases(lexicon.cues.get("each", ()))
        self.total = compile_phrases(lexicon.cues["total"])
        self.court = compile_phrases(lexicon.cues.get("court", ()))
        self.hedge = compile_phrases(lexicon.cues["hedge"])
        self.negation = compile_phrases(lexicon.cues["negation"])
        self.violations = PatternIndex((kind, compile_phrases(phrases)) for kind, phrases in lexicon.violations.items())

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.dpawatch_actions`."""
        doc._.dpawatch_actions = tuple(self.read(doc))
        return doc

    def read(self, doc: Doc) -> list[Action]:
        """Return the actions of doc, the main matters first."""
        known = Surroundings(doc, self.clauses.read(doc), self.lang, self.authority, self.elsewhere, self.same)
        groups = separate_parties(merge_events(drop_passing(self._events(doc, known))))
        if groups and all(g.background for g in groups):  # then the recalled matter is what the text is about
            groups[0].background = False
            known.fill(groups[0])
        groups = self._of_privacy(doc, groups)
        main = [g for g in groups if not g.background]
        grounds = Grounds(doc, known, main)
        groups = sorted(groups, key=lambda g: g.background)
        actions = [(g, self._action(doc, known, g, grounds)) for g in groups]
        kept = [(g, a) for g, a in actions if a.regulator or a.amount is not None or a.confidence >= _WEAKEST]
        kept = self._appealed(doc, known, kept)
        told = share_out(doc, known, [g for g, _ in kept])
        return [self._with(doc, known, group, action, h) for (group, action), h in zip(kept, told, strict=True)]

    def _appealed(self, doc: Doc, known: Surroundings, kept: list[tuple[Event, Action]]) -> list[tuple[Event, Action]]:
        """Return the matters, the only one that is no background appealed where a later sentence about its party says so."""
        main = [i for i, (group, _) in enumerate(kept) if not group.background]
        if len(main) != 1:
            return kept
        group, action = kept[main[0]]
        if action.status != "decided" or group.sanctions & REVIEWS:
            return kept
        told = {i for other, _ in kept for i in other.evidence}
        later = [i for i in range(group.clause + 1, len(known.clauses)) if i not in told]
        own = [i for i in later if {c.name for c in known.companies.get(i, ())} <= set(group.respondents)]
        spans = [known.clauses[i].span for i in own]
        if self._status(doc, spans, group) == "appealed":
            kept[main[0]] = (group, replace(action, status="appealed"))
        return kept

    def _with(self, doc: Doc, known: Surroundings, group: Event, action: Action, told: tuple[Happening, ...]) -> Action:
        """Return an action with what befell it; the appeal that a court has dismissed is over."""
        ruled = max((h.span[1] for h in told if h.kind == "upheld"), default=0)
        status = self._status(doc, _spans_of(known, group), group, ruled) if ruled else action.status
        return replace(action, happenings=told, status=status)

    def _events(self, doc: Doc, known: Surroundings) -> list[Event]:
        """Return what each clause with a sanction says happened, completed from the clauses around it."""
        told = [i for i, clause in enumerate(known.clauses) if clause.sanctions]
        recall = Recall(doc, known.clauses, self.background)
        found = [e for i in told for e in self._read_clause(known, recall, i, set(known.clauses[i].sanctions))]
        found += self._sums_apart(known, recall, found) or self._told_by_breach(doc, known, found)
        known.is_roundup = len({name for e in found if e.named and e.amounts for name in e.respondents}) >= ROUNDUP
        closed = {n for e in found if "case-closed" in e.sanctions for n in e.respondents}
        known.cleared = closed - {n for e in found if not e.sanctions <= _CLOSED for n in e.respondents}
        known.paid = list({(a.amount, a.currency): a for e in found if e.named for a in e.amounts}.values())
        known.only_passing = all(e.sanctions <= PASSING for e in found)
        recall.mark_early(found)
        events = settle_roundup(found)
        for event in events:
            known.fill(event)
        return [e for e in events if self._is_matter(e, known)]

    def _read_clause(
        self, known: Surroundings, recall: Recall, index: int, sanctions: set[str], apart: bool = False
    ) -> list[Event]:
        """Return what a clause says happened: one event, or one a party where each has a sum of its own."""
        event = known.event(index, sanctions, apart)
        event.background = recall.is_recalled(event, known.respondents)
        event.is_total = known.says(index, self.total)
        return pair_amounts(event, known.clauses[index].sentence, known.says(index, self.each))

    def _sums_apart(self, known: Surroundings, recall: Recall, found: list[Event]) -> list[Event]:
        """Return the fines of the first sentence with sums, where a fine is told of and no sentence that does so has its sum."""
        first = known.first_sum()
        if first is None or any(e.amounts for e in found):
            return []
        paid = bool(known.respondents or known.clauses[first].parties)
        if not any("fine" in e.sanctions and (e.named or paid) for e in found):
            return []
        here = known.clauses_beside(first)
        if not {e.clause for e in found}.isdisjoint(here) or known.says(first, self.total):
            return []
        rows = [*(i for i in here if known.has_sum(i)), *known.rows_behind(here[-1])]
        return [e for i in rows for e in self._read_clause(known, recall, i, {"fine"}, apart=True)]

    def _told_by_breach(self, doc: Doc, known: Surroundings, found: list[Event]) -> list[Event]:
        """Return a fine for the first sum of a text that has no word for money, but an authority and a breach it found.

        "It will cost the shop 12,000 euros. The authority sees a breach of Article 6."
        """
        entry = regulators_by_id().get(known.regulator or "")
        breached = any(p.role == "violated" for p in mentions_of(doc, "provisions"))
        first = known.first_sum()
        if first is None or entry is None or entry.kind != "dpa" or not breached:
            return []
        if any(cue.id in MONEY for cue in mentions_of(doc, "sanctions")):
            return []
        # a court's damages are told in the same words, and it gives orders too
        court = find_phrases(self.court, text_of(doc)) if found else known.says(first, self.court)
        if court or known.says(first, self.total):
            return []
        return pair_amounts(known.event(first, {"fine"}), known.clauses[first].sentence)

    def _is_matter(self, event: Event, known: Surroundings) -> bool:
        """Return whether somebody decided or somebody is concerned, and it is no count of many fines or talk of fines as such."""
        if not (event.regulator or event.respondents or event.amounts):
            return False
        if event.named or known.respondents:
            return True
        if not event.amounts:
            return event.sanctions != {"fine"}
        # "fined the municipality a total of …" is one party's, "fines of … in total" those of many
        return not known.says(event.clause, self.total) or known.says(event.clause, self.party)

    def _action(self, doc: Doc, known: Surroundings, group: Event, grounds: Grounds) -> Action:
        spans = _spans_of(known, group)
        provisions = tuple(dict.fromkeys(p.id for p in grounds.find(group)))
        amount = group.amount()
        # a headline tells the act without its date, and the next sentence on it again
        told = [group.clause, *sorted(i for i in group.evidence if i > group.clause)[:1]]
        decided = self.dates.find(doc, [known.clauses[i].span for i in told], group.background)
        day = decided or context_of(doc).published
        euro = _in_euro(amount, day) if amount else None
        violations = self._violations(doc, spans, provisions)
        return Action(
            regulator=group.regulator,
            respondents=tuple(group.respondents),
            provisions=provisions,
            sanctions=tuple(sorted(group.sanctions | ({"fine"} if amount and group.sanctions & REVIEWS else set()))),
            violations=violations,
            amount=amount.amount if amount else None,
            currency=amount.currency if amount else None,
            amount_eur=euro.amount if euro else None,
            fx_rate=euro.rate if euro and amount and amount.currency != "EUR" else None,
            fx_date=euro.day if euro and amount and amount.currency != "EUR" else None,
            status=self._status(doc, spans, group),
            decision_date=decided,
            background=group.background,
            evidence=tuple(self._evidence(doc, known, group)),
            confidence=_confidence(group, provisions, violations),
        )

    def _of_privacy(self, doc: Doc, groups: list[Event]) -> list[Event]:
        """Return the matters of privacy: where a privacy authority decides, or a privacy law or its words are named."""
        kinds = {e.id: e.kind for e in map(regulators_by_id().get, {g.regulator or "" for g in groups}) if e}
        private = {"dpa", "supervisor"}
        if any(p.id.partition(":")[0] not in _OTHER_LAWS for p in mentions_of(doc, "provisions")):
            private.update(kinds.values())
        elif not private.issuperset(kinds.values()) and find_phrases(self.privacy, text_of(doc)):
            private.update(set(kinds.values()) - {"competition"})
        return [g for g in groups if kinds.get(g.regulator or "", "dpa") in private]

    def _violations(self, doc: Doc, spans: list[Span], provisions: tuple[str, ...]) -> tuple[str, ...]:
        text = text_of(doc)
        possible = ((kind, pattern, s) for s in spans for kind, pattern in self.violations.possible(text[slice(*s)]))
        found = {kind for kind, pattern, s in possible if find_phrases(pattern, text, *s)}
        for provision in provisions:
            law, _, path = provision.partition(":")
            number = path.partition("(")[0]
            entry = laws_by_id().get(law)
            # a clause of a principle ("4.7.1") breaches what that is about
            found |= {
                a.violation
                for a in (entry.articles if entry else ())
                if a.violation and f"{number}.".startswith(f"{a.number}.")
            }
        return tuple(sorted(found))

    def _status(self, doc: Doc, spans: list[Span], group: Event, ruled: int = 0) -> Status:
        """Return how a matter stands; an appeal told of before the end of a sentence on its dismissal counts no more."""
        if "fine-annulled" in group.sanctions:
            return "annulled"
        for start, end in spans:
            cues = find_phrases(self.appealed, text_of(doc), max(start, ruled), end)
            if any(self._is_lodged(text_of(doc), start, cue) for cue in cues):
                return "appealed"
        for sanction, status_of in _STATUS_OF_SANCTION.items():
            stronger = group.sanctions - {sanction} - {"compliance-order", "investigation"}
            if sanction in group.sanctions and (not stronger or sanction == "settlement"):
                return status_of
        return "decided"

    def _is_lodged(self, text: str, start: int, cue: Span) -> bool:
        """Return whether an appeal is neither only thought of nor denied, right before its words or among them."""
        hedged = find_phrases(self.hedge, text, max(start, cue[0] - 30), cue[0])
        return not hedged and not find_phrases(self.negation, text, max(start, cue[0] - _DENIAL_REACH), cue[1])

    def _evidence(self, doc: Doc, known: Surroundings, group: Event) -> list[Span]:
        """Return the words that state the action, the most telling first; those of a title have no place in the text."""
        first = context_of(doc).title_end
        told = [
            i for i in (group.clause, *sorted(group.evidence - {group.clause})) if known.clauses[i].span[0] >= first
        ]
        if not told:
            told = [i for i, clause in enumerate(known.clauses) if clause.span[0] >= first][:1]
        return list(dict.fromkeys(known.clauses[i].evidence for i in told))[:_MOST_EVIDENCE]


def _anaphors(lexicon: Lexicon) -> tuple[str, ...]:
    """Return the phrases for a party named before: an article, where the language has them, and a word for what it is."""
    words = lexicon.words
    definite = (a for a in words.get("articles", ()) if a not in words.get("indefinite", ()))
    articles, kinds = "|".join(definite), "|".join(w.lower() for w in words["organisation"])
    return (f"({articles}) (same)? ({kinds})",) if articles else (f"({kinds})",)


def _spans_of(known: Surroundings, group: Event) -> list[Span]:
    return [known.clauses[i].span for i in sorted(group.evidence)]


def _confidence(group: Event, provisions: tuple[str, ...], violations: tuple[str, ...]) -> float:
    """Return how complete the action is, from 0.06 to 1.0; it is a count of what was found, not a probability."""
    parts = (
        (group.regulator, 0.3),
        (group.respondents, 0.12),
        (group.amounts or group.sanctions - {"fine"}, 0.12),
        (provisions, 0.15),
        (violations, 0.05),
    )
    found = 0.26 + sum(weight for part, weight in parts if part)
    if not group.regulator and not group.amounts:  # a wish or a threat of somebody else looks like this
        found -= 0.2
    return round(found, 2)


def _in_euro(amount: AmountMention, day: str | None) -> EuroAmount | None:
    from nlp.exchange import convert_to_euro  # an HTTP client comes with the rates, which few texts need

    return convert_to_euro(amount.amount, amount.currency, day)


@Language.factory(
    "dpawatch_actions",
    assigns=["doc._.dpawatch_actions"],
    requires=[
        "doc._.dpawatch_regulators",
        "doc._.dpawatch_provisions",
        "doc._.dpawatch_amounts",
        "doc._.dpawatch_companies",
        "doc._.dpawatch_sanctions",
        "doc._.dpawatch_happenings",
    ],
)
def make_actions(nlp: Language, name: str) -> ActionBuilder:
    """Return the component for the language of nlp, which has those before it that this one needs; else raise ValueError."""
    require_attributes(nlp, "dpawatch_actions")
    return ActionBuilder(nlp.lang or "en", load_lexicon(nlp.lang or "en"))
