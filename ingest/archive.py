"""The archive: finished responses in, one WARC file a day out, each record a gzip member of its own.

Source: WARC 1.1 (ISO 28500:2017), by warcio. Bodies are stored decoded, as they were read; what the server said about
their encoding and length on the wire is kept under `X-Archive-Orig-` names.
"""

from __future__ import annotations

import io
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ingest.models import Response

ON_THE_WIRE = ("content-encoding", "transfer-encoding", "content-length")


class Archive:
    """A folder of WARC files. One process writes to it at a time; a crash harms no record written before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._journal = folder / "writing"
        self._cut_torn_record()

    def store_response(self, response: Response) -> tuple[str, int]:
        """Append a response and return where it is: the file's name in the folder, and the record's offset in bytes.

        The journal names the place while a record is being written, so that the next process can cut off a torn one.
        Raises: OSError: the disk is full or the folder not writable.
        """
        path = self._folder / f"{response.fetched:%Y-%m-%d}.warc.gz"
        record = _write_record(response)
        offset = path.stat().st_size if path.exists() else 0
        self._journal.write_text(f"{path.name} {offset}\n", encoding="utf-8")
        try:
            with path.open("ab") as file:
                file.write(record)
        except OSError:
            self._cut_torn_record()
            raise
        self._journal.unlink()
        return path.name, offset

    def read_body(self, name: str, offset: int) -> bytes:
        """Return the body of the record at a place that `store_response` returned."""
        with (self._folder / name).open("rb") as file:
            file.seek(offset)
            return bytes(next(iter(ArchiveIterator(file))).content_stream().read())

    def _cut_torn_record(self) -> None:
        if not self._journal.exists():
            return
        note = self._journal.read_text(encoding="utf-8")
        name, _, offset = note.strip().partition(" ")
        # a note without its line end is torn itself, and no write followed it
        if note.endswith("\n") and (self._folder / name).is_file():
            with (self._folder / name).open("r+b") as file:
                file.truncate(int(offset))
        self._journal.unlink()


def _write_record(response: Response) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    headers = [(f"X-Archive-Orig-{k}" if k.lower() in ON_THE_WIRE else k, v) for k, v in response.headers]
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
