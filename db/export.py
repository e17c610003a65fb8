"""Rows for other programs: cases, actions or articles, each with what is linked to it, one after the other.

Texts of the press are excerpts, as in the public copy (db.excerpts), and quotes are the parts of the evidence in them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Literal

from sqlite_utils import Database

from db.excerpts import IS_OPEN, Excerpt, Piece, cut_excerpt
from db.public import PRIVATE

What = Literal["cases", "actions", "articles"]
Row = dict[str, Any]

_LIST = "(select json_group_array({value}) from (select distinct {value} from {table} where {key} = {of} order by 1))"
# what is linked to a row, by the name it is exported under: a list of values
_LINKED: dict[What, dict[str, str]] = {
    "cases": {
        "companies": _LIST.format(value="company", table="case_companies", key="case_id", of="cases.id"),
        "provisions": _LIST.format(value="provision", table="case_provisions", key="case_id", of="cases.id"),
        "violated": _LIST.format(
            value="provision", table="case_provisions", key="role = 'violated' and case_id", of="cases.id"
        ),
        "sanctions": _LIST.format(value="sanction", table="case_sanctions", key="case_id", of="cases.id"),
        "violations": _LIST.format(value="violation", table="case_violations", key="case_id", of="cases.id"),
    },
    "actions": {
        "companies": _LIST.format(value="company", table="action_respondents", key="action", of="actions.id"),
        "provisions": _LIST.format(value="provision", table="action_provisions", key="action", of="actions.id"),
        "violated": _LIST.format(
            value="provision", table="action_provisions", key="role = 'violated' and action", of="actions.id"
        ),
        "sanctions": _LIST.format(value="sanction", table="action_sanctions", key="action", of="actions.id"),
        "violations": _LIST.format(value="violation", table="action_violations", key="action", of="actions.id"),
        "cases": _LIST.format(value="case_id", table="case_actions", key="action", of="actions.id"),
    },
    "articles": {
        "sources": _LIST.format(value="source", table="article_sources", key="article", of="articles.id"),
        "cases": _LIST.format(value="case_id", table="case_articles", key="article", of="articles.id"),
    },
}
# columns that hold a list as one text
_JOINED = {"cases": ("respondents", "regulator_names")}
_SINCE: dict[What, str] = {
    "cases": "cases.last_seen >= :since",
    "actions": "(select coalesce(published, fetched) from articles where id = article) >= :since",
    "articles": "coalesce(published, fetched) >= :since",
}
_ARTICLE = "select url, title, publisher, published, lang from articles where id = ?"
_RESPONDENTS = """select name from action_respondents join companies on companies.id = company
    where action = ? order by company"""
_TEXT = f"select text, {IS_OPEN} from articles where id = ?"  # noqa: S608 (a constant of db.excerpts)
_SPANS = """select actions.id, action_evidence.start, action_evidence."end" from actions
    join action_evidence on action_evidence.action = actions.id where actions.article = ? order by position, start"""
_CASE_ARTICLES = """select articles.id as article, case_articles.kind, url, title, publisher, published, lang
    from case_articles join articles on articles.id = article where case_id = ? order by published, articles.id"""
_CASE_EVENTS = 'select date, kind, article, start, "end" from case_events where case_id = ? order by date, kind, id'
_CASE_ACTIONS = """select actions.id, actions.article from case_actions join actions on actions.id = action
    where case_id = ? order by actions.article, position"""


def list_keys(db: Database, what: What) -> list[str]:
    """Return the keys of the rows that export_rows yields, in their order."""
    return [*_columns(db, what), *_LINKED[what], *_ADDED[what]]


def export_rows(db: Database, what: What, since: str | None = None) -> Iterator[Row]:
    """Yield the rows of a table by id, as they are at one moment, with the columns of the table and lists of what is linked.

    Args:
        since: an ISO date or time, or the beginning of one: only what is reported by an article of then or later, told by
            when it was published, or fetched when nobody says so.
    To a case come `events` (date, kind, article, quote), `documents` (its articles, each with its quotes) and all `quotes`;
    to an action its article's `url`, `title`, `publisher`, `published` and its `quotes`; to an article whether its `text`
    is an `excerpt`. A text of the press is never whole, and spans are offsets into what is shown of it.
    """
    quotes, columns = _Quotes(db), _columns(db, what)
    values = ", ".join(f"{what}.{column}" for column in columns) + ", " + ", ".join(_LINKED[what].values())
    where = f" where {_SINCE[what]}" if since else ""
    sql = f"select {values} from {what}{where} order by {what}.id"  # noqa: S608 (our tables and columns)
    names = [*columns, *_LINKED[what]]
    for values_found in db.conn.execute(sql, {"since": since} if since else {}):
        row = dict(zip(names, values_found, strict=True))
        row |= {name: json.loads(row[name]) for name in _LINKED[what]}
        row |= {name: row[name].split("; ") if row[name] else [] for name in _JOINED.get(what, ())}
        yield row | _COMPLETE[what](db, quotes, row)


def _columns(db: Database, what: What) -> list[str]:
    return [column.name for column in db[what].columns if column.name not in PRIVATE.get(what, ())]


class _Quotes:
    """What may be quoted of articles; that of the last ones is kept."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.look_up = lru_cache(maxsize=256)(self._look_up)

    def _look_up(self, article: str) -> tuple[Excerpt, bool, dict[str, list[tuple[int, int]]]]:
        """Return what may be shown of an article, whether that is all of it, and where the evidence of its actions is."""
        text, is_open = self.db.execute(_TEXT, [article]).fetchone()
        spans: dict[str, list[tuple[int, int]]] = {}
        for action, start, end in self.db.execute(_SPANS, [article]):
            spans.setdefault(action, []).append((start, end))
        shown = Excerpt(text, (Piece(0, len(text), 0),)) if is_open else cut_excerpt(text, spans.values())
        return shown, bool(is_open), spans

    def find(self, article: str, start: int | None, end: int | None) -> tuple[int, int] | None:
        """Return where the part of a span that may be shown stands in what is shown; None when there is none."""
        return None if start is None or end is None else self.look_up(article)[0].find(start, end)

    def of_span(self, article: str, start: int | None, end: int | None) -> str | None:
        """Return the part of a span that may be shown; None when there is none."""
        found = self.find(article, start, end)
        return self.look_up(article)[0].text[slice(*found)] if found else None

    def of_action(self, article: str, action: str) -> list[str]:
        """Return the sentences that prove an action, as far as they may be shown."""
        _, _, spans = self.look_up(article)
        found = [self.of_span(article, start, end) for start, end in spans.get(action, ())]
        return [quote for quote in found if quote]


