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
import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.months import month_after
from upstander.core.reading import read_table
from upstander.core.refusals import country_codes, refuse
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
FIGURES = ("main_dich", "main_mean")
ASKED = {"isoab": str, "year": int, "month": int, **dict.fromkeys(FIGURES, float)}
BOUNDS = {
    "year": (1980, 2200),
    "month": (1, 12),
    "main_dich": (0, 1),
    "main_mean": (0, 1e9),
}


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
        SourceChanged: the file is no such run; the line and what is wrong with it are named.
    """
    rows = _checked(file, read_table(file, ASKED))
    months = [
        date(year, month, 1)
        for year, month in zip(
            rows["year"].to_pylist(), rows["month"].to_pylist(), strict=True
        )
    ]
    codes = country_codes(
        file, rows["isoab"], "iso3", pa.array(months, pa.date32()), places
    )
    keys = [(places.unit(c), m) for c, m in zip(codes.to_pylist(), months, strict=True)]
    chances, means = (
        dict(zip(keys, rows[name].to_pylist(), strict=True)) for name in FIGURES
    )
    return PeerRun(file.name, month_after(min(months), -1), chances, means)


def _checked(file: Path, rows: pa.Table) -> pa.Table:
    """The rows, where every cell that we ask for is there and can be true. Raises SourceChanged."""
    for name, (least, most) in BOUNDS.items():
        values = rows[name]
        refuse(file, pc.is_null(values), f"{name} is missing")
        outside = pc.or_(pc.less(values, least), pc.greater(values, most))
        refuse(file, outside, f"{name} is not within {least} and {most}", values)
    return rows


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
