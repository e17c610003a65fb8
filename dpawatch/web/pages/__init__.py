"""The pages of the site, one module for each type: what it asks of the database, and how it answers.

Modules: answers, moved, items and totals, which all share; then home, case, cases; listing with company, regulator,
provision and source, whose pages are lists too; article with marks; search; atom has the feeds, cited the citations;
about, health, download and crawled what the site says of itself; reconcile the service for OpenRefine; hidden what is not shown.
`ROUTES` are their addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dpawatch.web.pages.about import ABOUT_ROUTES
from dpawatch.web.pages.article import show_article
from dpawatch.web.pages.atom import FEED_ROUTES
from dpawatch.web.pages.case import show_case
from dpawatch.web.pages.cases import show_cases
from dpawatch.web.pages.cited import CITATION_ROUTES
from dpawatch.web.pages.company import show_company
from dpawatch.web.pages.crawled import CRAWLER_ROUTES
from dpawatch.web.pages.download import DOWNLOAD_ROUTES
from dpawatch.web.pages.health import HEALTH_ROUTES
from dpawatch.web.pages.hidden import HIDDEN_ROUTES
from dpawatch.web.pages.home import show_home
from dpawatch.web.pages.provision import show_provision
from dpawatch.web.pages.reconcile import RECONCILE_ROUTES
from dpawatch.web.pages.regulator import show_regulator
from dpawatch.web.pages.search import show_search, show_suggestions
from dpawatch.web.pages.source import show_source

_ENTITY = r"(?P<id>[^/]+?)(?P<format>\.json)?$"
ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"^/$", show_home),
    *FEED_ROUTES,
    *CITATION_ROUTES,
    *ABOUT_ROUTES,
    *HEALTH_ROUTES,
    *DOWNLOAD_ROUTES,
    *CRAWLER_ROUTES,
    *RECONCILE_ROUTES,
    *HIDDEN_ROUTES,
    (rf"^/case/{_ENTITY}", show_case),
    (r"^/cases(?P<format>\.json|\.csv)?$", show_cases),
    (rf"^/article/{_ENTITY}", show_article),
    (rf"^/company/{_ENTITY}", show_company),
    (rf"^/provision/{_ENTITY}", show_provision),
    (rf"^/regulator/{_ENTITY}", show_regulator),
    (rf"^/source/{_ENTITY}", show_source),
    (r"^/search(?P<format>\.json)?$", show_search),
    (r"^/suggest$", show_suggestions),
]
