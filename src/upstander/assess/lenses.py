"""One base of ratings seen through any framework: its factors, its questions, its findings, and how firm they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from upstander.assess.aggregation import (
    Adjustment,
    Finding,
    finding,
    question_level,
)
from upstander.assess.evidence_ties import Ties, evidence_of
from upstander.assess.frameworks import Framework, Frameworks, Indicator, RiskFactor
from upstander.assess.headline import Headline, decided_by, headline
from upstander.assess.overall import UnderRule, overall, under
from upstander.assess.rating import Rating, Ratings, Table
from upstander.assess.rules import DEFAULT, RULES
from upstander.core.messages import say
from upstander.records import Record

PEOPLE = say("assess.set_by_people")
OVERRIDE = "override"


@dataclass(frozen=True)
class Answer:
    """One question of a lens, answered by ratings made once.

    Attributes:
        level: the highest of the ratings behind it; None when none is assessed, or no level may be formed.
        unscored: rated codes behind it that no number is shown of (signs of intent).
        ratings: by rated code, None where the space has not rated it.
        positions: by rated code, the levels of every space that rated it, None for "not assessed".
        evidence_for, evidence_against: items the reader may read, by code.
    """

    indicator: Indicator
    level: int | None
    ratings: Mapping[str, Rating | None]
    positions: Mapping[str, Mapping[str, int | None]]
    evidence_for: Mapping[str, int]
    evidence_against: Mapping[str, int]
    unscored: frozenset[str] = frozenset()


@dataclass(frozen=True)
class View:
    """A framework with everything filled in from one space's ratings.

    Attributes:
        answers: by factor code, its questions in order.
        headline: the country's level as people set it in this review, or that none is set, with the draft beside.
        unseen: rated codes this lens does not look at and the space has rated, so that nothing is out of sight.
    """

    framework: Framework
    space: str
    findings: tuple[Finding, ...]
    answers: Mapping[str, tuple[Answer, ...]]
    headline: Headline
    unseen: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a view is made with.

    Attributes:
        rule: a name in RULES.
        adjustments: by factor code, steps that registers found.
        overrides: records of the kinds ``override`` and ``country_level`` in this review; each counts for the space that
            made it.
        base_rate: how often mass violence was observed, as printed, for where nothing is seen; '' where not known.
        has_nexus: False where no armed conflict or occupation is recorded: indicators that need one do not apply.
    """

    rule: str = DEFAULT
    adjustments: Mapping[str, Sequence[Adjustment]] | None = None
    overrides: tuple[Record, ...] = ()
    has_nexus: bool = True
    base_rate: str = ""


PLAIN = Setting()


def findings(
    frameworks: Frameworks, name: str, table: Table, ties: Ties, setting: Setting = PLAIN
) -> tuple[Finding, ...]:
    """The findings on every factor of a lens, in its order, from one space's ratings; see ``for_space``."""
    by_rule = (
        _finding(frameworks, name, factor.code, table, ties, setting)
        for factor in frameworks[name].factors
    )
    return tuple(_overridden(finding, setting.overrides) for finding in by_rule)


def _finding(
    frameworks: Frameworks, name: str, code: str, table: Table, ties: Ties, setting: Setting
) -> Finding:
    """The finding on one factor, with what applies and what registers say as the setting has it."""
    return finding(
        frameworks,
        name,
        code,
        table,
        ties,
        rule=setting.rule,
        adjustments=(setting.adjustments or {}).get(code, ()),
        left_out=frozenset() if setting.has_nexus else frameworks.conflict_only,
    )


def _overridden(finding: Finding, records: Iterable[Record]) -> Finding:
    """The finding with the level people set, as an adjustment that leaves the rule's level in sight.

    Only a level that ratings made can be set anew: nothing is made of what was not assessed, or of intent.
    """
    set_here = [r for r in records if r.kind == OVERRIDE and _is_of(r, finding)]
    if not set_here or finding.level is None:
        return finding
    newest = max(set_here, key=lambda r: r.when)
    if newest.body["level"] == "withdrawn":
        return finding
    bands = int(newest.body["level"]) - finding.level
    step = Adjustment(
        name=PEOPLE,
        bands=bands,
        reason=newest.body["reason"],
        who=newest.who,
    )
    steps = (*finding.adjustments, step)
    return replace(finding, adjustments=steps, level=finding.level + bands)


def _is_of(override: Record, finding: Finding) -> bool:
    body = override.body
    return (body["framework"], body["factor"]) == (finding.framework, finding.factor)


def for_space(setting: Setting, space: str) -> Setting:
    """The setting with the levels that one space set, and no other's."""
    own = tuple(r for r in setting.overrides if r.stamp.space == space)
    return replace(setting, overrides=own)


def view(
    frameworks: Frameworks,
    name: str,
    ratings: Ratings,
    space: str,
    ties: Ties,
    setting: Setting = PLAIN,
) -> View:
    """A lens filled in. One rating shows in every lens that sees its code; a change of it changes them all."""
    framework, table = frameworks[name], ratings.of(space)
    own = for_space(setting, space)
    by_rule = _by_rule(frameworks, name, table, ties, own, RULES)
    chosen = by_rule[setting.rule]
    draft = overall(chosen, setting.rule, by_rule)
    set_level = decided_by(own.overrides, space)
    return View(
        framework=framework,
        space=space,
        findings=chosen,
        answers=_answers(frameworks, framework, ratings, table, ties),
        headline=headline(draft, chosen, set_level, setting.base_rate),
        unseen=tuple(code for code in frameworks.unseen(name) if code in table),
    )


