"""What runs unattended: one at a time, by a lease in the records' database; done twice it is done once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from upstander import pipeline
from upstander.core.errors import ConfigError, Conflict, UpstanderError
from upstander.core.settings import Settings
from upstander.forecast import issued
from upstander.forecast.ledger import Ledger, entries
from upstander.forecast.scoreboard import assemble
from upstander.lake import Lake
from upstander.monitor import found_signals, lease, outbox
from upstander.monitor.offices import office
from upstander.monitor.outbox import EVER, Office, monitor
from upstander.monitor.sending import Post
from upstander.monitor.two_issues import TwoIssues
from upstander.records.store import Records

if TYPE_CHECKING:
    from upstander.forecast.issue import Issue
    from upstander.monitor.replay_table import Back
    from upstander.report.archive import Copy
    from upstander.report.schedule import Due

Now = Callable[[], datetime]
Counts = Mapping[str, int | str]
ELSEWHERE = "another run has the lease"


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
    here = _office(settings, now)
    held = lease.take(here, now)
    if held is None:
        return {ELSEWHERE: 0}
    try:
        return send_out(here, settings)
    finally:
        lease.release(here, held)


def _office(settings: Settings, now: datetime) -> Office:
    _, places = pipeline.open_lake(settings)
    day = pipeline.day(settings, lambda: now)
    return office(settings, opened(settings), places, now, day)


def send_out(here: Office, settings: Settings) -> Mapping[str, int]:
    """Queue and send."""
    new = outbox.queue(here)
    return {"new": new, **outbox.send(here, Post(settings, here.records.key))}


# A tick


@dataclass(frozen=True)
class Running:
    """What a step of a tick works with.

    Attributes:
        now: the hour of the day, asked anew; last: what the step did the last time, empty where it never ran.
    """

    settings: Settings
    here: Office
    now: Now
    last: Mapping[str, str]

    @property
    def day(self) -> date:
        """The day that is asked about; it moves on where something newer was fetched."""
        return pipeline.day(self.settings, self.now)

    @property
    def inputs(self) -> str:
        """What is known on that day: a step that saw the same has nothing new to do."""
        return pipeline.inputs_of(self.settings, self.day)

    @property
    def desk(self) -> str:
        """The space whose queue gets what rules of the installation find, '' where there is none."""
        name = self.settings.desk
        return name if name in self.here.house.spaces else ""


@dataclass(frozen=True)
class Did:
    """What a step did: counts for who started it, and what it saw."""

    counts: Counts
    seen: str = ""


def _fetched(name: str) -> Callable[[Running], Did]:
    """The step that fetches a source from its publisher, once a day."""

    def fetch(run: Running) -> Did:
        today = run.now().date()
        if run.last.get("state") == "done" and run.last.get("seen") == today.isoformat():
            return Did({}, today.isoformat())
        releases = pipeline.fetch(run.settings, name, "publisher", today=today)
        return Did({f"fetched_{name}": len(releases)}, today.isoformat())

    return fetch


def _forecast(run: Running) -> Did:
    """Forecast, issue and enter the ledger, where the newest issue did not see what is known now."""
    newest = issued.latest(Ledger.of(run.settings), run.day)
    inputs = run.inputs
    if newest is not None and newest.meta.get("inputs_sha256") == inputs:
        return Did({}, inputs)
    clock = pipeline.clock(run.settings, run.now)
    return Did({"issued": pipeline.forecast(run.settings, clock).id}, inputs)


def _score(run: Running) -> Did:
    """Hold what was issued against what came, where something new is known or was issued."""
    ledger = Ledger.of(run.settings)
    seen = f"{run.inputs} {len(entries(ledger))}"
    if not entries(ledger) or run.last.get("seen") == seen:
        return Did({}, seen)
    new = pipeline.score(run.settings, ("ledger",))
    board, _ = assemble.held(run.settings.home)
    assemble.keep(assemble.with_task(board, new, "ledger"), run.settings.home)
    return Did({"scored": len(new.tables)}, seen)


def _calendar(run: Running) -> Did:
    """Watch notices that are due."""
    triggers = run.here.of_all_spaces("trigger")
    due = found_signals.of_calendar(triggers, run.here.now.date())
    return Did({"watch_notices": found_signals.keep(run.here, due)})


def _records(run: Running) -> Did:
    """What rules find in people's records."""
    found = found_signals.of_records(run.here)
    return Did({"signals_of_records": found_signals.keep(run.here, found)})


