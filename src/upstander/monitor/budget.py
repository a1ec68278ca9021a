"""How the drafts of a month are split between two lists, and which rules fill them: chosen on 2012 to 2018 alone.

One list warns of onsets, the other of surges. Every pair of rules with these aims is tried at every split; what is nearest to
the goals on those years is taken; the choice reads nothing of the years after.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from upstander.core.types import Array
from upstander.forecast.rolling.months import at_of
from upstander.monitor import replay
from upstander.monitor.past import Past
from upstander.monitor.replay import Part
from upstander.monitor.rule import MonthRule

FIRST, LAST = date(2012, 1, 1), date(2018, 12, 1)
GOALS = {4: (0.8, 0.6), 2: (0.6, 0.4)}  # drafts a month: onsets, surges to be warned of
Scores = Mapping[str, Array]


@dataclass(frozen=True)
class Choice:
    """A budget's lists: drafts a month by rule, that for onsets first; what they reached where they were chosen.

    ``tried``: how many splits and pairs it was chosen from.
    """

    budget: int
    drafts: Mapping[str, int]
    onsets: float
    surges: float
    tried: int

    def parts(self, rules: Mapping[str, MonthRule], scores: Scores) -> tuple[Part, ...]:
        """The lists."""
        return tuple(
            Part(name, scores[name], n, rules[name].quiet_months)
            for name, n in self.drafts.items()
        )

    @property
    def short(self) -> float:
        """How far both shares together stay below the goals."""
        goals = GOALS[self.budget]
        reached = (self.onsets, self.surges)
        return sum(max(0.0, g - r) for g, r in zip(goals, reached, strict=True))


def chosen(
    past: Past, rules: Mapping[str, MonthRule], scores: Scores
) -> Mapping[int, Choice]:
    """The choice for each budget; of equals the first by name, with fewer drafts for onsets."""
    return {
        budget: min(_tried(past, rules, scores, budget), key=lambda c: c.short)
        for budget in GOALS
    }


def _tried(
    past: Past,
    rules: Mapping[str, MonthRule],
    scores: Scores,
    budget: int,
) -> Iterator[Choice]:
    splits = list(_splits(rules, budget))
    first, last = at_of(FIRST), at_of(LAST)
    for drafts in splits:
        empty = Choice(budget, drafts, 0.0, 0.0, len(splits))
        found = replay.drafted(empty.parts(rules, scores), first, last)
        line = replay.row("", past, found, first, last)
        onsets, surges = (
            float(str(line[f"{n}_warned"] or 0)) for n in ("onsets", "surges")
        )
        yield Choice(budget, drafts, onsets, surges, len(splits))


def _splits(rules: Mapping[str, MonthRule], budget: int) -> Iterator[Mapping[str, int]]:
    by_aim = {
        aim: [n for n, r in rules.items() if r.aim == aim] for aim in ("onset", "surge")
    }
    for onset in by_aim["onset"]:
        for surge in by_aim["surge"]:
            for quiet in range(1, budget):
                yield {onset: quiet, surge: budget - quiet}
