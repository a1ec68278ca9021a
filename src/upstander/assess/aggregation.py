"""From ratings to the level of a factor: a stated rule, its spread and its bounds, and named adjustments on top.

The rules (``assess/rules.py``) ask how many signs reach a level; none takes a mean or a middle, which would hide the one
strong sign. The whole distribution and the strongest sign stand beside. Missing is not zero: what is not assessed takes
no part, is counted, and opens the bounds upwards: what the level would be were all of it "very strong". What does not
apply counts nowhere, and signs of intent make no level through any lens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from upstander.assess import confidence
from upstander.assess.evidence_ties import Ids, Ties, evidence_of
from upstander.assess.four_crimes import Crime, CrimeLink
from upstander.assess.frameworks import Frameworks, RiskFactor
from upstander.assess.rating import (
    HIGH,
    NOT_ASSESSED,
    Rating,
    Table,
    assessed,
    level_words,
    trend,
)
from upstander.assess.rules import DEFAULT, RULES
from upstander.core.messages import joined, say
from upstander.core.types import CAUTION

TOP = 4
CAVEAT = say("assess.levels_are_what_people_rated_on_the", caution=CAUTION)
NOT_SCORED = say("assess.no_level_is_formed_intent_is_never")
INTENT_ALONE = say(
    "assess.signs_of_intent_are_rated_and", not_assessed=NOT_ASSESSED, not_scored=NOT_SCORED
)
MOST_NAMED = 5  # codes of the strongest sign that a sentence names


@dataclass(frozen=True)
class Spread:
    """How the indicators of a factor are rated: number at each level 0-4, not assessed, and not applying."""

    levels: tuple[int, int, int, int, int]
    not_assessed: int
    not_applying: int = 0

    @property
    def assessed(self) -> int:
        """Indicators with a level."""
        return sum(self.levels)

    @property
    def of(self) -> int:
        """Indicators that apply."""
        return self.assessed + self.not_assessed

    @property
    def share(self) -> float:
        """Share of those that apply which is assessed, 0 to 1."""
        return self.assessed / self.of if self.of else 0.0

    @property
    def range(self) -> tuple[int, int] | None:
        """Lowest and highest level rated; None where nothing is."""
        seen = [level for level, n in enumerate(self.levels) if n]
        return (seen[0], seen[-1]) if seen else None


@dataclass(frozen=True)
class Adjustment:
    """A named, visible step from the rule's level. ``bands`` may be negative; ``who`` is '' for a rule."""

    name: str
    bands: int
    reason: str
    who: str = ""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What an assessment says of one factor; pages and the report render this and nothing else.

    Attributes:
        framework, factor, title: which factor of which lens.
        rule: name of the aggregation rule; base: its level, None when nothing is assessed or no level may be formed.
        bounds: base level were everything not assessed "not seen", and were it "very strong"; None as base.
        applying, rated: the codes that a level may be formed of and that apply here, and those of them with a level.
        only_in_conflict: of the former, the codes that bear only on an armed conflict or an occupation.
        strongest: the scored codes that carry the highest level rated, () where nothing is seen.
        set_aside: codes rated above 0 that do not apply here, because no conflict or occupation is recorded.
        intent_rated: whether signs of intent are rated under it; they make no level.
        nexus: whether the factor bears only on a conflict or an occupation.
        level: base with the adjustments applied, kept within 0-4.
        trend: rising, steady, falling, mixed or not_known, by the number of rated indicators that say so.
        crimes: crimes it bears on, each with its incitement flag (S03).
        evidence_for, evidence_against: distinct items that the reader may read.
        unverified: indicators whose label was not checked against the official text.
    """

    framework: str
    factor: str
    title: str
    role: str
    overlap: str
    rule: str
    spread: Spread
    base: int | None
    bounds: tuple[int, int] | None
    adjustments: tuple[Adjustment, ...]
    level: int | None
    trend: str
    confidence: str | None
    crimes: tuple[CrimeLink, ...]
    evidence_for: int
    evidence_against: int
    unverified: int
    scored: bool = True
    applying: Ids = frozenset()
    rated: Ids = frozenset()
    only_in_conflict: Ids = frozenset()
    strongest: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    intent_rated: bool = False
    nexus: bool = False
    note: str = ""
    caveat: str = CAVEAT

    @property
    def sign(self) -> int | None:
        """The highest level rated among what is scored; None where nothing is."""
        return self.spread.range[1] if self.scored and self.spread.range else None

    @property
    def words(self) -> str:
        """The level as shown, with the strongest sign where that is higher; why there is none."""
        if not self.scored:
            return NOT_SCORED
        if self.level is None:
            return INTENT_ALONE if self.intent_rated else NOT_ASSESSED
        if not self.sign or self.sign <= self.level:
            return level_words(self.level)
        level = level_words(self.level) if self.level else say("assess.0_as_people_set_it")
        codes = ", ".join(self.strongest[:MOST_NAMED])
        return say(
            "assess.strongest_sign",
            level=level,
            level_words=level_words(self.sign),
            codes=codes,
        )

    @property
    def text(self) -> str:
        """The level and its grounds."""
        return f"{self.title}: {self.words}. {self.grounds}"

    @property
    def grounds(self) -> str:
        """What the level stands on, and every adjustment; confidence is a sentence of its own."""
        sentences = [
            say(
                "assess.of_indicators_assessed",
                assessed=self.spread.assessed,
                of=self.spread.of,
            ),
            *self._from_ratings(),
            *(
                f"{_signed(a.bands)} {a.name}: {a.reason.rstrip('.')}."
                for a in self.adjustments
            ),
        ]
        if self.confidence:
            sentences.append(
                say("assess.confidence", confidence=confidence.words(self.confidence))
            )
        return joined(sentences, " ")

    def _from_ratings(self) -> Iterator[str]:
        """What the rule makes of the ratings, and what it leaves open or aside."""
        if self.spread.range and self.scored:
            low, high = self.spread.range
            by_rule = say(
                "assess.the_rule_gives", title=RULES[self.rule].title, base=self.base
            )
            yield say(
                "assess.rated_levels_run_from_to", low=low, high=high, by_rule=by_rule
            )
        if self.bounds and self.bounds[0] != self.bounds[1]:
            yield say("assess.what_is_not_assessed_could_raise_this", bounds=self.bounds[1])
        if self.set_aside:
            aside = ", ".join(self.set_aside)
            yield say("assess.rated_and_set_aside_while_no_armed", aside=aside)


def _signed(bands: int) -> str:
    return f"{bands:+d} band" + ("" if abs(bands) == 1 else "s")


def finding(
    frameworks: Frameworks,
    framework: str,
    code: str,
    table: Table,
    ties: Ties,
    *,
    rule: str = DEFAULT,
    adjustments: Sequence[Adjustment] = (),
    left_out: Ids = frozenset(),
) -> Finding:
    """The finding on one factor from one space's ratings.

    Args:
        framework, code: the lens and the factor in it.
        ties: evidence by code, of what the reader may read; see ``ties_of``.
        rule: a name in RULES; a factor's own rule goes before it.
        adjustments: from registers or people; the factor's own compounding is added here.
        left_out: codes that do not apply here: they count nowhere, and are named where they were seen all the same.
    """
    factor = frameworks[framework].factor(code)
    used = factor.rule or rule
    seen = _seen(frameworks, factor, table, left_out)
    base = level_of(seen.levels, used)
    steps: tuple[Adjustment, ...] = ()
    if base is not None:
        steps = _steps(factor, table, frameworks.unscored | left_out, adjustments)
    spread = _spread(seen)
    return Finding(
        framework=framework,
        **_of_factor(factor),
        rule=used,
        spread=spread,
        base=base,
        bounds=bounds(seen.levels, spread.not_assessed, used),
        adjustments=steps,
        level=adjusted(base, steps),
        confidence=confidence.together((r.confidence for r in seen.ratings), spread.share),
        **_of_ratings(frameworks, seen),
        **_of_evidence(factor, table, ties),
        set_aside=_set_aside(table, seen.looked, left_out),
        intent_rated=_is_intent_rated(frameworks, factor, table),
    )


@dataclass(frozen=True)
class _Seen:
    """What one space rated of a factor.

    Attributes:
        scored: whether a level may be formed of any of it; looked: the codes it would be formed of, or all.
        applying: those of them that apply here; ratings: of these, the ones with a level, in their order.
    """

    scored: bool
    looked: tuple[str, ...]
    applying: tuple[str, ...]
    ratings: tuple[Rating, ...]

    @property
    def levels(self) -> list[int]:
        """What a level is formed of, sorted upwards."""
        if not self.scored:
            return []
        return sorted(r.level for r in self.ratings if r.level is not None)


def _seen(frameworks: Frameworks, factor: RiskFactor, table: Table, left_out: Ids) -> _Seen:
    scorable = tuple(c for c in factor.scored_codes if c not in frameworks.unscored)
    looked = scorable or factor.codes
    applying = tuple(code for code in looked if code not in left_out)
    return _Seen(bool(scorable), looked, applying, tuple(assessed(table, applying)))


def _of_factor(factor: RiskFactor) -> dict[str, Any]:
    """What a finding repeats of its factor."""
    return {
        "factor": factor.code,
        "title": factor.title,
        "role": factor.role,
        "overlap": factor.overlap,
        "nexus": factor.nexus,
        "note": factor.note,
    }


def _of_ratings(frameworks: Frameworks, seen: _Seen) -> dict[str, Any]:
    """What a finding says of its ratings, beside the level."""
    warnings = (frameworks.rated[code][2].warning for code in seen.applying)
    return {
        "trend": trend(seen.ratings),
        "crimes": _crimes(frameworks, seen.ratings),
        "unverified": sum(bool(warning) for warning in warnings),
        "scored": seen.scored,
        "applying": frozenset(seen.applying),
        "rated": frozenset(rating.code for rating in seen.ratings),
        "only_in_conflict": frameworks.conflict_only.intersection(seen.applying),
        "strongest": _strongest(seen),
    }


def _strongest(seen: _Seen) -> tuple[str, ...]:
    highest = max(seen.levels, default=None)
    if not highest:
        return ()
    return tuple(rating.code for rating in seen.ratings if rating.level == highest)


def _of_evidence(factor: RiskFactor, table: Table, ties: Ties) -> dict[str, Any]:
    supports, against = evidence_of(factor.codes, table, ties)
    return {"evidence_for": len(supports), "evidence_against": len(against)}


def _set_aside(table: Table, looked: Sequence[str], left_out: Ids) -> tuple[str, ...]:
    ratings = assessed(table, looked)
    return tuple(r.code for r in ratings if r.level and r.code in left_out)


def _is_intent_rated(frameworks: Frameworks, factor: RiskFactor, table: Table) -> bool:
    intent = [code for code in factor.codes if code in frameworks.unscored]
    return bool(assessed(table, intent))


def _spread(seen: _Seen) -> Spread:
    tally = Counter(rating.level for rating in seen.ratings)
    levels = (tally[0], tally[1], tally[2], tally[3], tally[4])
    not_assessed = len(seen.applying) - len(seen.ratings)
    return Spread(levels, not_assessed, len(seen.looked) - len(seen.applying))


def level_of(levels: Sequence[int], rule: str) -> int | None:
    """One level of several by a named rule; ``levels`` sorted upwards; None of none."""
    return RULES[rule].apply(levels) if levels else None


def bounds(levels: Sequence[int], missing: int, rule: str) -> tuple[int, int] | None:
    """The rule's level were all that is missing 0, and were it all 4; None where nothing is assessed."""
    if not levels:
        return None
    apply = RULES[rule].apply
    return apply([0] * missing + list(levels)), apply(list(levels) + [TOP] * missing)


