"""docs/fetching.md, row by row: every hostile server of it in one run, beside a healthy one that must not notice."""

import gzip
import re
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.entries import MAX_ATTEMPTS
from db.schema import open_database
from dpawatch.progress import OnStderr
from dpawatch.run import ingest_sources, recorded_run
from dpawatch.settings import Settings
from ingest import addresses
from ingest.fetch import FetchSettings
from ingest.models import Source
from ingest.moves import DAYS, TIMES
from ingest.rhythm import FULL_AFTER, FULL_AFTER_304S, ITEMS, POLLS_BETWEEN_ITEMS
from ingest.robots import MAX_CRAWL_DELAY
from ingest.turns import FAILURES_BEFORE_DOWN, PATIENCE

PAGE = Path(__file__).parents[2] / "docs" / "fetching.md"
ROW = re.compile(
    r"^\| (?!The server)(?P<what>[^|]+) \| [^|]+ \| (?P<outcome>\w+) \| (?:`(?P<says>[^`]+)` )?\|$", re.MULTILINE
)
ROWS = {row["what"]: (row["outcome"], row["says"]) for row in ROW.finditer(PAGE.read_text(encoding="utf-8"))}
WORDS = "<p>" + "The authority closed its inquiry into the ferry company and published the order. " * 5
ARTICLE = f"<html><head><title>Order</title></head><body><article><h1>An order</h1>{WORDS}</article></body></html>"
CAP = 300_000
INNER = "127.0.0.66"


def rss(*items, head=""):
    return f'{head}<rss version="2.0"><channel>{"".join(items)}</channel></rss>'


def item(link="/1", guid="g", title="Order", date=""):
    named = f'<guid isPermaLink="false">{guid}</guid>' if guid else ""
    return f"<item><title>{title}</title><link>{link}</link>{named}{date}</item>"


def dated(*dates):
    return rss(*(item(f"/{n}", f"g{n}", date=f"<pubDate>{date}</pubDate>") for n, date in enumerate(dates)))


# what is sent as a feed, by the row's words
BODIES = {
    "sends an empty body": "",
    "sends HTML in place of a feed": "<!doctype html><html><body>Welcome</body></html>",
    "sends something else": "Service temporarily unavailable",
    "sends too much": "x" * (CAP + 1),
    "sends a feed that breaks off": rss(item("/1", "a"), item("/2", "b")).removesuffix("</item></channel></rss>"),
    "sends XML that is not well-formed": rss(item(title="Fish & chips")),
    "sends an entity bomb": rss(
        item(title="&e9;"),
        head='<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "aaaaaaaaaaaaaaaa">'
        + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 10))
        + "]>",
    ),
    "sends NULs": rss(item(title="Or\0der")),
    "declares ISO-8859-1 and sends UTF-8": rss(item(title="Prüfung"), head='<?xml version="1.0" encoding="iso-8859-1"?>'),
    "declares UTF-8 and sends ISO-8859-1": rss(item(title="Prüfung"), head='<?xml version="1.0" encoding="utf-8"?>').encode("latin-1"),
    "says UTF-8 in the header only": rss(item(title="Штраф"), head="<?xml version='1.0' encoding='windows-1251'?>").encode("cp1251"),
    "declares nothing and sends UTF-16": rss(item(title="Prüfung")).encode("utf-16"),
    "sends a stray byte in UTF-8": rss(item(title="Prüfung é ~")).encode().replace(b"~", b"\xff"),
    "dates entries absurdly": dated("Fri, 01 Jan 2999 10:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "last Tuesday"),
    "sends entries without guids": rss(item("/1", ""), item("/2", "")),
    "uses a guid for several pages": rss(item("/1"), item("/2")),
    "sends relative links": rss(item("../1?x=2")),
    "sends javascript:, file: and ftp: links": rss(
        item("javascript:alert(1)", "a"), item("file:///etc/passwd", "b"), item("ftp://127.0.0.1/x", "c"), item("/1", "d")
    ),
    "sends more than 1000 entries": rss(*(item("/1", f"g{n}") for n in range(1001))),
    "sends links that count readers": rss(item("/1?utm_source=feed&amp;fbclid=x")),
}  # fmt: skip
HEADERS = {
    "answers 304": {"ETag": '"1"'},
    "says UTF-8 in the header only": {"Content_Type": "text/xml; charset=utf-8"},
}
STATUSES = {
    "answers 500": (500, {}),
    "answers 404": (404, {}),
    "answers 304 to a first request": (304, {}),
    "answers 410": (410, {}),
    "answers 429": (429, {}),
    "answers 503 with Retry-After": (503, {"Retry_After": "3600"}),
    "answers 204, without content": (204, {}),
    "redirects in a circle": (302, {"Location": "/feed"}),
    "redirects without a target": (301, {}),
    "redirects to file:": (301, {"Location": "file:///etc/passwd"}),
    "redirects to javascript:": (302, {"Location": "javascript:alert(1)"}),
    "redirects to ftp:": (307, {"Location": "ftp://127.0.0.1/feed"}),
    "redirects to a private address": (302, {"Location": f"http://{INNER}:{{port}}/feed"}),
}
PACKED = {
    "sends too much when unpacked": ("gzip", gzip.compress(b"\0" * 200_000_000)),
    "sends broken gzip": ("gzip", b"plain words"),
    "sends gzip that breaks off": ("gzip", gzip.compress(bytes(range(256)) * 20)[:-20]),
    "packs as was not asked for": ("br", b"plain words"),
}


