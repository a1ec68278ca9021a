"""The tables of an issue: yearly odds, deaths by month as draws with the sums that follow, civilians month by month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.errors import NotCovered
from upstander.core.events import FIRST_MONTH
from upstander.core.forecast_tables import FORECAST_CASE, FORECAST_CHANCE, FORECAST_REASON
from upstander.core.messages import say, stored
from upstander.core.types import Panel
from upstander.forecast import coherence, panel, pooling, shipped, totals
from upstander.forecast.annual_outlook import AnnualOutlook
from upstander.forecast.issue import DEATHS

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.forecast.rolling.rows import RollingOutlook
    from upstander.forecast.shapes import Horizons
    from upstander.forecast.workers import Workers
    from upstander.lake.as_of import AsOf

Progress = Callable[[str, int, int], None]
CIVILIANS = "learn the odds of civilians killed deliberately in the coming months"


@dataclass(frozen=True)
class Made:
    """What an issue holds.

    Attributes:
        tables: by name.
        months: the deaths of all types by month that it speaks from.
        left_out: what could not be forecast or known on that day, a stored message each.
    """

    tables: Mapping[str, pa.Table]
    months: Panel
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Work:
    """How an issue is made: the seed of its random numbers, who does the work, and whom its progress is told."""

    seed: int
    workers: Workers
    progress: Progress


def made(
    known: AsOf,
    places: Places,
    yearly: AnnualOutlook | None,
    horizons: Horizons,
    work: Work,
) -> Made:
    """All tables of an issue, from what was known on the day.

    Civilians are learned beside the draws of all deaths: the two share nothing but what was known.

    Args:
        yearly: None where no deaths by type were known by year: then deaths of all types by month are all there is.

    Raises:
        NotCovered, LeakageError: no deaths by month were known either.
    """
    months = _months(known, places, yearly)
    civilians = _civilians(known, places, yearly, work) if yearly else None
    draws, sums = _all_deaths(places, yearly, months, horizons, work)
    tables = {
        "forecast_draw": [draws],
        "forecast_chance": [sums],
        "forecast_reason": [FORECAST_REASON.schema.empty_table()],
        "forecast_case": [FORECAST_CASE.schema.empty_table()],
    }
    left_out: list[str] = []
    if yearly is not None and civilians is not None:
        rolling, why = civilians()
        left_out += [*_unknown(yearly), *why]
        tables["forecast_case"] = [yearly.cases]
        if rolling is None:
            tables["forecast_chance"].insert(0, yearly.chances)
            tables["forecast_reason"] = [yearly.reasons]
        else:
            tables["forecast_draw"].append(rolling.draws)
            tables["forecast_chance"] = [coherence.together(yearly.chances, sums, rolling)]
            tables["forecast_reason"] = [rolling.yearly_reasons, rolling.reasons]
    whole = {name: pa.concat_tables(parts) for name, parts in tables.items()}
    whole["forecast_chance"] = FORECAST_CHANCE.check(whole["forecast_chance"])
    return Made(whole, months, tuple(left_out))


def _unknown(yearly: AnnualOutlook) -> tuple[str, ...]:
    """The features that nobody could know on the day, in a stored message; none where there are none."""
    if not yearly.unknown:
        return ()
    return (stored(say("forecast.features_left_out", features=", ".join(yearly.unknown))),)


def _months(known: AsOf, places: Places, yearly: AnnualOutlook | None) -> Panel:
    """Deaths by month of the places that the annual models speak of; without those, of all that are booked under no other."""
    if yearly is None:
        current = places.current(known.day)
        units = tuple(sorted(p.code for p in current if p.booked_under is None))
    else:
        own = yearly.chances.filter(pc.equal(yearly.chances["basis"], "model"))
        units = tuple(sorted(set(own["unit"].to_pylist())))
    last, as_of = panel.last_month(known, as_of=known.day), known.day
    return panel.monthly(
        known, places, units=units, first=FIRST_MONTH, last=last, as_of=as_of
    )


def _all_deaths(
    places: Places,
    yearly: AnnualOutlook | None,
    months: Panel,
    horizons: Horizons,
    work: Work,
) -> tuple[pa.Table, pa.Table]:
    """Draws of deaths of all types by month, and the chances that follow from their sums."""
    model, seed, progress = shipped.DRAWS, work.seed, work.progress
    progress(f"draw deaths with {model}", 0, 1)
    every = pooling.drawn(pooling.family(model), months, DEATHS, horizons, (seed,))
    drawn = every[model]
    progress(f"draw deaths with {model}", 1, 1)
    parts = pooling.parts(model, every, months)
    own_sums = totals.rows(drawn, months, np.random.default_rng(seed), parts)
    if yearly is None:
        return pooling.draw_rows(drawn), own_sums
    quiet = yearly.small_and_quiet
    sums = totals.for_everyone(own_sums, yearly.chances, places, months, quiet)
    return pooling.draw_rows(drawn), sums


def _civilians(
    known: AsOf, places: Places, yearly: AnnualOutlook, work: Work
) -> Callable[[], tuple[RollingOutlook | None, tuple[str, ...]]]:
    """Begin the odds of civilians killed deliberately in the coming months: them, or why there are none on that day."""
    from upstander.forecast.rolling.reading import read
    from upstander.forecast.rolling.rows import outlook

    work.progress(CIVILIANS, 0, 1)
    try:
        spoken = read(known, places, yearly.known, as_of=known.day)
    except NotCovered as error:
        why = stored(say("forecast.no_rolling_odds", why=str(error)))
        return lambda: (None, (why,))
    asked = (spoken, yearly.known, yearly, places, work.seed)
    begun = work.workers.beside(outlook, *asked)

    def ended() -> tuple[RollingOutlook | None, tuple[str, ...]]:
        rolling = begun()
        work.progress(CIVILIANS, 1, 1)
        return rolling, ()

    return ended
