"""Decides how many connections there may be, and which one has to make room. Pure."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol, TypeVar

# Most file descriptors are for the database, Slack, the model and the decoders.
_SHARE_OF_DESCRIPTORS = 4
_MAX_TOTAL, _MIN_TOTAL = 256, 4
# Whoever owns a part of the IPv6 address space owns at least this much of it (RFC 6177).
_IPV6_PREFIX_BITS = 64


class Phase(IntEnum):
    """What a connection is at; a lower one makes room first. `BUSY` is left alone: Easel works."""

    IDLE = 0
    WAITING = 1  # for the other side: to send its request, or to take the response
    BUSY = 2


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How many connections there may be at the same time. One younger than `min_age_seconds` does
    not make room for others: it is most likely just sending its request."""

    total: int
    per_address: int
    min_age_seconds: float = 0.25


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds that a connection may take for the head of a request, for its body, to read the
    response, and until it begins the next request."""

    head: float = 10.0
    body: float = 20.0
    response: float = 20.0
    idle: float = 75.0


class Connection(Protocol):
    """`since` is when `phase` began, in seconds of the event loop."""

    address: str
    phase: Phase
    since: float


AnyConnection = TypeVar("AnyConnection", bound=Connection)


def choose_limits(descriptors: int) -> ConnectionLimits:
    """Return the limits for a process that may open `descriptors` files."""
    total = max(_MIN_TOTAL, min(_MAX_TOTAL, descriptors // _SHARE_OF_DESCRIPTORS))
    # One address is often that of a proxy before the server.
    return ConnectionLimits(total, max(_MIN_TOTAL, total * 3 // 4))


def has_room(connections: Iterable[Connection], address: str, limits: ConnectionLimits) -> bool:
    """Whether one more connection of `address` is within the limits."""
    addresses = Counter(connection.address for connection in connections)
    return addresses.total() < limits.total and addresses[address] < limits.per_address


def choose_victim(
    connections: Iterable[AnyConnection], address: str, limits: ConnectionLimits, now: float
) -> AnyConnection | None:
    """Return the connection that makes room for one of `address`, None if no one has to.

    An idle one goes first, then the one that keeps Easel waiting for longest, of that address if it
    has too many, else of the address that has most.
    """
    connections = list(connections)
    addresses = Counter(connection.address for connection in connections)
    if addresses[address] >= limits.per_address:
        crowded = address
    else:
        crowded = max(addresses, key=lambda name: addresses[name], default="")
    candidates = [
        connection
        for connection in connections
        if connection.address == crowded
        and connection.phase is not Phase.BUSY
        and now - connection.since >= limits.min_age_seconds
    ]
    return min(candidates, key=lambda one: (one.phase, one.since), default=None)


def name_origin(host: str) -> str:
    """Return what counts as one address: an IPv4 address, or the network of an IPv6 one."""
    address = _parse_address(host)
    if address is None:
        return host
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, _IPV6_PREFIX_BITS), strict=False))


def is_loopback(host: str) -> bool:
    """Whether only programs of this machine reach the address `host`."""
    address = _parse_address(host)
    return address is not None and address.is_loopback


def _parse_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