def _complete_case(db: Database, quotes: _Quotes, row: Row) -> Row:
    of: dict[str, list[str]] = {}
    for action, article in db.execute(_CASE_ACTIONS, [row["id"]]).fetchall():
        of.setdefault(article, []).extend(quotes.of_action(article, action))
    documents = [
        document | {"quotes": list(dict.fromkeys(of.get(document["article"], ())))}
        for document in db.query(_CASE_ARTICLES, [row["id"]])
    ]
    events = [
        {"date": date, "kind": kind, "article": article, "quote": quotes.of_span(article, start, end)}
        for date, kind, article, start, end in db.execute(_CASE_EVENTS, [row["id"]]).fetchall()
    ]
    return {"events": events, "documents": documents, "quotes": [q for d in documents for q in d["quotes"]]}


def _complete_action(db: Database, quotes: _Quotes, row: Row) -> Row:
    (article,) = db.query(_ARTICLE, [row["article"]])
    respondents = [name for (name,) in db.execute(_RESPONDENTS, [row["id"]])]
    start, end = quotes.find(row["article"], row["evidence_start"], row["evidence_end"]) or (None, None)
    evidence = {"evidence_start": start, "evidence_end": end, "quotes": quotes.of_action(row["article"], row["id"])}
    return {"respondents": respondents, **article, **evidence}


def _complete_article(_: Database, quotes: _Quotes, row: Row) -> Row:
    shown, is_open, _spans = quotes.look_up(row["id"])
    return {"text": shown.text, "excerpt": int(not is_open)}


_COMPLETE: dict[What, Callable[[Database, _Quotes, Row], Row]] = {
    "cases": _complete_case,
    "actions": _complete_action,
    "articles": _complete_article,
}
_ADDED: dict[What, tuple[str, ...]] = {
    "cases": ("events", "documents", "quotes"),
    "actions": ("respondents", "url", "title", "publisher", "published", "lang", "quotes"),
    "articles": ("excerpt",),
}
