"""Rules that make one level of several, each a pure function of the sorted levels, by name.

Levels 0-4 are ordered words, not amounts: the step from "slight" to "some" is not known to be as wide as the one from
"strong" to "very strong". So no rule adds or averages them, and none takes the middle: the middle of many quiet signs
hides the one that speaks. Every rule asks how many signs reach a level. Hence more signs of risk never lower a level,
and signs rated "not seen" lower none: a quiet sign is no evidence against a strong one (evidence against is recorded
as such, beside). The rules differ in how many signs they ask for, and the range over all of them is always shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """``apply`` takes levels sorted upwards, at least one, and returns one of the scale; ``title`` says it in words."""

    title: str
    apply: Callable[[Sequence[int]], int]


def reached_by(signs: int) -> Callable[[Sequence[int]], int]:
    """The rule that asks for a number of signs: each sign fewer takes one step off, and what is seen stays above 0.

    >>> two = reached_by(2)
    >>> two([0, 4, 4]), two([0, 0, 4]), two([0, 1]), two([0, 0])
    (4, 3, 1, 0)
    """

    def apply(levels: Sequence[int]) -> int:
        strongest = levels[::-1][:signs]
        steps = (level - (signs - 1 - rank) for rank, level in enumerate(strongest))
        return max(*steps, min(1, strongest[0]), 0)

    return apply


RULES: Mapping[str, Rule] = {
    "two_signs": Rule(
        "the level that two signs reach; one alone counts a step less", reached_by(2)
    ),
    "highest": Rule("the highest level of any sign", reached_by(1)),
    "three_signs": Rule(
        "the level that three signs reach; each sign fewer counts a step less",
        reached_by(3),
    ),
}
DEFAULT = "two_signs"
