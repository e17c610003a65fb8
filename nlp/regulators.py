"""spaCy component `dpawatch_regulators`: which regulators a text names, by name, abbreviation or description."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from babel.numbers import get_territory_currencies
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from nlp.extensions import RegulatorMention, context_of, mentions_of
from nlp.gazetteer import Country, RegulatorEntry, load_countries, load_lexicon, load_regulators
from nlp.identities import has_legal_form
from nlp.laws import laws_by_id, laws_of
from nlp.letters import look_up
from nlp.models import Span
from nlp.patterns import PhrasePattern, any_of, compile_phrases, find_phrases, first_words, phrase_source
from nlp.sentences import text_of
from nlp.words import Openings, WordIndex, index_of, openings_of

# "NTT Data Romania SA" is a company; "the Spanish SA" is an authority.
_IN_A_NAME = re.compile(r"(?<!\w)(?!The |the )[A-Z][\w&.'’-]*[ \u00a0]$")
_SURE = 3
_OTHERS_REACH = 22
# A word for a fine begins so near behind the name of who imposes it, and ends so near.
_ACT_REACH, _PHRASE = 15, 60
_NEEDED = 2


@cache
def regulators_by_id() -> dict[str, RegulatorEntry]:
    """Return the regulators of the gazetteer by id."""
    return {entry.id: entry for entry in load_regulators()}


@cache
def names_of_regulators() -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """Return the ids that bear each name, and the names that need a fitting context."""
    bearers: dict[str, set[str]] = defaultdict(set)
    shared: set[str] = set()
    for entry in load_regulators():
        for name in (entry.name, entry.native_name, *entry.abbreviations, *entry.aliases, *entry.shared):
            for form in _spellings(name):
                bearers[_key(form)].add(entry.id)
        for name in entry.shared:
            shared.update(map(_key, _spellings(name)))
    shared |= {name for name, ids in bearers.items() if len(ids) > 1}
    return {name: frozenset(ids) for name, ids in bearers.items()}, frozenset(shared)


def _spellings(name: str) -> set[str]:
    """Return name with either apostrophe."""
    return {name.replace("’", "'"), name.replace("'", "’")}


def _key(name: str) -> str:
    """Return name as it is compared: a single word keeps its capitals, a longer name does not."""
    folded = re.sub(r"\s+", " ", name).strip()
    return folded.lower() if " " in folded else folded


@cache
def default_bearers() -> dict[str, str]:
    """Return the regulator that a shared name means where nothing points to another bearer, by name as it is compared."""
    return {_key(form): e.id for e in load_regulators() for name in e.default for form in _spellings(name)}


@cache
def currencies_of(regulator: str | None) -> frozenset[str]:
    """Return the currencies in use in a regulator's country; none for no regulator. Source: Unicode CLDR, through Babel."""
    country = next((entry.country for entry in load_regulators() if entry.id == regulator), None)
    return frozenset(get_territory_currencies("BE" if country == "EU" else country) if country else ())


