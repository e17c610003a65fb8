"""Analyses: which articles wait to be read, and what reading one of them gave, stored as rows with their spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from db.companies.naming import ArticleNames, company_of, respondent_keys, store_names
from db.missing import why_no_amount, why_no_euro
from db.odd_pages import EXTRACTION
from db.reference import ensure_provisions
from db.values import STATED_PUBLISHED, iso_time, sql_number, transaction
from nlp.models import Action, Analysis, Document, ProvisionRole, Span

# where, of what kind, of what, in which role, and for companies by which name
Mention = tuple[Span, str, str, str | None, str | None]

_BATCH = 200
# The part of the waiting list, as ranges of the index on (pipeline, id).
_WAITING = ("pipeline is null", "pipeline < :pipeline", "pipeline > :pipeline")
# what is not believed is not read
_BELIEVED = f"defect is not '{EXTRACTION}'"
_ROLE_ORDER: tuple[ProvisionRole, ...] = ("violated", "alleged", "power", "cited")


def count_waiting(db: Database, pipeline: str | None) -> int:
    """Return how many articles have no analysis by this version of the pipeline; None counts all that may be read."""
    if pipeline is None:
        return int(db.execute(f"select count(*) from articles where {_BELIEVED}").fetchone()[0])  # noqa: S608
    sql = " union all ".join(f"select count(*) from articles where {part} and {_BELIEVED}" for part in _WAITING)  # noqa: S608
    return sum(row[0] for row in db.execute(sql, {"pipeline": pipeline}))


def is_waiting(db: Database, document: Document, pipeline: str) -> bool:
    """Say whether an article has no analysis by this version of the pipeline, and is still stored as this document."""
    sql = f"select text, id, title, lang, {STATED_PUBLISHED}, publisher, pipeline from articles where id = ?"  # noqa: S608
    row = db.execute(sql, [document.id]).fetchone()
    return row is not None and row[6] != pipeline and Document(*row[:6]) == document


def waiting_articles(db: Database, pipeline: str, all: bool = False) -> Iterator[Document]:  # noqa: A002
    """Yield the articles that have no analysis by this version of the pipeline (`all`: every article) as Documents.

    They are read in ranges of ids, so no read stays open while the caller stores analyses, and one that could not be
    stored is not met again in the same pass.
    """
    for part in ("true",) if all else _WAITING:
        yield from _documents(db, part, pipeline)


def _documents(db: Database, part: str, pipeline: str) -> Iterator[Document]:
    key = "(pipeline, id) > (:last_pipeline, :last)" if "pipeline <" in part or "pipeline >" in part else "id > :last"
    order = "pipeline, id" if "last_pipeline" in key else "id"
    sql = f"""select id, text, title, lang, {STATED_PUBLISHED}, publisher, pipeline from articles
        where {part} and {_BELIEVED} and {key} order by {order} limit {_BATCH}"""  # noqa: S608 (parts are constants of this module)
    last: dict[str, Any] = {"last": "", "last_pipeline": "", "pipeline": pipeline}
    while rows := db.execute(sql, last).fetchall():
        for row in rows:
            yield Document(*_document_fields(row))
        last |= {"last": rows[-1][0], "last_pipeline": rows[-1][6]}


def _document_fields(row: tuple[Any, ...]) -> tuple[str, str, str, str, str | None, str]:
    article, text, title, lang, published, publisher, _ = row
    return text, article, title, lang, published, publisher


def store_analysis(db: Database, article_id: str, text: str, analysis: Analysis, now: datetime) -> bool:
    """Replace what earlier readings of an article found; return False, and store nothing, when its text has changed.

    Args:
        text: the text that was read; every span of the analysis is an offset in code points into it.
    All rows of the article change in one transaction. Repeating the call leaves the same rows.
    """
    with transaction(db):
        row = db.execute(f"select text, {STATED_PUBLISHED} from articles where id = ?", [article_id]).fetchone()  # noqa: S608
        if row is None or row[0] != text:
            return False
        for table in ("mentions", "actions"):
            db.execute(f"delete from {table} where article = ?", [article_id])  # noqa: S608 (a name from above)
        names = store_names(db, article_id, text, analysis)
        _insert_mentions(db, article_id, text, analysis, names)
        for position, action in enumerate(analysis.actions, start=1):
            _insert_action(db, article_id, position, action, analysis, names, row[1])
        sql = """update articles set pipeline = ?, analysed = ?, analysis_error = null, is_enforcement = ?,
            relevance = ? where id = ?"""
        mark = [analysis.pipeline, iso_time(now), int(analysis.is_enforcement), analysis.relevance]
        db.execute(sql, [*mark, article_id])
    return True


def store_failed_analysis(db: Database, article_id: str, pipeline: str, error: str, now: datetime) -> None:
    """Mark an article as one this version of the pipeline could not read; it is tried again by the next version."""
    sql = "update articles set pipeline = ?, analysed = ?, analysis_error = ? where id = ?"
    db.execute(sql, [pipeline, iso_time(now), error, article_id])


def _insert_mentions(db: Database, article: str, text: str, analysis: Analysis, names: ArticleNames) -> None:
    sql = """insert into mentions (article, kind, entity, role, start, "end", text, pipeline, name_key)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
    mentions = [*_mentions(analysis), *_company_mentions(db, analysis, names)]
    for (start, end), kind, entity, role, key in sorted(mentions, key=lambda m: (*m[:3], m[3] or "")):
        db.execute(sql, [article, kind, entity, role, start, end, text[start:end], analysis.pipeline, key])


