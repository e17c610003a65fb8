"""spaCy component `dpawatch_companies`: the organisations of a text and the part each plays in it.

Names come from nlp/names.py, and which of them are one organisation from nlp/identities.py. The frames of the lexicon say who
is who, and make a company of a capitalised name that nothing else does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from nlp.declensions import attached_endings
from nlp.extensions import CompanyMention, PersonMention, mentions_of, require_attributes
from nlp.gazetteer import Lexicon, load_lexicon
from nlp.identities import unify_names
from nlp.kept import once_a_doc
from nlp.masking import Masked, mask_sentence
from nlp.models import CompanyRole, Span
from nlp.names import ARTICLES, CAPITAL_NOUNS, COMPOUNDING, NameFinder, organisation_words
from nlp.naturals import Hit, NaturalReader
from nlp.ordinals import OrdinalReader
from nlp.patterns import (
    FrameWords,
    PatternIndex,
    PhrasePattern,
    compile_frames,
    frame_words,
    is_loose,
    receiving_frames,
    sharing_frame,
)
from nlp.persons import PersonTeller
from nlp.sentences import mentions_in, sentences_of, text_of

_ROLES: tuple[CompanyRole, ...] = ("complainant", "processor", "publisher", "respondent", "mentioned")
_AND = "and|et|und|e|y|i|en|&|oraz|as well as|sowie"
_LEADS = "against|on|à|a|ad|al|alla|contra|contro|gegen|aan|na|wobec|ao"


def _list_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    """Return the pattern of what a list of parties has between two of them, with what may lead up to the second again.

    "gegen die Rosso AG und gegen die Bianco AG", "aan verzekeraar Rosso en aan callcenter Bianco".
    """
    words = lexicon.words
    joints = "|".join(
        (_AND, *(re.escape(w) for w in (*lexicon.citation["and"], *words.get("respectively", ())) if w[-1].isalpha()))
    )
    leads = (_LEADS, *ARTICLES, *words.get("articles", ()), *words.get("target", ()))
    kinds = "|".join(map(re.escape, sorted({*words["organisation"], *words.get("trade", ())}, key=len, reverse=True)))
    led = rf"(?:(?i:{'|'.join(sorted(leads))})\s+|(?:[dl]|all|dell)['’]){{0,2}}"
    # behind a mere comma, "Rosso, the group Bianco" may say whose Rosso is
    kind = rf"(?:(?i:\w*(?:{kinds}))\s+)?"
    mark, word = r"\s*[,;/]", rf"\s*(?:\b(?:{joints})\b|&)"
    return re.compile(rf"(?:{mark})*{word}(?:{mark}|{word})*\s*{led}{kind}|(?:{mark})+\s*{led}")


class _Reading(NamedTuple):
    """What a sentence says of its companies, by their number in it: roles, who is listed with whom, controllers, what they are."""

    roles: dict[int, CompanyRole]
    peers: dict[int, set[int]]
    controllers: set[int]
    kinds: dict[int, set[str]]


def _nothing_found(doc: Doc) -> tuple[list[Span], list[Span], list[Span]] | None:
    return None


def _new_readings(doc: Doc) -> dict[tuple[Span, tuple[Span, ...], tuple[Hit, ...]], _Reading]:
    return {}


class CompanyTagger:
    """Finds names, then reads the frames of each sentence to see who is who."""

    def __init__(self, nlp: Language, lexicon: Lexicon) -> None:
        self.lang = nlp.lang or "en"
        self.names = NameFinder(nlp)
        self.organisations = organisation_words()
        trades = lexicon.words.get("trade", ())
        self.bodies = tuple(f"{word.lower()} " for word in lexicon.words.get("public_body", ()))
        self.kinds = tuple(word.lower() for word in (*lexicon.words["organisation"], *trades))
        self.bodies_behind = tuple(f" {word}" for word in lexicon.words.get("public_body_behind", ()))
        self.against = lexicon.words.get("against", ())
        words = frame_words(lexicon, nlp.Defaults.stop_words, self.lang in CAPITAL_NOUNS)
        self.appellants = compile_frames(lexicon.frames.get("appellant", ()), words, nearest=True)
        self.controllers = compile_frames(lexicon.frames.get("controller", ()), words, nearest=True)
        introduced = (*lexicon.frames.get("introduced", ()), *_trade_frames(trades, words, self.lang))
        self.introduced = compile_frames(introduced, words, nearest=True)
        subjects = replace(words, prepositions=tuple(lexicon.words.get("prepositions", ())))
        self.frames = {
            role: compile_frames(
                lexicon.frames.get(role, ()), subjects if role in ("respondent", "complainant") else words
            )
            for role in _ROLES
        }
        self.sharers = compile_frames((sharing_frame(lexicon),), words, nearest=True)
        self.frames["respondent"] += compile_frames(receiving_frames(lexicon), subjects, nearest=True)
        self.by_role = PatternIndex((role, pattern) for role in _ROLES for pattern in self.frames[role])
        self.attached = attached_endings(self.lang)
        self.ordinals = OrdinalReader(lexicon, nlp.Defaults.stop_words)
        self.list = _list_pattern(lexicon)
        self.naturals = NaturalReader(lexicon, words)
        self.prepositions = frozenset((*lexicon.words.get("prepositions", ()), *lexicon.words.get("target", ())))
        self.persons = PersonTeller(lexicon, self.organisations)
        # what was read of sentences, since the model changes the names of few of them
        self.read = once_a_doc(_new_readings)
        self.found = once_a_doc(_nothing_found)

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.dpawatch_companies`."""
        found = self.names.find(doc)
        if self.found(doc) == found:  # the model changed nothing
            return doc
        self.found.keep(doc, found)
        named = {s for spans in found for s in spans if self.persons.is_person(text_of(doc), s)}
        firm, weak, doubtful = ([s for s in spans if s not in named] for spans in found)
        mentions = unify_names(text_of(doc), firm, [*weak, *doubtful], self.names.lang)
        hits = self._find_hits(doc, sorted(named))
        mentions = self._with_roles(doc, mentions, {*weak, *doubtful}, set(doubtful), hits)
        doc._.dpawatch_companies = tuple(sorted([*mentions, *self._counted(doc, mentions)], key=lambda m: m.span))
        doc._.dpawatch_persons = tuple(PersonMention(span) for span in sorted({h.person for h in hits}))
        return doc

    def _counted(self, doc: Doc, mentions: list[CompanyMention]) -> list[CompanyMention]:
        """Return the parties that stand as "the first" and "the second"."""
        sentences = sentences_of(doc)
        sums = {a.span[0] for a in mentions_of(doc, "amounts")}
        return self.ordinals.read(text_of(doc), sentences, [mentions_in(mentions, s) for s in sentences], sums)

    def _find_hits(self, doc: Doc, named: list[Span]) -> list[Hit]:
        """Return the natural persons that a measure is directed against, in order of the sentences."""
        hits: list[Hit] = []
        at = 0
        for start, end in sentences_of(doc):
            here = []
            while at < len(named) and named[at][0] < end:
                here += [named[at]]
                at += 1
            if persons := self.naturals.persons_in(text_of(doc), (start, end), here):
                regulators = (r.span for r in mentions_in(mentions_of(doc, "regulators"), (start, end)))
                amounts = (a.span for a in mentions_in(mentions_of(doc, "amounts"), (start, end)))
                hits += self.naturals.find_hit(text_of(doc), (start, end), persons, regulators, amounts)
        return hits

    def _with_roles(
        self, doc: Doc, mentions: list[CompanyMention], weak: set[Span], doubtful: set[Span], hits: list[Hit]
    ) -> list[CompanyMention]:
        """Return the mentions with the roles their sentences give them; a weak name without any is dropped.

        Args:
            doubtful: what the model calls persons; only a word for what they are, or for one the controller, lets them stay.
            hits: the natural persons against whom a measure is directed, in order of the sentences.
        """
        roles: dict[int, CompanyRole] = {}
        peers: dict[int, set[int]] = {}
        controllers: set[int] = set()
        kinds: dict[int, set[str]] = defaultdict(set)
        numbers = {m.span: i for i, m in enumerate(mentions)}
        for sentence in sentences_of(doc):
            inside = tuple(m.span for m in mentions_in(mentions, sentence) if m.span[1] <= sentence[1])
            if inside:
                beside = tuple(h for h in hits if sentence[0] <= h.person[0] < sentence[1])
                read = self._read_once(doc, sentence, inside, beside)
                here = [numbers[span] for span in inside]
                roles.update({here[i]: role for i, role in read.roles.items()})
                peers.update({here[i]: {here[j] for j in near} for i, near in read.peers.items()})
                controllers.update(here[i] for i in read.controllers)
                for i, found in read.kinds.items():
                    kinds[here[i]] |= found
        for index, mention in enumerate(mentions):
            kinds[index] |= self._own_kinds(mention.name.lower())
        roles.update(dict.fromkeys(controllers, "respondent"))
        firm_ids = {m.id for m in mentions if m.span not in weak}
        firm_ids |= {
            mentions[i].id
            for i, role in roles.items()
            if role in ("respondent", "complainant")
            and mentions[i].span not in doubtful
            and self._stands_alone(doc, mentions[i])
        }
        # who stands in one list with an organisation is one, whatever the model calls it
        firm_ids |= {mentions[i].id for i, near in peers.items() if any(mentions[j].id in firm_ids for j in near)}
        firm_ids |= {mentions[i].id for i in controllers if " " not in mentions[i].name}
        firm_ids |= {mentions[i].id for i, found in kinds.items() if found}
        kept = [(i, m) for i, m in enumerate(mentions) if m.id in firm_ids]
        return [
            replace(
                m,
                role=roles.get(i, "mentioned"),
                is_controller=i in controllers,
                kinds=frozenset(kinds[i]),
                by_frame=m.span in weak,
            )
            for i, m in kept
        ]

    def _read_once(self, doc: Doc, sentence: Span, companies: tuple[Span, ...], hits: tuple[Hit, ...]) -> _Reading:
        """Return what a sentence says of its companies, which is read once for the same companies and persons hit."""
        key = (sentence, companies, hits)
        known = self.read(doc)
        if key not in known:
            regulators = [r.span for r in mentions_in(mentions_of(doc, "regulators"), sentence)]
            amounts = [a.span for a in mentions_in(mentions_of(doc, "amounts"), sentence)]
            inside = list(enumerate(companies))
            masked = mask_sentence(text_of(doc), sentence, inside, regulators, amounts, self.attached)
            known[key] = self._read_sentence(masked, hits)
        return known[key]

    def _read_sentence(self, masked: Masked, hits: tuple[Hit, ...]) -> _Reading:
        peers: dict[int, set[int]] = defaultdict(set)
        roles = self._read_frames(masked, hits, peers)
        roles.update(dict.fromkeys(_find_named(self.appellants, masked), "respondent"))
        roles.update(dict.fromkeys(_find_named(self.sharers, masked), "respondent"))
        kinds: dict[int, set[str]] = defaultdict(set)
        for index, found in self._find_kinds(masked):
            kinds[index] |= found
        return _Reading(roles, peers, _find_named(self.controllers, masked), kinds)

    def _find_kinds(self, masked: Masked) -> Iterator[tuple[int, set[str]]]:
        """Yield the companies of a sentence of which it says what they are, each with the nouns for it."""
        for pattern in self.introduced:
            for match in pattern.finditer(masked.text):
                before = masked.text[max(0, match.start() - 25) : match.start()].rpartition(" ")[0].rpartition(" ")[2]
                words = re.findall(r"[\w-]+", f"{before} {match.group()}".lower())
                places = [i for i, word in enumerate(words) if word.endswith(self.kinds)]
                phrases = {" ".join(words[i - 1 : i + 1]) for i in places if i}
                found = {words[i] for i in places} | phrases
                yield masked.company_at(match.start("c")), found or {words[-1]}

    def _own_kinds(self, name: str) -> set[str]:
        """Return the word for what a public body is at the edge of its name ("municipality of Asker", "Asker municipality")."""
        words = name.split()
        front = {words[0]} if name.startswith(self.bodies) else set()
        return front | ({words[-1]} if name.endswith(self.bodies_behind) else set())

    def _stands_alone(self, doc: Doc, mention: CompanyMention) -> bool:
        """Return whether a capitalised word can be a name where every noun has a capital.

        It has a form that nouns never have, stands behind "gegen", or a word for a kind of organisation, alone or at the end
        of a compound, is in front of it or begins it ("der Lieferdienst Rosso", "die Wohnungsgesellschaft Rosso").
        """
        if self.lang not in CAPITAL_NOUNS:
            return True
        before = text_of(doc)[max(0, mention.span[0] - 40) : mention.span[0]].rstrip().rpartition(" ")[2].lower()
        first, *more = mention.name.split(" ")
        odd = any(c.isupper() for c in first[1:]) or "&" in mention.name or any(c.isdigit() for c in mention.name)
        kind = before.endswith(self.kinds) or (bool(more) and first.lower().endswith(self.kinds))
        return odd or kind or before in self.against

    def _read_frames(self, masked: Masked, hits: Sequence[Hit], peers: dict[int, set[int]]) -> dict[int, CompanyRole]:
        """Return the role of each company of a sentence that a frame or a list beside one gives.

        Where a natural person is hit, no frame with a gap reaches from the measure to a company.

        Args:
            peers: gets for each company those in a list with it.
        """
        best: dict[int, tuple[int, CompanyRole]] = {}
        for role, pattern in self.by_role.possible(masked.text):
            if hits and role == "respondent" and is_loose(pattern):
                continue
            for match in pattern.pattern.finditer(masked.text):
                if role == "respondent" and hits and self._is_aside(masked, match, hits):
                    continue
                weight = match.end() - match.start()
                listed = _listed(self.list, masked.text, match)
                members = {masked.company_at(position) for position in listed}
                for at in members:
                    peers[at] |= members
                    is_processor = role == "mentioned" and at in best and best[at][1] == "processor"
                    if not is_processor and (at not in best or weight < best[at][0]):
                        best[at] = (weight, role)
        return {index: role for index, (_, role) in best.items()}

    def _is_aside(self, masked: Masked, match: re.Match[str], hits: Sequence[Hit]) -> bool:
        """Return whether a company only stands beside a person who is hit: behind a mere preposition, or in what is told of them."""
        if match.group().split()[0].lower() in self.prepositions:
            return True
        position = match.start("c")
        at = masked.origin(position)
        begins = masked.origin(match.start())
        held = (h for h in hits if h.holds((at, at + 1)) or begins <= h.person[0] < at)
        return any(not self.list.fullmatch(masked.text, masked.place(h.person[1]), position) for h in held)


