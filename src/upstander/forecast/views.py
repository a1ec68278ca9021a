"""The VIEWS prediction challenge as a benchmark: read its files, forecast its windows.

Six windows, 2018 to 2023: forecast from October of the year before, horizons 3 to 14 (January
to December), 191 countries, deaths in state-based conflict. The windows are DEVELOPMENT data:
settings have been scored on them many times. The history is final data cut at the origin, so
this is a hindcast, and flatters every learned model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upstander.core.errors import ConfigError, SourceChanged
from upstander.core.types import Array, Forecast, Panel
from upstander.forecast import pooling
from upstander.forecast.shapes import ByName, Names

TARGET = "state_based"
WINDOWS = (2018, 2019, 2020, 2021, 2022, 2023)
HORIZONS = tuple(range(3, 15))
FIRST_YEAR, ORIGIN_MONTH = 1990, 10
HISTORY = "cm_ged_sb_1990_2024m4.parquet"
ACTUALS = "cm_actuals_2018_2024m4.parquet"
EVENTS = "cm_panel_merged_1989_2024.parquet"
EVENT_COLUMNS = {
    "n_sb": "state_based_events",
    "n_ns": "non_state_events",
    "n_os": "one_sided_events",
}
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Challenge:
    """The challenge's data: (U, T) deaths from January 1990 and further monthly columns."""

    ids: Names
    country: Names
    deaths: Array
    events: ByName
    actual: Array  # (U, 12 * windows) official outcomes from January 2018

    def panel(self, window: int) -> Panel:
        """All that was observed by October of the year before, and nothing after."""
        months = (window - 1 - FIRST_YEAR) * 12 + ORIGIN_MONTH
        columns = [self.deaths, *self.events.values()]
        values = np.stack([c[:, :months] for c in columns], axis=-1)
        periods = tuple(date(FIRST_YEAR + m // 12, m % 12 + 1, 1) for m in range(months))
        features = (TARGET, *self.events)
        as_of = date(window - 1, ORIGIN_MONTH + 1, 30)
        return Panel(
            self.ids,
            periods,
            values,
            features,
            as_of,
            hindcast=True,
        )

    def truth(self, window: int) -> Array:
        """(U, 12) official outcomes, January to December of the window."""
        start = (window - WINDOWS[0]) * 12
        return self.actual[:, start : start + 12]


def read(folder: Path) -> Challenge:
    """The challenge's files in ``folder``.

    Raises:
        ConfigError: a file is not there.
        SourceChanged: a file lacks a column, or the two files of outcomes disagree.
    """
    history = _columns(folder / HISTORY, ("month_id", "country_id", "ged_sb", "name"))
    ids = np.unique(history["country_id"])
    months = (
        int(history["month_id"].max()) - 120
    )  # the challenge counts months from January 1980
    deaths = _wide(history, "ged_sb", ids, 121, months)
    actual = _actual(folder, ids, deaths)
    events = _events(folder, ids, months)
    named = dict(zip(history["country_id"], history["name"], strict=True))
    country = tuple(str(named[i]) for i in ids)
    return Challenge(tuple(str(i) for i in ids), country, deaths, events, actual)


def _actual(
    folder: Path,
    ids: Numbers,
    deaths: Array,
) -> Array:
    """(U, M) official outcomes, which the history must hold too."""
    official = _columns(folder / ACTUALS, ("month_id", "country_id", "outcome"))
    actual = _wide(official, "outcome", ids, 457, len(WINDOWS) * 12)
    if np.isnan(actual).any():
        raise SourceChanged(
            f"{ACTUALS}: some of {len(ids)} countries lack outcomes in {WINDOWS[0]} to {WINDOWS[-1]}"
        )
    if not np.array_equal(actual, deaths[:, 336 : 336 + actual.shape[1]]):
        raise SourceChanged(
            f"{HISTORY} and {ACTUALS} disagree; one of them is not the challenge's"
        )
    return actual


def _events(
    folder: Path,
    ids: Numbers,
    months: int,
) -> ByName:
    merged = _columns(folder / EVENTS, ("month_id", "country_id", *EVENT_COLUMNS))
    return {
        name: _wide(merged, column, ids, 121, months)
        for column, name in EVENT_COLUMNS.items()
    }


def _columns(path: Path, wanted: Names) -> dict[str, npt.NDArray[np.generic]]:
    table = _table(path)
    if missing := set(wanted) - set(table.column_names):
        raise SourceChanged(f"{path.name}: lacks {', '.join(sorted(missing))}")
    return {name: table[name].to_numpy() for name in wanted}


def _table(path: Path) -> pa.Table:
    import pyarrow.parquet as pq

    if not path.is_file():
        raise ConfigError(
            f"{path}: not there; --data must be the folder with the challenge's files"
        )
    return pq.read_table(path)


def _wide(
    columns: dict[str, npt.NDArray[np.generic]],
    name: str,
    ids: Numbers,
    first: int,
    months: int,
) -> Array:
    """(U, months) values; NaN where the file has no row: missing is not zero."""
    month = np.asarray(columns["month_id"], float) - first
    unit = np.asarray(columns["country_id"], float)
    inside = (month >= 0) & (month < months) & np.isin(unit, ids)
    wide = np.full((len(ids), months), np.nan)
    at = np.searchsorted(ids, unit[inside]), month[inside].astype(np.int64)
    wide[at] = np.asarray(columns[name], dtype=np.float64)[inside]
    return wide


def drawn(
    challenge: Challenge,
    models: Sequence[str],
    window: int,
    seed: int,
) -> dict[str, Forecast]:
    """The models' draws of a window, from data to October of the year before.

    Raises:
        ConfigError: no such model or window.
    """
    if window not in WINDOWS:
        raise ConfigError(f"no window {window}; have {WINDOWS[0]} to {WINDOWS[-1]}")
    return pooling.drawn(models, challenge.panel(window), TARGET, HORIZONS, (seed, window))
