"""What the annual outlook of one issue holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from upstander.core.types import YearInputs
from upstander.forecast.calibration import Calibration


@dataclass(frozen=True)
class AnnualOutlook:
    """All annual figures of one issue.

    Attributes:
        chances, reasons, cases: rows of FORECAST_CHANCE (annual targets), FORECAST_REASON, FORECAST_CASE.
        base_year: the last complete year of deaths by type.
        typical: probability of the typical place by target; reasons add up from it.
        calibration: shift and stretch learned on earlier origins, by target.
        learned_from: country-years and events each target's model was trained on.
        fidelity: by target, share of the places whose forecast moves as their largest reason says when that
            family is set to the typical place.
        known: what it was made from.
        unknown: features that nobody could know on that day, and no model used.
        small_and_quiet: (place, year) of what speaks for the places without a model; see ``unmodelled``.
    """

    chances: pa.Table
    reasons: pa.Table
    cases: pa.Table
    base_year: int
    typical: Mapping[str, float]
    calibration: Mapping[str, Calibration]
    learned_from: Mapping[str, tuple[int, int]]
    fidelity: Mapping[str, float]
    known: YearInputs
    unknown: tuple[str, ...] = ()
    small_and_quiet: frozenset[tuple[str, int]] = frozenset()
