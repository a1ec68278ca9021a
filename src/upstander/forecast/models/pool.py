"""The equal-weight pool of three unlike ways to forecast: a network over bins, analogues, memory.

Equal weights because the windows to learn weights from are six, and two events of one war
decide their scores. Members are asked for by name, so a member is one file like any other.
"""

import numpy as np

from upstander.core.types import Array, Model, Panel
from upstander.forecast.pooling import Pool

MEMBERS = ("neural_bins", "analogues", "exponential_climatology_wide")


def weights(panel: Panel, target: str) -> Array:
    """(U, M) every member alike in every unit."""
    del target
    return np.ones((len(panel.units), len(MEMBERS)))


MODEL = Model(
    title="Pool of unlike members",
    citation="Equal-weight linear pool (Stone 1961); members as named in their files",
    fit=Pool("pool", MEMBERS, weights),
)
