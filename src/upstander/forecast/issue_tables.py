"""The tables of an issue: yearly odds, deaths by month as draws with the sums that follow, civilians month by month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.errors import NotCovered
from upstander.core.tables import FORECAST_CHANCE
from upstander.core.types import Panel
from upstander.forecast import coherence, panel, pooling, shipped, totals
from upstander.forecast.annual_outlook import AnnualOutlook
from upstander.forecast.issue import DEATHS

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.forecast.rolling.rows import RollingOutlook
    from upstander.forecast.shapes import Horizons
    from upstander.lake.as_of import AsOf

Progress = Callable[[str, int, int], None]
FIRST_MONTH = date(1989, 1, 1)  # UCDP's first
CIVILIANS = "learn the odds of civilians killed deliberately in the coming months"


@dataclass(frozen=True)
class Made:
    """What an issue holds.

    Attributes:
        tables: by name.
        months: the deaths of all types by month that it speaks from.
        left_out: what could not be forecast on that day, one sentence each.
    """

    tables: Mapping[str, pa.Table]
    months: Panel
    left_out: tuple[str, ...] = ()


def made(
    known: AsOf,
    places: Places,
    yearly: AnnualOutlook,
    horizons: Horizons,
    seed: int,
    progress: Progress,
) -> Made:
    """All tables of an issue, from what was known on the day."""
    months = _months(known, places, yearly)
    draws, sums = _all_deaths(places, yearly, months, horizons, seed, progress)
    rolling, why = _civilians(known, places, yearly, seed, progress)
    tables = {
        "forecast_draw": [draws],
        "forecast_chance": [yearly.chances, sums],
        "forecast_reason": [yearly.reasons],
        "forecast_case": [yearly.cases],
    }
    if rolling is not None:
        tables["forecast_draw"].append(rolling.draws)
        tables["forecast_chance"] = [coherence.together(yearly.chances, sums, rolling)]
        tables["forecast_reason"] = [rolling.yearly_reasons, rolling.reasons]
    whole = {name: pa.concat_tables(parts) for name, parts in tables.items()}
    whole["forecast_chance"] = FORECAST_CHANCE.check(whole["forecast_chance"])
    return Made(whole, months, why)


def _months(known: AsOf, places: Places, yearly: AnnualOutlook) -> Panel:
    """Deaths by month of the places that the annual models speak of."""
    own = yearly.chances.filter(pc.equal(yearly.chances["basis"], "model"))
    units = tuple(sorted(set(own["unit"].to_pylist())))
    last, as_of = panel.last_month(known, as_of=known.day), known.day
    return panel.monthly(
        known, places, units=units, first=FIRST_MONTH, last=last, as_of=as_of
    )


def _all_deaths(
    places: Places,
    yearly: AnnualOutlook,
    months: Panel,
    horizons: Horizons,
    seed: int,
    progress: Progress,
) -> tuple[pa.Table, pa.Table]:
    """Draws of deaths of all types by month, and the chances that follow from their sums."""
    model = shipped.DRAWS
    progress(f"draw deaths with {model}", 0, 1)
    drawn = pooling.drawn([model], months, DEATHS, horizons, (seed,))[model]
    progress(f"draw deaths with {model}", 1, 1)
    own_sums = totals.rows(drawn, months, np.random.default_rng(seed))
    quiet = yearly.small_and_quiet
    sums = totals.for_everyone(own_sums, yearly.chances, places, months, quiet)
    return pooling.draw_rows(drawn), sums


def _civilians(
    known: AsOf, places: Places, yearly: AnnualOutlook, seed: int, progress: Progress
) -> tuple[RollingOutlook | None, tuple[str, ...]]:
    """Odds of civilians killed deliberately in the coming months, or why there are none on that day."""
    from upstander.forecast.rolling.reading import read
    from upstander.forecast.rolling.rows import outlook

    progress(CIVILIANS, 0, 1)
    try:
        spoken = read(known, places, yearly.known, as_of=known.day)
    except NotCovered as error:
        return None, (f"Civilians killed deliberately in the coming months: {error}",)
    rolling = outlook(spoken, yearly.known, yearly, places, seed)
    progress(CIVILIANS, 1, 1)
    return rolling, ()
