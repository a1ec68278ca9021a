"""Read a peer's Hubverse model output, strictly: what is wrong is named with file, row and remedy."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.errors import ConfigError, SourceChanged
from upstander.core.months import month_after, month_end
from upstander.forecast.exchange import columns
from upstander.forecast.qualification import DRAWN

FILE = re.compile(r"(\d{4}-\d\d-\d\d)-(.+)\.(parquet|csv)")
NEEDED = (
    "target",
    "horizon",
    "location",
    "target_end_date",
    "output_type",
    "output_type_id",
    "value",
)
ORIGINS = ("origin_date", "reference_date", "forecast_date")  # what hubs call the day of a round
TWICE = "an output_type_id stands twice in one place and month; number them apart"
MOST_DEATHS = 10**10
MOST_MONTHS = 1200
DRAWS = 1000  # drawn from quantiles where no samples are given
FEWEST = 5  # quantile levels, fewer say too little of the tails


def read(folder: Path, locations: Collection[str]) -> dict[date, pa.Table]:
    """Draws of monthly deaths by origin month, from the ``sample`` rows, else from the quantiles.

    Args:
        folder: a hub, its model-output folder, or one model's folder in it.
        locations: place codes that exist.

    Raises:
        ConfigError: no model output there, or of several models.
        SourceChanged: a file is not as the format says.
    """
    files = sorted(
        f for f in folder.rglob("*") if FILE.fullmatch(f.name) and "target-data" not in f.parts
    )
    models = {m[2] for f in files if (m := FILE.fullmatch(f.name))}
    if len(models) != 1:
        raise ConfigError(
            f"{folder}: holds model output of {', '.join(sorted(models)) or 'no model'}; "
            "--from is the folder model-output/<team>-<model> of one model"
        )
    found: dict[date, pa.Table] = {}
    for file in files:
        origin, rows = _file(file, locations)
        if origin in found:
            raise SourceChanged(
                f"{file}: a second round from the origin month {origin:%Y-%m}; keep one of them"
            )
        found[origin] = rows
    return found


def _file(file: Path, locations: Collection[str]) -> tuple[date, pa.Table]:
    """The origin month and the draws of one round."""
    rows = columns.read(file)
    if missing := set(NEEDED) - set(rows.column_names):
        raise SourceChanged(
            f"{file}: lacks {', '.join(sorted(missing))}; see docs/how-to/exchange.md for the columns"
        )
    rows = columns.numbered(rows)
    mine = rows.filter(pc.equal(columns.words(file, rows, "target"), DRAWN))
    kinds = columns.words(file, mine, "output_type")
    for kind, made in (("sample", _samples), ("quantile", _quantiles)):
        some = mine.filter(pc.equal(kinds, kind))
        if some.num_rows:
            given = _checked(file, some, locations)
            return given.origin, made(file, some, given)
    raise SourceChanged(
        f"{file}: no rows of target {DRAWN} with output_type sample or quantile; nothing can be scored"
    )


@dataclass(frozen=True)
class Given:
    """The checked rows of one round: (N,) each, and the origin month they share."""

    origin: date
    places: list[str]
    horizons: list[int]
    ids: list[str]
    values: list[float]


def _checked(file: Path, rows: pa.Table, locations: Collection[str]) -> Given:
    """The rows as the format says they are. The origin month is the window's month less the horizon."""
    values = columns.numbers(file, rows, "value")
    columns.fault(file, rows, values >= 0, "value is negative; deaths are 0 or more")
    columns.fault(
        file, rows, values <= MOST_DEATHS, f"value is above {MOST_DEATHS:,}, more people than live"
    )
    places = columns.words(file, rows, "location")
    known = pc.fill_null(pc.is_in(places, value_set=pa.array(sorted(locations))), False)
    columns.fault(
        file, rows, known, "location is no ISO 3166-1 alpha-3 code of a place; XKX for Kosovo"
    )
    ids = columns.words(file, rows, "output_type_id")
    columns.fault(
        file, rows, pc.is_valid(ids), "output_type_id is empty; it names the sample or the level"
    )
    horizons = columns.whole(file, rows, "horizon", "it counts months from 1")
    columns.fault(file, rows, horizons >= 1, "horizon is empty or below 1; it counts months from 1")
    columns.fault(file, rows, horizons <= MOST_MONTHS, f"horizon is above {MOST_MONTHS:,} months")
    _of_the_round(file, rows)
    origin = _origin(file, rows, horizons.tolist())
    return Given(origin, places.to_pylist(), horizons.tolist(), ids.to_pylist(), values.tolist())


def _of_the_round(file: Path, rows: pa.Table) -> None:
    """A round says whether it was made before the truth: the file's name and its origin must agree."""
    match = FILE.fullmatch(file.name)
    day = _round_day(file, match[1]) if match else None
    for name in ORIGINS:
        if name in rows.column_names:
            same = [d == day for d in columns.days(file, rows, name)]
            columns.fault(
                file,
                rows,
                same,
                f"{name} is not the round {day} that the file's name says; mend one of them",
            )


