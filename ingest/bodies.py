"""Response bodies off the wire: encoded chunks in, decoded bytes out, never more of them than the cap.

httpx decodes a whole chunk at once, which turns 64 KB into 64 MB; here zlib is told how much room is left.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from typing import Protocol

from ingest.errors import BadBody, BodyTooLarge

GZIP_MAGIC = b"\x1f\x8b"
# the largest body that is read, decoded
MAX_BYTES = 10_000_000


class Decoder(Protocol):
    """What `read_body` asks of a content encoding."""

    def decode(self, data: bytes, room: int) -> bytes:
        """Return the decoded form of the next chunk; raises BodyTooLarge when it needs more than `room` bytes."""

    def finish(self) -> None:
        """Raise BadBody when the encoded data stopped before its end."""


async def read_body(chunks: AsyncIterator[bytes], encoding: str, cap: int) -> bytes:
    """Return a body decoded from its Content-Encoding (gzip, deflate or none).

    Raises: BodyTooLarge: more than `cap` bytes, encoded or decoded. BadBody: unknown, broken or truncated encoding.
    """
    decoder = _pick_decoder(encoding.strip().lower())
    body, taken = bytearray(), 0
    async for chunk in chunks:
        taken += len(chunk)
        if taken > cap:
            raise _too_large(cap)
        try:
            body += decoder.decode(chunk, cap - len(body))
        except zlib.error as error:
            raise BadBody(f"the body is not valid {encoding}") from error
        except BodyTooLarge as error:
            raise _too_large(cap) from error
    decoder.finish()
    return bytes(body)


def decode_gzip(data: bytes, cap: int) -> bytes:
    """Return what a gzip file holds.

    Raises: BodyTooLarge: more than `cap` bytes. BadBody: broken or truncated.
    """
    return _decode_whole(_Gzip(), data, cap, "the file is not valid gzip")


def decode_body(data: bytes, encoding: str, cap: int) -> bytes:
    """Return a whole body decoded from its Content-Encoding (gzip, deflate or none).

    Raises: BodyTooLarge: more than `cap` bytes. BadBody: unknown, broken or truncated encoding.
    """
    return _decode_whole(_pick_decoder(encoding.strip().lower()), data, cap, f"the body is not valid {encoding}")


def _decode_whole(decoder: Decoder, data: bytes, cap: int, broken: str) -> bytes:
    try:
        body = decoder.decode(data, cap)
    except zlib.error as error:
        raise BadBody(broken) from error
    except BodyTooLarge as error:
        raise _too_large(cap) from error
    decoder.finish()
    return body


def _pick_decoder(encoding: str) -> Decoder:
    if encoding in ("", "identity"):
        return _Plain()
    if encoding in ("gzip", "x-gzip"):
        return _Gzip()
    if encoding == "deflate":
        return _Deflate()
    raise BadBody(f"the body has the content encoding {encoding[:40]!r}, which was not asked for")


def _too_large(cap: int) -> BodyTooLarge:
    return BodyTooLarge(f"the body is larger than {cap:,} bytes")


class _Plain:
    def decode(self, data: bytes, room: int) -> bytes:
        if len(data) > room:
            raise BodyTooLarge
        return data

    def finish(self) -> None:
        "Nothing can be missing"


class _Gzip:
    """RFC 1952: one or more members; what follows the last one is ignored, as browsers do."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._started = False

    def decode(self, data: bytes, room: int) -> bytes:
        self._started = self._started or bool(data)
        out = bytearray()
        while data:
            if self._member.eof:
                if not data.startswith(GZIP_MAGIC):
                    break
                self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
            out += _inflate(self._member, data, room - len(out))
            data = self._member.unused_data
        return bytes(out)

    def finish(self) -> None:
        if self._started and not self._member.eof:
            raise BadBody("the body ends in the middle of its gzip data")


class _Deflate:
    """RFC 9110 means the zlib format; some servers send the bare deflate stream instead."""

    def __init__(self) -> None:
        self._head = b""
        self._stream: zlib._Decompress | None = None

    def decode(self, data: bytes, room: int) -> bytes:
        if self._stream is None:
            self._head += data
            if len(self._head) < 2:
                return b""
            data, is_zlib = self._head, self._head[0] & 15 == 8 and int.from_bytes(self._head[:2]) % 31 == 0
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
        return b"" if self._stream.eof else _inflate(self._stream, data, room)

    def finish(self) -> None:
        if self._head and (self._stream is None or not self._stream.eof):
            raise BadBody("the body ends in the middle of its deflate data")


def _inflate(stream: zlib._Decompress, data: bytes, room: int) -> bytes:
    # one byte of room more than allowed tells "full" from "too large"
    out = stream.decompress(data, room + 1)
    if len(out) > room:
        raise BodyTooLarge
    return out
