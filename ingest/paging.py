"""The further pages of an index: what its first page leads to, read until nothing new can follow.

A listing goes on to its next page while all that it showed is new: to the end or the cap at the first poll, and after
that only as far as the last poll. A sitemap's children are all read. What could not be read waits for the next poll.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from ingest.entries import ParsedFeed
from ingest.errors import BadBody, BadStatus, ConnectionFailed, HostResting, IngestError, PageGone, RobotsUnreachable
from ingest.models import Entry, Source

Ask = Callable[[str], Awaitable[ParsedFeed]]
ChooseUnknown = Callable[[Sequence[Entry]], Sequence[Entry]]
# what may be another answer at the next poll
TRANSIENT = (ConnectionFailed, BadStatus, BadBody, RobotsUnreachable, HostResting)
MAX_SITEMAPS = 50
MAX_WAITING = 1000


@dataclass(slots=True)
class Gathered:
    """The entries of all pages that were read, each once, in their order; `more` are the pages left for the next poll."""

    entries: dict[str, Entry] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    more: tuple[str, ...] = ()


async def read_further(
    source: Source, first: ParsedFeed | None, waiting: Sequence[str], choose_unknown: ChooseUnknown, ask: Ask
) -> Gathered:
    """Return what an index holds with its further pages.

    Args:
        first: its first page; None when that is unchanged. waiting: pages that the last poll left.
        choose_unknown: returns those of some entries that are not stored yet.
        ask: fetches and reads one page; raises IngestError.
    Raises: what `ask` raises and is no IngestError.
    """
    walk = _Walk(source, choose_unknown)
    if first:
        walk.take(first, resumed=False)
    walk.queue[:0] = [url for url in waiting if url not in walk.queue]
    walk.seen |= set(waiting)
    for _ in range(_count_pages(source)):
        if not walk.queue:
            break
        url = walk.queue.pop(0)
        try:
            page = await ask(url)
        except PageGone as error:
            walk.warn(url, error)
        except TRANSIENT as error:
            # its host may be down, so the others wait too, and come first then
            walk.warn(url, error)
            walk.left.append(url)
            break
        except IngestError as error:
            walk.warn(url, error)
        else:
            walk.take(page, resumed=url in waiting)
            if source.format == "sitemap" and not page.complete:
                walk.left.append(url)
    return walk.finish()


def _count_pages(source: Source) -> int:
    """Return how many pages may be asked for after the first."""
    if source.format == "listing":
        return source.listing.pages - 1 if source.listing else 0
    return MAX_SITEMAPS if source.format == "sitemap" else 0


class _Walk:
    """Where one walk through an index is: the pages still to be read, and what those before them held."""

    def __init__(self, source: Source, choose_unknown: ChooseUnknown) -> None:
        self.queue: list[str] = []
        self.left: list[str] = []
        self.seen = {source.url}
        self._found = Gathered()
        self._is_listing = source.format == "listing"
        self._choose_unknown = choose_unknown

    def take(self, page: ParsedFeed, resumed: bool) -> None:
        """Keep a page's entries, and queue the pages that it leads to if they may hold more."""
        fresh = [entry for entry in page.entries if entry.guid not in self._found.entries]
        self._found.entries |= {entry.guid: entry for entry in fresh}
        if self._is_listing and page.more and not self._goes_on(page.entries, fresh, resumed):
            return
        self.queue += [url for url in page.more if url not in self.seen]
        self.seen |= set(page.more)

    def warn(self, url: str, error: IngestError) -> None:
        """Keep in mind that a page could not be read."""
        self._found.warnings.append(f"{url}: {error}")

    def finish(self) -> Gathered:
        """Return what was found. The cap of a listing is its end, the cap of a sitemap only that of this poll."""
        waiting = [*([] if self._is_listing else self.queue), *self.left]
        self._found.more = tuple(dict.fromkeys(waiting))[:MAX_WAITING]
        return self._found

    def _goes_on(self, entries: Sequence[Entry], fresh: Sequence[Entry], resumed: bool) -> bool:
        """Say whether the next page of a listing may hold more.

        A page that only repeats others ends it, since some sites answer any number of a page with the last. While it
        was interrupted new entries may have pushed known ones onto the page at which it is resumed.
        """
        unknown = self._choose_unknown(entries)
        return bool(fresh) and (bool(unknown) if resumed else len(unknown) == len(entries))
