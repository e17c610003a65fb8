"""What robots.txt and its absence mean."""

import asyncio
import time

import pytest

from ingest.errors import AddressRefused, AskedToRest, RobotsDenied, RobotsUnreachable
from ingest.fetch import Fetcher
from ingest.robots import MAX_CRAWL_DELAY, Robots


def check(settings, *urls):
    """Return the log of checking URLs one after the other in one run."""

    async def run():
        log = []
        async with Fetcher(settings) as fetcher:
            robots = Robots(fetcher)
            for url in urls:
                await robots.check(url, log)
        return log

    return asyncio.run(run())


def test_disallow(site, settings):
    site.add("/robots.txt", "User-agent: *\nDisallow: /private\nAllow: /private/open\n")
    check(settings, site.url + "/", site.url + "/private/open")
    with pytest.raises(RobotsDenied, match="forbids /private/x to dpawatch"):
        check(settings, site.url + "/private/x")


def test_byte_order_mark_hides_no_rule(site, settings):
    site.add("/robots.txt", "\ufeffUser-agent: *\nDisallow: /\n")
    with pytest.raises(RobotsDenied):
        check(settings, site.url + "/")


def test_empty_answer_allows_everything(site, settings):
    site.add("/robots.txt", status=204)
    assert [r.status for r in check(settings, site.url + "/a")] == [204]


def test_own_group_counts(site, settings):
    site.add("/robots.txt", "User-agent: *\nDisallow: /\n\nUser-agent: DPAwatch\nDisallow: /admin\n")
    check(settings, site.url + "/news")
    with pytest.raises(RobotsDenied):
        check(settings, site.url + "/admin")


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_client_errors_allow_everything(site, settings, status):
    site.add("/robots.txt", "User-agent: *\nDisallow: /\n", status=status)
    log = check(settings, site.url + "/a")
    assert [(r.kind, r.status, r.outcome, r.error) for r in log] == [("robots", status, "new", None)]


@pytest.mark.parametrize(("status", "error"), [(429, AskedToRest), (500, RobotsUnreachable), (503, RobotsUnreachable)])
def test_server_errors_forbid_everything_for_now(site, settings, status, error):
    site.add("/robots.txt", status=status)
    with pytest.raises(error, match=str(status)):
        check(settings, site.url + "/a")


def test_refused_address_stays_refused(settings):
    with pytest.raises(AddressRefused):
        check(settings, "ftp://feeds.test/a")


def test_read_once_per_run(site, settings):
    site.add("/robots.txt", "User-agent: *\nDisallow:\n")
    log = check(settings, site.url + "/a", site.url + "/b", site.url + "/c")
    assert (site.count("/robots.txt"), len(log)) == (1, 1)


def test_not_text(site, settings):
    site.add("/robots.txt", b"\xff\xfe\0<html>User-agent" + bytes(range(256)))
    assert check(settings, site.url + "/a")[0].status == 200


@pytest.mark.parametrize(("asked", "given"), [("0.3", 0.3), ("86400", MAX_CRAWL_DELAY), ("soon", 0.0)])
def test_crawl_delay(site, settings, asked, given, monkeypatch):
    site.add("/robots.txt", f"User-agent: *\nCrawl-delay: {asked}\n")
    slowed = []
    monkeypatch.setattr(Fetcher, "slow_down", lambda self, url, seconds: slowed.append((url, seconds)))
    check(settings, site.url + "/a")
    assert slowed == [(site.url, given)]


def test_crawl_delay_is_kept_between_requests(site, settings):
    site.add("/robots.txt", "User-agent: *\nCrawl-delay: 0.3\n")
    urls = [site.add(f"/{n}", "x") for n in range(3)]

    async def run():
        log = []
        async with Fetcher(settings) as fetcher:
            robots = Robots(fetcher)
            await asyncio.gather(*(fetcher.fetch(url, "page", log, check=robots.check) for url in urls))
        return len(site.requests)

    begin = time.monotonic()
    requests = asyncio.run(run())
    # after each page; robots.txt itself is not counted
    assert requests == 4
    assert 0.6 <= time.monotonic() - begin < 1.5


def test_redirects_are_checked_by_the_rules_of_the_host_they_lead_to(site, make_site, settings):
    other = make_site("127.0.0.2")
    other.add("/robots.txt", "User-agent: *\nDisallow: /private\n")
    start = site.add("/a", status=301, Location=other.add("/private", "x"))

    async def run():
        log = []
        async with Fetcher(settings) as fetcher:
            with pytest.raises(RobotsDenied):
                await fetcher.fetch(start, "feed", log, check=Robots(fetcher).check)
        return log[-1].outcome

    assert asyncio.run(run()) == "blocked"
    assert other.count("/private") == 0
