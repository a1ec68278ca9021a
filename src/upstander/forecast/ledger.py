"""The record of every issue: one line each, each carrying the hash of the one before.

A line once written is never changed; ``verify`` finds the first that was, and issued files that
no longer match their hashes. A process killed while writing leaves a line without its end: that
entry was never acknowledged, and the next writer removes it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from upstander.core.errors import LedgerBroken
from upstander.forecast.issue import Issue

START = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One line of the ledger. ``hash`` covers everything else in it, ``before`` included."""

    number: int
    issue: str
    as_of: date
    made_on: date
    files: dict[str, str]
    before: str
    hash: str


def _hash(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def entries(ledger: Path) -> tuple[Entry, ...]:
    """All acknowledged entries, oldest first, with the chain checked.

    Raises:
        LedgerBroken: an entry was changed, removed or put in; it is named.
    """
    if not ledger.exists():
        return ()
    text = ledger.read_text(encoding="utf-8")
    lines = text.split("\n")[:-1]  # what follows the last line break was never acknowledged
    found: list[Entry] = []
    before = START
    for number, line in enumerate(lines, start=1):
        found.append(_entry(ledger, number, line, before))
        before = found[-1].hash
    return tuple(found)


def _entry(ledger: Path, number: int, line: str, before: str) -> Entry:
    try:
        body = json.loads(line)
        stated = body.pop("hash")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise LedgerBroken(f"{ledger}, line {number}: not an entry; restore the file from a backup") from None
    if body.get("number") != number or body.get("before") != before or _hash(body) != stated:
        raise LedgerBroken(
            f"{ledger}, line {number} (issue {body.get('issue')}): changed after it was written, "
            "or an entry before it is missing; compare with a backup"
        )
    days = {k: date.fromisoformat(body[k]) for k in ("as_of", "made_on")}
    return Entry(number, body["issue"], days["as_of"], days["made_on"], body["files"], before, stated)


def append(ledger: Path, issue: Issue) -> Entry:
    """Enter an issue; one that is there already is not entered again.

    Raises:
        LedgerBroken: the chain does not hold; nothing is added to a broken ledger.
    """
    ledger.parent.mkdir(parents=True, exist_ok=True)
    with ledger.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _drop_torn_end(file)
        known = entries(ledger)
        if same := next((e for e in known if e.issue == issue.id), None):
            return same
        body: dict[str, Any] = {
            "number": len(known) + 1,
            "issue": issue.id,
            "as_of": issue.meta["as_of"],
            "made_on": issue.meta["made_on"],
            "files": dict(issue.meta["files"]),
            "before": known[-1].hash if known else START,
        }
        line = json.dumps({**body, "hash": _hash(body)}, sort_keys=True, ensure_ascii=False)
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return entries(ledger)[-1]


def _drop_torn_end(file: Any) -> None:
    """Remove what a killed writer left after the last line break."""
    file.seek(0)
    whole = file.read()
    end = whole.rfind(b"\n") + 1
    if end < len(whole):
        file.truncate(end)


def verify(ledger: Path, issues: Path) -> tuple[Entry, ...]:
    """Check the chain and the issued files; return the entries.

    Raises:
        LedgerBroken: names the entry, or the issued file, that was changed or is missing.
    """
    found = entries(ledger)
    for entry in found:
        for name, stated in entry.files.items():
            file = issues / entry.issue / f"{name}.parquet"
            if not file.exists():
                raise LedgerBroken(f"{file}: missing, though entry {entry.number} of the ledger names it")
            if hashlib.sha256(file.read_bytes()).hexdigest() != stated:
                raise LedgerBroken(f"{file}: changed after it was issued (entry {entry.number} of the ledger)")
    return found
