"""What stands beside an option in a country: what its own registers say, worked out; and public series that bear on it.

Each option has the measures its subject asks for: an election's calendar and readiness, breaches and their trend, barriers to
accountability by kind, the past that was not dealt with, shares as counted beside shares as felt. Nothing is rated by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from upstander.assess.measures import (
    Measure,
    incitement,
    level,
    of,
    prevention,
    within,
)
from upstander.assess.measures.deprivation import deprivation
from upstander.assess.measures.history import unaddressed_past
from upstander.assess.peers import calendar
from upstander.core.messages import say
from upstander.records import Record
from upstander.respond import way_forward
from upstander.respond.option import Option

YEAR_DAYS, MONTH_DAYS, SOON_DAYS = 365, 30.4, 30
GOOD = 3  # strength 0-4 from which an item counts as there
POWER = ("election", "transfer")
# Registers that each option's sheet reads and links, by option.
REGISTERS: Mapping[str, tuple[str, ...]] = {
    "elections": ("trigger",),
    "pluralism": ("breach",),
    "transitional_justice": ("harm", "remedy", "group"),
    "resources": ("deprivation",),
    "institutions": ("institution",),
    "rights_infrastructure": ("peer_review",),
    "civil_society": ("civic_space", "reprisal"),
    "media": ("speech_event",),
    "focal_point": ("mechanism",),
    "dialogue": ("dialogue",),
    "memory": ("memorial", "trigger"),
    "partnerships": ("need", "offer"),
}
# Public series that bear on an option, each with what a reader calls it; a higher value is better, but of corruption.
SERIES: Mapping[str, tuple[str, ...]] = {
    "elections": ("vdem_v2x_polyarchy",),
    "anti_corruption": ("vdem_v2x_corr", "vdem_v2x_pubcorr"),
    "institutions": ("vdem_v2x_rule", "vdem_v2x_jucon"),
    "civil_society": ("vdem_v2xcs_ccsi",),
    "media": ("vdem_v2x_freexp_altinf",),
}


@dataclass(frozen=True)
class Line:
    """One thing that a register says: what, in words, and whether it asks for attention."""

    name: str
    words: str
    is_urgent: bool = False


Work = Callable[[Sequence[Record], date], Iterable[Line]]


def lines(
    option: Option,
    records: Sequence[Record],
    on: date,
) -> list[Line]:
    """Everything that the registers say for an option on a day."""
    work = WORK.get(option.id)
    return list(work(records, on)) if work else []


def _line(
    name: str,
    words: str,
    is_urgent: bool = False,
) -> Line:
    return Line(say(f"respond.line_{name}"), words, is_urgent)


def _measured(measure: Measure) -> Line:
    """A measure of the registers: its value with its unit, and its words; the words alone where it is not assessed."""
    if measure.value is None:
        return Line(measure.name, measure.words)
    value = {"value": f"{measure.value:,.3g}", "unit": measure.unit}
    return Line(measure.name, say("respond.measured", words=measure.words, **value))


def _elections(records: Sequence[Record], on: date) -> Iterable[Line]:
    """The next contest for power, the months left, and how many of the three items stand."""
    contests = [r for r in records if r.kind == "trigger" and r.body["type"] in POWER]
    coming = sorted(
        (r for r in contests if str(r.body["since"]) >= on.isoformat()),
        key=lambda r: str(r.body["since"]),
    )
    ready = _standing(records, "a2_")
    if not coming:
        yield _line("election", say("respond.no_election", **ready))
        return
    day = date.fromisoformat(str(coming[0].body["since"]))
    months = round((day - on).days / MONTH_DAYS)
    words = say("respond.next_election", day=day, n=months, **ready)
    yield _line("election", words, months <= 12 and ready["practice"] < ready["of"])


def _standing(records: Iterable[Record], start: str) -> dict[str, int]:
    """How many items of a checklist stand good or better in practice, of those that anybody assessed."""
    best: dict[str, int] = {}
    for record in records:
        item = str(record.body.get("item") or "") if record.kind == "capacity" else ""
        strength = level(record, "practice") if item.startswith(start) else None
        if strength is not None:
            best[item] = max(best.get(item, 0), strength)
    return {"practice": sum(v >= GOOD for v in best.values()), "of": len(best)}


def _breaches(records: Sequence[Record], on: date) -> Iterable[Line]:
    breaches = of(records, "breach", on)
    now = within(breaches, on, YEAR_DAYS)
    before = within(breaches, on, YEAR_DAYS, skip=YEAR_DAYS)
    unanswered = sum(not r.body["answered"] for r in now)
    words = say("respond.breaches", n=len(now), before=len(before), unanswered=unanswered)
    yield _line("breaches", words, len(now) > len(before))


def _barriers(records: Sequence[Record], _on: date) -> Iterable[Line]:
    """Three steps of the instruments, and three kinds of barrier, each lifted, standing, or not assessed."""
    steps = {name: _standing(records, f"a4_{name}") for name in STEPS}
    done = sum(s["practice"] for s in steps.values())
    yield _line(
        "instrument_steps", say("respond.instrument_steps", done=done, of=len(STEPS))
    )
    barriers = {name: _standing(records, f"a4_{name}") for name in BARRIERS}
    lifted = sum(b["practice"] for b in barriers.values())
    stand = sum(b["of"] for b in barriers.values()) - lifted
    unknown = len(BARRIERS) - lifted - stand
    words = say("respond.barriers", lifted=lifted, stand=stand, unknown=unknown)
    yield _line("barriers", words, stand > 0)


STEPS, BARRIERS = ("ratified", "domestic", "applied"), ("immunity", "amnesty", "limits")


def _past(records: Sequence[Record], on: date) -> Iterable[Line]:
    """What was not dealt with, and whether an earlier episode was left open (A5b)."""
    groups = sorted(
        {str(r.body["group"]) for r in of(records, "harm", on) if r.body["group"]}
    )
    for group in groups:
        yield _measured(unaddressed_past(records, group, on).measure)
    left = left_open(records, on)
    yield _line("relapse", say("respond.left_open", n=len(left)), bool(left))


def left_open(records: Sequence[Record], on: date) -> list[Record]:
    """Harms that have ended and of which a means of remedy is missing: an episode that was left open."""
    ended = [h for h in of(records, "harm", on) if not h.body["goes_on"]]
    by_group = {str(h.body["group"]) for h in ended if h.body["group"]}
    rows = (row for g in by_group for row in unaddressed_past(records, g, on).rows)
    missing = {row.harm for row in rows if row.missing}
    return [h for h in ended if h.id in missing]


def _shares(records: Sequence[Record], on: date) -> Iterable[Line]:
    found = deprivation(records, on)
    for measure in (found.actual, found.perceived, found.gap, found.trend):
        yield _measured(measure)


def _institutions(records: Sequence[Record], on: date) -> Iterable[Line]:
    for sub in prevention.institutions(records, on, None):
        yield _measured(sub.score)


def _reports(records: Sequence[Record], on: date) -> Iterable[Line]:
    reviews = [r for r in records if r.kind == "peer_review"]
    held = calendar(reviews, on)
    late = len(held.overdue)
    words = say("respond.w5", punctual=held.punctual, due=held.due, overdue=late)
    yield _line("reports", words, late > 0)
    if held.implemented is not None:
        share = round(100 * held.implemented)
        yield _line("implemented", say("respond.implemented", percent=share))


def _civic_space(records: Sequence[Record], on: date) -> Iterable[Line]:
    yield _measured(prevention.civic_space(records, on))
    reprisals = within(of(records, "reprisal", on), on, YEAR_DAYS)
    fresh = [r for r in within(reprisals, on, SOON_DAYS) if not r.body["answered"]]
    words = say("respond.reprisals", n=len(reprisals), fresh=len(fresh))
    yield _line("reprisals", words, bool(fresh))


def _speech(records: Sequence[Record], on: date) -> Iterable[Line]:
    waiting = incitement.queue(records, on)
    severe = sum(s.severity in ("severe", "serious") for s in waiting)
    words = say("respond.speech_waiting", n=len(waiting), severe=severe)
    yield _line("speech", words, severe > 0)


def _mechanism(records: Sequence[Record], _on: date) -> Iterable[Line]:
    for mechanism in (r for r in records if r.kind == "mechanism"):
        yield _line("mechanism", way_forward.maturity(mechanism).words)


def _dialogue(records: Sequence[Record], _on: date) -> Iterable[Line]:
    found = way_forward.dialogues([r for r in records if r.kind == "dialogue"])
    words = say("respond.dialogues", n=found.count, settled=found.settled, open=found.open)
    yield _line("dialogue", words)


def _memory(records: Sequence[Record], on: date) -> Iterable[Line]:
    kept = [r for r in records if r.kind == "memorial"]
    year = (on - timedelta(days=YEAR_DAYS)).isoformat()
    consulted = sum(str(r.body["consulted"] or "") >= year for r in kept)
    associations = sum(r.body["sort"] == "association" for r in kept)
    words = say(
        "respond.memorials", n=len(kept), associations=associations, consulted=consulted
    )
    yield _line("memorials", words)
    days = [r for r in records if r.kind == "trigger" and r.body["type"] == "commemoration"]
    coming = [r for r in days if str(r.body["until"] or r.body["since"]) >= on.isoformat()]
    yield _line(
        "commemorations", say("respond.commemorations", n=len(coming)), bool(coming)
    )


def _help(records: Sequence[Record], _on: date) -> Iterable[Line]:
    needs = [r for r in records if r.kind == "need"]
    met = sum(bool(r.body["offer"]) for r in needs)
    yield _line("needs", say("respond.needs", n=len(needs), met=met))


WORK: Mapping[str, Work] = {
    "elections": _elections,
    "pluralism": _breaches,
    "accountability": _barriers,
    "transitional_justice": _past,
    "resources": _shares,
    "institutions": _institutions,
    "rights_infrastructure": _reports,
    "civil_society": _civic_space,
    "media": _speech,
    "focal_point": _mechanism,
    "dialogue": _dialogue,
    "memory": _memory,
    "partnerships": _help,
}
