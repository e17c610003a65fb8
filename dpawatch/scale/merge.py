"""Shards in, stored articles out, with their analyses: the same rows whatever the order, and however often."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from db.analyses import is_waiting
from db.articles import store_crawled_article
from db.redactions import Blocked
from db.values import transaction
from dpawatch.errors import InputError
from dpawatch.guarding import guard_analysis, guard_article
from dpawatch.inputs import BadLine
from dpawatch.progress import Step
from dpawatch.run import Run, prepare_reading, store_reading
from dpawatch.scale.columns import ReadArticle, make_document
from dpawatch.scale.shards import count_articles, list_shards, read_shard

# of articles: one transaction
_BATCH = 100


def import_shards(run: Run, folder: Path) -> list[BadLine]:
    """Store the articles of the shards in a folder and return the shards that are damaged.

    An analysis by this version of the pipeline is stored, if it is of the article as it is stored; other articles wait
    to be read. Counts as `import_articles` and `tag_articles` do.
    """
    blocked = prepare_reading(run)
    run.counts["read_articles"] += 0
    bad: list[BadLine] = []
    sizes: dict[Path, int] = {}
    for shard in list_shards(folder):
        try:
            sizes[shard] = count_articles(shard)
        except InputError as error:
            bad.append(BadLine.whole_file(str(shard), error))
    if not sizes and not bad:
        return [BadLine(str(folder), None, "is a folder without shards")]
    with run.progress.work("Storing articles", sum(sizes.values())) as step:
        for shard in sizes:
            try:
                _import_shard(run, blocked, shard, step)
            except InputError as error:
                bad.append(BadLine.whole_file(str(shard), error))
    return bad


def _import_shard(run: Run, blocked: Blocked, shard: Path, step: Step) -> None:
    articles = read_shard(shard)
    while batch := list(islice(articles, _BATCH)):
        with transaction(run.db):
            for read in batch:
                _store(run, blocked, read, step)


def _store(run: Run, blocked: Blocked, read: ReadArticle, step: Step) -> None:
    article = guard_article(blocked, read.article)
    if article is None:
        run.counts["redacted_articles"] += 1
        step("")
        return
    run.counts[f"{store_crawled_article(run.db, article)}_articles"] += 1
    document = make_document(article)
    # what was read before something in it was redacted is of another text
    analysis = guard_analysis(blocked, read.analysis) if read.analysis and article is read.article else None
    if analysis and analysis.pipeline == run.pipeline and is_waiting(run.db, document, analysis.pipeline):
        store_reading(run, document, analysis, step)
    else:
        step("")
