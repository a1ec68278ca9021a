"""``upstander``, the real command on the whole bundle, with its lightest models: for faults, where figures do not matter.

The whole run with its own models is proved once, by tests/cli/test_after_a_run.py; this one takes a thirtieth
of the processor time. One process, because processes that joblib starts would have the models of the product.
"""

import functools

import numpy as np

from upstander.cli import main
from upstander.core.types import Array, Cases
from upstander.forecast import annual, designs, drawing, shipped, training
from upstander.forecast.classifiers import ensemble, spline_logit
from upstander.forecast.rolling import chances


def base_rate(matrix: Array, cases: Cases, _strength: float) -> tuple[Array, float]:
    """A logit that says of every case how often the event follows."""
    share = np.average(cases.outcome, weights=cases.weight)
    return np.zeros(matrix.shape[1]), float(np.log(share / (1 - share)))


if __name__ == "__main__":
    shipped.DRAWS = "exponential_climatology"
    ensemble.MEMBERS = ("ridge_logit",)
    drawing.DRAWS = 100  # instead of 1,000
    designs.ridge = spline_logit.ridge = base_rate
    chances.ROUNDS = 5  # trees of the months ahead, instead of 200
    training.BLOCK = 50  # years: calibrated on one origin instead of six
    annual.outlook = functools.partial(annual.outlook, replicates=1)
    main()
