"""How far a space has come with the indicators of a lens: what is given, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from upstander.assess.frameworks import Framework
from upstander.assess.rating import Table


@dataclass(frozen=True)
class Progress:
    """Of ``of`` indicators ``given`` have a rating; ``next`` is the code of the first one without, '' where none is left."""

    given: int
    of: int
    next: str


def codes(lens: Framework) -> tuple[str, ...]:
    """Every rated code of a lens, once, factor by factor."""
    return tuple(dict.fromkeys(c for factor in lens.factors for c in factor.codes))


def progress(wanted: Sequence[str], table: Table, after: str = "") -> Progress:
    """How many of these codes are rated ('not assessed' is a rating: somebody looked), and the next one to rate.

    Args:
        after: the code that was rated last: the next one is looked for behind it, then from the beginning.
    """
    at = wanted.index(after) + 1 if after in wanted else 0
    left = [code for code in (*wanted[at:], *wanted[:at]) if code not in table]
    return Progress(len(wanted) - len(left), len(wanted), left[0] if left else "")