def _trade_frames(trades: Sequence[str], words: FrameWords, lang: str) -> list[str]:
    """Return the frames of a name with what it does in front ("the dating app Rosso", "la plataforma de crédito Rosso")."""
    kinds = "|".join(f"*{trade}" if lang in COMPOUNDING else trade for trade in trades)
    links = f"({'|'.join(words.links)})* " if words.links else ""
    return [f"({kinds}) {{c}}" if words.nouns else f"({kinds}) {links}~ {{c}}"] if kinds else []


def _find_named(frames: tuple[PhrasePattern, ...], masked: Masked) -> set[int]:
    """Return the companies of a sentence that stand in any of the frames."""
    return {masked.company_at(m.start("c")) for pattern in frames for m in pattern.finditer(masked.text)}


def _listed(joint: re.Pattern[str], text: str, match: re.Match[str]) -> list[int]:
    """Return the place of a frame's company and those of the companies in a list with it.

    They stand behind it, or before it when it leads the frame.
    """
    at = match.start("c")
    found = [at]
    while (between := joint.match(text, found[-1] + 1)) and _is_company(text, between.end()):
        found.append(between.end())
    if at == match.start():
        while (earlier := _company_before(text, at)) is not None and joint.fullmatch(text, earlier + 1, at):
            found.append(earlier)
            at = earlier
    return found


def _is_company(text: str, position: int) -> bool:
    return position < len(text) and "\ue000" <= text[position] <= "\uefff"


def _company_before(text: str, position: int) -> int | None:
    return next((i for i in range(position - 1, max(-1, position - 30), -1) if _is_company(text, i)), None)


@Language.factory(
    "dpawatch_companies",
    assigns=["doc._.dpawatch_companies", "doc._.dpawatch_persons"],
    requires=["doc._.dpawatch_regulators", "doc._.dpawatch_provisions", "doc._.dpawatch_amounts"],
)
def make_companies(nlp: Language, name: str) -> CompanyTagger:
    """Return the component for the language of nlp, which has those before it that this one needs; else raise ValueError."""
    require_attributes(nlp, "dpawatch_companies")
    return CompanyTagger(nlp, load_lexicon(nlp.lang or "en"))
