"""PDFs: made here in our own words; their text in paragraphs, and each reason why there is none."""

import io
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from ingest import pdfs
from ingest.articles import extract_article
from ingest.errors import ArticleError, NotHtml, UnreadablePdf
from ingest.models import Entry, EntryDone, Listing, Response, Source, SourceJob
from ingest.pdfs import is_pdf, join_pages, read_pdf

LINES = ["The authority finds that the company kept data", "for ten years and imposes a fine."]
URL = "http://authority.test/decision.pdf"
FETCHED = datetime(2024, 3, 6, tzinfo=UTC)


def name(**values):
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in values.items()})


def write_lines(lines):
    escaped = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines)
    shown = "\n".join(f"({line}) Tj T*" for line in escaped)
    return f"BT /F1 11 Tf 14 TL 60 780 Td\n{shown}\nET".encode("cp1252")


def make_pdf(*contents, password=None, algorithm="AES-256", filters=None, title=None):
    """Return a PDF with a page for each content stream, encrypted when a password is given, "" included."""
    writer = PdfWriter()
    names = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica", "Encoding": "/WinAnsiEncoding"}
    font = writer._add_object(name(**{key: NameObject(value) for key, value in names.items()}))
    for content in contents:
        page, stream = writer.add_blank_page(595, 842), StreamObject()
        stream.set_data(content)
        if filters:
            stream[NameObject("/Filter")] = NameObject(filters)
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = name(Font=name(F1=font))
    if title:
        writer.add_metadata({"/Title": title})
    if password is not None:
        writer.encrypt(password, "the owner's", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_text():
    body = make_pdf(write_lines(["Decision (no. 7)", "", *LINES]), write_lines(["It may be appealed within 30 days."]))
    assert read_pdf(body) == f"Decision (no. 7)\n{LINES[0]} {LINES[1]}\nIt may be appealed within 30 days."


# many are locked against changes, and open without a password
@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_locked_against_changes_only(algorithm):
    assert read_pdf(make_pdf(write_lines(LINES), password="", algorithm=algorithm)) == " ".join(LINES)


def test_locked():
    with pytest.raises(UnreadablePdf, match=r"^the PDF is encrypted with a password$"):
        read_pdf(make_pdf(write_lines(LINES), password="secret"))


# a scan has no text, or only the stamp of the machine that made it
@pytest.mark.parametrize("content", [b"", b"0 0 595 842 re f", write_lines(["Scan 12/2024"])])
def test_scanned(content):
    with pytest.raises(UnreadablePdf, match="holds no text on its 2 pages: they are pictures"):
        read_pdf(make_pdf(content, content))


def test_too_many_pages(monkeypatch):
    monkeypatch.setattr(pdfs, "MAX_PAGES", 2)
    with pytest.raises(UnreadablePdf, match="has 3 pages, more than 2"):
        read_pdf(make_pdf(*[write_lines(LINES)] * 3))


@pytest.mark.parametrize(
    "body", [b"%PDF-1.7", b"%PDF-1.7\n" + b"\0" * 5000, b"%PDF-1.4\nxref\n0 1\ntrailer<</Root 1 0 R>>"]
)
def test_broken(body):
    with pytest.raises(ArticleError, match=r"^the PDF is broken: \w") as caught:
        read_pdf(body)
    # it may have been broken on the way, so another attempt is worth it
    assert not isinstance(caught.value, UnreadablePdf)


def test_truncated():
    body = make_pdf(write_lines(LINES * 200))
    with pytest.raises(ArticleError, match="the PDF"):
        read_pdf(body[: len(body) // 2])


def test_one_broken_page_does_not_hide_the_others():
    body = make_pdf(write_lines(LINES), write_lines(["It may be appealed within a month of its delivery."]), b"BROKEN")
    # nobody knows how the third page's content is compressed
    body = body.replace(b"/Length 6\n", b"/Length 6 /Filter /NoSuchFilter\n")
    assert read_pdf(body) == f"{LINES[0]} {LINES[1]}\nIt may be appealed within a month of its delivery."


def test_bomb_of_one_stream():
    """200 MB of blanks in 200 kB: pypdf stops at its own cap, and nothing of ours grows."""
    bomb = zlib.compress(b" " * 200_000_000, 9)
    with pytest.raises(ArticleError, match=r"the PDF is broken: .*(?i:limit)"):
        read_pdf(make_pdf(bomb, filters="/FlateDecode"))


def test_bomb_of_memory(monkeypatch):
    monkeypatch.setattr(pdfs, "MAX_MEMORY", 150_000_000)
    bomb = zlib.compress(b"(x) Tj " * 10_000_000, 9)
    with pytest.raises(UnreadablePdf, match=r"needs more than 150 MB of memory|takes too much time or memory"):
        read_pdf(make_pdf(bomb, filters="/FlateDecode"))


def test_bomb_of_time(monkeypatch):
    monkeypatch.setattr(pdfs, "MAX_SECONDS", 1)
    bomb = zlib.compress(b"BT /F1 11 Tf (x) Tj ET q Q " * 2_000_000, 9)
    with pytest.raises(UnreadablePdf, match=r"takes longer than 1 seconds|takes too much time"):
        read_pdf(make_pdf(bomb, filters="/FlateDecode"))


def test_reader_that_breaks(monkeypatch):
    monkeypatch.setattr(pdfs, "MAX_PAGES", "no number")
    with pytest.raises(ArticleError, match="broke its reader, which ended with status 1"):
        read_pdf(b"%PDF-1.7")


# what else a body may begin with
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"%PDF-1.7\n", True),
        (b"\xef\xbb\xbf\r\n%PDF-1.4\n", True),
        (b"<html><p>%PDF-1.7 is a version</p>", False),
        (b"", False),
    ],
)
def test_kind(body, expected):
    assert is_pdf(body) is expected


