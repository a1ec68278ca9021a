"""The Early Warning Project's own panel as country-years: their variables, what follows from them, their labels.

One row of their panel is a country and year with some forty variables and whether a mass killing began in either
of the two years after (``mk_onset_1or2``). Read from a folder, never kept: no licence is stated.

Source: Early Warning Project, statistical risk assessment, 2025 edition (github.com/earlywarningproject).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from upstander.core.errors import ConfigError
from upstander.core.reading import header, read_table
from upstander.core.refusals import refuse
from upstander.core.types import Array, Cases
from upstander.forecast.cases import lagged, mean_of_last, most_known, trailing, years_since
from upstander.forecast.shapes import ByName, Index, Mask

PANEL, PUBLISHED = "ewp_panel_2025ed.csv", "ewp_FOOS_backtest_2025ed.csv"
LABEL = "mk_onset_1or2"
AHEAD = ("mk_onset_1", "mk_onset_2", LABEL)  # what follows a year: never a feature
NAME = "ewp_name"  # the one column of words
KEYS = ("ccode", "year")
CALENDAR = ("year_sq",)  # a tree that splits on the calendar learns nothing for next year
REGIONS = (
    "reg.na",
    "reg.eap",
    "reg.sca",
    "reg.mna",
    "reg.eur",
)  # the sixth is none of them
SLOW = (
    "freediscussion",
    "discrimpop",
    "ses_power_dist",
    "even_civilrights",
    "religiousfreedom",
    "repress_civilsoc",
    "pol_killing_approved",
    "judicialreform",
    "battledeaths.log2",
    "coup.try.5yr",
    "popsize.log2",
    "un_imr_sqrt",
    "gdppcgrowth",
)  # variables whose changes on one, three and five years are features
SPELLS = {
    "battledeaths": "battledeaths.log2",
    "mk": "mk_onset",
    "mk_ongoing": "mk_ongoing_count_log2",
}  # what years are counted since, and the variable that says so
NEEDED = ("gdppcgrowth", LABEL, *REGIONS, *SLOW, *SPELLS.values())
FIRST_YEAR, LAST_YEAR = 1800, 2200
CAP = 30  # years since; longer ago reads the same


@dataclass(frozen=True)
class EwpPanel:
    """Their panel on a grid.

    Attributes:
        codes: (U,) Correlates of War codes; years: (T,) contiguous.
        columns: (U, T) by variable, NaN where a country is not in the panel or the value is missing.
        scored: (U, T) True for the rows their own forecasts were made for: in the panel, growth known.
        published: (U, T) their elastic net's out-of-sample risk, as published; NaN where there is none.
    """

    codes: tuple[int, ...]
    years: Index
    columns: Mapping[str, Array]
    scored: Mask
    published: Array

    @property
    def label(self) -> Array:
        """(U, T) 1 where a mass killing began in either of the two years after, else 0."""
        return self.columns[LABEL]


def read(folder: Path) -> EwpPanel:
    """Read the panel and the published back-test.

    Raises:
        ConfigError: a file is missing. SourceChanged: a cell is none that can be; file and line are named.
    """
    rows = _rows(folder / PANEL, KEYS, (*header(_there(folder / PANEL)), *NEEDED))
    codes = np.unique(rows["ccode"])
    years = np.arange(rows["year"].min(), rows["year"].max() + 1)
    grid = _Grid(codes, int(years[0]), (len(codes), len(years)))
    columns = {n: grid.of(rows, "year", n) for n in rows if n not in KEYS}
    scored = ~np.isnan(columns[LABEL]) & ~np.isnan(columns["gdppcgrowth"])
    theirs = _rows(folder / PUBLISHED, ("ccode", "prev_year"), ("risk_prev",))
    published = grid.of(theirs, "prev_year", "risk_prev")
    named = tuple(int(code) for code in codes)
    return EwpPanel(named, years, columns, scored, published)


@dataclass(frozen=True)
class _Grid:
    """Where a row stands in (U, T)."""

    codes: Array
    first: int
    shape: tuple[int, int]

    def of(self, rows: ByName, year: str, name: str) -> Array:
        """(U, T) a column by country and by the year in the column ``year``; NaN where the panel has neither."""
        made = np.full(self.shape, np.nan)
        at = np.searchsorted(self.codes, rows["ccode"])
        when = (rows[year] - self.first).astype(np.int64)
        known = np.isin(rows["ccode"], self.codes) & (when >= 0) & (when < self.shape[1])
        made[at[known], when[known]] = rows[name][known]
        return made


def _rows(file: Path, keys: tuple[str, str], figures: Iterable[str]) -> ByName:
    """(N,) each column as numbers, NaN where unknown; the two keys are there in every row, and the years such as can be."""
    asked = dict.fromkeys((*keys, *(f for f in figures if f != NAME)), float)
    rows = read_table(_there(file), {**asked, keys[1]: int})
    for key in keys:
        refuse(file, pc.is_null(rows[key]), f"{key} is missing")
    year = rows[keys[1]]
    never = pc.or_(pc.less(year, FIRST_YEAR), pc.greater(year, LAST_YEAR))
    refuse(file, never, f"{keys[1]} is no year of the panel", year)
    return {n: rows[n].to_numpy().astype(float) for n in rows.column_names}


def _there(file: Path) -> Path:
    if not file.is_file():
        raise ConfigError(f"{file}: is missing; --data must name the folder of EWP's files")
    return file


def cases(panel: EwpPanel, milder: Array | None = None) -> Cases:
    """Every scored country-year, their variables and transformations of them as features.

    Args:
        milder: (U, T) 1 where a milder event followed within two years, 0 where not, NaN where not known.
    """
    features = _features(panel)
    keep = panel.scored.ravel()
    codes = np.repeat(panel.codes, len(panel.years))[keep]
    return Cases(
        units=tuple(str(c) for c in codes),
        years=np.tile(panel.years, len(panel.codes))[keep],
        values=np.stack([v.ravel()[keep] for v in features.values()], axis=1),
        features=tuple(features),
        families=tuple("panel" for _ in features),
        outcome=panel.label.ravel()[keep],
        milder=None if milder is None else milder.ravel()[keep],
    )


def _features(panel: EwpPanel) -> ByName:
    return {
        **_theirs(panel),
        **_changes(panel),
        **_history(panel),
        **_region(panel),
        **_mixed(panel),
    }


def _theirs(panel: EwpPanel) -> ByName:
    """Their variables as they stand, without the calendar and the onset of the year itself, which ``mk_since`` holds."""
    out = {*AHEAD, *CALENDAR, "mk_onset"}
    return {n: v for n, v in panel.columns.items() if n not in out}


def _changes(panel: EwpPanel) -> ByName:
    return {
        f"{n}_change{k}": panel.columns[n] - lagged(panel.columns[n], k)
        for n in SLOW
        for k in (1, 3, 5)
    }


def _history(panel: EwpPanel) -> ByName:
    """Battle deaths, growth and mass killings of the years before."""
    began = panel.columns["mk_onset"]
    seen = np.cumsum(~np.isnan(began), axis=1)
    return {
        **_battle_deaths(panel.columns["battledeaths.log2"]),
        **_growth(panel.columns["gdppcgrowth"]),
        **_spells(panel),
        **_counts(began, seen),
        "battledeaths_share": _share_of_battle_years(panel, seen),
    }


def _battle_deaths(fought: Array) -> ByName:
    return {
        **{f"battledeaths_lag{k}": lagged(fought, k) for k in (1, 2, 3)},
        "battledeaths_most5": most_known(trailing(fought, 5)),
        "battledeaths_mean5": mean_of_last(fought, 5),
        "battledeaths_mean10": mean_of_last(fought, 10),
    }


def _growth(growth: Array) -> ByName:
    return {
        "growth_mean3": mean_of_last(growth, 3),
        "growth_least5": -most_known(-trailing(growth, 5)),
    }


def _spells(panel: EwpPanel) -> ByName:
    """Years since battle deaths, since a mass killing began and since one went on."""
    return {
        f"{name}_since": years_since(_above_zero(panel, column), CAP)
        for name, column in SPELLS.items()
    }


def _above_zero(panel: EwpPanel, column: str) -> Mask:
    return np.asarray(np.nan_to_num(panel.columns[column]) > 0)


def _counts(began: Array, seen: Index) -> ByName:
    """Mass killings begun until each year, their share of the years seen, and those of ten years."""
    count = np.cumsum(np.nan_to_num(began), axis=1)
    return {
        "mk_count": count,
        "mk_rate": (count + 1) / (seen + 50),
        "mk_in10": np.nansum(trailing(began, 10), axis=-1),
    }


def _share_of_battle_years(panel: EwpPanel, seen: Index) -> Array:
    violent = np.cumsum(_above_zero(panel, "battledeaths.log2"), axis=1)
    return np.asarray((violent + 0.3) / (seen + 3))


def _region(panel: EwpPanel) -> ByName:
    """Means over the other countries of the same region and year."""
    groups = _members_by_region(panel)
    fought = np.nan_to_num(panel.columns["battledeaths.log2"])
    began = _of_others(np.nan_to_num(panel.columns["mk_onset"]), groups)
    return {
        "region_mk_onset": began,
        "region_mk_onset5": mean_of_last(began, 5),
        "region_battle": _of_others((fought > 0).astype(float), groups),
        "region_coup": _of_others(np.nan_to_num(panel.columns["coup.try.5yr"]), groups),
        "region_battledeaths": _of_others(fought, groups),
    }


def _members_by_region(panel: EwpPanel) -> list[Mask]:
    """(U, T) by region: True where a country is in the panel and in that region."""
    inside = ~np.isnan(panel.columns["mk_onset"])
    region = _regions(panel)
    return [inside & (region == r) for r in range(len(REGIONS) + 1)]


def _regions(panel: EwpPanel) -> Index:
    """(U, T) number of the region; the last is none of those named."""
    flags = np.stack([np.nan_to_num(panel.columns[r]) for r in REGIONS])
    return np.where(flags.any(axis=0), flags.argmax(axis=0), len(REGIONS))


def _of_others(values: Array, groups: list[Mask]) -> Array:
    """(U, T) mean of the values over the other members of each one's group."""
    out = np.full(values.shape, np.nan)
    for mine in groups:
        total = (values * mine).sum(axis=0)
        count = mine.sum(axis=0)
        out = np.where(mine, (total - values) / np.maximum(count - 1, 1), out)
    return out


def _mixed(panel: EwpPanel) -> ByName:
    """Size times violence and poverty, and ranks within the year, which do not drift as the world grows richer."""
    people = panel.columns["popsize.log2"]
    deaths = panel.columns["un_imr_sqrt"]
    return {
        "people_x_battle": people * panel.columns["battledeaths.log2"] / 24,
        "people_x_mortality": (people - 23) * (deaths - 6),
        "mortality_rank": _rank(deaths),
        "people_rank": _rank(people),
    }


def _rank(values: Array) -> Array:
    """(U, T) share of the year's known values at or below each one."""
    missing = np.isnan(values)
    ordered = np.sort(np.where(missing, np.inf, values), axis=0)
    count = np.maximum((~missing).sum(axis=0), 1)
    return np.where(missing, np.nan, _at_or_below(ordered, values) / count)


def _at_or_below(ordered: Array, values: Array) -> Index:
    """(U, T) how many of the year's ordered values are at or below each one."""
    by_year = zip(ordered.T, values.T, strict=True)
    return np.stack([np.searchsorted(o, v, side="right") for o, v in by_year], axis=1)
