"""Settings: what flags and DPAWATCH_* variables say, checked by the command line, as one frozen record."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.fetch import FetchSettings

DEFAULT_DB = "dpawatch.db"
DEFAULT_DELAY = 1.0
DEFAULT_ARCHIVE_DAYS, DEFAULT_FETCH_DAYS, DEFAULT_RUN_DAYS = 90, 90, 365


@dataclass(frozen=True, slots=True)
class Settings:
    """How one run works.

    sources: a registry instead of the built-in one. delay: seconds between two requests to one host.
    contact: a URL or address for webmasters, sent in the User-Agent. archive: whether raw responses are kept.
    archive_days, fetch_days, run_days: for how many days raw responses, requests and runs are kept; 0 is for ever.
    ping: the address that is asked for after each run.
    """

    db: Path
    sources: Path | None = None
    allow_private_hosts: bool = False
    delay: float = DEFAULT_DELAY
    contact: str | None = None
    archive: bool = True
    archive_days: int = DEFAULT_ARCHIVE_DAYS
    fetch_days: int = DEFAULT_FETCH_DAYS
    run_days: int = DEFAULT_RUN_DAYS
    ping: str | None = None

    @property
    def own_sources(self) -> Path:
        """Return the folder of the user's own sources, beside the database; it need not exist."""
        return self.db.with_name(f"{self.db.name}-sources")

    @property
    def archive_folder(self) -> Path:
        """Return the folder of raw responses, beside the database."""
        return self.db.with_name(f"{self.db.name}-archive")

    def fetch_settings(self) -> FetchSettings:
        """Return these settings as the fetcher takes them."""
        from ingest.fetch import FetchSettings, build_user_agent

        return FetchSettings(
            user_agent=build_user_agent(self.contact),
            delay=self.delay,
            allow_private_hosts=self.allow_private_hosts,
            archive=self.archive_folder if self.archive else None,
        )
