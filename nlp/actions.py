"""spaCy component `dpawatch_actions`: who decided what against whom, put together from the mentions of a text.

Every sentence that says a sanction was imposed, announced or lifted is an event. Events about the same regulator,
respondent and amount are one action; what an event leaves open is taken from the sentences around it.
"""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokens import Doc

from nlp.decided import DecisionDates
from nlp.events import (
    ORDERS,
    PASSING,
    ROUNDUP,
    Event,
    drop_passing,
    fines_of,
    group_by_sentence,
    introduced_party,
    main_regulator,
    main_respondents,
    merge_events,
    pair_amounts,
    separate_parties,
    settle_roundup,
)
from nlp.exchange import convert_to_euro
from nlp.extensions import ProvisionMention
from nlp.gazetteer import Lexicon, load_lexicon
from nlp.models import Action, Span, Status
from nlp.patterns import compile_phrases, find_phrases
from nlp.provisions import laws_by_id
from nlp.recall import is_recalled, recall_early
from nlp.regulators import implied_regulator, regulators_by_id
from nlp.sentences import sentence_index, sentences_of, text_of

_STATUS_OF_SANCTION: dict[str, Status] = {
    "case-closed": "closed",
    "settlement": "settled",
    "intent-to-fine": "proposed",
    "investigation": "investigation",
}
_MOST_EVIDENCE = 6
# Below it, what nobody with a name did for no sum is taken for a manner of speaking.
_WEAKEST = 0.4
# Laws of platforms and markets: alone they make no matter of privacy.
_OTHER_LAWS = frozenset({"DSA", "DMA", "FTC-Act", "AIA"})


class _Known:
    """The mentions of a text by sentence, and what to take where a sentence is silent."""

    def __init__(self, doc: Doc, sentences: list[Span], lang: str, authority: re.Pattern[str] | None) -> None:
        self._doc = doc
        self._authority = authority
        self.amounts = group_by_sentence(
            sentences, [a for a in doc._.dpawatch_amounts if a.use in ("open", "conversion", "daily")]
        )
        self.companies = group_by_sentence(sentences, doc._.dpawatch_companies)
        self.regulators = group_by_sentence(sentences, doc._.dpawatch_regulators)
        self.paragraphs = _paragraphs(text_of(doc), sentences)
        self.is_roundup = False
        # whether the text tells of nothing graver than what else is said along the way
        self.only_passing = False
        self.respondents = main_respondents(doc)
        self.introduced = introduced_party(doc)
        self.regulator = main_regulator(doc) or implied_regulator(doc, lang, authority)

    def event(self, index: int, sanctions: set[str]) -> Event:
        """Return what the sentence itself says."""
        event = Event(index, sanctions, evidence={index})
        named = [c.name for c in self.companies.get(index, ()) if c.role == "respondent"]
        event.respondents = list(dict.fromkeys(named))
        event.named = bool(named)
        event.regulator = _authority([m.id for m in self.regulators.get(index, ())])
        event.amounts = fines_of(sanctions, self.amounts.get(index, []))
        return event

    def fill(self, event: Event) -> None:
        """Fill in what the sentence leaves open: the regulator named last before it, the respondent of the whole text."""
        told = not event.sanctions <= PASSING or self._is_ordered(event)
        if event.regulator is None and not event.background and told:
            nearby = (_authority([m.id for m in self.regulators[i]]) for i in self._near(event.sentence))
            event.regulator = next(filter(None, nearby), self.regulator)
        if not event.respondents and len(self.respondents) == 1 and not (event.background and event.amounts):
            event.respondents = list(self.respondents)
        if not event.respondents and not self.respondents:
            event.respondents = self._only_company(event.sentence) or list(self.introduced)

    def _is_ordered(self, event: Event) -> bool:
        """Return whether an authority does what is else said along the way, in a text that tells of nothing graver."""
        if not self.only_passing or not event.sanctions & ORDERS:
            return False
        sentence = sentences_of(self._doc)[event.sentence]
        named = not self.regulators.keys().isdisjoint((event.sentence, event.sentence - 1))
        return named or bool(find_phrases(self._authority, text_of(self._doc), *sentence))

    def _near(self, index: int) -> list[int]:
        """Return the sentences whose regulator may be meant, the likeliest first: of the paragraph, then of the three before."""
        named = sorted(self.regulators)
        here = [i for i in named if self.paragraphs[i] == self.paragraphs[index]]
        before, behind = [i for i in here if i < index][::-1], [i for i in here if i > index]
        earlier = [i for i in named if index - 3 <= i < index][::-1]
        return [*before, *(behind if self.is_roundup else ()), *earlier]

    def _only_company(self, index: int) -> list[str]:
        """Return the one organisation of a sentence that no word gives another part in it, or nothing."""
        names = {c.name for c in self.companies.get(index, ())}
        plain = {c.name for c in self.companies.get(index, ()) if c.role == "mentioned"}
        return sorted(plain) if len(plain) == len(names) == 1 else []


