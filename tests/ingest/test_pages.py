"""What is read out of a web page, and what is not."""

import time

import pytest

from ingest.errors import ArticleError, NotHtml, Unreadable
from ingest.pages import MAX_ELEMENTS, MAX_INLINE, read_page

URL = "http://dpa.test/news/1"
WORDS = "The authority closed its inquiry into the ferry company on Monday and published the order. "
STORY = (
    f"<p>{WORDS * 2}</p><p>A second paragraph explains why the sum is lower than the one first proposed. {WORDS}</p>"
)

DEEP = b"<html>" + b"<div>" * 50_000 + b"x"


def page(body=STORY, head=""):
    return f"<!DOCTYPE html><html><head><title>Order 7 - Agency</title>{head}</head><body>{body}</body></html>".encode()


def read(body, content_type="text/html; charset=utf-8"):
    return read_page(body, content_type, URL)


def test_site_around_the_article_is_left_out():
    body = f"""
        <header role="banner"><a href="/">Agency home</a></header>
        <nav><ul><li><a href="/a">Press centre</a></li><li><a href="/b">Careers here</a></li></ul></nav>
        <div role="navigation"><a href="/c">Language menu</a></div>
        <main><h1>Order 7</h1>{STORY}</main>
        <footer><p>Imprint and contact of the agency, opening hours and how to find us in the city.</p></footer>
        <script>var hidden = "Script words";</script>"""
    text = read(page(body)).text
    assert "A second paragraph explains" in text
    for around in ("Agency home", "Press centre", "Careers here", "Language menu", "Imprint", "Script words"):
        assert around not in text


def test_unclosed_navigation_does_not_swallow_the_article():
    assert "A second paragraph explains" in read(page(f"<nav><a href='/'>Home</a><div>{STORY}</div>")).text


def test_tables_become_lines():
    table = "<table><tr><td>Fine:</td><td>4,000 EUR</td></tr><tr><td>Day</td><td>Place</td><td>Sum</td></tr></table>"
    lines = read(page(f"<main>{table}{STORY}</main>")).text.split("\n")
    assert "Fine: 4,000 EUR" in lines
    assert "Day | Place | Sum" in lines
    assert not [line for line in lines if "---" in line or line.startswith("|")]


def test_text_is_clean():
    body = page(f"<p>cafe\u0301 da\u00adta\u200b \x01one</p>{STORY}".replace("\x01", "&#1;"))
    text = read(body).text
    assert text.startswith("café data one\n")
    assert not [c for c in text if c != "\n" and not c.isprintable()]


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("", "<h1>Heading</h1>", "Heading"),
        ("<meta property='og:title' content='Shared title'>", "<h1>Heading</h1>", "Shared title"),
        (
            "<meta property='og:title' content='Shared | Agency'><meta property='og:site_name' content='Agency'>",
            "",
            "Shared",
        ),
        (
            "<meta property='og:title' content='Agency'><meta property='og:site_name' content='Agency'>",
            "<h1>Heading</h1>",
            "Heading",
        ),
        ("<meta property='og:site_name' content='Agency'>", "<h1>One</h1><h1>Two</h1>", "Order 7"),
        ("", "<h1>\n  Two\n lines </h1>", "Two lines"),
    ],
)
def test_title(head, body, title):
    assert read(page(body + STORY, head)).title == title


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ("<meta property='article:published_time' content='2024-05-06T10:00:00+02:00'>", "2024-05-06T08:00:00+00:00"),
        ("<meta name='dcterms.issued' content='2024-05-06'>", "2024-05-06T00:00:00+00:00"),
        (
            '<script type="application/ld+json">{"datePublished": "2024-05-06T08:00:00Z"}</script>',
            "2024-05-06T08:00:00+00:00",
        ),
        (
            "<meta property='article:published_time' content='soon'><meta name='date' content='2020-01-02'>",
            "2020-01-02T00:00:00+00:00",
        ),
        ("<meta property='article:modified_time' content='2024-05-06'>", None),
        ("<meta property='og:updated_time' content='2024-05-06'>", None),
        ("<meta http-equiv='last-modified' content='2024-05-06'>", None),
        ("<meta name='date' content='2999-01-01'>", None),
        ("", None),
    ],
)
def test_published(head, published):
    found = read(page(STORY + "<p>Last changed on 3 March 2019</p>", head)).published
    assert (found.isoformat() if found else None) == published


