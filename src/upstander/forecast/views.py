"""The VIEWS prediction challenge as a benchmark: read its files, forecast its windows, score.

Six windows, 2018 to 2023: forecast from October of the year before, horizons 3 to 14 (January
to December), 191 countries, deaths in state-based conflict. The windows are DEVELOPMENT data:
settings have been scored on them many times. The history is final data cut at the origin, so
this is a hindcast, and flatters every learned model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from upstander.core.errors import ConfigError, SourceChanged
from upstander.core.plugins import load, names
from upstander.core.types import Array, Forecast, Model, Panel
from upstander.forecast import scores

TARGET = "state_based"
WINDOWS = (2018, 2019, 2020, 2021, 2022, 2023)
HORIZONS = tuple(range(3, 15))
REFERENCE = "conflictology"
FIRST_YEAR, ORIGIN_MONTH = 1990, 10
HISTORY = "cm_ged_sb_1990_2024m4.parquet"
ACTUALS = "cm_actuals_2018_2024m4.parquet"
EVENTS = "cm_panel_merged_1989_2024.parquet"
EVENT_COLUMNS = {"n_sb": "state_based_events", "n_ns": "non_state_events", "n_os": "one_sided_events"}
MODELS = "upstander.forecast.models"
LARGEST = "Ethiopia"  # two single records of its war are a third of all six windows' CRPS
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Challenge:
    """The challenge's data: (U, T) deaths from January 1990 and further monthly columns."""

    ids: tuple[str, ...]
    country: tuple[str, ...]
    deaths: Array
    events: dict[str, Array]
    actual: Array  # (U, 12 * windows) official outcomes from January 2018

    def panel(self, window: int) -> Panel:
        """All that was observed by October of the year before, and nothing after."""
        months = (window - 1 - FIRST_YEAR) * 12 + ORIGIN_MONTH
        columns = [self.deaths, *self.events.values()]
        values = np.stack([c[:, :months] for c in columns], axis=-1)
        periods = tuple(date(FIRST_YEAR + m // 12, m % 12 + 1, 1) for m in range(months))
        as_of = date(window - 1, ORIGIN_MONTH + 1, 30)
        return Panel(self.ids, periods, values, (TARGET, *self.events), as_of, hindcast=True)

    def truth(self, window: int) -> Array:
        """(U, 12) official outcomes, January to December of the window."""
        start = (window - WINDOWS[0]) * 12
        return self.actual[:, start : start + 12]


@dataclass(frozen=True)
class Score:
    """One model in one window (``window`` 0: all windows).

    ``ratio`` is CRPS over conflictology's; for all windows the geometric mean of the windows'
    ratios, with its 90 % bootstrap interval over countries x windows in ``low`` and ``high``.
    ``coverage`` is of the 90 % interval where deaths > 0.
    """

    model: str
    window: int
    crps: float
    crps_log: float
    ign: float
    mis: float
    coverage: float
    ratio: float
    ratio_without_largest: float
    low: float | None = None
    high: float | None = None
    low_without_largest: float | None = None
    high_without_largest: float | None = None

    @property
    def verdict(self) -> str:
        """Against conflictology, over all windows; '' for one window or for conflictology itself."""
        if self.low is None or self.high is None or self.model == REFERENCE:
            return ""
        if self.low <= 1 <= self.high:
            return "not distinguishable"
        return "better" if self.high < 1 else "worse"


def read(folder: Path) -> Challenge:
    """The challenge's files in ``folder``.

    Raises:
        ConfigError: a file is not there.
        SourceChanged: a file lacks a column, or the two files of outcomes disagree.
    """
    history = _columns(folder / HISTORY, ("month_id", "country_id", "ged_sb", "name"))
    ids = np.unique(history["country_id"])
    months = int(history["month_id"].max()) - 120  # the challenge counts months from January 1980
    deaths = _wide(history, "ged_sb", ids, 121, months)
    official = _columns(folder / ACTUALS, ("month_id", "country_id", "outcome"))
    actual = _wide(official, "outcome", ids, 457, len(WINDOWS) * 12)
    if np.isnan(actual).any():
        raise SourceChanged(f"{ACTUALS}: some of {len(ids)} countries lack outcomes in {WINDOWS[0]} to {WINDOWS[-1]}")
    if not np.array_equal(actual, deaths[:, 336 : 336 + actual.shape[1]]):
        raise SourceChanged(f"{HISTORY} and {ACTUALS} disagree; one of them is not the challenge's")
    merged = _columns(folder / EVENTS, ("month_id", "country_id", *EVENT_COLUMNS))
    events = {name: _wide(merged, column, ids, 121, months) for column, name in EVENT_COLUMNS.items()}
    named = dict(zip(history["country_id"], history["name"], strict=True))
    return Challenge(tuple(str(i) for i in ids), tuple(str(named[i]) for i in ids), deaths, events, actual)


def _columns(path: Path, wanted: tuple[str, ...]) -> dict[str, npt.NDArray[np.generic]]:
    import pyarrow.parquet as pq

    if not path.is_file():
        raise ConfigError(f"{path}: not there; --data must be the folder with the challenge's files")
    table = pq.read_table(path)
    if missing := set(wanted) - set(table.column_names):
        raise SourceChanged(f"{path.name}: lacks {', '.join(sorted(missing))}")
    return {name: table[name].to_numpy() for name in wanted}


def _wide(columns: dict[str, npt.NDArray[np.generic]], name: str, ids: Numbers, first: int, months: int) -> Array:
    """(U, months) values; NaN where the file has no row: missing is not zero."""
    month, unit = np.asarray(columns["month_id"], float) - first, np.asarray(columns["country_id"], float)
    inside = (month >= 0) & (month < months) & np.isin(unit, ids)
    wide = np.full((len(ids), months), np.nan)
    at = np.searchsorted(ids, unit[inside]), month[inside].astype(np.int64)
    wide[at] = np.asarray(columns[name], dtype=np.float64)[inside]
    return wide


def forecast(challenge: Challenge, name: str, window: int, seed: int) -> Forecast:
    """Fit one model on data to October of the year before and draw the window."""
    rng = np.random.default_rng([seed, window])
    panel = challenge.panel(window)
    return load(MODELS, name, Model).fit(panel, TARGET, HORIZONS, rng).predict(panel, HORIZONS, rng)


@dataclass(frozen=True)
class _Run:
    """Scores of one model in one window: (U,) means over months, and the coverage where deaths > 0."""

    crps: Array
    crps_log: Array
    ign: Array
    mis: Array
    coverage: float


def _run(challenge: Challenge, name: str, window: int, seed: int) -> _Run:
    draws, truth = forecast(challenge, name, window, seed).draws, challenge.truth(window)
    whole = scores.repeated(draws)
    return _Run(
        scores.crps(draws, truth).mean(axis=1),
        scores.crps_log(draws, truth).mean(axis=1),
        scores.ign(whole, truth).mean(axis=1),
        scores.mis(draws, truth).mean(axis=1),
        float(scores.coverage(whole, truth)[truth > 0].mean()),
    )


def score_views(
    folder: Path,
    models: Sequence[str] | None = None,
    *,
    windows: Sequence[int] = WINDOWS,
    seed: int = 20260624,
    n_jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Score]:
    """Scores of each model in each window and over all, in order of mean CRPS.

    Args:
        models: names of draw models; all of them when not given. Conflictology is always run:
            the others are measured against it.
        progress: called with (done, all) after each model's window.

    Raises:
        ConfigError: an unknown model or window, or a file is not there.
    """
    from joblib import Parallel, delayed

    wanted = list(dict.fromkeys([*(names(MODELS) if models is None else models), REFERENCE]))
    if unknown := set(windows) - set(WINDOWS):
        raise ConfigError(f"no window {sorted(unknown)}; have {WINDOWS}")
    challenge = read(folder)
    jobs = [(name, window) for window in windows for name in wanted]
    tasks = (delayed(_run)(challenge, name, window, seed) for name, window in jobs)
    found: dict[tuple[str, int], _Run] = {}
    for job, run in zip(jobs, Parallel(n_jobs=n_jobs, return_as="generator")(tasks), strict=True):
        found[job] = run
        if progress is not None:
            progress(len(found), len(jobs))
    largest = np.array([name == LARGEST for name in challenge.country])
    tables = {name: _table(found, name, windows, largest, seed) for name in wanted}
    return [row for name in sorted(wanted, key=lambda n: tables[n][-1].crps) for row in tables[name]]


def _table(
    found: dict[tuple[str, int], _Run], name: str, windows: Sequence[int], largest: npt.NDArray[np.bool_], seed: int
) -> list[Score]:
    """One model's rows: each window, then all."""
    mine, other = [found[name, w] for w in windows], [found[REFERENCE, w] for w in windows]
    a, b = (np.column_stack([r.crps for r in runs]) for runs in (mine, other))
    rows = [
        Score(
            name, window, float(r.crps.mean()), float(r.crps_log.mean()), float(r.ign.mean()), float(r.mis.mean()),
            r.coverage, float(r.crps.mean() / o.crps.mean()),
            float(r.crps[~largest].mean() / o.crps[~largest].mean()),
        )
        for window, r, o in zip(windows, mine, other, strict=True)
    ]  # fmt: skip
    every = scores.bootstrap(a, b, np.random.default_rng(seed), kind="geometric")
    without = scores.bootstrap(a[~largest], b[~largest], np.random.default_rng(seed), kind="geometric")
    mean = {k: float(np.mean([getattr(r, k) for r in rows])) for k in ("crps", "crps_log", "ign", "mis", "coverage")}
    return [
        *rows,
        Score(
            name, 0, **mean, ratio=every.value, ratio_without_largest=without.value, low=every.low, high=every.high,
            low_without_largest=without.low, high_without_largest=without.high,
        ),
    ]  # fmt: skip
