"""Where messages may go: no address that somebody types leads into the host's own network, by name, redirect or rebinding.

A name is looked up once, every address it has must be of the open internet, and the connection goes to the address that
was checked. Redirects are not followed: they are told as a fault. An administrator may allow the own network.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from ipaddress import IPv6Address, ip_address, ip_network
from socket import IPPROTO_TCP, create_connection, gaierror, getaddrinfo
from urllib.parse import urlsplit

from upstander.core.errors import ConfigError, NotAllowed

PATIENCE = 10.0  # seconds a receiver has to answer
MOST_ANSWER = 2_000  # bytes of an answer that are read
NAT64 = ip_network(
    "64:ff9b::/96"
)  # RFC 6052: IPv4 addresses, also of own networks, in IPv6
Lookup = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class Target:
    """An address that was checked: its parts, and the address of the network that the connection goes to."""

    is_secure: bool
    host: str
    port: int
    path: str
    address: str


def looked_up(host: str, port: int) -> list[str]:
    """Every address a name has. Raises OSError."""
    return [str(a[4][0]) for a in getaddrinfo(host, port, proto=IPPROTO_TCP)]


def is_open(address: str) -> bool:
    """Whether an address is of the open internet: none of this host, its networks, or tunnels into them."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is not None:
            return is_open(str(inner))
        if found.teredo is not None or found in NAT64:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def target(url: str, *, allow_own: bool, lookup: Lookup = looked_up) -> Target:
    """The address to post to.

    Raises:
        ConfigError: it is no http or https address, or its name is not known.
        NotAllowed: it lies in the host's own network, or is not https.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ConfigError("a webhook's address is https://host/path, without a name in it")
    if parts.scheme != "https" and not allow_own:
        raise NotAllowed("a webhook's address begins with https://")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = lookup(parts.hostname, port)
    except (gaierror, ValueError, UnicodeError):
        raise ConfigError("the webhook's host is not known") from None
    if not allow_own and not (found and all(is_open(a) for a in found)):
        raise NotAllowed(
            "the webhook's host lies in this machine's own network; an administrator can allow that"
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", parts.hostname, port, path, found[0])


def post(to: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """Send the body; the number of the answer.

    Raises:
        OSError, HTTPException: no answer, or none of HTTP.
    """
    connection = _connection(to)
    try:
        connection.request("POST", to.path, body, dict(headers))
        answer = connection.getresponse()
        answer.read(MOST_ANSWER)
        return answer.status
    finally:
        connection.close()


def _connection(to: Target) -> HTTPConnection:
    """A connection to the address that was checked, under the name that was asked for."""
    plain = create_connection((to.address, to.port), timeout=PATIENCE)
    if not to.is_secure:
        connection = HTTPConnection(to.host, to.port, timeout=PATIENCE)
        connection.sock = plain
        return connection
    context = ssl.create_default_context()
    secure = HTTPSConnection(to.host, to.port, timeout=PATIENCE, context=context)
    secure.sock = context.wrap_socket(plain, server_hostname=to.host)
    return secure
