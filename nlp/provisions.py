"""spaCy component `dpawatch_provisions`: which provisions a text cites, and whether it says they were breached."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from nlp.citations import (
    LawMention,
    cites_other_law,
    continue_chain,
    iter_paths,
    law_of_chain,
    parse_chains,
    spread_hyphens,
)
from nlp.extensions import ProvisionMention
from nlp.gazetteer import Law, Lexicon, load_laws, load_lexicon
from nlp.grammar import Chain
from nlp.models import ProvisionRole, Span
from nlp.patterns import any_of, compile_phrases, find_phrases
from nlp.sentences import sentence_index, sentences_of, text_of

DEFAULT_LAW = "GDPR"
_DEFAULT_LAST_ARTICLE = 99
_ARTICLE_HEAD = re.compile(r"art|čl|[άα]ρ|cikk", re.IGNORECASE)
_CUE_REACH_BEHIND = 80
_NEGATION_REACH = 25
_LIST_ITEM = re.compile(r"[-–•*·]|\(?[0-9a-z]{1,2}[.)]\s|\bart", re.IGNORECASE)


@cache
def law_pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern over all names of all laws, and the law id of each name, lower case."""
    ids: dict[str, str] = {}
    for law in load_laws():
        for group in law.names.values():
            ids.update({name.lower(): law.id for name in group})
    return _alternation(ids), ids


@cache
def context_pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the same for names such as "Regolamento" that mean a law only behind an article."""
    ids: dict[str, str] = {}
    for law in load_laws():
        for group in law.context_names.values():
            for name in group:
                ids.setdefault(name.lower(), law.id)
    return _alternation(ids), ids


def _alternation(ids: dict[str, str]) -> re.Pattern[str]:
    words, others = (
        any_of((n for n in ids if n[0].isalnum() is is_word), space=r"[\s\u00a0]{1,4}") for is_word in (True, False)
    )
    return re.compile(rf"(?<!\w)(?:(?=\w)(?:{words})|(?:{others}))(?!\w)", re.IGNORECASE)


@cache
def laws_by_id() -> dict[str, Law]:
    """Return the laws of the gazetteer by id."""
    return {law.id: law for law in load_laws()}


def find_laws(text: str) -> list[LawMention]:
    """Return every place where a law is named outright, in order."""
    return _find(text, *law_pattern())


def laws_of(doc: Doc) -> list[LawMention]:
    """Return the laws that doc names outright, found once for all components."""
    found: list[LawMention] | None = doc.user_data.get("dpawatch_laws")
    if found is None:
        found = doc.user_data["dpawatch_laws"] = find_laws(text_of(doc))
    return found


def _find(text: str, pattern: re.Pattern[str], ids: dict[str, str]) -> list[LawMention]:
    return [
        LawMention(ids[re.sub(r"\s+", " ", match.group()).lower()], match.span()) for match in pattern.finditer(text)
    ]


class ProvisionTagger:
    """Reads citations and gives each its law and its role."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.breach = compile_phrases(lexicon.cues["breach"])
        self.alleged = compile_phrases(lexicon.cues["alleged"])
        self.negation = compile_phrases(lexicon.cues["negation"])

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.dpawatch_provisions`."""
        text, sentences = text_of(doc), sentences_of(doc)
        laws = laws_of(doc)
        mentions: list[ProvisionMention] = []
        chains = parse_chains(text)
        named = self._laws_of(text, chains, laws)
        for found, law in zip(chains, named, strict=True):
            for part, its_law in ((found, law), *_continued(text, found, laws)) if law else ():
                mentions += self._mentions(text, sentences, _read_numbers(part, its_law), its_law)
        cited = {m.id.partition(":")[0] for m in mentions}
        mentions += self._bare_laws(text, sentences, laws, cited)
        doc._.dpawatch_provisions = tuple(sorted(mentions, key=lambda m: m.span))
        return doc

    def _laws_of(self, text: str, chains: list[Chain], laws: list[LawMention]) -> list[str | None]:
        """Return the law of each chain: the one written beside it, the one of the next chain in the list, or the passage's."""
        context = _find(text, *context_pattern())
        places: dict[str, list[int]] = {}
        for named in laws:
            places.setdefault(named.law, []).append(named.span[0])
        beside = [law_of_chain(text, c, laws) or law_of_chain(text, c, context) for c in chains]
        result: list[str | None] = []
        for i, found in enumerate(chains):
            mention = beside[i]
            if mention is not None:
                result.append(mention.law if _in_range(found, mention.law) else None)
            elif cites_other_law(text, found):
                result.append(None)
            else:
                result.append(self._passage_law(found, places))
        return result

    def _passage_law(self, found: Chain, places: dict[str, list[int]]) -> str | None:
        """Return the law last named before the chain, else the first behind it, if its articles can be so called."""
        near = []
        for law, starts in places.items():
            if _fits(found, law):
                at = bisect_left(starts, found.start)
                near.append((at == 0, found.start - starts[at - 1] if at else starts[0], law))
        if near:
            return min(near)[2]
        return DEFAULT_LAW if _fits(found, DEFAULT_LAW) else None

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


def _continued(text: str, found: Chain, laws: list[LawMention]) -> Iterator[tuple[Chain, str]]:
    """Yield the lists that go on behind the chain's law and end in a law again, each with that."""
    law = law_of_chain(text, found, laws)
    while law and law.span[0] >= found.end and (more := continue_chain(text, found, law.span[1])):
        law = law_of_chain(text, more, laws)
        if law and law.span[0] >= more.end:
            yield more, law.law
        found = more


def _read_numbers(found: Chain, law: str) -> Chain:
    """Return the chain as the numbers of its law are written: those of European laws have no hyphens."""
    return spread_hyphens(found) if law in ("GDPR", "UKGDPR", "LED", "EUDPR") else found


def _in_range(found: Chain, law: str) -> bool:
    """Return whether the law has articles of these numbers, as far as that is known."""
    numbers = [item.path[0] for item in _read_numbers(found, law).items]
    return law not in ("GDPR", "UKGDPR") or all(n.isdigit() and 0 < int(n) <= _DEFAULT_LAST_ARTICLE for n in numbers)


def _fits(found: Chain, law: str) -> bool:
    """Return whether the chain's word and numbers can belong to the law."""
    entry = laws_by_id().get(law)
    units = entry.article_words if entry else ("article",)
    if _ARTICLE_HEAD.match(found.head):
        return _in_range(found, law) and any(_ARTICLE_HEAD.match(unit) for unit in units)
    word = found.head.rstrip("s.") or found.head
    return any(unit.startswith(word) or (found.head.startswith("§") and unit == "§") for unit in units)


@Language.factory("dpawatch_provisions")
def make_provisions(nlp: Language, name: str) -> ProvisionTagger:
    """Return the component for the language of nlp."""
    return ProvisionTagger(load_lexicon(nlp.lang or "en"))
