"""Atom: what is written is what RFC 4287 asks for, whatever the rows hold."""

import re
from datetime import UTC, datetime

import feedparser
import pytest
from lxml import etree

from dpawatch.web.feeds import Channel, Item, latest_moment, name_id, read_moment, write_atom

ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"
MARKUP = '<script>alert("x")</script>]]>&amp;'
RIGHT_TO_LEFT = "شركة \u202e<b>gnp</b>"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
CHANNEL = Channel("cases", "Cases", "https://site.example/cases.atom", "https://site.example/cases")


def validate(text):
    """Return the entries of a feed as feedparser reads them, having insisted on what RFC 4287 requires."""
    root = etree.fromstring(text)
    assert root.tag == f"{ATOM}feed"
    own = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert set(own) == {"self", "alternate"}
    assert root.find(f"{ATOM}author/{ATOM}name").text
    elements = [root, *root.findall(f"{ATOM}entry")]
    for element in elements:
        assert [len(element.findall(ATOM + name)) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert element.find(f"{ATOM}title").text.strip()
        assert all(re.fullmatch(RFC_3339, date.text) for date in element.iterfind(f"{ATOM}updated"))
        assert all(re.fullmatch(RFC_3339, date.text) for date in element.iterfind(f"{ATOM}published"))
        links = element.findall(f"{ATOM}link")
        assert [link.get("rel", "alternate") for link in links].count("alternate") == 1
        assert all(re.match(r"https?://[^\s/]", link.get("href")) for link in links)
        assert all(category.get("term") for category in element.iterfind(f"{ATOM}category"))
    ids = [element.find(f"{ATOM}id").text for element in elements]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", name) for name in ids)
    read = feedparser.parse(text)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    return read.entries


def item(**changes):
    return Item(**{
        "name": "case/a", "title": "A fine", "address": "https://site.example/case/a", "moments": ["2026-01-02"], **changes
    })  # fmt: skip


@pytest.mark.parametrize("text", ["\x00\x01\x0b\x1f\ufffe\uffff\ud800", MARKUP, RIGHT_TO_LEFT, "", "x" * 10_000])
def test_whatever_a_text_holds_the_feed_is_read_and_says_it_as_text(text):
    (entry,) = validate(
        write_atom(
            CHANNEL,
            [
                item(
                    title=text, summary=text, name=f"case/{text}", categories=[(text, text)], source="https://x.example"
                )
            ],
            NOW,
        )
    )
    assert entry.title_detail.type == "text/plain"
    assert len(entry.title) <= 300
    assert ("script" in entry.title) == ("script" in text)


def test_an_entry_says_where_it_is_read_and_what_proves_it():
    (entry,) = validate(
        write_atom(
            CHANNEL,
            [
                item(
                    moments=["2021", None, "2026-02-03T04:05:06Z", "soon"],
                    published="2021-05",
                    summary="“They fined.”",
                    source="https://press.example/a?b=1&c=2",
                    categories=[("fine", "fine"), ("FR", "France")],
                )
            ],
            NOW,
        )
    )
    assert entry.link == "https://site.example/case/a"
    assert [link.href for link in entry.links if link.rel == "via"] == ["https://press.example/a?b=1&c=2"]
    assert (entry.updated, entry.published) == ("2026-02-03T04:05:06+00:00", "2021-05-01T00:00:00+00:00")
    assert [(tag.term, tag.label) for tag in entry.tags] == [("fine", "fine"), ("FR", "France")]
    assert entry.summary == "“They fined.”"


def test_a_feed_is_as_new_as_its_newest_entry_and_may_be_empty():
    text = write_atom(CHANNEL, [item(), item(name="case/b", moments=["2026-02-01"])], NOW)
    assert etree.fromstring(text).find(f"{ATOM}updated").text == "2026-02-01T00:00:00+00:00"
    assert validate(write_atom(CHANNEL, [], NOW)) == []


def test_what_is_listed_twice_is_told_once_and_the_order_stays():
    items = [item(name="case/b", title="B"), item(), item(name="case/b", title="again")]
    assert [entry.title for entry in validate(write_atom(CHANNEL, items, NOW))] == ["B", "A fine"]


def test_ids_are_of_the_name_alone():
    assert (
        name_id("case/fr-cnil-2019-google") == "urn:uuid:a347d64a-3a8d-5d9d-be17-6e646f471e3a"
    )  # readers know entries by it: never to change
    assert name_id("case/a") != name_id("case/b")
    moved = write_atom(CHANNEL, [item(address="https://elsewhere.example/sub/case/a")], NOW)
    assert validate(moved)[0].id == validate(write_atom(CHANNEL, [item()], NOW))[0].id


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2021", datetime(2021, 1, 1, tzinfo=UTC)),
        ("2021-12", datetime(2021, 12, 1, tzinfo=UTC)),
        ("2021-12-24T10:11:12.5Z", datetime(2021, 12, 24, 10, 11, 12, tzinfo=UTC)),
        ("2021-02-30", None),
        ("0000", None),
        ("9999-01-01", None),  # to come
        ("<b>soon</b>", None),
        ("٢٠٢١", None),
        (2021, None),
        (None, None),
    ],
)
def test_moments(value, moment):
    assert read_moment(value, NOW) == moment


