"""A VIEWS country run, as VIEWS publishes it: read as a peer, and ours written in the same shape.

A run is named by its last month of data. One row a country and month: ``main_dich`` is the probability of at least 25
state-based deaths, ``main_mean`` their expected number. ``month_id`` counts from January 1980. VIEWS' own country numbers
and what its surrogate models say are theirs: these columns stand empty in ours. A last column says what data it was made
from, and whether that is a hindcast.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from upstander.core.errors import ConfigError
from upstander.core.months import month_after
from upstander.core.types import Array
from upstander.forecast.shapes import Row
from upstander.forecast.state_based import Series

if TYPE_CHECKING:
    from upstander.core.places import Places

FIRST_MONTH = date(1980, 1, 1)
SURROGATES = ("dem_ln", "imr", "pop_ln", "imr_ln", "pop")
MORE_SURROGATES = ("dem", "nch_ln", "ch")
COLUMNS = (
    "country_id",
    "month_id",
    "country",
    "gwcode",
    "isoab",
    "year",
    "month",
    *(f"surrogate_mean_{s}" for s in SURROGATES),
    "main_mean",
    "main_dich",
    *(f"surrogate_mean_{s}" for s in MORE_SURROGATES),
    "main_mean_ln",
    "surrogate_mean_ch_ln",
    "surrogate_mean_nch",
    "made_from",
)
# States that UCDP codes and VIEWS forecasts nothing for: 191 countries are left.
LEFT_OUT = frozenset({"AND", "LIE", "MCO", "SMR", "VAT"})
ASKED = ("isoab", "year", "month", "main_dich", "main_mean")


@dataclass(frozen=True)
class PeerRun:
    """VIEWS' figures: by place and month, the probability and the mean; ``origin`` is the last month of data."""

    file: str
    origin: date
    chances: Mapping[tuple[str, date], float]
    means: Mapping[tuple[str, date], float]


def read(file: Path, places: Places) -> PeerRun:
    """A run as VIEWS publishes it.

    Raises:
        ConfigError: the file is no such run; the line and what is wrong with it are named.
    """
    chances: dict[tuple[str, date], float] = {}
    means: dict[tuple[str, date], float] = {}
    with file.open(newline="", encoding="utf-8") as lines:
        rows = csv.DictReader(lines)
        if lost := set(ASKED) - set(rows.fieldnames or ()):
            raise ConfigError(f"{file}: no VIEWS run, {', '.join(sorted(lost))} missing")
        for number, row in enumerate(rows, start=2):
            key = _key(file, number, row, places)
            chances[key], means[key] = _figures(file, number, row)
    if not chances:
        raise ConfigError(f"{file}: holds no forecast")
    first = min(month for _, month in chances)
    return PeerRun(file.name, month_after(first, -1), chances, means)


def _key(file: Path, number: int, row: Row, places: Places) -> tuple[str, date]:
    try:
        month = date(int(row["year"]), int(row["month"]), 1)
    except ValueError:
        raise ConfigError(f"{file}, line {number}: no year and month") from None
    return places.unit(places.resolve(row["isoab"], "iso3", month).code), month


def _figures(file: Path, number: int, row: Row) -> tuple[float, float]:
    try:
        chance, mean = float(row["main_dich"]), float(row["main_mean"])
    except ValueError:
        raise ConfigError(
            f"{file}, line {number}: main_dich and main_mean are numbers"
        ) from None
    if not 0 <= chance <= 1:
        raise ConfigError(f"{file}, line {number}: main_dich {chance} is no probability")
    return chance, mean


def text(of: Series, chances: Array, means: Array, places: Places) -> str:
    """Our run as CSV, in VIEWS' columns: (U, H) probabilities and means of the months after the series' last."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_rows(of, chances, means, places))
    return out.getvalue()


def _rows(of: Series, chances: Array, means: Array, places: Places) -> Iterator[Row]:
    codes = {
        v: k for k, v in _gleditsch_ward(places, of.periods[-1]).items() if v in of.units
    }
    kind = "hindcast, final data" if of.hindcast else f"as published on {of.as_of}"
    for ahead in range(1, chances.shape[1] + 1):
        month = month_after(of.periods[-1], ahead)
        for n, unit in enumerate(of.units):
            if unit in LEFT_OUT:
                continue
            mean = float(means[n, ahead - 1])
            yield {
                "month_id": _month_id(month),
                "country": places.get(unit).name,
                "gwcode": codes.get(unit, ""),
                "isoab": unit,
                "year": month.year,
                "month": month.month,
                "main_mean": f"{mean:.4f}",
                "main_dich": f"{float(chances[n, ahead - 1]):.4f}",
                "main_mean_ln": f"{float(np.log1p(mean)):.4f}",
                "made_from": kind,
            }


def _month_id(month: date) -> int:
    return (month.year - FIRST_MONTH.year) * 12 + month.month


def _gleditsch_ward(places: Places, on: date) -> dict[str, str]:
    """By Gleditsch-Ward number, the place that it means on a day."""
    return {
        number: places.unit(span.place)
        for number, spans in places.codes["gw"].items()
        for span in spans
        if span.covers(on)
    }