class RegulatorTagger:
    """Matches the gazetteer's names by phrase, and descriptions such as "the Irish privacy watchdog" by country."""

    def __init__(self, nlp: Language) -> None:
        self.lang = nlp.lang or "en"
        self.exact = PhraseMatcher(nlp.vocab, attr="ORTH")
        self.lower = PhraseMatcher(nlp.vocab, attr="LOWER")
        self.bearers, self.shared = names_of_regulators()
        words = [name for name in self.bearers if " " not in name]
        self.exact.add("name", [nlp.make_doc(word) for word in words])
        self.lower.add("name", [nlp.make_doc(name) for name in self.bearers if " " in name])
        self.descriptions, self.openings, self.countries = _descriptions(self.lang)
        self.others = compile_phrases(load_lexicon(self.lang).regulators["others"])
        self.fine = compile_phrases(load_lexicon(self.lang).sanctions["fine"])

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.dpawatch_regulators`."""
        found = [*self._named(doc), *self._described(index_of(doc))]
        sure = {ids[0] for _, ids, is_sure in found if is_sure}
        found = _longest(found)
        shared: dict[str, list[Span]] = defaultdict(list)
        for span, _, is_sure in found:
            if not is_sure:
                shared[_key(text_of(doc)[slice(*span)])].append(span)
        fitting: dict[str, str | None] = {}
        mentions = []
        for span, ids, is_sure in found:
            name = _key(text_of(doc)[slice(*span)])
            if not is_sure and name not in fitting:
                fines = any(self._fines(text_of(doc), place) for place in shared[name])
                fitting[name] = self._fitting(doc, ids, sure, default_bearers().get(name), fines)
            chosen = ids[0] if is_sure else fitting[name]
            if chosen:
                mentions.append(RegulatorMention(chosen, span, is_sure))
        doc._.dpawatch_regulators = tuple(mentions)
        return doc

    def _named(self, doc: Doc) -> list[tuple[Span, list[str], bool]]:
        matches = [*self.exact(doc, as_spans=True), *self.lower(doc, as_spans=True)]
        found = []
        for match in matches:
            key = _key(match.text)
            if key in self.bearers:
                sure = key not in self.shared
                found.append(((match.start_char, match.end_char), sorted(self.bearers[key]), sure))
        return found

    def _described(self, index: WordIndex) -> list[tuple[Span, list[str], bool]]:
        if self.descriptions is None:
            return []
        found, text = [], index.text
        for match in index.finditer(self.descriptions, self.openings):
            if find_phrases(self.others, text, match.end(), match.end() + _OTHERS_REACH):
                continue
            if has_legal_form(match.group()) and _IN_A_NAME.search(text, max(0, match.start() - 40), match.start()):
                continue
            word = next(v for v in match.groups() if v)
            found.append((match.span(), [look_up(self.countries, word)], True))
        return found

    def _fines(self, text: str, span: Span) -> bool:
        """Return whether a name stands right before the word for a fine, as a news agency's never does ("the AP fined")."""
        found = find_phrases(self.fine, text, span[1], span[1] + _PHRASE)
        return bool(found) and found[0][0] - span[1] <= _ACT_REACH

    def _fitting(self, doc: Doc, ids: list[str], sure: set[str], default: str | None, fines: bool) -> str | None:
        """Return the bearer of a shared name that fits the text, the default where none fits better, or None."""
        scores = {i: self._fit(doc, regulators_by_id()[i], sure) + fines for i in ids}
        best = max(ids, key=lambda i: scores[i])
        tied = [i for i in ids if scores[i] == scores[best]]
        if default in tied:
            return default
        return best if scores[best] >= _NEEDED and len(tied) == 1 else None

    def _fit(self, doc: Doc, entry: RegulatorEntry, sure: set[str]) -> int:
        score = _SURE if entry.id in sure else 0
        if self.lang in entry.languages:
            score += 1 if self.lang == "en" else 2
        part = entry.subdivision if entry.subdivision in country_words(self.lang) else None
        if find_country(doc, self.lang, part or entry.country):
            score += 2
        if context_of(doc).publisher == entry.id:
            score += 2
        if any(mention.law in entry.laws for mention in laws_of(doc)):
            score += 1
        return score + (1 if entry.kind in ("dpa", "supervisor") else 0)


def implied_regulator(doc: Doc, lang: str, authority: PhrasePattern | None) -> str | None:
    """Return the authority that a text means without naming it, or None.

    It is the one that publishes the text; else, where the text has a word for an authority, that of the only country its
    courts, its national laws or, with the GDPR, its language point to.

    Args:
        authority: the words for one.
    """
    publisher = regulators_by_id().get(context_of(doc).publisher or "")
    if publisher and publisher.kind not in ("court", "board"):
        return publisher.id
    if not find_phrases(authority, text_of(doc)):
        return None
    courts = {regulators_by_id()[m.id].country for m in mentions_of(doc, "regulators")}
    laws = {mention.law for mention in laws_of(doc)}
    countries = courts or {laws_by_id()[law].jurisdiction for law in laws} & national_authorities().keys()
    if not countries and "GDPR" in laws:
        countries = {
            e.country for e in load_regulators() if e.kind == "dpa" and "GDPR" in e.laws and lang in e.languages
        }
    return national_authorities().get(countries.pop()) if len(countries) == 1 else None


@cache
def national_authorities() -> dict[str, str]:
    """Return the privacy regulator of each country that has but one, by its code."""
    parts = {e.country for e in load_regulators() if e.subdivision and e.country != "ES"}
    return {c.code: c.dpa for c in load_countries() if c.dpa and "-" not in c.code and c.code not in parts}


@cache
def country_words(lang: str) -> dict[str, tuple[str, ...]]:
    """Return the words that point to each country or part of one, in a language and in English, by its code."""
    return {country.code: words for country in load_countries() if (words := _words(country, lang))}


def find_country(doc: Doc, lang: str, code: str) -> list[int]:
    """Return where doc has words that point to a country or part of one, in order."""
    index = index_of(doc)
    return sorted({at for word in country_words(lang).get(code, ()) for at in index.find(word)})


def _words(country: Country, lang: str) -> tuple[str, ...]:
    words = (*country.words.get(lang, ()), *country.words.get("en", ()))
    return tuple(dict.fromkeys(form for word in words for form in sorted(_spellings(word))))


def _descriptions(lang: str) -> tuple[re.Pattern[str] | None, Openings, dict[str, str]]:
    """Return one pattern over all descriptions, whose only filled group is the country word, what they begin with, and the
    regulator of each word.
    """
    named = [(word.lower(), country) for country in load_countries() for word in _words(country, lang)]
    ids = {word: country.dpa for word, country in named if country.dpa}
    phrases = [*load_lexicon(lang).regulators["descriptions"], *load_lexicon("en").regulators["descriptions"]]
    if not ids or not phrases:
        return None, openings_of(()), ids
    word, region = any_of(ids), any_of(w for w, country in named if country.dpa and "-" in country.code)
    sources = [
        phrase_source(p).replace("{country}", f"({word})").replace("{region}", f"({region})")
        for p in dict.fromkeys(phrases)
    ]
    pattern = re.compile(rf"(?<!\w)(?=\w)(?:{'|'.join(sources)})(?!\w)", re.IGNORECASE)
    begin = {first for phrase in phrases for first in first_words(phrase)}
    return pattern, openings_of([*ids, *begin]), ids


def _longest(found: list[tuple[Span, list[str], bool]]) -> list[tuple[Span, list[str], bool]]:
    """Return the matches without those that a longer one covers, in order."""
    kept: list[tuple[Span, list[str], bool]] = []
    taken: set[int] = set()
    for item in sorted(found, key=lambda f: (f[0][0] - f[0][1], f[0][0])):
        covered = range(*item[0])
        if not taken.intersection(covered):
            taken.update(covered)
            kept.append(item)
    return sorted(kept, key=lambda f: f[0])


@Language.factory("dpawatch_regulators", assigns=["doc._.dpawatch_regulators"])
def make_regulators(nlp: Language, name: str) -> RegulatorTagger:
    """Return the component for the language of nlp."""
    return RegulatorTagger(nlp)
