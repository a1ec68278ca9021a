"""One model against a baseline over many origins: ratio with interval, width, and where it was won.

Works on any list of ``backtest.Run``: real origins or a hindcast, which the runs themselves say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from upstander.core.errors import ConfigError
from upstander.core.types import Array
from upstander.forecast import scores
from upstander.forecast.backtest import Run
from upstander.forecast.per_case import PerCase
from upstander.forecast.targets import month_after

BLOCK = 6  # origins that share outcome months are drawn together
LARGEST = 3  # places whose outcomes decide the raw CRPS
Outlier = tuple[str, date]


@dataclass(frozen=True)
class Judged:
    """One model's record against a baseline; every mean is over places and horizons first, then origins.

    Attributes:
        hindcast: whether final data were cut at the origin, which flatters learned models.
        coverage: share of outcomes above 0 inside the 90 % interval.
        ratio, log_ratio: CRPS, and CRPS of log(1 + deaths), over the baseline's, 90 % interval.
        largest: the places with the most of the baseline's CRPS, which ``ratio_without_largest`` leaves out.
        won: origins with a lower mean CRPS than the baseline's.
        by_horizon: (H,) ratio of CRPS at each horizon.
    """

    model: str
    baseline: str
    hindcast: bool
    origins: int
    places: int
    crps: float
    crps_log: float
    ign: float
    mis: float
    coverage: float
    ratio: scores.Gain
    log_ratio: scores.Gain
    largest: tuple[str, ...]
    ratio_without_largest: scores.Gain
    won: int
    by_horizon: tuple[float, ...]


def judge(
    runs: Sequence[Run], baseline: str, *, seed: int, without: Sequence[Outlier] = (), block: int = BLOCK
) -> list[Judged]:
    """Every model of ``runs``, in order of mean CRPS.

    Args:
        without: outcomes to leave out, as (place code, month): one unconfirmed record can be most of a score.
        block: consecutive origins that the bootstrap draws together.

    Raises:
        ConfigError: the models were not run at the same origins, or an outlier is not among the outcomes.
    """
    cases = _cases(runs, without)
    if baseline not in cases or any(c.keys() != cases[baseline].keys() for c in cases.values()):
        raise ConfigError(f"not every model was run at the same origins as {baseline}")
    other = [cases[baseline][o] for o in sorted(cases[baseline])]
    weight = np.nansum([c.crps for c in other], axis=(0, 2))
    largest = np.sort(np.argsort(-weight, kind="stable")[:LARGEST])
    rest = np.setdiff1d(np.arange(len(weight)), largest)
    blocks = tuple(n // block for n in range(len(other)))

    def judged(name: str, own: list[PerCase]) -> Judged:
        def gain(field: str, kept: npt.NDArray[np.int64] | slice = slice(None)) -> scores.Gain:
            a, b = (_by_place(side, field)[kept] for side in (own, other))
            return scores.bootstrap(a, b, np.random.default_rng(seed), kind="ratio", blocks=blocks)

        means = {
            f: float(np.mean([np.nanmean(getattr(c, f)) for c in own])) for f in ("crps", "crps_log", "ign", "mis")
        }
        return Judged(
            name, baseline, runs[0].hindcast, len(own), len(weight), **means,
            coverage=float(np.concatenate([c.covered[c.outcome > 0] for c in own]).mean()),
            ratio=gain("crps"), log_ratio=gain("crps_log"),
            largest=tuple(runs[0].forecast.units[u] for u in largest), ratio_without_largest=gain("crps", rest),
            won=sum(bool(np.nanmean(a.crps) < np.nanmean(b.crps)) for a, b in zip(own, other, strict=True)),
            by_horizon=tuple(float(x) for x in _by_horizon(own) / _by_horizon(other)),
        )  # fmt: skip

    found = [judged(name, [own[o] for o in sorted(own)]) for name, own in cases.items()]
    return sorted(found, key=lambda j: j.crps)


def _by_place(cases: list[PerCase], field: str) -> Array:
    """(U, origins) mean over horizons."""
    return np.column_stack([np.nanmean(getattr(c, field), axis=1) for c in cases])


def _by_horizon(cases: list[PerCase]) -> Array:
    """(H,) mean CRPS over places and origins."""
    return np.asarray(np.nanmean([c.crps for c in cases], axis=(0, 1)), dtype=np.float64)


def _cases(runs: Sequence[Run], without: Sequence[Outlier]) -> dict[str, dict[date, PerCase]]:
    """Scores by model and origin, with the outliers made unknown."""
    seen: set[Outlier] = set()
    found: dict[str, dict[date, PerCase]] = {}
    for run in runs:
        cases = run.cases
        for unit, month in without:
            for n, horizon in enumerate(run.forecast.horizons):
                if unit in run.forecast.units and month_after(run.origin, horizon) == month:
                    cases = cases.without(run.forecast.units.index(unit), n)
                    seen.add((unit, month))
        found.setdefault(run.model, {})[run.origin] = cases
    if missing := set(without) - seen:
        raise ConfigError(f"no outcome to leave out: {', '.join(f'{u} {m:%Y-%m}' for u, m in sorted(missing))}")
    return found
