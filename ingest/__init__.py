"""Source registry in, `Article` records out: ingest knows the web and nothing of privacy law or SQL.

It never tags, never writes to the database and never imports another room of the project.
Modules in the order of the line: registry, addresses, bodies, turns, fetch, robots, feeds, relevance, text, pages,
articles, archive, poll.
"""
