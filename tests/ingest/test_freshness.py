"""What servers and feeds say of how often they want to be asked, and what is made of nonsense."""

from datetime import UTC, datetime

import pytest

from ingest.feeds import parse_entries
from ingest.freshness import DAY, REST, SHORTEST_REST, read_feed_advice, read_max_age, read_retry_after
from ingest.models import Advice, Response

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


def answer(status=200, *headers):
    return Response("http://a.test/", "http://a.test/", status, headers, b"", NOW)


MAX_AGES = [
    ([], 0),
    (["max-age=600"], 600),
    (["public, MAX-AGE = 600 , must-revalidate"], 600),
    (['max-age="600"'], 600),
    # a header may come twice
    (["public", "max-age=600"], 600),
    # what shared caches are told is not meant for us
    (["s-maxage=600"], 0),
    # it contradicts itself: the shorter word counts
    (["no-cache, max-age=600"], 0),
    (["max-age=600, no-store"], 0),
    # but this one is about a header
    (['no-cache="Set-Cookie", max-age=600'], 600),
    # a year is not what a feed can mean
    (["max-age=31536000"], DAY),
    (["max-age=-1"], 0),
    (["max-age=soon"], 0),
    (["max-age=" + "9" * 500], 0),
]


@pytest.mark.parametrize(("values", "seconds"), MAX_AGES)
def test_cache_control(values, seconds):
    assert read_max_age(answer(200, *(("cache-control", value) for value in values))) == seconds


@pytest.mark.parametrize(("age", "seconds"), [("200", 400), ("900", 0), ("-5", 600), ("a day", 600)])
def test_time_spent_in_a_cache_counts(age, seconds):
    assert read_max_age(answer(200, ("Cache-Control", "max-age=600"), ("Age", age))) == seconds


RETRIES = [
    (429, "120", 120),
    (503, "120", 120),
    (429, " 120 ", 120),
    (429, "0", SHORTEST_REST),
    (429, "-5", REST),
    # no time is named
    (429, None, REST),
    # a server that is broken, and does not ask for anything
    (503, None, None),
    (500, "120", None),
    (200, "120", None),
    # dates, in the three forms of RFC 9110
    (503, "Wed, 01 May 2024 12:10:00 GMT", 600),
    (503, "Wednesday, 01-May-24 12:10:00 GMT", 600),
    (503, "Wed May  1 12:10:00 2024", 600),
    (503, "Wed, 01 May 2024 14:10:00 +0200", 600),
    # it is over
    (429, "Wed, 01 May 2024 11:00:00 GMT", SHORTEST_REST),
    # never more than a day
    (429, "Thu, 01 May 2025 12:00:00 GMT", DAY),
    (429, "9" * 400, DAY),
    # nonsense
    (429, "soon", REST),
    (503, "soon", REST),
    (429, "-5", REST),
    (429, "1.5", REST),
    (429, "Wed, 41 May 2024 12:10:00 GMT", REST),
    (429, "Wed, 01 May 99999 12:10:00 GMT", REST),
]


@pytest.mark.parametrize(("status", "stated", "seconds"), RETRIES)
def test_retry_after(status, stated, seconds):
    assert read_retry_after(answer(status, *([("retry-after", stated)] if stated else []))) == seconds


def test_a_date_is_told_by_the_clock_of_the_server():
    late = [("Date", "Wed, 01 May 2019 12:00:00 GMT"), ("Retry-After", "Wed, 01 May 2019 12:10:00 GMT")]
    assert read_retry_after(answer(429, *late)) == 600


def rss(head, items="<item><link>/a</link></item>"):
    return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


ADVICE = [
    ("", Advice()),
    ("<ttl>60</ttl>", Advice(ttl=3600)),
    ("<ttl> 525600 </ttl>", Advice(ttl=DAY)),
    ("<ttl>soon</ttl>", Advice()),
    ("<ttl>-60</ttl>", Advice()),
    ("<sy:updatePeriod>\nhourly\t</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>", Advice(ttl=3600)),
    ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", Advice(ttl=21_600)),
    ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", Advice(ttl=DAY)),
    ("<sy:updatePeriod>sometimes</sy:updatePeriod>", Advice()),
    # both are said: the longer counts
    ("<ttl>5</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", Advice(ttl=3600)),
    # 24 is midnight of RSS 0.91
    (
        "<skipHours><hour>1</hour><hour> 2 </hour><hour>24</hour><hour>25</hour></skipHours>",
        Advice(skip_hours=(0, 1, 2)),
    ),
    ("<skipDays><day>Sunday</day><day>saturday</day><day>Moonday</day></skipDays>", Advice(skip_days=(5, 6))),
    # never is no advice
    (f"<skipHours>{''.join(f'<hour>{n}</hour>' for n in range(24))}</skipHours>", Advice()),
    ("<skipHours><hour>3</hour>", Advice()),
]


@pytest.mark.parametrize(("head", "advice"), ADVICE)
def test_advice_of_a_feed(head, advice):
    assert read_feed_advice(rss(head)) == advice


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_advice_comes_with_the_feed_in_any_encoding(encoding):
    head = rss("<ttl>60</ttl><skipHours><hour>3</hour></skipHours>").decode()
    assert parse_entries(head.encode(encoding), "http://a.test/", "").advice == Advice(ttl=3600, skip_hours=(3,))


def test_what_an_item_quotes_is_no_advice():
    assert read_feed_advice(rss("", "<item><description><ttl>60</ttl></description></item>")) == Advice()