def test_without_any_date_it_was_long_ago():
    assert latest_moment(["soon", None], NOW) == datetime(1970, 1, 1, tzinfo=UTC)


FEEDS = [
    "/cases.atom", "/cases.atom?q=%3Cscript%3E&min=%00&company=%22&sort=x",
    "/case/fr-cnil-2019-google.atom", "/case/hostile.atom", "/case/long.atom", "/case/nulls.atom",
    "/company/google.atom", "/company/evil.atom", "/regulator/fr-cnil.atom", "/regulator/gb-ico.atom",
    "/source/fr-cnil-news.atom", "/provision/GDPR.atom", "/provision/GDPR%3A12.atom", "/provision/ePrivacy%3A5%283%29.atom",
    "/privacy/cases.atom", "/privacy/cases.atom?_search=google&_sort=title", "/privacy/case_events.atom",
    "/privacy/case_articles.atom?_labels=on", "/privacy/largest-fines.atom?year=2019",
    "/privacy/newest-enforcement-articles.atom", "/privacy/evidence-of-a-case.atom",
    "/privacy.atom?sql=select+%27%3Cb%3E%27+as+case_id+union+all+select+id+from+cases+union+all+select+null",
]  # fmt: skip


@pytest.mark.parametrize("path", FEEDS)
def test_every_feed_of_the_site_is_valid(get, path):
    answer = get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    validate(answer.content)


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/cases.atom?country=FR&year=2019", "/cases.atom?utm_source=x&year=2019&country=FR&min="),
        ("/cases.atom", "/cases.atom?utm_source=x"),
        ("/company/google.atom", "/company/google.atom?x=1"),
        ("/case/oreal.atom", "/case/oreal.atom?x=1"),
        ("/privacy/cases.atom?_sort=title&status=decided", "/privacy/cases.atom?status=decided&_sort=title"),
        ("/privacy/largest-fines.atom?year=2019", "/privacy/largest-fines.atom?utm_source=x&year=2019"),
    ],
)
def test_a_feed_is_the_same_however_it_is_asked_for(get, path, other):
    one, same = (etree.fromstring(get(asked).content) for asked in (path, other))
    assert one.find(f"{ATOM}id").text == same.find(f"{ATOM}id").text
    assert one.find(f"{ATOM}link").get("href") == same.find(f"{ATOM}link").get("href")


def test_feeds_that_ask_for_other_cases_are_others(get):
    paths = ("/cases.atom", "/cases.atom?year=2019", "/cases.atom?year=2020", "/privacy/largest-fines.atom?year=2019",
             "/privacy/largest-fines.atom?year=2020", "/privacy/cases.atom?status=decided", "/company/google.atom")  # fmt: skip
    assert len({etree.fromstring(get(path).content).find(f"{ATOM}id").text for path in paths}) == len(paths)


def test_a_feed_without_entries_is_as_new_as_the_last_run(get):
    root = etree.fromstring(get("/cases.atom?year=1999").content)
    assert root.find(f"{ATOM}entry") is None
    assert root.find(f"{ATOM}updated").text == "2026-01-02T03:04:00+00:00"


def test_a_cache_keeps_what_each_host_is_told(get):
    assert "Host" in get("/cases.atom").headers["vary"].split(", ")


def cases_of(get, path):
    return [entry.link.rpartition("/")[2] for entry in validate(get(path).content)]


