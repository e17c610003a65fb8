"""spaCy component `dpawatch_entities`: asks the statistical model where its answer can change who a measure is directed against.

The model costs more than all the rules, so they read the text first. What they leave open, and is asked, are the sentences in
which only the words around a name made a party of it; and, where no organisation that is one by itself was hit, those that tell
of a measure or of what was done against somebody. Then the organisations are read again, with what the model says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from numpy import searchsorted
from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.tokens import Span as TokenSpan

from nlp.extensions import mentions_of, require_attributes
from nlp.gazetteer import Lexicon, load_lexicon
from nlp.identities import UPPER
from nlp.models import Span
from nlp.names import ORGANISATIONS, PERSONS, never_companies, taken_of
from nlp.patterns import PatternIndex, compile_phrases, find_phrases
from nlp.sentences import mentions_in, sentences_of, text_of
from nlp.spans import blank

COMPONENT = "dpawatch_entities"
# An article is shorter; a decision of 200 pages has a hundred thousand tokens, and the model needs some 16 kB for each.
_MOST_TOKENS = 5000
_CAPITAL = re.compile(rf"(?<!\w)(?P<word>[{UPPER}]\w*(?:['’](?!s\b)\w+)?)")
# "(ANM – Associazione Nazionale Magistrati)", "the University of Science and Technology (NTNU)".
_SHORT = re.compile(rf"\(([{UPPER}]{{2,8}})(?![\w-])")
_REACH = 60


class EntityReader:
    """Gives the model the sentences whose parties the rules cannot be sure of, at most 5,000 tokens at a time."""

    def __init__(self, nlp: Language, lexicon: Lexicon) -> None:
        self.nlp = nlp
        self.explained: frozenset[str] = never_companies(nlp.lang) | frozenset(
            w.lower() for w in nlp.Defaults.stop_words
        )
        kinds = {**lexicon.sanctions, "order": lexicon.cues.get("order", ())}
        self.measures = PatternIndex((kind, compile_phrases(phrases)) for kind, phrases in kinds.items())
        against = "|".join(map(re.escape, lexicon.words.get("against", ()))) or "(?!)"
        articles = "|".join(map(re.escape, lexicon.words.get("indefinite", ()))) or "(?!)"
        self.described = re.compile(rf"[{UPPER}][\w-]*, (?:{articles}) ")
        self.against = re.compile(rf"(?<!\w)(?:{against})(?!\w)(?=[^,.;]{{0,{_REACH}}}?[{UPPER}])")

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.ents`, and where they have names, `doc._.dpawatch_companies` anew."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 1) -> Iterator[Doc]:
        """Yield the docs of a stream in order, each as a call returns it; the model reads the sentences of a batch together."""
        stream = iter(stream)
        while docs := list(islice(stream, batch_size)):
            asked = [(doc, list(self._sentences(doc))) for doc in docs]
            told = self._recognise([tokens for _, sentences in asked for tokens in sentences])
            for doc, sentences in asked:
                found = [entity for _ in sentences for entity in next(told)]
                if found:
                    doc.ents = tuple(TokenSpan(doc, first, last, label) for first, last, label in found)
                if any(entity.label_ in ORGANISATIONS | PERSONS for entity in doc.ents):
                    self.nlp.get_pipe("dpawatch_companies")(doc)
                yield doc

    def _recognise(self, sentences: list[list[Token]]) -> Iterator[list[tuple[int, int, int]]]:
        """Yield for each sentence, given as its tokens, the first and behind the last token of each entity in it, and its label."""
        at = 0
        while at < len(sentences):
            room, first = _MOST_TOKENS, at
            while at < len(sentences) and (at == first or len(sentences[at]) <= room):
                room -= len(sentences[at])
                at += 1
            for tokens, part in zip(sentences[first:at], self._read(sentences[first:at]), strict=True):
                yield [(tokens[e.start].i, tokens[e.end - 1].i + 1, e.label) for e in part.ents]

    def _read(self, sentences: list[list[Token]]) -> list[Doc]:
        """Return the sentences as docs of their own, with their entities.

        They go through the model side by side, a token of each at every step: spaCy's own loop over them, in C, is slower, since it
        asks for Python's lock several times a token.
        """
        parts = [_doc_of(tokens) for tokens in sentences]
        recogniser: Any = self.nlp.get_pipe("ner")
        model, states = recogniser.model.predict(parts), recogniser.moves.init_batch(parts)
        unfinished = [state for state in states if not state.is_final()]
        while unfinished:
            unfinished = recogniser.transition_states(unfinished, model.predict(unfinished))
        recogniser.set_annotations(parts, states)
        return parts

    def _sentences(self, doc: Doc) -> Iterator[list[Token]]:
        """Yield the tokens of each sentence that the model is asked about."""
        text, companies = text_of(doc), mentions_of(doc, "companies")
        starts = doc.to_array("IDX")
        is_open = not any(m.role == "respondent" and not m.by_frame for m in companies)
        parties = ("respondent", "complainant") if is_open else ("respondent",)
        doubted = [m for m in companies if m.by_frame and m.role in parties]
        # of what is known by itself the model's answer changes nothing
        unknown = blank(text, [*taken_of(doc), *(m.span for m in companies if not m.by_frame)])
        for sentence in sentences_of(doc):
            if self._is_unexplained(unknown, sentence) and (
                mentions_in(doubted, sentence)
                or (is_open and self._tells(text, sentence))
                or _lacks_parties(doc, sentence)
            ):
                first, last = searchsorted(starts, sentence)
                yield list(doc[first : max(last, first + 1)])

    def _tells(self, text: str, span: Span) -> bool:
        """Return whether a sentence tells of a measure or what was done against somebody, or says what somebody is."""
        short = (m.group(1).lower() for m in _SHORT.finditer(text, *span))
        if any(p.search(text, *span) for p in (self.against, self.described)) or not self.explained.issuperset(short):
            return True
        sentence = text[slice(*span)]
        return any(find_phrases(measure, sentence) for _, measure in self.measures.possible(sentence))

    def _is_unexplained(self, text: str, span: Span) -> bool:
        """Return whether a sentence has a word with a capital that no list explains: else no name can stand in it."""
        return not self.explained.issuperset(m["word"].lower() for m in _CAPITAL.finditer(text, *span))


def _doc_of(tokens: list[Token]) -> Doc:
    return Doc(tokens[0].vocab, words=[t.text for t in tokens], spaces=[bool(t.whitespace_) for t in tokens])


def _lacks_parties(doc: Doc, sentence: Span) -> bool:
    """Return whether a sentence names fewer organisations than sums: what the others are is not known ("and B, £60,000")."""
    sums = sum(a.use == "open" for a in mentions_in(mentions_of(doc, "amounts"), sentence))
    return bool(sums > 1 and 0 < len(mentions_in(mentions_of(doc, "companies"), sentence)) < sums)


@Language.factory(COMPONENT, assigns=["doc.ents"], requires=["doc._.dpawatch_companies"])
def make_entities(nlp: Language, name: str) -> EntityReader:
    """Return the component for a pipeline that has a "ner", which it runs itself, and companies; else raise ValueError."""
    require_attributes(nlp, COMPONENT)
    return EntityReader(nlp, load_lexicon(nlp.lang or "en"))
