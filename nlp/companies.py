"""spaCy component `dpawatch_companies`: the organisations of a text and the part each plays in it.

Names come from four places: the gazetteer, legal forms, the statistical model where the pipeline has one, and the
frames of the lexicon, in which a capitalised name is a company because of the words around it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cache

from babel import Locale, UnknownLocaleError
from slugify import slugify
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from nlp.amounts import currency_data
from nlp.dates import month_numbers
from nlp.extensions import CompanyMention
from nlp.gazetteer import (
    KnownCompany,
    Lexicon,
    load_companies,
    load_countries,
    load_legal_forms,
    load_lexicon,
    load_lexicons,
)
from nlp.models import CompanyRole, Span
from nlp.patterns import Masked, compile_frames, mask_sentence, receiving_frame
from nlp.provisions import law_pattern
from nlp.sentences import sentence_index, sentences_of, text_of

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĖĘĚĞĠĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŴŶŸŹŻŽΑ-ΩА-Я"
_WORD = rf"[{_UPPER}0-9][\w&+'’/\-]*(?:\.[\w&+-]+)*"
_LINK = r"(?:(?:de|in|del|di|da|do|dos|of|the|and|&|y|e|i|und|et|van|der|den|für|la|el|los|pour|des)\s+){0,2}"
# Words that stand inside a name without a capital; "and" is none, since it makes a list.
_INSIDE = "de|del|della|dello|dei|degli|delle|di|da|do|dos|das|of|for|van|der|den|für|la|le|el|los|las|pour|des|du|din|og|och|ja|w|in"
_PIECE = rf"[{_UPPER}](?:[\w&+'’\-]|\.(?=\w))*(?<!['’])(?:(?<=\b[{_UPPER}])\.(?=\s|$))?"
_CAPITALISED = re.compile(
    rf"(?<![\w.@/]){_PIECE}(?:[ \u00a0](?:(?:&|{_INSIDE})[ \u00a0]|\b[dl]['’]){{0,2}}(?:{_PIECE}|\d+\b)){{0,9}}"
)
_POSSESSIVE = re.compile(r"['’]s?$")
_ROLES: tuple[CompanyRole, ...] = ("complainant", "processor", "publisher", "respondent", "mentioned")
_LIST = re.compile(
    r"(?:\s*(?:,|;|/|\band\b|\bet\b|\bund\b|\be\b|\by\b|\bi\b|\ben\b|&|\boraz\b|\bas well as\b|\bsowie\b))+\s*(?:the\s+)?"
)
_CASELESS_NOUNS = frozenset({"de"})  # languages that write every noun with a capital


@cache
def legal_form_pattern() -> re.Pattern[str]:
    """Return the pattern of a capitalised name that ends in a legal form."""
    forms = "|".join(re.escape(f).replace(r"\ ", r"\s+") for f in load_legal_forms())
    return re.compile(rf"(?<![\w.])(?:{_WORD},?[ \u00a0]+{_LINK}){{1,7}}?(?:\({_WORD}\)\s+)?(?P<form>{forms})(?![\w])")


@cache
def _form_suffix() -> re.Pattern[str]:
    forms = "|".join(re.escape(f).replace(r"\ ", r"\s+") for f in load_legal_forms())
    return re.compile(rf"(?:[,\s]+(?:{forms})\.?)+$", re.IGNORECASE)


def company_id(name: str) -> str:
    """Return a readable id of a name: a slug of it without its legal form, or of the whole when nothing else is left."""
    bare = _form_suffix().sub("", name).strip(" ,.")
    return slugify(bare) or slugify(name) or "unnamed"


@cache
def known_names() -> dict[str, KnownCompany]:
    """Return the gazetteer's organisations by each of their names."""
    return {alias: company for company in load_companies() for alias in (company.name, *company.aliases)}


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
    return frozenset(w.lower() for w in (*words, *currency_data()["codes"]["codes"]))


def territory_names(lang: str) -> set[str]:
    """Return the names of countries and regions in a language. Source: Unicode CLDR, through Babel."""
    try:
        return {str(name) for name in Locale.parse(lang).territories.values()}
    except (UnknownLocaleError, ValueError):
        return set()


