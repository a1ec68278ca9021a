"""Read a peer's Hubverse model output, strictly: what is wrong is named with file, row and remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.errors import ConfigError, SourceChanged
from upstander.core.months import month_after, month_end
from upstander.core.types import Array
from upstander.forecast.exchange import columns
from upstander.forecast.exchange.columns import Rows
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
ORIGINS = (
    "origin_date",
    "reference_date",
    "forecast_date",
)  # what hubs call the day of a round
TWICE = "an output_type_id stands twice in one place and month; number them apart"
NO_DRAWS = (
    f"no rows of target {DRAWN} with output_type sample or quantile; nothing can be scored"
)
WHOLE = "value is not a whole number; a sample of deaths is one; round the draws"
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
    rounds: dict[date, pa.Table] = {}
    for file in _files_of_one_model(folder):
        origin, draws = _round(file, locations)
        if origin in rounds:
            raise SourceChanged(
                f"{file}: a second round from the origin month {origin:%Y-%m}; keep one of them"
            )
        rounds[origin] = draws
    return rounds


def _files_of_one_model(folder: Path) -> list[Path]:
    """The files of rounds, in the order of their names; ConfigError where they are not those of one model."""
    files = sorted(f for f in folder.rglob("*") if _is_round(f))
    models = {m[2] for f in files if (m := FILE.fullmatch(f.name))}
    if len(models) != 1:
        raise ConfigError(
            f"{folder}: holds model output of {', '.join(sorted(models)) or 'no model'}; "
            "--from is the folder model-output/<team>-<model> of one model"
        )
    return files


def _is_round(file: Path) -> bool:
    return FILE.fullmatch(file.name) is not None and "target-data" not in file.parts


def _round(file: Path, locations: Collection[str]) -> tuple[date, pa.Table]:
    """The origin month and the draws of one round."""
    table = columns.read(file)
    if missing := set(NEEDED) - set(table.column_names):
        raise SourceChanged(
            f"{file}: lacks {', '.join(sorted(missing))}; see docs/how-to/exchange.md for the columns"
        )
    rows = Rows.of(file, table)
    own = rows.where(pc.equal(rows.words("target"), DRAWN))
    kinds = own.words("output_type")
    for kind, draws_of in READERS.items():
        some = own.where(pc.equal(kinds, kind))
        if some.table.num_rows:
            given = _checked(some, locations)
            return given.origin, draws_of(some, given)
    raise SourceChanged(f"{file}: {NO_DRAWS}")


@dataclass(frozen=True)
class Given:
    """The checked rows of one round: (N,) each, and the origin month they share."""

    origin: date
    places: list[str]
    horizons: list[int]
    ids: list[str]
    values: list[float]

    def cells(self) -> tuple[Cells, list[bool]]:
        """Values by location and horizon, by output_type_id; and whether each row is the first of its kind."""
        cells: Cells = {}
        is_new = []
        where = zip(self.places, self.horizons, strict=True)
        for key, name, value in zip(where, self.ids, self.values, strict=True):
            cell = cells.setdefault(key, {})
            is_new.append(name not in cell)
            cell[name] = value
        return cells, is_new


def _checked(rows: Rows, locations: Collection[str]) -> Given:
    """The rows as the format says they are. The origin month is the window's month less the horizon."""
    values = _deaths(rows)
    places = _places(rows, locations)
    ids = rows.words("output_type_id")
    rows.fault(
        pc.is_valid(ids), "output_type_id is empty; it names the sample or the level"
    )
    horizons = _horizons(rows)
    _of_the_round(rows)
    return Given(
        _origin(rows, horizons), places, horizons, ids.to_pylist(), values.tolist()
    )


def _deaths(rows: Rows) -> Array:
    values = rows.numbers("value")
    rows.fault(values >= 0, "value is negative; deaths are 0 or more")
    rows.fault(
        values <= MOST_DEATHS, f"value is above {MOST_DEATHS:,}, more people than live"
    )
    return values


def _places(rows: Rows, locations: Collection[str]) -> list[str]:
    codes = rows.words("location")
    exist = pc.is_in(codes, value_set=pa.array(sorted(locations)))
    what = "location is no ISO 3166-1 alpha-3 code of a place; XKX for Kosovo"
    rows.fault(pc.fill_null(exist, False), what)
    places: list[str] = codes.to_pylist()
    return places


def _horizons(rows: Rows) -> list[int]:
    horizons = rows.whole("horizon", "it counts months from 1")
    rows.fault(horizons >= 1, "horizon is empty or below 1; it counts months from 1")
    rows.fault(horizons <= MOST_MONTHS, f"horizon is above {MOST_MONTHS:,} months")
    months: list[int] = horizons.tolist()
    return months


def _of_the_round(rows: Rows) -> None:
    """A round says whether it was made before the truth: the file's name and its origin must agree."""
    match = FILE.fullmatch(rows.file.name)
    day = _round_day(rows.file, match[1]) if match else None
    for name in ORIGINS:
        if name in rows.table.column_names:
            same = [d == day for d in rows.days(name)]
            what = (
                f"{name} is not the round {day} that the file's name says; mend one of them"
            )
            rows.fault(same, what)


