"""Whether at least 25 people die in state-based conflict in a coming month: what VIEWS publishes, from what was known then.

The series by month: deaths by type where a release has them; before, all deaths of the month times the year's share of
state-based ones, as the releases of that day had both. A logit and small boosted trees for each month ahead, the mean of
their log odds; every third origin teaches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from upstander.core.errors import NotCovered
from upstander.core.events import FIRST_MONTH
from upstander.core.tables import VIOLENCE_MONTH
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.core.types import Array, Panel
from upstander.forecast import panel
from upstander.forecast.calibration import chance, log_odds
from upstander.forecast.designs import Design
from upstander.forecast.rolling.chances import ROUNDS, SETTINGS
from upstander.forecast.rolling.features import decayed, delayed, log, robust, since
from upstander.forecast.rolling.months import at_of, month_at, rolling
from upstander.forecast.shapes import Units
from upstander.forecast.yearly_inputs import land_neighbours
from upstander.lake import precedence

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake.as_of import Reads

LEVEL = VIOLENT_YEAR  # deaths in a month, as VIEWS draws its line
REACH = 12  # months ahead that a model is trained for
YEAR = 12
FIRST_ORIGIN = 120  # ten years of history before the first case
STRENGTH = 0.01  # C of sklearn
SUMS = (1, 2, 3, 6, 12, 24, 60, 120)  # months


@dataclass(frozen=True)
class Series:
    """(U, T) state-based deaths and deaths of all types by month, as known on a day; (U, U) land neighbours.

    ``hindcast`` where nothing was known by type by then, and final figures stand in.
    """

    units: Units
    periods: tuple[date, ...]
    deaths: Array
    total: Array
    neighbours: Array
    as_of: date
    hindcast: bool

    def panel(self) -> Panel:
        """The series as a panel, for models of draws."""
        return Panel(
            self.units,
            self.periods,
            self.deaths[..., None],
            (panel.MONTHLY_TARGET,),
            self.as_of,
            self.hindcast,
        )


def series(
    lake: Reads,
    places: Places,
    units: Units,
    origin: date,
    *,
    as_of: date,
    hindcast: bool = False,
) -> Series:
    """The months to the origin, as known on a day.

    Raises:
        NotCovered: a month, or the split by type of a year, that nothing known on that day has.
    """
    codes = tuple(sorted(units))
    whole = panel.monthly(
        lake,
        places,
        units=codes,
        first=FIRST_MONTH,
        last=origin,
        as_of=as_of,
        hindcast=hindcast,
    )
    total = whole.column(panel.MONTHLY_TARGET)
    typed = _typed(lake, places, whole)
    deaths = np.where(np.isnan(typed), total * _shares(lake, places, whole), typed)
    beside = land_neighbours(places, codes, as_of).astype(float)
    return Series(codes, whole.periods, deaths, total, beside, as_of, hindcast)


def _typed(lake: Reads, places: Places, whole: Panel) -> Array:
    """(U, T) deaths by month where a release has them by type, NaN elsewhere."""
    asked = panel.Asked(
        lake,
        places,
        VIOLENCE_MONTH,
        whole.units,
        whole.periods,
        whole.as_of,
        whole.hindcast,
    )
    spoken = asked.speakers(precedence.TYPED)
    return panel.values_spoken(asked, spoken, (panel.BEST[0],))[panel.BEST[0]]


def _shares(lake: Reads, places: Places, whole: Panel) -> Array:
    """(U, T) share of state-based deaths in the year of each month; the last known year's after that."""
    last = _last_year(lake, whole)
    years = panel.yearly(
        lake,
        places,
        units=whole.units,
        first=whole.periods[0],
        last=min(last, date(whole.periods[-1].year, 1, 1)),
        as_of=whole.as_of,
        hindcast=whole.hindcast,
    )
    share = years.column("state_based") / np.maximum(years.column("total"), 1)
    at = [min(p.year - years.periods[0].year, share.shape[1] - 1) for p in whole.periods]
    return np.nan_to_num(share)[:, at]


