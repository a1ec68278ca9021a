"""Fetch one publisher's file over HTTP: whole and checked, or not at all.

The bytes go to ``NAME.part`` beside the goal; only a complete, checked and fsynced file is
renamed to its name, so nothing half-written is ever visible. What the server said of it (ETag,
Last-Modified) stands in ``NAME.http.json``: it lets an unchanged file stay unfetched and a
broken-off one be continued, never mixed from two versions.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from upstander.core.errors import SourceChanged, SourceUnavailable
from upstander.core.types import Download

if TYPE_CHECKING:
    import httpx2

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Patience:
    """How long to wait for a publisher. Seconds, except ``attempts``; tests pass small ones."""

    attempts: int = 6
    first_wait: float = 1.0
    most_wait: float = 60.0  # also bounds what Retry-After may ask for
    connect: float = 20.0
    silence: float = 60.0  # between two blocks of bytes
    most_redirects: int = 5
    whole: float = 3600.0  # a server that drips one byte a minute is given up after this


class _TryAgainError(Exception):
    """The server asked for patience. ``after`` seconds, None when it did not say."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


def download(
    item: Download,
    folder: Path,
    *,
    agent: str,
    progress: Progress,
    transport: httpx2.BaseTransport | None = None,
    patience: Patience | None = None,
) -> Path:
    """Bring the file into ``folder`` and return its path; a file the publisher has not changed is not fetched again.

    ``progress`` gets the bytes so far and the total where the server tells it.

    Raises:
        SourceUnavailable: no answer, or only 429 and 5xx, through every attempt. Nothing was stored but
            the ``.part`` file that the next call continues.
        SourceChanged: the file is gone, moved in circles, too small, too large, or not what it should be.
    """
    import httpx2

    patience = patience or Patience()
    folder.mkdir(parents=True, exist_ok=True)
    with httpx2.Client(
        transport=transport,
        # identity: a compressed body could unfold into anything, and could not be continued by range
        headers={"User-Agent": agent, "Accept-Encoding": "identity"},
        timeout=httpx2.Timeout(patience.silence, connect=patience.connect),
        follow_redirects=True,
        max_redirects=patience.most_redirects,
    ) as client:
        return _patiently(client, item, folder, progress, patience)


def _patiently(
    client: httpx2.Client,
    item: Download,
    folder: Path,
    progress: Progress,
    patience: Patience,
) -> Path:
    import httpx2
    import stamina

    deadline = datetime.now(UTC) + timedelta(seconds=patience.whole)
    attempts = stamina.retry_context(
        on=partial(_wait, patience=patience),
        attempts=patience.attempts,
        timeout=patience.whole,
        wait_initial=patience.first_wait,
        wait_max=patience.most_wait,
        wait_jitter=patience.first_wait,
    )
    try:
        for attempt in attempts:
            with attempt:
                return _once(client, item, folder, progress, deadline)
    except httpx2.TooManyRedirects as error:
        raise SourceChanged(
            f"{item.url}: redirects without end; look up the new address"
        ) from error
    except (_TryAgainError, httpx2.TransportError) as error:
        words = str(error) or type(error).__name__
        raise SourceUnavailable(
            f"{item.url}: {words} (tried {patience.attempts} times); try again later"
        ) from error
    raise AssertionError("stamina either returns or raises")


def _wait(error: Exception, *, patience: Patience) -> bool | float:
    """Whether to try again after an error, or how many seconds to wait before."""
    import httpx2

    if isinstance(error, _TryAgainError):
        return True if error.after is None else min(error.after, patience.most_wait)
    is_transport = isinstance(error, httpx2.TransportError)
    return is_transport and not isinstance(error, httpx2.UnsupportedProtocol)


def _once(
    client: httpx2.Client,
    item: Download,
    folder: Path,
    progress: Progress,
    deadline: datetime,
) -> Path:
    goal, part = folder / item.name, folder / f"{item.name}.part"
    asked = _conditions(goal, part)
    with client.stream("GET", item.url, headers=asked) as answer:
        if answer.status_code == 304 and goal.exists():
            progress(goal.stat().st_size, goal.stat().st_size)
            return goal
        _check_status(item, answer, part)
        start = _start(answer, part)
        if start is None:  # the part no longer fits: begin anew at the next attempt
            _forget(part)
            raise _TryAgainError("the file changed while it was being fetched", 0.0)
        _check_answer(item, answer, start)
        _receive(item, answer, part, start, progress, deadline)
        tags = _tags(answer)
    _check_file(item, part)
    _put_in_place(part, goal, tags)
    return goal


def _put_in_place(part: Path, goal: Path, tags: Mapping[str, str]) -> None:
    with ExitStack() as stack:
        _sync(stack, part)
        part.replace(goal)
        _note(goal).write_text(json.dumps({**tags, "bytes": goal.stat().st_size}), "utf-8")
        _forget(part)


def _conditions(goal: Path, part: Path) -> dict[str, str]:
    """Request headers: continue the part if we know its version, else fetch only what changed."""
    tags = _read_note(part)
    if (
        part.exists()
        and part.stat().st_size
        and (version := tags.get("etag") or tags.get("modified"))
    ):
        return {"Range": f"bytes={part.stat().st_size}-", "If-Range": version}
    _forget(part)
    tags = _read_note(goal)
    if not goal.exists() or tags.get("bytes") != goal.stat().st_size:
        return {}
    wanted = {"If-None-Match": tags.get("etag"), "If-Modified-Since": tags.get("modified")}
    return {name: str(value) for name, value in wanted.items() if value}


