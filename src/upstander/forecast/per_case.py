"""Every score of every single case: a place at one origin and horizon. Averages are made from these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from upstander.core.types import Array
from upstander.forecast import scores
from upstander.forecast.shapes import ByName, Mask, Numbers


@dataclass(frozen=True)
class PerCase:
    """(U, H) scores of draws against outcomes; NaN in every field where the outcome is not known.

    Attributes:
        outcome: what happened, in persons killed.
        crps, mis: in persons killed; ``mis`` is the 90 % interval score.
        crps_log: CRPS of log(1 + deaths).
        ign: ignorance in bits over the 11 bins, of 1,000 draws (fewer are repeated in turn).
        covered: 1 where the outcome lies in the 90 % interval of those 1,000 draws, else 0.
        pit_low, pit_high: share of draws below the outcome, and at most equal to it. Of a calibrated
            forecast a number drawn evenly between the two is uniform (Czado, Gneiting & Held 2009).
    """

    outcome: Array
    crps: Array
    crps_log: Array
    ign: Array
    mis: Array
    covered: Array
    pit_low: Array
    pit_high: Array


def measure(draws: Numbers, outcome: Array) -> PerCase:
    """Scores of (U, H, S) draws against (U, H) outcomes, NaN where these are."""
    known = ~np.isnan(outcome)
    measured = _measured(draws[known], outcome[known])
    return PerCase(**{name: _placed(values, known) for name, values in measured.items()})


def _measured(draws: Numbers, outcome: Array) -> ByName:
    """Every field of PerCase for (N, S) draws and (N,) outcomes."""
    whole = scores.repeated(draws)
    return {
        "outcome": outcome,
        "crps": scores.crps(draws, outcome),
        "crps_log": scores.crps_log(draws, outcome),
        "ign": scores.ign(whole, outcome),
        "mis": scores.mis(draws, outcome),
        "covered": scores.coverage(whole, outcome),
        **_pit(draws, outcome[:, None]),
    }


def _pit(draws: Numbers, outcome: Array) -> ByName:
    return {
        "pit_low": (draws < outcome).mean(axis=-1),
        "pit_high": (draws <= outcome).mean(axis=-1),
    }


def _placed(values: Array, known: Mask) -> Array:
    wide = np.full(known.shape, np.nan)
    wide[known] = values
    return wide
