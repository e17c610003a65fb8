"""Named entities where one can stand, part by part: the model is most of the cost of reading, and takes memory by the token.

It reads the sentences with a capital that no list explains; 5,000 tokens at a time, since it needs some 16 kB for each.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from nlp.identities import UPPER
from nlp.names import never_companies
from nlp.sentences import sentences_of, text_of

COMPONENT = "dpawatch_entities"
# An article is shorter; a decision of 200 pages has a hundred thousand tokens.
_MOST_TOKENS = 5000
_CAPITAL = re.compile(rf"(?<!\w)[{UPPER}]\w*(?:['’]\w+)?")


class EntityReader:
    """Gives the model the sentences in which a name can stand, at most 5,000 tokens at a time."""

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        self.explained = never_companies(nlp.lang) | frozenset(w.lower() for w in nlp.Defaults.stop_words)

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.ents`."""
        recognise = self.nlp.get_pipe("ner")
        found: list[Span] = []
        for tokens in self._parts(doc):
            part = Doc(doc.vocab, words=[t.text for t in tokens], spaces=[bool(t.whitespace_) for t in tokens])
            for entity in recognise(part).ents:
                first, last = tokens[entity.start].i, tokens[entity.end - 1].i
                if last - first == entity.end - 1 - entity.start:  # it does not run from one sentence into another
                    found.append(Span(doc, first, last + 1, entity.label))
        doc.ents = tuple(found)
        return doc

    def _parts(self, doc: Doc) -> Iterator[list[Token]]:
        """Yield the tokens of the sentences to be read, as many at a time as the model may have."""
        tokens: list[Token] = []
        for sentence in self._sentences(doc):
            while sentence:
                room = _MOST_TOKENS - len(tokens)
                if len(sentence) > room and tokens:
                    yield tokens
                    tokens = []
                    continue
                tokens += sentence[:room]
                sentence = sentence[room:]
        if tokens:
            yield tokens

    def _sentences(self, doc: Doc) -> Iterator[list[Token]]:
        """Yield the tokens of each sentence in which a name can stand."""
        text, places = text_of(doc), [token.idx for token in doc]
        for start, end in sentences_of(doc):
            capitals = (match.group().lower() for match in _CAPITAL.finditer(text, start, end))
            if any(word not in self.explained for word in capitals):
                yield list(doc[bisect_left(places, start) : bisect_left(places, end)])


@Language.factory(COMPONENT)
def make_entities(nlp: Language, name: str) -> EntityReader:
    """Return the component for a pipeline that has a "ner", which it runs itself."""
    return EntityReader(nlp)