def _last_year(lake: Reads, whole: Panel) -> date:
    """1 January of the last year whose deaths the country-year file has by type.

    Raises:
        NotCovered: none was known.
    """
    cut_on = whole.as_of if whole.hindcast else None
    held = lake.releases(as_of=date.max if whole.hindcast else whole.as_of)
    years = [
        precedence.covered_to(r, cut_on).year
        for r in held
        if precedence.voice_of(r) == precedence.YEARLY
    ]
    if not years:
        raise NotCovered(f"no year's deaths by type were known on {whole.as_of}")
    return date(max(years), 1, 1)


def features(of: Series) -> Array:
    """(U, T, K) what is known of a place at the end of each month: its own and earlier months only."""
    return np.stack([*_levels(of), *_shapes(of), *_beside_it(of)], axis=-1)


def _levels(of: Series) -> Iterator[Array]:
    """How much, over longer and longer stretches, and with fading memory."""
    for stretch in SUMS:
        yield log(rolling(of.deaths, stretch))
    for stretch in (1, 3, 12, 60):
        yield log(rolling(of.total, stretch))
    for half_life in (3.0, 6.0):
        yield log(decayed(of.deaths, half_life))
    for back in (1, 2, 3):
        yield log(delayed(of.deaths, back))


def _shapes(of: Series) -> Iterator[Array]:
    """How often the level was reached, how long ago, and which way it goes."""
    reached = (of.deaths >= LEVEL).astype(float)
    for stretch in (3, 6, 12, 24, 60):
        yield rolling(reached, stretch) / stretch
    some = (of.deaths >= LEVEL / 5).astype(float)
    for stretch in (6, 12):
        yield rolling(some, stretch) / stretch
    for half_life in (3.0, 12.0):
        yield decayed(reached, half_life)
    middle, second = robust(of.deaths)
    yield log(middle)
    yield log(second)
    yield log(rolling(of.deaths, 3)) - log(rolling(of.deaths, YEAR) / 4)
    yield since(of.deaths >= LEVEL)
    yield since(of.deaths > 0)


def _beside_it(of: Series) -> Iterator[Array]:
    """Deaths across the land borders."""
    for stretch in (YEAR, 3):
        yield log(of.neighbours @ rolling(of.deaths, stretch))


def chances(of: Series, horizons: Sequence[int] = tuple(range(1, REACH + 1))) -> Array:
    """(U, H) probability of at least 25 state-based deaths in each month ahead."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    values = features(of)
    with threadpool_limits(1):
        return np.stack([_chance(of, values, h) for h in horizons], axis=1)


def _chance(of: Series, values: Array, ahead: int) -> Array:
    """(U,) of the month so far ahead, taught by every origin whose month was known."""
    import lightgbm
    from sklearn.linear_model import LogisticRegression

    origins = np.arange(FIRST_ORIGIN, values.shape[1] - ahead)
    rows = values[:, origins].reshape(-1, values.shape[-1])
    outcome = (of.deaths[:, origins + ahead] >= LEVEL).astype(float).ravel()
    design = Design.plain(rows)
    logit = LogisticRegression(C=STRENGTH, solver="newton-cholesky", max_iter=100)
    logit.fit(design.apply(rows), outcome)
    now = values[:, -1]
    by_line = logit.predict_proba(design.apply(now))[:, 1]
    options: dict[str, Any] = {"max_bin": SETTINGS["max_bin"], "verbosity": -1}
    data = lightgbm.Dataset(rows, outcome, params=options)
    trees = lightgbm.train({**SETTINGS, "seed": 0}, data, ROUNDS)
    by_trees = np.asarray(trees.predict(now, num_threads=1))
    return chance((log_odds(by_line) + log_odds(by_trees)) / 2)


def persistence(of: Series, horizons: Sequence[int]) -> Array:
    """(U, H) the share of the last twelve months that reached the level: the baseline."""
    share = (of.deaths[:, -YEAR:] >= LEVEL).mean(axis=1)
    return np.repeat(share[:, None], len(horizons), axis=1)


def truth(
    lake: Reads, places: Places, units: Units, first: date, *, as_of: date
) -> tuple[Array, tuple[date, ...]]:
    """(U, M) 1 where a month from ``first`` on reached the level, by the newest figures by type, and the months."""
    from upstander.forecast.rolling.reading import counts

    found, _ = counts(lake, places, units, as_of=as_of)
    start = at_of(first)
    deaths = found.deaths["state_based"][:, start:]
    months = tuple(month_at(at) for at in range(start, found.count))
    return (deaths >= LEVEL).astype(float), months
