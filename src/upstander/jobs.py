"""What runs unattended: one at a time, by a lease in the records' database; done twice it is done once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from upstander import pipeline
from upstander.core.errors import ConfigError, Conflict
from upstander.core.rights import Marking, Stamp
from upstander.core.settings import Settings
from upstander.monitor import outbox
from upstander.monitor.offices import office
from upstander.monitor.outbox import EVER, Office, monitor
from upstander.monitor.sending import Post
from upstander.records import Record, id_of_the_one
from upstander.records.drafts import draft
from upstander.records.store import Records

LEASE = timedelta(
    minutes=30
)  # longer than any step takes; a run that died is over after it
RUN = "unattended_run"


@dataclass(frozen=True)
class Held:
    """The lease while a run has it."""

    records: Records
    space: str
    version: int


def opened(settings: Settings) -> Records:
    """The store that there is. Raises ConfigError where there is none yet."""
    found = pipeline.records_there(settings)
    if found is None:
        raise ConfigError(
            "no records yet; they begin with the first account that upstander serve makes"
        )
    return found


def deliver(settings: Settings, now: datetime) -> Mapping[str, int]:
    """Queue and send what was released, alone. Empty where another run is at it."""
    records = opened(settings)
    _, places = pipeline.open_lake(settings)
    here = office(settings, records, places, now, pipeline.day(settings))
    held = take(here, now)
    if held is None:
        return {"another run has the lease": 0}
    try:
        return send_out(here, settings)
    finally:
        release(here, held)


def send_out(here: Office, settings: Settings) -> Mapping[str, int]:
    """Queue and send."""
    new = outbox.queue(here)
    return {"new": new, **outbox.send(here, Post(settings, here.records.key))}


# The lease


def take(here: Office, now: datetime) -> Held | None:
    """The lease, None where another run has it: the next version of one record, which two cannot both write."""
    space = min(here.house.spaces, default="")
    if not space:
        return None
    standing = _standing(here, space)
    # an end farther off than a lease lasts was written by a clock that was wrong
    if standing and now < _ends(standing) <= now + LEASE:
        return None
    return _write(here, space, standing, now + LEASE, "running")


def release(here: Office, held: Held) -> None:
    """Give the lease back; one that was taken over meanwhile is left to whoever has it."""
    standing = _standing(here, held.space)
    if standing and standing.version == held.version:
        _write(here, held.space, standing, here.now, "done")


def _standing(here: Office, space: str) -> Record | None:
    found = here.records.find(by=monitor(space), as_of=EVER, kinds=[RUN], ids=[_id()])
    return next(iter(found), None)


def _id() -> str:
    return id_of_the_one(RUN)


def _ends(standing: Record) -> datetime:
    return datetime.fromisoformat(str(standing.body["until"]))


def _write(
    here: Office, space: str, standing: Record | None, until: datetime, state: str
) -> Held | None:
    by = monitor(space)
    made = draft(
        RUN,
        {"until": until.isoformat(), "state": state},
        id=_id(),
        by=by,
        places=frozenset(),
        stamp=standing.stamp
        if standing
        else Stamp(space, by.account, marking=Marking.GREEN),
        expected=standing.version if standing else 0,
    )
    try:
        [kept] = here.records.append([made], by=by, why=state, now=here.now)
    except Conflict:
        return None
    return Held(here.records, space, kept.version)
