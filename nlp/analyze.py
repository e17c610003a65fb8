"""The door of nlp: documents in, one `Analysis` each out, in order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from typing import TypeVar

from py3langid import classify
from spacy.tokens import Doc

from nlp.composed import compose
from nlp.dates import find_dates, first_day
from nlp.extensions import CompanyMention, Context
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


def analyze_documents(documents: Iterable[Document]) -> Iterator[Analysis]:
    """Return the analysis of each document, in order; empty text gives an empty analysis, and nothing is raised for any text."""
    for document in documents:
        yield analyze_document(document)


def analyze_document(document: Document) -> Analysis:
    """Return the analysis of one document. Spans are offsets into `document.text`; what only the title says has none."""
    body = compose(document.text)
    lang = _language(document.lang) or identify_language(body.text)
    title = f"{compose(document.title).text}{_TITLE_GAP}" if document.title else ""
    nlp = build_pipeline(lang)
    text = make_readable(title + body.text)
    published = document.published if document.published and first_day(document.published) else None
    with nlp.memory_zone() if len(nlp.vocab) > _MOST_WORDS else nullcontext():
        doc = nlp.make_doc(text)
        text_of.keep(doc, text)
        doc._.dpawatch_context = Context(published, document.publisher, len(title))
        return body.restore(_analysis(document, lang, nlp(doc), len(title)))


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
        for i, spans in _spans(((m.id, m.span) for m in doc._.dpawatch_regulators), offset)
    )
    actions = tuple(_shift(action, offset) for action in doc._.dpawatch_actions)
    relevance = _relevance(doc, actions)
    dates = ((d.date, d.spans[0]) for d in find_dates(text_of(doc), lang))
    cues = ((c.id, c.span) for c in doc._.dpawatch_sanctions if c.modality in ("imposed", "intended"))
    amounts = (((m.amount, m.currency), m.span) for m in doc._.dpawatch_amounts)
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
    mentions: tuple[CompanyMention, ...] = doc._.dpawatch_companies
    names = {m.id: m.name for m in mentions}
    respondents = {name for action in doc._.dpawatch_actions for name in action.respondents}
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
    for mention in doc._.dpawatch_provisions:
        roles[mention.id].add(mention.role)
    spans = _spans(((m.id, m.span) for m in doc._.dpawatch_provisions), offset)
    own = {action.status for action in doc._.dpawatch_actions if not action.background}
    if own and own <= _OPEN:  # what an authority has not decided yet, it holds against a party and no more
        past = {p for action in doc._.dpawatch_actions if action.background for p in action.provisions}
        for identity in roles.keys() - past:
            roles[identity] = {"alleged" if role == "violated" else role for role in roles[identity]}
    return tuple(Provision(i, next(r for r in _PROVISION_ORDER if r in roles[i]), s) for i, s in spans)


def _relevance(doc: Doc, actions: tuple[Action, ...]) -> float:
    """Return how much the text is enforcement news, 0 to 1: the best of its own actions, else traces of one."""
    own = [a.confidence for a in actions if not a.background]
    if own:
        return max(own)
    traces = (doc._.dpawatch_regulators, doc._.dpawatch_provisions, doc._.dpawatch_sanctions, actions)
    return round(0.1 * sum(bool(t) for t in traces), 2)
