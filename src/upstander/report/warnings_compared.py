"""Our warnings beside those of peers, for “Were we right?”: rules held against the past, peers, and our own released alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from upstander.core.rights import VISITOR
from upstander.monitor.outcomes import Truth
from upstander.monitor.statistics import Counted, Row, in_all
from upstander.records import Record
from upstander.records.store import Records

KINDS = ("alert", "response", "alert_outcome", "signal")
MOST = 10_000  # records of a kind
TOLD = ("own", "first", "last", "kind", "choices", "missed", "cases")
ALONE = "rule "  # begins the name of a list that is one rule by itself


@dataclass(frozen=True)
class Compared:
    """What the page shows.

    Attributes:
        back: the look back, None where there is none; rows: its lists, without the rules by themselves.
        labels: a peer's labels by month; own: our own alerts that everybody may read.
    """

    back: Mapping[str, Any] | None
    rows: Sequence[Mapping[str, Any]]
    labels: Sequence[Mapping[str, Any]]
    own: Row


def public_alerts(records: Records, now: datetime) -> Mapping[str, list[Record]]:
    """By kind, what everybody may read of released alerts."""
    found: dict[str, list[Record]] = {kind: [] for kind in KINDS}
    for record in records.find(by=VISITOR, as_of=now, kinds=list(KINDS), limit=MOST):
        found[record.kind].append(record)
    return found


def stamp(found: Mapping[str, Sequence[Record]]) -> str:
    """What changes the page: versions of what everybody may read."""
    return " ".join(f"{r.id}.{r.version}" for own in found.values() for r in own)


def compared(
    back: Mapping[str, Any] | None,
    found: Mapping[str, Sequence[Record]],
    truth: Truth | None,
    now: datetime,
) -> Compared:
    """The tables."""
    rows = back["rows"] if back else ()
    told = {n: back[n] for n in TOLD} if back else None
    return Compared(
        back=told,
        rows=[r for r in rows if not str(r["rule"]).startswith(ALONE)],
        labels=back["labels"] if back else (),
        own=in_all(_counted(found, truth, now)),
    )


def _counted(
    found: Mapping[str, Sequence[Record]], truth: Truth | None, now: datetime
) -> Counted:
    return Counted(
        released=[a for a in found["alert"] if a.body.get("status") == "released"],
        answers=_by_parent(found["response"]),
        said=_by_parent(found["alert_outcome"]),
        rules={s.id: str(s.body.get("rule") or "") for s in found["signal"]},
        truth=truth,
        now=now,
    )


def _by_parent(records: Sequence[Record]) -> Mapping[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record.parent, []).append(record)
    return found
