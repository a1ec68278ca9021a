"""Read a peer's Hubverse model output, strictly: what is wrong is named with file, row and remedy."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from upstander.core.errors import ConfigError, SourceChanged
from upstander.forecast.exchange.hub import month_end
from upstander.forecast.qualification import DRAWN
from upstander.forecast.targets import month_after

FILE = re.compile(r"(\d{4}-\d\d-\d\d)-(.+)\.(parquet|csv)")
NEEDED = ("target", "horizon", "location", "target_end_date", "output_type", "output_type_id", "value")
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
    files = sorted(f for f in folder.rglob("*") if FILE.fullmatch(f.name) and "target-data" not in f.parts)
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
            raise SourceChanged(f"{file}: a second round from the origin month {origin:%Y-%m}; keep one of them")
        found[origin] = rows
    return found


def _file(file: Path, locations: Collection[str]) -> tuple[date, pa.Table]:
    """The origin month and the draws of one round."""
    rows = _table(file)
    if missing := set(NEEDED) - set(rows.column_names):
        raise SourceChanged(f"{file}: lacks {', '.join(sorted(missing))}; see docs/exchange.md for the columns")
    rows = rows.append_column("row", pa.array(np.arange(1, rows.num_rows + 1)))
    mine = rows.filter(pc.equal(rows["target"], DRAWN))
    for kind, made in (("sample", _samples), ("quantile", _quantiles)):
        some = mine.filter(pc.equal(mine["output_type"], kind))
        if some.num_rows:
            origin = _checked(file, some, locations)
            return origin, made(file, some)
    raise SourceChanged(f"{file}: no rows of target {DRAWN} with output_type sample or quantile; nothing can be scored")


def _table(file: Path) -> pa.Table:
    try:
        return pq.read_table(file) if file.suffix == ".parquet" else pyarrow.csv.read_csv(file)
    except (pa.ArrowException, OSError) as error:
        raise SourceChanged(f"{file}: cannot be read ({error}); ask the peer to send it again") from None


def _fault(file: Path, rows: pa.Table, fine: Any, what: str) -> None:
    good = np.asarray(fine)
    if not good.all():
        at = rows["row"][int(np.argmin(good))].as_py()
        raise SourceChanged(f"{file}, row {at:,}: {what} ({int((~good).sum()):,} rows)")


def _checked(file: Path, rows: pa.Table, locations: Collection[str]) -> date:
    """The one origin month of the rows: the window's month less the horizon."""
    values = rows["value"].cast(pa.float64()).fill_null(np.nan).to_numpy()
    _fault(file, rows, np.isfinite(values), "value is empty; every row needs a number")
    _fault(file, rows, values >= 0, "value is negative; deaths are 0 or more")
    known = pc.is_in(rows["location"], value_set=pa.array(sorted(locations)))
    _fault(file, rows, known, "location is no ISO 3166-1 alpha-3 code of a place; XKX for Kosovo")
    ends = [_day(file, r, v) for r, v in zip(rows["row"].to_pylist(), rows["target_end_date"].to_pylist(), strict=True)]
    horizons = [int(h) if h is not None else 0 for h in rows["horizon"].to_pylist()]
    _fault(file, rows, [h >= 1 for h in horizons], "horizon is empty or below 1; it counts months from 1")
    _fault(
        file, rows, [e == month_end(e.replace(day=1)) for e in ends], "target_end_date is not the last day of a month"
    )
    origins = [month_after(e.replace(day=1), -h) for e, h in zip(ends, horizons, strict=True)]
    _fault(file, rows, [o == origins[0] for o in origins], f"target_end_date less horizon is not {origins[0]:%Y-%m}, "
           "as in the first row; a round has one origin")  # fmt: skip
    return origins[0]


def _day(file: Path, row: int, value: Any) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise SourceChanged(f"{file}, row {row:,}: target_end_date {value!r} is no day; write YYYY-MM-DD") from None


def _cells(rows: pa.Table) -> dict[tuple[str, int], dict[str, float]]:
    """Values by location and horizon, by output_type_id."""
    found: dict[tuple[str, int], dict[str, float]] = {}
    columns = (rows[c].to_pylist() for c in ("location", "horizon", "output_type_id", "value"))
    for place, horizon, name, value in zip(*columns, strict=True):
        found.setdefault((place, int(horizon)), {})[str(name)] = float(value)
    return found


def _rows(cells: Iterable[tuple[tuple[str, int], Any]]) -> pa.Table:
    table: dict[str, list[Any]] = {"country": [], "horizon": [], "draw": [], "outcome": []}
    for (place, horizon), draws in cells:
        size = len(draws)
        table["country"] += [place] * size
        table["horizon"] += [horizon] * size
        table["draw"] += range(size)
        table["outcome"] += [round(float(d)) for d in draws]
    return pa.table(table)


def _samples(file: Path, rows: pa.Table) -> pa.Table:
    """Samples as draws, the same number in every place and month."""
    cells = _cells(rows)
    sizes = {k: len(v) for k, v in cells.items()}
    most = max(sizes.values())
    if short := next((k for k, n in sizes.items() if n != most), None):
        raise SourceChanged(
            f"{file}: {short[0]}, horizon {short[1]}, has {sizes[short]:,} samples, others {most:,}; "
            "samples must be as many everywhere, each with its own output_type_id"
        )
    if sum(sizes.values()) != rows.num_rows:
        raise SourceChanged(f"{file}: an output_type_id stands twice in one place and month; number samples apart")
    if most > DRAWS:
        raise SourceChanged(f"{file}: {most:,} samples a place and month; at most {DRAWS:,} can be scored")
    return _rows((k, [v[name] for name in sorted(v)]) for k, v in sorted(cells.items()))


def _quantiles(file: Path, rows: pa.Table) -> pa.Table:
    """1,000 draws evenly through the quantiles: straight between the levels, flat beyond the outermost."""
    out = []
    for key, found in sorted(_cells(rows).items()):
        try:
            pairs = sorted((float(level), value) for level, value in found.items())
        except ValueError:
            raise SourceChanged(
                f"{file}: {key[0]}, horizon {key[1]}: a quantile's output_type_id is no number"
            ) from None
        levels, values = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
        if len(levels) < FEWEST or levels[0] <= 0 or levels[-1] >= 1 or (np.diff(values) < 0).any():
            raise SourceChanged(
                f"{file}: {key[0]}, horizon {key[1]}: needs {FEWEST} or more quantile levels between 0 and 1, "
                "values rising with them"
            )
        out.append((key, np.interp((np.arange(DRAWS) + 0.5) / DRAWS, levels, values)))
    return _rows(out)
