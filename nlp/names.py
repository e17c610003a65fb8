"""Names of organisations as they stand in a text: by the gazetteer, by their legal form, by the model, by their capitals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from nlp.currencies import currency_data
from nlp.dates import month_numbers
from nlp.extensions import context_of, mentions_of
from nlp.forms import find_formed
from nlp.gazetteer import load_countries, load_lexicon, load_lexicons, load_terms
from nlp.identities import UPPER, corporate_words, is_legal_form, known_names, territory_names
from nlp.kept import once_a_doc
from nlp.laws import laws_of
from nlp.models import Span
from nlp.patterns import compile_phrases
from nlp.regulators import names_of_regulators
from nlp.sentences import sentence_index, sentences_of, text_of
from nlp.spans import WHITE_SPACE, around, blank, free_of, is_inside, widen
from nlp.words import count_words, index_of, openings_of

# Words that stand inside a name without a capital; "and" is none, since it makes a list.
_INSIDE = (
    "voor|aux|dla|de|del|della|dello|dei|degli|delle|di|da|do|dos|das|of|for|van|der|den|für|la|le|el|los|las|pour|des|du|din|og"
    "|och|ja|w"
)
_PIECE = rf"[{UPPER}](?:[\w&+'’\-]|\.(?=\w)){{0,60}}(?<!['’])(?:(?<=\b[{UPPER}])\.(?=\s|$))?"
_CAPITALISED = re.compile(
    rf"(?<![\w.@/]){_PIECE}(?:[ \u00a0](?:(?:&|{_INSIDE})[ \u00a0]|\b[dl]['’]){{0,2}}(?:{_PIECE}|\d+\b)){{0,9}}"
)


def _codes() -> str:
    return "|".join(currency_data()["codes"]["codes"])


# "Rosso S.p.A. Following complaints, …": a form with full stops ends its name, whatever stands behind it.
_DOTTED_FORM = re.compile(r"[ \u00a0](?:[A-Za-z]{1,3}\.){2,4}(?=[ \u00a0][^\W\d_])")
# "Rosso Reisen 75 TEUR": a sum that is not written as others are ends a name.
_SUM_BEHIND = re.compile(rf"[ \u00a0](?:\d+ T?(?:{_codes()})|(?:{_codes()}) \d+)\b")
_NOUN_AND_ARTICLE = re.compile(r"(\w+) (?:der|des) ")
_NOUN_AND_NAME = re.compile(rf"[ \u00a0]([^\W\d_A-Z][\w-]*)[ \u00a0][{UPPER}]")
# what ends no name though it stands there
_TAIL = ",;:-" + WHITE_SPACE
_POSSESSIVE = re.compile(r"['’]s?$")
_ELIDED = ("l'", "d'", "l’", "d’")
ARTICLES = frozenset(
    re.findall(r"\w+", "the a an le la les el los las il lo gli i o os as der die das den dem het een")
)
# The word in front of a name, and the noun in front of an article that belongs to it ("rechtbank Den" Haag).
_WORD_BEFORE = re.compile(rf"(?:(?P<noun>\w+)[ \u00a0](?i:{'|'.join(sorted(ARTICLES))})|(?P<word>\w+))[ \u00a0]$")
# what the models call them
ORGANISATIONS, PERSONS = frozenset({"ORG"}), frozenset({"PERSON", "PER"})
CAPITAL_NOUNS = frozenset({"de"})  # languages that write every noun with a capital
COMPOUNDING = frozenset({"de", "nl", "sv", "da", "nb", "fi"})  # languages that write "delivery service" as one word


@cache
def organisation_words() -> frozenset[str]:
    """Return nouns of every lexicon that name a kind of organisation, lower case."""
    return frozenset(w.lower() for lexicon in load_lexicons() for w in lexicon.words["organisation"])


@cache
def never_companies(lang: str) -> frozenset[str]:
    """Return capitalised words that are no organisation, lower case: the lexicon's, countries and their people, months, currencies."""
    words = {w for code in (lang, "en") for w in load_lexicon(code).words["never_company"]}
    for country in load_countries():
        words.update(
            w.removesuffix("'s").removesuffix("’s") for code in (lang, "en") for w in country.words.get(code, ())
        )
    for code in (lang, "en"):
        words.update(month_numbers(code))
        words.update(territory_names(code))
    return frozenset(w.lower() for w in (*words, *currency_data()["codes"]["codes"])) | load_terms()


