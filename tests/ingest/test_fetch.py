"""Each way in which an exchange goes well or wrong, against a real server on loopback."""

import asyncio
import gzip
import socket
import time
import zlib
from dataclasses import replace

import pytest

from ingest.errors import (
    AddressRefused,
    BadBody,
    BadRedirect,
    BodyTooLarge,
    ConnectionFailed,
    FetchError,
    FetchTimeout,
    HostDown,
    PageGone,
)
from ingest.fetch import Fetcher, FetchSettings, build_user_agent, require_content


def fetch(url, settings, log=None, **options):
    async def run():
        async with Fetcher(settings) as fetcher:
            return await fetcher.fetch(url, "page", [] if log is None else log, **options)

    return asyncio.run(run())


def fail(url, settings, error):
    """Return the message of the error that a fetch must end in; it is one line, and in the log as well."""
    log = []
    with pytest.raises(error) as caught:
        fetch(url, settings, log)
    message = str(caught.value)
    assert message
    assert "\n" not in message
    assert log[-1].error == message
    return message


def test_response_and_log(site, settings):
    url = site.add("/a", "body", Content_Type="text/plain")
    log = []
    response = fetch(url, settings, log)
    assert (response.status, response.body, response.header("content-TYPE")) == (200, b"body", "text/plain")
    assert [(r.url, r.kind, r.outcome, r.status, r.bytes, r.error) for r in log] == [(url, "page", "new", 200, 4, None)]


def test_request_says_who_asks_and_what_it_reads(site, settings):
    fetch(site.add("/a", "x"), settings)
    headers = site.requests[0][1]
    assert headers["user-agent"] == "dpawatch/test (+http://contact.test/)"
    assert headers["accept-encoding"] == "gzip, deflate"
    assert build_user_agent("http://c.test/").startswith("dpawatch/")
    assert build_user_agent("http://c.test/").endswith(" (+http://c.test/)")


def test_validators_are_echoed_verbatim(site, settings):
    # a weak tag with an odd character, and a date that is no HTTP date
    sent = [("If-None-Match", 'W/"a,b \xe9"'), ("If-Modified-Since", "yesterday, about noon")]
    fetch(site.add("/a", "x"), settings, validators=sent)
    headers = site.requests[0][1]
    assert headers["if-none-match"] == 'W/"a,b \xe9"'
    assert headers["if-modified-since"] == "yesterday, about noon"


def test_not_modified(site, settings):
    log = []
    url = site.add("/a", "x", ETag='"1"')
    response = fetch(url, settings, log, validators=[("If-None-Match", '"1"')])
    assert (response.status, response.body, log[0].outcome) == (304, b"", "unchanged")


def test_cookies_are_not_kept(site, settings):
    first = site.add("/a", status=302, Location="/b", Set_Cookie="track=1; Path=/")
    site.add("/b", "x")
    fetch(first, settings)
    assert [path for path, _ in site.requests] == ["/a", "/b"]
    assert all("cookie" not in headers for _, headers in site.requests)


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "deflate-raw", ""])
def test_encodings(site, settings, encoding):
    body = b"plain words " * 500
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    forms = {
        "gzip": gzip.compress(body[:1000]) + gzip.compress(body[1000:]),
        "x-gzip": gzip.compress(body),
        "deflate": zlib.compress(body),
        "deflate-raw": raw.compress(body) + raw.flush(),
        "": body,
    }
    url = site.add("/a", forms[encoding], Content_Encoding=encoding.removesuffix("-raw"))
    assert fetch(url, settings).body == body


def test_the_log_says_how_much_came_over_the_wire(site, settings):
    body = b"plain words " * 500
    packed = gzip.compress(body)
    log = []
    site.add("/old", status=301, Location="/a")
    site.add("/a", packed, Content_Encoding="gzip")
    fetch(site.url + "/old", settings, log)
    # what is of no use was received all the same
    broken = site.add("/broken", packed[:-20], Content_Encoding="gzip")
    with pytest.raises(BadBody):
        fetch(broken, settings, log)
    fetch(site.add("/gone", b"sorry", status=404), settings, log)
    assert [(r.bytes, r.received) for r in log] == [(len(body), len(packed)), (0, len(packed) - 20), (0, 0)]