def _paragraphs(text: str, sentences: list[Span]) -> list[int]:
    """Return for each sentence the number of its paragraph."""
    numbers, at, number = [], 0, 0
    for start, _ in sentences:
        number += text.count("\n", at, start)
        at = start
        numbers.append(number)
    return numbers


def _authority(ids: list[str]) -> str | None:
    """Return the first regulator that decides itself, or None: a court reviews, and a board settles, what another decides."""
    return next((i for i in ids if regulators_by_id()[i].kind not in ("court", "board")), None)


class ActionBuilder:
    """Puts actions together; `read` is the whole of it."""

    def __init__(self, lang: str, lexicon: Lexicon) -> None:
        self.lang = lang
        self.authority = compile_phrases(lexicon.cues.get("authority", ()))
        self.party = compile_phrases(lexicon.cues.get("party", ()))
        self.background = compile_phrases(lexicon.cues["background"])
        self.dates = DecisionDates(lang, lexicon)
        self.appealed = compile_phrases(lexicon.status.get("appealed", ()))
        self.privacy = compile_phrases(lexicon.words["privacy"])
        self.total = compile_phrases(lexicon.cues["total"])
        self.court = compile_phrases(lexicon.cues.get("court", ()))
        self.hedge = compile_phrases(lexicon.cues["hedge"])
        self.violations = {kind: compile_phrases(phrases) for kind, phrases in lexicon.violations.items()}

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.dpawatch_actions`."""
        doc._.dpawatch_actions = tuple(self.read(doc))
        return doc

    def read(self, doc: Doc) -> list[Action]:
        """Return the actions of doc, the main matters first."""
        known = _Known(doc, sentences_of(doc), self.lang, self.authority)
        groups = separate_parties(merge_events(drop_passing(self._events(doc, known))))
        if groups and all(g.background for g in groups):  # then the recalled matter is what the text is about
            groups[0].background = False
            known.fill(groups[0])
        groups = [g for g in groups if self._is_privacy(doc, g)]
        main = [g for g in groups if not g.background]
        actions = [self._action(doc, g, main) for g in sorted(groups, key=lambda g: g.background)]
        return [a for a in actions if a.regulator or a.amount is not None or a.confidence >= _WEAKEST]

    def _events(self, doc: Doc, known: _Known) -> list[Event]:
        """Return what each sentence with a sanction says happened, completed from the sentences around it."""
        sentences = sentences_of(doc)
        cues = [c for c in doc._.dpawatch_sanctions if c.modality in ("imposed", "intended")]
        found: list[Event] = []
        for index, here in sorted(group_by_sentence(sentences, cues).items()):
            event = known.event(index, {c.id for c in here})
            event.background = is_recalled(doc, event, known.respondents, self.background)
            event.is_total = self._is_total(doc, event)
            found += pair_amounts(event, known.companies.get(index, []))
        found += self._sums_apart(doc, known, found) or self._told_by_breach(doc, known, found)
        known.is_roundup = len({name for e in found if e.named and e.amounts for name in e.respondents}) >= ROUNDUP
        known.only_passing = all(e.sanctions <= PASSING for e in found)
        recall_early(doc, found, self.background)
        events = settle_roundup(found)
        for event in events:
            known.fill(event)
        return [e for e in events if self._is_matter(doc, e, known)]

    def _sums_apart(self, doc: Doc, known: _Known, found: list[Event]) -> list[Event]:
        """Return the fines of the first sentence with sums, where a fine is told of and no sentence that does so has its sum."""
        fined = any("fine" in e.sanctions and (e.named or known.respondents) for e in found)
        if not fined or any(e.amounts for e in found):
            return []
        index = next((i for i, here in sorted(known.amounts.items()) if any(a.use == "open" for a in here)), None)
        told = {c.sentence for c in found}
        if index is None or index in told or self._is_total(doc, Event(index, set())):
            return []
        event = known.event(index, {"fine"})
        event.background = is_recalled(doc, event, known.respondents, self.background)
        return pair_amounts(event, known.companies.get(index, []))

    def _told_by_breach(self, doc: Doc, known: _Known, found: list[Event]) -> list[Event]:
        """Return a fine for the first sum of a text that has no word for one, but an authority and a breach it found.

        "It will cost the shop 12,000 euros. The authority sees a breach of Article 6."
        """
        entry = regulators_by_id().get(known.regulator or "")
        breached = any(p.role == "violated" for p in doc._.dpawatch_provisions)
        if found or entry is None or entry.kind != "dpa" or not breached:
            return []
        index = next((i for i, here in sorted(known.amounts.items()) if any(a.use == "open" for a in here)), None)
        # a court's damages are told in the same words
        if index is None or self._is_total(doc, Event(index, set())) or self._says(doc, index, self.court):
            return []
        return pair_amounts(known.event(index, {"fine"}), known.companies.get(index, []))

    def _is_matter(self, doc: Doc, event: Event, known: _Known) -> bool:
        """Return whether somebody decided or somebody is concerned, and it is no count of many fines or talk of fines as such."""
        if not (event.regulator or event.respondents or event.amounts):
            return False
        if event.named or known.respondents:
            return True
        if not event.amounts:
            return event.sanctions != {"fine"}
        # "fined the municipality a total of …" is one party's, "fines of … in total" those of many
        return not self._is_total(doc, event) or self._says(doc, event.sentence, self.party)

    def _is_total(self, doc: Doc, event: Event) -> bool:
        return self._says(doc, event.sentence, self.total)

    def _says(self, doc: Doc, index: int, phrases: re.Pattern[str] | None) -> bool:
        """Return whether a sentence has one of the phrases."""
        return bool(find_phrases(phrases, text_of(doc), *sentences_of(doc)[index]))

    def _action(self, doc: Doc, group: Event, main: list[Event]) -> Action:
        sentences = sentences_of(doc)
        spans = [sentences[i] for i in sorted(group.evidence)]
        mentions = self._provisions(doc, group, main)
        provisions = tuple(dict.fromkeys(p.id for p in mentions))
        amount = group.amount()
        decided = self.dates.find(doc, group.sentence, group.background)
        day = decided or doc._.dpawatch_context.published
        euro = convert_to_euro(amount.amount, amount.currency, day) if amount else None
        status = self._status(doc, spans, group)
        return Action(
            regulator=group.regulator,
            respondents=tuple(group.respondents),
            provisions=provisions,
            sanctions=tuple(sorted(group.sanctions)),
            violations=self._violations(doc, spans, provisions),
            amount=amount.amount if amount else None,
            currency=amount.currency if amount else None,
            amount_eur=euro.amount if euro else None,
            fx_rate=euro.rate if euro and amount and amount.currency != "EUR" else None,
            fx_date=euro.day if euro and amount and amount.currency != "EUR" else None,
            status=status,
            decision_date=decided,
            background=group.background,
            evidence=tuple(self._evidence(doc, sentences, group)),
            confidence=self._confidence(doc, group, provisions, spans),
        )

    def _confidence(self, doc: Doc, group: Event, provisions: tuple[str, ...], spans: list[Span]) -> float:
        """Return how complete the action is, from 0.06 to 1.0; it is a count of what was found, not a probability."""
        parts = (
            (group.regulator, 0.3),
            (group.respondents, 0.12),
            (group.amounts or group.sanctions - {"fine"}, 0.12),
            (provisions, 0.15),
            (self._violations(doc, spans, provisions), 0.05),
        )
        found = 0.26 + sum(weight for part, weight in parts if part)
        if not group.regulator and not group.amounts:  # a wish or a threat of somebody else looks like this
            found -= 0.2
        return round(found, 2)

    def _is_privacy(self, doc: Doc, group: Event) -> bool:
        """Return whether a matter is one of privacy: a privacy authority decides, a privacy law or its words are named."""
        entry = regulators_by_id().get(group.regulator or "")
        if entry is None or entry.kind in ("dpa", "supervisor"):
            return True
        laws = {p.id.partition(":")[0] for p in doc._.dpawatch_provisions} - _OTHER_LAWS
        return bool(laws) or (entry.kind != "competition" and bool(find_phrases(self.privacy, text_of(doc))))

    def _provisions(self, doc: Doc, group: Event, main: list[Event]) -> list[ProvisionMention]:
        """Return the provisions breached: of the whole text when it tells one matter, else those in the event's sentences.

        What one authority found of several parties at once is told apart from their sentences, and holds for each.
        """
        alone = len(main) == 1 and not group.background
        wanted = ("violated", "alleged") if group.sanctions & {"investigation", "intent-to-fine"} else ("violated",)
        cited = [p for p in doc._.dpawatch_provisions if p.role in wanted]
        if alone:
            return cited
        sentences = sentences_of(doc)
        near = group.evidence | {i + 1 for i in group.evidence if not group.background}
        own = [p for p in cited if sentence_index(sentences, p.span[0]) in near]
        if own or group.background or len({g.regulator for g in main}) > 1:
            return own
        claimed = {i for g in main for i in g.evidence | {e + 1 for e in g.evidence}}
        return [p for p in cited if sentence_index(sentences, p.span[0]) not in claimed]

    def _violations(self, doc: Doc, spans: list[Span], provisions: tuple[str, ...]) -> tuple[str, ...]:
        found = {
            kind
            for kind, pattern in self.violations.items()
            if any(find_phrases(pattern, text_of(doc), *s) for s in spans)
        }
        for provision in provisions:
            law, _, path = provision.partition(":")
            number = path.partition("(")[0]
            entry = laws_by_id().get(law)
            found |= {a.violation for a in (entry.articles if entry else ()) if a.number == number and a.violation}
        return tuple(sorted(found))

    def _status(self, doc: Doc, spans: list[Span], group: Event) -> Status:
        if "fine-annulled" in group.sanctions:
            return "annulled"
        for start, end in spans:
            cues = find_phrases(self.appealed, text_of(doc), start, end)
            if any(not find_phrases(self.hedge, text_of(doc), max(start, c[0] - 30), c[0]) for c in cues):
                return "appealed"
        for sanction, status_of in _STATUS_OF_SANCTION.items():
            stronger = group.sanctions - {sanction} - {"compliance-order", "investigation"}
            if sanction in group.sanctions and (not stronger or sanction == "settlement"):
                return status_of
        return "decided"

    def _evidence(self, doc: Doc, sentences: list[Span], group: Event) -> list[Span]:
        """Return the sentences that state the action, the most telling first; those of a title have no place in the text."""
        first = doc._.dpawatch_context.title_end
        usable = [i for i in sorted(group.evidence) if sentences[i][0] >= first]
        if not usable:
            usable = [i for i, s in enumerate(sentences) if s[0] >= first][:1]
        lead = group.sentence if group.sentence in usable else usable[0] if usable else 0
        order = [lead, *(i for i in usable if i != lead)]
        return [sentences[i] for i in order if i < len(sentences)][:_MOST_EVIDENCE]


@Language.factory("dpawatch_actions")
def make_actions(nlp: Language, name: str) -> ActionBuilder:
    """Return the component for the language of nlp."""
    return ActionBuilder(nlp.lang or "en", load_lexicon(nlp.lang or "en"))
