"""A pool gives the same bytes alone and beside its members, and each member is fitted once."""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.forecast.test_models import HORIZONS, PANEL

from upstander.core.errors import ConfigError
from upstander.core.plugins import load, names
from upstander.core.types import Model
from upstander.forecast import pooling
from upstander.forecast.pooling import MODELS, Pool, drawn

POOLS = {
    n: fit for n in names(MODELS) if isinstance(fit := load(MODELS, n, Model).fit, Pool)
}


@pytest.mark.slow
def test_every_model_gives_the_same_bytes_alone_and_beside_all_others() -> None:
    every = drawn(names(MODELS), PANEL, "fatalities", HORIZONS, (3, 2020))
    assert {"pool", "regime_pool"} <= set(POOLS)
    for name, found in every.items():
        alone = drawn([name], PANEL, "fatalities", HORIZONS, (3, 2020))[name]
        assert alone.draws.tobytes() == found.draws.tobytes(), name
        assert found.model == name


def test_a_pool_fitted_and_asked_as_any_model_is_gives_the_same_bytes() -> None:
    few = ("exponential_climatology_wide", "memory_pool")
    pool = Pool("few", few, lambda panel, _: np.ones((len(panel.units), 2)))
    to_fit, to_draw = np.random.SeedSequence([3]).spawn(2)
    fitted = pool(PANEL, "fatalities", HORIZONS, np.random.default_rng(to_fit))
    apart = fitted.predict(PANEL, HORIZONS, np.random.default_rng(to_draw))
    members = drawn(few, PANEL, "fatalities", HORIZONS, (3,))
    beside = pool.join(PANEL, list(members.values()), np.random.default_rng(to_draw))
    assert apart.draws.tobytes() == beside.draws.tobytes()
    assert not np.array_equal(members[few[0]].draws, members[few[1]].draws)


def test_a_member_that_is_asked_for_three_times_is_fitted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fits: Counter[str] = Counter()

    def counted(package: str, name: str, kind: type[Model]) -> Model:
        model = load(package, name, kind)
        if isinstance(model.fit, Pool):
            return model

        def fit(*arguments: Any) -> Any:
            fits[name] += 1
            return load(package, "zero", kind).fit(*arguments)

        return replace(model, fit=fit)

    monkeypatch.setattr(pooling, "load", counted)
    drawn(["regime_pool", "pool", "analogues"], PANEL, "fatalities", HORIZONS, (1,))
    assert fits == dict.fromkeys(
        {*POOLS["pool"].members, *POOLS["regime_pool"].members, "analogues"}, 1
    )


def test_other_keys_give_other_draws_and_an_unknown_model_is_named() -> None:
    one, two = (
        drawn(["memory_pool"], PANEL, "fatalities", HORIZONS, k)["memory_pool"]
        for k in ((1,), (2,))
    )
    assert not np.array_equal(one.draws, two.draws)
    with pytest.raises(ConfigError, match="no model named 'nobody'"):
        drawn(["nobody"], PANEL, "fatalities", HORIZONS, (1,))
