"""The Early Warning Project's own panel as country-years: their variables, what follows from them, their labels.

One row of their panel is a country and year with some forty variables and whether a mass killing began in either
of the two years after (``mk_onset_1or2``). Read from a folder, never kept: no licence is stated.

Source: Early Warning Project, statistical risk assessment, 2025 edition (github.com/earlywarningproject).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from upstander.core.errors import ConfigError
from upstander.core.types import Array, Cases
from upstander.forecast.cases import lagged, mean_known, most_known, trailing, years_since

PANEL, PUBLISHED = "ewp_panel_2025ed.csv", "ewp_FOOS_backtest_2025ed.csv"
LABEL = "mk_onset_1or2"
AHEAD = ("mk_onset_1", "mk_onset_2", LABEL)  # what follows a year: never a feature
KEYS = ("ewp_name", "ccode", "year")
CALENDAR = ("year_sq",)  # a tree that splits on the calendar learns nothing for next year
REGIONS = ("reg.na", "reg.eap", "reg.sca", "reg.mna", "reg.eur")  # the sixth is none of them
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
    years: npt.NDArray[np.int64]
    columns: Mapping[str, Array]
    scored: npt.NDArray[np.bool_]
    published: Array

    @property
    def label(self) -> Array:
        """(U, T) 1 where a mass killing began in either of the two years after, else 0."""
        return self.columns[LABEL]


def read(folder: Path) -> EwpPanel:
    """Read the panel and the published back-test.

    Raises:
        ConfigError: a file is missing.
    """
    rows = _rows(folder / PANEL)
    codes = tuple(sorted({int(float(r["ccode"])) for r in rows}))
    years = np.arange(min(int(r["year"]) for r in rows), max(int(r["year"]) for r in rows) + 1)
    at = {c: i for i, c in enumerate(codes)}
    columns = {n: np.full((len(codes), len(years)), np.nan) for n in rows[0] if n not in KEYS}
    for r in rows:
        u, t = at[int(float(r["ccode"]))], int(r["year"]) - int(years[0])
        for name, values in columns.items():
            values[u, t] = float(r[name]) if r[name] not in ("", "NA") else np.nan
    published = np.full((len(codes), len(years)), np.nan)
    for r in _rows(folder / PUBLISHED):
        if r["risk_prev"] not in (
            "",
            "NA",
        ):  # the risk given in the year before, for that year's base
            published[at[int(float(r["ccode"]))], int(r["prev_year"]) - int(years[0])] = float(
                r["risk_prev"]
            )
    scored = ~np.isnan(columns[LABEL]) & ~np.isnan(columns["gdppcgrowth"])
    return EwpPanel(codes, years, columns, scored, published)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            return list(csv.DictReader(lines))
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}); --data must name the folder of EWP's files"
        ) from None


def cases(panel: EwpPanel, milder: Array | None = None) -> Cases:
    """Every scored country-year, their variables and transformations of them as features.

    Args:
        milder: (U, T) 1 where a milder event followed within two years, 0 where not, NaN where not known.
    """
    built = {
        **_theirs(panel),
        **_changes(panel),
        **_history(panel),
        **_region(panel),
        **_mixed(panel),
    }
    keep = panel.scored.ravel()
    span = len(panel.years)
    return Cases(
        units=tuple(str(c) for c, k in zip(np.repeat(panel.codes, span), keep, strict=True) if k),
        years=np.tile(panel.years, len(panel.codes))[keep],
        values=np.stack([v.ravel()[keep] for v in built.values()], axis=1),
        features=tuple(built),
        families=tuple("panel" for _ in built),
        outcome=panel.label.ravel()[keep],
        milder=None if milder is None else milder.ravel()[keep],
    )


def _theirs(panel: EwpPanel) -> dict[str, Array]:
    """Their variables as they stand, without the calendar and the onset of the year itself, which ``mk_since`` holds."""
    out = {*AHEAD, *CALENDAR, "mk_onset"}
    return {n: v for n, v in panel.columns.items() if n not in out}


def _changes(panel: EwpPanel) -> dict[str, Array]:
    return {
        f"{n}_change{k}": panel.columns[n] - lagged(panel.columns[n], k)
        for n in SLOW
        for k in (1, 3, 5)
    }


def _history(panel: EwpPanel) -> dict[str, Array]:
    """Battle deaths, growth and mass killings of the years before."""
    fought, growth, began = (
        panel.columns[n] for n in ("battledeaths.log2", "gdppcgrowth", "mk_onset")
    )
    inside = ~np.isnan(began)
    seen = np.cumsum(inside, axis=1)
    count = np.cumsum(np.nan_to_num(began), axis=1)
    violent = np.nan_to_num(fought) > 0
    return {
        **{f"battledeaths_lag{k}": lagged(fought, k) for k in (1, 2, 3)},
        "battledeaths_most5": most_known(trailing(fought, 5)),
        "battledeaths_mean5": mean_known(trailing(fought, 5)),
        "battledeaths_mean10": mean_known(trailing(fought, 10)),
        "growth_mean3": mean_known(trailing(growth, 3)),
        "growth_least5": -most_known(-trailing(growth, 5)),
        "battledeaths_since": years_since(violent, CAP),
        "mk_since": years_since(np.nan_to_num(began) > 0, CAP),
        "mk_ongoing_since": years_since(
            np.nan_to_num(panel.columns["mk_ongoing_count_log2"]) > 0, CAP
        ),
        "mk_count": count,
        "mk_rate": (count + 1) / (seen + 50),
        "mk_in10": np.nansum(trailing(began, 10), axis=-1),
        "battledeaths_share": (np.cumsum(violent, axis=1) + 0.3) / (seen + 3),
    }


def _region(panel: EwpPanel) -> dict[str, Array]:
    """Means over the other countries of the same region and year."""
    flags = np.stack([np.nan_to_num(panel.columns[r]) for r in REGIONS])
    region = np.where(flags.any(axis=0), flags.argmax(axis=0), len(REGIONS))
    inside = ~np.isnan(panel.columns["mk_onset"])
    fought = np.nan_to_num(panel.columns["battledeaths.log2"])

    def others(values: Array) -> Array:
        out = np.full(values.shape, np.nan)
        for r in range(len(REGIONS) + 1):
            mine = inside & (region == r)
            total, count = (values * mine).sum(axis=0), mine.sum(axis=0)
            out = np.where(mine, (total - values) / np.maximum(count - 1, 1), out)
        return out

    began = others(np.nan_to_num(panel.columns["mk_onset"]))
    return {
        "region_mk_onset": began,
        "region_mk_onset5": mean_known(trailing(began, 5)),
        "region_battle": others((fought > 0).astype(float)),
        "region_coup": others(np.nan_to_num(panel.columns["coup.try.5yr"])),
        "region_battledeaths": others(fought),
    }


def _mixed(panel: EwpPanel) -> dict[str, Array]:
    """Size times violence and poverty, and ranks within the year, which do not drift as the world grows richer."""
    people, deaths = panel.columns["popsize.log2"], panel.columns["un_imr_sqrt"]
    return {
        "people_x_battle": people * panel.columns["battledeaths.log2"] / 24,
        "people_x_mortality": (people - 23) * (deaths - 6),
        "mortality_rank": _rank(deaths),
        "people_rank": _rank(people),
    }


def _rank(values: Array) -> Array:
    """(U, T) share of the year's known values at or below each one."""
    known = np.sort(np.where(np.isnan(values), np.inf, values), axis=0)
    count = (~np.isnan(values)).sum(axis=0)
    below = np.stack(
        [np.searchsorted(known[:, t], values[:, t], side="right") for t in range(values.shape[1])],
        axis=1,
    )
    return np.where(np.isnan(values), np.nan, below / np.maximum(count, 1))
