"""Factor 2: motives, speech against groups, and what the State says about acts (F2a-F2c)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scipy.stats import nbinom

from upstander.assess.measures import (
    NOT_ASSESSED,
    Measure,
    highest,
    in_force,
    level,
    measure,
    of,
    plural,
    within,
)
from upstander.records import Record
from upstander.records.forms import choices

OFFICIALS = ("head", "minister", "legislator", "security", "local_official", "judge")
TYPES = ("ideology", "hate_speech", "propaganda")
STANCES = ("justify", "deny", "condemn", "silent")
YEAR = 365
WINDOW, WINDOWS = 30, 6  # the last 30 days against the six windows of 30 days before them
FEWEST, RARE = (
    3,
    0.01,
)  # a burst is at least three events, of a number that chance alone passes once in a hundred
STATEMENT_DAYS = 730
MORE = "More records can also mean more recording."


@dataclass(frozen=True)
class Motive:
    """Why one organisation may target one group: the strongest type on a day, with confidence in that type."""

    actor: str
    group: str
    strength: int | None
    confidence: str
    by_type: Mapping[str, int | None]
    measure: Measure


def motive_map(records: Sequence[Record], on: date) -> tuple[Motive, ...]:
    """One entry per organisation and group, strongest first; strength and confidence are kept apart."""
    pairs: dict[tuple[str, str], list[Record]] = {}
    for r in of(records, "motive", on):
        if in_force(r, on):
            pairs.setdefault((r.body["actor"], r.body["group"]), []).append(r)
    found = [_motive(actor, group, rs) for (actor, group), rs in pairs.items()]
    return tuple(
        sorted(found, key=lambda m: (-(-1 if m.strength is None else m.strength), m.actor, m.group))
    )


def _motive(actor: str, group: str, found: Sequence[Record]) -> Motive:
    most = highest(level(r, "strength") for r in found)
    firmness = list(choices("confidence"))
    leading = [r for r in found if level(r, "strength") == most]
    confidence = max((r.body["confidence"] for r in leading), key=firmness.index)
    words = (
        f"{NOT_ASSESSED}: no strength is given."
        if most is None
        else f"Level {most} of 4, {confidence} confidence."
    )
    types = sorted({r.body["type"] for r in found})
    by_type = {
        t: highest(level(r, "strength") for r in found if r.body["type"] == t) for t in types
    }
    return Motive(
        actor,
        group,
        most,
        confidence,
        by_type,
        measure("F2a", "motive strength", most, "level 0-4", words, found),
    )


@dataclass(frozen=True)
class Speech:
    """Speech against groups up to a day (F2b).

    Attributes:
        by_type: events of the last year by type of evidence: ideology, hate speech, propaganda.
        trend: events of the last year less those of the year before.
        official_share: share of the last year's events by office holders, 0 to 1.
        burst: events in the last 30 days; is_burst where chance hardly explains them.
    """

    by_type: Mapping[str, int]
    trend: Measure
    official_share: Measure
    burst: Measure
    is_burst: bool


def speech(records: Sequence[Record], on: date, group: str = "") -> Speech:
    """Trend, officials' share and burst of speech events, about one group or all."""
    events = of(records, "speech_event", on, group)
    year, before = within(events, on, YEAR), within(events, on, YEAR, skip=YEAR)
    words = f"{NOT_ASSESSED}: no speech event is on record."
    if events:
        words = f"{plural(len(year), 'event')} in the last year, {len(before)} in the year before. {MORE}"
    change = len(year) - len(before) if events else None
    trend = measure(
        "F2b", "trend of speech events", change, "events a year", words, [*year, *before]
    )
    by_office = [e for e in year if e.body["speaker"] in OFFICIALS]
    words = f"{NOT_ASSESSED}: no event in the last year."
    if year:
        words = f"{len(by_office)} of {plural(len(year), 'event')} by office holders."
    share = measure(
        "F2b",
        "share by officials",
        len(by_office) / len(year) if year else None,
        "share",
        words,
        year,
    )
    by_type = {t: sum(e.body["type"] == t for e in year) for t in TYPES}
    return Speech(by_type, trend, share, *_burst(events, on))


def burst_probability(now: int, before: int, windows: int = WINDOWS) -> float:
    """The chance of at least ``now`` events in one window, given ``before`` events in ``windows`` earlier ones.

    Counts are taken as Poisson with an unknown steady rate under Jeffreys' prior, so that the chance is a negative
    binomial tail. Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., sections 2.6-2.8.
    """
    return float(nbinom.sf(now - 1, before + 0.5, windows / (windows + 1)))


def _burst(events: Sequence[Record], on: date) -> tuple[Measure, bool]:
    now, before = within(events, on, WINDOW), within(events, on, WINDOW * WINDOWS, skip=WINDOW)
    is_burst = len(now) >= FEWEST and burst_probability(len(now), len(before)) < RARE
    words = f"{NOT_ASSESSED}: no speech event is on record."
    if events:
        verdict = "A burst." if is_burst else "Not a burst by the rule."
        usual = f"{len(before) / WINDOWS:.1f} were usual"
        words = f"{plural(len(now), 'event')} in the last {WINDOW} days, {usual}. {verdict} {MORE}"
    value = len(now) if events else None
    return measure(
        "F2b", "speech burst", value, f"events in {WINDOW} days", words, [*now, *before]
    ), is_burst


@dataclass(frozen=True)
class Justification:
    """What the State said about acts against groups in the last two years (F2c), a separate indicator.

    Attributes:
        stances: statements by stance. measure: share that justify, 0 to 1.
    """

    stances: Mapping[str, int]
    measure: Measure


def state_justification(records: Sequence[Record], on: date, group: str = "") -> Justification:
    """Statements of office holders alone; denial and silence are counted apart from justification."""
    recent = within(of(records, "statement", on, group), on, STATEMENT_DAYS)
    found = [r for r in recent if r.body["issuer"] in OFFICIALS]
    stances = {s: sum(r.body["stance"] == s for r in found) for s in STANCES}
    words = f"{NOT_ASSESSED}: no official statement is on record for two years."
    if found:
        counts = "justify {justify}, deny {deny}, condemn {condemn}, silence {silent}".format(
            **stances
        )
        words = f"The State's stance in {plural(len(found), 'statement')} of two years: {counts}."
    share = stances["justify"] / len(found) if found else None
    return Justification(
        stances, measure("F2c", "State justification", share, "share", words, found)
    )
