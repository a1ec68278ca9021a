"""One country's level from the findings on its factors: structure first, triggers on top, two gauges beside.

Conflict is neither needed nor enough: no rule here asks for it, and a war under way is a trigger, which moves a level
by one band and never makes one. The five bands are the house's own (core.types.BANDS); people assign levels, and a
country's forecast stands beside them, never in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from upstander.assess.aggregation import CAVEAT, TOP, Adjustment, Finding, adjusted, bounds, level_of
from upstander.assess.rating import HIGH, NOT_ASSESSED, level_words
from upstander.assess.rules import DEFAULT, RULES
from upstander.core.types import BANDS

GAUGES = {
    "shared_with_conflict": "Factors that are those of armed conflict too",
    "atrocity_specific": "Factors of atrocity crimes in particular",
}


@dataclass(frozen=True, kw_only=True)
class Overall:
    """A country's level, with how it came about.

    Attributes:
        structural: level of the structural factors by the rule, None when none is assessed.
        bounds: that level were every factor not assessed "not seen", and were it "very strong".
        adjustments: what triggers add: at most one band.
        assessed, of: structural factors with a level, and in all.
    """

    structural: int | None
    bounds: tuple[int, int] | None
    adjustments: tuple[Adjustment, ...]
    level: int | None
    assessed: int
    of: int
    rule: str
    caveat: str = CAVEAT

    @property
    def words(self) -> str:
        """The band as shown: ``3 warning``; the lowest reads ``0 lower, not immune``."""
        return NOT_ASSESSED if self.level is None else f"{self.level} {BANDS[self.level]}"


@dataclass(frozen=True)
class Gauge:
    """One of two gauges over factors; they overlap in the world and are never made one number."""

    overlap: str
    title: str
    level: int | None
    factors: tuple[str, ...]
    assessed: int
    caveat: str = CAVEAT


def overall(findings: Sequence[Finding], rule: str = DEFAULT) -> Overall:
    """The level of a country from its findings, by a named rule over the structural factors, weighing none.

    Triggers add one band when the strongest of them is strong; however many there are they add one; and where no
    structural factor is assessed they add nothing, because nothing is there to modify. The top therefore always needs
    a structural level of 3 or more.
    """
    structural = [f for f in findings if f.role == "structural" and f.scored]
    levels = sorted(f.level for f in structural if f.level is not None)
    first = level_of(levels, rule)
    steps = _triggers(findings) if first is not None else ()
    return Overall(
        structural=first, bounds=bounds(levels, len(structural) - len(levels), rule), adjustments=steps,
        level=adjusted(first, steps), assessed=len(levels), of=len(structural), rule=rule,
    )  # fmt: skip


def _triggers(findings: Sequence[Finding]) -> tuple[Adjustment, ...]:
    strong = [f for f in findings if f.role == "trigger" and f.level is not None and f.level >= HIGH]
    if not strong:
        return ()
    return (Adjustment("triggers", 1, "; ".join(f"{f.title}: {level_words(f.level)}" for f in strong)),)


def gauges(findings: Sequence[Finding], rule: str = DEFAULT) -> tuple[Gauge, Gauge]:
    """The two gauges of R01, each over its own structural factors, shown side by side and never merged."""
    found = []
    for overlap, title in GAUGES.items():
        mine = [f for f in findings if f.overlap == overlap and f.role == "structural" and f.scored]
        levels = sorted(f.level for f in mine if f.level is not None)
        found.append(Gauge(overlap, title, level_of(levels, rule), tuple(f.factor for f in mine), len(levels)))
    return found[0], found[1]


@dataclass(frozen=True)
class UnderRule:
    """What one rule would say: level by factor, factors in order of level (ties together), the country's level."""

    rule: str
    title: str
    levels: dict[str, int | None]
    order: tuple[tuple[str, ...], ...]
    level: int | None


def order(findings: Sequence[Finding]) -> tuple[tuple[str, ...], ...]:
    """Factors from the highest level to the lowest, those of one level together; not assessed ones left out."""
    tiers = (tuple(f.factor for f in findings if f.level == n) for n in range(TOP, -1, -1))
    return tuple(t for t in tiers if t)


def under(rule: str, findings: Sequence[Finding]) -> UnderRule:
    """A summary of findings that were made by a rule."""
    return UnderRule(
        rule, RULES[rule].title, {f.factor: f.level for f in findings}, order(findings), overall(findings, rule).level
    )