def _round_day(file: Path, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SourceChanged(
            f"{file}: its name begins with {text}, which is no day; a round is named YYYY-MM-DD"
        ) from None


def _origin(file: Path, rows: pa.Table, horizons: list[int]) -> date:
    ends = columns.days(file, rows, "target_end_date")
    is_end = [e == month_end(e.replace(day=1)) for e in ends]
    columns.fault(file, rows, is_end, "target_end_date is not the last day of a month")
    late = [e.year > MOST_MONTHS // 12 for e in ends]
    columns.fault(file, rows, late, "target_end_date is not of our time")
    origins = [month_after(e.replace(day=1), -h) for e, h in zip(ends, horizons, strict=True)]
    one = [o == origins[0] for o in origins]
    columns.fault(
        file,
        rows,
        one,
        f"target_end_date less horizon is not {origins[0]:%Y-%m}, as in the first row; a round has one origin",
    )
    return origins[0]


Cells = dict[tuple[str, int], dict[str, float]]


def _cells(given: Given) -> tuple[Cells, list[bool]]:
    """Values by location and horizon, by output_type_id; and whether each row is the first of its kind."""
    found: Cells = {}
    is_new = []
    for place, horizon, name, value in zip(
        given.places, given.horizons, given.ids, given.values, strict=True
    ):
        cell = found.setdefault((place, horizon), {})
        is_new.append(name not in cell)
        cell[name] = value
    return found, is_new


def _rows(cells: Iterable[tuple[tuple[str, int], Any]]) -> pa.Table:
    table: dict[str, list[Any]] = {"country": [], "horizon": [], "draw": [], "outcome": []}
    for (place, horizon), draws in cells:
        size = len(draws)
        table["country"] += [place] * size
        table["horizon"] += [horizon] * size
        table["draw"] += range(size)
        table["outcome"] += [round(float(d)) for d in draws]
    return pa.table(table)


def _samples(file: Path, rows: pa.Table, given: Given) -> pa.Table:
    """Samples as draws: whole numbers, as many in every place and month, and one id is one path over the months."""
    is_whole = [v.is_integer() for v in given.values]
    columns.fault(
        file,
        rows,
        is_whole,
        "value is not a whole number; a sample of deaths is one; round the draws",
    )
    cells, is_new = _cells(given)
    sizes = {k: len(v) for k, v in cells.items()}
    most = max(sizes.values())
    if short := next((k for k, n in sizes.items() if n != most), None):
        raise SourceChanged(
            f"{file}: {short[0]}, horizon {short[1]}, has {sizes[short]:,} samples, others {most:,}; "
            "samples must be as many everywhere, each with its own output_type_id"
        )
    columns.fault(file, rows, is_new, TWICE)
    if most > DRAWS:
        raise SourceChanged(
            f"{file}: {most:,} samples a place and month; at most {DRAWS:,} can be scored"
        )
    _joint(file, cells)
    return _rows((k, [v[name] for name in sorted(v)]) for k, v in sorted(cells.items()))


def _joint(file: Path, cells: Cells) -> None:
    """Refuse months of one place whose samples are not the same paths: their sum would mean nothing."""
    first: dict[str, tuple[int, set[str]]] = {}
    for (place, horizon), cell in sorted(cells.items()):
        start, ids = first.setdefault(place, (horizon, set(cell)))
        if ids != set(cell):
            strange = min(ids ^ set(cell))
            raise SourceChanged(
                f"{file}: {place}: sample {strange!r} is not in both horizon {start} and horizon {horizon}; a sample is one "
                "path over the months, so its output_type_id is the same in each of them"
            )


def _quantiles(file: Path, rows: pa.Table, given: Given) -> pa.Table:
    """1,000 draws evenly through the quantiles: straight between the levels, flat beyond the outermost."""
    out = []
    cells, is_new = _cells(given)
    columns.fault(file, rows, is_new, TWICE)
    for key, found in sorted(cells.items()):
        try:
            pairs = sorted((float(level), value) for level, value in found.items())
        except ValueError:
            raise SourceChanged(
                f"{file}: {key[0]}, horizon {key[1]}: a quantile's output_type_id is no number"
            ) from None
        levels, values = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
        if (
            len(levels) < FEWEST
            or not 0 < levels[0] <= levels[-1] < 1
            or (np.diff(values) < 0).any()
        ):
            raise SourceChanged(
                f"{file}: {key[0]}, horizon {key[1]}: needs {FEWEST} or more quantile levels between 0 and 1, "
                "values rising with them"
            )
        out.append((key, np.interp((np.arange(DRAWS) + 0.5) / DRAWS, levels, values)))
    return _rows(out)
