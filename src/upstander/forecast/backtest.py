"""Rolling origin: fit on what was known, forecast, compare with what came; nothing from after.

Two ways to look back, never mixed. ``real_origins`` reads the lake strictly: each panel is what
was published by the origin's ``as_of``. ``hindcast`` cuts one final panel at each origin, and
says so in ``Run.hindcast``; a ledger takes neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from upstander.core.errors import ConfigError, LeakageError
from upstander.core.plugins import load
from upstander.core.tables import VIOLENCE_MONTH
from upstander.core.types import Array, Forecast, Model, Panel
from upstander.forecast import scores
from upstander.forecast.nowcast import raised
from upstander.forecast.panel import monthly_of
from upstander.forecast.per_case import PerCase, measure
from upstander.forecast.targets import month_after

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake import Lake, Release

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

    @cached_property
    def cases(self) -> PerCase:
        """(U, H) scores of every case, NaN where the outcome is not known."""
        if np.isnan(self.truth).all():
            raise ValueError(f"{self.model} at {self.origin}: no outcome is known yet")
        return measure(self.forecast.draws, self.truth)

    @property
    def crps(self) -> Array:
        """(U,) mean CRPS over the horizons with a known outcome, in persons killed."""
        return np.asarray(np.nanmean(self.cases.crps, axis=1), dtype=np.float64)

    @property
    def ign(self) -> float:
        """Mean ignorance in bits over units and horizons with a known outcome."""
        return float(np.nanmean(self.cases.ign))

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
    units: tuple[str, ...] | None = None,
    first: date,
    source: str = "pace_country_month",
    horizons: tuple[int, ...] = (1, 2, 3, 4, 5, 6),
    nowcast: Sequence[str] = (),
    seed: int,
    progress: Progress | None = None,
) -> list[Run]:
    """Each model at each dated copy of ``source``, on exactly what that copy said.

    Truth is the newest copy. One origin a month, from the last copy that ends in it. A copy that ends
    before one known earlier did (PaCE's of 2025-01-21 lost a year) is a bad run and no origin. Origins
    whose last outcome is not yet known are left out.

    Args:
        units: place codes; when not given, every place in which the newest copy ever counted a death.
        nowcast: models to run once more on the copy with its newest months raised for late reports, as
            learned from the copies before it; their runs are named ``NAME+lag_nowcast``.

    Raises:
        ConfigError: fewer than two releases of the source are in the lake.
    """
    copies = lake.releases(as_of=date.max, source=source)
    if len(copies) < 2:
        raise ConfigError(f"{source}: {len(copies)} releases in the lake; real origins need dated copies")
    units = units if units is not None else counted(lake, places, source)
    final = monthly_of(lake, places, source, units=units, first=first, as_of=copies[-1].known_at)
    dated = {o: a for o, a in dated_origins(copies).items() if month_after(o, max(horizons)) <= final.periods[-1]}
    found: list[Run] = []
    before: list[Panel] = []
    for done, (origin, as_of) in enumerate(dated.items(), start=1):
        known = monthly_of(lake, places, source, units=units, first=first, as_of=as_of)
        truth = outcomes(final, "fatalities", origin, horizons)
        told = [(name, name, known) for name in models]
        told += [(name, f"{name}+lag_nowcast", raised(known, before)) for name in nowcast]
        for name, shown, panel in told:
            made = run(name, panel, "fatalities", horizons, origin=origin, as_of=as_of, truth=truth, seed=seed)
            found.append(replace(made, model=shown))
        before.append(known)
        if progress is not None:
            progress(done, len(dated))
    return found


def dated_origins(copies: Sequence[Release]) -> dict[date, date]:
    """Last month of each copy, and the day its latest copy was known; copies are in order of that day."""
    found: dict[date, date] = {}
    for copy in copies:
        month = copy.last.replace(day=1)
        if not found or month >= max(found):
            found[month] = copy.known_at
    return found


def counted(lake: Lake, places: Places, source: str) -> tuple[str, ...]:
    """Codes of today's places in which the source's newest copy counts a death in any month."""
    rows = lake.read(VIOLENCE_MONTH, as_of=date.max, source=source)
    return tuple(sorted({places.unit(c) for c in rows["country"].unique().to_pylist()}))


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
