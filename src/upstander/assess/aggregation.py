"""From ratings to the level of a factor: a stated rule, its spread and its bounds, and named adjustments on top.

The rules (``assess/rules.py``) ask how many signs reach a level; none takes a mean or a middle, which would hide the one
strong sign. The whole distribution and the strongest sign stand beside. Missing is not zero: what is not assessed takes
no part, is counted, and opens the bounds upwards: what the level would be were all of it "very strong". What does not
apply counts nowhere, and signs of intent make no level through any lens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from upstander.assess import confidence
from upstander.assess.four_crimes import Crime, CrimeLink
from upstander.assess.frameworks import Frameworks, RiskFactor
from upstander.assess.rating import HIGH, NOT_ASSESSED, Rating, Table, assessed, level_words
from upstander.assess.rules import DEFAULT, RULES
from upstander.core.types import CAUTION
from upstander.records import Record

TOP = 4
CAVEAT = (
    f"{CAUTION} Levels are what people rated on the evidence shown, not findings of fact or law."
)
NOT_SCORED = "no level is formed: intent is never scored"
MOST_NAMED = 5  # codes of the strongest sign that a sentence names
Ties = Mapping[
    str, tuple[frozenset[str], frozenset[str]]
]  # by code: ids of evidence for and against


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
    applying: frozenset[str] = frozenset()
    rated: frozenset[str] = frozenset()
    only_in_conflict: frozenset[str] = frozenset()
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
            return (
                f"{NOT_ASSESSED}; signs of intent are rated, and {NOT_SCORED}"
                if self.intent_rated
                else NOT_ASSESSED
            )
        if not self.sign or self.sign <= self.level:
            return level_words(self.level)
        stated = level_words(self.level) if self.level else "0, as people set it"
        return f"{stated}; strongest sign {level_words(self.sign)} ({', '.join(self.strongest[:MOST_NAMED])})"

    @property
    def text(self) -> str:
        """The level and its grounds."""
        return f"{self.title}: {self.words}. {self.grounds}"

    @property
    def grounds(self) -> str:
        """What the level stands on, and every adjustment; confidence is a sentence of its own."""
        s = self.spread
        parts = [f"{s.assessed} of {s.of} indicators assessed."]
        if s.range and self.scored:
            low, high = s.range
            parts.append(
                f"Rated levels run from {low} to {high}; the rule ({RULES[self.rule].title}) gives {self.base}."
            )
        if self.bounds and self.bounds[0] != self.bounds[1]:
            parts.append(f"What is not assessed could raise this to {self.bounds[1]}.")
        if self.set_aside:
            parts.append(
                f"Rated, and set aside while no armed conflict or occupation is recorded: {', '.join(self.set_aside)}."
            )
        parts += [f"{_signed(a.bands)} {a.name}: {a.reason.rstrip('.')}." for a in self.adjustments]
        if self.confidence:
            parts.append(f"Confidence: {confidence.words(self.confidence)}.")
        return " ".join(parts)


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
    left_out: frozenset[str] = frozenset(),
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
    scorable = tuple(c for c in factor.scored_codes if c not in frameworks.unscored)
    looked = scorable or factor.codes
    codes = [c for c in looked if c not in left_out]
    rated = assessed(table, codes)
    levels = sorted(r.level for r in rated if r.level is not None) if scorable else []
    first = level_of(levels, used)
    steps = (
        _steps(factor, table, frameworks.unscored | left_out, adjustments)
        if first is not None
        else ()
    )
    spread = _spread(rated, len(codes), len(looked) - len(codes))
    supports, against = evidence_of(factor.codes, table, ties)
    intent = [c for c in factor.codes if c in frameworks.unscored]
    return Finding(
        framework=framework,
        factor=factor.code,
        title=factor.title,
        role=factor.role,
        overlap=factor.overlap,
        rule=used,
        spread=spread,
        base=first,
        bounds=bounds(levels, spread.not_assessed, used),
        adjustments=steps,
        level=adjusted(first, steps),
        trend=trend(rated),
        confidence=confidence.together((r.confidence for r in rated), spread.share),
        crimes=_crimes(frameworks, rated),
        evidence_for=len(supports),
        evidence_against=len(against),
        unverified=sum(bool(frameworks.rated[c][2].warning) for c in codes),
        scored=bool(scorable),
        applying=frozenset(codes),
        rated=frozenset(r.code for r in rated),
        only_in_conflict=frameworks.conflict_only.intersection(codes),
        strongest=tuple(r.code for r in rated if r.level and r.level == levels[-1])
        if levels
        else (),
        set_aside=tuple(r.code for r in assessed(table, looked) if r.level and r.code in left_out),
        intent_rated=bool(assessed(table, intent)),
        nexus=factor.nexus,
        note=factor.note,
    )


def _spread(rated: Sequence[Rating], applying: int, not_applying: int) -> Spread:
    tally = Counter(r.level for r in rated)
    levels = (tally[0], tally[1], tally[2], tally[3], tally[4])
    return Spread(levels, applying - len(rated), not_applying)


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
    return None if level is None else max(0, min(TOP, level + sum(s.bands for s in steps)))


def _steps(
    factor: RiskFactor, table: Table, uncounted: frozenset[str], given: Sequence[Adjustment]
) -> tuple[Adjustment, ...]:
    """The adjustments of a factor, each name once; what registers say of compounding goes before our own reading."""
    own = []
    if factor.compounded_by:
        questions = {i.code: i for i in factor.indicators}
        first, second = (
            question_level(table, [c for c in questions[code].codes if c not in uncounted])
            for code in factor.compounded_by
        )
        own = [a for a in (compounded(first, second),) if a]
    return tuple({a.name: a for a in [*own, *given]}.values())


def question_level(table: Table, codes: Iterable[str]) -> int | None:
    """The level of one question: the highest of the ratings that answer it; None where none does."""
    return max(
        (r.level for r in assessed(table, tuple(codes)) if r.level is not None), default=None
    )


def compounded(discrimination: int | None, exclusion: int | None) -> Adjustment | None:
    """One band up where discrimination and exclusion are both strong; not known is not strong.

    Source: the report's risk factor 1: discrimination is most worrying when it coincides with exclusion.
    """
    if discrimination is None or exclusion is None or min(discrimination, exclusion) < HIGH:
        return None
    reason = f"discrimination ({level_words(discrimination)}) and exclusion ({level_words(exclusion)}) coincide"
    return Adjustment("compounded", 1, reason)


def trend(rated: Iterable[Rating]) -> str:
    """The direction more indicators show: rising or falling; mixed where as many rise as fall; else steady."""
    tally = Counter(r.trend for r in rated)
    up, down = tally["rising"], tally["falling"]
    if up == down:
        return "mixed" if up else "steady" if tally["steady"] else "not_known"
    return "rising" if up > down else "falling"


def _crimes(frameworks: Frameworks, rated: Iterable[Rating]) -> tuple[CrimeLink, ...]:
    """Crimes that seen indicators bear on: those of the factor each is rated in, and those people named."""
    acts: set[Crime] = set()
    incitement: set[Crime] = set()
    for r in rated:
        if r.level:
            acts |= {*frameworks.rated[r.code][1].crimes, *r.crimes}
            incitement |= {*r.incitement}
    return tuple(CrimeLink(c, c in acts, c in incitement) for c in Crime if c in acts | incitement)


def ties_of(records: Iterable[Record]) -> Ties:
    """Evidence by what it bears on, from the evidence records the reader may read; key ``""`` holds all their ids."""
    supports: dict[str, set[str]] = {}
    against: dict[str, set[str]] = {}
    seen = []
    for record in records:
        if record.kind != "evidence":
            continue
        seen.append(record.id)
        for key, found in (("supports", supports), ("against", against)):
            for code in record.body.get(key) or ():
                found.setdefault(code, set()).add(record.id)
    ties = {
        c: (frozenset(supports.get(c, ())), frozenset(against.get(c, ())))
        for c in supports.keys() | against.keys()
    }
    return {**ties, "": (frozenset(seen), frozenset())}


def evidence_of(
    codes: Iterable[str], table: Table, ties: Ties
) -> tuple[frozenset[str], frozenset[str]]:
    """Ids of the items for and against any of these codes, as items or as ratings name them.

    An id that a rating names but the reader may not read is not counted: what may not be seen is not hinted at.
    """
    readable = ties.get("", (frozenset(), frozenset()))[0]
    supports: set[str] = set()
    against: set[str] = set()
    for code in codes:
        named_for, named_against = ties.get(code, (frozenset(), frozenset()))
        supports |= named_for
        against |= named_against
        if rating := table.get(code):
            supports |= readable.intersection(rating.supports)
            against |= readable.intersection(rating.against)
    return frozenset(supports), frozenset(against)


def nothing_seen(findings: Sequence[Finding], base_rate: str) -> str | None:
    """What is said when every structural factor was assessed and nothing seen: the observed base rate (R06).

    Args:
        base_rate: the rate with what it is the rate of, as printed, for example ``1.6 % of country-years 1989-2025
            saw 100 or more civilians killed``; the caller takes it from the data and never prints 0 %.

    Returns:
        The sentence, or None where anything is seen or a factor is not assessed (that is another sentence).
    """
    spreads = [f.spread for f in findings if f.role == "structural" and f.scored]
    if not spreads or any(s.range != (0, 0) for s in spreads):
        return None
    looked, of = sum(s.assessed for s in spreads), sum(s.of for s in spreads)
    return (
        f"None of the {len(spreads)} factors was seen in the {looked} of {of} indicators assessed. Crimes are rare "
        f"where no factor is present, and they do occur: {base_rate}. Low risk is not no risk, and no State is immune."
    )
