"""spaCy component `dpawatch_provisions`: which provisions a text cites, and whether it says they were breached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.language import Language
from spacy.tokens import Doc

from nlp.attribution import Attribution, read_numbers
from nlp.citations import continue_chain, iter_paths, parse_chains
from nlp.extensions import ProvisionMention, context_of, mentions_of
from nlp.gazetteer import Lexicon, load_lexicon
from nlp.grammar import Chain
from nlp.laws import LawMention, Place, context_names, laws_by_id, laws_of, settle_laws
from nlp.regulators import find_country, regulators_by_id
from nlp.roles import Cues, RoleReader
from nlp.sentences import sentences_of, text_of
from nlp.words import index_of


class ProvisionTagger:
    """Reads citations and gives each its law and its role."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lang = lexicon.lang
        self.cues = Cues(lexicon)

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.dpawatch_provisions`."""
        text = text_of(doc)
        named, beside = laws_of(doc), context_names().find(index_of(doc))
        places, publisher = self._places(doc, (*named, *beside)), _region_of(context_of(doc).publisher)
        outright, context = (settle_laws(mentions, places, publisher) for mentions in (named, beside))
        regulators = [m.span for m in mentions_of(doc, "regulators")]
        attribution = Attribution(text, outright, context, regulators)
        reader = RoleReader(self.cues, text, sentences_of(doc), regulators)
        mentions: list[ProvisionMention] = []
        parts: list[LawMention] = []
        for found in parse_chains(index_of(doc)):
            law = attribution.law_of(found)
            for part, its_law in ((found, law), *_continued(text, found, attribution)) if law else ():
                numbered = read_numbers(part, its_law)
                mentions += [
                    ProvisionMention(f"{its_law}:{path}", reader.role(its_law, path.partition("(")[0], part), span)
                    for path, span in iter_paths(numbered)
                ]
                if not numbered.items:
                    parts.append(LawMention(its_law, (part.start, part.end)))
        cited = {m.id.partition(":")[0] for m in mentions}
        mentions += _bare_laws([*outright, *parts], cited, reader)
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
            for m in mentions_of(doc, "regulators")
            if m.sure and (region := _region_of(m.id)) is not None
        ]
        for region in sorted(regions):
            places += [Place(at, region, False) for at in find_country(doc, self.lang, region)]
        return sorted(places, key=lambda p: p.at)


def _bare_laws(laws: Iterable[LawMention], cited: set[str], reader: RoleReader) -> Iterator[ProvisionMention]:
    """Yield the laws named without any of their articles."""
    for mention in laws:
        if mention.law not in cited and not laws_by_id()[mention.law].needs_article:
            yield ProvisionMention(mention.law, reader.role(mention.law, "", Chain("", *mention.span)), mention.span)


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


@Language.factory("dpawatch_provisions", assigns=["doc._.dpawatch_provisions"])
def make_provisions(nlp: Language, name: str) -> ProvisionTagger:
    """Return the component for the language of nlp."""
    return ProvisionTagger(load_lexicon(nlp.lang or "en"))
