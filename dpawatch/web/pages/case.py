"""One case with everything its page shows: the same document is the page's JSON."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request

from dpawatch.web.addresses import whole_address
from dpawatch.web.citations import cite
from dpawatch.web.database import fetch_together
from dpawatch.web.pages.answers import make_view
from dpawatch.wording import path_part, provision_key

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

Row = dict[str, Any]

MOST_ARTICLES = 100  # a case has a handful; the table has them all
MOST_CHANGES = 100
MOST_RELATED = 6

_CASE = """
select cases.*, regulators.name as regulator_name, regulators.native_name, regulators.abbreviation, regulators.country,
    regulators.website
from cases left join regulators on regulators.id = cases.regulator where cases.id = :id
"""
_COMPANIES = """
select companies.id, companies.name from case_companies join companies on companies.id = company
where case_id = :id order by companies.name
"""
_PROVISIONS = """
select provisions.id, role, provisions.title, provisions.url, laws.name as law
from case_provisions join provisions on provisions.id = provision left join laws on laws.id = provisions.law
where case_id = :id
"""
_ROLES = ("violated", "alleged", "power", "cited")
_SANCTIONS = "select sanction from case_sanctions where case_id = :id order by sanction"
_VIOLATIONS = "select violation from case_violations where case_id = :id order by violation"
_EVENTS = """
select date, date_origin, case_events.kind, article, amount, currency, rank, told_by, start, "end", articles.text, articles.title,
    articles.url, articles.lang, articles.publisher, regulators.abbreviation as publisher_short
from case_events left join articles on articles.id = article left join regulators on regulators.id = articles.publisher
where case_id = :id order by date is null, date, case_events.kind, case_events.id
"""
_HISTORY = f"""
select field, old, new, changed, cause_kind, cause from history
where entity = 'case' and entity_id = :id order by changed desc, id desc limit {MOST_CHANGES}
"""  # noqa: S608 (a constant of this module)
_RELATED = f"""
select cases.id, cases.title, cases.status, cases.decided, cases.last_seen, regulators.abbreviation as
    regulator_abbreviation, regulators.name as regulator_name
from cases left join regulators on regulators.id = cases.regulator where cases.id <> :id and cases.id in ({{found}})
order by cases.last_seen desc, cases.id limit {MOST_RELATED}
"""  # noqa: S608 (a constant of this module)
# Against the same organisation, or one of its group.
_SAME_PARTY = """
with heads as (select coalesce(parent, id) as head from case_companies join companies on id = company where case_id = :id)
select case_id from case_companies where company in (
    select head from heads union select companies.id from companies join heads on parent = head)
"""
# By the same regulator in the same year under a provision that both turn on. The cross join keeps SQLite from beginning
# with a provision: half of all cases cite some of them, and a regulator has few cases in a year.
_SAME_PROVISIONS = """
select other.id from cases as this join cases as other on other.regulator = this.regulator
cross join case_provisions as theirs on theirs.case_id = other.id
cross join case_provisions as ours on ours.case_id = this.id and ours.provision = theirs.provision
where this.id = :id and ours.role <> 'power'
and substr(coalesce(other.decided, other.first_seen), 1, 4) = substr(coalesce(this.decided, this.first_seen), 1, 4)
"""
_SIDES = ("", "other_")
_CONTRADICTIONS = """
select field, value, start, "end", own.id as article, own.text as text,
    coalesce((select abbreviation from regulators where id = own.publisher), own.publisher) as publisher,
    other_value, other_start, other_end, rival.id as other_article, rival.text as other_text,
    coalesce((select abbreviation from regulators where id = rival.publisher), rival.publisher) as other_publisher
from contradiction_quotes join articles own on own.id = contradiction_quotes.article
join articles rival on rival.id = other_article
where case_id = :id order by field, other_value
"""
_ARTICLES = f"""
select articles.id, articles.url, articles.title, articles.published, articles.lang, articles.publisher,
    articles.source, articles.text, sources.kind as source_kind, regulators.name as publisher_name,
    regulators.abbreviation as publisher_short
from case_articles join articles on articles.id = article
left join sources on sources.id = articles.source left join regulators on regulators.id = articles.publisher
where case_id = :id order by articles.published, articles.id limit {MOST_ARTICLES}
"""  # noqa: S608 (a constant of this module)
_ACTIONS = """
select actions.id, actions.article, status, amount, currency, amount_eur, fx_rate, fx_date, decision_date,
    confidence, actions.pipeline, (select json_group_array(sanction) from action_sanctions where action = actions.id)
    as sanctions
