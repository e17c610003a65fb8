"""The demo: bundled articles in, a database built from them by the ordinary run over HTTP on loopback, and its site out.

It never leaves this machine, never touches a database that holds anything else, and knows no shortcut past the fetcher.

Modules in the order of the line: tables (TOML with a closed schema), publications, articles, pages (feeds and HTML),
server, build.
"""
