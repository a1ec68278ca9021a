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
from upstander.records import Record

if TYPE_CHECKING:
    from upstander.web.kernel.requests import PageRequest

HOUR = timedelta(hours=1)
MOST_KEYS = 50_000
MOST_NAMED = 100  # records in one line; the rest is counted
WORDS = "words, not kept"


@dataclass
class Recently:
    """What was kept within the hour, in this process's memory."""

    _kept: OrderedDict[tuple[str, ...], datetime] = field(
        default_factory=OrderedDict, repr=False
    )
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def first(self, now: datetime, *key: str) -> bool:
        """Whether this is the first within an hour; it is remembered."""
        with self._lock:
            last = self._kept.pop(key, None)
            self._kept[key] = now if last is None or last <= now - HOUR else last
            while len(self._kept) > MOST_KEYS:
                self._kept.popitem(last=False)
        return last is None or last <= now - HOUR


def note(request: PageRequest, records: Iterable[Record]) -> None:
    """Remember, until the answer is made, on which rights it rests, and on which restricted records of others."""
    who = request.actor.account
    records = tuple(records)
    request.rests_on.update(r.stamp for r in records)
    request.seen.update(
        f"{r.kind}:{r.id}"
        for r in records
        if who
        and r.stamp.author != who
        and (r.stamp.restricted or r.stamp.marking is Marking.RED)
    )


def keep_read(request: PageRequest) -> None:
    """Keep which restricted records were read for an answer."""
    who, recently = request.actor.account, request.state.recently
    fresh = sorted(x for x in request.seen if recently.first(request.now, who, "read", x))
    if fresh:
        details = {"records": fresh[:MOST_NAMED], "count": len(fresh)}
        _log(request, "restricted read", request.http.url.path, details)


def keep_refused(request: PageRequest) -> None:
    """Keep that somebody signed in was refused, or asked for what is not there or not theirs to see."""
    path = request.http.url.path
    if request.session and request.state.recently.first(
        request.now, request.actor.account, "refused", path
    ):
        _log(request, "refused", path, {"method": request.http.method})


def keep_export(
    request: PageRequest,
    what: str,
    details: Mapping[str, Any],
    asked: Mapping[str, str] | None = None,
) -> None:
    """Keep that something was taken away; ``asked`` is by what it was filtered."""
    if request.session or request.state.recently.first(
        request.now, "", "export", what, str(details.get("format", ""))
    ):
        filter = {
            name: WORDS if name == "text" else value
            for name, value in (asked or {}).items()
            if value
        }
        _log(request, "export", what, {**details, **({"filter": filter} if filter else {})})


def _log(
    request: PageRequest,
    action: str,
    what: str,
    details: Mapping[str, Any],
) -> None:
    request.state.records.log(
        request.actor, action, what[:200], now=request.now, details=details
    )
