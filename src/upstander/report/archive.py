"""Reports that are kept: a copy byte for byte, what it was made from, and with which rights it is kept.

A copy of a report on public figures is for the world where an approver keeps it, else for every account here. One of
people's records carries the marking that is printed on it, and is read by the cleared of the space that kept it alone:
it shows what its maker saw, and others may not see a record that exactly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from upstander.core.rights import (
    APPROVERS,
    FREEST_FIRST,
    WIDEST_FIRST,
    Actor,
    Marking,
    Role,
    Stamp,
    Usage,
    may_read,
)
from upstander.lake.releases import Release
from upstander.records import Record, kept_files, new_id
from upstander.records.drafts import draft
from upstander.records.store import Records
from upstander.report.report_stamp import ReportStamp

KIND = kept_files.KIND


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A report as it is to be kept.

    Attributes:
        title, report: what it is about, and which report it is, in its language (a code).
        address: where it was made, '' for none; name: of its file; shape: html, pdf, docx, json or csv.
        place: ISO3, '' for the world. as_of: the day that it speaks of.
        issue, releases: the forecast, and the hash of the data known on that day (``releases_hash``).
        schedule: id and period of what made it, '' for a person.
    """

    content: bytes
    title: str
    report: str
    address: str
    name: str
    shape: str
    language: str
    place: str
    as_of: date
    issue: str
    releases: str
    schedule: str = ""


def keep(
    records: Records,
    copy: Copy,
    stamp: Stamp,
    *,
    by: Actor,
    why: str,
    now: datetime,
    id: str = "",
) -> Record:
    """Keep a copy with its hash. Raises as ``kept_files.keep``."""
    told = asdict(copy)
    content, place = told.pop("content"), told.pop("place")
    told |= {"as_of": copy.as_of.isoformat(), "size": len(content)}
    made = draft(
        KIND,
        told,
        id=id or new_id(),
        by=by,
        places=frozenset(),
        stamp=stamp,
        place=place,
    )
    return kept_files.keep(records, made, content, by=by, why=why, now=now)


def public_stamp(by: Actor) -> Stamp:
    """Rights of a copy that shows what a visitor sees."""
    if by.role in APPROVERS:
        return Stamp(by.space, by.account, Marking.CLEAR, Usage.PUBLIC)
    return Stamp(by.space, by.account, Marking.GREEN)


def stamp_of(printed: ReportStamp, rests_on: Iterable[Stamp], by: Actor) -> Stamp:
    """Rights of a copy of a report on records: as marked, for the cleared of the keeper's space.

    Where it rests on what the keeper alone may read there, having written it in another space, it is the keeper's own.
    """
    colleague = Actor("", "", Role.ANALYST, by.space)
    shared = (s for s in rests_on if s.marking is not Marking.RED)
    if not all(may_read(colleague, s) for s in shared):
        return Stamp(by.space, by.account, Marking.RED, restricted=True)
    marking, usage = printed.marking, printed.usage
    if by.role not in APPROVERS:
        marking = max(marking, Marking.GREEN, key=WIDEST_FIRST.index)
        usage = max(usage, Usage.RESTRICTED, key=FREEST_FIRST.index)
    return Stamp(by.space, by.account, marking, usage, restricted=True)


def releases_hash(releases: Iterable[Release]) -> str:
    """SHA-256 of the names of the files of data known on a day; each name is that of its content."""
    return hashlib.sha256("\n".join(r.file for r in releases).encode()).hexdigest()
