"""What a site's robots.txt allows this program: asked before each hop, read once per origin and run.

Source: RFC 9309. 4xx and an empty answer allow everything; 5xx, 429 and silence forbid everything for now, so the work waits.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from protego import Protego

from ingest.errors import (
    AddressRefused,
    AskedToRest,
    BadStatus,
    FetchError,
    HostResting,
    RobotsDenied,
    RobotsUnreachable,
)
from ingest.fetch import Fetcher, require_content
from ingest.models import FetchRecord

MAX_CRAWL_DELAY = 30.0
ALLOW_ALL = Protego.parse("")


@dataclass(slots=True)
class _Origin:
    """What is known of one origin: its rules, or why there are none."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Protego | None = None
    fault: FetchError | None = None


class Robots:
    """The robots.txt files of one run."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        # Protego matches the product token, as RFC 9309 has it, not the whole User-Agent
        self._agent = fetcher.settings.user_agent.partition("/")[0].strip()
        self._origins: dict[str, _Origin] = {}

    async def check(self, url: str, log: list[FetchRecord]) -> None:
        """Return when the URL may be fetched; a robots.txt read for this adds its line to the log.

        Raises: RobotsDenied: the rules forbid it. RobotsUnreachable: the rules are not known in this run.
            AddressRefused: the URL leads where the fetcher does not go. HostResting, AskedToRest: not now.
        """
        parts = urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        origin = self._origins.setdefault(root, _Origin())
        async with origin.lock:
            if origin.rules is None and origin.fault is None:
                await self._read(root, origin, log)
        if isinstance(origin.fault, (AddressRefused, HostResting, AskedToRest)):
            raise type(origin.fault)(str(origin.fault))
        if origin.rules is None:
            raise RobotsUnreachable(f"{root}/robots.txt: {origin.fault}")
        if not origin.rules.can_fetch(url, self._agent):
            raise RobotsDenied(f"{root}/robots.txt forbids {parts.path or '/'} to {self._agent}")

    async def _read(self, root: str, origin: _Origin, log: list[FetchRecord]) -> None:
        try:
            response = await self._fetcher.fetch(f"{root}/robots.txt", "robots", log)
        except FetchError as error:
            origin.fault = error
            return
        if response.status == 204 or (400 <= response.status < 500 and response.status != 429):
            origin.rules = ALLOW_ALL
        elif response.status in (200, 203):
            origin.rules = Protego.parse(response.body.decode("utf-8-sig", "replace"))
            self._fetcher.slow_down(root, min(origin.rules.crawl_delay(self._agent) or 0.0, MAX_CRAWL_DELAY))
        else:
            try:
                require_content(response)
            except AskedToRest as error:
                origin.fault = error
            except BadStatus:
                origin.fault = BadStatus(f"answered {response.status}")
