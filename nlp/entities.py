"""Named entities of long texts, part by part: a model needs some 16 kB a token at a time, a gigabyte for 60,000 of them."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc, Span

COMPONENT = "dpawatch_entities"
# An article is shorter; a decision of 200 pages has a hundred thousand tokens.
_MOST_TOKENS = 5000


class EntityReader:
    """Gives the model at most 5,000 tokens at a time, cut at the ends of lines where it can be, and none without a letter."""

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.ents`."""
        recognise = self.nlp.get_pipe("ner")
        if len(doc) <= _MOST_TOKENS:
            return recognise(doc)
        found: list[Span] = []
        for start, end in _parts(doc):
            if not any(token.is_alpha for token in doc[start:end]):
                continue
            part = recognise(doc[start:end].as_doc())
            found += [Span(doc, start + e.start, start + e.end, e.label) for e in part.ents]
        doc.ents = tuple(found)
        return doc


def _parts(doc: Doc) -> Iterator[tuple[int, int]]:
    """Yield the bounds of parts of doc, in tokens; each but the last ends behind a new line in its second half, if there is one."""
    start = 0
    while start + _MOST_TOKENS < len(doc):
        latest = start + _MOST_TOKENS
        lines = (i + 1 for i in range(latest - 1, latest - _MOST_TOKENS // 2, -1) if "\n" in doc[i].text)
        end = next(lines, latest)
        yield start, end
        start = end
    yield start, len(doc)


@Language.factory(COMPONENT)
def make_entities(nlp: Language, name: str) -> EntityReader:
    """Return the component for a pipeline that has a "ner", which it runs itself."""
    return EntityReader(nlp)
