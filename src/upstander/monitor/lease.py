"""The lease of what runs unattended: the next version of one record, which two cannot both write.

With it stands what the last run did, step by step, so that pages can say what failed and the next run what is new.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from upstander.core.errors import Conflict
from upstander.core.rights import Marking, Stamp
from upstander.monitor.outbox import EVER, Office, monitor
from upstander.records import Record, id_of_the_one
from upstander.records.drafts import draft
from upstander.records.store import Records

LENGTH = timedelta(minutes=30)  # longer than any step; a run that died is over after it
RUN = "unattended_run"
Steps = Mapping[str, Mapping[str, str]]  # by step: when, state (done, failed), note, seen


@dataclass(frozen=True)
class Held:
    """The lease while a run has it."""

    space: str
    version: int


def take(here: Office, now: datetime) -> Held | None:
    """The lease, None where another run has it."""
    space = min(here.house.spaces, default="")
    if not space:
        return None
    standing = last_run(here.records, space)
    # an end farther off than a lease lasts was written by a clock that was wrong
    if standing and now < _ends(standing) <= now + LENGTH:
        return None
    return _write(here, space, standing, now + LENGTH, "running", steps_of(standing))


def keep(
    here: Office,
    held: Held,
    now: datetime,
    steps: Steps,
) -> Held | None:
    """The lease for as long again, with what was done so far; None where another run took it over meanwhile."""
    standing = last_run(here.records, held.space)
    if standing is None or standing.version != held.version:
        return None
    return _write(here, held.space, standing, now + LENGTH, "running", steps)


def release(here: Office, held: Held, steps: Steps | None = None) -> None:
    """Give the lease back, with what was done; one that was taken over meanwhile is left to whoever has it."""
    standing = last_run(here.records, held.space)
    if standing and standing.version == held.version:
        done = steps_of(standing) if steps is None else steps
        _write(here, held.space, standing, here.now, "done", done)


def last_run(records: Records, space: str) -> Record | None:
    """The lease as it stands, None where nothing ever ran unattended."""
    found = records.find(by=monitor(space), as_of=EVER, kinds=[RUN], ids=[_id()])
    return next(iter(found), None)


def steps_of(run: Record | None) -> Steps:
    """What the last runs did, by step."""
    found: Steps = json.loads(str(run.body.get("steps") or "{}")) if run else {}
    return found


def _id() -> str:
    return id_of_the_one(RUN)


def _ends(standing: Record) -> datetime:
    return datetime.fromisoformat(str(standing.body["until"]))


def _write(
    here: Office,
    space: str,
    standing: Record | None,
    until: datetime,
    state: str,
    steps: Steps,
) -> Held | None:
    by = monitor(space)
    own = Stamp(space, by.account, marking=Marking.GREEN)
    made = draft(
        RUN,
        {"until": until.isoformat(), "state": state, "steps": json.dumps(steps)},
        id=_id(),
        by=by,
        places=frozenset(),
        stamp=standing.stamp if standing else own,
        expected=standing.version if standing else 0,
    )
    try:
        [kept] = here.records.append([made], by=by, why=state, now=here.now)
    except Conflict:
        return None
    return Held(space, kept.version)
