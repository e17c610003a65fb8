"""Records of ingest and nlp in, rows of one SQLite file out: db alone writes SQL.

It never fetches and never reads language; it takes the records of the other rooms and knows nothing else of them.
Modules in the order of the line: migrations, schema, values, reference, sources, identity, duplicates, forgetting, articles,
rereading, odd_pages, waits, entries, analyses, silence, then the folders companies and cases, and runs,
pruning, health; who is told what: follow_tables, follows, news, alerts; what leaves the database: public,
excerpts, files, publish, export, parties, backups; what is taken out of it: phrases, targets, redactions, old_ids,
scrubbing.
"""
