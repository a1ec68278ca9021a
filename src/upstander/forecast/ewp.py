"""The Early Warning Project's task: will a mass killing begin within two years? Their panel, labels and protocol.

Forecasts for base year T learn from base years up to T - 2, whose two following years are over. The published
elastic net stands in the table as published; the logits are fitted here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from upstander.core.thresholds import VIOLENT_YEAR
from upstander.core.types import Array, Cases, Classifier, FittedClassifier, YearInputs
from upstander.forecast.annual_backtest import Origin, answers, heir, with_members
from upstander.forecast.cases import lagged, select, surge_level
from upstander.forecast.designs import columns
from upstander.forecast.ewp_panel import EwpPanel
from upstander.forecast.shapes import ByName, Index, Mask, Names
from upstander.forecast.training import grow, stream

if TYPE_CHECKING:
    from upstander.core.places import Places

FIRST, LAST = 1993, 2022  # base years: 72 onsets in 4,864 country-years
DELAY = 2  # years until an outcome is complete
HALF_LIFE = 20.0  # years: how fast the past counts less; mass killings have grown rarer
# Those of our members that ask for no variable by name; a forest stands in for the two that do.
MEMBERS = ("extra_trees", "gradient_boosting", "random_forest", "ridge_logit")
NET = "ewp_elastic_net_published"
POPULATION_MORTALITY = ("popsize.log2", "un_imr_sqrt")
FOUR = (*POPULATION_MORTALITY, "mk_ever", "battledeaths.log2")
SURGE = float(
    VIOLENT_YEAR
)  # killed deliberately in a year, and three times the years before: the milder event


def published(panel: EwpPanel, year: int) -> Mapping[str, float]:
    """Their published risk for a base year by country code, as text."""
    risks = panel.published[:, year - int(panel.years[0])]
    return {
        str(c): float(p) for c, p in zip(panel.codes, risks, strict=True) if not np.isnan(p)
    }


def origin(
    every: Cases,
    net: Mapping[str, float],
    year: int,
    seed: int,
) -> Origin:
    """All models for one base year, trained on base years two and more years before.

    The baselines see all past years alike, as published; our members see them with a half-life.
    """
    train, asked = _split(every, year)
    weighted = replace(train, weight=0.5 ** ((year - DELAY - train.years) / HALF_LIFE))
    ensemble = grow(weighted, stream(seed, year), MEMBERS)
    chances = answers(with_members(ensemble), asked)
    chances |= sparse(every, year)
    chances[NET] = np.asarray([net[u] for u in asked.units])
    return Origin(year, asked.units, chances, asked.outcome)


def _split(every: Cases, year: int) -> tuple[Cases, Cases]:
    """What one may learn from in a base year, and the cases of that year."""
    return select(every, every.years <= year - DELAY), select(every, every.years == year)


def sparse(every: Cases, year: int) -> ByName:
    """The baselines' (N,) probabilities for one base year: climatology and two sparse logits, all past years alike."""
    train, asked = _split(every, year)
    fitted: dict[str, FittedClassifier] = {
        "climatology": _climatology(train),
        "population_and_infant_mortality": _logit(train, POPULATION_MORTALITY),
        "four_variable_logit": _logit(train, FOUR),
    }
    return answers(fitted, asked)


@dataclass(frozen=True)
class Sparse:
    """A plain logit on a few columns."""

    columns: Index
    mean: Array
    scale: Array
    model: Any

    def probability(self, values: Array) -> Array:
        """(N,) probability; a gap stands at the training mean."""
        scaled = np.nan_to_num((values[:, self.columns] - self.mean) / self.scale)
        return np.asarray(self.model.predict_proba(scaled)[:, 1])


def _logit(train: Cases, names: Names) -> Sparse:
    """In effect unpenalised, on complete rows, as the published sparse models are."""
    from sklearn.linear_model import LogisticRegression

    chosen = columns(train, names)
    values = train.values[:, chosen]
    full = ~np.isnan(values).any(axis=1)
    complete = values[full]
    mean = complete.mean(axis=0)
    scale = complete.std(axis=0)
    model = LogisticRegression(C=1e6, max_iter=500)
    model.fit((complete - mean) / scale, train.outcome[full])
    return Sparse(chosen, mean, scale, model)


def _climatology(train: Cases) -> FittedClassifier:
    from upstander.core.plugins import load

    return load("upstander.forecast.classifiers", "climatology", Classifier).fit(
        train, stream(0)
    )


def surges(killed: Array) -> Array:
    """(U, T) 1 where one-sided deaths surge in either of the two years after, 0 where not, NaN where not known.

    Args:
        killed: (U, T) killed in one-sided violence; NaN where nobody counted.
    """
    least = surge_level(killed, SURGE)
    first = _ahead(killed, 1)
    second = _ahead(killed, 2)
    observed = ~np.isnan(first) & ~np.isnan(second)
    surged = (first >= least) | (second >= least)
    return np.where(observed, surged.astype(float), np.nan)


def _ahead(values: Array, years: int) -> Array:
    return np.asarray(lagged(values[:, ::-1], years)[:, ::-1])


def on_panel(
    panel: EwpPanel,
    known: YearInputs,
    places: Places,
) -> Array:
    """(U, T) one-sided deaths of ``known`` on the panel's grid: a former State's years are its heir's."""
    out = np.full(panel.scored.shape, np.nan)
    row = {u: i for i, u in enumerate(known.units)}
    killed = known.deaths["one_sided"]
    first = int(known.years[0])
    shared = (panel.years >= first) & (panel.years <= known.years[-1])
    for u, code in enumerate(panel.codes):
        for t in np.flatnonzero(shared & _present(panel, u)):
            year = int(panel.years[t])
            unit = heir(code, year, places)
            if unit in row:
                out[u, t] = killed[row[unit], year - first]
    return out


def _present(panel: EwpPanel, unit: int) -> Mask:
    return np.asarray(~np.isnan(panel.label[unit]))
