"""The errors of ingest, each one sentence, each carrying a one-line message fit for the fetch log.

IngestError
├── RegistryError            a source table is wrong
├── FetchError               an exchange failed, and may succeed later
│   ├── AddressRefused       the URL leads where the fetcher does not go
│   ├── ConnectionFailed     no complete answer came
│   │   ├── FetchTimeout     the answer did not end in time
│   │   └── HostDown         the host failed too often in this run to be asked again
│   ├── BodyTooLarge         the body passed the size cap
│   ├── BadBody              the content encoding is broken or was not asked for
│   ├── BadRedirect          a redirect leads nowhere, or too far
│   ├── RobotsDenied         robots.txt forbids the URL
│   ├── RobotsUnreachable    robots.txt could not be read
│   ├── HostResting          the host asked to be left alone for a while
│   └── BadStatus            the server answered with an error
│       ├── AskedToRest      the server answered that it was asked too often
│       └── PageGone         the server says that the page is not there
│           └── GoneForGood  the server says that it will never be there again
├── NotAFeed                 the body of a feed holds no feed
│   └── NoItems              nothing in a listing is what its selectors name
├── NoFeedFound              no feed is where a home page's feed would be
├── BadOpml                  a list of feeds cannot be read
├── ArticleError             a page or a record holds no article
│   ├── NotTheArticle        the page is an error page, a consent page and the like
│   └── Unreadable           no later attempt will read it
│       ├── NotHtml          the page is of another kind
│       └── UnreadablePdf    the PDF is locked, scanned or too large
├── ArchiveError             the archive has no whole record at a place
└── Broken                   parsing failed in a way it should not
"""

# ruff: noqa: N818 (a name says what happened, as FeedTooLarge does in the house style)

from __future__ import annotations

from ingest.models import Defect


class IngestError(Exception):
    "Something in ingest went wrong; the message is one line for people"


class RegistryError(IngestError):
    "A source table breaks the schema; the message names the file, the source and the key"


class FetchError(IngestError):
    "An exchange failed and may succeed later"


class AddressRefused(FetchError):
    "The URL is not http or https, or leads to an address the fetcher must not talk to"


class ConnectionFailed(FetchError):
    "The connection failed before the whole answer was there"


class FetchTimeout(ConnectionFailed):
    "The exchange ran past the read timeout or the total deadline"


class HostDown(ConnectionFailed):
    "The host failed several times in a row and is left alone until the next run"


class BodyTooLarge(FetchError):
    "The body passed the size cap, before or after decompression"


class BadBody(FetchError):
    "The body ends inside its content encoding, or the encoding is unknown"


class BadRedirect(FetchError):
    "The redirect has no usable target, or there were too many"


class RobotsDenied(FetchError):
    "The site's robots.txt forbids the URL to this program"


class RobotsUnreachable(FetchError):
    "The site's robots.txt could not be read, so nothing is fetched for now"


class HostResting(FetchError):
    "The host asked some time ago to be left alone, and is not asked before that time is over"


class BadStatus(FetchError):
    "The server answered with a status that carries no content"


class AskedToRest(BadStatus):
    "The server answered 429, or 503 with a Retry-After: its host is left alone from now on"


class PageGone(BadStatus):
    "The server answered 404 or 410"


class GoneForGood(PageGone):
    "The server answered 410: what was there was taken away on purpose"


class NotAFeed(IngestError):
    "The body holds no RSS, RDF, Atom or JSON feed, or nothing of the source's format"


class NoItems(NotAFeed):
    "The page of a listing holds none of the items that its selectors name"


class NoFeedFound(IngestError):
    "Neither the address, nor what its page names, nor the common paths hold a feed"


class BadOpml(IngestError):
    "The file is no OPML, or breaks off"


class ArticleError(IngestError):
    "The page or the record holds no readable article"


class NotTheArticle(ArticleError):
    "The server answered 200 with a page that is no article; `defect` says of what kind it is"

    def __init__(self, defect: Defect, message: str) -> None:
        super().__init__(defect, message)
        self.defect = defect

    def __str__(self) -> str:
        return str(self.args[1])


class Unreadable(ArticleError):
    "The document is of a kind, of a size or in a state that no later attempt will read"


class NotHtml(Unreadable):
    "The page is neither HTML nor PDF, and this version reads nothing else"


class UnreadablePdf(Unreadable):
    "The PDF is encrypted, holds pictures of text only, or passes a cap"


class ArchiveError(IngestError):
    "The archive has no whole record at the place where one is said to be"


class Broken(IngestError):
    "Parsing or extraction failed in a way it should not; the log has the traceback"
