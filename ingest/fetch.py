"""The one module that opens connections: a URL in, a finished `Response` and a line of the fetch log out.

Polite: one request at a time per host, a delay between two, a User-Agent that says who asks. Wary: http and https only,
no private addresses, caps on bytes, time and redirects. Every failure is a FetchError with a one-line message.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, cast

import httpcore
import httpx

from ingest.addresses import resolve_host
from ingest.bodies import MAX_BYTES, read_body
from ingest.clock import Clock, utc_now
from ingest.errors import (
    AddressRefused,
    AskedToRest,
    BadRedirect,
    BadStatus,
    ConnectionFailed,
    FetchError,
    FetchTimeout,
    GoneForGood,
    HostResting,
    PageGone,
    RobotsDenied,
)
from ingest.freshness import read_retry_after
from ingest.models import FetchKind, FetchOutcome, FetchRecord, Response
from ingest.turns import Turns

Kind = FetchKind


class Check(Protocol):
    """What is asked before each hop; what it raises ends the fetch."""

    async def __call__(self, url: str, log: list[FetchRecord]) -> None: ...  # noqa: D102


REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
CONNECT_TIMEOUT = 10.0
KEEPALIVE = 3.0
HIGHEST_PORT = 65_535
ACCEPT = {
    "feed": "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    "listing": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
    "sitemap": "application/xml, text/xml;q=0.9, */*;q=0.5",
    "page": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
    "robots": "text/plain, */*;q=0.5",
}


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How to fetch: times in seconds, sizes in bytes after decompression; `archive` is the folder of WARC files.

    `withhold` tells of a response that it is not to be kept there; `clock` tells when something was asked for and came.
    """

    user_agent: str = f"dpawatch/{version('dpawatch')}"
    timeout: float = 60.0
    read_timeout: float = 20.0
    max_bytes: int = MAX_BYTES
    max_redirects: int = 5
    delay: float = 1.0
    concurrency: int = 32
    allow_private_hosts: bool = False
    archive: Path | None = None
    withhold: Callable[[Response], bool] | None = None
    clock: Clock = utc_now


def build_user_agent(contact: str | None = None) -> str:
    """Return the User-Agent of this version, with the URL or address at which webmasters can complain."""
    name = f"dpawatch/{version('dpawatch')}"
    return f"{name} (+{contact})" if contact else name


def require_content(response: Response) -> None:
    """Raise GoneForGood, PageGone, AskedToRest or BadStatus unless the response is one that carries content."""
    said = f"{response.final_url} answered {response.status}"
    if response.status == 410 and not response.by_detour:
        raise GoneForGood(f"{said}: it was taken away for good")
    if response.status in (404, 410):
        raise PageGone(f"{said}: it is not there")
    rest = read_retry_after(response)
    if rest is not None:
        raise AskedToRest(f"{said}: its host is left alone for {rest} seconds")
    if response.status not in (200, 203):
        raise BadStatus(said)


