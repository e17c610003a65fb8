"""WARC files of any crawler: a stream of bytes in, the pages that were answered out; a damaged record costs only itself.

Each record is a gzip member of its own, as crawlers and `ingest.archive` write them. Members are told apart here and not
by a library: warcio gives up at the first that is damaged, FastWARC too, and neither says that a file breaks off.
Source: WARC 1.1 (ISO 28500:2017), Annex D, by warcio.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from ingest.bodies import GZIP_MAGIC, MAX_BYTES, decode_body
from ingest.errors import ArchiveError, FetchError
from ingest.models import Response

CHUNK = 65_536
# one record, unpacked: the largest body that is read, with room for one that still has its own encoding
MAX_RECORD = 3 * MAX_BYTES
WITH_CONTENT = (200, 203)


def read_pages(stream: BinaryIO) -> Iterator[Response | None]:
    """Yield the responses with content (status 200 or 203) that a WARC file holds, and None for each damaged record.

    Bodies are decoded from their encodings; one above the size that is fetched counts as damaged.
    Raises: ArchiveError: the file breaks off, after all that is before; or there is no record in it. OSError.
    """
    found = False
    for member in read_members(stream):
        try:
            for record in ArchiveIterator(io.BytesIO(member or b"")):
                found = True
                if record.rec_type == "response" and record.http_headers and (response := _read_response(record)):
                    yield response
        except (ArchiveLoadFailed, StatusAndHeadersParserException, FetchError, ValueError):
            member = None
        if member is None:
            yield None
    if not found:
        raise ArchiveError("is no WARC file with a gzip member for each record")


def read_members(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield what each gzip member of a file holds, and None where one is damaged or larger than `MAX_RECORD`.

    Raises: ArchiveError: the file ends within a member.
    """
    held = stream.read(CHUNK)
    while held:
        member, out, fed = zlib.decompressobj(zlib.MAX_WBITS | 16), bytearray(), 0
        try:
            while not member.eof:
                if fed == len(held):
                    held += _read_on(stream)
                out += member.decompress(held[fed:], MAX_RECORD + 1 - len(out))
                fed = len(held)
                if len(out) > MAX_RECORD:
                    raise zlib.error("too large")
        except zlib.error:
            yield None
            held = _find_next(held[1:], stream)
        else:
            yield bytes(out)
            held = member.unused_data or stream.read(CHUNK)


def _read_on(stream: BinaryIO) -> bytes:
    more = stream.read(CHUNK)
    if not more:
        raise ArchiveError("breaks off within a record")
    return more


def _find_next(held: bytes, stream: BinaryIO) -> bytes:
    """Return the bytes from where the next member may begin, or none at the end of the file."""
    while (at := held.find(GZIP_MAGIC + b"\x08")) < 0:
        more = stream.read(CHUNK)
        if not more:
            return b""
        held = held[-2:] + more
    return held[at:]


def _read_response(record: Any) -> Response | None:
    status = int(record.http_headers.get_statuscode() or 0)
    if status not in WITH_CONTENT:
        return None
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    fetched = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date") or "")
    headers = tuple((str(name), str(value)) for name, value in record.http_headers.headers)
    return Response(url, url, status, headers, _read_body(record), fetched.astimezone(UTC))


def _read_body(record: Any) -> bytes:
    """Return a body without its encodings; raises ArchiveLoadFailed when it is shorter than said, FetchError for others."""
    body = record.raw_stream
    if (record.http_headers.get_header("Transfer-Encoding") or "").lower() == "chunked":
        body = ChunkedDataReader(body)
    data = body.read()
    if record.raw_stream.limit > 0:
        raise ArchiveLoadFailed("the record is shorter than it says")
    return decode_body(data, record.http_headers.get_header("Content-Encoding") or "", MAX_BYTES)
