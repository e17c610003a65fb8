"""What is written to the archive can be read at its place, also after a crash in the middle of a record."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from ingest.archive import Archive
from ingest.errors import ArchiveError
from ingest.models import Response

DAY = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def respond(body, *headers, fetched=DAY):
    return Response("http://a.test/x", "http://a.test/y", 200, (("Content-Type", "text/html"), *headers), body, fetched)


def test_round_trip(tmp_path):
    archive = Archive(tmp_path / "raw")
    bodies = [b"first", b"", bytes(range(256)) * 300, b"last\r\n\r\n"]
    places = [archive.store_response(respond(body)) for body in bodies]
    assert {name for name, _ in places} == {"2026-03-04.warc.gz"}
    assert [archive.read_body(*place) for place in places] == bodies
    assert sorted({offset for _, offset in places}) == [offset for _, offset in places]


def test_record_says_what_was_asked_and_answered(tmp_path):
    archive = Archive(tmp_path)
    name, _ = archive.store_response(
        respond(b"body", ("Content-Encoding", "gzip"), ("Content-Length", "24"), ("X-Name", "é"))
    )
    with (tmp_path / name).open("rb") as file:
        record = next(iter(ArchiveIterator(file)))
        assert record.content_stream().read() == b"body"
    assert record.rec_headers.get_header("WARC-Target-URI") == "http://a.test/y"
    assert record.rec_headers.get_header("WARC-Date").startswith("2026-03-04T05:06:07")
    assert record.http_headers.get_statuscode() == "200"
    assert record.http_headers.get_header("X-Archive-Orig-Content-Encoding") == "gzip"
    assert record.http_headers.get_header("Content-Length") == "4"


def test_one_file_a_day(tmp_path):
    archive = Archive(tmp_path)
    names = [archive.store_response(respond(b"x", fetched=DAY.replace(day=day)))[0] for day in (4, 5, 4)]
    assert names == ["2026-03-04.warc.gz", "2026-03-05.warc.gz", "2026-03-04.warc.gz"]


def test_torn_record_is_cut_off(tmp_path):
    archive = Archive(tmp_path)
    first = archive.store_response(respond(b"first"))
    path = tmp_path / first[0]
    whole = path.read_bytes()
    # a kill between the two writes of store_response leaves the note and half a record
    (tmp_path / "writing").write_text(f"{first[0]} {len(whole)}\n")
    path.write_bytes(whole + whole[: len(whole) // 2])
    again = Archive(tmp_path)
    second = again.store_response(respond(b"second"))
    assert second == (first[0], len(whole))
    assert [again.read_body(*place) for place in (first, second)] == [b"first", b"second"]
    assert gzip.decompress(path.read_bytes()).count(b"WARC-Type: response") == 2
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("note", ["", "2026-03-04.warc.gz", "2026-03-04.warc.gz 1", "other.warc.gz 0\n"])
def test_torn_note_cuts_nothing(tmp_path, note):
    place = Archive(tmp_path).store_response(respond(b"first"))
    (tmp_path / "writing").write_text(note)
    assert Archive(tmp_path).read_body(*place) == b"first"


@pytest.mark.parametrize(
    "note",
    [
        # a name that leads elsewhere, and words for numbers
        b"../precious 0\n",
        b"2026-03-04.warc.gz many\n",
        b"\xff\xfe\n",
        # a file that somebody has made shorter since is not filled up with zeros
        b"2026-03-04.warc.gz 999999\n",
        # a file that somebody took away
        b"2025-01-01.warc.gz 5\n",
    ],
)
def test_a_journal_that_cannot_be_right_is_left_alone(tmp_path, note):
    (tmp_path / "precious").write_bytes(b"not to be cut")
    archive = Archive(tmp_path / "raw")
    first = archive.store_response(respond(b"first"))
    (tmp_path / "raw" / "writing").write_bytes(note)
    second = archive.store_response(respond(b"second"))
    assert [archive.read_body(*place) for place in (first, second)] == [b"first", b"second"]
    assert (tmp_path / "precious").read_bytes() == b"not to be cut"
    assert [path.name for path in (tmp_path / "raw").iterdir()] == [first[0]]


def test_what_somebody_wrote_into_a_file_harms_no_record_after_it(tmp_path):
    archive = Archive(tmp_path)
    first = archive.store_response(respond(b"first"))
    with (tmp_path / first[0]).open("ab") as file:
        file.write(b"garbage")
    second = archive.store_response(respond(b"second"))
    assert [archive.read_body(*place) for place in (first, second)] == [b"first", b"second"]


def test_a_place_without_a_whole_record_is_named(tmp_path):
    archive = Archive(tmp_path)
    name, offset = archive.store_response(respond(b"body " * 1000))
    path = tmp_path / name
    whole = path.read_bytes()
    for damaged, at in ((whole, 7), (whole, len(whole)), (whole[:-40], 0), (b"garbage" * 50, 0), (b"", 0)):
        path.write_bytes(damaged)
        with pytest.raises(ArchiveError, match=f"{name} has no whole record at {at}"):
            archive.read_body(name, at)
    path.write_bytes(whole)
    assert archive.read_body(name, offset) == b"body " * 1000


def test_a_folder_that_is_none_costs_only_the_raw_form(tmp_path, caplog):
    (tmp_path / "raw").write_text("a file")
    archive = Archive(tmp_path / "raw")
    assert [archive.keep_response(respond(b"body")) for _ in range(3)] == [None] * 3
    assert [record.getMessage() for record in caplog.records] == [
        f"raw responses cannot be kept in {tmp_path / 'raw'}: File exists"
    ], "it is said once"
    # and once it can be written again, it is
    (tmp_path / "raw").unlink()
    place = archive.keep_response(respond(b"body"))
    assert archive.read_body(*place) == b"body"


def test_failed_write_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    archive = Archive(tmp_path)
    place = archive.store_response(respond(b"first"))
    before = (tmp_path / place[0]).read_bytes()
    real_open = Path.open

    class FullDisk:
        def __init__(self, path):
            self.file = real_open(path, "ab")

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def write(self, data):
            self.file.write(data[:20])
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(
        Path, "open", lambda path, mode="r", **how: FullDisk(path) if mode == "ab" else real_open(path, mode, **how)
    )
    with pytest.raises(OSError, match="No space left"):
        archive.store_response(respond(b"second"))
    monkeypatch.undo()
    assert (tmp_path / place[0]).read_bytes() == before
    assert archive.read_body(*archive.store_response(respond(b"third"))) == b"third"