def _months(run: Running) -> Did:
    """What rules find in the deaths by month, where those are new."""
    from upstander.monitor import past as months

    if not run.desk:
        return Did({"rules": "no desk is set (UPSTANDER_DESK names a space)"})
    inputs = f"{run.desk} {run.inputs}"
    if run.last.get("seen") == inputs:
        return Did({"signals": 0}, inputs)
    lake, places = pipeline.open_lake(run.settings)
    past = months.read(lake, places, as_of=run.day)
    found = found_signals.of_months(past, run.here.now.date(), run.desk)
    new = found_signals.keep(run.here, found)
    return Did({"signals": new, "known_to": found_signals.newest(past)}, inputs)


def _forecasts(run: Running) -> Did:
    """What rules find in the newest issue that stands in the ledger."""
    issues = two_issues(run.settings, run.day) if run.desk else None
    if issues is None:
        return Did({})
    verdicts = assemble.held(run.settings.home)[0].verdicts
    found = found_signals.of_issues(run.here, run.desk, issues, verdicts)
    return Did({"signals_of_forecasts": found_signals.keep(run.here, found)})


def _reports(run: Running) -> Did:
    """Make and keep the reports that are scheduled, each once for its period; one that fails holds up no other."""
    from upstander.report import schedule
    from upstander.report.archive import releases_hash

    due = schedule.due(run.here.of_all_spaces(schedule.KIND), run.here.now.date())
    if not (left := _not_kept(run, due)):
        return Did({})
    known = pipeline.figures(run.settings, run.day)
    hashed = releases_hash(Lake(run.settings.lake).releases(as_of=known.as_of))
    kept, faults = 0, []
    for one in left:
        try:
            kept += _keep(run, one, schedule.copy(one, known, hashed))
        except (UpstanderError, OSError) as error:
            faults.append(str(error))
    if faults:
        raise ConfigError("; ".join(faults))
    return Did({"reports_kept": kept})


def _not_kept(run: Running, due: Sequence[Due]) -> list[Due]:
    """Those of which no copy was ever kept; an erased one was."""
    from upstander.report import archive

    records = run.here.records
    return [
        d
        for d in due
        if not records.find(
            by=monitor(d.schedule.stamp.space), as_of=EVER, kinds=[archive.KIND], ids=[d.id]
        )
    ]


def _keep(run: Running, due: Due, made: Copy) -> bool:
    """Keep a copy for its period; not where another run has kept it meanwhile."""
    from upstander.report import archive

    by = monitor(due.schedule.stamp.space)
    stamp, at = archive.public_stamp(by), run.now()
    try:
        archive.keep(
            run.here.records, made, stamp, by=by, why="scheduled", now=at, id=due.id
        )
    except Conflict:
        return False
    return True


def _deliver(run: Running) -> Did:
    """Queue and send what people released."""
    sent = send_out(run.here, run.settings)
    return Did({f"deliveries_{state}": number for state, number in sent.items()})


STEPS: Mapping[str, Callable[[Running], Did]] = {
    "forecast": _forecast,
    "score": _score,
    "calendar": _calendar,
    "records": _records,
    "months": _months,
    "forecasts": _forecasts,
    "reports": _reports,
    "deliver": _deliver,
}
FETCH = "fetch"
ALL = (FETCH, *STEPS)
SLOW = (
    FETCH,
    "forecast",
    "score",
    "reports",
)  # the lease is held for as long again after each
MOST_NOTE = 300  # characters of what failed


