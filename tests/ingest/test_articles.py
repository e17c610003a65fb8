"""The identity of articles, the record of one, and what bulk loading accepts."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ingest.articles import article_from_record, extract_article
from ingest.errors import ArticleError
from ingest.models import Entry, Response, Source
from ingest.text import clean_text, detect_language
from ingest.urls import clean_url

SOURCE = Source(
    "xx-dpa-news", "xx-dpa", "regulator", "feed", "http://dpa.test/feed", "http://dpa.test/", "fr", "privacy"
)
FETCHED = datetime(2026, 3, 4, tzinfo=UTC)
FRENCH = "L'autorité a clos mardi son enquête sur la compagnie de bateaux et publié sa décision de sanction. " * 3
GERMAN = (
    "Die Behörde hat am Montag ihre Untersuchung gegen die Fährgesellschaft beendet und den Bescheid veröffentlicht. "
    * 3
)


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        ("HTTP://DPA.Test:80/News?b=2&a=1#top", "http://dpa.test/News?b=2&a=1"),
        ("https://dpa.test:443", "https://dpa.test/"),
        ("https://dpa.test:8443/x", "https://dpa.test:8443/x"),
        ("https://dpa.test/x?utm_source=rss&utm_medium=feed", "https://dpa.test/x"),
        ("https://dpa.test/x?id=7&fbclid=a&gclid=b&mc_cid=c&mc_eid=d&UTM_Term=e", "https://dpa.test/x?id=7"),
        ("https://dpa.test/x?q=%C3%A9&empty=", "https://dpa.test/x?q=%C3%A9&empty="),
        ("https://dpa.test/x?outm_x=1&fbclids=2", "https://dpa.test/x?outm_x=1&fbclids=2"),
        ("https://user:pw@dpa.test/x", "https://dpa.test/x"),
        ("http://[2001:DB8::1]:80/x", "http://[2001:db8::1]/x"),
    ],
)
def test_clean_url(url, cleaned):
    assert clean_url(url) == cleaned
    assert clean_url(cleaned) == cleaned


@pytest.mark.parametrize(
    "url", ["", "dpa.test/x", "ftp://dpa.test/", "http://", "http://[::1", "http://a.test:x/", "http://a.test/\x00"]
)
def test_clean_url_refuses(url):
    with pytest.raises(ArticleError, match="URL"):
        clean_url(url)


def extract(html, published=None, title="Title of the feed"):
    url = "http://DPA.test/1?utm_source=rss#x"
    entry = Entry("guid-1", url, title, "", published)
    body = f"<html><head></head><body>{html}</body></html>".encode()
    return extract_article(entry, SOURCE, Response(url, url, 200, (("Content-Type", "text/html"),), body, FETCHED))


def test_article_of_a_page():
    article = extract(f"<h1>Titre</h1><p>{FRENCH}</p>")
    assert article.url == "http://dpa.test/1"
    assert article.id == hashlib.sha256(b"http://dpa.test/1").hexdigest()[:16]
    assert (article.title, article.lang, article.source, article.guid, article.publisher, article.fetched) == (
        "Titre",
        "fr",
        "xx-dpa-news",
        "guid-1",
        "xx-dpa",
        FETCHED,
    )
    assert article.text == FRENCH.strip()
    assert article.content_hash == hashlib.sha256(f"Titre\n{article.text}".encode()).hexdigest()


def test_canonical_address_names_the_article():
    body = f"<link rel='CANONICAL alternate' href='/news/1?utm_source=x'><h1>Titre</h1><p>{FRENCH}</p>"
    article = extract(body)
    assert (article.url, article.asked) == ("http://dpa.test/news/1", "http://dpa.test/1")
    assert article.id == hashlib.sha256(b"http://dpa.test/news/1").hexdigest()[:16]


def test_title_of_the_feed_when_the_page_has_none():
    assert extract(f"<p>{FRENCH}</p>").title == "Title of the feed"
    assert extract(f"<p>{FRENCH}</p>", title="").title == "http://dpa.test/1"


def test_origin_of_the_date():
    meta = "<meta property='article:published_time' content='2020-01-02'>"
    feed_day, page_day = datetime(2021, 1, 1, tzinfo=UTC), datetime(2020, 1, 2, tzinfo=UTC)
    body = f"{meta}<p>{FRENCH}</p>"
    assert [
        (a.published, a.published_origin) for a in (extract(body, feed_day), extract(body), extract(f"<p>{FRENCH}</p>"))
    ] == [
        (feed_day, "feed"),
        (page_day, "page"),
        (FETCHED, "fetched"),
    ]


def test_last_change_is_the_date_of_what_states_no_other():
    """An Atom entry needs no date of publication; a sitemap's last change may be that of the site's layout."""
    changed, page_day = datetime(2022, 5, 6, tzinfo=UTC), datetime(2020, 1, 2, tzinfo=UTC)
    entry = Entry("guid-1", "http://dpa.test/1", "x", "", None, changed)
    meta = "<meta property='article:published_time' content='2020-01-02'>"

    def date(head, kind):
        body = f"<html><head>{head}</head><body><p>{FRENCH}</p></body></html>".encode()
        response = Response(entry.url, entry.url, 200, (("Content-Type", "text/html"),), body, FETCHED)
        article = extract_article(entry, replace(SOURCE, format=kind), response)
        return article.published, article.published_origin

    assert date(meta, "feed") == date(meta, "sitemap") == (page_day, "page")
    assert (date("", "feed"), date("", "sitemap")) == ((changed, "feed"), (FETCHED, "fetched"))


def test_language_of_the_content_not_of_the_source():
    assert extract(f"<p>{GERMAN}</p>").lang == "de"


@pytest.mark.parametrize(
    ("text", "expected", "lang"),
    [
        (GERMAN, "fr", "de"),
        ("Bescheid erlassen", "fr", "fr"),  # too short to tell
        ("Die Behörde hat am Montag einen Bescheid erlassen", None, "de"),
        (
            "Agencija je izrekla novčanu kaznu društvu zbog obrade podataka bez pravne osnove. " * 5,
            "sr",
            "sr",
        ),  # a twin
        (
            "Datatilsynet har gitt selskapet et gebyr etter at opplysninger om kundene lå åpent på nettet. " * 4,
            None,
            "no",
        ),
    ],
)
def test_detect_language(text, expected, lang):
    assert detect_language(text, expected) == lang


def test_clean_text():
    dirty = " a\r\nb\rc\u2028d\te\x00\x07f\ufeff\u0301 \ud800 "
    assert clean_text(dirty) == "a\nb\nc\nd ef\u0301 ?"


RECORD = {"url": "https://dpa.test/1", "title": "A title", "text": FRENCH}


def test_record():
    more = {"published": "2021-12-16", "lang": "fr", "source": "my-list", "publisher": "Me", "unknown": [1]}
    article = article_from_record(RECORD | more)
    assert (article.url, article.title, article.text) == ("https://dpa.test/1", "A title", FRENCH.strip())
    assert (article.published, article.published_origin) == (datetime(2021, 12, 16, tzinfo=UTC), "import")
    assert (article.lang, article.source, article.publisher) == ("fr", "my-list", "Me")
    assert article.content_hash == extract(f"<h1>A title</h1><p>{FRENCH}</p>").content_hash


def test_record_with_the_least():
    article = article_from_record(RECORD | {"published": None, "lang": None})
    assert (article.lang, article.published, article.published_origin, article.source, article.publisher) == (
        "fr",
        None,
        None,
        None,
        "",
    )


def test_record_with_html():
    record = {"url": "https://dpa.test/1", "title": "T", "html": f"<nav>Menu</nav><p>{GERMAN}</p>"}
    article = article_from_record(record)
    assert (article.text, article.lang) == (GERMAN.strip(), "de")


def test_same_address_same_id():
    entry_id = extract(f"<p>{FRENCH}</p>").id
    assert article_from_record(RECORD | {"url": "http://dpa.test/1#comments"}).id == entry_id


@pytest.mark.parametrize(
    ("value", "published"),
    [
        ("2021-12-16T10:00:00Z", "2021-12-16T10:00:00+00:00"),
        ("2021-12-16T10:00:00+02:00", "2021-12-16T08:00:00+00:00"),
        ("2021-12-16 10:00", "2021-12-16T10:00:00+00:00"),
        ("2021-12", None),  # a month is no date, and not an error
        ("2021", None),
        ("0001-01-01T00:00:00", None),  # what some programs write for no date
        ("0001-01-01T00:00:00+05:00", None),
        ("2999-01-01", None),  # to come
        ("", None),
    ],
)
def test_record_published(value, published):
    found = article_from_record(RECORD | {"published": value}).published
    assert (found.isoformat() if found else None) == published


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ([], "must be a JSON object"),
        (None, "must be a JSON object"),
        ({}, "url: is missing"),
        (RECORD | {"url": "nonsense"}, "'nonsense' is not an http"),
        (RECORD | {"url": 5}, "url: must be a string, not int"),
        (RECORD | {"title": " "}, "title: is missing"),
        (RECORD | {"text": ""}, "text: is missing; give text or html"),
        (RECORD | {"text": ["a"]}, "text: must be a string, not list"),
        (RECORD | {"text": "", "html": "<html><body></body></html>"}, "holds no"),
        (RECORD | {"published": "yesterday"}, "published: 'yesterday' is not an ISO 8601 date"),
        (RECORD | {"published": "2021-13-45"}, "published: '2021-13-45'"),
        (RECORD | {"published": 1639612800}, "published: must be a string"),
        (RECORD | {"lang": "french"}, "lang: 'french' is not an ISO 639-1 code"),
    ],
)
def test_bad_record(record, words):
    with pytest.raises(ArticleError) as caught:
        article_from_record(record)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_record_keeps_an_address_in_letters_as_it_is_given():
    fields = {"title": "T", "text": "Words."}
    given, escaped = "https://dpa.test/Behörde/1", "https://dpa.test/Beh%C3%B6rde/1"
    one, other = (article_from_record({"url": url, **fields}) for url in (given, escaped))
    assert (one.url, other.url) == (given, escaped)
    assert one.id == other.id
    assert article_from_record({"url": f"{given}?utm_source=x", **fields}).url == escaped
