"""Rolling origin: fit on what was known, forecast, compare with what came; nothing from after.

Two ways to look back, never mixed. ``real_origins`` reads the lake strictly: each panel is what
was published by the origin's ``as_of``. ``hindcast`` cuts one final panel at each origin, and
says so in ``Run.hindcast``; a ledger takes neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from upstander.core.errors import ConfigError, LeakageError
from upstander.core.plugins import load
from upstander.core.types import Array, Forecast, Model, Panel
from upstander.forecast import scores
from upstander.forecast.targets import month_after

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake import Lake

MODELS = "upstander.forecast.models"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Run:
    """One model at one origin: its forecast and what came, (U, H), NaN where not yet known or not comparable."""

    model: str
    origin: date
    hindcast: bool
    forecast: Forecast
    truth: Array

    @property
    def crps(self) -> Array:
        """(U,) mean CRPS over the horizons with a known outcome, in persons killed."""
        known = ~np.isnan(self.truth).any(axis=0)
        if not known.any():
            raise ValueError(f"{self.model} at {self.origin}: no outcome is known yet")
        return np.asarray(
            scores.crps(self.forecast.draws[:, known], self.truth[:, known]).mean(axis=1), dtype=np.float64
        )

    @property
    def ign(self) -> float:
        """Mean ignorance in bits over units and horizons with a known outcome."""
        known = ~np.isnan(self.truth).any(axis=0)
        return float(scores.ign(scores.repeated(self.forecast.draws[:, known]), self.truth[:, known]).mean())

    def covers_totals(self, least: float = 1) -> tuple[int, int]:
        """Over units with a total of at least ``least``: how many lie in the 90 % interval of the paths' sums, of how many.

        Raises:
            ValueError: the outcome of some horizon is not known; a sum needs all.
        """
        totals = self.truth.sum(axis=1)
        if np.isnan(totals).any():
            raise ValueError(f"{self.model} at {self.origin}: not every horizon's outcome is known")
        inside = scores.coverage(self.forecast.draws.sum(axis=1, dtype=np.int64), totals)
        return int(inside[totals >= least].sum()), int((totals >= least).sum())


def cut(panel: Panel, origin: date, as_of: date) -> Panel:
    """The panel up to and including the origin month; a hindcast, whatever the panel was."""
    if origin not in panel.periods:
        raise ConfigError(f"the panel has no month {origin}; it runs {panel.periods[0]} to {panel.periods[-1]}")
    stop = panel.periods.index(origin) + 1
    return Panel(
        panel.units, panel.periods[:stop], panel.values[:, :stop], panel.features, as_of, True, panel.definitions[:stop]
    )


def checked(panel: Panel, origin: date, as_of: date) -> Panel:
    """The panel, if it ends at the origin and was known on ``as_of``.

    Raises:
        LeakageError: it holds a month after the origin, or speaks from a later day.
    """
    if panel.periods[-1] > origin:
        raise LeakageError(f"the panel reaches {panel.periods[-1]}, after its origin {origin}")
    if panel.as_of > as_of:
        raise LeakageError(f"the panel is of {panel.as_of}; the origin {origin} is forecast as of {as_of}")
    return panel


def run(
    name: str,
    panel: Panel,
    target: str,
    horizons: tuple[int, ...],
    *,
    origin: date,
    as_of: date,
    truth: Array,
    seed: int,
) -> Run:
    """Fit and forecast at one origin, on a panel that must not reach past it."""
    rng = np.random.default_rng([seed, origin.year, origin.month])
    panel = checked(panel, origin, as_of)
    made = load(MODELS, name, Model).fit(panel, target, horizons, rng).predict(panel, horizons, rng)
    return Run(name, origin, panel.hindcast, made, truth)


def hindcast(
    models: Sequence[str],
    panel: Panel,
    target: str,
    horizons: tuple[int, ...],
    origins: Iterable[date],
    *,
    seed: int,
    progress: Progress | None = None,
) -> list[Run]:
    """Each model at each origin of one final panel. Flatters every model: the newest months are final here.

    ``as_of`` of an origin is the month's end plus 30 days: the shortest lag of a monthly source.
    """
    origins = tuple(origins)
    jobs = [(origin, name) for origin in origins for name in models]
    found = []
    for origin, name in jobs:
        known = cut(panel, origin, month_after(origin, 2))
        truth = outcomes(panel, target, origin, horizons)
        found.append(run(name, known, target, horizons, origin=origin, as_of=known.as_of, truth=truth, seed=seed))
        if progress is not None:
            progress(len(found), len(jobs))
    return found


def outcomes(final: Panel, target: str, origin: date, horizons: tuple[int, ...]) -> Array:
    """(U, H) what the final panel says came; NaN past its end and across a change of definition."""
    series = final.column(target)
    start = final.periods.index(origin)
    out = np.full((len(final.units), len(horizons)), np.nan)
    for n, horizon in enumerate(horizons):
        at = start + horizon
        if at < len(final.periods) and (not final.definitions or final.definitions[at] == final.definitions[start]):
            out[:, n] = series[:, at]
    return out


def real_origins(
    lake: Lake,
    places: Places,
    models: Sequence[str],
    *,
    units: tuple[str, ...],
    first: date,
    source: str = "pace_country_month",
    horizons: tuple[int, ...] = (1, 2, 3, 4, 5, 6),
    seed: int,
    progress: Progress | None = None,
) -> list[Run]:
    """Each model at each dated copy of ``source``, on exactly what that copy said.

    Truth is the newest copy. One origin a month: of several copies that end in the same month
    the first, as it was the first anyone could read. Origins without any known outcome are left out.

    Raises:
        ConfigError: fewer than two releases of the source are in the lake.
    """
    copies = lake.releases(as_of=date.max, source=source)
    if len(copies) < 2:
        raise ConfigError(f"{source}: {len(copies)} releases in the lake; real origins need dated copies")
    final = _of_source(lake, places, source, units, first, copies[-1].known_at)
    origins: dict[date, date] = {}
    for copy in copies:
        origins.setdefault(copy.last.replace(day=1), copy.known_at)
    jobs = [(o, a) for o, a in sorted(origins.items()) if month_after(o, max(horizons)) <= final.periods[-1]]
    found = []
    for done, (origin, as_of) in enumerate(jobs, start=1):
        known = _of_source(lake, places, source, units, first, as_of)
        truth = outcomes(final, "fatalities", origin, horizons)
        found += [
            run(name, known, "fatalities", horizons, origin=origin, as_of=as_of, truth=truth, seed=seed)
            for name in models
        ]
        if progress is not None:
            progress(done, len(jobs))
    return found


def _of_source(lake: Lake, places: Places, source: str, units: tuple[str, ...], first: date, as_of: date) -> Panel:
    """The monthly panel of one source alone, to the last month its newest release known then covers."""
    from upstander.forecast import panel

    return panel.monthly_of(lake, places, source, units=units, first=first, as_of=as_of)


def compare(runs: Sequence[Run], model: str, baseline: str, rng: np.random.Generator, block: int = 6) -> scores.Gain:
    """Ratio of mean CRPS with its 90 % interval, over units x blocks of ``block`` origins that share months."""
    ours = {r.origin: r.crps for r in runs if r.model == model}
    base = {r.origin: r.crps for r in runs if r.model == baseline}
    if not ours or ours.keys() != base.keys():
        raise ConfigError(f"{model} and {baseline} were not run at the same origins")
    origins = sorted(ours)
    blocks = tuple(n // block for n in range(len(origins)))
    a, b = (np.column_stack([kept[o] for o in origins]) for kept in (ours, base))
    return scores.bootstrap(a, b, rng, kind="ratio", blocks=blocks)