@cache
def public_body_pattern(lang: str) -> re.Pattern[str] | None:
    """Return the pattern of a public body's name with its kind ("the municipality of Vejen", "Università degli studi di Rovo").

    The kind stands in front, or behind where the language has it there ("Asker municipality"). Capitals of titles make English
    kinds ("Police Chief") no part of a name.
    """
    words = load_lexicon(lang).words
    kinds, behind = words.get("public_body", ()), words.get("public_body_behind", ())
    if not kinds and not behind:
        return None
    name, articles = _CAPITALISED.pattern, f"(?i:{'|'.join(sorted(ARTICLES))})"
    field = (
        rf"(?:[ \u00a0](?:{_INSIDE})[ \u00a0][^\W\d_A-Z]\w+(?=[ \u00a0](?:{_INSIDE})[ \u00a0]))?"  # "degli ingegneri"
    )
    joint = rf"{field}(?:[ \u00a0](?:{_INSIDE}|the))*[ \u00a0](?:[dl]['’])?"
    before = rf"(?<!\w)(?{'' if lang == 'en' else 'i'}:{_choice(kinds)}){joint}{name}"
    return re.compile(rf"{before}|(?!{articles}\b){name}[ \u00a0](?:{_choice(behind)})(?!\w)")


def _choice(words: Sequence[str]) -> str:
    """Return the words as a choice in a regular expression, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or "(?!)"


@cache
def vocabulary(lang: str) -> re.Pattern[str]:
    """Return the pattern of a word that the sanctions and frames of a language's lexicon are written with."""
    lexicon = load_lexicon(lang)
    phrases = [p for table in (lexicon.sanctions, lexicon.frames) for group in table.values() for p in group]
    words = {w for p in phrases for w in re.findall(r"[^\W\d_]{4,}\*?", p)}
    return re.compile(
        "|".join(sorted((re.escape(w).replace(r"\*", r"\w*") for w in words), key=len, reverse=True)), re.I
    )


class _Written(NamedTuple):
    """The spans that spelling tells: runs of capitals, those of them that can be names, those not in headlines by their start,
    and what names organisations."""

    capitals: list[Span]
    names: frozenset[Span]
    runs: dict[int, Span]
    known: list[Span]
    formed: list[Span]
    bodies: list[Span]


@once_a_doc
def taken_of(doc: Doc) -> list[Span]:
    """Return the spans of what is no organisation: regulators, laws, sums and provisions."""
    mentions = (
        *mentions_of(doc, "regulators"),
        *laws_of(doc),
        *mentions_of(doc, "amounts"),
        *mentions_of(doc, "provisions"),
    )
    return [m.span for m in mentions]


