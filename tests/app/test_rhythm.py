"""Over days, against a real server: when a source is asked again, what is believed of it, and what the database says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.schema import open_database
from dpawatch.progress import OnStderr
from dpawatch.run import ingest_sources, load_registry, recorded_run
from dpawatch.settings import Settings

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Days:
    """A database, a registry and a clock: `poll` polls what is due so long after the start, and returns what was asked for."""

    def __init__(self, db, settings, site):
        self.db, self.settings, self.site = db, settings, site
        # the server tells the real time, as all servers do
        self.start = datetime.now(UTC)

    def poll(self, after, *only, every=False):
        self.site.asked.clear()
        with recorded_run(self.db, "ingest", OnStderr(), lambda: self.start + after) as run:
            ingest_sources(run, self.settings, load_registry(self.settings), only, every)
        return [path for path in self.site.asked if path != "/robots.txt"]

    def row(self, columns, source="test-0"):
        return self.db.execute(f"select {columns} from sources where id = ?", [source]).fetchone()

    def last_fetch(self, columns, kind="feed"):
        return self.db.execute(f"select {columns} from fetches where kind = ? order by id desc", [kind]).fetchone()

    def wait(self, source="test-0"):
        """Return how long after the start a source is due."""
        return datetime.fromisoformat(self.row("next_due", source)[0]) - self.start


@pytest.fixture
def make_days(registry, site, tmp_path):
    opened = []

    def make(*feeds):
        file = Path(registry(*feeds))
        db = open_database(tmp_path / "days.db")
        opened.append(db)
        settings = Settings(tmp_path / "days.db", file, allow_private_hosts=True, delay=0, archive=False)
        return Days(db, settings, site)

    yield make
    for db in opened:
        db.close()


@pytest.fixture
def days(make_days):
    return make_days("/feed")


def near(wait, expected):
    return abs(wait - expected) <= expected / 10 + timedelta(seconds=5)


def test_a_source_is_asked_again_in_its_own_rhythm(days, site):
    assert days.poll(0 * DAY)[0] == "/feed"
    # its three articles are years old
    assert near(days.wait(), DAY / 1.1)
    assert days.row("interval") == (round(24 * 3600 / 1.1),)
    assert days.poll(19 * HOUR) == []
    assert days.poll(24 * HOUR) == ["/feed"]
    assert days.last_fetch("status, outcome") == (304, "unchanged")
    assert days.poll(25 * HOUR, every=True) == ["/feed"]
    assert days.poll(25 * HOUR, "test-0") == ["/feed"]
    counts = days.db.execute("select counts from runs where id = 2").fetchone()[0]
    assert '"sources": 0, "resting_sources": 1' in counts


def test_a_page_that_failed_brings_the_next_poll_forward_less_each_time(days, site):
    site.broken = {"/google"}
    days.poll(0 * DAY)
    at, waits = timedelta(0), []
    for _ in range(3):
        waits.append(days.wait() - at)
        at = days.wait() + timedelta(seconds=1)
        assert "/google" in days.poll(at)
    expected = [15 * MINUTE, 15 * MINUTE, 30 * MINUTE]
    assert all(abs(wait - one) <= timedelta(seconds=2) for wait, one in zip(waits, expected, strict=True))


WISHES = [
    ({"Cache-Control": "public, max-age=86400"}, "", DAY, "max_age", 86400),
    ({}, "<ttl>1440</ttl>", DAY, "ttl", 86400),
    ({}, "<skipHours><hour>3</hour><hour>4</hour></skipHours>", None, "skip_hours", "3 4"),
    ({}, "<skipDays><day>Sunday</day></skipDays>", None, "skip_days", "6"),
]


@pytest.mark.parametrize(("headers", "head", "wait", "column", "value"), WISHES)
def test_what_server_and_feed_ask_for_is_kept(days, site, headers, head, wait, column, value):
    site.headers["/feed"] = headers
    site.head = head
    days.poll(0 * DAY)
    assert days.row(column) == (value,)
    assert wait is None or abs(days.wait() - wait) <= timedelta(seconds=2)
    # what a 304 does not repeat is kept
    days.poll(5 * DAY, every=True)
    assert (days.last_fetch("status"), days.row(column)) == ((304,), (value,))


# in seconds and as a date
@pytest.mark.parametrize("form", ["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_wants_to_be_left_alone(make_days, site, form, status):
    days = make_days("/feed", "/feed2")
    then = f"{days.start + 2 * HOUR:%a, %d %b %Y %H:%M:%S} GMT"
    site.statuses["/feed"] = site.statuses["/feed2"] = status
    site.headers["/feed"] = site.headers["/feed2"] = {"Retry-After": "7200" if form == "seconds" else then}
    # the first answer holds for all sources of the host
    assert len(days.poll(0 * DAY)) == 1
    ((host, until, reason),) = days.db.execute("select * from hosts").fetchall()
    assert (host, reason) == ("127.0.0.1", f"answered {status}")
    assert abs(datetime.fromisoformat(until) - days.start - 2 * HOUR) < timedelta(seconds=30)
    log = days.db.execute(
        "select outcome, status, rests_until from fetches where kind = 'feed' order by status"
    ).fetchall()
    assert log == [("postponed", None, None), ("failed", status, until)]
    # of the other source nothing can be said
    assert sorted(days.row("failures", f"test-{n}") for n in (0, 1)) == [(0,), (1,)]
    # not even when every source is polled: later runs know it too
    site.statuses.clear()
    assert days.poll(HOUR) == days.poll(HOUR, every=True) == days.poll(HOUR, "test-0") == []
    assert {"/feed", "/feed2"} < set(days.poll(2 * HOUR + MINUTE))


def test_a_source_that_is_gone_is_stopped_until_somebody_asks_for_it(days, site):
    days.poll(0 * DAY)
    site.statuses["/feed"] = 410
    assert days.poll(DAY) == ["/feed"]
    assert days.last_fetch("outcome, status") == ("failed", 410)
    assert days.row("stopped is not null, failures, last_error like '%410%'") == (1, 1, 1)
    assert days.poll(30 * DAY) == days.poll(30 * DAY, every=True) == []
    site.statuses.clear()
    assert days.poll(31 * DAY, "test-0") == ["/feed"]
    assert days.row("stopped, failures") == (None, 0)
    assert days.poll(33 * DAY) == ["/feed"]


def test_a_move_is_adopted_after_days_and_given_up_when_it_fails(days, site):
    site.moves["/feed"] = (301, "/feed-new")
    seen = []
    for day in range(4):
        days.poll(day * DAY * 1.1)
        seen.append(days.row("moved_times, adopted_url"))
    new = site.base + "/feed-new"
    assert seen == [(1, None), (2, None), (3, None), (0, new)]
    assert days.last_fetch("url, final_url") == (site.base + "/feed", new)
    assert days.poll(5 * DAY) == ["/feed-new"]
    # the old address answers again, and the new one no more
    site.moves.clear()
    site.statuses["/feed-new"] = 404
    at = 6 * DAY
    for _ in range(3):
        assert days.poll(at) == ["/feed-new"]
        at += DAY
    assert days.row("adopted_url, failures, stopped") == (None, 3, None)
    assert days.poll(at) == ["/feed"]


def test_a_move_that_is_taken_back_is_no_move(days, site):
    for day in range(8):
        # every third day the old address answers
        site.moves = {} if day % 3 == 2 else {"/feed": (301, "/feed-new")}
        days.poll(day * DAY * 1.1)
        assert days.row("adopted_url") == (None,)


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_temporary_redirect_is_never_adopted(days, site, status):
    site.moves["/feed"] = (status, "/feed-new")
    for day in range(6):
        days.poll(day * DAY * 1.1)
    assert days.row("moved_to, adopted_url, failures") == (None, None, 0)


# what another domain's server answers; 304 to the validators of the old one is nothing that was seen to be a feed
@pytest.mark.parametrize(("path", "adopted"), [("/feed-new", True), ("/phones", False), ("/nothing", False)])
def test_a_move_to_another_domain_needs_a_feed_there(days, site, path, adopted):
    days.poll(0 * DAY)
    # by the other name of loopback, which is another domain
    target = site.base.replace("127.0.0.1", "localhost") + path
    site.moves["/feed"] = (308, target)
    for day in range(1, 7):
        days.poll(day * DAY * 1.1, every=True)
    assert days.row("adopted_url") == (target if adopted else None,)
    assert days.row("failures > 0") == (0 if adopted else 1,)


def test_validators_are_replaced_only_by_those_of_a_200(days, site):
    days.poll(0 * DAY)
    before = days.row("etag, body_hash")
    for status in (500, 404, 204):
        site.statuses["/feed"] = status
        days.poll(DAY, every=True)
        assert days.row("etag, body_hash") == before, status
    site.statuses.clear()
    days.poll(DAY, every=True)
    assert days.last_fetch("status") == (304,)


def test_a_server_that_keeps_its_tag_and_sends_what_is_new_is_read(days, site):
    """It ignores If-None-Match; the same body is told by its hash, a new one by its hash too."""
    site.tag, site.conditional = '"always"', False
    days.poll(0 * DAY)
    assert days.poll(DAY) == ["/feed"]
    assert days.last_fetch("status, outcome") == (200, "unchanged")
    site.pages["/late"] = (
        "CNIL acts",
        "The CNIL closed its inquiry into the ferry company and published the order. " * 4,
    )
    assert days.poll(2.1 * DAY) == ["/feed", "/late"]
    assert days.last_fetch("status, outcome") == (200, "new")


def test_a_server_that_sends_false_304s_is_found_out_and_not_believed_any_more(days, site):
    site.tag = '"always"'
    days.poll(0 * DAY)
    site.pages["/late"] = (
        "CNIL acts",
        "The CNIL closed its inquiry into the ferry company and published the order. " * 4,
    )
    asked = [days.poll(day * DAY * 1.1) for day in range(1, 8)]
    assert asked[:6] == [["/feed"]] * 6
    # a week after its last body it is asked in full
    assert asked[6] == ["/feed", "/late"]
    assert days.row("false_304s, last_warning like '%304%'") == (1, 1)
    site.pages["/later"] = site.pages["/late"]
    assert days.poll(9 * DAY) == ["/feed", "/later"]


def test_failures_back_off_to_a_day_and_never_drop_the_source(days, site):
    site.statuses["/feed"] = 500
    at, waits = timedelta(0), []
    for _ in range(12):
        assert days.poll(at) == ["/feed"]
        waits.append(round((days.wait() - at) / MINUTE))
        at = days.wait() + timedelta(seconds=1)
    assert waits == [0, 15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440, 1440]
    site.statuses.clear()
    assert days.poll(at)[0] == "/feed"
    assert days.row("failures, last_error") == (0, None)


def test_made_up_guids_do_not_announce_an_article_twice(days, site):
    days.poll(0 * DAY)
    site.guid = "urn:uuid:{n}-of-another-day"
    site.tag = '"2"'
    assert days.poll(DAY) == ["/feed"]
    assert days.db.execute("select count(*) from entries").fetchone() == (3,)