# bytes, declaration in the header, declaration in the page
@pytest.mark.parametrize(
    ("encoding", "header", "meta"),
    [
        ("utf-8", "text/html; charset=iso-8859-1", ""),
        ("utf-8", "text/html", "<meta charset='windows-1252'>"),
        ("windows-1251", "text/html; charset=windows-1251", ""),
        ("windows-1251", "text/html", "<meta http-equiv='Content-Type' content='text/html; charset=windows-1251'>"),
        ("windows-1251", "text/html; charset=iso-8859-1", "<meta charset='windows-1251'>"),
        ("windows-1251", "text/html; charset=utf-8", "<meta charset=windows-1251>"),
        ("koi8-r", "text/html; charset=nonsense", "<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>"),
        ("windows-1251", "text/html", ""),
        ("utf-16-le", "text/html; charset=iso-8859-1", ""),
        ("utf-8-sig", "text/html", ""),
        ("utf-16", "text/html", ""),
    ],
)
def test_encodings(encoding, header, meta):
    story = "<p>" + "Надзорный орган назначил компании штраф за утечку. " * 8 + "</p>"
    assert "назначил компании штраф" in read(page(story, meta).decode().encode(encoding), header).text


def test_invalid_utf8_is_replaced():
    assert "A second paragraph explains" in read(page().replace(b"Monday", b"Mon\xffday")).text


def test_stray_byte_does_not_garble_the_others():
    body = page(f"<p>Prüfung der Behörde: ~ Verstöße.</p>{STORY}").replace(b"~", b"\xff")
    assert "Prüfung der Behörde: \ufffd Verstöße." in read(body).text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
        (b"%PDF-1.7\n%\xe2\xe3", "text/html"),
        (b"PK\x03\x04\x14\0", "application/octet-stream"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b'{"a": 1}', "application/json"),
        (b"plain words, no markup", "text/plain"),
        (b"plain words, no markup", ""),
    ],
)
def test_not_html(body, content_type):
    with pytest.raises(NotHtml, match="not HTML"):
        read(body, content_type)


def test_unlabelled_html_is_recognised():
    assert "second paragraph" in read(page(), "").text
    assert "second paragraph" in read(page(), "application/octet-stream").text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \r\n",
        b"<html></html>",
        page(""),
        page("<script>x = 1</script>"),
        page("<p> . , 1 </p>"),
        b"<html>" + b"<div>" * 50_000 + b"x",
    ],
    ids=["empty", "blank", "no body", "empty body", "script only", "no letters", "too deep"],
)
def test_no_text(body):
    with pytest.raises(ArticleError) as caught:
        read(body)
    assert not isinstance(caught.value, NotHtml)
    assert "\n" not in str(caught.value)


# lxml refuses the whole text for one of these
@pytest.mark.parametrize("reference", ["&#1;", "&#x0B;", "&#xFFFF;", "&#xD800;", "&#0", "&#99999999;", "\x01", "\0"])
def test_illegal_characters_are_dropped(reference):
    assert read(page(f"<p>Order{reference} 7 was annulled &#38; closed.</p>")).text == "Order 7 was annulled & closed."


def test_references_to_windows_1252():
    assert read(page("<p>The agency&#146;s order &#x80;5</p>")).text == "The agency\u2019s order \u20ac5"


def test_short_page_is_an_article():
    assert read(page("<p>Order 7 was annulled.</p>")).text == "Order 7 was annulled."


# what takes more than its share of time or memory, by the megabyte
@pytest.mark.parametrize("piece", ["<p>a b c", "<br>x", "<td>1", "<a href=/x>y</a>", "<div>x"])
def test_too_many_elements(piece):
    started = time.process_time()
    with pytest.raises(Unreadable, match=r"^the page has [\d,]+ elements, more than 50,000$"):
        read(page(piece * (1_000_000 // len(piece))))
    assert time.process_time() - started < 1


@pytest.mark.parametrize("mark", ["span", "b", "font"])
def test_too_many_marked_words_in_one_paragraph(mark):
    with pytest.raises(Unreadable, match=r"^the page has a paragraph of more than 5,000 marked words$"):
        read(page(STORY + f"<{mark}>word</{mark}> " * (MAX_INLINE + 1)))


def test_long_page_is_read():
    """Two megabytes in 30,000 elements, as of a judgment with all its annexes."""
    row = "<p>The <b>authority</b> found that the company had kept data of <i>customer {}</i> for no reason.</p>"
    rows = "".join(row.format(n) for n in range(10_000))
    body = page(f"<article>{rows}{'<!-- notes of the editors, and what the scripts leave -->' * 20_000}</article>")
    assert len(body) > 2_000_000
    assert MAX_ELEMENTS > 30_000
    assert read(body).text.count("for no reason") == 10_000


@pytest.mark.parametrize("piece", ["word ", "&#1;", "<", "<!--", "</p>", "| --- ", " - -", "&nbsp;", "\0", "<![CDATA["])
def test_a_megabyte_of_anything_takes_little_time(piece):
    started = time.process_time()
    assert "closed its inquiry" in read(page(STORY + piece * (1_000_000 // len(piece)))).text
    assert time.process_time() - started < 5
