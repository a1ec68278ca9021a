"""What may happen in the coming months to civilians of a place, and whether it did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from upstander.core.thresholds import MASS_ONE_SIDED, MASS_TOTAL, VIOLENT_YEAR
from upstander.core.types import Array
from upstander.forecast import targets
from upstander.forecast.rolling.months import Counts, ahead, rolling
from upstander.forecast.shapes import Mask
from upstander.forecast.targets import (
    CIVILIANS_MONTHS,
    ESCALATION_TIMES,
    ONE_SIDED_THRESHOLDS,
    SURGE_LEAST,
    civilians_id,
)

YEAR = 12
Change = Literal["", "new", "escalation"]


@dataclass(frozen=True)
class Event:
    """At least ``threshold`` civilians killed deliberately in the next ``months`` months; ``change`` asks for more.

    ``new``: after fewer than 25 in the last twelve months. ``escalation``: and three times the last twelve months'.
    """

    id: str
    threshold: float
    months: int
    change: Change = ""

    def milder(self) -> Event:
        """The same at half the deaths: rare events teach little, and what leads to half leads to the whole."""
        return replace(self, threshold=self.threshold / 2)

    def level(self, last: Array) -> Array:
        """(...) deaths from which on it has happened, by the last twelve months' number."""
        if self.change != "escalation":
            return np.full(np.shape(last), float(self.threshold))
        least = SURGE_LEAST * self.threshold / MASS_ONE_SIDED
        several = ESCALATION_TIMES * np.maximum(least, last)
        return np.asarray(np.maximum(self.threshold, several))

    def at_risk(self, last: Array) -> Mask:
        """(...) whether it can happen at all, by the last twelve months' number."""
        if self.change == "new":
            return np.asarray(last < VIOLENT_YEAR)
        return np.ones(np.shape(last), dtype=bool)

    def outcomes(self, months: Counts) -> Array:
        """(U, T) 1 or 0 by place and origin; NaN where it could not happen or is not yet known."""
        last = rolling(months.killed, YEAR)
        after = ahead(months.killed, self.months)
        known = ~np.isnan(after) & self.at_risk(last)
        return np.where(known, (after >= self.level(last)).astype(float), np.nan)


NEW = Event(targets.NEW_MASS_KILLING.id, MASS_ONE_SIDED, YEAR, "new")
ESCALATION = Event(targets.ESCALATION.id, MASS_ONE_SIDED, YEAR, "escalation")
# Those that are learned; a new mass killing is the event of 100 in twelve months, in the places where it is new.
LEARNED = (
    *(
        Event(civilians_id(n, months), n, months)
        for months in CIVILIANS_MONTHS
        for n in ONE_SIDED_THRESHOLDS
    ),
    ESCALATION,
)
EVENTS = (*LEARNED, NEW)
HEADLINE = next(e for e in EVENTS if e.id == civilians_id(MASS_ONE_SIDED, YEAR))
WORST = next(e for e in EVENTS if e.id == civilians_id(MASS_TOTAL, YEAR))
