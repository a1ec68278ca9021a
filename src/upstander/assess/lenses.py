"""One base of ratings seen through any framework: its factors, its questions, its findings, and how firm they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from upstander.assess.aggregation import (
    Adjustment,
    Finding,
    Ties,
    evidence_of,
    finding,
    question_level,
)
from upstander.assess.frameworks import Framework, Frameworks, Indicator, RiskFactor
from upstander.assess.headline import Headline, decided_by, headline
from upstander.assess.overall import UnderRule, overall, under
from upstander.assess.rating import Rating, Ratings, Table
from upstander.assess.rules import DEFAULT, RULES
from upstander.records import Record

PEOPLE = "set by people"
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
    made = (
        _finding(frameworks, name, f.code, table, ties, setting) for f in frameworks[name].factors
    )
    return tuple(_overridden(f, setting.overrides) for f in made)


def _finding(
    frameworks: Frameworks, name: str, code: str, table: Table, ties: Ties, setting: Setting
) -> Finding:
    """The finding on one factor, with what applies and what registers say as the setting has it."""
    left_out = frozenset() if setting.has_nexus else frameworks.conflict_only
    given = (setting.adjustments or {}).get(code, ())
    return finding(
        frameworks, name, code, table, ties, rule=setting.rule, adjustments=given, left_out=left_out
    )


def _overridden(f: Finding, records: Iterable[Record]) -> Finding:
    """The finding with the level people set, as an adjustment that leaves the rule's level in sight.

    Only a level that ratings made can be set anew: nothing is made of what was not assessed, or of intent.
    """
    set_here = [r for r in records if r.kind == OVERRIDE]
    mine = [
        r for r in set_here if (r.body["framework"], r.body["factor"]) == (f.framework, f.factor)
    ]
    if not mine or f.level is None:
        return f
    newest = max(mine, key=lambda r: r.when)
    if newest.body["level"] == "withdrawn":
        return f
    bands = int(newest.body["level"]) - f.level
    steps = (*f.adjustments, Adjustment(PEOPLE, bands, newest.body["reason"], newest.who))
    return replace(f, adjustments=steps, level=f.level + bands)


def for_space(setting: Setting, space: str) -> Setting:
    """The setting with the levels that one space set, and no other's."""
    return replace(setting, overrides=tuple(r for r in setting.overrides if r.stamp.space == space))


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
    by_rule = {
        rule: findings(frameworks, name, table, ties, replace(own, rule=rule)) for rule in RULES
    }
    found = by_rule[setting.rule]
    answers = {
        f.code: tuple(_answer(frameworks, i, f, ratings, table, ties) for i in f.indicators)
        for f in framework.factors
    }
    unseen = tuple(c for c in frameworks.unseen(name) if c in table)
    draft = overall(found, setting.rule, by_rule)
    head = headline(draft, found, decided_by(own.overrides, space), setting.base_rate)
    return View(framework, space, found, answers, head, unseen)


def _answer(
    frameworks: Frameworks,
    i: Indicator,
    factor: RiskFactor,
    ratings: Ratings,
    table: Table,
    ties: Ties,
) -> Answer:
    items = {c: evidence_of((c,), table, ties) for c in i.shown}
    scored = (
        [c for c in i.shown if c not in frameworks.unscored] if i.scored and factor.scored else []
    )
    return Answer(
        indicator=i,
        level=question_level(table, scored),
        ratings={c: table.get(c) for c in i.shown},
        positions={
            c: {s: t[c].level for s, t in ratings.by_space.items() if c in t} for c in i.shown
        },
        evidence_for={c: len(items[c][0]) for c in i.shown},
        evidence_against={c: len(items[c][1]) for c in i.shown},
        unscored=frameworks.unscored.intersection(i.shown),
    )


def positions(
    frameworks: Frameworks, name: str, ratings: Ratings, ties: Ties, setting: Setting = PLAIN
) -> Mapping[str, Mapping[str, Finding]]:
    """Each factor as each space sees it, by factor and space; kept apart, never merged."""
    found: dict[str, dict[str, Finding]] = {f.code: {} for f in frameworks[name].factors}
    for space, table in ratings.by_space.items():
        for f in findings(frameworks, name, table, ties, for_space(setting, space)):
            found[f.factor][space] = f
    return found


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
    names = (setting.rule, *(r for r in RULES if r != setting.rule))
    found = {r: findings(frameworks, name, table, ties, replace(plain, rule=r)) for r in names}
    dropped: dict[str, tuple[int, int]] = {}
    pivotal: dict[str, tuple[str, ...]] = {}
    for whole in found[setting.rule]:
        if whole.level is None or len(whole.rated) < 2:
            continue
        rated = (c for c in frameworks[name].factor(whole.factor).scored_codes if c in whole.rated)
        without = {c: _without(frameworks, name, whole.factor, table, c, plain) for c in rated}
        reached = [level for level in without.values() if level is not None]
        dropped[whole.factor] = (min(reached), max(reached))
        pivotal[whole.factor] = tuple(c for c, level in without.items() if level != whole.level)
    by_rule = tuple(under(r, made) for r, made in found.items())
    return Sensitivity(setting.rule, by_rule, dropped, pivotal)


def _without(
    frameworks: Frameworks, name: str, factor: str, table: Table, code: str, setting: Setting
) -> int | None:
    fewer = {c: r for c, r in table.items() if c != code}
    return _finding(frameworks, name, factor, fewer, {}, setting).level