def tick(settings: Settings, now: Now, only: Sequence[str] = ALL) -> Counts:
    """Fetch, forecast, score, evaluate rules and calendar, queue what they find, deliver what was released; alone.

    Done twice it is done once. A step that fails is told, keeps nothing of its own and holds up no other: what stood
    before it stands.

    Args:
        only: steps to take; all by default.

    Raises:
        ConfigError: no such step, or no records yet.
    """
    if unknown := set(only) - set(ALL):
        raise ConfigError(f"no step {', '.join(sorted(unknown))}; have {', '.join(ALL)}")
    here = _office(settings, now())
    held = lease.take(here, here.now)
    if held is None:
        return {"state": ELSEWHERE}
    steps = dict(lease.steps_of(lease.last_run(here.records, held.space)))
    counts: dict[str, int | str] = {"state": "done"}
    try:
        for name, step in _steps(settings, only).items():
            found, steps[name] = _one(
                name, step, Running(settings, here, now, steps.get(name, {}))
            )
            counts |= found
            if found and name.startswith(SLOW):
                held = lease.keep(here, held, now(), steps)
            if held is None:
                return {**counts, "state": ELSEWHERE}
    finally:
        if held is not None:
            lease.release(here, held, steps)
    return counts


def _one(
    name: str, step: Callable[[Running], Did], run: Running
) -> tuple[Counts, Mapping[str, str]]:
    """One step: its counts, and what is kept of it; a failed one keeps what it saw when it last worked."""
    when = run.here.now.isoformat()
    try:
        did = step(run)
    except (UpstanderError, OSError) as error:
        note = str(error)[:MOST_NOTE]
        kept = {"when": when, "state": "failed", "note": note}
        return {f"{name}_failed": note}, {**kept, "seen": run.last.get("seen", "")}
    return did.counts, {"when": when, "state": "done", "note": "", "seen": did.seen}


def _steps(
    settings: Settings, only: Sequence[str]
) -> Mapping[str, Callable[[Running], Did]]:
    """The steps of a run in order: each source is one."""
    fetches = {f"{FETCH} {n}": _fetched(n) for n in settings.fetched if FETCH in only}
    return {**fetches, **{name: step for name, step in STEPS.items() if name in only}}


def two_issues(settings: Settings, day: date) -> TwoIssues | None:
    """The newest issue known on a day beside the one before it; None where there is none."""
    ledger = Ledger.of(settings)
    newest = issued.latest(ledger, day)
    if newest is None:
        return None
    before = issued.before(ledger, newest)
    return TwoIssues.in_order([before, newest] if before else [newest])[-1]


# Looking back


def look_back(
    settings: Settings,
    period: str,
    peer: Path | None,
    *,
    replayed: Sequence[Issue] = (),
    ship: bool = False,
) -> Back:
    """What the rules would have drafted over ``2012-01..2026-05``; kept for the page of rules too.

    Args:
        replayed: issues made afterwards, each from what was known on its day, by that day.
        peer: a file of HDX Signals, else what was brought in; ship: renew the packaged copy, which holds no peer.

    Raises:
        ConfigError: the period is none. NotCovered: deaths by month and type are not known.
    """
    from upstander.forecast.rolling.months import at_of
    from upstander.monitor import kept_back, replay_table
    from upstander.monitor import past as months
    from upstander.monitor.peer_signals import Peers

    if ship and peer:
        raise ConfigError("--ship: what is packed holds no peer; leave --peer out")
    first, last = _period(period)
    lake, places = pipeline.open_lake(settings)
    past = months.read(lake, places, as_of=pipeline.day(settings))
    held = Peers() if ship else Peers.of(settings.peers)
    peers = replace(held, hdx=peer) if peer else held
    found = replay_table.made(past, at_of(first), at_of(last), settings.seed, peers)
    issues = () if ship else TwoIssues.in_order(replayed)
    found = replay_table.with_issues(found, past, issues)
    kept_back.keep(found, settings.home / kept_back.NAME)
    if ship:
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
