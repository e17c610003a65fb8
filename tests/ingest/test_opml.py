"""Lists of feeds: what other programs write, what hostile ones write, and our own again."""

import time

import pytest

from ingest.errors import BadOpml
from ingest.opml import MAX_BYTES, Outline, read_opml, write_opml
from ingest.registry import load_sources


def opml(body, head=""):
    return f'<?xml version="1.0"?>{head}<opml version="1.0"><head/><body>{body}</body></opml>'.encode()


FEED = '<outline text="A" xmlUrl="http://a.test/f"/>'
LISTS = [
    # as most readers write them, in folders
    (
        opml(f'<outline text="Folder" title="Folder">{FEED}<outline text="Deep">{FEED}</outline></outline>'),
        (Outline("http://a.test/f", "A"), Outline("http://a.test/f", "A")),
    ),
    # all that can be said, with spaces around it
    (
        opml(
            '<outline type="rss" text=" A &amp; B " title="AB" xmlUrl=" http://a.test/?x=1&amp;y=2 " '
            'htmlUrl="http://a.test/" language="en-us" category="/press/daily,privacy, ,"/>'
        ),
        (Outline("http://a.test/?x=1&y=2", "A & B", "AB", "http://a.test/", "en-us", ("press/daily", "privacy")),),
    ),
    # attributes in lower case, as old readers write them
    (opml('<outline TEXT="A" xmlurl="http://a.test/f"/>'), (Outline("http://a.test/f", "A"),)),
    # UTF-16
    (opml(FEED).decode().replace("?>", ' encoding="UTF-16"?>').encode("utf-16"), (Outline("http://a.test/f", "A"),)),
    # folders only
    (opml('<outline text="Folder"/>'), ()),
]


@pytest.mark.parametrize(("body", "expected"), LISTS)
def test_lists_of_others(body, expected):
    assert read_opml(body) == expected


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 50}">' for n in range(12))
BAD = [
    (b"", "is not well-formed XML"),
    (b"not XML", "is not well-formed XML"),
    (opml(FEED)[:-9], "is not well-formed XML"),
    (b"<rss><channel/></rss>", "is not OPML: its root is <rss>"),
    (b" " * (MAX_BYTES + 1), "is larger than 20,000,000 bytes"),
    # an entity bomb, in an attribute and in a text
    (opml('<outline xmlUrl="&l11;"/>', f"<!DOCTYPE opml [{LAUGHS}]>"), ""),
    (opml("&l11;", f"<!DOCTYPE opml [{LAUGHS}]>"), ""),
    (opml(FEED, "<!DOCTYPE opml [<!ENTITY one 'harmless'>]>"), "declares entities"),
    # a file of this machine
    (opml("<outline text='&f;'/>", "<!DOCTYPE opml [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"), ""),
    (opml("&f;", "<!DOCTYPE opml [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"), "declares entities"),
]


@pytest.mark.parametrize(("body", "says"), BAD)
def test_what_is_no_list(body, says):
    started = time.monotonic()
    with pytest.raises(BadOpml) as caught:
        read_opml(body)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "root:" not in str(caught.value)
    assert time.monotonic() - started < 2


def test_our_own_list_comes_back():
    sources = load_sources()
    outlines = {outline.text: outline for outline in read_opml(write_opml(sources))}
    feeds = [source for source in sources if source.format == "feed"]
    assert len(outlines) == len(feeds) > 200
    for source in feeds:
        outline = outlines[source.id]
        assert (outline.url, outline.homepage, outline.title) == (source.url, source.homepage, source.publisher)
        assert (outline.language, outline.tags) == (source.language, (source.kind, source.topics))


def test_other_programs_read_our_list():
    """Other programs look at type, text and xmlUrl only."""
    import xml.etree.ElementTree as ElementTree

    root = ElementTree.fromstring(write_opml(load_sources()))
    found = root.findall("./body/outline/outline[@type='rss']")
    assert root.get("version") == "2.0"
    assert root.findtext("./head/title") == "dpawatch sources"
    assert all(o.get("xmlUrl", "").startswith("http") and o.get("text") for o in found)
    assert len(found) > 200
