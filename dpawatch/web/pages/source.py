"""A source: what it is, how it fares, in what rhythm it is asked, and what came from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from db.health import name_own_state
from db.silence import explain_silence
from dpawatch.web.database import fetch_rows
from dpawatch.web.filters import CaseFilter
from dpawatch.web.pages.answers import make_view
from dpawatch.web.pages.listing import load_listing

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.database import Database

Row = dict[str, Any]

_SOURCE = """
select sources.id, publisher, regulators.name as publisher_name, sources.kind, format, url, homepage, language, topics, active,
    last_polled, last_success, last_new, next_due, failures, last_error, last_warning, sources.country, reuse, lacks,
    on_request, first_success, interval, moved_to, stopped, held, held_since, odd_pages, judged, last_item, days, gaps,
    usual_gap, longest_gap, probability, coalesce(silent, 0) as silent
from sources left join regulators on regulators.id = publisher left join silences on silences.source = sources.id
where sources.id = :id
"""
_ARTICLES = """
select id, title, published, lang, is_enforcement from articles where source = :id order by published desc limit 20
"""
_COUNT = "select count(*) as articles from articles where source = :id"


async def load_source(database: Database, source_id: str) -> Row | None:
    """Return a source as a document, or None; `state` says how it fares, as `dpawatch status` does as far as its own row tells."""
    params = {"id": source_id}
    found = await fetch_rows(database, _SOURCE, params)
    if not found:
        return None
    source = found[0]
    state = name_own_state(source) if source["active"] else "no longer polled"
    return source | {
        "state": "silent" if state == "works" and source["silent"] else state,
        "silence": explain_silence(source) if source["judged"] else None,
        "article_count": (await fetch_rows(database, _COUNT, params))[0]["articles"],
        "articles": await fetch_rows(database, _ARTICLES, params),
        **await load_listing(database, CaseFilter(source=source_id)),
    }


show_source = make_view("source", load_source)
