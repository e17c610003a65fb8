"""Source registry in, `Article` records out: ingest knows the web and nothing of privacy law or SQL.

It never tags, never writes to the database and never imports another room of the project.
Modules in the order of the line: registry, fetch, robots, feeds, relevance, articles, archive, poll.
"""
