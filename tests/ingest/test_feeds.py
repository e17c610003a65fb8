"""One fixture file per feed oddity, each with its own expectations in a comment."""

import json
import re
import time
from pathlib import Path

import pytest

from ingest.entries import MAX_ENTRIES
from ingest.errors import NotAFeed
from ingest.feeds import IMAGE, parse_entries

FILES = sorted((Path(__file__).parent / "fixtures" / "feeds").glob("*.*"))
BASE = "http://feeds.test/a/feed.xml"
EXPECT = re.compile(r"expect: (.+?)(?: -->)?\s*$", re.MULTILINE)


def list_expectations(body):
    if body.startswith(b"{"):
        return json.loads(body)["_expect"]
    return EXPECT.findall(body.replace(b"\0", b"").decode("utf-8", "replace"))


def read(body):
    """Return the names that an expectation may use."""
    try:
        feed = parse_entries(body, BASE, "application/xml")
    except NotAFeed as error:
        return {"error": str(error)}
    return {"entries": feed.entries, "warnings": feed.warnings, "notes": feed.notes, "complete": feed.complete}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_oddity(file):
    body = file.read_bytes()
    expectations = list_expectations(body)
    assert expectations, "the file states no expectation"
    names = read(body)
    for expectation in expectations:
        assert eval(expectation, names), f"{expectation}\n{names.get('entries')}\n{names.get('warnings')}"


def test_there_are_oddities():
    assert len(FILES) >= 20


def rss(*items):
    return f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>'.encode()


def test_entries_are_capped():
    feed = parse_entries(
        rss(*(f"<item><link>http://a.test/{n}</link></item>" for n in range(MAX_ENTRIES + 3))), BASE, ""
    )
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.warnings == (f"the feed holds {MAX_ENTRIES + 3} entries; the first {MAX_ENTRIES} are read",)