def _mentions(analysis: Analysis) -> Iterator[Mention]:
    found: list[tuple[str, str, str | None, tuple[Span, ...]]] = [
        *(("regulator", r.id, None, r.spans) for r in analysis.regulators),
        *(("provision", p.id, p.role, p.spans) for p in analysis.provisions),
        *(("sanction", s.id, None, s.spans) for s in analysis.sanctions),
        *(("amount", f"{a.currency} {sql_number(a.amount)}", None, a.spans) for a in analysis.amounts),
        *(("date", d.date, None, d.spans) for d in analysis.dates),
    ]
    for kind, entity, role, spans in found:
        for span in spans:
            yield span, kind, entity, role, None


def _company_mentions(db: Database, analysis: Analysis, names: ArticleNames) -> Iterator[Mention]:
    for company in analysis.companies:
        for span in company.spans:
            key = names.of_span.get((company.name, span))
            if key:
                yield span, "company", company_of(db, key), company.role, key


def _insert_action(
    db: Database,
    article: str,
    position: int,
    action: Action,
    analysis: Analysis,
    names: ArticleNames,
    published: str | None,
) -> None:
    missing = why_no_amount(action.sanctions) if action.amount is None else None
    day = action.decision_date or published
    action_id = f"{article}-{position}"
    start, end = action.evidence[0] if action.evidence else (None, None)
    row = {
        "id": action_id,
        "article": article,
        "position": position,
        "regulator": action.regulator,
        "status": action.status,
        "amount": sql_number(action.amount),
        "currency": action.currency,
        "amount_eur": sql_number(action.amount_eur),
        "amount_missing": missing,
        "amount_eur_missing": why_no_euro(missing, day) if action.amount_eur is None else None,
        "fx_rate": sql_number(action.fx_rate),
        "fx_date": action.fx_date,
        "decision_date": action.decision_date,
        "background": int(action.background),
        "confidence": action.confidence,
        "evidence_start": start,
        "evidence_end": end,
        "pipeline": analysis.pipeline,
    }
    columns, places = ", ".join(row), ", ".join(f":{column}" for column in row)
    db.execute(f"insert into actions ({columns}) values ({places})", row)  # noqa: S608 (names are from above)
    _link_action(db, action_id, action, analysis, names)


def _link_action(db: Database, action_id: str, action: Action, analysis: Analysis, names: ArticleNames) -> None:
    ensure_provisions(db, action.provisions)
    roles, keys = _provision_roles(analysis), respondent_keys(db, names, action)
    links: dict[str, Iterable[tuple[Any, ...]]] = {
        "action_evidence": action.evidence,
        "action_happenings": [(h.kind, h.date, *h.span) for h in action.happenings],
        "action_names": [(key,) for key in keys],
        "action_respondents": [(company_of(db, key),) for key in keys],
        # A provision that stands in an action alone is no more than cited.
        "action_provisions": [(p, roles.get(p, "cited")) for p in action.provisions],
        "action_sanctions": [(s,) for s in action.sanctions],
        "action_violations": [(v,) for v in action.violations],
    }
    for table, rows in links.items():
        for row in dict.fromkeys(rows):
            places = ", ".join("?" * (len(row) + 1))
            db.execute(f"insert into {table} values ({places})", [action_id, *row])  # noqa: S608 (a name from above)


def _provision_roles(analysis: Analysis) -> dict[str, ProvisionRole]:
    """Return the strongest role of each provision: violated before alleged, power and cited."""
    weakest_first = sorted(analysis.provisions, key=lambda p: -_ROLE_ORDER.index(p.role))
    return {p.id: p.role for p in weakest_first}