def test_size_cap_on_a_gzip_bomb(site, settings):
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < settings.max_bytes
    message = fail(site.add("/a", bomb, Content_Encoding="gzip"), settings, BodyTooLarge)
    assert "100,000 bytes" in message


def test_size_cap_on_a_plain_body(site, settings):
    assert len(fetch(site.add("/fits", b"x" * 100_000), settings).body) == 100_000
    fail(site.add("/a", b"x" * 100_001), settings, BodyTooLarge)


def test_truncated_gzip(site, settings):
    whole = gzip.compress(bytes(range(256)) * 20)
    fail(site.add("/a", whole[:-20], Content_Encoding="gzip"), settings, BadBody)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_body_is_not_what_its_encoding_says(site, settings, encoding):
    fail(site.add("/a", b"\xffplain words", Content_Encoding=encoding), settings, BadBody)


def test_total_deadline_on_a_drip(raw_server, settings):
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b".")
            time.sleep(0.1)

    begin = time.monotonic()
    message = fail(raw_server(drip), replace(settings, timeout=0.6), FetchTimeout)
    assert time.monotonic() - begin < 1.5
    assert "in time" in message


def test_read_timeout_on_silence(raw_server, settings):
    begin = time.monotonic()
    fail(raw_server(lambda connection: time.sleep(1.5)), replace(settings, read_timeout=0.3), FetchTimeout)
    assert time.monotonic() - begin < 1.2


# what a server says, and none of it is an answer
BROKEN = {
    "closed without a word": b"",
    "not http": b"SSH-2.0-OpenSSH_9.7\r\n",
    "body shorter than its length": b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
    "length is no number": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nx",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "control characters in a header": b"HTTP/1.1 200 OK\r\nX-A: a\x00\x01b\r\nContent-Length: 1\r\n\r\nx",
    "chunk sizes are no numbers": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n",
    "status is no number": b"HTTP/1.1 abc OK\r\n\r\n",
    "headers without an end": b"HTTP/1.1 200 OK\r\n" + b"X-A: aaaaaaaaaaaaaaaa\r\n" * 8000,
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN.keys())
def test_broken_answers(raw_server, settings, answer):
    fail(raw_server(lambda connection: connection.sendall(answer)), settings, ConnectionFailed)


def test_reset(raw_server, settings):
    def reset(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    fail(raw_server(reset), settings, ConnectionFailed)


def test_connection_refused(settings):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    fail(f"http://127.0.0.1:{port}/", settings, ConnectionFailed)


def test_latin1_header_is_kept(raw_server, settings):
    def talk(connection: socket.socket) -> None:
        connection.sendall(b'HTTP/1.1 200 OK\r\nETag: "\xe9"\r\nContent-Length: 1\r\n\r\nx')

    assert fetch(raw_server(talk), settings).header("ETag") == '"\xe9"'


def test_redirects_are_followed(site, settings):
    first = site.add("/a", status=301, Location="b?x=1")
    site.add("/b?x=1", status=307, Location="/c#part")
    site.add("/c", "there")
    response = fetch(first, settings)
    assert (response.body, response.url, response.final_url) == (b"there", first, site.url + "/c#part")


# what the hops of a chain answer, and where the source has moved to
@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [
        ([], None),
        ([302], None),
        ([303, 301], None),
        ([301], "/1"),
        ([308, 301], "/2"),
        # what is adopted for good is where the permanent part leads, and it may go on from there for now
        ([301, 307, 301], "/1"),
    ],
)
def test_only_permanent_redirects_move_a_source(site, settings, statuses, moved_to):
    for n, status in enumerate(statuses):
        site.add(f"/{n}", status=status, Location=f"/{n + 1}")
    site.add(f"/{len(statuses)}", "x")
    assert fetch(f"{site.url}/0", settings).moved_to == (moved_to and site.url + moved_to)


def test_redirect_with_utf8_location(raw_server, site, settings):
    target = site.add("/%C3%A9", "there").replace("%C3%A9", "é").encode()
    answer = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + target + b"\r\n\r\n"
    assert fetch(raw_server(lambda connection: connection.sendall(answer)), settings).body == b"there"


