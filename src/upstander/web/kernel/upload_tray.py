"""Files that somebody has looked at and not yet kept: in memory, a few, for minutes."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LASTS = timedelta(minutes=15)
MOST_WAITING = 8


@dataclass(frozen=True)
class Waiting:
    """A file that was looked at and not yet kept."""

    name: str
    content: bytes
    given: Mapping[str, str]
    until: datetime


@dataclass
class Tray:
    """Files that wait, one for each account."""

    files: dict[str, Waiting] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(
        self,
        account: str,
        file: Waiting,
        now: datetime,
    ) -> None:
        """Keep it; what is old, or the oldest of too many, is let go."""
        with self.lock:
            left = {a: f for a, f in self.files.items() if f.until > now and a != account}
            newest = sorted(left.items(), key=lambda x: x[1].until)[-(MOST_WAITING - 1) :]
            self.files = {**dict(newest), account: file}

    def take(self, account: str, now: datetime) -> Waiting | None:
        """Take it out; None when there is none any more."""
        found = self.see(account, now)
        self.drop(account)
        return found

    def see(self, account: str, now: datetime) -> Waiting | None:
        """Look at it and leave it there; None when there is none any more."""
        with self.lock:
            found = self.files.get(account)
        return found if found and found.until > now else None

    def drop(self, account: str) -> None:
        """Let it go, if there is one."""
        with self.lock:
            self.files.pop(account, None)
