"""The draft of a country's level from the findings on its factors: structure first, triggers on top, gauges beside.

Conflict is neither needed nor enough: no rule here asks for it, and a war under way is a trigger, which moves a level
by one band and never makes one. The five bands are the house's own (core.types.BANDS). This is a draft that people set
the level from (``assess/headline.py``); a country's forecast stands beside it, never in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from upstander.assess.aggregation import (
    CAVEAT,
    TOP,
    Adjustment,
    Finding,
    adjusted,
    bounds,
    level_of,
)
from upstander.assess.rating import HIGH, NOT_ASSESSED, level_words
from upstander.assess.rules import DEFAULT, RULES
from upstander.core.messages import joined, say, text
from upstander.core.types import BANDS

GAUGES = {
    "shared_with_conflict": say("assess.factors_that_are_those_of_armed_conflict"),
    "atrocity_specific": say("assess.factors_of_atrocity_crimes_in_particular"),
}
NOT_ENOUGH = say("assess.not_enough_assessed")
# The stated coverage: below it no level is drafted. A quarter of the indicators is what one analyst rates in a week,
# and with half of the factors or fewer the draft would speak for a country of which most is not known.
LEAST_INDICATORS, MORE_THAN_FACTORS = 0.25, 0.5


def band_words(level: int | None) -> str:
    """A country's level as shown: ``3 warning``; the lowest reads ``0 lower, not immune``."""
    return NOT_ASSESSED if level is None else f"{level} {BANDS[level]}"


@dataclass(frozen=True)
class Coverage:
    """How much a draft stands on: scored indicators that apply, structural factors with a level, and whether that is enough."""

    assessed: int
    of: int
    factors: int
    of_factors: int
    is_enough: bool

    @property
    def words(self) -> str:
        """As shown: ``38 of 110 indicators assessed, 4 of 6 factors``."""
        return say(
            "assess.of_indicators_assessed_of_factors",
            assessed=self.assessed,
            of=self.of,
            factors=self.factors,
            of_factors=self.of_factors,
        )


def coverage(findings: Sequence[Finding]) -> Coverage:
    """What is assessed of a lens, each indicator once. What bears only on a conflict is asked for only where it was rated."""
    scored = [f for f in findings if f.scored]
    rated = frozenset(code for f in scored for code in f.rated)
    applying = frozenset(code for f in scored for code in f.applying)
    unrated_of_conflict = {code for f in scored for code in f.only_in_conflict} - rated
    asked = len(applying) - len(unrated_of_conflict)
    structural = [f for f in scored if _is_asked_for(f)]
    with_level = sum(f.level is not None for f in structural)
    needed = sum(not f.nexus or f.level is not None for f in structural)
    is_enough = (
        len(rated) >= LEAST_INDICATORS * asked and with_level > MORE_THAN_FACTORS * needed
    )
    return Coverage(len(rated), len(applying), with_level, len(structural), is_enough)


def _is_asked_for(finding: Finding) -> bool:
    if finding.role != "structural":
        return False
    return bool(finding.spread.of) or finding.level is not None


@dataclass(frozen=True, kw_only=True)
class Overall:
    """The draft of a country's level, with how it came about.

    Attributes:
        structural: level of the structural factors by the rule, None when none is assessed.
        bounds: that level were every factor not assessed "not seen", and were it "very strong".
        adjustments: what triggers add: at most one band.
        level: by the rule, triggers on top; a number to work with, shown only within ``words``.
        over_rules: lowest and highest level over all stated rules; None when nothing is assessed.
        highest: the level were everything not assessed "very strong", over all stated rules.
        strongest: factors that carry the highest level or the highest sign, strongest first, at most three.
    """

    structural: int | None
    bounds: tuple[int, int] | None
    adjustments: tuple[Adjustment, ...]
    level: int | None
    coverage: Coverage
    over_rules: tuple[int, int] | None
    highest: int | None
    strongest: tuple[Finding, ...]
    rule: str
    caveat: str = CAVEAT

    @property
    def words(self) -> str:
        """The draft as shown: a band, or a range over the rules; below the stated coverage, that not enough is assessed."""
        if self.level is None or self.over_rules is None:
            return NOT_ASSESSED
        if not self.coverage.is_enough:
            return NOT_ENOUGH
        low, high = self.over_rules
        return (
            band_words(low)
            if low == high
            else say(
                "assess.to_4", band_words=band_words(low), band_words_2=band_words(high)
            )
        )

    @property
    def grounds(self) -> tuple[str, ...]:
        """Sentences that stand beside the draft wherever it is shown: coverage, strongest factors, range, triggers."""
        adjustments = (
            say("assess.band_for", bands=f"{a.bands:+d}", name=a.name, reason=a.reason)
            for a in self.adjustments
        )
        return (
            text("{words}.", words=self.coverage.words),
            *self._strongest_and_range(),
            *adjustments,
        )

    def _strongest_and_range(self) -> Iterator[str]:
        if self.strongest:
            factors = joined(map(_factor_words, self.strongest), "; ")
            yield say("assess.strongest", factors=factors)
        if self.over_rules is None:
            return
        low, high = self.over_rules
        if self.coverage.is_enough and low != high:
            rules = joined((rule.title for rule in RULES.values()), "; ")
            yield say("assess.the_range_is_over_the_stated_rules", rules=rules)
        if self.highest is not None and self.highest > high:
            yield say(
                "assess.what_is_not_assessed_could_raise_it",
                band_words=band_words(self.highest),
            )


