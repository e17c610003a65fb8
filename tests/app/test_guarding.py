"""What is withheld from the archive, and who is blamed where a name was redacted: nobody."""

from datetime import UTC, datetime

import pytest

from db.redactions import make_blocked
from dpawatch.guarding import disguise_document, guard_analysis, guard_entries, must_withhold
from ingest.models import Entry, Response
from nlp.analyze import analyze_documents
from nlp.models import Document

BLOCKED = make_blocked(b"key", ["Erika Müller", "Clearview AI"], ["https://a.test/story", "tag:a.test,2026:7"])
ONLY_AN_ARTICLE = make_blocked(b"key", [], ["https://a.test/story", "tag:a.test,2026:7"])
HTML = "text/html; charset=utf-8"


def respond(body, kind=HTML, url="https://a.test/news/"):
    body = body if isinstance(body, bytes) else body.encode()
    return Response(url, url, 200, (("Content-Type", kind),), body, datetime(2026, 3, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    ("response", "withheld"),
    [
        (respond("<p>Erika Müller</p>"), True),
        # escapes of HTML, once and twice, and tags within
        (respond("<p>Erika&nbsp;M&uuml;ller</p>"), True),
        (respond("<title>Erika M&amp;uuml;ller</title>", "application/rss+xml"), True),
        (respond("<b>Erika</b> <i>Mül</i>ler"), True),
        (respond('{"title": "Erika M\\u00fcller"}', "application/feed+json"), True),
        (respond("<p>Erika Müller</p>".encode("latin-1"), "text/html; charset=iso-8859-1"), True),
        # in an address
        (respond('<a href="/erika-muller/">more</a>'), True),
        # a link to the article, as it stands in a page and in a feed, or its guid
        (respond('<a href="../story#top">more</a>'), True),
        (respond("<link> https://a.test/story </link>"), True),
        (respond("<guid>tag:a.test,2026:7</guid>"), True),
        (respond("", url="https://a.test/story?utm_source=x"), True),
        # nobody looks into it
        (respond(b"%PDF-1.7 ...", "application/pdf"), True),
        (respond('<a href="/other">Erika Müllerin</a><a href="http://[">broken</a>'), False),
        (respond(b"\xff\xfe\x00", "text/html; charset=none"), False),
    ],
)
def test_a_raw_response_is_withheld(response, withheld):
    assert must_withhold(BLOCKED, response) is withheld


def test_without_phrases_pdfs_are_kept():
    assert not must_withhold(ONLY_AN_ARTICLE, respond(b"%PDF-1.7 ..."))


def test_entries_lose_phrases_and_those_that_lead_to_redacted_pages_go():
    entries = [
        Entry("1", "https://a.test/story?utm_source=feed", "A", "", None),
        Entry("tag:a.test,2026:7", "https://a.test/x", "B", "", None),
        Entry("3", "https://a.test/erika-mueller-muller", "Erika Müller again", "By ERIKA MULLER.", None),
        Entry("4", "https://a.test/erika_muller.html", "D", "", None),
    ]
    (kept,) = guard_entries(BLOCKED, entries)
    assert (kept.guid, kept.title, kept.summary) == ("3", "[redacted] again", "By [redacted].")


def test_nobody_else_is_blamed():
    text = (
        "The CNIL has fined the shop Erika Müller EUR 3,000 because customers of Alder Ltd could be seen on its site."
    )
    document = Document(BLOCKED.clean(text), "1", "A fine", "en")
    (plain,) = analyze_documents([document])
    assert [action.respondents for action in plain.actions] == [("Alder Ltd",)]
    (disguised,) = analyze_documents([disguise_document(document)])
    analysis = guard_analysis(BLOCKED, disguised)
    assert [(action.regulator, action.respondents) for action in analysis.actions] == [("fr-cnil", ())]
    assert "redact" not in repr(analysis.companies).lower()
