"""Rules that make one level of several, each a pure function of the sorted levels, by name.

Levels 0-4 are ordered words, not amounts: the step from "slight" to "some" is not known to be as wide as the one
from "strong" to "very strong". So no rule adds or averages them. The default counts nothing twice and weighs nothing:
every assessed indicator speaks once. No weights are known that would be better; the tests of sensitivity show what
another rule would say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """``apply`` takes levels sorted upwards, at least one, and returns one of the scale; ``title`` says it in words."""

    title: str
    apply: Callable[[Sequence[int]], int]


def _share_strong(levels: Sequence[int]) -> int:
    """4 where at least half are strong (3) or more, 3 from a quarter, 2 from a tenth, 1 where any is seen, else 0."""
    strong = sum(level >= 3 for level in levels) / len(levels)
    return next((n for n, least in ((4, 0.5), (3, 0.25), (2, 0.1)) if strong >= least), int(levels[-1] > 0))


RULES: Mapping[str, Rule] = {
    "median": Rule("the middle level, of two the higher", lambda levels: levels[len(levels) // 2]),
    "lower_median": Rule("the middle level, of two the lower", lambda levels: levels[(len(levels) - 1) // 2]),
    "upper_quartile": Rule(
        "the level that a quarter reach or pass", lambda levels: levels[len(levels) + (-len(levels) // 4)]
    ),
    "highest": Rule("the highest level of any", lambda levels: levels[-1]),
    "share_strong": Rule("bands of the share that is strong or more: 1/10, 1/4, 1/2", _share_strong),
}
DEFAULT = "median"
