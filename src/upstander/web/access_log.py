"""What a request leaves in the access log: restricted records read, refusals, exports. Never the words of a search.

The same account, the same thing: once an hour, so that the log can be read. Of what nobody signed in for, exports are kept
once an hour, and nothing else: whoever may fetch a public file without end must not fill the log with it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from upstander.core.rights import Marking
from upstander.lake.records import Record

if TYPE_CHECKING:
    from upstander.web.asking import Asking

HOUR = timedelta(hours=1)
MOST_KEYS = 50_000
MOST_NAMED = 100  # records in one line; the rest is counted
WORDS = "words, not kept"


@dataclass
class Recently:
    """What was kept within the hour, in this process's memory."""

    _kept: OrderedDict[tuple[str, ...], datetime] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def first(self, now: datetime, *key: str) -> bool:
        """Whether this is the first within an hour; it is remembered."""
        with self._lock:
            last = self._kept.pop(key, None)
            self._kept[key] = now if last is None or last <= now - HOUR else last
            while len(self._kept) > MOST_KEYS:
                self._kept.popitem(last=False)
        return last is None or last <= now - HOUR


def note(asking: Asking, records: Iterable[Record]) -> None:
    """Remember, until the answer is made, which restricted records of others it rests on."""
    who = asking.actor.account
    asking.seen.update(
        f"{r.kind}:{r.id}"
        for r in records
        if who and r.stamp.author != who and (r.stamp.restricted or r.stamp.marking is Marking.RED)
    )


def keep_read(asking: Asking) -> None:
    """Keep which restricted records were read for an answer."""
    who, recently = asking.actor.account, asking.state.recently
    fresh = sorted(x for x in asking.seen if recently.first(asking.now, who, "read", x))
    if fresh:
        details = {"records": fresh[:MOST_NAMED], "count": len(fresh)}
        _log(asking, "restricted read", asking.request.url.path, details)


def keep_refused(asking: Asking) -> None:
    """Keep that somebody signed in was refused, or asked for what is not there or not theirs to see."""
    path = asking.request.url.path
    if asking.session and asking.state.recently.first(
        asking.now, asking.actor.account, "refused", path
    ):
        _log(asking, "refused", path, {"method": asking.request.method})


def keep_export(
    asking: Asking, what: str, details: Mapping[str, Any], asked: Mapping[str, str] | None = None
) -> None:
    """Keep that something was taken away; ``asked`` is by what it was filtered."""
    if asking.session or asking.state.recently.first(
        asking.now, "", "export", what, str(details.get("format", ""))
    ):
        filter = {
            name: WORDS if name == "text" else value
            for name, value in (asked or {}).items()
            if value
        }
        _log(asking, "export", what, {**details, **({"filter": filter} if filter else {})})


def _log(asking: Asking, action: str, what: str, details: Mapping[str, Any]) -> None:
    asking.state.records.log(asking.actor, action, what[:200], now=asking.now, details=details)