def test_redirect_loop(site, settings):
    site.add("/a", status=302, Location="/b")
    site.add("/b", status=302, Location="/a")
    assert "5 times" in fail(site.url + "/a", settings, BadRedirect)
    assert len(site.requests) == settings.max_redirects + 1


def test_redirect_without_target(site, settings):
    fail(site.add("/a", status=302), settings, BadRedirect)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:alert(1)", "http://[::1"])
def test_redirect_to_what_is_not_http(site, settings, target):
    fail(site.add("/a", status=302, Location=target), settings, AddressRefused)


def test_time_of_all_redirects_counts(raw_server, settings):
    def slow(connection: socket.socket) -> None:
        time.sleep(0.25)
        connection.sendall(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /again\r\n\r\n")

    fail(raw_server(slow), replace(settings, timeout=0.6), FetchTimeout)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://feeds.test/",
        "//feeds.test/x",
        "nonsense",
        "",
        "http://",
        "http://\udcff/",
    ],
)
def test_urls_that_are_not_http(settings, url):
    fail(url, settings, AddressRefused)


@pytest.mark.parametrize(
    ("status", "error"), [(404, PageGone), (410, PageGone), (403, FetchError), (503, FetchError), (204, FetchError)]
)
def test_status_without_content(site, settings, status, error):
    log = []
    response = fetch(site.add("/a", status=status), settings, log)
    assert (log[0].outcome, log[0].status) == ("failed", status)
    with pytest.raises(error, match=str(status)):
        require_content(response)


def test_one_request_at_a_time_and_a_delay(site, settings):
    urls = [site.add(f"/{n}", "x") for n in range(3)]

    async def run():
        async with Fetcher(replace(settings, delay=0.2)) as fetcher:
            await asyncio.gather(*(fetcher.fetch(url, "page", []) for url in urls))

    begin = time.monotonic()
    asyncio.run(run())
    assert 0.4 <= time.monotonic() - begin < 1.5
    assert len(site.requests) == 3


def test_hosts_do_not_wait_for_each_other(raw_server, make_site, settings):
    slow = raw_server(lambda connection: time.sleep(0.8))
    quick = make_site("127.0.0.2").add("/a", "x")

    async def run():
        async with Fetcher(settings) as fetcher:
            waiting = asyncio.create_task(fetcher.fetch(slow, "page", []))
            await asyncio.sleep(0.05)
            begin = time.monotonic()
            await fetcher.fetch(quick, "page", [])
            spent = time.monotonic() - begin
            await asyncio.wait([waiting])
            assert isinstance(waiting.exception(), ConnectionFailed)
            return spent

    assert asyncio.run(run()) < 0.5


def test_host_that_keeps_failing_is_left_alone(settings):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"

    async def run():
        errors = []
        async with Fetcher(settings) as fetcher:
            for _ in range(5):
                with pytest.raises(ConnectionFailed) as caught:
                    await fetcher.fetch(url, "page", [])
                errors.append(type(caught.value))
        return errors

    assert asyncio.run(run()) == [ConnectionFailed] * 3 + [HostDown] * 2


def test_a_host_that_answers_stands_though_pages_of_it_fail(site, settings):
    """Bad pages of one source must not take the turn of another on the same host."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        bad = f"http://127.0.0.1:{unused.getsockname()[1]}/"
    good = site.add("/good", "good")

    async def run():
        async with Fetcher(settings) as fetcher:
            await fetcher.fetch(good, "page", [])
            for _ in range(4):
                with pytest.raises(ConnectionFailed):
                    await fetcher.fetch(bad, "page", [])
            return (await fetcher.fetch(good, "page", [])).status

    assert asyncio.run(run()) == 200


def test_a_host_has_one_name_however_it_is_written(site, settings):
    async def run():
        async with Fetcher(settings) as fetcher:
            fetcher.rest("xn--bcher-kva.test", 3600)
            return [fetcher.is_open(f"http://{host}/") for host in ("BÜCHER.test", "xn--bcher-kva.test:81", "b.test")]

    assert asyncio.run(run()) == [False, False, True]


def test_defaults_are_polite():
    settings = FetchSettings()
    assert settings.delay >= 1.0
    assert not settings.allow_private_hosts
    assert settings.user_agent.startswith("dpawatch/")
