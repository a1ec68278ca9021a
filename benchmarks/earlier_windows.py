"""Draw models on the windows BEFORE the VIEWS challenge's own: where pool weights may be chosen.

    python benchmarks/earlier_windows.py FOLDER [model ...]

FOLDER holds the challenge's files. Windows 2008 to 2017, origin October of the year before, horizons 3 to
14, for the States with a whole history around the window. Nothing of 2018 to 2023 is read.
"""

import sys
from pathlib import Path

import numpy as np

from upstander.core.types import Panel
from upstander.forecast import views
from upstander.forecast.per_case import PerCase, measure
from upstander.forecast.pooling import drawn
from upstander.forecast.scoreboard.studies import REFERENCE

WINDOWS = range(2008, 2018)
USUAL = ("pool", "regime_pool", "exponential_climatology_wide", "memory_pool")


def score(challenge: views.Challenge, names: list[str], window: int) -> dict[str, PerCase]:
    """Scores of every case of one window, by model."""
    start = (window - views.FIRST_YEAR) * 12
    whole = challenge.panel(window)
    truth = challenge.deaths[:, start : start + 12]
    kept = ~np.isnan(whole.column(views.TARGET)[:, -24:]).any(axis=1) & ~np.isnan(
        truth
    ).any(axis=1)
    units = tuple(u for u, k in zip(whole.units, kept, strict=True) if k)
    panel = Panel(
        units, whole.periods, whole.values[kept], whole.features, whole.as_of, hindcast=True
    )
    made = drawn(names, panel, views.TARGET, views.HORIZONS, (1, window))
    return {name: measure(forecast.draws, truth[kept]) for name, forecast in made.items()}


def main(folder: Path, names: list[str]) -> None:
    """Print the geometric mean of the windows' CRPS ratios to conflictology, and mean IGN."""
    challenge = views.read(folder)
    by_window = [score(challenge, [*names, REFERENCE], w) for w in WINDOWS]
    for name in names:
        ratio = [w[name].crps.mean() / w[REFERENCE].crps.mean() for w in by_window]
        bits = np.mean([w[name].ign.mean() for w in by_window])
        print(
            f"{name:30s} ratio {np.exp(np.log(ratio).mean()):.3f}  IGN {bits:.3f} ",
            np.round(ratio, 2),
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(USUAL))
