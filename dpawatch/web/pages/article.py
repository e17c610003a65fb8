"""An article: its text with marks where it may be shown whole, else the sentences that prove something; what was read of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from db.excerpts import IS_OPEN, Excerpt, Piece, cut_excerpt
from dpawatch.web.database import fetch_together
from dpawatch.web.pages.answers import make_view
from dpawatch.wording import provision_key

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.database import Database

Row = dict[str, Any]

_MOST_MENTIONS = 2000
_ARTICLE = f"""
select articles.id, articles.url, title, published, published_origin, fetched, lang, source, articles.publisher, text,
    pipeline, analysed, is_enforcement, relevance, defect, regulators.name as publisher_name, {IS_OPEN} as is_open
from articles left join regulators on regulators.id = articles.publisher where articles.id = :id
"""  # noqa: S608 (a constant of db.excerpts)
_ACTIONS = """
select actions.id, regulator, regulators.name as regulator_name, status, amount, currency, amount_eur, decision_date,
    background, confidence, (select case_id from case_actions where action = actions.id) as case_id,
    (select json_group_array(sanction) from action_sanctions where action = actions.id) as sanctions,
    (select json_group_array(violation) from action_violations where action = actions.id) as violations,
    (select json_group_array(json_object('id', provision, 'role', role)) from action_provisions where action = actions.id)
        as provisions,
    (select json_group_array(json_object('id', companies.id, 'name', name)) from action_respondents
        join companies on companies.id = company where action = actions.id) as respondents
from actions left join regulators on regulators.id = regulator where article = :id order by position
"""
_LISTS = ("sanctions", "violations", "provisions", "respondents")
_EVIDENCE = """
select action, action_evidence.start, action_evidence."end" from actions join action_evidence on action = actions.id
where article = :id order by 2, 3
"""
_MENTIONS = f"""
select kind, entity, role, start, "end" from mentions where article = :id order by start limit {_MOST_MENTIONS}
"""  # noqa: S608 (a constant of this module)
_CASES = """
select cases.id, cases.title, cases.status, case_articles.kind from case_articles join cases on cases.id = case_id
where article = :id order by cases.last_seen desc, cases.id limit 50
"""
# All copies are linked to the earliest.
_COPIES = """
with earliest as (select coalesce((select copy_of from near_duplicates where article = :id), :id) as id)
select articles.id, title, articles.publisher, published, lang, articles.id = earliest.id as is_earliest
from earliest join articles on articles.id = earliest.id
    or articles.id in (select article from near_duplicates where copy_of = earliest.id)
where articles.id <> :id order by is_earliest desc, published limit 50
"""
_PARTS = {
    "article": _ARTICLE,
    "evidence": _EVIDENCE,
    "mentions": _MENTIONS,
    "actions": _ACTIONS,
    "cases": _CASES,
    "copies": _COPIES,
}


async def load_article(database: Database, article_id: str) -> Row | None:
    """Return an article as a document, or None.

    `text` is what may be shown of it, which `whole` says; mentions and evidence have their places in that.
    """
    found = await fetch_together(database, _PARTS, {"id": article_id})
    if not found["article"]:
        return None
    article = found["article"][0]
    evidence = defaultdict(list)
    for row in found["evidence"]:
        evidence[row["action"]].append((row["start"], row["end"]))
    text, whole = article["text"], bool(article.pop("is_open"))
    shown = Excerpt(text, (Piece(0, len(text), 0),)) if whole else cut_excerpt(text, evidence.values())
    spans = [span for of_action in evidence.values() for s, e in of_action if (span := shown.find(s, e))]
    return article | {
        "text": shown.text,
        "whole": whole,
        "evidence": sorted(set(spans)),
        "mentions": list(_place(found["mentions"], shown)),
        "actions": [_read_action(row, evidence[row["id"]], shown) for row in found["actions"]],
        "cases": found["cases"],
        "copies": found["copies"],
    }


def _place(mentions: Iterable[Row], shown: Excerpt) -> Iterable[Row]:
    for row in mentions:
        if span := shown.find(row["start"], row["end"]):
            yield row | {"start": span[0], "end": span[1], "text": shown.text[slice(*span)]}


def _read_action(row: Row, spans: Iterable[tuple[int, int]], shown: Excerpt) -> Row:
    """Return an action with its lists, and of its sentences what may be shown."""
    quotes = [shown.text[slice(*span)] for s, e in spans if (span := shown.find(s, e))]
    lists = {key: json.loads(row[key]) for key in _LISTS}
    lists["provisions"].sort(key=lambda provision: provision_key(provision["id"]))
    return row | lists | {"evidence": quotes}


def mark_text(article: Row) -> list[Row]:
    """Return the shown text in pieces, in order: `text`, whether it is `proof`, and the `mention` it is a part of (or None).

    Of mentions that overlap the longest stays, but the words of a measure, which may be half a sentence, give way to
    names, sums and dates in them.
    """
    text, mentions = article["text"], article["mentions"]
    names = _keep_longest(m for m in mentions if m["kind"] != "sanction")
    phrases = _keep_longest(m for m in mentions if m["kind"] == "sanction")
    marks = sorted(
        [*names, *(part for phrase in phrases if (part := _free_part(phrase, names)))], key=lambda m: m["start"]
    )
    cuts = {0, len(text)}.union(*((m["start"], m["end"]) for m in marks), *article["evidence"])
    places = sorted(cut for cut in cuts if 0 <= cut <= len(text))
    pieces = []
    waiting = marks[::-1]
    for start, end in pairwise(places):
        while waiting and waiting[-1]["end"] <= start:
            waiting.pop()
        mention = waiting[-1] if waiting and waiting[-1]["start"] <= start else None
        proof = any(s <= start and end <= e for s, e in article["evidence"])
        pieces.append({"text": text[start:end], "proof": proof, "mention": mention})
    return pieces


def _keep_longest(mentions: Iterable[Row]) -> list[Row]:
    kept: list[Row] = []
    for mention in sorted(mentions, key=lambda m: (m["start"], -m["end"])):
        if not kept or kept[-1]["end"] <= mention["start"]:
            kept.append(mention)
        elif mention["end"] - mention["start"] > kept[-1]["end"] - kept[-1]["start"]:
            kept[-1] = mention
    return kept


def _free_part(phrase: Row, names: list[Row]) -> Row | None:
    """Return the longest part of a phrase that no name stands in, or None."""
    inside = [m for m in names if m["start"] < phrase["end"] and phrase["start"] < m["end"]]
    starts, ends = [phrase["start"], *(m["end"] for m in inside)], [*(m["start"] for m in inside), phrase["end"]]
    start, end = max(zip(starts, ends, strict=True), key=lambda part: part[1] - part[0])
    return phrase | {"start": start, "end": end} if start < end else None


show_article = make_view("article", load_article)
