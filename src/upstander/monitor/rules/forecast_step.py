"""Step change of a forecast: the odds of civilians killed deliberately doubled since the issue before."""

from __future__ import annotations

from collections.abc import Iterator
from math import log

import numpy as np

from upstander.core.thresholds import MASS_ONE_SIDED
from upstander.core.types import Array
from upstander.forecast.rolling.months import ahead
from upstander.forecast.targets import HEADLINE
from upstander.monitor.finding import Finding
from upstander.monitor.past import YEAR, Past
from upstander.monitor.rule import IssueRule
from upstander.monitor.two_issues import TwoIssues

STEP = log(2)  # log odds
LEAST = 0.02  # of the chance now


def _log_odds(chance: float) -> float:
    return log(chance / (1 - chance))


def find(issues: TwoIssues) -> Iterator[Finding]:
    """Each place whose odds doubled; none where there is no issue before."""
    before = issues.before(HEADLINE)
    for place, now in issues.now(HEADLINE).items():
        then = before.get(place)
        if then is not None and now >= LEAST and _log_odds(now) - _log_odds(then) >= STEP:
            values = {"then": 100 * then, "now": 100 * now, "day": issues.day_before}
            yield Finding(place, (), values)


def came(past: Past) -> Array:
    """(U, T) whether 100 or more civilians were killed deliberately in the twelve months after."""
    coming = ahead(past.killed, YEAR)
    return np.where(np.isnan(coming), np.nan, (coming >= MASS_ONE_SIDED).astype(float))


RULE = IssueRule(
    "Step change of a forecast",
    "killing",
    "monitor.forecast_step",
    how="The odds of 100 or more civilians killed deliberately in twelve months doubled, to 2 % or more.",
    target=HEADLINE,
    find=find,
    came=came,
    meant="100 or more civilians killed deliberately in the twelve months after",
)
