"""A small neural network gives each bin of deaths a chance; inside a bin the past gives the draws.

It weighs the series as it ran, where trees cut it: of all members the least like the others, and alone as
sharp as the forests (docs/explanation/forecasting.md). Three networks that differ by their start are averaged. Like
every model of bins it cannot see beyond what was seen.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.random import Generator

from upstander.core.types import Array, Forecast, Model, Panel
from upstander.forecast import drawing, monthly_features, scores
from upstander.forecast.bin_draws import PastOfBins, past
from upstander.forecast.shapes import Horizons, Index

NETWORKS = 3
PER_ORIGIN = 6  # horizons of each past origin: a network wants more rows than trees do
PARAMETERS = {
    "hidden_layer_sizes": (64,),
    "alpha": 1.0,
    "max_iter": 6,
    "batch_size": 512,
}
FARTHEST = 4.0  # standard deviations: beyond, a network would run on along a straight line


@dataclass(frozen=True)
class NeuralBins:
    """The networks, how features are brought to one scale, and what past outcomes of each bin were."""

    target: str
    scale: Any
    networks: tuple[Any, ...]
    past: PastOfBins
    correlation: Array

    def predict(
        self,
        panel: Panel,
        horizons: Horizons,
        rng: Generator,
    ) -> Forecast:
        """1,000 draws for every unit and horizon."""
        values, level = monthly_features.now(
            panel, self.target, horizons, seen=monthly_features.sequences
        )
        draws = self.past.draw(self._mean_chances(values), level, rng)
        return drawing.paths(
            panel,
            self.target,
            "neural_bins",
            horizons,
            draws,
            self.correlation,
            rng,
        )

    def _mean_chances(self, values: Array) -> Array:
        """(N, 11) mean over the networks."""
        scaled = _scaled(self.scale, values)
        return np.asarray(np.mean([_chances(n, scaled) for n in self.networks], axis=0))


def _scaled(scale: Any, values: Array) -> Any:
    """(N, K) features in standard deviations from their mean, inside FARTHEST; what is not known stands at 0."""
    out = np.empty(values.shape, dtype=np.float32)
    for some in monthly_features.blocks(len(values)):
        known = np.nan_to_num(scale.transform(values[some]))
        out[some] = np.clip(known, -FARTHEST, FARTHEST)
    return out


def _chances(network: Any, values: Any) -> Array:
    """(N, 11) chances of all bins; one that never occurred has none."""
    chances = np.zeros((len(values), scores.BINS))
    chances[:, network.classes_] = network.predict_proba(values)
    return chances


def fit(
    panel: Panel,
    target: str,
    horizons: Horizons,
    rng: Generator,
) -> NeuralBins:
    """Train on the past of every unit at once, with the horizon as a feature; one thread, so the same bits anywhere."""
    from sklearn.preprocessing import StandardScaler

    rows = monthly_features.rows(
        panel,
        target,
        horizons,
        rng,
        per_origin=PER_ORIGIN,
        seen=monthly_features.sequences,
    )
    scale = StandardScaler().fit(rows.values)
    # in single precision from here on: the rows are the most that a forecast holds at once
    rows = replace(rows, values=_scaled(scale, rows.values))
    networks = _trained(rows, rng.integers(2**31, size=NETWORKS))
    correlation = drawing.correlation_of(panel, target, horizons)
    return NeuralBins(target, scale, networks, past(rows.outcome), correlation)


def _trained(rows: monthly_features.Rows, seeds: Index) -> tuple[Any, ...]:
    """One network for each seed."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    label = scores.bin_of(rows.outcome)
    with warnings.catch_warnings(), threadpool_limits(1):
        # They are stopped early on purpose: alpha and six rounds.
        warnings.simplefilter("ignore", ConvergenceWarning)
        networks = [_network(int(s)) for s in seeds]
        return tuple(n.fit(rows.values, label, sample_weight=rows.weight) for n in networks)


def _network(seed: int) -> Any:
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier(**PARAMETERS, random_state=seed)


MODEL = Model(
    title="Neural network over bins",
    citation="Multilayer perceptron with Adam (Kingma & Ba 2015) by scikit-learn",
    fit=fit,
)