def adjusted(level: int | None, steps: Iterable[Adjustment]) -> int | None:
    """The level after all steps, within 0-4; None stays None: nothing is adjusted that was not assessed."""
    if level is None:
        return None
    return max(0, min(TOP, level + sum(step.bands for step in steps)))


def _steps(
    factor: RiskFactor, table: Table, uncounted: Ids, given: Sequence[Adjustment]
) -> tuple[Adjustment, ...]:
    """The adjustments of a factor, each name once; what registers say of compounding goes before our own reading."""
    own = _compounding(factor, table, uncounted)
    every = [own, *given] if own else given
    return tuple({step.name: step for step in every}.values())


def _compounding(factor: RiskFactor, table: Table, uncounted: Ids) -> Adjustment | None:
    """What the two questions say that a factor is compounded by."""
    if not factor.compounded_by:
        return None
    questions = {indicator.code: indicator for indicator in factor.indicators}
    first, second = (
        question_level(table, [c for c in questions[code].codes if c not in uncounted])
        for code in factor.compounded_by
    )
    return compounded(first, second)


def question_level(table: Table, codes: Iterable[str]) -> int | None:
    """The level of one question: the highest of the ratings that answer it; None where none does."""
    levels = (r.level for r in assessed(table, tuple(codes)) if r.level is not None)
    return max(levels, default=None)


def compounded(discrimination: int | None, exclusion: int | None) -> Adjustment | None:
    """One band up where discrimination and exclusion are both strong; not known is not strong.

    Source: the report's risk factor 1: discrimination is most worrying when it coincides with exclusion.
    """
    if discrimination is None or exclusion is None or min(discrimination, exclusion) < HIGH:
        return None
    first, second = level_words(discrimination), level_words(exclusion)
    reason = say("assess.discrimination_and_exclusion_coincide", first=first, second=second)
    return Adjustment("compounded", 1, reason)


def _crimes(frameworks: Frameworks, rated: Iterable[Rating]) -> tuple[CrimeLink, ...]:
    """Crimes that seen indicators bear on: those of the factor each is rated in, and those people named."""
    acts: set[Crime] = set()
    incitement: set[Crime] = set()
    for r in rated:
        if r.level:
            acts |= {*frameworks.rated[r.code][1].crimes, *r.crimes}
            incitement |= {*r.incitement}
    return tuple(
        CrimeLink(c, c in acts, c in incitement) for c in Crime if c in acts | incitement
    )