class NameFinder:
    """Finds the names of a text, for one language."""

    def __init__(self, nlp: Language) -> None:
        self.lang = nlp.lang or "en"
        self.public_bodies = public_body_pattern(self.lang)
        self.written = once_a_doc(self._find_written)
        self.is_plausible = lru_cache(maxsize=4096)(self._is_plausible)
        self.known = PhraseMatcher(nlp.vocab, attr="ORTH")
        self.known.add("name", [nlp.make_doc(name) for name in known_names()])
        # an authority whose name others bear too is no company where it cannot be told which it is
        self.never = never_companies(self.lang) | {name.lower() for name in names_of_regulators()[1]}
        self.never_heads = frozenset(w.lower() for w in load_lexicon("en").words["never_head"])
        self.vocabulary = vocabulary(self.lang)
        self.organisations = organisation_words()
        self.trades = tuple(load_lexicon(self.lang).words.get("trade", ()))
        self.bodies = frozenset(w.lower() for w in load_lexicon(self.lang).words.get("public_body", ()))
        kinds = (load_lexicon(self.lang).words.get(w, ()) for w in ("public_body", "public_body_behind"))
        self.body_words = openings_of(kind for words in kinds for kind in words)
        self.appeals = compile_phrases(load_lexicon(self.lang).cues.get("contest", ()))
        self.stop_words = frozenset(nlp.Defaults.stop_words)
        self.relatives = [[word] for word in load_lexicon(self.lang).words.get("relatives", ())]
        self.roles = compile_phrases(load_lexicon(self.lang).words.get("roles", ()))
        self.places = load_lexicon(self.lang).words.get("places", ())
        self.courts = compile_phrases(load_lexicon(self.lang).cues.get("court", ()))

    def find(self, doc: Doc) -> tuple[list[Span], list[Span], list[Span]]:
        """Return spans that are organisations by themselves, those that a frame can make one, and those the model calls persons.

        Only a text that says what kind of organisation it is makes one of the last.
        """
        taken = taken_of(doc)
        persons = [(e.start_char, e.end_char) for e in doc.ents if e.label_ in PERSONS]
        text = text_of(doc)
        capitals, possible, runs, known, formed, bodies = self.written(doc)
        firm = free_of([*known, *formed], taken)
        tagged = [self._trim(text, (e.start_char, e.end_char)) for e in doc.ents if e.label_ in ORGANISATIONS]
        tagged = [widen(self._without_role(text, s), runs) for s in tagged]
        tagged = [next((b for b in around(bodies, s) if b[0] <= s[0] and s[1] <= b[1]), s) for s in tagged]
        firm += [s for s in free_of(tagged, [*taken, *firm]) if self.is_plausible(text[slice(*s)])]
        nouns = self.lang in CAPITAL_NOUNS  # "Stadt" may stand before any noun there
        firm += [] if nouns else free_of(bodies, [*taken, *firm])
        capitals = [*capitals, *(bodies if nouns else [])]
        institutions = [s for s in capitals if self._is_institution(text, s)] if persons else []
        persons = [p for p in persons if not is_inside(p, institutions)]
        weak = [s for s in free_of(capitals, [*taken, *firm]) if s in possible]
        if (
            self.lang in CAPITAL_NOUNS
        ):  # else nouns would hide the words of the frames, and the name behind "Modekonzern"
            begins = {s[0] for s in firm}
            weak = [s for s in weak if s[1] + 1 not in begins and not self.vocabulary.fullmatch(text, *s)]
        names = sorted(weak)
        doubtful = [s for s in names if any(p[0] < s[1] and s[0] < p[1] for p in around(persons, s))]
        return sorted(firm), sorted(set(names) - set(doubtful)), doubtful

    def _find_written(self, doc: Doc) -> _Written:
        """Return what the spelling tells of names, and not the model; it is read once, though the names are read twice."""
        text, taken = text_of(doc), taken_of(doc)
        free = blank(text, taken)
        capitals = [self._without_trade(doc, self._trim(text, m.span())) for m in _CAPITALISED.finditer(free)]
        runs = {} if self.lang in CAPITAL_NOUNS else {s[0]: s for s in capitals if not self._is_headline(doc, s)}
        known = [widen((m.start_char, m.end_char), runs) for m in self.known(doc, as_spans=True)]
        formed = [self._trim(text, _without_date(m)) for m in find_formed(index_of(doc), free)]
        formed = [self._without_trade(doc, self._without_act(text, _without_full_stop(doc, s))) for s in formed]
        formed = [s for s in formed if not is_legal_form(text[slice(*s)])]  # "The SA" is an authority
        bodies = self._find_bodies(doc, taken)
        runs_and_bodies = {*capitals, *bodies} if self.lang in CAPITAL_NOUNS else set(capitals)
        names = (s for s in runs_and_bodies if self.is_plausible(text[slice(*s)]) and self._is_name(doc, s))
        return _Written(capitals, frozenset(names), runs, known, formed, bodies)

    def _find_bodies(self, doc: Doc, taken: list[Span]) -> list[Span]:
        """Return the spans of public bodies with their kind, where a name of their own and not only a country's is in them."""
        if self.public_bodies is None or not index_of(doc).starts(self.body_words):
            return []
        text = text_of(doc)
        found = [m.span() for m in self.public_bodies.finditer(blank(text, taken))]
        return [s for s in found if self._is_named(text, s) and self.is_plausible(text[slice(*s)])]

    def _is_named(self, text: str, span: Span) -> bool:
        """Return whether a word with a capital is in a span that is neither a stop word nor that of a country."""
        capital = (w.lower() for w in re.findall(rf"(?<!\w)[{UPPER}][^\W_]*", text[slice(*span)]))
        common = (self.stop_words, self.never, self.bodies)
        return any(all(word not in words for words in common) for word in capital)

    def _is_institution(self, text: str, span: Span) -> bool:
        """Return whether a run of capitals is no person's name: it holds or follows a word such as "hospital", or is long."""
        words = re.findall(r"[^\W\d_]+", text[slice(*span)].lower())
        before = re.findall(r"[^\W\d_]+", text[max(0, span[0] - 30) : span[0]].lower())[-1:]
        return len(words) > 4 or not self.organisations.isdisjoint((*words, *before))

    def _is_headline(self, doc: Doc, span: Span) -> bool:
        """Return whether the words around a run of capitals are capitalised anyway, as those of an English title are."""
        if span[0] < context_of(doc).title_end:
            return True
        sentences = sentences_of(doc)
        every, small = count_words(text_of(doc)[slice(*sentences[sentence_index(sentences, span[0])])])
        own, own_small = count_words(text_of(doc)[slice(*span)])
        return small - own_small < max(2, (every - own) // 3)

    def _is_name(self, doc: Doc, span: Span) -> bool:
        """Return whether a capitalised word is more than a noun of a headline, or an adverb that opens a sentence.

        It keeps its capitals wherever it stands, and does not stand only before a comma ("Furthermore, the office").
        """
        name, title_end = text_of(doc)[slice(*span)], context_of(doc).title_end
        if self._is_placed(text_of(doc), span) or self._is_cue(doc, span) or self._is_attribute(text_of(doc), span):
            return False
        if self._opens(doc, span) and not any(_goes_on(text_of(doc), at) for at in index_of(doc).find(name)):
            return False
        if span[0] < title_end and text_of(doc).find(name, title_end) < 0:
            return False
        return name.islower() or not index_of(doc).find(name.lower())

    def _is_placed(self, text: str, span: Span) -> bool:
        """Return whether a single word stands behind a preposition of place, or a court ("from *Zwolle*", "de rechtbank *Zwolle*")."""
        before = _WORD_BEFORE.search(text, max(0, span[0] - 30), span[0])
        if before is None or " " in text[slice(*span)]:
            return False
        return before["word"] in self.places or bool(
            self.courts and self.courts.fullmatch(before["noun"] or before["word"])
        )

    def _is_attribute(self, text: str, span: Span) -> bool:
        """Return whether a single word only says where the one named behind it comes from ("*Brusselse* databroker Rosso")."""
        behind = _NOUN_AND_NAME.match(text, span[1])
        return behind is not None and " " not in text[slice(*span)] and self._is_trade(behind.group(1))

    def _is_cue(self, doc: Doc, span: Span) -> bool:
        """Return whether a single word that opens a sentence is one of those that say what happened ("Reprimand for …")."""
        text = text_of(doc)
        begins = span[0] == sentences_of(doc)[sentence_index(sentences_of(doc), span[0])][0]
        return begins and self.vocabulary.fullmatch(text, *span) is not None and text[span[0] + 1 : span[1]].islower()

    def _opens(self, doc: Doc, span: Span) -> bool:
        sentence = sentences_of(doc)[sentence_index(sentences_of(doc), span[0])]
        follows = text_of(doc)[span[1] : span[1] + 20]
        return span[0] == sentence[0] and follows.startswith(",") and follows[1:].split()[:1] not in self.relatives

    def _trim(self, text: str, span: Span) -> Span:
        """Return span without a leading article or a trailing possessive."""
        start, end = span
        while start < end and not text[start].isalnum() and text[start] not in "\"“„«&.@'’‘":  # the mark of a list
            start += 1
        while match := re.match(r"(\w+['’]?)(?:\s+|(?<=['’]))", text[start:end]):
            word = match.group(1).lower()
            inside = (
                match.group(1)[0].isupper() and text[max(0, start - 2) : max(0, start - 1)].isalnum()
            )  # "on One Way Ltd"
            if word not in _ELIDED and (word.rstrip("'’") not in self.stop_words or (inside and word not in ARTICLES)):
                break
            start += match.end()
        if unit := _SUM_BEHIND.search(text, start, end):
            end = unit.start()
        if form := _DOTTED_FORM.search(text, start, end):
            end = form.end()
        if (bracket := text.find("(", start, end)) > start and ")" not in text[bracket:end]:
            end = bracket
        return (start, start + len(_POSSESSIVE.sub("", text[start:end].rstrip(_TAIL)).rstrip(WHITE_SPACE)))

    def _without_role(self, text: str, span: Span) -> Span:
        """Return span without a word for the part its organisation has in front of its name ("controller Rosso España")."""
        role = self.roles.match(text, *span) if self.roles else None
        return (role.end() + 1, span[1]) if role and text[role.end() : role.end() + 1] == " " else span

    def _without_act(self, text: str, span: Span) -> Span:
        """Return span without the noun for what an organisation did in front of its article ("Klage der Rosso GmbH")."""
        if self.lang not in CAPITAL_NOUNS:
            return span
        act = _NOUN_AND_ARTICLE.match(text, *span)
        return (act.end(), span[1]) if act and self.appeals and self.appeals.fullmatch(act.group(1)) else span

    def _without_trade(self, doc: Doc, span: Span) -> Span:
        """Return span without what an organisation does in front of its name ("Berliner Lieferdienst Hurtig", "Databroker Rosso").

        Such a noun has a capital where all nouns have, and at the beginning of a sentence.
        """
        text = text_of(doc)
        start, end = span
        if self.lang not in CAPITAL_NOUNS and start != sentences_of(doc)[sentence_index(sentences_of(doc), start)][0]:
            return span
        words = list(re.finditer(r"[^\s\u00a0]+", text[start:end]))
        most = len(words) - 1 if self.lang in CAPITAL_NOUNS else min(1, len(words) - 1)
        at = max((i for i in range(most) if self._is_trade(words[i].group())), default=-1) + 1
        rest = (start + words[at].start(), end) if words else span
        return span if is_legal_form(text[slice(*rest)]) or not text[rest[0]].isupper() else rest

    def _is_trade(self, word: str) -> bool:
        """Return whether a noun says what an organisation does, by itself or as the end of a compound."""
        lowered = word.lower()
        ends = lowered.endswith(self.trades) if self.lang in COMPOUNDING else lowered in self.trades
        return ends and word not in known_names() and not any(c.isupper() for c in word[1:])

    def _is_plausible(self, name: str) -> bool:
        """Return whether words with a capital can name an organisation, wherever they stand."""
        lowered = name.lower()
        if all(
            part in self.never or part in self.stop_words or part.isdigit() for part in re.findall(r"[^\W_]+", lowered)
        ):
            return False
        if lowered.split()[-1] in self.never_heads or is_legal_form(name) or self._is_use_of(name):
            return False
        usable = (
            2 <= len(name) <= 80
            and any(c.isupper() or c.isdigit() for c in name)
            and any(c.isalpha() for c in name)
            and "\n" not in name
        )
        return usable and lowered not in self.never and lowered not in self.stop_words and not name.isdigit()

    def _is_use_of(self, name: str) -> bool:
        """Return whether a compound names what is done with a known service ("Facebook-Gruppe"), and not its group."""
        known, hyphen, noun = name.rpartition("-")
        if not hyphen or name in known_names() or known not in known_names():
            return False
        noun = noun.lower()
        return noun not in corporate_words() and not noun.endswith((*self.trades, *self.organisations))


def _without_date(match: re.Match[str]) -> Span:
    """Return the span of a name behind the day or year that a sentence may open with ("On 28 September 2021, Rosso ApS")."""
    date = re.match(r"(?:\d{1,2}\.? \w+,? )?\d{4},? (?=\S+ )", match.group())
    return (match.start() + (date.end() if date else 0), match.end())


def _without_full_stop(doc: Doc, span: Span) -> Span:
    """Return the span of a name without the full stop that ends its sentence ("the case against Rosso Ltd.")."""
    start, end = span
    last = text_of(doc)[start:end].rpartition(" ")[2]
    ends = end == sentences_of(doc)[sentence_index(sentences_of(doc), start)][1]
    return (start, end - 1) if ends and last.find(".") == len(last) - 1 else span


def _goes_on(text: str, at: int) -> bool:
    """Return whether what stands at a place follows a word or a comma."""
    return text[at - 1 : at] == " " and (text[at - 2 : at - 1] in ("_", ",") or text[at - 2 : at - 1].isalnum())
