"""The pool's members with weights by regime: persistence where a war is established.

Where deaths are few or may begin the three count alike. From SOME people a month over the last year memory
has half of the weight, and from WAR on all of it: a learner of bins cannot see beyond what was seen, and the
means of great wars were too high. The weights were chosen by CRPS on hindcasts whose outcomes
precede 2018, after a first set had not been clear of the baseline at the real origins; docs/explanation/forecasting.md
tells the order and counts what was tried. The level is robust since November 2026: a month of 19,887 deaths (Iran, January 2026),
with 166, 160, 127 and 26 after it, had given memory all of the weight.
"""

import numpy as np

from upstander.core.types import Array, Model, Panel
from upstander.forecast import drawing
from upstander.forecast.pooling import Pool

MEMBERS = ("neural_bins", "analogues", "exponential_climatology_wide")
SOME, WAR = 25.0, 200.0  # deaths a month; see level
QUIET, MIDDLE, IN_WAR = (
    (1.0, 1.0, 1.0),
    (1.0, 1.0, 2.0),
    (0.0, 0.0, 1.0),
)  # in the order of MEMBERS


def weights(panel: Panel, target: str) -> Array:
    """(U, M) weight of each member in each unit."""
    regime = np.searchsorted([SOME, WAR], level(drawing.history(panel, target)), "right")
    return np.asarray(np.array([QUIET, MIDDLE, IN_WAR])[regime], dtype=np.float64)


def level(deaths: Array) -> Array:
    """(U,) deaths a month by which a war is told, from (U, T) months: one spike in a year makes none.

    The smaller of the mean of the last twelve months and the median of the last three, of those that are known.
    """
    year = np.nanmean(deaths[:, -12:], axis=1)
    quarter = np.nanmedian(deaths[:, -3:], axis=1)
    return np.asarray(np.minimum(year, quarter))


MODEL = Model(
    title="Pool of unlike members, by regime",
    citation="Linear pool (Stone 1961) with weights by intensity; members as named in their files",
    fit=Pool("regime_pool", MEMBERS, weights),
)
