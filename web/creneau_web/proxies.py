"""What a proxy says about a request, believed only when the proxy is one of ours."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address

import msgspec
from creneau_infra.settings import Network

FORWARDED = (
    "forwarded",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-for",
)


class Arrival(msgspec.Struct, frozen=True):
    """From which address a request comes, and which host it asked for."""

    address: str
    host: str


def arrival(peer: str, headers: Mapping[str, str], trusted: tuple[Network, ...]) -> Arrival | None:
    """Tell where a request comes from; None when somebody who is no proxy of ours claims to be one.

    Args:
        peer: the address at the other end of the connection.
        headers: the request's headers, names in lower case.
        trusted: the networks of our own proxies.
    """
    host = headers.get("host", "")
    if not any(name in headers for name in FORWARDED):
        return Arrival(peer, host)
    if not _is_trusted(peer, trusted) or "forwarded" in headers:
        return None
    forwarded_host = headers.get("x-forwarded-host", host).rpartition(",")[2].strip()
    return Arrival(_visitor(peer, headers.get("x-forwarded-for", ""), trusted), forwarded_host)


def _visitor(peer: str, chain: str, trusted: tuple[Network, ...]) -> str:
    """Read the chain from our side: the first address that is not ours is the visitor's."""
    for part in reversed([part.strip() for part in chain.split(",") if part.strip()]):
        if not _is_address(part):
            return peer
        if not _is_trusted(part, trusted):
            return part
    return peer


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_trusted(address: str, trusted: tuple[Network, ...]) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in trusted)


def neighbourhood(address: str) -> str:
    """Give what one visitor can hardly change: an IPv4 address, or the /64 of an IPv6 one."""
    if not _is_address(address):
        return address
    parsed = ip_address(address)
    return str(parsed) if not isinstance(parsed, IPv6Address) else parsed.exploded[:19]
