"""How often the alert gate errs, beside the rule of before: yearly gains of models that are better by so much, simulated.

    python benchmarks/alert_gate.py

Gains of a year are independent, Student's t with 5 degrees of freedom, in units of their standard deviation. The gate's own
interval is a bootstrap over countries and years; here it is that of the mean, which needs no countries.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from upstander.forecast.qualification import YEARS, is_let_in
from upstander.forecast.scores import Gain

MODELS, SPAN = 20_000, 16
NORMAL = 1.645  # of a two-sided interval of 90 %


def main() -> None:
    """A line for each true lead: inside at the end, and moves of the door, by this rule and by the one of before."""
    rng = np.random.default_rng(0)
    print("lead  inside  moves  before: inside  moves")
    for lead in (0.0, 0.25, 0.5, 1.0):
        noise = rng.standard_t(5, size=(MODELS, SPAN)) / np.sqrt(5 / 3)
        found = [_of(years) for years in noise + lead]
        inside, moves, was, moved = np.mean(found, axis=0)
        print(f"{lead:4.2f}  {inside:6.2f}  {moves:5.2f}  {was:14.2f}  {moved:5.2f}")


def _of(years: np.ndarray) -> tuple[float, float, float, float]:
    looks = [_gain(years[:n]) for n in range(YEARS, len(years) + 1)]
    now = [is_let_in(looks[: n + 1]) for n in range(len(looks))]
    before = [years[n - YEARS : n].mean() > 0 for n in range(YEARS, len(years) + 1)]
    return (now[-1], _moves(now), before[-1], _moves(before))


def _gain(years: np.ndarray) -> Gain:
    mean = float(years.mean())
    half = NORMAL * float(years.std(ddof=1)) / np.sqrt(len(years))
    return Gain(mean, mean - half, mean + half, 0.0)


def _moves(states: list[bool]) -> int:
    return sum(a != b for a, b in pairwise(states))


if __name__ == "__main__":
    main()
