"""New sources: an address or a list of feeds in, tables in the user's registry out.

They go into the folder `<db>-sources`, which joins the built-in registry, or into the file or folder of `--sources`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from urllib.parse import urljoin, urlsplit

from dpawatch.errors import InputError
from dpawatch.settings import Settings
from ingest.models import Kind, Source, Topics

if TYPE_CHECKING:
    from ingest.discovery import Found
    from ingest.opml import Outline
    from nlp.gazetteer import RegulatorEntry

KINDS: tuple[Kind, ...] = get_args(Kind)
TOPICS: tuple[Topics, ...] = get_args(Topics)
ENOUGH_TEXT = 200


@dataclass(frozen=True, slots=True)
class Stated:
    """What the user says of a new source; what is None is found out."""

    id: str | None = None
    publisher: str | None = None
    kind: Kind | None = None
    language: str | None = None
    topics: Topics | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """A source that was added, the file it is in, and feeds of the same page that were not."""

    source: Source
    file: Path
    others: tuple[str, ...] = ()


def add_source(url: str, settings: Settings, stated: Stated) -> Added:
    """Find the feed behind an address, write its source and return it.

    Raises: InputError: no address, known already, or something must be stated. IngestError: no feed, or no answer.
    """
    from ingest.discovery import find_feed
    from ingest.schema import is_web_url
    from ingest.writing import write_source

    address = url if "://" in url else f"https://{url}"
    if not is_web_url(address):
        raise InputError(f"{url!r} is not the address of a web page or a feed")
    _check_stated(stated)
    known = load_known(settings)
    if stated.id in {source.id for source in known}:
        raise InputError(f"a source is called {stated.id!r} already; give another --id")
    found = asyncio.run(find_feed(address, settings.fetch_settings()))
    for source in known:
        if source.url == found.url:
            raise InputError(f"{found.url} is known already: it is the source {source.id!r}")
    source = describe_found(found, stated, {source.id for source in known})
    return Added(source, write_source(source, find_target(settings)), found.others)


def _check_stated(stated: Stated) -> None:
    """Raise InputError for what the schema would refuse, before anybody is asked for anything."""
    from ingest.schema import FILE, SOURCE

    for name, key in {"id": SOURCE["id"], "language": SOURCE["language"], "country": FILE["country"]}.items():
        value = getattr(stated, name)
        if value is not None and not key.is_valid(value):
            raise InputError(f"--{name}: is {value!r}, but must be {key.words}")


def find_target(settings: Settings) -> Path:
    """Return the file or folder that new sources go into."""
    return settings.sources or settings.own_sources


def load_known(settings: Settings) -> tuple[Source, ...]:
    """Return the sources that a new one may not repeat; a registry of the user's that is still to be made has none."""
    from ingest.registry import load_sources

    path = settings.sources
    if path and (not path.exists() or (path.is_dir() and not any(path.glob("*.toml")))):
        return ()
    return load_sources(path, settings.own_sources)


def describe_found(found: Found, stated: Stated, taken: set[str]) -> Source:
    """Return the source of a feed that was found, as far as the user, the gazetteer, the feed and its page describe it."""
    from ingest.writing import make_id

    regulator = find_regulator(found.homepage)
    publisher = stated.publisher or (regulator.id if regulator else found.feed.title or found.title) or _host(found.url)
    kind: Kind = stated.kind or (_kind_of(regulator) if regulator else "press")
    language = stated.language or find_language(found)
    return Source(
        id=stated.id or make_id(f"{publisher} feed" if regulator else publisher, taken),
        publisher=publisher,
        kind=kind,
        format="feed",
        url=found.url,
        homepage=found.homepage,
        language=language,
        topics=stated.topics or _usual_topics(kind),
        country=stated.country or (regulator.country if regulator else None),
        languages=tuple(dict.fromkeys([*(regulator.languages if regulator else ()), language])),
        verified=bool(found.feed.entries),
    )


def find_regulator(url: str) -> RegulatorEntry | None:
    """Return the regulator of the gazetteer on whose site an address is, when it is one and no other."""
    from nlp.gazetteer import load_regulators

    def is_on(website: str) -> bool:
        return _host(website) == _host(url) and urlsplit(url).path.startswith(urlsplit(website).path.rstrip("/"))

    matches = [r for r in load_regulators() if r.website and is_on(r.website)]
    return matches[0] if len(matches) == 1 else None


def find_language(found: Found) -> str:
    """Return the language that a feed, else its page, else its words are in; raises InputError when none tells it."""
    from ingest.schema import LANGUAGES
    from ingest.text import STANDARD, detect_language

    for tag in (found.feed.language, found.language):
        code = _primary(tag)
        if code in LANGUAGES:
            return STANDARD.get(code, code)
    text = "\n".join(f"{entry.title}\n{entry.summary}" for entry in found.feed.entries)
    if len(text) < ENOUGH_TEXT:
        raise InputError(f"{found.url} does not say its language; give --language")
    return detect_language(text, None)


def add_outlines(
    outlines: Iterable[Outline], settings: Settings, stated: Stated
) -> tuple[list[Source], int, list[tuple[Outline, str]]]:
    """Write the feeds of a list as sources nobody has verified; return them, how many were known, and which are no use.

    What the list does not say is taken from `stated`, of which `id` and `publisher` do not matter.
    """
    from ingest.writing import write_source

    _check_stated(stated)
    known = load_known(settings)
    taken, urls = {source.id for source in known}, {source.url for source in known}
    added: list[Source] = []
    bad: list[tuple[Outline, str]] = []
    repeated = 0
    for outline in outlines:
        if outline.url in urls:
            repeated += 1
            continue
        try:
            source = describe_outline(outline, stated, taken)
        except InputError as error:
            bad.append((outline, str(error)))
            continue
        write_source(source, find_target(settings))
        added.append(source)
        taken.add(source.id)
        urls.add(source.url)
    return added, repeated, bad


def describe_outline(outline: Outline, stated: Stated, taken: set[str]) -> Source:
    """Return the source of a feed in a list; raises InputError when its address or language is no use."""
    from ingest.schema import KEBAB_CASE, LANGUAGES, is_web_url
    from ingest.text import STANDARD
    from ingest.writing import make_id

    if not is_web_url(outline.url):
        raise InputError("is not an http or https address")
    language = _primary(outline.language) or stated.language or ""
    if language not in LANGUAGES:
        raise InputError("its language is not stated; give --language for those of the list")
    publisher = outline.title or outline.text or _host(outline.url)
    kind = next((kind for kind in KINDS if kind in outline.tags), stated.kind or "press")
    topics = next((t for t in TOPICS if t in outline.tags), stated.topics or _usual_topics(kind))
    return Source(
        id=make_id(outline.text if KEBAB_CASE.fullmatch(outline.text) else publisher, taken),
        publisher=publisher,
        kind=kind,
        format="feed",
        url=outline.url,
        homepage=outline.homepage if is_web_url(outline.homepage) else urljoin(outline.url, "/"),
        language=STANDARD.get(language, language),
        topics=topics,
        country=stated.country,
        verified=False,
    )


def _usual_topics(kind: Kind) -> Topics:
    return "privacy" if kind in ("regulator", "ngo") else "general"


def _primary(tag: str) -> str:
    """Return the language of a tag such as "fr-BE" or "pt_BR"."""
    return tag.replace("_", "-").partition("-")[0].lower()


def _kind_of(regulator: RegulatorEntry) -> Kind:
    return "court" if regulator.kind == "court" else "regulator"


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