from case_actions join actions on actions.id = action where case_id = :id order by actions.article, position
"""
_EVIDENCE = """
select action_evidence.action, start, "end" from case_actions join action_evidence using (action)
where case_id = :id order by action_evidence.action, start
"""
_PARTS = {
    "case": _CASE,
    "companies": _COMPANIES,
    "provisions": _PROVISIONS,
    "sanctions": _SANCTIONS,
    "violations": _VIOLATIONS,
    "events": _EVENTS,
    "contradictions": _CONTRADICTIONS,
    "articles": _ARTICLES,
    "actions": _ACTIONS,
    "evidence": _EVIDENCE,
    "history": _HISTORY,
    "same_respondent": _RELATED.format(found=_SAME_PARTY),
    "same_provisions": _RELATED.format(found=_SAME_PROVISIONS),
}


async def load_case(database: Database, case_id: str) -> Row | None:
    """Return a case as a document of plain values, or None when there is none of that id.

    Quotes are `text[start:end]` of their article, cut here and not in SQL, which ends a text at a NUL.
    """
    found = await fetch_together(database, _PARTS, {"id": case_id})
    if not found["case"]:
        return None
    actions = _with_evidence(found["actions"], found["evidence"])
    return _case_fields(found["case"][0]) | {
        "respondents": found["companies"],
        "provisions": sorted(found["provisions"], key=_provision_order),
        "sanctions": [row["sanction"] for row in found["sanctions"]],
        "violations": [row["violation"] for row in found["violations"]],
        "events": [_event(row) for row in found["events"]],
        "contradictions": [_contradiction(row) for row in found["contradictions"]],
        "article_count": found["case"][0]["articles"],
        "articles": _with_actions(found["articles"], actions),
        "history": found["history"],
        "related": {kind: found[kind] for kind in ("same_respondent", "same_provisions")},
    }


def _case_fields(row: Row) -> Row:
    regulator = {
        "id": row["regulator"],
        "name": row["regulator_name"],
        **{key: row[key] for key in ("native_name", "abbreviation", "country", "website")},
    }
    kept = (
        "id", "title", "status", "decided", "annulled", "amount", "currency", "amount_before", "amount_eur", "fx_rate",
        "fx_date", "regulator_missing", "respondents_missing", "decided_missing", "amount_missing",
        "amount_eur_missing", "first_seen", "last_seen",
    )  # fmt: skip
    return {key: row[key] for key in kept} | {"regulator": regulator if row["regulator"] else None}


def _event(row: Row) -> Row:
    """Return an event with the sentence that tells it (None: only the headline does)."""
    text, start, end = (row.pop(key) for key in ("text", "start", "end"))
    return row | {"quote": None if text is None or start is None else text[start:end]}


def _with_evidence(actions: list[Row], evidence: list[Row]) -> list[Row]:
    spans = defaultdict(list)
    for row in evidence:
        spans[row["action"]].append((row["start"], row["end"]))
    return [action | {"spans": spans[action["id"]]} for action in actions]


def _with_actions(articles: list[Row], actions: list[Row]) -> list[Row]:
    """Return the articles without their texts, each with the actions read from it and their quotes."""
    read = defaultdict(list)
    for action in actions:
        read[action["article"]].append(action)
    return [_article(article, read[article["id"]]) for article in articles]


def _article(row: Row, actions: list[Row]) -> Row:
    text = row.pop("text")
    return row | {"actions": [_action(action, text) for action in actions]}


def _action(row: Row, text: str) -> Row:
    sanctions = json.loads(row["sanctions"])
    quotes = [{"start": s, "end": e, "text": text[s:e]} for s, e in row["spans"]]
    return {key: value for key, value in row.items() if key not in {"article", "spans"}} | {
        "sanctions": sanctions,
        "evidence": quotes,
    }


def _provision_order(row: Row) -> tuple[int, list[tuple[int, str]]]:
    role = row["role"]
    return (_ROLES.index(role) if role in _ROLES else len(_ROLES), provision_key(row["id"]))


def _contradiction(row: Row) -> Row:
    """Return the field, and of both sides the value, the article that says so and its sentence (None: only its title)."""
    return {"field": row["field"], "sides": [_side(row, side) for side in _SIDES]}


def _side(row: Row, side: str) -> Row:
    text, start, end = (row[f"{side}{key}"] for key in ("text", "start", "end"))
    kept = {key: row[f"{side}{key}"] for key in ("value", "article", "publisher")}
    return kept | {"quote": None if start is None else text[start:end]}


def _add_citation(datasette: Datasette, request: Request, case: Row) -> Row:
    address = whole_address(datasette, request, f"/case/{path_part(case['id'])}")
    return {"citation": asdict(cite(case, address, datetime.now(UTC).date()))}


show_case = make_view("case", load_case, add=_add_citation)
