"""Read a `Host` and an `Origin` strictly: what is not exactly one is none.

Owns: which texts name a host or an origin, and when both mean the same server.
Knows nothing of: requests, which hosts and origins are welcome.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from typing import Final, NamedTuple

MOST_PORT: Final = 65_535
PORTS: Final = {"http": 80, "https": 443}
# A socket's scheme beside that of the page which opens it.
OF_SOCKETS: Final = {"ws": "http", "wss": "https"}
LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})

_LABEL: Final = "[A-Za-z0-9_-]{1,63}"
_HOST: Final = re.compile(
    rf"(?:\[(?P<v6>[0-9A-Fa-f:.]{{2,45}})\]|(?P<name>{_LABEL}(?:\.{_LABEL}){{0,126}}))"
    r"(?::(?P<port>[0-9]{1,5}))?"
)
_ORIGIN: Final = re.compile(r"(?P<scheme>[Hh][Tt][Tt][Pp][Ss]?)://(?P<host>.*)")


class HostPort(NamedTuple):
    """A host, in small letters, and its port; None if that is not told."""

    name: str
    port: int | None = None


class Origin(NamedTuple):
    """Where a web page comes from."""

    scheme: str
    name: str
    port: int


def host_in(text: str) -> HostPort | None:
    """Return the host that a `Host` header names; None if it is not exactly one."""
    found = _HOST.fullmatch(text)
    if found is None:
        return None
    port = int(found["port"]) if found["port"] else None
    if port is not None and not 1 <= port <= MOST_PORT:
        return None
    if found["v6"] is None:
        return HostPort(found["name"].lower(), port)
    address = _v6(found["v6"])
    return None if address is None else HostPort(address, port)


def origin_in(text: str) -> Origin | None:
    """Return the origin of a page of the web; None if the text is not exactly one."""
    found = _ORIGIN.fullmatch(text)
    place = host_in(found["host"]) if found else None
    if found is None or place is None:
        return None
    scheme = found["scheme"].lower()
    return Origin(scheme, place.name, place.port or PORTS[scheme])


def is_own(origin: Origin, host: HostPort, scheme: str) -> bool:
    """Say whether a page comes from the very server that it asks.

    Args:
        origin: The page's.
        host: How the server was called.
        scheme: By which it was asked: http, https, ws or wss.
    """
    if origin.name != host.name or origin.port != (host.port or PORTS[origin.scheme]):
        return False
    asked = OF_SOCKETS.get(scheme, scheme)
    # What ends HTTPS before us may not say that it did; on this machine none does.
    before_us = origin.scheme == "https" and host.name not in LOOPBACK_NAMES
    return origin.scheme == asked or before_us


def is_address(name: str) -> bool:
    """Say whether a host's name is a bare address."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(name: str) -> bool:
    """Say whether an address or a name is this machine's alone."""
    try:
        address = ip_address(name)
    except ValueError:
        return name.lower() in LOOPBACK_NAMES
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _v6(text: str) -> str | None:
    try:
        return IPv6Address(text).compressed
    except ValueError:
        return None