@dataclass(frozen=True)
class Gauge:
    """One of two gauges over factors; they overlap in the world and are never made one number."""

    overlap: str
    title: str
    level: int | None
    factors: tuple[str, ...]
    assessed: int
    caveat: str = CAVEAT


def overall(
    findings: Sequence[Finding],
    rule: str = DEFAULT,
    others: Mapping[str, Sequence[Finding]] | None = None,
) -> Overall:
    """The draft of a country's level from its findings, by a named rule over the structural factors, weighing none.

    Triggers add one band when the strongest of them is strong; however many there are they add one; and where no
    structural factor is assessed they add nothing, because nothing is there to modify. The top therefore always needs
    a structural level of 3 or more.

    Args:
        others: the findings of the same lens by the other rules, for the range; without them the range is over the
            country's rules alone.
    """
    by_rule = {name: _by_rule((others or {}).get(name, findings), name) for name in RULES}
    chosen = by_rule[rule]
    levels = [each.level for each in by_rule.values() if each.level is not None]
    ceilings = [each.ceiling for each in by_rule.values() if each.ceiling is not None]
    return Overall(
        structural=chosen.structural,
        bounds=chosen.bounds,
        adjustments=chosen.steps,
        level=chosen.level,
        coverage=coverage(findings),
        over_rules=(min(levels), max(levels)) if levels else None,
        highest=max(ceilings, default=None),
        strongest=_strongest(findings),
        rule=rule,
    )


@dataclass(frozen=True)
class _ByRule:
    """What one rule makes of the findings: the structural level, its bounds, and what triggers add."""

    structural: int | None
    bounds: tuple[int, int] | None
    steps: tuple[Adjustment, ...]

    @property
    def level(self) -> int | None:
        """Triggers on top."""
        return adjusted(self.structural, self.steps)

    @property
    def ceiling(self) -> int | None:
        """The level were everything not assessed "very strong"; None where nothing is assessed."""
        return None if self.bounds is None else adjusted(self.bounds[1], self.steps) or 0


def _by_rule(findings: Sequence[Finding], rule: str) -> _ByRule:
    structural = [f for f in findings if f.role == "structural" and f.scored]
    levels = sorted(f.level for f in structural if f.level is not None)
    first = level_of(levels, rule)
    if first is None:
        return _ByRule(None, None, ())
    ceilings = sorted(
        adjusted(f.bounds[1], f.adjustments) or 0 for f in structural if f.bounds
    )
    limits = bounds(ceilings, len(structural) - len(levels), rule)
    return _ByRule(first, (first, limits[1]) if limits else None, _triggers(findings))


def level_by(findings: Sequence[Finding], rule: str) -> int | None:
    """The level of a draft by one rule alone, triggers on top; for where nothing else of the draft is shown."""
    return _by_rule(findings, rule).level


def _strongest(findings: Sequence[Finding], most: int = 3) -> tuple[Finding, ...]:
    """The scored factors with anything seen, by their strongest sign or level; a sign at the top is never left out."""
    seen = [f for f in findings if f.scored and _strength(f) > 0]
    ranked = sorted(seen, key=lambda f: (-_strength(f), -(f.level or 0)))
    tops = sum(_strength(f) == TOP for f in ranked)
    return tuple(ranked[: max(most, tops)])


def _strength(f: Finding) -> int:
    """The level or the strongest sign, whichever is higher."""
    return max(f.level or 0, f.sign or 0)


def _triggers(findings: Sequence[Finding]) -> tuple[Adjustment, ...]:
    triggers = (f for f in findings if f.role == "trigger")
    strong = [f for f in triggers if f.level is not None and f.level >= HIGH]
    if not strong:
        return ()
    reason = joined(
        (
            text("{title}: {words}", title=f.title, words=level_words(f.level))
            for f in strong
        ),
        "; ",
    )
    return (Adjustment("triggers", 1, reason),)


def gauges(findings: Sequence[Finding], rule: str = DEFAULT) -> tuple[Gauge, Gauge]:
    """The two gauges of R01, each over its own structural factors, shown side by side and never merged."""
    structural = [f for f in findings if f.role == "structural" and f.scored]
    shared, specific = (
        _gauge(overlap, [f for f in structural if f.overlap == overlap], rule)
        for overlap in GAUGES
    )
    return shared, specific


def _gauge(overlap: str, findings: Sequence[Finding], rule: str) -> Gauge:
    levels = sorted(f.level for f in findings if f.level is not None)
    return Gauge(
        overlap=overlap,
        title=GAUGES[overlap],
        level=level_of(levels, rule),
        factors=tuple(f.factor for f in findings),
        assessed=len(levels),
    )


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
    levels = {f.factor: f.level for f in findings}
    return UnderRule(
        rule, RULES[rule].title, levels, order(findings), level_by(findings, rule)
    )


def _factor_words(f: Finding) -> str:
    return text("{factor} {title}: {words}", factor=f.factor, title=f.title, words=f.words)
