"""The pool's members with weights by regime: persistence where a war is established.

Where deaths are few or may begin the three count alike. From SOME people a month over the last year memory
has half of the weight, and from WAR on all of it: a learner of bins cannot see beyond what was seen, and the
means of great wars were too high. The weights were chosen by CRPS on hindcasts whose outcomes
precede 2018, after a first set had not been clear of the baseline at the real origins; docs/explanation/forecasting.md
tells the order and counts what was tried.
"""

import numpy as np

from upstander.core.types import Array, Model, Panel
from upstander.forecast import drawing
from upstander.forecast.pooling import Pool

MEMBERS = ("neural_bins", "analogues", "exponential_climatology_wide")
SOME, WAR = 25.0, 200.0  # deaths a month, mean of the last twelve
QUIET, MIDDLE, IN_WAR = (
    (1.0, 1.0, 1.0),
    (1.0, 1.0, 2.0),
    (0.0, 0.0, 1.0),
)  # in the order of MEMBERS


def weights(panel: Panel, target: str) -> Array:
    """(U, M) weight of each member in each unit."""
    year = np.nanmean(
        drawing.history(panel, target)[:, -12:], axis=1
    )  # of the known months
    regime = np.searchsorted([SOME, WAR], year, side="right")
    return np.asarray(np.array([QUIET, MIDDLE, IN_WAR])[regime], dtype=np.float64)


MODEL = Model(
    title="Pool of unlike members, by regime",
    citation="Linear pool (Stone 1961) with weights by intensity; members as named in their files",
    fit=Pool("regime_pool", MEMBERS, weights),
)
