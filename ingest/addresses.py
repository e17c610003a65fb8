"""Which network addresses the fetcher may talk to: a host name in, checked numeric addresses out.

What is checked is the address that is then connected to, so no spelling of it (decimal, octal, IPv6-mapped) and no DNS
answer that changes between check and use gets around the rule. Source: the IANA special-purpose address registries,
as Python's `ipaddress` carries them.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from ingest.errors import AddressRefused, ConnectionFailed

NAT64 = IPv6Network("64:ff9b::/96")


async def resolve_host(host: str, port: int, allow_private: bool) -> list[str]:
    """Return the numeric addresses of a host that may be connected to, in the resolver's order; never empty.

    Raises: AddressRefused: every address is loopback, private, link-local or reserved. ConnectionFailed: no such name.
    """
    addresses = list(dict.fromkeys(await look_up(host, port)))
    allowed = addresses if allow_private else [a for a in addresses if is_public(a)]
    if not allowed:
        raise AddressRefused(f"{host} leads to {addresses[0]}, which is not a public address")
    return allowed


async def look_up(host: str, port: int) -> list[str]:
    """Return what the system's resolver answers for a host, as numeric addresses; at least one."""
    with suppress(ValueError):  # it is one already, and no thread need wait for a resolver
        return [str(ip_address(host))]
    try:
        answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ConnectionFailed(f"{host}: name not resolved ({error})") from error
    return [str(address[4][0]) for address in answers]


def is_public(address: str) -> bool:
    """Say whether a numeric address, and every address it embeds, is public unicast."""
    ip = ip_address(address)
    return all(a.is_global and not a.is_multicast and not a.is_reserved for a in (ip, *_list_embedded(ip)))


def _list_embedded(ip: IPv4Address | IPv6Address) -> Iterator[IPv4Address]:
    """Yield the IPv4 addresses to which an IPv6 address is only a way."""
    if isinstance(ip, IPv4Address):
        return
    if ip.ipv4_mapped:
        yield ip.ipv4_mapped
    if ip.sixtofour:
        yield ip.sixtofour
    if ip in NAT64:
        yield IPv4Address(int(ip) & 0xFFFFFFFF)
