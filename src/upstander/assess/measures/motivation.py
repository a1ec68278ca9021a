"""Factor 2: motives, speech against groups, and what the State says about acts (F2a-F2c)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

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
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import choices

OFFICIALS = ("head", "minister", "legislator", "security", "local_official", "judge")
TYPES = ("ideology", "hate_speech", "propaganda")
STANCES = ("justify", "deny", "condemn", "silent")
COUNTS = "justify {justify}, deny {deny}, condemn {condemn}, silence {silent}"
NO_EVENT = say("assess.no_speech_event_is_on_record", not_assessed=NOT_ASSESSED)
YEAR = 365
WINDOW, WINDOWS = 30, 6  # the last 30 days against the six windows of 30 days before them
# A burst is at least three events, of a number that chance alone passes once in a hundred.
FEWEST, RARE = 3, 0.01
STATEMENT_DAYS = 730
MORE = say("assess.more_records_can_also_mean_more_recording")


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
    motives = (_motive(actor, group, records) for (actor, group), records in pairs.items())
    return tuple(sorted(motives, key=_strength_and_names))


def _strength_and_names(motive: Motive) -> tuple[int, str, str]:
    """The strongest first; one without a strength last."""
    strength = -1 if motive.strength is None else motive.strength
    return -strength, motive.actor, motive.group


def _motive(actor: str, group: str, records: Sequence[Record]) -> Motive:
    most = highest(level(r, "strength") for r in records)
    firmness = list(choices("confidence"))
    leading = [r.body["confidence"] for r in records if level(r, "strength") == most]
    confidence = max(leading, key=firmness.index)
    words = say("assess.no_strength_is_given", not_assessed=NOT_ASSESSED)
    if most is not None:
        words = say("assess.level_of_4_confidence", most=most, confidence=confidence)
    strength = measure(
        "F2a", say("assess.motive_strength"), most, "level 0-4", words, records
    )
    return Motive(actor, group, most, confidence, _by_type(records), strength)


def _by_type(records: Sequence[Record]) -> dict[str, int | None]:
    strengths = [(r.body["type"], level(r, "strength")) for r in records]
    types = sorted({type for type, _ in strengths})
    return {type: highest(value for t, value in strengths if t == type) for type in types}


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
    burst, is_burst = _burst(events, on)
    return Speech(
        by_type={type: sum(event.body["type"] == type for event in year) for type in TYPES},
        trend=_trend(year, before, is_assessed=bool(events)),
        official_share=_official_share(year),
        burst=burst,
        is_burst=is_burst,
    )


def _trend(
    year: Sequence[Record], before: Sequence[Record], *, is_assessed: bool
) -> Measure:
    change, words = None, NO_EVENT
    if is_assessed:
        change = len(year) - len(before)
        now = say("assess.in_the_last_year", plural=plural(len(year), "event"))
        words = say("assess.in_the_year_before", now=now, number=len(before), more=MORE)
    grounds = [*year, *before]
    return measure(
        "F2b",
        say("assess.trend_of_speech_events"),
        change,
        say("assess.events_a_year"),
        words,
        grounds,
    )


def _official_share(year: Sequence[Record]) -> Measure:
    share, words = None, say("assess.no_event_in_the_last_year", not_assessed=NOT_ASSESSED)
    if year:
        by_office = sum(event.body["speaker"] in OFFICIALS for event in year)
        share = by_office / len(year)
        words = say(
            "assess.of_by_office_holders",
            by_office=by_office,
            plural=plural(len(year), "event"),
        )
    return measure("F2b", say("assess.share_by_officials"), share, "share", words, year)


def burst_probability(now: int, before: int, windows: int = WINDOWS) -> float:
    """The chance of at least ``now`` events in one window, given ``before`` events in ``windows`` earlier ones.

    Counts are taken as Poisson with an unknown steady rate under Jeffreys' prior, so that the chance is a negative
    binomial tail. Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., sections 2.6-2.8.
    """
    from scipy.stats import nbinom  # a second, which only counting a burst costs

    return float(nbinom.sf(now - 1, before + 0.5, windows / (windows + 1)))


def _burst(events: Sequence[Record], on: date) -> tuple[Measure, bool]:
    now, before = (
        within(events, on, WINDOW),
        within(events, on, WINDOW * WINDOWS, skip=WINDOW),
    )
    is_burst = len(now) >= FEWEST and burst_probability(len(now), len(before)) < RARE
    value, words = None, NO_EVENT
    if events:
        value = len(now)
        verdict = (
            say("assess.a_burst") if is_burst else say("assess.not_a_burst_by_the_rule")
        )
        usual = say("assess.were_usual", number=len(before) / WINDOWS)
        words = say(
            "assess.in_the_last_days",
            plural=plural(value, "event"),
            window=WINDOW,
            usual=usual,
            verdict=verdict,
            more=MORE,
        )
    unit, grounds = say("assess.events_in_days", window=WINDOW), [*now, *before]
    return measure("F2b", say("assess.speech_burst"), value, unit, words, grounds), is_burst


@dataclass(frozen=True)
class Justification:
    """What the State said about acts against groups in the last two years (F2c), a separate indicator.

    Attributes:
        stances: statements by stance. measure: share that justify, 0 to 1.
    """

    stances: Mapping[str, int]
    measure: Measure


def state_justification(
    records: Sequence[Record], on: date, group: str = ""
) -> Justification:
    """Statements of office holders alone; denial and silence are counted apart from justification."""
    recent = within(of(records, "statement", on, group), on, STATEMENT_DAYS)
    official = [statement for statement in recent if statement.body["issuer"] in OFFICIALS]
    counts = Counter(statement.body["stance"] for statement in official)
    stances = {stance: counts[stance] for stance in STANCES}
    return Justification(stances, _share_that_justify(stances, official))


def _share_that_justify(
    stances: Mapping[str, int], statements: Sequence[Record]
) -> Measure:
    share, words = (
        None,
        say("assess.no_official_statement_is_on_record_for", not_assessed=NOT_ASSESSED),
    )
    if statements:
        share = stances["justify"] / len(statements)
        counts = COUNTS.format(**stances)
        number = plural(len(statements), "statement")
        words = say(
            "assess.the_states_stance_in_of_two_years", number=number, counts=counts
        )
    return measure(
        "F2c", say("assess.state_justification"), share, "share", words, statements
    )
