"""Blanking: records of the archive that may not be kept any more, replaced by as many bytes that say nothing.

Every other record stays where it is, since places are known by their offset.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.warcwriter import WARCWriter

from ingest.archive import Archive
from ingest.errors import ArchiveError
from ingest.models import Response

# the name of a file, and an offset in it
Place = tuple[str, int]

# of a gzip header: where its flags are, the one for a comment, and how long it is without
_FLAGS_AT, _COMMENT, _HEADER = 3, 0x10, 10


def blank_records(folder: Path, places: Collection[Place], is_unwanted: Callable[[Response], bool]) -> list[Place]:
    """Blank the records at places, and those of responses that are unwanted; return where they were.

    Each file is replaced when all of it is written: a killed call leaves it as it was.
    Raises: ArchiveError: a file is no whole archive. OSError.
    """
    if not folder.is_dir():
        return []
    Archive(folder).cut_torn_record()
    blanked = list[Place]()
    for path in sorted(folder.glob("*.warc.gz")):
        try:
            found = [(start, size) for start, size, response in _read_records(path)
                     if (path.name, start) in places or is_unwanted(response)]  # fmt: skip
        except ArchiveLoadFailed as error:
            raise ArchiveError(f"{path}: is no whole archive: {error}; move it away, and start again") from error
        if found:
            _replace(path, found)
        blanked += [(path.name, start) for start, _ in found]
    return blanked


def _read_records(path: Path) -> Iterator[tuple[int, int, Response]]:
    """Yield where each response begins, how many bytes it takes, and the response."""
    with path.open("rb") as file, closing(ArchiveIterator(file)) as records:
        for record in records:
            body = record.content_stream().read()
            start, size = records.get_record_offset(), records.get_record_length()
            if record.rec_type == "response":
                yield start, size, _make_response(record, body)


def _make_response(record: ArcWarcRecord, body: bytes) -> Response:
    url, headers = record.rec_headers.get_header("WARC-Target-URI"), record.http_headers
    fetched = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
    return Response(url, url, int(headers.get_statuscode()), tuple(headers.headers), body, fetched)


def _replace(path: Path, found: Collection[tuple[int, int]]) -> None:
    new = path.with_name(f".{path.name}.new")
    with path.open("rb") as old, new.open("wb") as out:
        for start, size in found:
            _copy(old, out, start - old.tell())
            out.write(_make_blank(size))
            old.seek(size, os.SEEK_CUR)
        _copy(old, out, path.stat().st_size - old.tell())
        out.flush()
        os.fsync(out.fileno())
    new.replace(path)


def _copy(old: io.BufferedReader, out: io.BufferedWriter, size: int) -> None:
    while size > 0:
        chunk = old.read(min(size, 1 << 20))
        out.write(chunk)
        size -= len(chunk)


def _make_blank(size: int) -> bytes:
    """Return a record of so many bytes, a gzip member with a comment of spaces; every response takes more than it needs."""
    out, said = io.BytesIO(), b"redacted"
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    record = writer.create_warc_record(
        "urn:dpawatch:redacted", "metadata", payload=io.BytesIO(said), length=len(said), warc_content_type="text/plain"
    )
    writer.write_record(record)
    member = bytearray(out.getvalue())
    member[_FLAGS_AT] |= _COMMENT
    member[_HEADER:_HEADER] = b" " * (size - len(member) - 1) + b"\0"
    return bytes(member)
