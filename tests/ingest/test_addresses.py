"""No spelling, redirect or DNS answer leads the fetcher to a private address."""

import asyncio
from dataclasses import replace

import pytest

from ingest import addresses
from ingest.errors import AddressRefused, ConnectionFailed
from ingest.fetch import Fetcher


def fetch(url, settings):
    async def run():
        async with Fetcher(settings) as fetcher:
            return await fetcher.fetch(url, "page", [])

    return asyncio.run(run())


def answer_with(monkeypatch, *answers):
    async def look_up(host, port):
        return list(answers)

    monkeypatch.setattr(addresses, "look_up", look_up)


# every row is some way to write an address that must not be asked
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.9.9.9",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
        "localhost",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
    ],
)
def test_private_address_at_first_hand(site, settings, host):
    port = site.url.rpartition(":")[2]
    with pytest.raises(AddressRefused):
        fetch(f"http://{host}:{port}/", replace(settings, allow_private_hosts=False))
    assert site.requests == []


def test_private_address_by_dns(site, settings, monkeypatch):
    answer_with(monkeypatch, "127.0.0.1")
    with pytest.raises(AddressRefused, match=r"regulator\.test leads to 127\.0\.0\.1"):
        fetch(f"http://regulator.test:{site.url.rpartition(':')[2]}/", replace(settings, allow_private_hosts=False))
    assert site.requests == []


def test_private_address_by_redirect(site, make_site, settings, monkeypatch):
    inner = make_site("127.0.0.2")
    site.add("/a", status=302, Location=inner.add("/secret", "secret"))
    # the first site counts as public here, the second does not
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    with pytest.raises(AddressRefused, match=r"127\.0\.0\.2"):
        fetch(site.url + "/a", replace(settings, allow_private_hosts=False))
    assert (site.count("/a"), inner.requests) == (1, [])


def test_only_the_public_ones_of_several_answers_are_used(monkeypatch):
    answer_with(monkeypatch, "10.0.0.1", "93.184.215.14", "::1")
    assert asyncio.run(addresses.resolve_host("regulator.test", 80, allow_private=False)) == ["93.184.215.14"]


def test_the_checked_address_is_the_one_connected_to(site, settings, monkeypatch):
    # the name exists in no DNS: only the numeric address of the check can lead to the server
    answer_with(monkeypatch, "127.0.0.1")
    site.add("/a", "there")
    assert fetch(f"http://regulator.test:{site.url.rpartition(':')[2]}/a", settings).body == b"there"
    assert site.requests[0][1]["host"].startswith("regulator.test:")


def test_next_address_is_tried(site, settings, monkeypatch):
    answer_with(monkeypatch, "127.0.0.3", "127.0.0.1")
    site.add("/a", "there")
    assert fetch(f"http://regulator.test:{site.url.rpartition(':')[2]}/a", settings).body == b"there"


def test_private_hosts_may_be_allowed(site, settings):
    assert fetch(site.add("/a", "there"), settings).body == b"there"


@pytest.mark.parametrize("host", ["no-such-name.invalid", "a" * 64 + ".test"])
def test_name_that_does_not_resolve(settings, host):
    with pytest.raises((ConnectionFailed, AddressRefused)):
        fetch(f"http://{host}/", settings)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07::1", True),
        ("::ffff:93.184.215.14", False),
        ("192.0.2.1", False),
        ("240.0.0.1", False),
    ],
)
def test_is_public(address, public):
    assert addresses.is_public(address) is public
