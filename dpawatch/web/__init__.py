"""The site: Datasette's plugin over the finished database. It reads rows and gives pages; it never writes and never fetches.

Modules in the order of a request: plugin (Datasette's hooks), gate, database, limits, kept, metadata, pages (one module for each
type), charts, markup, worldmap, dashboards, addresses, feeds, csvs, sheets, matches, citations, mcp, security.
"""

import sys

from datasette.plugins import pm

from dpawatch.web.plugin import (
    asgi_wrapper,
    extra_template_vars,
    get_metadata,
    handle_exception,
    permission_allowed,
    prepare_connection,
    prepare_jinja2_environment,
    register_output_renderer,
    register_routes,
    render_cell,
    skip_csrf,
    startup,
)

__all__ = [
    "asgi_wrapper",
    "extra_template_vars",
    "get_metadata",
    "handle_exception",
    "permission_allowed",
    "prepare_connection",
    "prepare_jinja2_environment",
    "register_output_renderer",
    "register_routes",
    "render_cell",
    "skip_csrf",
    "startup",
]

# Who imports a module of ours before Datasette is loaded makes it load this package half made, and take no hook of it.
_this = sys.modules[__name__]
if pm.is_registered(_this):
    _name = pm.get_name(_this)
    pm.unregister(_this)
    pm.register(_this, _name)