def drip(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b".")
        time.sleep(0.1)


def reset(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


TALKS = {
    "says nothing": lambda connection: time.sleep(6),
    "drips without end": drip,
    "resets the connection": reset,
    "breaks off within the body": lambda c: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"),
    "speaks another protocol": lambda c: c.sendall(b"SSH-2.0-OpenSSH_9.7\r\n\r\n" * 9),
}
PRIVATE = {
    "is at a private address": INNER,
    "is at a link-local address": "169.254.169.254",
    "is at a private address written as a number": "2130706498",
    "is at a private address in IPv6": "[fd00::1]",
    "is at a private address mapped into IPv6": f"[::ffff:{INNER}]",
    "is at a private address by DNS": "inner.test",
}
# asked twice: what is served at the second time
AGAIN = {
    "sends what it sent before": lambda site: None,
    "answers 304": lambda site: None,
    "makes up new guids at each poll": lambda site: site.add("/feed", rss(item(guid="another"))),
}
ROBOTS = {
    "forbids it in robots.txt": ("User-agent: *\nDisallow: /\n", 200),
    "fails to give robots.txt": ("", 500),
    # its pages are another matter
    "sends more than 1000 entries": ("User-agent: *\nDisallow: /1\n", 200),
}
EXTERNAL = "sends external entities"
HEALTHY, WARM = "healthy", "asked before all others"


class HostileSettings(Settings):
    """Short times and a small cap; all else as in any run."""

    def fetch_settings(self):
        return FetchSettings(timeout=6.0, read_timeout=4.0, max_bytes=CAP, delay=0.0)


class Web:
    """All servers of the page, each on an address of its own; `feeds` are their feeds by the row's words."""

    def __init__(self, make_site, raw_server):
        self.inner = make_site(INNER)
        self.inner.add("/feed", rss(item()))
        self.port = self.inner.url.rpartition(":")[2]
        self.sites, self.feeds = {}, {}
        for n, what in enumerate([*ROWS, HEALTHY, WARM]):
            if what in TALKS:
                self.feeds[what] = raw_server(TALKS[what], f"127.0.1.{n + 1}") + "/feed"
            elif what in PRIVATE:
                self.feeds[what] = f"http://{PRIVATE[what]}:{self.port}/feed"
            else:
                self.sites[what] = make_site(f"127.0.1.{n + 1}")
                self.feeds[what] = self.open(what, self.sites[what])

    def open(self, what, site):
        for path in ("/0", "/1", "/2", "/1?x=2"):
            site.add(path, ARTICLE, Content_Type="text/html")
        if what in STATUSES:
            status, headers = STATUSES[what]
            return site.add("/feed", status=status, **{k: v.format(port=self.port) for k, v in headers.items()})
        if what in PACKED:
            encoding, body = PACKED[what]
            return site.add("/feed", body, Content_Encoding=encoding)
        if what in ROBOTS:
            body, status = ROBOTS[what]
            site.add("/robots.txt", body, status=status)
        return site.add("/feed", self.write_body(what, site), **HEADERS.get(what, {}))

    def write_body(self, what, site):
        if what in BODIES:
            return BODIES[what]
        assert what in ROBOTS or what in AGAIN or what in (EXTERNAL, HEALTHY, WARM), (
            f"docs/fetching.md: {what}: not tested"
        )
        if what == EXTERNAL:
            named = f'<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY web SYSTEM "{site.url}/secret">'
            return rss(item(title="a &file; b &web; c"), head=f'<?xml version="1.0"?><!DOCTYPE rss [{named}]>')
        return rss(item())


@pytest.fixture
def web(make_site, raw_server, monkeypatch):
    real, look_up = addresses.is_public, addresses.look_up

    async def look_up_inner(host, port):
        return [INNER] if host == "inner.test" else await look_up(host, port)

    # the hostile servers count as public, as they would be; the one within does not
    monkeypatch.setattr(addresses, "is_public", lambda address: address.startswith("127.0.1.") or real(address))
    monkeypatch.setattr(addresses, "look_up", look_up_inner)
    return Web(make_site, raw_server)


def read_peak_memory():
    """Return the most bytes of memory that this process held since the last `reset_peak_memory`."""
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024


def reset_peak_memory():
    Path("/proc/self/clear_refs").write_text("5")


@pytest.fixture
def polled(web, tmp_path):
    """Poll all servers twice, in two runs two days apart; return the database, and by how much memory grew in bytes."""
    names = dict(enumerate([*ROWS, HEALTHY, WARM]))
    sources = tuple(
        Source(f"s{n}", "pub", "regulator", "feed", web.feeds[what], web.feeds[what], "en", "privacy")
        for n, what in names.items()
    )
    db = open_database(tmp_path / "hostile.db")
    settings = HostileSettings(tmp_path / "hostile.db", archive=False)
    start = datetime.now(UTC)
    # what has to be loaded to read a page at all is loaded before
    with recorded_run(db, "ingest", OnStderr(), lambda: start) as run:
        ingest_sources(run, settings, sources[-1:])
    reset_peak_memory()
    before = read_peak_memory()
    with recorded_run(db, "ingest", OnStderr(), lambda: start) as run:
        ingest_sources(run, settings, sources, all=True)
    for what, change in AGAIN.items():
        change(web.sites[what])
    with recorded_run(db, "ingest", OnStderr(), lambda: start + timedelta(days=2)) as run:
        ingest_sources(run, settings, tuple(s for n, s in enumerate(sources) if names[n] in (*AGAIN, HEALTHY)))
    yield db, read_peak_memory() - before
    db.close()


def test_every_server_ends_as_the_page_says_and_harms_no_other(web, polled):
    db, grown = polled
    sql = "select outcome, error, note from fetches where source = ? and kind = 'feed' order by id desc limit 1"
    wrong = []
    for n, (what, (outcome, says)) in enumerate(ROWS.items()):
        found, error, note = db.execute(sql, [f"s{n}"]).fetchone()
        said = error or note or ""
        if found != outcome or (says or "") not in said or (not says and said):
            wrong.append((what, (outcome, says), (found, error, note)))
    assert wrong == []
    # the healthy one among them, and nothing of what is within or named by an entity
    assert db.execute("select count(*) from articles where source = ?", [f"s{len(ROWS)}"]).fetchone() == (1,)
    assert (web.inner.requests, web.sites[EXTERNAL].count("/secret")) == ([], 0)
    assert db.execute("select count(*) from articles where title like '%root:%' or text like '%root:%'").fetchone() == (
        0,
    )
    # 200 MB of NULs were offered
    assert grown < 100_000_000

    check_entries(db, web)


def check_entries(db, web):
    ids = {what: f"s{n}" for n, what in enumerate(ROWS)}

    def entries(what, columns):
        return db.execute(f"select {columns} from entries where source = ? order by url", [ids[what]]).fetchall()

    def asked(what):
        return [path for path, _ in web.sites[what].requests if path not in ("/robots.txt", "/feed")]

    assert entries("declares ISO-8859-1 and sends UTF-8", "title") == [("Prüfung",)]
    assert entries("declares UTF-8 and sends ISO-8859-1", "title") == [("Prüfung",)]
    assert entries("says UTF-8 in the header only", "title") == [("Штраф",)]
    assert entries("declares nothing and sends UTF-16", "title") == [("Prüfung",)]
    assert entries("sends a stray byte in UTF-8", "title") == [("Prüfung é \ufffd",)]
    assert entries("sends NULs", "title") == [("Order",)]
    assert entries("sends an entity bomb", "length(title) < 100") == [(1,)]
    assert entries(EXTERNAL, "title") == [("a b c",)]
    assert entries("dates entries absurdly", "published") == [(None,)] * 3
    assert entries("sends a feed that breaks off", "guid") == [("a",)]
    assert (
        len(entries("uses a guid for several pages", "guid")) == len(entries("sends entries without guids", "1")) == 2
    )
    assert entries("makes up new guids at each poll", "guid") == [("g",)]
    assert entries("sends javascript:, file: and ftp: links", "guid") == [("d",)]
    assert entries("sends more than 1000 entries", "count(*)") == [(1000,)]
    assert asked("sends relative links") == ["/1?x=2"]
    assert asked("sends links that count readers") == ["/1"]
    assert asked("forbids it in robots.txt") == asked("fails to give robots.txt") == []
    rests = "select count(*) from fetches where rests_until is not null and source in (?, ?)"
    assert db.execute(rests, [ids["answers 429"], ids["answers 503 with Retry-After"]]).fetchone() == (2,)


def test_documents_that_are_costly_to_read_harm_no_other(make_site, tmp_path):
    """A whole poll of pages and maps made to take time and memory, by the megabyte, beside a healthy source."""
    costly, healthy = make_site("127.0.2.1"), make_site("127.0.2.2")
    pages = {"/p": "<p>a b c", "/br": "<br>x", "/span": "<span>a</span> "}
    for path, piece in pages.items():
        costly.add(path, f"<html><body>{WORDS}{piece * (1_000_000 // len(piece))}", Content_Type="text/html")
    costly.add("/feed", rss(*(item(path, path) for path in pages)))
    costly.add("/map", "<urlset>" + "<![CDATA[" * 100_000)
    healthy.add("/feed", rss(item()))
    healthy.add("/1", ARTICLE, Content_Type="text/html")
    asked = {"pages": (costly, "feed"), "maps": (costly, "sitemap"), "well": (healthy, "feed")}
    sources = tuple(
        Source(
            name,
            "pub",
            "regulator",
            kind,
            f"{site.url}/{'map' if kind == 'sitemap' else 'feed'}",
            site.url,
            "en",
            "privacy",
        )
        for name, (site, kind) in asked.items()
    )
    db = open_database(tmp_path / "costly.db")
    settings = Settings(tmp_path / "costly.db", allow_private_hosts=True, delay=0, archive=False)
    started = time.monotonic()
    with recorded_run(db, "ingest", OnStderr(), lambda: datetime.now(UTC)) as run:
        ingest_sources(run, settings, sources)
    assert time.monotonic() - started < 30
    assert db.execute("select source from articles").fetchall() == [("well",)]
    ends = db.execute("select guid, state, last_error from entries where source = 'pages' order by guid").fetchall()
    assert [(guid, state) for guid, state, _ in ends] == [(path, "gone") for path in sorted(pages)]
    assert all(re.match("the page has [0-9,]+ elements", error) for *_, error in ends)
    maps = db.execute("select outcome, note, milliseconds < 10000 from fetches where kind = 'sitemap'").fetchone()
    assert (maps[0], "breaks off" in maps[1], maps[2]) == ("new", True, 1)
    db.close()


def test_the_page_has_rows():
    assert len(ROWS) > 45


def test_the_numbers_of_the_page_are_those_of_the_program():
    said = " ".join(PAGE.read_text(encoding="utf-8").split())
    settings = FetchSettings()
    assert (settings.concurrency, settings.delay, MAX_CRAWL_DELAY, PATIENCE) == (32, 1, 30, 30)
    assert "32 hosts at once" in said
    assert "a second between two" in said
    assert "`Crawl-delay` up to 30 seconds" in said
    assert "waits for half a minute at most" in said
    assert (settings.read_timeout, settings.timeout, settings.max_bytes) == (20, 60, 10_000_000)
    assert all(words in said for words in ("20 seconds of silence", "after a minute in all", "stops reading at 10 MB"))
    assert (settings.max_redirects, MAX_ATTEMPTS, FAILURES_BEFORE_DOWN) == (5, 22, 3)
    assert all(
        words in said for words in ("five redirects", "given up after 22 attempts", "failed three times in a row")
    )
    assert (POLLS_BETWEEN_ITEMS, ITEMS, FULL_AFTER_304S, FULL_AFTER.days, TIMES, DAYS.days) == (8, 10, 50, 7, 3, 3)
    assert all(
        words in said for words in ("eight times between two", "the last ten", "fifty 304s", "A week", "three polls")
    )
