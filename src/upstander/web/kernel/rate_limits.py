"""Where requests come from, as far as limits need it; nothing of it is kept beyond its window, shown or logged."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fastapi import Request

HOUR = timedelta(hours=1)
MOST_REPORTS, ALL_REPORTS = (
    60,
    5_000,
)  # by the public form in an hour: from one source, and as many as the disk is to bear
MOST_CALLS, ALL_CALLS = (
    600,
    6_000,
)  # of the API in a minute: by one token or from one source, and by all
NET_BITS = 64  # of an IPv6 address: what one subscriber is given


def source(http: Request) -> str:
    """Where a request comes from: an IPv4 address, the network of an IPv6 address, or "unknown".

    Whether a proxy is believed about it is decided once, where the server is started (``cli.serve``).
    """
    host = http.client.host if http.client else "unknown"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, NET_BITS), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


@dataclass
class Limit:
    """At most ``most`` within a window from each source, and ``overall`` from all of them together.

    Sources are remembered in this process's memory alone, as hashes under a key that ends with it: nobody can tell
    later who wrote.
    """

    most: int
    overall: int
    window: timedelta
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _taken: deque[tuple[datetime, bytes]] = field(default_factory=deque, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take(self, source: str, now: datetime) -> bool:
        """Count one, unless the source, or all together, have had theirs."""
        mark = hmac.digest(self._key, source.encode(), "sha256")
        with self._lock:
            while self._taken and self._taken[0][0] <= now - self.window:
                self._taken.popleft()
            mine = sum(other == mark for _, other in self._taken)
            if mine >= self.most or len(self._taken) >= self.overall:
                return False
            self._taken.append((now, mark))
            return True


@dataclass
class Rate:
    """At most ``most`` in each span of time by one name, ``overall`` by all; names are known to this process alone."""

    most: int
    overall: int
    seconds: int = 60
    _counts: dict[bytes, int] = field(default_factory=dict, repr=False)
    _span: int = field(default=-1, repr=False)
    _all: int = field(default=0, repr=False)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def wait(self, name: str, at: int) -> int:
        """Count one at a second, and 0; else how many seconds to wait, and nothing is counted."""
        mark = hmac.digest(self._key, name.encode(), "sha256")[:16]
        with self._lock:
            if self._span != at // self.seconds:
                self._span, self._all = at // self.seconds, 0
                self._counts.clear()
            mine = self._counts.get(mark, 0)
            if mine >= self.most or self._all >= self.overall:
                return self.seconds - at % self.seconds
            self._counts[mark], self._all = mine + 1, self._all + 1
        return 0


def of_calls() -> Rate:
    """The bound on the API."""
    return Rate(MOST_CALLS, ALL_CALLS)


def of_reports() -> Limit:
    """The bound on the public form."""
    return Limit(MOST_REPORTS, ALL_REPORTS, HOUR)
