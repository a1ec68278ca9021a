"""What runs unattended: one at a time, by a lease in the records' database; done twice it is done once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from upstander import pipeline
from upstander.core.errors import ConfigError, Conflict, NotCovered
from upstander.core.rights import Marking, Stamp
from upstander.core.settings import Settings
from upstander.forecast import issued
from upstander.forecast.ledger import Ledger
from upstander.forecast.scoreboard import assemble
from upstander.monitor import found_signals, outbox
from upstander.monitor.offices import office
from upstander.monitor.outbox import EVER, Office, monitor
from upstander.monitor.sending import Post
from upstander.monitor.two_issues import TwoIssues
from upstander.records import Record, id_of_the_one
from upstander.records.drafts import draft
from upstander.records.store import Records

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake import Lake
    from upstander.monitor.replay_table import Back

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
    standing = last_run(here.records, space)
    # an end farther off than a lease lasts was written by a clock that was wrong
    if standing and now < _ends(standing) <= now + LEASE:
        return None
    return _write(here, space, standing, now + LEASE, "running")


def release(here: Office, held: Held) -> None:
    """Give the lease back; one that was taken over meanwhile is left to whoever has it."""
    standing = last_run(here.records, held.space)
    if standing and standing.version == held.version:
        _write(here, held.space, standing, here.now, "done")


def last_run(records: Records, space: str) -> Record | None:
    """The lease as it stands, None where nothing ever ran unattended."""
    found = records.find(by=monitor(space), as_of=EVER, kinds=[RUN], ids=[_id()])
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


# A tick


def tick(settings: Settings, now: datetime) -> Mapping[str, int | str]:
    """Evaluate rules and calendar, queue what they find, deliver what was released; alone. Done twice it is done once.

    What cannot be read of the data is told and holds up nothing else.
    """
    records = opened(settings)
    lake, places = pipeline.open_lake(settings)
    here = office(settings, records, places, now, pipeline.day(settings))
    held = take(here, now)
    if held is None:
        return {"state": "another run has the lease"}
    try:
        triggers = here.of_all_spaces("trigger")
        notices = found_signals.keep(here, found_signals.of_calendar(triggers, now.date()))
        return {
            "state": "done",
            "watch_notices": notices,
            "signals_of_records": found_signals.keep(here, found_signals.of_records(here)),
            **_by_months(here, settings, lake, places),
            **_by_issues(here, settings),
            **{f"deliveries_{k}": v for k, v in send_out(here, settings).items()},
        }
    finally:
        release(here, held)


def _by_months(
    here: Office, settings: Settings, lake: Lake, places: Places
) -> Mapping[str, int | str]:
    from upstander.monitor import past as months

    if settings.desk not in here.house.spaces:
        return {"rules": "no desk is set (UPSTANDER_DESK names a space)"}
    try:
        past = months.read(lake, places, as_of=pipeline.day(settings))
    except NotCovered as error:
        return {"rules": str(error)}
    found = found_signals.of_months(past, here.now.date(), settings.desk)
    return {
        "signals": found_signals.keep(here, found),
        "known_to": found_signals.newest(past),
    }


def _by_issues(here: Office, settings: Settings) -> Mapping[str, int | str]:
    """What the rules of forecasts find in the newest issue that stands in the ledger."""
    if settings.desk not in here.house.spaces:
        return {}
    issues = two_issues(settings, pipeline.day(settings))
    if issues is None:
        return {"signals_of_forecasts": "nothing is issued yet"}
    verdicts = assemble.held(settings.home)[0].verdicts
    found = found_signals.of_issues(here, settings.desk, issues, verdicts)
    return {"signals_of_forecasts": found_signals.keep(here, found)}


def two_issues(settings: Settings, day: date) -> TwoIssues | None:
    """The newest issue known on a day beside the one before it; None where there is none."""
    ledger = Ledger.of(settings)
    newest = issued.latest(ledger, day)
    if newest is None:
        return None
    before = issued.before(ledger, newest)
    earlier = before.chances if before else None
    return TwoIssues(newest.chances, earlier, before.as_of if before else None)


# Looking back


def look_back(
    settings: Settings, period: str, peer: Path | None, *, ship: bool = False
) -> Back:
    """What the rules would have drafted over ``2012-01..2026-05``; kept for the page of rules too.

    Args:
        peer: a file of HDX Signals; ship: renew the packaged copy, before a release.

    Raises:
        ConfigError: the period is none. NotCovered: deaths by month and type are not known.
    """
    from upstander.forecast.rolling.months import at_of
    from upstander.monitor import kept_back, replay_table
    from upstander.monitor import past as months

    first, last = _period(period)
    lake, places = pipeline.open_lake(settings)
    past = months.read(lake, places, as_of=pipeline.day(settings))
    found = replay_table.made(past, at_of(first), at_of(last), settings.seed, peer)
    kept_back.keep(found, settings.home / kept_back.NAME)
    if ship and peer is None:
        kept_back.keep(found, kept_back.packaged())
    return found


def _period(text: str) -> tuple[date, date]:
    parts = text.split("..")
    try:
        first, last = (date.fromisoformat(f"{p}-01") for p in parts)
    except ValueError:
        raise ConfigError(
            f"--replay {text[:40]!r}: write two months, for example 2012-01..2026-05"
        ) from None
    if not date(2006, 1, 1) <= first <= last:
        raise ConfigError(
            "--replay: the first month is 2006-01 or later, and not after the last"
        )
    return first, last


def waiting(records: Records, spaces: Sequence[str], now: datetime) -> int:
    """How many deliveries wait to be taken."""
    return sum(
        records.count(
            by=monitor(space), as_of=now, kinds=[outbox.DELIVERY], where={"status": state}
        )
        for space in spaces
        for state in outbox.OPEN
    )
