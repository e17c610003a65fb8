"""The door of nlp: documents in, one `Analysis` each out, in order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TypeVar

from py3langid import classify
from spacy.language import Language
from spacy.tokens import Doc

from nlp.composed import Composed, compose
from nlp.dates import find_dates, first_day
from nlp.extensions import CompanyMention, Context, mentions_of
from nlp.gazetteer import LANGUAGE_ALIASES
from nlp.models import (
    Action,
    Amount,
    Analysis,
    Company,
    CompanyRole,
    DateMention,
    Document,
    Provision,
    ProvisionRole,
    Regulator,
    Sanction,
    Span,
)
from nlp.pipeline import build_pipeline, language_code, pipeline_version
from nlp.regulators import regulators_by_id
from nlp.sentences import text_of
from nlp.tokens import make_readable

T = TypeVar("T")
_TITLE_GAP = "\n\n"
_PROVISION_ORDER: tuple[ProvisionRole, ...] = ("violated", "alleged", "power", "cited")
_OPEN = frozenset(("investigation", "proposed"))
_SHORTEST_TO_IDENTIFY = 20
# So many words a pipeline keeps; those of later texts are forgotten with each, since new ones never end in a long run.
_MOST_WORDS = 50_000
# Documents wait for each other up to so many letters: the texts of all of them are in memory at once.
_MOST_LETTERS = 200_000


@dataclass(frozen=True, slots=True)
class _Read:
    """A document as it is read: its text in composed letters, its language, and its title with the gap behind."""

    document: Document
    body: Composed
    lang: str
    title: str


def analyze_document(document: Document) -> Analysis:
    """Return the analysis of one document. Spans are offsets into `document.text`; what only the title says has none."""
    return next(analyze_documents([document]))


def analyze_documents(documents: Iterable[Document], batch_size: int = 1) -> Iterator[Analysis]:
    """Return the analysis of each document, in order; empty text gives an empty analysis, and nothing is raised for any text.

    Args:
        batch_size: so many documents are taken before the first is answered, which is quicker, since the statistical model
            reads what it has to of all of them together; fewer where they are long.
    """
    for batch in _batches(documents, batch_size):
        found: dict[int, Analysis] = {}
        for lang in dict.fromkeys(read.lang for read in batch):
            places = [place for place, read in enumerate(batch) if read.lang == lang]
            found.update(zip(places, _analyze(lang, [batch[place] for place in places]), strict=True))
        yield from (found[place] for place in range(len(batch)))


def _batches(documents: Iterable[Document], batch_size: int) -> Iterator[list[_Read]]:
    batch: list[_Read] = []
    letters = 0
    for document in documents:
        body = compose(document.text)
        lang = _language(document.lang) or identify_language(body.text)
        title = f"{compose(document.title).text}{_TITLE_GAP}" if document.title else ""
        batch.append(_Read(document, body, lang, title))
        letters += len(body.text)
        if len(batch) >= batch_size or letters > _MOST_LETTERS:
            yield batch
            batch, letters = [], 0
    if batch:
        yield batch


def _analyze(lang: str, batch: Sequence[_Read]) -> list[Analysis]:
    """Return the analyses of documents in one language."""
    nlp = build_pipeline(lang)
    with nlp.memory_zone() if len(nlp.vocab) > _MOST_WORDS else nullcontext():
        docs = nlp.pipe((_make_doc(nlp, read) for read in batch), batch_size=len(batch))
        return [
            read.body.restore(_analysis(read.document, lang, doc, len(read.title)))
            for read, doc in zip(batch, docs, strict=True)
        ]


def _make_doc(nlp: Language, read: _Read) -> Doc:
    text = make_readable(read.title + read.body.text)
    doc = nlp.make_doc(text)
    text_of.keep(doc, text)
    published = read.document.published
    known = published if published and first_day(published) else None
    doc._.dpawatch_context = Context(known, read.document.publisher, len(read.title))
    return doc


def _language(code: str | None) -> str | None:
    """Return the ISO 639-1 code an article comes with, or None where it names no language ("xx", "und")."""
    short = re.split("[-_]", (code or "").lower())[0]
    return short if len(short) == 2 and (short in LANGUAGE_ALIASES or language_code(short) != "xx") else None


def identify_language(text: str) -> str:
    """Return the language of a text (ISO 639-1); English for a text too short to tell."""
    sample = text[:3000].strip()
    if len(sample) < _SHORTEST_TO_IDENTIFY:
        return "en"
    code, _ = classify(compose(sample).text)
    return str(code)


def _analysis(document: Document, lang: str, doc: Doc, offset: int) -> Analysis:
    regulators = tuple(
        Regulator(i, regulators_by_id()[i].name, spans)
        for i, spans in _spans(((m.id, m.span) for m in mentions_of(doc, "regulators")), offset)
    )
    actions = tuple(_shift(action, offset) for action in mentions_of(doc, "actions"))
    relevance = _relevance(doc, actions)
    dates = ((d.date, d.spans[0]) for d in find_dates(text_of(doc), lang))
    cues = ((c.id, c.span) for c in mentions_of(doc, "sanctions") if c.modality in ("imposed", "intended"))
    amounts = (((m.amount, m.currency), m.span) for m in mentions_of(doc, "amounts"))
    return Analysis(
        id=document.id,
        lang=lang,
        is_enforcement=relevance > 0.5,
        relevance=relevance,
        regulators=regulators,
        companies=_companies(doc, offset),
        provisions=_provisions(doc, offset),
        amounts=tuple(Amount(*key, spans) for key, spans in _spans(amounts, offset)),
        sanctions=tuple(Sanction(kind, spans) for kind, spans in _spans(cues, offset)),
        dates=tuple(DateMention(iso, spans) for iso, spans in _spans(dates, offset)),
        actions=actions,
        pipeline=pipeline_version(),
    )


def _spans(found: Iterable[tuple[T, Span]], offset: int) -> list[tuple[T, tuple[Span, ...]]]:
    """Return each key with its spans in the text proper; what stands only in the title is left out."""
    spans: dict[T, list[Span]] = defaultdict(list)
    for key, (start, end) in found:
        if start >= offset:
            spans[key].append((start - offset, end - offset))
    return [(key, tuple(dict.fromkeys(s))) for key, s in spans.items()]


def _shift(action: Action, offset: int) -> Action:
    evidence = tuple((max(0, s - offset), e - offset) for s, e in action.evidence if e > offset)
    told = tuple(replace(h, span=(h.span[0] - offset, h.span[1] - offset)) for h in action.happenings)
    return replace(action, evidence=evidence, happenings=told)


def _companies(doc: Doc, offset: int) -> tuple[Company, ...]:
    mentions: tuple[CompanyMention, ...] = mentions_of(doc, "companies")
    names = {m.id: m.name for m in mentions}
    respondents = {name for action in mentions_of(doc, "actions") for name in action.respondents}
    roles: dict[str, set[CompanyRole]] = defaultdict(set)
    for mention in mentions:
        roles[mention.id].add(mention.role)
    return tuple(
        Company(identity, names[identity], _role(names[identity], roles[identity], respondents), spans)
        for identity, spans in _spans(((m.id, m.span) for m in mentions if not m.stands_for), offset)
    )


def _role(name: str, roles: set[CompanyRole], respondents: set[str]) -> CompanyRole:
    """Return the one role of an organisation: respondent when an action says so, else the most telling of its places."""
    if name in respondents:
        return "respondent"
    order: tuple[CompanyRole, ...] = ("complainant", "processor", "publisher")
    return next((role for role in order if role in roles), "mentioned")


def _provisions(doc: Doc, offset: int) -> tuple[Provision, ...]:
    roles: dict[str, set[ProvisionRole]] = defaultdict(set)
    for mention in mentions_of(doc, "provisions"):
        roles[mention.id].add(mention.role)
    spans = _spans(((m.id, m.span) for m in mentions_of(doc, "provisions")), offset)
    own = {action.status for action in mentions_of(doc, "actions") if not action.background}
    if own and own <= _OPEN:  # what an authority has not decided yet, it holds against a party and no more
        past = {p for action in mentions_of(doc, "actions") if action.background for p in action.provisions}
        for identity in roles.keys() - past:
            roles[identity] = {"alleged" if role == "violated" else role for role in roles[identity]}
    return tuple(Provision(i, next(r for r in _PROVISION_ORDER if r in roles[i]), s) for i, s in spans)


def _relevance(doc: Doc, actions: tuple[Action, ...]) -> float:
    """Return how much the text is enforcement news, 0 to 1: the best of its own actions, else traces of one."""
    own = [a.confidence for a in actions if not a.background]
    if own:
        return max(own)
    traces = (mentions_of(doc, "regulators"), mentions_of(doc, "provisions"), mentions_of(doc, "sanctions"), actions)
    return round(0.1 * sum(bool(t) for t in traces), 2)
