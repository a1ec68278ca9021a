"""Crimes are processes: how levels moved, what changed between two instants, and the stage a situation stands at (R05)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from upstander.assess.aggregation import Finding
from upstander.assess.frameworks import Frameworks
from upstander.assess.lenses import PLAIN, Setting, findings, for_space
from upstander.assess.overall import Overall, level_by
from upstander.assess.rating import HIGH, Rating, Table, level_words, ratings, sign_words
from upstander.core.messages import say, text
from upstander.records import Record

YEAR_DAYS, DAY_SECONDS = 365.25, 86_400
EARLIER = say("assess.mass_violence_was_counted_in_the_five")


def as_of(versions: Iterable[Record], instant: datetime) -> tuple[Record, ...]:
    """The version of each record that stood at an instant; records written later are not among them."""
    newest: dict[tuple[str, str], Record] = {}
    for r in sorted(versions, key=lambda r: r.version):
        if r.when <= instant:
            newest[r.kind, r.id] = r
    return tuple(newest.values())


@dataclass(frozen=True)
class Point:
    """A lens at an instant: the level of each factor and of the country, and the number of ratings behind them."""

    when: datetime
    levels: dict[str, int | None]
    level: int | None
    assessed: int


def trajectory(
    frameworks: Frameworks,
    name: str,
    versions: Sequence[Record],
    space: str,
    instants: Iterable[datetime],
    setting: Setting = PLAIN,
) -> tuple[Point, ...]:
    """A lens at each instant, oldest first, from every version of a space's ratings and of the levels it set."""
    own = for_space(setting, space)
    points = []
    for instant in sorted(instants):
        table = ratings(as_of(versions, instant), frameworks).of(space)
        then = replace(own, overrides=as_of(own.overrides, instant))
        points.append(
            _point(instant, findings(frameworks, name, table, {}, then), table, then)
        )
    return tuple(points)


def _point(
    instant: datetime, findings: Sequence[Finding], table: Table, setting: Setting
) -> Point:
    return Point(
        when=instant,
        levels={finding.factor: finding.level for finding in findings},
        level=level_by(findings, setting.rule),
        assessed=sum(rating.level is not None for rating in table.values()),
    )


@dataclass(frozen=True)
class Pace:
    """Steps a level moved between two instants, and steps in a year at that pace; steps are counted, not measured."""

    factor: str
    steps: int
    days: float

    @property
    def per_year(self) -> float:
        """Steps in a year at this pace."""
        return self.steps * YEAR_DAYS / self.days

    @property
    def text(self) -> str:
        """As shown: ``+2 steps in 180 days``."""
        return say(
            "assess.pace_in_days",
            n=abs(self.steps),
            steps=f"{self.steps:+d}",
            days=f"{self.days:.0f}",
        )


def pace(points: Sequence[Point], factor: str) -> Pace | None:
    """How fast a factor moved from its first known level to its last; None with fewer than two.

    ``""`` stands for the country's level.
    """
    levels = ((p.when, p.levels.get(factor) if factor else p.level) for p in points)
    assessed = [(when, level) for when, level in levels if level is not None]
    if len(assessed) < 2 or assessed[0][0] == assessed[-1][0]:
        return None
    (first, start), (last, end) = assessed[0], assessed[-1]
    return Pace(factor, end - start, (last - first).total_seconds() / DAY_SECONDS)


@dataclass(frozen=True)
class Change:
    """One rating that differs between two instants.

    Attributes:
        before: None where the code was not rated at all.
        scored: False for a sign of intent, of which no number is shown.
    """

    code: str
    space: str
    before: Rating | None
    after: Rating
    scored: bool = True

    @property
    def text(self) -> str:
        """As shown: ``7.5: 1 slight -> 3 strong``; a change of the rest of the rating is named as such."""
        shown = level_words if self.scored else sign_words
        was = shown(self.before.level if self.before else None)
        now = shown(self.after.level)
        if was == now:
            return say("assess.still_its_grounds_were_revised", code=self.code, now=now)
        return text("{code}: {was} → {now}", code=self.code, was=was, now=now)


def what_changed(
    frameworks: Frameworks, versions: Sequence[Record], since: datetime, until: datetime
) -> tuple[Change, ...]:
    """Every rating that was made or revised after ``since`` and by ``until``, the largest step first."""
    before, after = (
        ratings(as_of(versions, at), frameworks).by_space for at in (since, until)
    )
    changes = []
    for space, table in after.items():
        for code, now in table.items():
            was = before.get(space, {}).get(code)
            if was != now:
                is_scored = code not in frameworks.unscored
                changes.append(Change(code, space, was, now, is_scored))
    return tuple(sorted(changes, key=lambda change: (-_step(change), change.code)))


def _step(change: Change) -> int:
    before = change.before.level if change.before else None
    after = change.after.level
    if before is None or after is None:
        return 0 if before == after else max(before or 0, after or 0)
    return abs(after - before)


@dataclass(frozen=True)
class Stage:
    """Where a situation stands by the stated rule, and why; ``stage`` is a choice of the review's own field."""

    stage: str
    reason: str


def proposed(
    country: Overall,
    found: Sequence[Finding],
    *,
    is_ongoing: bool | None,
    was_ongoing: bool | None,
) -> Stage | None:
    """The stage that a stated rule proposes and people set; None where nothing is known to go by.

    The rule, first that holds: ongoing, mass violence is counted now; after, it was counted earlier and not now;
    imminent, the country's draft level is 3 or more and triggers stand strong; tension rising, any structural factor rises,
    or the level is 2 or more; upstream, the rest. Counts are of the data's last complete year.

    Args:
        is_ongoing, was_ongoing: whether mass violence is counted in the last complete year, and in the five before;
            None where not known.
    """
    if is_ongoing:
        return Stage("ongoing", say("assess.mass_violence_is_counted_in_the_last"))
    if was_ongoing and is_ongoing is False:
        return Stage("after", EARLIER)
    if country.level is None or not country.coverage.is_enough:
        return None
    return _by_level(country.level, country, found)


def _by_level(level: int, country: Overall, findings: Sequence[Finding]) -> Stage:
    """Where no mass violence is counted."""
    draft = say("assess.the_draft_is", country=country.words)
    if level >= HIGH and any(step.name == "triggers" for step in country.adjustments):
        return Stage("imminent", say("assess.and_triggers_stand_strong", draft=draft))
    rising = [f.factor for f in findings if f.role == "structural" and f.trend == "rising"]
    if rising:
        return Stage("tension_rising", say("assess.rising", join=", ".join(rising)))
    if level >= 2:
        return Stage("tension_rising", draft)
    return Stage("upstream", say("assess.and_no_factor_rises", draft=draft))
