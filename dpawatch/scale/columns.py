"""The columns of a shard: an article with its analysis in, rows of three tables out, and the same records back from them.

Columns that the database has too are called the same. Tables are joined by `article`, as there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa

from db.values import iso_time, sql_number
from ingest.models import Article
from nlp.models import (
    Action,
    Amount,
    Analysis,
    Company,
    DateMention,
    Document,
    Happening,
    Provision,
    Regulator,
    Sanction,
    Span,
)

Row = Mapping[str, Any]
# sums are below 10^14 and exact
_MONEY = pa.decimal128(38, 18)
_MOMENT = pa.timestamp("us", tz="UTC")
_SPAN = pa.struct([("start", pa.int32()), ("end", pa.int32())])
_WORDS = pa.list_(pa.string())
_OF_ARTICLE = {
    "id": pa.string(),
    "url": pa.string(),
    "title": pa.string(),
    "text": pa.string(),
    "lang": pa.string(),
    "fetched": _MOMENT,
    "published": _MOMENT,
    "published_origin": pa.string(),
    "publisher": pa.string(),
    "content_hash": pa.string(),
    "defect": pa.string(),
    "signature": pa.list_(pa.uint32()),
}
_OF_ACTION = {
    "regulator": pa.string(),
    "respondents": _WORDS,
    "provisions": _WORDS,
    "sanctions": _WORDS,
    "violations": _WORDS,
    "amount": _MONEY,
    "currency": pa.string(),
    "amount_eur": _MONEY,
    "fx_rate": _MONEY,
    "fx_date": pa.string(),
    "status": pa.string(),
    "decision_date": pa.string(),
    "background": pa.bool_(),
    "evidence": pa.list_(_SPAN),
    "confidence": pa.float64(),
    "happenings": pa.list_(pa.struct([("kind", pa.string()), ("date", pa.string()), *_SPAN])),
}
# the language an article is read in is that of its analysis, and null where it could not be read
_OF_ANALYSIS = {
    "pipeline": pa.string(),
    "read_as": pa.string(),
    "is_enforcement": pa.bool_(),
    "relevance": pa.float64(),
}
SCHEMAS = {
    "articles": pa.schema({**_OF_ARTICLE, **_OF_ANALYSIS}),
    "mentions": pa.schema(
        {
            "article": pa.string(),
            "kind": pa.string(),
            "entity": pa.string(),
            "role": pa.string(),
            "name": pa.string(),
            "amount": _MONEY,
            "currency": pa.string(),
            "start": pa.int32(),
            "end": pa.int32(),
            "text": pa.string(),
            "pipeline": pa.string(),
        }
    ),
    "actions": pa.schema({"id": pa.string(), "article": pa.string(), **_OF_ACTION, "pipeline": pa.string()}),
}


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article and what was read in it; nothing when it could not be read."""

    article: Article
    analysis: Analysis | None


def make_document(article: Article) -> Document:
    """Return what is read of an article: the same as `tag` reads once it is stored."""
    stated = article.published if article.published_origin != "fetched" else None
    published = iso_time(stated) if stated else None
    return Document(article.text, article.id, article.title, article.lang, published, article.publisher)


def write_rows(read: ReadArticle) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table."""
    article, analysis = read.article, read.analysis
    row: dict[str, Any] = {name: getattr(article, name) for name in _OF_ARTICLE}
    if analysis is None:
        return {"articles": [row], "mentions": [], "actions": []}
    marks: dict[str, Any] = {"pipeline": analysis.pipeline, "read_as": analysis.lang}
    marks |= {"is_enforcement": analysis.is_enforcement, "relevance": analysis.relevance}
    return {
        "articles": [row | marks],
        "mentions": [
            {"article": article.id, "pipeline": analysis.pipeline, "text": article.text[start:end], **mention}
            | {"start": start, "end": end}
            for mention, spans in _mentions(analysis)
            for start, end in spans
        ],
        "actions": [
            {
                "id": f"{article.id}-{position}",
                "article": article.id,
                "pipeline": analysis.pipeline,
                **_action_row(action),
            }
            for position, action in enumerate(analysis.actions, start=1)
        ],
    }


def _mentions(analysis: Analysis) -> Iterator[tuple[dict[str, Any], tuple[Span, ...]]]:
    for r in analysis.regulators:
        yield {"kind": "regulator", "entity": r.id, "name": r.name}, r.spans
    for c in analysis.companies:
        yield {"kind": "company", "entity": c.id, "role": c.role, "name": c.name}, c.spans
    for p in analysis.provisions:
        yield {"kind": "provision", "entity": p.id, "role": p.role}, p.spans
    for s in analysis.sanctions:
        yield {"kind": "sanction", "entity": s.id}, s.spans
    for a in analysis.amounts:
        entity = f"{a.currency} {sql_number(a.amount)}"
        yield {"kind": "amount", "entity": entity, "amount": a.amount, "currency": a.currency}, a.spans
    for d in analysis.dates:
        yield {"kind": "date", "entity": d.date}, d.spans


def _action_row(action: Action) -> dict[str, Any]:
    row = {name: getattr(action, name) for name in _OF_ACTION}
    row["evidence"] = [{"start": start, "end": end} for start, end in action.evidence]
    row["happenings"] = [
        {"kind": h.kind, "date": h.date, "start": h.span[0], "end": h.span[1]} for h in action.happenings
    ]
    return row


def read_rows(row: Row, mentions: Iterable[Row], actions: Iterable[Row]) -> ReadArticle:
    """Return the record whose rows these are, each table's in its order."""
    article = Article(**{name: row[name] for name in _OF_ARTICLE} | {"signature": tuple(row["signature"])})
    if row["pipeline"] is None:
        return ReadArticle(article, None)
    found: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
    keys = ("kind", "entity", "role", "name", "amount", "currency")
    for key, same in groupby(mentions, key=lambda mention: tuple(mention[name] for name in keys)):
        about, spans = dict(zip(keys, key, strict=True)), tuple((m["start"], m["end"]) for m in same)
        found[about["kind"]].append(_read_mention(about, spans))
    regulators, companies, provisions, sanctions, amounts, dates = map(tuple, found.values())
    return ReadArticle(
        article,
        Analysis(
            id=article.id,
            lang=row["read_as"],
            is_enforcement=row["is_enforcement"],
            relevance=row["relevance"],
            regulators=regulators,
            companies=companies,
            provisions=provisions,
            amounts=amounts,
            sanctions=sanctions,
            dates=dates,
            actions=tuple(map(_read_action, actions)),
            pipeline=row["pipeline"],
        ),
    )


_KINDS = ("regulator", "company", "provision", "sanction", "amount", "date")


def _read_mention(about: Row, spans: tuple[Span, ...]) -> Any:
    entity = about["entity"]
    match about["kind"]:
        case "regulator":
            return Regulator(entity, about["name"], spans)
        case "company":
            return Company(entity, about["name"], about["role"], spans)
        case "provision":
            return Provision(entity, about["role"], spans)
        case "sanction":
            return Sanction(entity, spans)
        case "amount":
            return Amount(about["amount"], about["currency"], spans)
        case _:
            return DateMention(entity, spans)


def _read_action(row: Row) -> Action:
    whole: dict[str, Any] = {
        name: tuple(value) if isinstance(value := row[name], list) else value for name in _OF_ACTION
    }
    whole["evidence"] = tuple((span["start"], span["end"]) for span in row["evidence"])
    whole["happenings"] = tuple(Happening(h["kind"], h["date"], (h["start"], h["end"])) for h in row["happenings"])
    return Action(**whole)
