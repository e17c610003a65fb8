"""The demo database: the ordinary run, over real HTTP, against the demo site on loopback."""

from __future__ import annotations

from pathlib import Path

from db.runs import run_lock
from db.schema import open_database
from db.sources import source_ids
from dpawatch.demo.articles import Publication, load_publications
from dpawatch.demo.pages import feed_path
from dpawatch.errors import InputError
from dpawatch.progress import Progress
from dpawatch.run import Run, group_cases, ingest_sources, recorded_run, tag_articles
from dpawatch.settings import Settings
from ingest.models import Source


def build_demo(db: Path, base: str, progress: Progress) -> Run:
    """Poll the demo site into a database, read its articles, group its cases and return the run with its counts.

    Args:
        base: where the demo site is served. db: a new database, or one of an earlier demo, to which nothing is added twice.
    Raises: InputError when the database holds other sources; DatabaseError when it is no database of ours.
    """
    sources = tuple(_make_source(publication, base) for publication in load_publications())
    settings = Settings(db, allow_private_hosts=True, delay=0, archive=False)
    database = open_database(db)
    try:
        if source_ids(database) - {s.id for s in sources}:
            raise InputError(f"{db} holds other sources than the demo's; give the demo a database of its own with --db")
        with run_lock(db), recorded_run(database, "demo", progress) as run:
            ingest_sources(run, settings, sources, all=True)
            tag_articles(run)
            group_cases(run)
        return run
    finally:
        database.close()


def _make_source(publication: Publication, base: str) -> Source:
    return Source(
        id=publication.id,
        publisher=publication.name,
        kind="press",
        format="feed",
        url=f"{base}{feed_path(publication)}",
        homepage=f"{base}/{publication.id}/",
        language=publication.language,
        topics=publication.topics,
    )
