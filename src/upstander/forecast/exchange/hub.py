"""The Hubverse's format (schemas v6.0.0): an issue as a round of model output, with its tasks and target data.

::

    hub-config/admin.json, tasks.json, target-data.json
    model-metadata/<team>-<model>.yml
    model-output/<team>-<model>/<round>-<team>-<model>.parquet
    target-data/time-series.parquet      what was counted, as known on each round's day (as_of)

A round is the day an issue speaks from. ``horizon`` counts months after the last month of data on that
day, so ``target_end_date`` (the window's last day) says the same without it. ``sample`` rows of one
location are joint over the horizons: one draw is one path. Source: hubverse-org/schemas v6.0.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from upstander.core.months import month_after, month_end
from upstander.forecast import panel
from upstander.forecast.exchange import hub_config
from upstander.forecast.issue import Issue
from upstander.forecast.qualification import DRAWN

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake import Lake

SCHEMA = pa.schema(
    [
        ("origin_date", pa.date32()),
        ("target", pa.string()),
        ("horizon", pa.int64()),
        ("location", pa.string()),
        ("target_end_date", pa.date32()),
        ("output_type", pa.string()),
        ("output_type_id", pa.string()),
        ("value", pa.float64()),
    ]
)
SERIES = pa.schema(
    [
        ("target_end_date", pa.date32()),
        ("target", pa.string()),
        ("location", pa.string()),
        ("observation", pa.float64()),
        ("as_of", pa.date32()),
    ]
)
PAST = 24  # months of target data kept for each round


def write(
    issues: Sequence[Issue], lake: Lake, places: Places, out: Path, *, team: str
) -> list[Path]:
    """Write a hub with one round for each issue; returns the files written, the same bytes for the same issues."""
    written, series, rounds = [], [], {}
    for made in issues:
        model = str(made.meta["model"])
        name = f"{team}-{model}"
        rows = output(made)
        file = out / "model-output" / name / f"{made.as_of}-{name}.parquet"
        written.append(_put(rows, file))
        written.append(hub_config.write_metadata(out, team, model))
        series.append(_series(made, lake, places))
        rounds[made.as_of] = rows
    written.append(_put(pa.concat_tables(series), out / "target-data" / "time-series.parquet"))
    return [*dict.fromkeys(written), *hub_config.write(out, rounds)]


def _put(rows: pa.Table, file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, file, compression="zstd")
    return file


def output(made: Issue) -> pa.Table:
    """An issue as model output: monthly deaths as mean, median, quantiles, cdf and samples; chances as pmf."""
    draws = made.draws.sort_by(
        [("unit", "ascending"), ("horizon", "ascending"), ("draw", "ascending")]
    )
    units = sorted(set(draws["unit"].to_pylist()))
    horizons = sorted(set(draws["horizon"].to_pylist()))
    values = draws["outcome"].to_numpy().reshape(len(units), len(horizons), -1)
    last = date.fromisoformat(made.meta["last_month"])
    ends = [month_end(month_after(last, h)) for h in horizons]
    parts = []
    for kind, ids, numbers in _summaries(values):
        parts.append(_rows(made.as_of, units, horizons, ends, kind, ids, numbers))
    parts.append(_chances(made))
    return pa.concat_tables(parts)


def _summaries(draws: npt.NDArray[Any]) -> list[tuple[str, list[str | None], npt.NDArray[Any]]]:
    """Output type, its ids, and (U, H, ids) values."""
    levels, limits = np.asarray(hub_config.QUANTILES), np.asarray(hub_config.LIMITS)
    return [
        ("mean", [None], draws.mean(axis=-1, keepdims=True)),
        ("median", [None], np.median(draws, axis=-1, keepdims=True)),
        (
            "quantile",
            [f"{q:g}" for q in levels],
            np.moveaxis(np.quantile(draws, levels, axis=-1), 0, -1),
        ),
        (
            "cdf",
            [f"{x:g}" for x in limits],
            np.stack([(draws <= x).mean(axis=-1) for x in limits], axis=-1),
        ),
        ("sample", [str(n) for n in range(draws.shape[-1])], draws),
    ]


def _rows(
    origin: date,
    units: list[str],
    horizons: list[int],
    ends: list[date],
    kind: str,
    ids: list[str | None],
    values: npt.NDArray[Any],
) -> pa.Table:
    count, size = len(units) * len(horizons), len(ids)
    each = np.arange(count)
    at_unit, at_horizon = (
        np.repeat(each // len(horizons), size),
        np.repeat(each % len(horizons), size),
    )
    return pa.table(
        {
            "origin_date": pa.repeat(pa.scalar(origin, pa.date32()), count * size),
            "target": pa.repeat(DRAWN, count * size),
            "horizon": pa.array(np.asarray(horizons)[at_horizon], pa.int64()),
            "location": pc.take(pa.array(units), pa.array(at_unit)),
            "target_end_date": pc.take(pa.array(ends, pa.date32()), pa.array(at_horizon)),
            "output_type": pa.repeat(kind, count * size),
            "output_type_id": pc.take(
                pa.array(ids, pa.string()), pa.array(np.tile(np.arange(size), count))
            ),
            "value": pa.array(values.reshape(-1).astype(np.float64)),
        },
        schema=SCHEMA,
    )


def _chances(made: Issue) -> pa.Table:
    """Yes/no targets: the probability of each answer."""
    rows = [
        {
            "origin_date": made.as_of,
            "target": r["target"],
            "horizon": None,
            "location": r["unit"],
            "target_end_date": month_end(r["last_month"]),
            "output_type": "pmf",
            "output_type_id": answer,
            "value": r["probability"] if answer == "yes" else 1 - r["probability"],
        }
        for r in made.chances.sort_by([("target", "ascending"), ("unit", "ascending")]).to_pylist()
        for answer in hub_config.ANSWERS
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _series(made: Issue, lake: Lake, places: Places) -> pa.Table:
    """What was counted until the round's last month, as known on its day."""
    units = tuple(sorted(set(made.draws["unit"].to_pylist())))
    last = date.fromisoformat(made.meta["last_month"])
    known = panel.monthly(
        lake, places, units=units, first=month_after(last, 1 - PAST), last=last, as_of=made.as_of
    )
    deaths = known.column(panel.MONTHLY_TARGET)
    many, size = len(known.periods), deaths.size
    return pa.table(
        {
            "target_end_date": pa.array(
                [month_end(p) for _ in units for p in known.periods], pa.date32()
            ),
            "target": pa.repeat(DRAWN, size),
            "location": pa.array([u for u in units for _ in range(many)]),
            "observation": pa.array(deaths.reshape(-1)),
            "as_of": pa.repeat(pa.scalar(made.as_of, pa.date32()), size),
        },
        schema=SERIES,
    )
