"""A word to a watcher after each run, as healthchecks.io takes it: an address is asked for when all is well, else its /fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import click

from db.errors import LockedError
from dpawatch.reporting import Reporting
from dpawatch.settings import Settings

SECONDS = 10.0


@contextmanager
def pinging(settings: Settings) -> Iterator[None]:
    """Ping the address of the settings, if any, when what is inside has ended: whether it failed, or a person is needed.

    Nothing is told of a run that found another one at work, which tells of itself, nor of one that was interrupted: a
    watcher that hears nothing calls. What goes wrong with the ping is a line on stderr.
    """
    if settings.ping is None:
        yield
        return
    from db.runs import last_needs
    from db.schema import open_existing

    try:
        yield
    except LockedError:
        raise
    except Exception:  # whatever it was, it is told and goes on
        _ping(settings, settings.ping, well=False)
        raise
    with closing(open_existing(settings.db)) as db:
        needs = last_needs(db)
    _ping(settings, settings.ping, well=not needs)


def _ping(settings: Settings, address: str, well: bool) -> None:
    import asyncio

    from ingest.errors import IngestError

    parts = urlsplit(address)
    url = address if well else parts._replace(path=f"{parts.path.rstrip('/')}/fail").geturl()
    try:
        status = asyncio.run(_ask(settings, url))
        fault = None if 200 <= status < 300 else f"it answered {status}"
    except IngestError as error:
        # who knows the address can ping it too
        fault = str(error).replace(url, "it")
    if fault:
        warning = f"the ping to {parts.hostname} was not heard: {fault}"
        Reporting.of(click.get_current_context()).tell_warning(warning)


async def _ask(settings: Settings, url: str) -> int:
    from ingest.fetch import Fetcher

    async with Fetcher(replace(settings.fetch_settings(), timeout=SECONDS, read_timeout=SECONDS)) as fetcher:
        return (await fetcher.fetch(url, "page", [])).status
