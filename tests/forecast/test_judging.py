"""The judgement of many origins: who is largest, what is left out, what cannot be told apart."""

from datetime import date

import numpy as np
import pytest

from upstander.core.errors import ConfigError
from upstander.core.types import Forecast
from upstander.forecast import judging
from upstander.forecast.backtest import Run
from upstander.forecast.targets import month_after

UNITS = tuple(f"A{n}" for n in range(8))
ORIGINS = tuple(month_after(date(2024, 1, 1), n) for n in range(12))
LEVEL = np.array([0, 0, 1, 3, 9, 40, 400, 4000.0])


def runs(model: str, off: float) -> list[Run]:
    """Draws around the true level times ``off``; outcomes are the same for every model."""
    made = []
    for n, origin in enumerate(ORIGINS):
        rng = np.random.default_rng(n)
        truth = rng.poisson(LEVEL[:, None], (8, 2)).astype(float)
        draws = rng.poisson((LEVEL * off)[:, None, None], (8, 2, 200)).astype(np.int32)
        forecast = Forecast("fatalities", model, origin, UNITS, (1, 2), draws)
        made.append(Run(model, origin, False, forecast, truth))
    return made


BOTH = [*runs("far", 1.5), *runs("near", 1.0)]


def test_the_nearer_model_is_clearly_better_and_stands_first() -> None:
    near, far = judging.judge(BOTH, "far", seed=1)
    assert (near.model, far.model) == ("near", "far")
    assert near.ratio.value < 0.2
    assert near.ratio.is_distinguishable
    assert (near.won, near.origins, near.places) == (12, 12, 8)
    assert len(near.by_horizon) == 2
    assert all(h < 1 for h in near.by_horizon)
    assert (far.ratio.value, far.ratio.is_distinguishable) == (1, False)


def test_the_three_largest_are_found_from_the_baselines_scores() -> None:
    near = judging.judge(BOTH, "far", seed=1)[0]
    assert near.largest == ("A5", "A6", "A7")
    assert near.ratio_without_largest.value != near.ratio.value


def test_a_named_month_is_left_out_of_every_score() -> None:
    whole, cut = (judging.judge(BOTH, "far", seed=1, without=w)[1] for w in ((), (("A7", date(2024, 5, 1)),)))
    assert cut.crps < whole.crps
    with pytest.raises(ConfigError, match="A7 2030-05"):
        judging.judge(BOTH, "far", seed=1, without=[("A7", date(2030, 5, 1))])


def test_models_of_other_origins_are_not_compared() -> None:
    with pytest.raises(ConfigError, match="same origins"):
        judging.judge([*BOTH, *runs("short", 1)[:3]], "far", seed=1)
    with pytest.raises(ConfigError, match="same origins"):
        judging.judge(BOTH, "nobody", seed=1)
