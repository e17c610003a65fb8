"""WARC files of any crawler in, shards of Parquet out, and shards back into a database: what one machine is too small for.

Dask distributes the work and never sees the database; one process writes that. It takes the extra `scale`.
Modules in the order of the line: extra, cluster, warcs, columns, shards, backfill, merge.
"""
