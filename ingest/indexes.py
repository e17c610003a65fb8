"""One poll of one index: a source and what its last poll left in, its entries and what this poll leaves out.

The first page is asked for with its validators, word for word as the server sent them; they are replaced only by those
of a 200. An unchanged body is not read again, told by its hash where the server does not tell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from ingest.entries import ParsedFeed
from ingest.errors import (
    AskedToRest,
    BadStatus,
    ConnectionFailed,
    GoneForGood,
    HostResting,
    IngestError,
    NoItems,
    RobotsUnreachable,
)
from ingest.fetch import Check, Fetcher, require_content
from ingest.freshness import read_max_age
from ingest.models import Entry, FetchRecord, Response, SourceDone, SourceJob, SourceState
from ingest.paging import read_further
from ingest.redesign import REMEMBERED, doubt_size

Parse = Callable[[Response], Awaitable[ParsedFeed]]
ChooseUnknown = Callable[[Sequence[Entry]], tuple[Entry, ...]]
FALSE_304 = "the server would have answered 304 to changed content; its validators are not believed any more"
MAX_NOTE = 500


@dataclass(frozen=True, slots=True)
class Index:
    """How the poll of a source will end, its entries not known before, what is left of its index to read.

    `is_silent`: the host did not answer, or wants to be left alone, so that there is no use in asking it for pages.
    """

    done: SourceDone
    found: tuple[Entry, ...] = ()
    more: tuple[str, ...] = ()
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class _First:
    """The first page of an index: None when it is unchanged; the state that it leaves, and where its source moved to."""

    page: ParsedFeed | None
    state: SourceState
    answered: bool
    moved_to: str | None


class IndexPoll:
    """Polls the index of one job; what is asked goes to `records`."""

    def __init__(
        self,
        job: SourceJob,
        fetcher: Fetcher,
        check: Check,
        parse: Parse,
        choose_unknown: ChooseUnknown,
        records: list[FetchRecord],
    ) -> None:
        self._job = job
        self._fetcher = fetcher
        self._check = check
        self._parse = parse
        self._choose_unknown = choose_unknown
        self._records = records

    async def run(self) -> Index:
        """Return what the index came to; whatever goes wrong with it is in `done`."""
        source, state = self._job.source, self._job.state
        try:
            first = await self._read_first()
            if first.page and (doubt := doubt_size(state.sizes, len(first.page.entries))):
                return self._hold(doubt)
            pages = await read_further(source, first.page, state.more, self._choose_unknown, self._ask)
        except HostResting as error:
            return Index(SourceDone(source.id, "postponed", state, error=str(error)), more=state.more, is_silent=True)
        except GoneForGood as error:
            return Index(SourceDone(source.id, "gone", state, error=str(error)), more=state.more)
        except (IngestError, OSError) as error:
            if isinstance(error, NoItems) and (doubt := doubt_size(state.sizes, 0)):
                return self._hold(f"{doubt}: {error}")
            silent = isinstance(error, (ConnectionFailed, RobotsUnreachable, AskedToRest))
            return Index(SourceDone(source.id, "failed", state, error=name_error(error)), (), state.more, silent)
        entries = tuple(pages.entries.values())
        found = self._choose_unknown(entries)
        false_304 = bool(found) and self._is_false_304(first)
        warnings = (*(first.page.warnings if first.page else ()), *pages.warnings, *([FALSE_304] if false_304 else []))
        done = SourceDone(
            source.id,
            "polled" if first.page or entries else "unchanged",
            first.state,
            entries=len(entries),
            warnings=warnings,
            answered=first.answered,
            moved_to=first.moved_to,
            false_304=false_304,
        )
        return Index(done, found, pages.more)

    def _hold(self, doubt: str) -> Index:
        """Return that nothing of the index is believed; its validators stay those of the last that was, so that it is read again."""
        self._records[-1] = replace(self._records[-1], note=doubt)
        state = self._job.state
        return Index(SourceDone(self._job.source.id, "held", state, error=doubt, answered=True), more=state.more)

    async def _read_first(self) -> _First:
        """Return the first page; raises IngestError, OSError."""
        source, state = self._job.source, self._job.state
        validators = [] if self._job.in_full else _list_validators(state)
        response = await self._fetcher.fetch(
            source.url, source.format, self._records, validators=validators, check=self._check
        )
        if response.status == 304 and not validators:
            error = BadStatus(f"{response.final_url} answered 304 to a request without validators")
            self._note_failure(error)
            raise error
        if response.status == 304:
            kept = replace(state, advice=replace(state.advice, max_age=read_max_age(response)))
            return _First(None, kept, answered=False, moved_to=response.moved_to)
        require_content(response)
        new = _make_state(response, state)
        if new.body_hash == state.body_hash:
            self._records[-1] = replace(self._records[-1], outcome="unchanged")
            return _First(None, new, answered=True, moved_to=response.moved_to)
        page = await self._read(response)
        sizes = (*state.sizes, len(page.entries))[-REMEMBERED:]
        new = replace(new, advice=replace(page.advice, max_age=new.advice.max_age), sizes=sizes)
        # what broke off is asked for again in full
        kept = new if page.complete else SourceState(more=state.more, since=state.since, advice=new.advice, sizes=sizes)
        return _First(page, kept, answered=True, moved_to=response.moved_to)

    async def _ask(self, url: str) -> ParsedFeed:
        """Return a further page of the index; raises IngestError."""
        response = await self._fetcher.fetch(url, self._job.source.format, self._records, check=self._check)
        require_content(response)
        return await self._read(response)

    async def _read(self, response: Response) -> ParsedFeed:
        """Return what a response holds, and note in the fetch log why it could not be read or what was odd."""
        try:
            page = await self._parse(response)
        except IngestError as error:
            self._note_failure(error)
            raise
        odd = "; ".join((*page.warnings, *page.notes))
        if odd:
            self._records[-1] = replace(self._records[-1], note=odd[:MAX_NOTE])
        return page

    def _note_failure(self, error: IngestError) -> None:
        """Write into the fetch log why an answer could not be used."""
        self._records[-1] = replace(self._records[-1], outcome="failed", error=str(error))

    def _is_false_304(self, first: _First) -> bool:
        """Say whether the validators, had they been sent, would have been answered with a 304 that is not true."""
        old, new = self._job.state, first.state
        return (
            self._job.in_full
            and first.page is not None
            and _list_validators(old) != []
            and _list_validators(old) == _list_validators(new)
        )


def name_error(error: BaseException) -> str:
    """Return an error as one line; what is not ours goes with its type."""
    message = " ".join(str(error).split())[:300]
    return message if isinstance(error, IngestError) else f"{type(error).__name__}: {message}"


def _list_validators(state: SourceState) -> list[tuple[str, str]]:
    headers = [("If-None-Match", state.etag), ("If-Modified-Since", state.last_modified)]
    return [(name, value) for name, value in headers if value]


def _make_state(response: Response, old: SourceState) -> SourceState:
    """Return the state that a body leaves. A proxy's 203 is content, but its validators may be the proxy's own."""
    body_hash = hashlib.sha256(response.body).hexdigest()
    advice = replace(old.advice, max_age=read_max_age(response))
    if response.status != 200:
        return replace(old, body_hash=body_hash, advice=advice)
    validators = response.header("ETag"), response.header("Last-Modified")
    return SourceState(*validators, body_hash, advice=advice, sizes=old.sizes)