class CompanyTagger:
    """Finds names, then reads the frames of each sentence to see who is who."""

    def __init__(self, nlp: Language, lexicon: Lexicon) -> None:
        self.lang = nlp.lang or "en"
        self.known = PhraseMatcher(nlp.vocab, attr="ORTH")
        self.known.add("name", [nlp.make_doc(name) for name in known_names()])
        self.never = never_companies(self.lang)
        self.never_heads = frozenset(w.lower() for w in load_lexicon("en").words["never_head"])
        self.organisations = organisation_words()
        self.stop_words = frozenset(nlp.Defaults.stop_words)
        frames = {**lexicon.frames, "respondent": (*lexicon.frames["respondent"], receiving_frame(lexicon))}
        self.frames = {
            role: compile_frames(frames.get(role, ()), self.stop_words, self.lang in _CASELESS_NOUNS) for role in _ROLES
        }

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.dpawatch_companies`."""
        taken = [m.span for m in doc._.dpawatch_regulators]
        taken += [m.span() for m in law_pattern()[0].finditer(text_of(doc))]
        taken += [m.span for m in doc._.dpawatch_amounts]
        firm, weak = self._names(doc, taken)
        mentions = self._with_roles(doc, _unify(text_of(doc), firm, weak), set(weak))
        doc._.dpawatch_companies = tuple(mentions)
        return doc

    def _names(self, doc: Doc, taken: list[Span]) -> tuple[list[Span], list[Span]]:
        """Return spans that are organisations by themselves, and spans that only a frame can make one."""
        persons = [(e.start_char, e.end_char) for e in doc.ents if e.label_ in ("PERSON", "PER")]
        text = text_of(doc)
        capitals = [self._trim(text, m.span()) for m in _CAPITALISED.finditer(_blank(text, taken))]
        runs = {} if self.lang in _CASELESS_NOUNS else {s[0]: s for s in capitals if not self._is_headline(doc, s)}
        known = [_widen((m.start_char, m.end_char), runs) for m in self.known(doc, as_spans=True)]
        formed = [self._trim(text, m.span()) for m in legal_form_pattern().finditer(text)]
        firm = _free([*known, *formed], taken)
        tagged = [self._trim(text, (e.start_char, e.end_char)) for e in doc.ents if e.label_ == "ORG"]
        tagged = [_widen(s, runs) for s in tagged]
        firm += [s for s in _free(tagged, [*taken, *firm]) if self._plausible(text, s)]
        institutions = [s for s in capitals if self._is_institution(text, s)]
        persons = [p for p in persons if not any(s[0] <= p[0] and p[1] <= s[1] for s in institutions)]
        weak = [s for s in _free(capitals, [*taken, *firm, *persons]) if self._plausible(text, s)]
        return sorted(firm), sorted(s for s in weak if self._is_name(doc, s))

    def _is_institution(self, text: str, span: Span) -> bool:
        """Return whether a run of capitals is no person's name: it holds or follows a word such as "hospital", or is long."""
        words = re.findall(r"[^\W\d_]+", text[slice(*span)].lower())
        before = re.findall(r"[^\W\d_]+", text[max(0, span[0] - 30) : span[0]].lower())[-1:]
        return len(words) > 4 or not self.organisations.isdisjoint((*words, *before))

    def _is_headline(self, doc: Doc, span: Span) -> bool:
        """Return whether the words around a run of capitals are capitalised anyway, as those of an English title are."""
        if span[0] < doc._.dpawatch_context.title_end:
            return True
        start, end = sentences_of(doc)[sentence_index(sentences_of(doc), span[0])]
        words: list[str] = re.findall(r"[^\W\d_]+", text_of(doc)[start : span[0]] + text_of(doc)[span[1] : end])
        return sum(w[0].islower() for w in words) < max(2, len(words) // 3)

    def _is_name(self, doc: Doc, span: Span) -> bool:
        """Return whether a capitalised word is more than a noun of a headline, or an adverb that opens a sentence.

        It keeps its capitals wherever it stands, and does not stand only before a comma ("Furthermore, the office").
        """
        name, title_end = text_of(doc)[slice(*span)], doc._.dpawatch_context.title_end
        if self._opens(doc, span) and not re.search(rf"[\w,] {re.escape(name)}(?!\w)", text_of(doc)):
            return False
        if span[0] < title_end and name not in text_of(doc)[title_end:]:
            return False
        return re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", text_of(doc)) is None or name.islower()

    def _opens(self, doc: Doc, span: Span) -> bool:
        sentence = sentences_of(doc)[sentence_index(sentences_of(doc), span[0])]
        return span[0] == sentence[0] and text_of(doc)[span[1] : span[1] + 1] == ","

    def _trim(self, text: str, span: Span) -> Span:
        """Return span without a leading article or a trailing possessive."""
        start, end = span
        while match := re.match(r"(\w+['’]?)(?:\s+|(?<=['’]))", text[start:end]):
            if match.group(1).lower().rstrip("'’") not in self.stop_words and match.group(1).lower() not in (
                "l'",
                "d'",
                "l’",
                "d’",
            ):
                break
            start += match.end()
        if (bracket := text.find("(", start, end)) > start and ")" not in text[bracket:end]:
            end = bracket
        return (start, start + len(_POSSESSIVE.sub("", text[start:end].rstrip(" ,;:-"))))

    def _plausible(self, text: str, span: Span) -> bool:
        name = text[span[0] : span[1]]
        lowered = name.lower()
        if all(
            part in self.never or part in self.stop_words or part.isdigit() for part in re.findall(r"[^\W_]+", lowered)
        ):
            return False
        if lowered.split()[-1] in self.never_heads:
            return False
        usable = (
            2 <= len(name) <= 80
            and any(c.isupper() or c.isdigit() for c in name)
            and any(c.isalpha() for c in name)
            and "\n" not in name
        )
        return usable and lowered not in self.never and lowered not in self.stop_words and not name.isdigit()

    def _with_roles(self, doc: Doc, mentions: list[CompanyMention], weak: set[Span]) -> list[CompanyMention]:
        """Return the mentions with the roles their sentences give them; a weak name without any is dropped."""
        roles: dict[int, CompanyRole] = {}
        regulators = [r.span for r in doc._.dpawatch_regulators]
        amounts = [a.span for a in doc._.dpawatch_amounts]
        numbered = [(i, m.span) for i, m in enumerate(mentions)]
        for sentence in sentences_of(doc):
            inside = [(i, s) for i, s in numbered if s[0] >= sentence[0] and s[1] <= sentence[1]]
            if inside:
                masked = mask_sentence(text_of(doc), sentence, inside, regulators, amounts)
                roles.update(self._read_frames(masked))
        firm_ids = {m.id for m in mentions if m.span not in weak}
        firm_ids |= {
            mentions[i].id
            for i, role in roles.items()
            if role in ("respondent", "complainant") and self._stands_alone(doc, mentions[i])
        }
        kept = [(i, m) for i, m in enumerate(mentions) if m.id in firm_ids]
        return [replace(m, role=roles.get(i, "mentioned")) for i, m in kept]

    def _stands_alone(self, doc: Doc, mention: CompanyMention) -> bool:
        """Return whether a capitalised word can be a name: in German only without an article, or in a form nouns never have."""
        if self.lang not in _CASELESS_NOUNS:
            return True
        before = text_of(doc)[max(0, mention.span[0] - 12) : mention.span[0]].rstrip().rpartition(" ")[2].lower()
        name = mention.name
        odd = any(c.isupper() for c in name[1:].split(" ")[0]) or "&" in name or any(c.isdigit() for c in name)
        return odd or before in ("gegen", "konzern", "firma", "betreiber", "unternehmen", "händler", "plattform")

    def _read_frames(self, masked: Masked) -> dict[int, CompanyRole]:
        """Return the role of each company of a sentence that a frame or a list beside one gives."""
        best: dict[int, tuple[int, CompanyRole]] = {}
        for role in _ROLES:
            for pattern in self.frames[role]:
                for match in pattern.finditer(masked.text):
                    weight = match.end() - match.start()
                    for position in _listed(masked.text, match.start("c"), leads=match.start("c") == match.start()):
                        at = masked.company_at(position)
                        if at not in best or weight < best[at][0]:
                            best[at] = (weight, role)
        return {index: role for index, (_, role) in best.items()}


def _listed(text: str, position: int, leads: bool) -> list[int]:
    """Return position and those of the companies in a list with it: behind it, or before it when it leads the frame."""
    found = [position]
    while (joint := _LIST.match(text, found[-1] + 1)) and _is_company(text, joint.end()):
        found.append(joint.end())
    if leads:
        at = position
        while (earlier := _company_before(text, at)) is not None and _LIST.fullmatch(text, earlier + 1, at):
            found.append(earlier)
            at = earlier
    return found


def _is_company(text: str, position: int) -> bool:
    return position < len(text) and "\ue000" <= text[position] <= "\uefff"


def _company_before(text: str, position: int) -> int | None:
    return next((i for i in range(position - 1, max(-1, position - 16), -1) if _is_company(text, i)), None)


def _blank(text: str, taken: list[Span]) -> str:
    """Return text with the taken spans made unreadable, so that no name runs into them."""
    for start, end in taken:
        text = f"{text[:start]}{'_' * (end - start)}{text[end:]}"
    return text


def _widen(span: Span, runs: dict[int, Span]) -> Span:
    """Return the run of capitalised words that a name begins, or the name itself where it is the whole of it."""
    return max(span, runs.get(span[0], span), key=lambda s: s[1])


def _free(spans: list[Span], taken: list[Span]) -> list[Span]:
    """Return the spans that overlap nothing taken, the longer before the shorter where they overlap each other."""
    blocked: set[int] = set()
    for span in taken:
        blocked.update(range(*span))
    kept = []
    for span in sorted(set(spans), key=lambda s: (s[0] - s[1], s[0])):
        if span[1] > span[0] and not blocked.intersection(range(*span)):
            blocked.update(range(*span))
            kept.append(span)
    return kept


def _unify(text: str, firm: list[Span], weak: list[Span]) -> list[CompanyMention]:
    """Return mentions in order, each with the id and name of the organisation it belongs to.

    A shorter name that begins a longer one of the same text ("Clearview" for "Clearview AI") is the same organisation.
    """
    names = {span: re.sub(r"\s+", " ", text[span[0] : span[1]]) for span in (*firm, *weak)}
    ids = {span: _identity(name) for span, name in names.items()}
    introduced = _introduced(text, ids)
    ids = {span: introduced.get(ids[span], ids[span]) for span in ids}
    full = _full_ids({ids[s] for s in firm}, set(ids.values()))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for span, name in names.items():
        counts[full.get(ids[span], ids[span])][name] += 1
    display = {i: _display(i, counter) for i, counter in counts.items()}
    mentions = []
    for span in sorted(names):
        identity = full.get(ids[span], ids[span])
        mentions.append(CompanyMention(identity, display[identity], span, "mentioned"))
    return mentions


_INTRODUCED = re.compile(
    r"\s*\((?:[\w ,-]{0,40}?[\s(])?[\"'“”„«‘’]?\s*(?P<alias>[^\s()\"'“”„«»‘’][^()\"'“”„«»‘’]{1,30}?)\s*[\"'“”»’]?\)"
)


def _introduced(text: str, ids: dict[Span, str]) -> dict[str, str]:
    """Return the id of the full name for the id of each short one that brackets introduce: "General Motors (GM)"."""
    by_name = {text[span[0] : span[1]]: identity for span, identity in ids.items()}
    found = {}
    for (_, end), identity in ids.items():
        match = _INTRODUCED.match(text, end)
        alias = by_name.get(match.group("alias")) if match else None
        if match and alias and alias != identity and _abbreviates(match.group("alias"), text[:end]):
            found[alias] = identity
    return found


def _abbreviates(alias: str, before: str) -> bool:
    """Return whether an alias is made of the initials, or begins with the first word, of what stands before it."""
    words = re.findall(rf"[{_UPPER}][\w.&'’-]*", before[-120:])
    initials = "".join(w[0] for w in words)
    return initials.endswith(alias.upper()) or alias.upper() in initials or alias.split()[0] in words


def _identity(name: str) -> str:
    known = known_names().get(name) or known_names().get(_form_suffix().sub("", name)) or _known_beginning(name)
    return known.id if known else company_id(name)


def _known_beginning(name: str) -> KnownCompany | None:
    """Return the known organisation a longer name adds only a country or a word like "Group" to ("Vodafone España")."""
    words = _form_suffix().sub("", name).split(" ")
    for cut in range(len(words) - 1, 0, -1):
        known = known_names().get(" ".join(words[:cut]))
        if known:
            return known if all(w.lower() in corporate_words() for w in words[cut:]) else None
    return None


@cache
def organisation_words() -> frozenset[str]:
    """Return nouns of every lexicon that name a kind of organisation, lower case."""
    return frozenset(w.lower() for lexicon in load_lexicons() for w in lexicon.words["organisation"])


@cache
def corporate_words() -> frozenset[str]:
    """Return words that a name may add without naming another organisation, lower case: countries and the lexicons' own."""
    words = {w for lexicon in load_lexicons() for w in lexicon.words["corporate"]}
    for lexicon in load_lexicons():
        words |= territory_names(lexicon.lang)
    return frozenset(w.lower() for w in words)


def _full_ids(firm: set[str], every: set[str]) -> dict[str, str]:
    """Return for each id that begins exactly one longer id of the text that longer id; a known one stands for both."""
    known_ids = {c.id for c in load_companies()}
    full = {}
    for short in every:
        longer = [i for i in firm if i.startswith(f"{short}-")]
        if len(longer) == 1 and not {short, longer[0]} <= known_ids:
            full.update({longer[0]: short} if short in known_ids else {short: longer[0]})
    return full


def _display(identity: str, counter: Counter[str]) -> str:
    """Return what to call an organisation: as the gazetteer does if the text does too, else as the text has it in full.

    A legal person with a name of its own goes before the brand ("Foodinho s.r.l.", not "Glovo").
    """
    known = next((c.name for c in load_companies() if c.id == identity), None)
    legal = [n for n in counter if _form_suffix().search(n) and not company_id(n).startswith(slugify(known or ""))]
    if known in counter and not legal:
        return str(known)
    return max(counter, key=lambda n: (bool(_form_suffix().search(n)), counter[n], len(n)))


@Language.factory("dpawatch_companies")
def make_companies(nlp: Language, name: str) -> CompanyTagger:
    """Return the component for the language of nlp."""
    return CompanyTagger(nlp, load_lexicon(nlp.lang or "en"))
