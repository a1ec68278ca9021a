"""Time and memory of each draw model on a panel of a real run's size: 200 units, 449 months, horizons 1-12.

    python benchmarks/forecast_models.py [model ...]

Each model runs in a process of its own, so that the memory is its own.
"""

import resource
import subprocess
import sys
import time
from datetime import date

import numpy as np

from upstander.core.plugins import load, names
from upstander.core.types import Model, Panel
from upstander.forecast.targets import month_after

MODELS = "upstander.forecast.models"
UNITS, MONTHS, HORIZONS = 200, 449, tuple(range(1, 13))


def panel() -> Panel:
    """Made-up wars with the shares of the real ones: two thirds of places quiet, a few at war."""
    rng = np.random.default_rng(1)
    level = np.cumsum(rng.normal(0, 0.3, (UNITS, MONTHS)), axis=1) + rng.normal(
        -4, 4, (UNITS, 1)
    )
    deaths = rng.poisson(np.where(level > 0, np.exp(np.minimum(level, 8)), 0)).astype(float)
    periods = tuple(month_after(date(1989, 1, 1), m) for m in range(MONTHS))
    units = tuple(f"A{n:03d}" for n in range(UNITS))
    return Panel(units, periods, deaths[..., None], ("fatalities",), date(2026, 6, 24))


def measure(name: str) -> None:
    """Fit, predict, print."""
    known, rng = panel(), np.random.default_rng(1)
    wall, cpu = time.perf_counter(), time.process_time()
    made = (
        load(MODELS, name, Model)
        .fit(known, "fatalities", HORIZONS, rng)
        .predict(known, HORIZONS, rng)
    )
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name:30s} {made.draws.shape!s:18s} {wall:6.1f} s wall {cpu:6.1f} s processor {peak:7.0f} MB"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measure(sys.argv[2])
    else:
        for wanted in sys.argv[1:] or names(MODELS):
            subprocess.run([sys.executable, __file__, "--one", wanted], check=True)
