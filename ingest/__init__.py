"""Source registry in, `Article` records out: ingest knows the web and nothing of privacy law or SQL.

It never tags, never writes to the database and never imports another room of the project.
Modules in the order of the line: clock, schema, registry, rhythm, moves, addresses, bodies, turns, freshness, fetch, robots,
kinds, urls, identity, entries, text, charsets, pages, feeds, jsonfeeds, dates, listings, sitemaps, reading, paging, indexes,
relevance, pdfs, pdf_worker, documents, articles, readers, preload, workers, archive, blanking, poll. Of what others crawled:
warcs, crawled.
For the person who keeps the registry: checking, discovery, writing, opml.
"""
