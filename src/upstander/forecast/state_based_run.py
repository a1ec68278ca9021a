"""State-based conflict in the coming months from an origin: the run that VIEWS' is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from upstander.core.errors import LeakageError, NotCovered
from upstander.core.months import month_after
from upstander.core.types import Array
from upstander.forecast import panel, pooling, shipped, state_based
from upstander.forecast.exchange import views_run
from upstander.forecast.state_based import REACH, Series
from upstander.forecast.yearly_inputs import covered_units

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake.as_of import Reads

HORIZONS = tuple(range(1, REACH + 1))


@dataclass(frozen=True)
class Exported:
    """The file's text, and what a user must know of it."""

    text: str
    countries: int
    months: int
    basis: str


def day_of(origin: date) -> date:
    """The day a forecast from an origin is made on: the end of the month after it, when VIEWS' run appears."""
    return month_after(origin, 2) - timedelta(days=1)


def known_then(
    lake: Reads, places: Places, origin: date, *, as_of: date | None = None
) -> Series:
    """The series as published on the day; on final data cut by its lag, and marked so, where nothing was by type."""
    day = as_of or day_of(origin)
    try:
        units = covered_units(lake, places, day)
        return state_based.series(lake, places, units, origin, as_of=day)
    except (NotCovered, LeakageError):
        units = covered_units(lake, places, date.max)
        return state_based.series(lake, places, units, origin, as_of=day, hindcast=True)


def export(
    lake: Reads, places: Places, origin: date, seed: int, as_of: date | None = None
) -> Exported:
    """The run from an origin as a file in VIEWS' columns.

    Raises:
        NotCovered: the months to the origin are not known.
    """
    of = known_then(lake, places, origin, as_of=as_of)
    chances = state_based.chances(of, HORIZONS)
    means = _means(of, seed)
    kind = "a hindcast on final data" if of.hindcast else f"as published on {of.as_of}"
    shown = [u for u in of.units if u not in views_run.LEFT_OUT]
    text = views_run.text(of, chances, means, places)
    return Exported(text, len(shown), len(HORIZONS), kind)


def _means(of: Series, seed: int) -> Array:
    """(U, H) expected deaths, by the model whose draws issues hold."""
    model = shipped.DRAWS
    whole = of.panel()
    drawn = pooling.drawn([model], whole, panel.MONTHLY_TARGET, HORIZONS, (seed,))[model]
    return np.asarray(drawn.draws.mean(axis=-1))
