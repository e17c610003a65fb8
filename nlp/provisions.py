"""spaCy component `dpawatch_provisions`: which provisions a text cites, and whether it says they were breached."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from nlp.attribution import Attribution, read_numbers
from nlp.citations import continue_chain, iter_paths, parse_chains
from nlp.extensions import ProvisionMention
from nlp.gazetteer import Lexicon, load_lexicon
from nlp.grammar import Chain
from nlp.laws import LawMention, Place, context_names, laws_by_id, laws_of, settle_laws
from nlp.models import ProvisionRole, Span
from nlp.patterns import compile_phrases, find_phrases
from nlp.regulators import country_words, regulators_by_id
from nlp.sentences import sentence_index, sentences_of, text_of

_CUE_REACH_BEHIND = 80
_NEGATION_REACH = 25
_LIST_ITEM = re.compile(r"[-–•*·]|\(?[0-9a-z]{1,2}[.)]\s|\bart", re.IGNORECASE)


class ProvisionTagger:
    """Reads citations and gives each its law and its role."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lang = lexicon.lang
        self.breach = compile_phrases(lexicon.cues["breach"])
        self.alleged = compile_phrases(lexicon.cues["alleged"])
        self.negation = compile_phrases(lexicon.cues["negation"])

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.dpawatch_provisions`."""
        text, sentences = text_of(doc), sentences_of(doc)
        named, beside = laws_of(doc), context_names().find(text)
        places, publisher = self._places(doc, (*named, *beside)), _region_of(doc._.dpawatch_context.publisher)
        outright, context = (settle_laws(mentions, places, publisher) for mentions in (named, beside))
        attribution = Attribution(text, outright, context, [m.span for m in doc._.dpawatch_regulators])
        mentions: list[ProvisionMention] = []
        parts: list[LawMention] = []
        for found in parse_chains(text):
            law = attribution.law_of(found)
            for part, its_law in ((found, law), *_continued(text, found, attribution)) if law else ():
                numbered = read_numbers(part, its_law)
                mentions += self._mentions(text, sentences, numbered, its_law)
                if not numbered.items:
                    parts.append(LawMention(its_law, (part.start, part.end)))
        cited = {m.id.partition(":")[0] for m in mentions}
        mentions += self._bare_laws(text, sentences, [*outright, *parts], cited)
        doc._.dpawatch_provisions = tuple(sorted(mentions, key=lambda m: m.span))
        return doc

    def _places(self, doc: Doc, named: tuple[LawMention, ...]) -> list[Place]:
        """Return where the text points to the country of a law whose name others share."""
        shared = {law for mention in named for law in mention.bearers}
        if not shared:
            return []
        regions = {laws_by_id()[law].jurisdiction for law in shared}
        places = [
            Place(m.span[0], region, True)
            for m in doc._.dpawatch_regulators
            if m.sure and (region := _region_of(m.id)) is not None
        ]
        words = country_words(self.lang)
        for region in regions & words.keys():
            places += [Place(m.start(), region, False) for m in words[region].finditer(text_of(doc))]
        return sorted(places, key=lambda p: p.at)

    def _mentions(self, text: str, sentences: list[Span], found: Chain, law: str) -> list[ProvisionMention]:
        role = self._role(text, sentences, found, law)
        return [
            ProvisionMention(f"{law}:{path}", self._power(law, path, role, text, found), span)
            for path, span in iter_paths(found)
        ]

    def _power(self, law: str, path: str, role: ProvisionRole, text: str, found: Chain) -> ProvisionRole:
        entry = laws_by_id().get(law)
        if entry is None or path.partition("(")[0] not in entry.power_articles:
            return role
        directly = find_phrases(self.breach, text, max(0, found.start - 40), found.start)
        return role if directly and role == "violated" and not path.startswith("83") else "power"

    def _role(self, text: str, sentences: list[Span], found: Chain, law: str) -> ProvisionRole:
        index = sentence_index(sentences, found.start)
        start, end = sentences[index]
        before = self._breaches(text, start, found.start)
        behind = self._breaches(text, found.end, min(end, found.end + _CUE_REACH_BEHIND))
        if not (before or behind) and (lead := self._lead_in(text, sentences, index)):
            before = self._breaches(text, *lead)
            start = lead[0]
        if not (before or behind):
            return "cited"
        cue = before[-1] if before else behind[0]
        alleged = find_phrases(self.alleged, text, start, max(cue[0], found.start))
        return "alleged" if alleged else "violated"

    def _breaches(self, text: str, start: int, end: int) -> list[Span]:
        """Return the words for a breach between start and end that are not negated."""
        found = find_phrases(self.breach, text, start, end)
        return [s for s in found if not find_phrases(self.negation, text, max(start, s[0] - _NEGATION_REACH), s[0])]

    def _lead_in(self, text: str, sentences: list[Span], index: int) -> Span | None:
        """Return the sentence with the colon that introduces the list in which the sentence is an item."""
        while index > 0 and _LIST_ITEM.match(text, sentences[index][0]):
            index -= 1
            start, end = sentences[index]
            if text[start:end].rstrip().endswith(":"):
                return (start, end)
        return None

    def _bare_laws(
        self, text: str, sentences: list[Span], laws: list[LawMention], cited: set[str]
    ) -> list[ProvisionMention]:
        """Return the laws named without any of their articles."""
        found = []
        for mention in laws:
            entry = laws_by_id()[mention.law]
            if mention.law not in cited and not entry.needs_article:
                chain = Chain("", *mention.span)
                found.append(
                    ProvisionMention(mention.law, self._role(text, sentences, chain, mention.law), mention.span)
                )
        return found


def _continued(text: str, found: Chain, attribution: Attribution) -> Iterator[tuple[Chain, str]]:
    """Yield the lists that go on behind the chain's law and end in a law again, each with that."""
    law = attribution.beside(found)
    while law and law.span[0] >= found.end and (more := continue_chain(text, found, law.span[1])):
        law = attribution.beside(more)
        if law and law.span[0] >= more.end:
            yield more, law.law
        found = more


def _region_of(regulator: str | None) -> str | None:
    """Return the country of a regulator, or its part of one; None for what is no regulator."""
    entry = regulators_by_id().get(regulator or "")
    return (entry.subdivision or entry.country) if entry else None


@Language.factory("dpawatch_provisions")
def make_provisions(nlp: Language, name: str) -> ProvisionTagger:
    """Return the component for the language of nlp."""
    return ProvisionTagger(load_lexicon(nlp.lang or "en"))