def test_feeds_list_what_they_say(get):
    assert cases_of(get, "/company/google.atom") == ["fr-cnil-2019-google"]
    assert cases_of(get, "/provision/GDPR%3A12.atom") == ["oreal", "fr-cnil-2019-google"]
    assert cases_of(get, "/provision/GDPR%3A12%281%29.atom") == ["oreal"]
    assert set(cases_of(get, "/regulator/fr-cnil.atom")) == {"oreal", "fr-cnil-2019-google", "pending"}
    assert cases_of(get, "/privacy/largest-fines.atom?year=2019") == ["fr-cnil-2019-google"]
    assert cases_of(get, "/source/fr-cnil-news.atom") == []
    assert len(cases_of(get, "/cases.atom")) == 6
    assert cases_of(get, "/cases.atom?year=2019&min=1m&provision=GDPR:6") == ["fr-cnil-2019-google"]


def test_an_entry_of_a_case_proves_what_it_says(get):
    (entry,) = validate(get("/company/google.atom").content)
    assert entry.title.startswith("CNIL fines Google")
    assert "Le 21 janvier 2019, la CNIL a prononcé une sanction." in entry.summary
    assert [link.href for link in entry.links if link.rel == "via"] == ["https://cnil.example/google"]
    assert entry.updated == "2026-02-03T04:05:00+00:00"  # its status changed then
    assert {"appealed", "fine", "GDPR:6", "FR", "fr-cnil"} <= {tag.term for tag in entry.tags}


def test_a_case_tells_its_events_and_changes(get):
    titles = [entry.title for entry in validate(get("/case/fr-cnil-2019-google.atom").content)]
    assert titles[0].startswith("Decision, 21 January 2019: ")
    assert titles[1].startswith("Appeal: ")
    assert titles[2].startswith("Status changed from decided to under appeal: ")


def test_links_that_are_no_web_address_are_left_out(get):
    assert "javascript" not in get("/case/hostile.atom").text


@pytest.mark.parametrize("path", ["/case/none.atom", "/company/%3Cb%3E.atom", "/regulator/x.atom", "/provision/x.atom"])
def test_what_is_not_there_has_no_feed(get, path):
    answer = get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8")


def test_who_has_a_feed_gets_it_once(database_path):
    import asyncio

    from datasette.app import Datasette

    site = Datasette([str(database_path)])
    first = asyncio.run(site.client.get("/cases.atom"))
    again = asyncio.run(site.client.get("/cases.atom", headers={"If-None-Match": first.headers["etag"]}))
    assert (again.status_code, again.content) == (304, b"")
    for database in site.databases.values():
        database.close()
    site.executor.shutdown()


@pytest.mark.parametrize(
    ("path", "feed"),
    [
        ("/case/oreal", "/case/oreal.atom"),
        ("/privacy/cases?status=decided", "/privacy/cases.atom?status=decided&_labels=on"),
        ("/privacy/largest-fines?year=2019", "/privacy/largest-fines.atom?year=2019"),
        ("/privacy/regulators", None),
        ("/search?q=google", None),
    ],
)
def test_pages_say_where_their_feed_is(soup, path, feed):
    links = [
        link["href"].removeprefix("http://localhost") for link in soup(path).select('link[type="application/atom+xml"]')
    ]
    assert links == ([feed] if feed else [])


@pytest.mark.parametrize(
    ("options", "headers", "begins"),
    [
        ({}, {"host": "site.example"}, "http://site.example/"),
        ({"settings": {"force_https_urls": True}}, {"host": "site.example:8443"}, "https://site.example:8443/"),
        ({"settings": {"base_url": "/privacy-news/"}}, {"host": "site.example"}, "http://site.example/privacy-news/"),
        ({}, {"host": 'a"><script>alert(1)</script>'}, "http://localhost/"),
        (
            {"metadata": {"plugins": {"dpawatch": {"address": "https://news.example/x/"}}}},
            {"host": "inner"},
            "https://news.example/x/",
        ),
    ],
)
def test_addresses_are_those_of_the_outside(database_path, options, headers, begins):
    import asyncio

    from datasette.app import Datasette

    site = Datasette([str(database_path)], **options)
    answer = asyncio.run(site.client.get("/company/google.atom", headers=headers))
    root = etree.fromstring(answer.content)
    assert root.find(f"{ATOM}link").get("href") == f"{begins}company/google.atom"
    assert root.find(f"{ATOM}entry/{ATOM}link").get("href") == f"{begins}case/fr-cnil-2019-google"
    for database in site.databases.values():
        database.close()
    site.executor.shutdown()
