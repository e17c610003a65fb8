"""Search over cases, companies, regulators, provisions and articles, ranked; and suggestions while somebody types."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Request

from dpawatch.web.database import fetch_rows, find_database
from dpawatch.web.filters import CaseFilter
from dpawatch.web.matching import CLOSE, OPEN, match_query, read_snippet
from dpawatch.web.pages.answers import answer_headers, arguments_of, render, with_database
from dpawatch.web.pages.cases import name_conditions
from dpawatch.web.pages.items import CASE_ITEM, read_items
from dpawatch.wording import path_part

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

Row = dict[str, Any]

KINDS = ("case", "company", "regulator", "provision", "article")
# In a search for everything, and for one kind alone.
SHOWN, MOST_RESULTS, MOST_NAMES = 12, 100, 6
_MOST_CHARACTERS = 300
_SUGGESTED = 3
# Of so many newest ones the best are told; ranking all that have a common word would hold up other readers.
_RANKED_CASES, _RANKED_ARTICLES = 300, 100
_NEWEST = """{table}.rowid >= coalesce((select rowid from {table} where {table} match :words
    order by rowid desc limit 1 offset :ranked), 0)"""
# What stands before a number in citations, and in no name of a provision.
_ARTICLE = re.compile(
    r"\b(?:art|arts|article|articles|artikel|articolo|art[íi]culo|artigo|artyku[łl]|section|sec)\b\.?|§+", re.IGNORECASE
)

_CASES = """with found as (select cases.rowid as place, {rank} as rank from cases_fts join cases on cases.rowid = cases_fts.rowid
        where cases_fts match :words and {newest} and {where} order by {order} limit :limit)
    select {item} from found join cases on cases.rowid = place
    left join regulators on regulators.id = cases.regulator order by {order}"""
_CASE_RANK = "bm25(cases_fts, 4, 8, 2)"
_ARTICLES = """select articles.id, articles.url, articles.title, articles.published, articles.lang,
    articles.publisher, articles.is_enforcement,
    snippet(articles_fts, 1, '{open}', '{close}', '…', 32) as snippet,
    (select case_id from case_articles where article = articles.id limit 1) as case_id
    from articles_fts join articles on articles.rowid = articles_fts.rowid
    where articles_fts match :words and {newest} and {where} order by {order} limit :limit"""
_ARTICLE_RANK = "bm25(articles_fts, 6, 1)"
# What of a filter can be asked of an article.
_OF_ARTICLES = {
    "lang": "articles.lang = :lang",
    "source": "articles.source = :source",
    "year": "articles.published >= :year and articles.published < :year || '~'",
    "since": "articles.published >= :since",
    "until": "articles.published < :until || '~'",
}
_OF_KIND = {"company": "= 'company'", "regulator": "= 'regulator'", "provision": "in ('provision', 'law')"}
# The one that has the very name or id first, then what has most cases.
_ENTITIES = """select kind, id, entities.name, country, cases from entities_fts join entities on entities.rowid = entities_fts.rowid
    where entities_fts match :words and kind {kind}
    order by entities.name = :text collate nocase or id = :text collate nocase desc, cases desc, length(entities.name), id
    limit :limit"""


@with_database
async def show_search(datasette: Datasette, request: Request, database: Database) -> Response:
    """Return what is found for `?q=`, of one `kind` if that is asked for; other parameters are those of lists of cases."""
    arguments = arguments_of(request)
    text = arguments.get("q", "").strip()
    kind = arguments.get("kind") if arguments.get("kind") in KINDS else None
    case_filter = replace(CaseFilter.read(arguments | {"q": ""}), after=None)
    found = await find(database, text, case_filter, kind)
    if request.url_vars["format"]:
        return Response.json({"q": text, "kind": kind, **found}, headers=answer_headers(datasette))
    names = await name_conditions(database, case_filter)
    context = {
        "q": text,
        "kind": kind,
        "found": found,
        "asked": case_filter.address,
        "chips": case_filter.list_chips(names),
    }
    return render(datasette, "search.html", context, script="suggest.js")


async def show_suggestions(datasette: Datasette, request: Request) -> Response:
    """Return what `?q=` may become, the likeliest of each kind first, as JSON."""
    database = await find_database(datasette)
    if database is None:
        return Response.json({"ok": False, "error": "No data yet", "status": 503}, status=503)
    text = (request.args.get("q") or "").strip()
    suggestions = [
        row | {"address": str(datasette.urls.path(f"/{row['kind']}/{path_part(row['id'])}"))}
        for row in await suggest(database, text)
    ]
    return Response.json({"q": text[:_MOST_CHARACTERS], "suggestions": suggestions}, headers=answer_headers(datasette))


async def find(
    database: Database, text: str, case_filter: CaseFilter | None = None, kind: str | None = None
) -> dict[str, list[Row] | bool]:
    """Return lists by kind, best first, of what has every word of text, the last one also as the beginning of a word.

    Articles carry `snippet` as Segments. `more_cases` and `more_articles` say that a list was cut. Conditions of the
    filter hold for cases, and for articles as far as they can; where there are any, names are left out.
    """
    words, case_filter = match_query(text), case_filter or CaseFilter()
    found: dict[str, Any] = {"cases": [], "companies": [], "regulators": [], "provisions": [], "articles": []}
    found |= {"more_cases": False, "more_articles": False}
    if words is None:
        return found
    limit = MOST_RESULTS if kind else SHOWN
    if kind in (None, "case"):
        cases = await _find_cases(database, words, case_filter, limit + 1)
        found |= {"cases": read_items(cases[:limit]), "more_cases": len(cases) > limit}
    if kind in (None, "article"):
        articles = await _find_articles(database, words, case_filter, limit + 1)
        shown = [row | {"snippet": read_snippet(row["snippet"])} for row in articles[:limit]]
        found |= {"articles": shown, "more_articles": len(articles) > limit}
    for of, plural in (("company", "companies"), ("regulator", "regulators"), ("provision", "provisions")):
        if kind == of or (kind is None and not case_filter.active):
            found[plural] = await find_entities(database, text, of, limit if kind else MOST_NAMES)
    return found


async def suggest(database: Database, text: str) -> list[Row]:
    """Return kind, id, name and number of cases of what text may mean: companies, regulators, provisions, cases."""
    words = match_query(text, least=2)
    if words is None or len(text) < 2:
        return []
    found = []
    for kind in _OF_KIND:
        found += [
            {"kind": kind, "id": row["id"], "name": row["name"], "cases": row["cases"]}
            for row in await find_entities(database, text, kind, _SUGGESTED, least=2)
        ]
    cases = await _find_cases(database, words, CaseFilter(), _SUGGESTED)
    return found + [{"kind": "case", "id": row["id"], "name": row["title"], "cases": 1} for row in cases]


async def find_entities(database: Database, text: str, kind: str, limit: int, least: int = 3) -> list[Row]:
    """Return the companies, regulators or provisions (with laws) of these words; none while the database has no index of them."""
    text = _ARTICLE.sub(" ", text) if kind == "provision" else text
    words = match_query(text, least)
    if words is None:
        return []
    params = {"words": words, "text": text.replace("\x00", "").strip()[:_MOST_CHARACTERS], "limit": limit}
    try:
        return await fetch_rows(database, _ENTITIES.format(kind=_OF_KIND[kind]), params)
    except QueryInterrupted:  # too many to be ranked in time
        return []
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        return []  # the database is of an older version


async def _find_cases(database: Database, words: str, case_filter: CaseFilter, limit: int) -> list[Row]:
    where, params = case_filter.where
    # conditions choose among all; without any, the newest are enough
    newest = "1" if params else _NEWEST.format(table="cases_fts")
    sql = _CASES.format(where=where, newest=newest, item=CASE_ITEM, rank="{rank}", order="{order}")
    params |= {"words": words, "limit": limit, "ranked": _RANKED_CASES - 1}
    return await _ranked(database, "cases_fts", sql, _CASE_RANK, "place", params)


async def _find_articles(database: Database, words: str, case_filter: CaseFilter, limit: int) -> list[Row]:
    params = {field: value for field, value in case_filter.active.items() if field in _OF_ARTICLES}
    where = " and ".join(_OF_ARTICLES[field] for field in params) or "1"
    newest = "1" if params else _NEWEST.format(table="articles_fts")
    sql = _ARTICLES.format(where=where, newest=newest, open=OPEN, close=CLOSE, order="{order}")
    params |= {"words": words, "limit": limit, "ranked": _RANKED_ARTICLES - 1}
    return await _ranked(database, "articles_fts", sql, _ARTICLE_RANK, "articles_fts.rowid", params)


async def _ranked(database: Database, table: str, sql: str, rank: str, place: str, params: Row) -> list[Row]:
    """Return the best rows with the words as they were typed, or where these are too few, also with longer last words.

    All words that begin alike have long lists of rows to be joined, which would hold up other readers: not where no row has
    the words before.
    """
    words = params["words"]
    whole = await _quick_enough(database, sql, rank, place, params | {"words": words.removesuffix("*")})
    if len(whole) >= params["limit"] or not words.endswith("*"):
        return whole
    if before := words.rpartition(" ")[0]:
        found = f"select 1 from {table} where {table} match :words limit 1"  # noqa: S608 (a name of ours)
        if not await fetch_rows(database, found, {"words": before}):
            return whole
    return await _quick_enough(database, sql, rank, place, params)


async def _quick_enough(database: Database, sql: str, rank: str, place: str, params: Row) -> list[Row]:
    """Return the best rows, or the newest ones when so many match that ranking them would take too long."""
    try:
        return await fetch_rows(database, sql.format(rank=rank, order="rank" if "{rank}" in sql else rank), params)
    except QueryInterrupted:
        return await fetch_rows(database, sql.format(rank="0", order=f"{place} desc"), params)