def _by_rule(
    frameworks: Frameworks,
    name: str,
    table: Table,
    ties: Ties,
    setting: Setting,
    rules: Iterable[str],
) -> dict[str, tuple[Finding, ...]]:
    """The findings under each of several rules."""
    return {
        rule: findings(frameworks, name, table, ties, replace(setting, rule=rule))
        for rule in rules
    }


def _answers(
    frameworks: Frameworks, framework: Framework, ratings: Ratings, table: Table, ties: Ties
) -> dict[str, tuple[Answer, ...]]:
    """By factor, its questions in order."""
    return {
        factor.code: tuple(
            _answer(frameworks, indicator, factor, ratings, table, ties)
            for indicator in factor.indicators
        )
        for factor in framework.factors
    }


def _answer(
    frameworks: Frameworks,
    indicator: Indicator,
    factor: RiskFactor,
    ratings: Ratings,
    table: Table,
    ties: Ties,
) -> Answer:
    codes = indicator.shown
    items = {code: evidence_of((code,), table, ties) for code in codes}
    unscored = frameworks.unscored.intersection(codes)
    is_scored = indicator.scored and factor.scored
    scored = [code for code in codes if code not in unscored] if is_scored else []
    return Answer(
        indicator=indicator,
        level=question_level(table, scored),
        ratings={code: table.get(code) for code in codes},
        positions={code: _levels(ratings, code) for code in codes},
        evidence_for={code: len(supports) for code, (supports, _) in items.items()},
        evidence_against={code: len(against) for code, (_, against) in items.items()},
        unscored=unscored,
    )


def _levels(ratings: Ratings, code: str) -> dict[str, int | None]:
    """By space that rated a code, its level."""
    rated = ((space, table.get(code)) for space, table in ratings.by_space.items())
    return {space: rating.level for space, rating in rated if rating is not None}


def positions(
    frameworks: Frameworks,
    name: str,
    ratings: Ratings,
    ties: Ties,
    setting: Setting = PLAIN,
) -> Mapping[str, Mapping[str, Finding]]:
    """Each factor as each space sees it, by factor and space; kept apart, never merged."""
    by_factor: dict[str, dict[str, Finding]] = {
        f.code: {} for f in frameworks[name].factors
    }
    for space, table in ratings.by_space.items():
        for own in findings(frameworks, name, table, ties, for_space(setting, space)):
            by_factor[own.factor][space] = own
    return by_factor


@dataclass(frozen=True)
class Sensitivity:
    """How firm the levels are.

    Attributes:
        chosen: name of the rule in use.
        rules: what each rule would say, the chosen one first.
        dropped: by factor, the levels it would have with any one rated indicator left out.
        pivotal: by factor, the codes whose leaving out changes its level.
    """

    chosen: str
    rules: tuple[UnderRule, ...]
    dropped: Mapping[str, tuple[int, int]]
    pivotal: Mapping[str, tuple[str, ...]]

    @property
    def is_firm(self) -> bool:
        """Whether every rule gives the country the same level, and no single indicator carries a factor's."""
        return len({r.level for r in self.rules}) == 1 and not any(self.pivotal.values())


def sensitivity(
    frameworks: Frameworks, name: str, table: Table, ties: Ties, setting: Setting = PLAIN
) -> Sensitivity:
    """The lens under every rule, and with each rated indicator left out in turn. People's own levels are left aside."""
    plain = replace(setting, overrides=())
    rules = (setting.rule, *(rule for rule in RULES if rule != setting.rule))
    by_rule = _by_rule(frameworks, name, table, ties, plain, rules)
    dropped: dict[str, tuple[int, int]] = {}
    pivotal: dict[str, tuple[str, ...]] = {}
    for whole in by_rule[setting.rule]:
        if whole.level is not None and len(whole.rated) > 1:
            without = _one_left_out(frameworks, whole, table, plain)
            dropped[whole.factor] = _range(without.values())
            pivotal[whole.factor] = tuple(
                c for c, level in without.items() if level != whole.level
            )
    in_words = tuple(under(rule, each) for rule, each in by_rule.items())
    return Sensitivity(
        chosen=setting.rule,
        rules=in_words,
        dropped=dropped,
        pivotal=pivotal,
    )


def _range(levels: Iterable[int | None]) -> tuple[int, int]:
    assessed = [level for level in levels if level is not None]
    return min(assessed), max(assessed)


def _one_left_out(
    frameworks: Frameworks, whole: Finding, table: Table, setting: Setting
) -> dict[str, int | None]:
    """By rated code, the level of the factor without it."""
    name, factor = whole.framework, whole.factor
    levels = {}
    for code in frameworks[name].factor(factor).scored_codes:
        if code in whole.rated:
            fewer = {c: rating for c, rating in table.items() if c != code}
            levels[code] = _finding(frameworks, name, factor, fewer, {}, setting).level
    return levels