# What an answer that will not change says of the file.
REFUSALS = {
    404: "is gone",
    410: "is gone",
    401: "needs a key or is refused",
    403: "needs a key or is refused",
}


def _check_status(item: Download, answer: httpx2.Response, part: Path) -> None:
    code = answer.status_code
    if code in (200, 206):
        return
    if code == 416:  # the part is longer than the file: it is not this file's
        _forget(part)
        raise _TryAgainError("the part kept from before does not fit", 0.0)
    if code in (408, 425, 429) or code >= 500:
        raise _TryAgainError(f"the server answered {code}", _retry_after(answer))
    why = REFUSALS.get(code, "is not given")
    raise SourceChanged(
        f"{item.url}: the file {why} (HTTP {code}); look up the new address at the publisher's"
    )


def _retry_after(answer: httpx2.Response) -> float | None:
    header = answer.headers.get("retry-after", "")
    if header.isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _start(answer: httpx2.Response, part: Path) -> int | None:
    """Byte the body begins at: 0 for a whole file, the part's end for the rest, None where it does not fit."""
    if answer.status_code == 200:
        return 0
    size = part.stat().st_size if part.exists() else 0
    span = re.match(r"bytes (\d+)-(\d+)/(\d+|\*)$", answer.headers.get("content-range", ""))
    if span is None or int(span[1]) != size or size == 0:
        return None
    tags, of_part = _tags(answer), _read_note(part)
    # A server may ignore If-Range; the version it names now must still be the part's.
    is_same = all(
        tags[name] in ("", of_part.get(name, "")) for name in ("etag", "modified")
    )
    return size if is_same else None


def _total(answer: httpx2.Response, start: int) -> int | None:
    length = answer.headers.get("content-length", "")
    return start + int(length) if length.isdecimal() else None


def _check_answer(item: Download, answer: httpx2.Response, start: int) -> None:
    if answer.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise SourceChanged(
            f"{item.url}: comes compressed though we asked for plain bytes; refused"
        )
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        raise SourceChanged(
            f"{item.url}: is a web page ({kind}), not a data file; look up the new address"
        )
    total = _total(answer, start)
    if total is not None and total > item.most_bytes:
        raise SourceChanged(
            f"{item.url}: says it has {total:,} bytes, more than {item.most_bytes:,}; refused"
        )


def _receive(
    item: Download,
    answer: httpx2.Response,
    part: Path,
    start: int,
    progress: Progress,
    deadline: datetime,
) -> None:
    """Write the body behind the part's first ``start`` bytes, within the bounds."""
    total, have = _total(answer, start), start
    if start == 0:
        _write_note(part, _tags(answer))
    with part.open("r+b" if start else "wb") as file:
        file.seek(start)
        file.truncate()
        progress(have, total)
        # Blocks as they come: a chunk size would hold back, and lose, what came before a broken connection.
        for block in answer.iter_bytes():
            have += len(block)
            if have > item.most_bytes:
                file.truncate(0)
                raise SourceChanged(
                    f"{item.url}: is larger than {item.most_bytes:,} bytes; refused"
                )
            file.write(block)
            progress(have, total)
            if datetime.now(UTC) > deadline:
                raise SourceUnavailable(
                    f"{item.url}: too slow, {have:,} bytes so far are kept; try again later"
                )
    if total is not None and have != total:
        raise _TryAgainError(f"{have:,} bytes came of {total:,}")


def _check_file(item: Download, part: Path) -> None:
    """The whole file's size and first bytes; a file that fails is thrown away, for more of it would not help."""
    if problem := _problem(item, part):
        _forget(part)
        raise SourceChanged(
            f"{item.url}: {problem}; look at the address in a browser and mend our source file"
        )


def _problem(item: Download, part: Path) -> str:
    size = part.stat().st_size
    with part.open("rb") as file:
        head = file.read(max(512, len(item.magic)))
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html")):
        return "is a web page, not a data file"
    if size < item.least_bytes:
        return f"has {size:,} bytes, fewer than {item.least_bytes:,}"
    if not head.startswith(item.magic):
        return f"begins with {head[: len(item.magic)]!r}, should with {item.magic!r}"
    return ""


def _tags(answer: httpx2.Response) -> dict[str, str]:
    """Strong ETag and Last-Modified, '' where the server gives none (a weak ETag cannot be continued by range)."""
    etag = answer.headers.get("etag", "")
    return {
        "etag": "" if etag.startswith("W/") else etag,
        "modified": answer.headers.get("last-modified", ""),
    }


def _note(file: Path) -> Path:
    return file.with_name(f"{file.name}.http.json")


def _write_note(file: Path, tags: Mapping[str, str]) -> None:
    _note(file).write_text(json.dumps(dict(tags)), "utf-8")


def _read_note(file: Path) -> dict[str, Any]:
    try:
        note = json.loads(_note(file).read_text("utf-8"))
    except (OSError, ValueError):  # none, or cut off by a crash: as if we knew nothing
        return {}
    return note if isinstance(note, dict) else {}


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def _sync(stack: ExitStack, part: Path) -> None:
    """Force the bytes to the disk before the rename, and the folder's entry after it."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    folder = os.open(part.parent, os.O_RDONLY)
    stack.callback(os.close, folder)
    stack.callback(os.fsync, folder)
