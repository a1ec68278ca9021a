"""``upstander``, the real command on the whole bundle, with its lightest models: for faults, where figures do not matter.

The whole run with its own models is proved once, by tests/cli/test_after_a_run.py; this one takes a twentieth
of the processor time. One process, because processes that joblib starts would have the models of the product.
"""

import functools

from upstander.cli import main
from upstander.forecast import annual, shipped, training
from upstander.forecast.classifiers import ensemble
from upstander.forecast.rolling import chances

if __name__ == "__main__":
    shipped.DRAWS = "exponential_climatology"
    ensemble.MEMBERS = ("ridge_logit",)
    chances.ROUNDS = 5  # trees of the months ahead, instead of 200
    training.BLOCK = 50  # years: calibrated on one origin instead of six
    annual.outlook = functools.partial(annual.outlook, replicates=1)
    main()
