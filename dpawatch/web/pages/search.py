"""Search over cases and articles: what a reader types becomes a full-text query that cannot be an error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Request

from dpawatch.web.database import fetch_rows, find_database
from dpawatch.web.matching import CLOSE, OPEN, match_query, read_snippet
from dpawatch.web.pages.answers import render, show_no_database
from dpawatch.web.pages.items import CASE_ITEM, read_items

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.app import Datasette
    from datasette.database import Database

Row = dict[str, Any]
MOST_RESULTS = 20

_CASES = f"""select {CASE_ITEM} from cases_fts join cases on cases.rowid = cases_fts.rowid
    left join regulators on regulators.id = cases.regulator
    where cases_fts match :query order by {{order}} limit {MOST_RESULTS + 1}"""  # noqa: S608
_ARTICLES = f"""select articles.id, articles.url, articles.title, articles.published, articles.lang,
    articles.publisher, articles.is_enforcement,
    snippet(articles_fts, 1, '{OPEN}', '{CLOSE}', '…', 32) as snippet,
    (select case_id from case_articles where article = articles.id limit 1) as case_id
    from articles_fts join articles on articles.rowid = articles_fts.rowid
    where articles_fts match :query order by {{order}} limit {MOST_RESULTS + 1}"""  # noqa: S608
_CASE_RANK = "bm25(cases_fts, 4, 8, 2)"
_ARTICLE_RANK = "bm25(articles_fts, 6, 1)"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first. `more` says that a list was cut; articles carry `snippet` as Segments."""

    cases: list[Row] = field(default_factory=list)
    articles: list[Row] = field(default_factory=list)
    more_cases: bool = False
    more_articles: bool = False


async def show_search(datasette: Datasette, request: Request) -> Response:
    """Return the cases and articles found for `?q=`."""
    database = await find_database(datasette)
    if database is None:
        return await show_no_database(datasette, request)
    text = (request.args.get("q") or "").strip()
    context = {"q": text, "found": await find(database, text), "most": MOST_RESULTS}
    return await render(datasette, request, "search.html", context)


async def find(database: Database, text: str) -> Found:
    """Return the cases and articles that have every word of text, the last one as the beginning of a word."""
    query = match_query(text)
    if query is None:
        return Found()
    cases = await _ranked(database, _CASES, _CASE_RANK, query)
    articles = await _ranked(database, _ARTICLES, _ARTICLE_RANK, query)
    shown = [row | {"snippet": read_snippet(row["snippet"])} for row in articles[:MOST_RESULTS]]
    return Found(read_items(cases[:MOST_RESULTS]), shown, len(cases) > MOST_RESULTS, len(articles) > MOST_RESULTS)


async def _ranked(database: Database, sql: str, rank: str, query: str) -> list[Row]:
    """Return the best rows, or the newest ones when so many match that ranking them would take too long."""
    try:
        return await fetch_rows(database, sql.format(order=rank), {"query": query})
    except QueryInterrupted:
        return await fetch_rows(database, sql.format(order="rowid desc"), {"query": query})