class Fetcher:
    """The HTTP client of one run; use it as an async context manager."""

    def __init__(self, settings: FetchSettings) -> None:
        self.settings = settings
        self._turns = Turns(settings.delay, settings.concurrency)
        # not httpx.AsyncClient: it reads Location by itself and fails on bad ones, keeps cookies and sends passwords of URLs
        self._transport = _CheckedTransport(settings)
        self._timeout = httpx.Timeout(settings.read_timeout, connect=CONNECT_TIMEOUT, pool=None).as_dict()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transport.aclose()

    def slow_down(self, url: str, seconds: float) -> None:
        """Keep at least so many seconds between two requests to the URL's host from now on."""
        self._turns.slow_down(_find_host(httpx.URL(url)), seconds)

    def is_open(self, url: str) -> bool:
        """Say whether the URL's host is still asked in this run; what is no URL is refused when it is asked for."""
        try:
            return self._turns.is_open(_find_host(httpx.URL(url)))
        except (httpx.InvalidURL, ValueError):
            return True

    def rest(self, host: str, seconds: float) -> None:
        """Ask a host nothing for so many seconds: it asked for that in an earlier run."""
        self._turns.rest(host, seconds)

    async def fetch(
        self,
        url: str,
        kind: Kind,
        log: list[FetchRecord],
        *,
        validators: Sequence[tuple[str, str]] = (),
        check: Check | None = None,
    ) -> Response:
        """Return the response at the end of the redirects, whatever its status; its body is read only of a 200 or 203.

        Args:
            log: gets one FetchRecord appended, also on failure, with the milliseconds spent on the wire.
            validators: conditional headers, sent byte for byte as the server once sent them (Latin-1).
            check: awaited before each hop, as robots.txt wants it.
        A host that asks to be left alone (`freshness.read_retry_after`) is left alone from then on.
        Raises: FetchError.
        """
        started, meter = self.settings.clock(), _Meter()
        headers = [("Accept", ACCEPT[kind]), *validators]
        try:
            response = await self._follow(url, headers, meter, check, log)
        except FetchError as error:
            outcome = _name_failure(error)
            failed = FetchRecord(url, kind, outcome, started, milliseconds=meter.milliseconds, error=str(error))
            log.append(replace(failed, received=meter.received))
            raise
        rest = read_retry_after(response)
        if rest is not None:
            self._turns.rest(_find_host(httpx.URL(response.final_url)), rest)
        outcome = _name_outcome(response.status, kind)
        log.append(
            FetchRecord(
                url=url,
                kind=kind,
                outcome=outcome,
                started=started,
                status=response.status,
                bytes=len(response.body),
                milliseconds=meter.milliseconds,
                received=meter.received,
                error=f"answered {response.status}" if outcome == "failed" else None,
                final_url=response.final_url if response.final_url != url else None,
                rests_until=None if rest is None else response.fetched + timedelta(seconds=rest),
            )
        )
        return response

    async def _follow(
        self,
        url: str,
        headers: Sequence[tuple[str, str]],
        meter: _Meter,
        check: Check | None,
        log: list[FetchRecord],
    ) -> Response:
        target = _parse_url(url, url)
        moved_to, permanent = None, True
        for _ in range(self.settings.max_redirects + 1):
            if check:
                await check(str(target), log)
            response = await self._exchange(url, target, headers, meter)
            if response.status not in REDIRECTS:
                return replace(response, moved_to=moved_to, by_detour=not permanent)
            target = _find_redirect(response, target)
            permanent = permanent and response.status in PERMANENT
            moved_to = str(target) if permanent else moved_to
        raise BadRedirect(f"{url} redirects more than {self.settings.max_redirects} times")

    async def _exchange(
        self, url: str, target: httpx.URL, headers: Iterable[tuple[str, str]], meter: _Meter
    ) -> Response:
        """Return one answer of one host, taken in turn; the meter runs only while the host is talked to."""
        sent = [("User-Agent", self.settings.user_agent), ("Accept-Encoding", "gzip, deflate"), *headers]
        raw = [(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in sent]
        request = httpx.Request("GET", target, headers=raw, extensions={"timeout": self._timeout})
        async with self._turns.take(_find_host(target)), meter:
            try:
                async with asyncio.timeout(self.settings.timeout - meter.seconds):
                    return await self._send(url, request, meter)
            except (TimeoutError, httpx.TimeoutException) as error:
                raise FetchTimeout(f"{target.host} did not answer in time ({_describe(error)})") from error
            except (httpx.TransportError, OSError) as error:
                raise ConnectionFailed(f"{target.host}: {_describe(error)}") from error

    async def _send(self, url: str, request: httpx.Request, meter: _Meter) -> Response:
        answer = await self._transport.handle_async_request(request)
        try:
            body = b""
            if answer.status_code in (200, 203):
                encoding = answer.headers.get("Content-Encoding", "")
                body = await read_body(answer.aiter_raw(), encoding, self.settings.max_bytes)
        finally:
            meter.received += answer.num_bytes_downloaded
            await answer.aclose()
        return Response(
            url=url,
            final_url=str(request.url),
            status=answer.status_code,
            headers=tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in answer.headers.raw),
            body=body,
            fetched=self.settings.clock(),
        )


