"""New mass killing likely: the places with the highest chance of one after a quiet year, in the newest issue."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from upstander.core.thresholds import MASS_ONE_SIDED
from upstander.core.types import Array
from upstander.forecast.rolling.months import ahead
from upstander.forecast.targets import NEW_MASS_KILLING
from upstander.monitor.finding import Finding
from upstander.monitor.past import YEAR, Past
from upstander.monitor.rule import IssueRule
from upstander.monitor.two_issues import TwoIssues

MOST = 3  # places of an issue
LEAST = 0.03  # of the chance


def find(issues: TwoIssues) -> Iterator[Finding]:
    """The highest, where they are not low."""
    now = issues.now(NEW_MASS_KILLING.id)
    ranked = sorted(now.items(), key=lambda item: (-item[1], item[0]))
    for rank, (place, chance) in enumerate(ranked[:MOST], 1):
        if chance >= LEAST:
            yield Finding(place, (), {"now": 100 * chance, "rank": rank})


def came(past: Past) -> Array:
    """(U, T) whether 100 or more civilians were killed deliberately in the twelve months after."""
    coming = ahead(past.killed, YEAR)
    return np.where(np.isnan(coming), np.nan, (coming >= MASS_ONE_SIDED).astype(float))


RULE = IssueRule(
    "New mass killing likely",
    "killing",
    "monitor.new_mass_killing",
    how="Among the three highest chances of 100 or more civilians killed deliberately (one-sided violence, UCDP) in twelve months after a quiet year, and 3 % or more.",
    target=NEW_MASS_KILLING.id,
    find=find,
    came=came,
    meant="100 or more civilians killed deliberately in the twelve months after",
)
