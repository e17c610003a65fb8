"""The site: Datasette's plugin over the finished database. It reads rows and gives pages; it never writes and never fetches.

Modules in the order of a request: plugin (Datasette's hooks), database, metadata, pages (one module for each type),
values, charts, worldmap, dashboards, addresses, feeds, sheets, matches, citations, mcp, security.
"""

from dpawatch.web.plugin import (
    asgi_wrapper,
    extra_template_vars,
    get_metadata,
    permission_allowed,
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
    "permission_allowed",
    "prepare_jinja2_environment",
    "register_output_renderer",
    "register_routes",
    "render_cell",
    "skip_csrf",
    "startup",
]