class _Meter:
    """Adds up the seconds spent inside its `with` blocks, and the bytes of bodies that came over the wire."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.received = 0

    @property
    def milliseconds(self) -> int:
        return round(self.seconds * 1000)

    async def __aenter__(self) -> None:
        self._start = time.monotonic()

    async def __aexit__(self, *_: object) -> None:
        self.seconds += time.monotonic() - self._start


class _CheckedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport on connections that resolve, check and connect by themselves.

    httpx 0.28 has no argument for the network backend, so the pool it made is replaced.
    """

    def __init__(self, settings: FetchSettings) -> None:
        # made once, as it takes longer than a poll of a source
        context = httpx.create_ssl_context(trust_env=False)
        super().__init__(verify=context, trust_env=False)
        self._pool = cast("httpcore.AsyncConnectionPool", _Connections(settings, context))


class _Connections:
    """One connection to each origin, kept for its next request; of those that nobody uses the oldest are closed.

    Not httpcore's pool: it looks at every connection for each request, and at its bound it closes those that their hosts
    would be asked on again. `Turns` sees to it that no origin is asked twice at a time.
    """

    def __init__(self, settings: FetchSettings, context: ssl.SSLContext) -> None:
        self._context = context
        self._backend = _CheckedBackend(settings.allow_private_hosts)
        self._kept: dict[str, httpcore.AsyncHTTPConnection] = {}
        self._most = 2 * settings.concurrency

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Return the answer of the request's origin; its body is still to be read."""
        origin = str(request.url.origin)
        connection = self._kept.pop(origin, None)
        if connection and (not connection.is_available() or connection.has_expired()):
            await connection.aclose()
            connection = None
        connection = connection or httpcore.AsyncHTTPConnection(
            request.url.origin, self._context, keepalive_expiry=KEEPALIVE, network_backend=self._backend
        )
        self._kept[origin] = connection
        if len(self._kept) > self._most:
            await self._close_oldest()
        return await connection.handle_async_request(request)

    async def _close_oldest(self) -> None:
        unused = (origin for origin, kept in self._kept.items() if kept.is_idle() or kept.is_closed())
        oldest = next(unused, None)
        if oldest:
            await self._kept.pop(oldest).aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        while self._kept:
            await self._kept.popitem()[1].aclose()


class _CheckedBackend(httpcore.AnyIOBackend):
    """Connects to the numeric address that was checked; TLS still asks for the host by its name."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in await resolve_host(host, port, self._allow_private):
            try:
                return await super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")


def _parse_url(url: str, base: str) -> httpx.URL:
    try:
        target = httpx.URL(base).join(url)
        # a name that IDNA does not know is only found out when it is asked for
        usable = target.scheme in ("http", "https") and bool(target.host and target.raw_host)
        open_port = target.port is None or 0 < target.port <= HIGHEST_PORT
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressRefused(f"{url[:200]!r} is not a URL") from error
    if not usable:
        raise AddressRefused(f"{str(target)[:200]!r} is not an http or https URL")
    if not open_port:
        raise AddressRefused(f"{str(target)[:200]!r} has no such port")
    return target


def _find_host(url: httpx.URL) -> str:
    # as it goes over the wire: one host, however its name is written
    return url.raw_host.decode("ascii")


def _find_redirect(response: Response, base: httpx.URL) -> httpx.URL:
    location = response.header("Location")
    if not location:
        raise BadRedirect(f"{base} answered {response.status} without a Location")
    with suppress(UnicodeDecodeError):
        location = location.encode("latin-1").decode("utf-8")
    return _parse_url(location.strip(), str(base))


def _name_failure(error: FetchError) -> FetchOutcome:
    if isinstance(error, AddressRefused):
        return "refused"
    if isinstance(error, HostResting):
        return "postponed"
    return "blocked" if isinstance(error, RobotsDenied) else "failed"


def _name_outcome(status: int, kind: Kind) -> FetchOutcome:
    if status == 304:
        return "unchanged"
    # a site without robots.txt is the ordinary case
    return "new" if status in (200, 203) or (kind == "robots" and status < 500 and status != 429) else "failed"


def _describe(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