ABOUT = [
    # RSS: the title may be markup, the language has a country, the link is relative
    (
        rss(
            "<title>News &amp;amp; more</title><language>fr-BE</language><link>/home</link>",
            "<item><link>/a</link></item>",
        ),
        ("News & more", "fr-be", "http://feeds.test/home"),
    ),
    # Atom says its language in XML
    (
        b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Neues</title>
        <link rel="self" href="/feed"/><link rel="alternate" href="http://home.test/"/></feed>""",
        ("Neues", "de", "http://home.test/"),
    ),
    # JSON
    (
        b'{"version": "https://jsonfeed.org/version/1.1", "title": "Nouvelles", "language": "fr-FR", '
        b'"home_page_url": "/accueil", "items": []}',
        ("Nouvelles", "fr-fr", "http://feeds.test/accueil"),
    ),
    # nothing is said
    (rss("<item><link>/a</link></item>"), ("", "", "")),
]


@pytest.mark.parametrize(("body", "about"), ABOUT)
def test_what_a_feed_says_of_itself(body, about):
    feed = parse_entries(body, BASE, "")
    assert (feed.title, feed.language.lower(), feed.homepage) == about


# the server's label says nothing reliable about a feed
@pytest.mark.parametrize(
    "label", ["", "text/html", "text/plain; charset=us-ascii", "application/rss+xml; charset=nonsense"]
)
def test_content_type_is_not_believed(label):
    feed = parse_entries(rss("<item><title>Prüfung</title><link>/x</link></item>"), BASE, label)
    assert [(e.title, e.url) for e in feed.entries] == [("Prüfung", "http://feeds.test/x")]


def test_charset_of_the_header_is_used_when_the_bytes_are_not_utf8():
    body = '<rss version="2.0"><channel><item><title>Штраф</title><link>/x</link></item></channel></rss>'.encode(
        "windows-1251"
    )
    feed = parse_entries(body, BASE, "text/xml; charset=windows-1251")
    assert feed.entries[0].title == "Штраф"


WORDS = {
    "windows-1251": "Штраф за утечку",
    "koi8-r": "Штраф за утечку",
    "iso-8859-7": "Πρόστιμο για διαρροή",
    "iso-8859-2": "Úřad uložil žalobci pokutu",
    "euc-kr": "개인정보보호위원회",
    "shift_jis": "個人情報保護委員会",
    "gb2312": "个人信息保护",
}


# servers send a default of theirs, or what they hope for; the bytes are not UTF-8, so the feed's own word counts
@pytest.mark.parametrize("encoding", WORDS)
@pytest.mark.parametrize("sent", ["", "utf-8", "ISO-8859-1", "us-ascii", "nonsense"])
def test_charset_of_the_document_against_the_header(encoding, sent):
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    body = (head + rss(f"<item><title>{WORDS[encoding]}</title><link>/x</link></item>").decode()).encode(encoding)
    feed = parse_entries(body, BASE, f"text/xml; charset={sent}" if sent else "text/xml")
    assert ([e.title for e in feed.entries], feed.warnings) == ([WORDS[encoding]], ())


def test_stray_byte_in_utf8_that_a_default_header_hides():
    head = '<?xml version="1.0" encoding="utf-8"?>'
    body = (
        (head + rss("<item><title>Prüfung é ~</title><link>/x</link></item>").decode()).encode().replace(b"~", b"\xff")
    )
    feed = parse_entries(body, BASE, "text/xml; charset=iso-8859-1")
    assert feed.entries[0].title == "Prüfung é \ufffd"


# codecs of Python that read anything, or take long
@pytest.mark.parametrize("name", ["utf-7", "punycode", "idna", "unicode_escape", "base64", "utf-16", "x-foo"])
def test_encodings_that_no_document_is_in(name):
    head = f'<?xml version="1.0" encoding="{name}"?>'
    body = (head + rss("<item><title>Prüfung</title><link>/x</link></item>").decode()).encode("windows-1252")
    feed = parse_entries(body, BASE, "")
    assert (feed.entries[0].title, feed.notes[0]) == (
        "Prüfung",
        f"the feed is not in {name}, and was read as windows-1252",
    )


# with a byte-order mark and without, declared and not
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("head", ['<?xml version="1.0"?>', '<?xml version="1.0" encoding="iso-8859-1"?>', ""])
def test_wide_encodings_are_told_by_their_bytes(encoding, head):
    markup = head + rss("<item><title>Штраф</title><link>/x</link></item>").decode()
    feed = parse_entries(markup.encode(encoding), BASE, "text/xml; charset=iso-8859-1")
    assert ([e.title for e in feed.entries], feed.complete, feed.warnings) == (["Штраф"], True, ())


def test_wide_feed_that_breaks_off_within_a_character():
    markup = rss("<item><link>/x</link></item>").decode().replace("</channel></rss>", "<item><title>Шт")
    feed = parse_entries(markup.encode("utf-16")[:-1], BASE, "")
    assert ([e.url for e in feed.entries], feed.complete) == (["http://feeds.test/x"], False)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "the feed is empty"),
        (b"\xef\xbb\xbf \r\n\0", "the feed is empty"),
        (b"  <HTML><body>We moved</body></HTML>", 'an HTML page.*format = "listing"'),
        (b'{"error": "not found"}', "JSON, but not a JSON feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": {}}', "JSON, but not a JSON feed"),
        (b'[{"version": "https://jsonfeed.org/version/1.1"}]', "JSON, but not a JSON feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [', "broken JSON"),
        (b"[" * 200_000, "broken JSON"),
        (b"Service temporarily unavailable", "something else"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "something else"),
        (
            b"<?xml version='1.0'?><urlset><url><loc>http://a.test/</loc></url></urlset>",
            'a sitemap.*format = "sitemap"',
        ),
    ],
)
def test_not_a_feed(body, message):
    with pytest.raises(NotAFeed, match=message):
        parse_entries(body, BASE, "application/rss+xml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_json_feed_in_any_encoding_of_unicode(encoding):
    body = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "/x", "title": "Штраф\tи\\ud800"}]}'
    (entry,) = parse_entries(body.encode(encoding), BASE, "text/html").entries
    assert (entry.url, entry.title) == ("http://feeds.test/x", "Штраф и?")


def test_json_feed_is_capped():
    items = [{"url": f"/{n}"} for n in range(MAX_ENTRIES + 3)]
    feed = parse_entries(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode(), BASE, "")
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.warnings == (f"the feed holds {MAX_ENTRIES + 3} entries; the first {MAX_ENTRIES} are read",)


def test_texts_are_short_and_on_one_line():
    words = "<p>word\n\tand &#7;more</p>" * 2000
    item = f"<item><title>a\n b\u202e</title><link>/x</link><description><![CDATA[{words}]]></description></item>"
    entry = parse_entries(rss(item), BASE, "").entries[0]
    assert entry.title == "a b"
    assert len(entry.summary) <= 2000
    assert entry.summary.startswith("word and more word and more")


def test_pdf_attached_to_an_item_of_a_json_feed():
    attached = [{"url": "/a.mp3", "mime_type": "audio/mpeg"}, {"url": "/d.pdf", "mime_type": "application/pdf"}]
    items = [{"id": "7", "attachments": attached}, {"id": "8", "attachments": "none"}]
    feed = parse_entries(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode(), BASE, "")
    assert [(e.guid, e.url) for e in feed.entries] == [("7", "http://feeds.test/d.pdf")]


@pytest.mark.parametrize("piece", ["<image>", "<image", "<image_", "<image>x<", "<b>"])
def test_pictures_that_do_not_end_take_no_longer_than_their_size(piece):
    started = time.process_time()
    IMAGE.sub(b"", (f"<image>{piece * (1_000_000 // len(piece))}").encode())
    assert time.process_time() - started < 2


# tags that are opened and never closed, in each of the summaries
@pytest.mark.parametrize("piece", ["<p ", "<p>", "<![CDATA[", "&lt;"])
def test_costly_markup_takes_no_longer_than_its_size(piece):
    summary = (piece * (20_000 // len(piece))).replace("<", "&lt;")
    body = rss(*(f"<item><link>/{n}</link><description>{summary}</description></item>" for n in range(20)))
    started = time.process_time()
    assert len(parse_entries(body, BASE, "").entries) == 20
    assert time.process_time() - started < 5
