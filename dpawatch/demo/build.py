"""Building the demo's database: the publications as a registry, and the ordinary run over them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from sqlite_utils import Database

from db.health import totals
from db.schema import open_existing
from db.sources import source_urls
from dpawatch.demo.publications import load_publications
from dpawatch.demo.server import HOST
from dpawatch.errors import InputError
from dpawatch.run import Run, group_cases, ingest_sources, tag_articles
from dpawatch.serve import find_port
from dpawatch.settings import Settings

ARTICLES_PORT = 8766


def build_demo(run: Run, db: Path, base: str) -> None:
    """Do what `dpawatch run` does, with the publications served at `base` as the registry: ingest, tag, group.

    Loopback is allowed, and its host is not given the pause that a stranger's is; a source that failed is tried again.
    """
    sources = tuple(publication.to_source(base) for publication in load_publications().values())
    ingest_sources(run, Settings(db, allow_private_hosts=True, delay=0.0), sources, all=True)
    tag_articles(run)
    group_cases(run)


def choose_articles_port(db: Path, asked: int | None) -> int:
    """Return the port for the articles: the one the database was built with, else the one asked for, else 8766 if it is free.

    An article's address holds the port and is its identity, so that at another port every article would be a new one.
    Raises: InputError when the database holds anything but the demo, or was built at another port than is asked for.
    """
    built = _find_port(db) if db.exists() else None
    if built is None:
        return _usual_port() if asked is None else asked
    if asked not in (None, 0, built):
        raise InputError(f"{db}: its articles are at port {built}; leave out --articles-port, or give another --db")
    return built


def _usual_port() -> int:
    """Return 8766, or 0, which is any free one, where something else listens there."""
    try:
        return find_port(HOST, ARTICLES_PORT)
    except InputError:
        return 0


def _find_port(path: Path) -> int | None:
    db = open_existing(path)
    try:
        sources, strays = source_urls(db), db["articles"].count_where("source is null")
    finally:
        db.close()
    if strays or not sources.keys() <= load_publications().keys():
        raise InputError(f"{path}: holds more than the demo; give another --db, so that they do not mix")
    return next((urlsplit(url).port for url in sources.values() if url), None)


def describe_demo(db: Database) -> str:
    """Return in one line what the database holds."""
    sums, languages = totals(db), {row["lang"] for row in db["articles"].rows}
    return (
        f"{sums['articles']} articles in {len(languages)} languages report {db['actions'].count} actions "
        f"in {sums['cases']} cases"
    )
