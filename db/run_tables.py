"""What migrations add to the tables of runs, and to those that old rows and files are pruned from."""

from __future__ import annotations

M021 = [
    "alter table runs add column versions text",
    "alter table runs add column timings text",
    "alter table runs add column database_bytes integer",
    "alter table runs add column needs text",
    # which texts lose their raw form with a file
    "create index articles_raw_file on articles(raw_file) where raw_file is not null",
    "create index revisions_raw_file on revisions(raw_file) where raw_file is not null",
]
