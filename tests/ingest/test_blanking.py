"""Records are blanked in place: nothing of them is left, and all others are read where they were."""

import gzip
from datetime import UTC, datetime

import pytest

from ingest.archive import Archive
from ingest.blanking import blank_records
from ingest.errors import ArchiveError
from ingest.models import Response

DAY = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
BODIES = [b"first", b"a secret", b"x" * 100_000 + b" secret", b"last"]


@pytest.fixture
def places(tmp_path):
    archive = Archive(tmp_path)
    return [archive.store_response(respond(body)) for body in BODIES]


def respond(body):
    return Response("http://a.test/x", "http://a.test/y", 200, (("Content-Type", "text/html"),), body, DAY)


def is_secret(response):
    assert response.final_url == "http://a.test/y"
    assert response.header("content-type") == "text/html"
    return b"secret" in response.body


def test_what_is_unwanted_goes_and_the_rest_stays_in_its_place(tmp_path, places):
    size = (tmp_path / places[0][0]).stat().st_size
    assert blank_records(tmp_path, (), is_secret) == places[1:3]
    archive = Archive(tmp_path)
    assert [archive.read_body(*places[n]) for n in (0, 3)] == [b"first", b"last"]
    for place in places[1:3]:
        with pytest.raises(ArchiveError):
            archive.read_body(*place)
    assert (tmp_path / places[0][0]).stat().st_size == size
    assert b"secret" not in gzip.decompress((tmp_path / places[0][0]).read_bytes())
    # what is appended later is read too, and nothing is found a second time
    assert archive.read_body(*archive.store_response(respond(b"new"))) == b"new"
    assert blank_records(tmp_path, (), is_secret) == []


def test_a_place_is_blanked_whatever_it_says(tmp_path, places):
    assert blank_records(tmp_path, {places[3]}, lambda response: False) == [places[3]]


def test_a_torn_record_is_cut_off_and_a_damaged_file_is_one_line(tmp_path, places):
    path = tmp_path / places[0][0]
    whole = path.stat().st_size
    (tmp_path / "writing").write_text(f"{path.name} {whole}\n")
    with path.open("ab") as file:
        file.write(b"\x1f\x8bsecret")
    assert blank_records(tmp_path, (), is_secret) == places[1:3]
    assert path.stat().st_size == whole
    path.write_bytes(b"no archive")
    with pytest.raises(ArchiveError, match="no whole archive"):
        blank_records(tmp_path, (), is_secret)


def test_without_an_archive_there_is_nothing_to_blank(tmp_path):
    assert blank_records(tmp_path / "none", (), is_secret) == []


def test_what_is_withheld_is_not_kept(tmp_path):
    archive = Archive(tmp_path, withhold=is_secret)
    assert archive.keep_response(respond(b"a secret")) is None
    assert archive.keep_response(respond(b"first")) == ("2026-03-04.warc.gz", 0)
