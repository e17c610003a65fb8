"""WARC files as crawlers leave them: whole, damaged in one record, broken off; written here with warcio."""

import gzip
import io

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ingest.errors import ArchiveError
from ingest.warcs import MAX_RECORD, read_members, read_pages

BODY = b"<html><body>A page of our own.</body></html>"


def member(number, body=BODY, status="200 OK", kind="response", headers=(("Content-Type", "text/html"),)):
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.0")
    record = writer.create_warc_record(
        f"https://news.example/{number}",
        kind,
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(status, list(headers), protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": "2026-03-04T05:06:07Z"},
    )
    writer.write_record(record)
    return out.getvalue()


def read(data):
    """Return the last part of each page's address, None for damaged records, and why the file broke off."""
    found = []
    try:
        for page in read_pages(io.BytesIO(data)):
            found.append(page and page.url.rpartition("/")[2])
    except ArchiveError as error:
        return found, str(error)
    return found, None


def raw_member(http, length=None):
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
    )
    head += f"Content-Type: application/http\r\nContent-Length: {length or len(http)}\r\n\r\n"
    return gzip.compress(head.encode() + http + b"\r\n\r\n")


def damage(data, at):
    return data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]


ONE, TWO, THREE = (member(n) for n in (1, 2, 3))
LONG = member(2, b"<p>" + bytes(range(256)) * 1000)
FILES = [
    ("three pages", ONE + TWO + THREE, ["1", "2", "3"], None),
    ("a request and a redirect", ONE + member(2, kind="request") + member(3, status="301 Moved"), ["1"], None),
    ("a digest that does not fit", ONE + damage(TWO, len(TWO) - 6) + THREE, ["1", None, "3"], None),
    ("two damaged ones", ONE + damage(LONG, 700) + damage(LONG, 900) + THREE, ["1", None, None, "3"], None),
    ("a member that is no record", ONE + gzip.compress(b"nonsense\r\n\r\n") + THREE, ["1", None, "3"], None),
    ("zeros between records", ONE + bytes(100) + THREE, ["1", None, "3"], None),
    ("zeros at the end", ONE + bytes(100), ["1", None], None),
    ("a length that is too long", ONE + raw_member(b"HTTP/1.1 200 OK\r\n\r\nx", 9999) + THREE, ["1", None, "3"], None),
    ("an answer that is not HTTP", ONE + raw_member(b"\xff\xfe\x00nonsense") + THREE, ["1", "3"], None),
    (
        "an encoding that is broken",
        ONE + member(2, headers=[("Content-Encoding", "gzip")]) + THREE,
        ["1", None, "3"],
        None,
    ),
    ("broken off in a record", ONE + TWO[:-9], ["1"], "breaks off within a record"),
    ("broken off in the first bytes", ONE + TWO[:3], ["1"], "breaks off within a record"),
    ("no WARC", b"<html>" * 100, [None], "is no WARC file with a gzip member for each record"),
    ("another gzip", gzip.compress(b"{}\n"), [None], "is no WARC file with a gzip member for each record"),
    ("nothing", b"", [], "is no WARC file with a gzip member for each record"),
]


@pytest.mark.parametrize(("phenomenon", "data", "pages", "fault"), FILES, ids=[row[0] for row in FILES])
def test_what_is_whole_is_read(phenomenon, data, pages, fault):
    assert read(data) == (pages, fault)


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ([], BODY),
        ([("Content-Encoding", "gzip")], gzip.compress(BODY)),
        ([("Transfer-Encoding", "chunked")], b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)),
    ],
    ids=["plain", "gzip", "chunked"],
)
def test_bodies_are_decoded(headers, sent):
    (page,) = read_pages(io.BytesIO(member(1, sent, headers=headers)))
    assert page.body == BODY
    assert (page.status, page.final_url, page.fetched.isoformat()) == (
        200,
        "https://news.example/1",
        "2026-03-04T05:06:07+00:00",
    )


def test_a_body_that_unpacks_to_too_much_is_left_out():
    bomb = gzip.compress(bytes(MAX_RECORD * 2))
    assert read(member(1, bomb, headers=[("Content-Encoding", "gzip")]) + TWO) == ([None, "2"], None)
    assert read(member(1, bytes(MAX_RECORD + 1)) + TWO) == ([None, "2"], None)


def test_members_are_told_apart_wherever_reads_end():
    class Slow(io.BytesIO):
        def read(self, size=-1):
            return super().read(7)

    assert list(read_members(Slow(ONE + damage(TWO, len(TWO) - 6) + THREE))) == [
        gzip.decompress(ONE),
        None,
        gzip.decompress(THREE),
    ]