PARAGRAPHS = [
    # a word divided at the end of a line; a compound keeps its hyphen within the line
    (
        ["The com-\npany sent e-mail to its cus-\ntomers without a basis."],
        "The company sent e-mail to its customers without a basis.",
    ),
    # a sentence runs on over the page
    (["The company kept the data for", "ten years and more."], "The company kept the data for ten years and more."),
    # a heading is short; the end of a sentence may end the paragraph
    (
        ["Facts\nThe company kept data of all its customers.\nIt was fined."],
        "Facts\nThe company kept data of all its customers.\nIt was fined.",
    ),
    # a cited article is not torn from its number; a numbered paragraph stands by itself
    (
        ["It found a breach of the principles of Art.\n5(1)(f) GDPR.\n12. It was fined."],
        "It found a breach of the principles of Art. 5(1)(f) GDPR.\n12. It was fined.",
    ),
    # what stands at the edge of most pages is no part of the text
    (
        [
            f"Authority\nThe company did {what} wrong and\nPage {n} of 3"
            for n, what in enumerate(["this", "that", "more"])
        ],
        "The company did this wrong and The company did that wrong and The company did more wrong and",
    ),
    # in Chinese and Japanese no blank is wanted
    (["事業者は個人情報を\n十年間保存した。"], "事業者は個人情報を十年間保存した。"),
    ([], ""),
    (["", "\n \n"], ""),
]


@pytest.mark.parametrize(("pages", "expected"), PARAGRAPHS)
def test_paragraphs(pages, expected):
    assert join_pages(pages) == expected


SOURCE = Source("xx-dpa", "xx-dpa", "regulator", "listing", URL, URL, "en", "privacy")


def respond(body, content_type):
    return Response(URL, URL, 200, (("Content-Type", content_type),), body, FETCHED)


def test_article_has_the_title_and_the_date_of_the_index():
    """What the makers' programs write into a PDF is the name of a template and the day of a conversion."""
    entry = Entry(URL, URL, "Fine for a ferry company", "", datetime(2024, 3, 5, tzinfo=UTC))
    body = make_pdf(write_lines(LINES), title="Microsoft Word - template_v3.docx")
    # servers mislabel, so the bytes count
    article = extract_article(entry, SOURCE, respond(body, "application/octet-stream"))
    assert (article.title, article.text) == ("Fine for a ferry company", " ".join(LINES))
    assert (article.published, article.published_origin, article.lang) == (entry.published, "feed", "en")


def test_html_that_is_called_a_pdf_is_read_as_html():
    html = f"<html><head><title>Decision</title></head><body><p>{' '.join(LINES * 5)}</p></body></html>".encode()
    article = extract_article(Entry(URL, URL, "x", "", None), SOURCE, respond(html, "application/pdf"))
    assert article.title == "Decision"


def test_what_is_called_a_pdf_and_is_nothing():
    with pytest.raises(NotHtml, match="application/pdf, not HTML"):
        extract_article(Entry(URL, URL, "x", "", None), SOURCE, respond(b"gone", "application/pdf"))


def test_decisions_that_a_listing_leads_to(site, poll_all, settings):
    """A whole poll: one PDF is stored, one that is locked is given up with its reason."""
    items = "<li><a href='/open.pdf'>Fine for a ferry company</a></li><li><a href='/locked.pdf'>Another</a></li>"
    url = site.add("/list", f"<html>{items}</html>", Content_Type="text/html")
    site.add("/open.pdf", make_pdf(write_lines(LINES)), Content_Type="application/pdf")
    site.add("/locked.pdf", make_pdf(write_lines(LINES), password="secret"), Content_Type="application/pdf")
    source = replace(SOURCE, url=url, listing=Listing("li"))
    events = poll_all([SourceJob(source)], settings)
    stored, locked = (event for event in events if isinstance(event, EntryDone))
    assert (stored.outcome, stored.article.title, stored.article.text) == (
        "stored",
        "Fine for a ferry company",
        " ".join(LINES),
    )
    assert (locked.outcome, locked.error) == ("gone", "the PDF is encrypted with a password")


def test_decisions_that_a_feed_leads_to(site, poll_all, settings):
    """One is linked and one only enclosed; both have the title and the date of the feed."""
    day = "<pubDate>Tue, 05 Mar 2024 00:00:00 GMT</pubDate>"
    items = (
        f"<item><title>Fine for a ferry company</title><link>/linked.pdf</link>{day}</item>"
        f"<item><title>Order</title><guid isPermaLink='false'>7</guid>{day}<enclosure url='/7' type='application/pdf'/></item>"
    )
    url = site.add("/feed", f"<rss version='2.0'><channel>{items}</channel></rss>", Content_Type="application/rss+xml")
    site.add("/linked.pdf", make_pdf(write_lines(LINES)), Content_Type="application/pdf")
    site.add("/7", make_pdf(write_lines(LINES)), Content_Type="application/pdf")
    events = poll_all([SourceJob(replace(SOURCE, format="feed", url=url))], settings)
    articles = [event.article for event in events if isinstance(event, EntryDone)]
    assert [(a.title, a.text, a.published, a.published_origin) for a in articles] == [
        (title, " ".join(LINES), datetime(2024, 3, 5, tzinfo=UTC), "feed")
        for title in ("Fine for a ferry company", "Order")
    ]