def _round_day(file: Path, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SourceChanged(
            f"{file}: its name begins with {text}, which is no day; a round is named YYYY-MM-DD"
        ) from None


def _origin(rows: Rows, horizons: list[int]) -> date:
    """The one month that every window's month less its horizon is."""
    origins = _origins(rows, horizons)
    first = origins[0]
    what = f"target_end_date less horizon is not {first:%Y-%m}, as in the first row; a round has one origin"
    rows.fault([o == first for o in origins], what)
    return first


def _origins(rows: Rows, horizons: list[int]) -> list[date]:
    ends = _ends(rows)
    return [month_after(e.replace(day=1), -h) for e, h in zip(ends, horizons, strict=True)]


def _ends(rows: Rows) -> list[date]:
    """The last days of the windows' months."""
    ends = rows.days("target_end_date")
    is_end = [e == month_end(e.replace(day=1)) for e in ends]
    rows.fault(is_end, "target_end_date is not the last day of a month")
    of_our_time = [e.year > MOST_MONTHS // 12 for e in ends]
    rows.fault(of_our_time, "target_end_date is not of our time")
    return ends


Key = tuple[str, int]  # location and horizon
Cells = dict[Key, dict[str, float]]


def _table(cells: Iterable[tuple[Key, Any]]) -> pa.Table:
    """The draws of each cell as rows."""
    columns: dict[str, list[Any]] = {
        "country": [],
        "horizon": [],
        "draw": [],
        "outcome": [],
    }
    for (place, horizon), draws in cells:
        size = len(draws)
        columns["country"] += [place] * size
        columns["horizon"] += [horizon] * size
        columns["draw"] += range(size)
        columns["outcome"] += [round(float(d)) for d in draws]
    return pa.table(columns)


def _samples(rows: Rows, given: Given) -> pa.Table:
    """Samples as draws: whole numbers, as many in every place and month, and one id is one path over the months."""
    is_whole = [v.is_integer() for v in given.values]
    rows.fault(is_whole, WHOLE)
    cells, is_new = given.cells()
    most = _same_size(rows.file, cells)
    rows.fault(is_new, TWICE)
    _not_too_many(rows.file, most)
    _joint(rows.file, cells)
    return _table((key, _in_order(cell)) for key, cell in sorted(cells.items()))


def _not_too_many(file: Path, most: int) -> None:
    if most > DRAWS:
        raise SourceChanged(
            f"{file}: {most:,} samples a place and month; at most {DRAWS:,} can be scored"
        )


def _in_order(cell: dict[str, float]) -> list[float]:
    """Samples by their ids, so that one id is the same draw in every month."""
    return [cell[name] for name in sorted(cell)]


def _same_size(file: Path, cells: Cells) -> int:
    """How many samples each cell has; SourceChanged names one that has fewer than others."""
    most = max(len(cell) for cell in cells.values())
    for (place, horizon), cell in cells.items():
        if len(cell) != most:
            raise SourceChanged(
                f"{file}: {place}, horizon {horizon}, has {len(cell):,} samples, others {most:,}; "
                "samples must be as many everywhere, each with its own output_type_id"
            )
    return most


def _joint(file: Path, cells: Cells) -> None:
    """Refuse months of one place whose samples are not the same paths: their sum would mean nothing."""
    first: dict[str, tuple[int, set[str]]] = {}
    for (place, horizon), cell in sorted(cells.items()):
        start, ids = first.setdefault(place, (horizon, set(cell)))
        if ids != set(cell):
            strange = min(ids ^ set(cell))
            raise _not_joint(file, place, strange, (start, horizon))


def _not_joint(
    file: Path,
    place: str,
    sample: str,
    horizons: tuple[int, int],
) -> SourceChanged:
    start, horizon = horizons
    return SourceChanged(
        f"{file}: {place}: sample {sample!r} is not in both horizon {start} and horizon {horizon}; a sample is one "
        "path over the months, so its output_type_id is the same in each of them"
    )


def _quantiles(rows: Rows, given: Given) -> pa.Table:
    """1,000 draws evenly through the quantiles: straight between the levels, flat beyond the outermost."""
    cells, is_new = given.cells()
    rows.fault(is_new, TWICE)
    steps = (np.arange(DRAWS) + 0.5) / DRAWS
    draws = []
    for key, cell in sorted(cells.items()):
        levels, values = _levels(f"{rows.file}: {key[0]}, horizon {key[1]}", cell)
        draws.append((key, np.interp(steps, levels, values)))
    return _table(draws)


def _levels(where: str, cell: dict[str, float]) -> tuple[Array, Array]:
    """The quantile levels of a cell, rising, and their values."""
    try:
        pairs = sorted((float(level), value) for level, value in cell.items())
    except ValueError:
        raise SourceChanged(f"{where}: a quantile's output_type_id is no number") from None
    levels = np.array([p[0] for p in pairs])
    values = np.array([p[1] for p in pairs])
    is_inside = 0 < levels[0] <= levels[-1] < 1
    if len(levels) < FEWEST or not is_inside or (np.diff(values) < 0).any():
        raise SourceChanged(
            f"{where}: needs {FEWEST} or more quantile levels between 0 and 1, "
            "values rising with them"
        )
    return levels, values


READERS: dict[str, Callable[[Rows, Given], pa.Table]] = {
    "sample": _samples,
    "quantile": _quantiles,
}
