"""The archive: finished responses in, one WARC file a day out, each record a gzip member of its own.

Source: WARC 1.1 (ISO 28500:2017), by warcio. Bodies are stored decoded, as they were read; what the server said about
their encoding and length on the wire is kept under `X-Archive-Orig-` names.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ingest.errors import ArchiveError
from ingest.models import Response

log = logging.getLogger(__name__)
# what the journal says; without its line end it is torn itself, and no write followed it
_NOTE = re.compile(rb"(\d{4}-\d\d-\d\d\.warc\.gz) (\d{1,18})\n")
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\.warc\.gz", re.ASCII)
# a header may hold any byte, a record of the archive may not: it is written as in URLs
_NOT_ASCII = re.compile("[^ -~\t]")
ON_THE_WIRE = ("content-encoding", "transfer-encoding", "content-length")


class Archive:
    """A folder of WARC files, made when it is first written to.

    One process writes to it at a time; a crash harms no record written before.
    """

    def __init__(self, folder: Path, withhold: Callable[[Response], bool] | None = None) -> None:
        """Name the folder, and what tells of a response that it is not to be kept."""
        self._folder = folder
        self._withhold = withhold
        self._journal = folder / "writing"
        self._warned = False

    def keep_response(self, response: Response) -> tuple[str, int] | None:
        """Append a response as store_response does, or return None when it is withheld, or that cannot be done.

        What was fetched is worth more than its raw form, so a full disk or a folder that is none costs only this; the
        first time is logged.
        """
        if self._withhold and self._withhold(response):
            return None
        try:
            return self.store_response(response)
        except OSError as error:
            if not self._warned:
                log.error("raw responses cannot be kept in %s: %s", self._folder, error.strerror or error)
            self._warned = True
            return None

    def store_response(self, response: Response) -> tuple[str, int]:
        """Append a response and return where it is: the file's name in the folder, and the record's offset in bytes.

        The journal names the place while a record is being written, so that the next process can cut off a torn one.
        Raises: OSError: the disk is full or the folder not writable.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self.cut_torn_record()
        path = self._folder / f"{response.fetched:%Y-%m-%d}.warc.gz"
        record = _write_record(response)
        offset = path.stat().st_size if path.exists() else 0
        self._journal.write_text(f"{path.name} {offset}\n", encoding="utf-8")
        try:
            with path.open("ab") as file:
                file.write(record)
        except OSError:
            with suppress(OSError):
                self.cut_torn_record()
            raise
        self._journal.unlink()
        return path.name, offset

    def read_body(self, name: str, offset: int) -> bytes:
        """Return the body of the record at a place that `store_response` returned.

        Raises: OSError: the file is not there. ArchiveError: there is no whole record at this place.
        """
        with (self._folder / name).open("rb") as file:
            file.seek(offset)
            try:
                record = next(iter(ArchiveIterator(file, check_digests="raise")))
                body = bytes(record.content_stream().read())
            except (StopIteration, ArchiveLoadFailed) as error:
                raise ArchiveError(f"{name} has no whole record at {offset}") from error
        # neither failed nor passed: it ended before its time
        if record.rec_type != "response" or record.digest_checker.passed is not True:
            raise ArchiveError(f"{name} has no whole record at {offset}")
        return body

    def list_days(self) -> dict[str, date]:
        """Return the files of the archive with the day of each, the oldest first; nothing without a folder."""
        names = sorted(path.name for path in self._folder.glob("*.warc.gz") if _DAY.fullmatch(path.name))
        return {name: date.fromisoformat(name[:10]) for name in names}

    def remove_day(self, name: str) -> None:
        """Remove a file, if it is still there. Raises: OSError: the folder is not writable."""
        (self._folder / name).unlink(missing_ok=True)

    def cut_torn_record(self) -> None:
        """Cut off what was being written when a process was killed."""
        if not self._journal.exists():
            return
        note = _NOTE.fullmatch(self._journal.read_bytes())
        path = self._folder / note[1].decode() if note else None
        # never made longer: somebody may have taken records out since
        if note and path and path.is_file() and path.stat().st_size > int(note[2]):
            with path.open("r+b") as file:
                file.truncate(int(note[2]))
        self._journal.unlink()


def _write_record(response: Response) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    headers = [(f"X-Archive-Orig-{k}" if k.lower() in ON_THE_WIRE else k, v) for k, v in response.headers]
    headers = [(name, _NOT_ASCII.sub(lambda c: f"%{ord(c[0]):02X}", value)) for name, value in headers]
    headers.append(("Content-Length", str(len(response.body))))
    record = writer.create_warc_record(
        response.final_url,
        "response",
        payload=io.BytesIO(response.body),
        length=len(response.body),
        http_headers=StatusAndHeaders(str(response.status), headers, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": f"{response.fetched:%Y-%m-%dT%H:%M:%S.%fZ}"},
    )
    writer.write_record(record)
    return out.getvalue()
