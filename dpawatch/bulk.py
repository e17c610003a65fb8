"""Bulk loading: JSON lines or shards in, stored articles out; a bad line costs itself only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from db.articles import store_article
from db.identity import store_provenance
from db.redactions import load_blocked
from db.sources import ensure_import_source
from db.values import transaction
from dpawatch.guarding import guard_article
from dpawatch.inputs import STDIN, BadLine, Record, read_all_records
from dpawatch.run import Run
from dpawatch.scale.extra import require_extra
from ingest.models import Article

_BATCH = 200


def import_paths(run: Run, paths: Sequence[str]) -> list[BadLine]:
    """Store what files of JSON lines and folders of shards hold, and return what cannot be used; raises ExtraError."""
    folders = [path for path in paths if path != STDIN and Path(path).is_dir()]
    bad = import_articles(run, read_all_records(path for path in paths if path not in folders))
    if folders:
        require_extra()
        from dpawatch.scale.merge import import_shards

        for folder in folders:
            bad += import_shards(run, Path(folder))
    return bad


def import_articles(run: Run, records: Iterable[Record | BadLine]) -> list[BadLine]:
    """Store the articles of the records and return the lines that hold none.

    Counts `new_articles`, `updated_articles`, `unchanged_articles`, `bad_lines`. A source the registry does not have is
    added as one of format "import", which is never polled.
    """
    bad: list[BadLine] = []
    run.counts.update(new_articles=0)
    articles = _guard(run, _articles(records, bad))
    while batch := list(islice(articles, _BATCH)):
        with transaction(run.db):
            for article in batch:
                if article.source:
                    ensure_import_source(run.db, article.source, article.publisher)
                run.counts[f"{store_article(run.db, article)}_articles"] += 1
                if article.source:
                    store_provenance(run.db, article, article.source)
    run.counts["bad_lines"] += len(bad)
    return bad


def _guard(run: Run, articles: Iterable[Article]) -> Iterator[Article]:
    """Yield articles without what was redacted; counts `redacted_articles`, which are left out."""
    blocked = load_blocked(run.db)
    for article in articles:
        if guarded := guard_article(blocked, article):
            yield guarded
        else:
            run.counts["redacted_articles"] += 1


def _articles(records: Iterable[Record | BadLine], bad: list[BadLine]) -> Iterator[Article]:
    from ingest.articles import article_from_record
    from ingest.errors import ArticleError

    for record in records:
        if isinstance(record, BadLine):
            bad.append(record)
            continue
        try:
            yield article_from_record(record.fields)
        except ArticleError as error:
            bad.append(BadLine(record.file, record.line, str(error)))
