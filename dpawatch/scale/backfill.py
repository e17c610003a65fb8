"""WARC files in, a shard of each out: made by the workers, one task a file, and told here."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import fsspec
from distributed import Client, as_completed
from distributed.scheduler import KilledWorker

from dpawatch.inputs import BadLine
from dpawatch.progress import Progress, Step
from dpawatch.reading import read_batch
from dpawatch.scale.columns import ReadArticle, make_document
from dpawatch.scale.shards import Report, Tables, find_report, make_tables, new_shard
from dpawatch.scale.warcs import Warc
from ingest.crawled import read_crawled_page
from ingest.errors import ArchiveError, IngestError
from ingest.models import Article, Response
from ingest.warcs import read_pages
from nlp.models import Analysis
from nlp.pipeline import pipeline_version

log = logging.getLogger(__name__)
# of articles: one row group, and what is in memory at once
_BATCH = 256


def backfill(
    opened: AbstractContextManager[Client], warcs: list[Warc], folder: Path, progress: Progress, counts: Counter[str]
) -> list[BadLine]:
    """Make the shards of WARC files that are not there yet and return the files that broke off.

    Args:
        opened: a client, which is opened only when there is a shard to make.
    Counts `shards`, `finished_shards` (there before), `failed_shards` (not made: to be tried again); and of the files
    `pages`, `irrelevant_pages`, `duplicate_pages`, `pages_without_article`, `broken_records`, `read_articles`,
    `unreadable_articles` and `found_actions`.
    """
    counts.update(shards=0, pages=0, read_articles=0)
    finished = {warc: find_report(folder, warc, pipeline_version()) for warc in warcs}
    waiting = [warc for warc, report in finished.items() if report is None]
    reports = [report for report in finished.values() if report]
    counts.update(finished_shards=len(reports))
    if waiting:
        with opened as client, progress.work("Making shards", len(waiting)) as step:
            reports += _make_shards(client, waiting, folder, counts, step)
    for report in reports:
        counts.update(report.counts)
    return [BadLine(report.warc, None, report.fault) for report in reports if report.fault]


def _make_shards(client: Client, warcs: list[Warc], folder: Path, counts: Counter[str], step: Step) -> Iterator[Report]:
    futures = {client.submit(make_shard, warc, folder, pure=False): warc for warc in warcs}
    for future in as_completed(list(futures)):
        warc = futures.pop(future)
        try:
            report: Report = future.result()
        except Exception as error:  # the boundary of shards: the others are made all the same
            counts["failed_shards"] += 1
            step(f"{warc.url}: no shard was made: {_name_error(error)}", attention=True)
            continue
        counts["shards"] += 1
        step(f"{warc.url}: {report.counts['read_articles']} of {report.counts['pages']} pages kept")
        yield report


def _name_error(error: Exception) -> str:
    if isinstance(error, KilledWorker):
        return "it ended every worker that read it"
    return f"{type(error).__name__}: {error}"


def make_shard(warc: Warc, folder: Path) -> Report:
    """Write the shard of a WARC file and return its report; the task of a worker.

    Raises: OSError: the file cannot be read, or the folder not be written to.
    """
    report = Report(warc.url, pipeline_version())
    with new_shard(folder, warc, report) as shard, fsspec.open(warc.url, "rb") as stream:
        articles = _keep_articles(stream, report)
        while batch := list(islice(articles, _BATCH)):
            shard.write(_read_articles(batch, report))
    return report


def _keep_articles(stream: BinaryIO, report: Report) -> Iterator[Article]:
    """Yield the articles that pass the gates, each id once; what breaks the file off is left in the report."""
    seen: set[str] = set()
    pages = read_pages(stream)
    try:
        for page in pages:
            article = _keep_article(page, report)
            if article is None:
                continue
            if article.id in seen:
                report.counts["duplicate_pages"] += 1
                continue
            seen.add(article.id)
            yield article
    except ArchiveError as error:
        report.fault = str(error)


def _keep_article(page: Response | None, report: Report) -> Article | None:
    if page is None:
        report.counts["broken_records"] += 1
        return None
    report.counts["pages"] += 1
    try:
        article = read_crawled_page(page)
    except IngestError:
        report.counts["pages_without_article"] += 1
        return None
    except Exception:  # the boundary of records: one that breaks must not cost those behind it
        log.exception("%s broke", page.url)
        report.counts["broken_records"] += 1
        return None
    if article is None:
        report.counts["irrelevant_pages"] += 1
    return article


def _read_articles(batch: list[Article], report: Report) -> Iterator[Tables]:
    for article, (_, reading) in zip(batch, read_batch(list(map(make_document, batch))), strict=True):
        analysis = reading if isinstance(reading, Analysis) else None
        report.counts["read_articles" if analysis else "unreadable_articles"] += 1
        report.counts["found_actions"] += len(analysis.actions) if analysis else 0
        yield make_tables(ReadArticle(article, analysis))
