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
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from upstander.core.months import month_after, month_end
from upstander.core.types import Panel
from upstander.forecast import panel
from upstander.forecast.exchange import hub_config
from upstander.forecast.issue import Issue, draws_of
from upstander.forecast.qualification import DRAWN
from upstander.forecast.shapes import Index, Numbers, Row

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
    issues: Sequence[Issue],
    lake: Lake,
    places: Places,
    out: Path,
    *,
    team: str,
) -> list[Path]:
    """Write a hub with one round for each issue; returns the files written, the same bytes for the same issues."""
    written = []
    series = []
    rounds = {}
    for issue in issues:
        model = str(issue.meta["model"])
        name = f"{team}-{model}"
        rows = output(issue)
        file = out / "model-output" / name / f"{issue.as_of}-{name}.parquet"
        written += [_put(rows, file), hub_config.write_metadata(out, team, model)]
        series.append(_series(issue, lake, places))
        rounds[issue.as_of] = rows
    written.append(
        _put(pa.concat_tables(series), out / "target-data" / "time-series.parquet")
    )
    return [*dict.fromkeys(written), *hub_config.write(out, rounds)]


def _put(rows: pa.Table, file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, file, compression="zstd")
    return file


def output(issue: Issue) -> pa.Table:
    """An issue as model output: monthly deaths as mean, median, quantiles, cdf and samples; chances as pmf."""
    units, horizons, draws = draws_of(issue)
    cells = _Cells(issue.as_of, units, horizons, _ends(issue, horizons))
    parts = [cells.rows(*summary) for summary in _summaries(draws)]
    return pa.concat_tables([*parts, _chances(issue)])


def _ends(issue: Issue, horizons: list[int]) -> list[date]:
    last = date.fromisoformat(issue.meta["last_month"])
    return [month_end(month_after(last, h)) for h in horizons]


Summary = tuple[str, list[str | None], Numbers]


def _summaries(draws: Numbers) -> list[Summary]:
    """Output type, its ids, and (U, H, ids) values."""
    numbers: list[str | None] = [str(n) for n in range(draws.shape[-1])]
    return [
        ("mean", [None], draws.mean(axis=-1, keepdims=True)),
        ("median", [None], np.median(draws, axis=-1, keepdims=True)),
        _quantiles(draws),
        _cdf(draws),
        ("sample", numbers, draws),
    ]


def _quantiles(draws: Numbers) -> Summary:
    levels = np.asarray(hub_config.QUANTILES)
    values = np.moveaxis(np.quantile(draws, levels, axis=-1), 0, -1)
    return "quantile", [f"{q:g}" for q in levels], values


def _cdf(draws: Numbers) -> Summary:
    limits = np.asarray(hub_config.LIMITS)
    values = np.stack([(draws <= x).mean(axis=-1) for x in limits], axis=-1)
    return "cdf", [f"{x:g}" for x in limits], values


@dataclass(frozen=True)
class _Cells:
    """The places and months of a round; ``ends`` are the last days of the months at the horizons."""

    origin: date
    units: list[str]
    horizons: list[int]
    ends: list[date]

    def rows(
        self,
        kind: str,
        ids: list[str | None],
        values: Numbers,
    ) -> pa.Table:
        """(U, H, ids) values of one output type as rows."""
        many = len(self.horizons)
        size = len(ids)
        cell = np.repeat(np.arange(len(self.units) * many), size)
        columns = {
            **_constants(self.origin, DRAWN, kind, len(cell)),
            **self._where(cell // many, cell % many),
            "output_type_id": pc.take(
                pa.array(ids, pa.string()),
                pa.array(np.tile(np.arange(size), len(cell) // size)),
            ),
            "value": pa.array(values.reshape(-1).astype(np.float64)),
        }
        return pa.table(columns, schema=SCHEMA)

    def _where(self, at_unit: Index, at_horizon: Index) -> dict[str, pa.Array]:
        return {
            "horizon": pa.array(np.asarray(self.horizons)[at_horizon], pa.int64()),
            "location": pc.take(pa.array(self.units), pa.array(at_unit)),
            "target_end_date": pc.take(
                pa.array(self.ends, pa.date32()), pa.array(at_horizon)
            ),
        }


def _constants(
    origin: date,
    target: str,
    kind: str,
    size: int,
) -> dict[str, pa.Array]:
    return {
        "origin_date": pa.repeat(pa.scalar(origin, pa.date32()), size),
        "target": pa.repeat(target, size),
        "output_type": pa.repeat(kind, size),
    }


def _chances(issue: Issue) -> pa.Table:
    """Yes/no targets: the probability of each answer."""
    chances = issue.chances.sort_by([("target", "ascending"), ("unit", "ascending")])
    rows = [
        _answer(issue, chance, answer)
        for chance in chances.to_pylist()
        for answer in hub_config.ANSWERS
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _answer(
    issue: Issue,
    chance: Row,
    answer: str,
) -> Row:
    return {
        "origin_date": issue.as_of,
        "target": chance["target"],
        "horizon": None,
        "location": chance["unit"],
        "target_end_date": month_end(chance["last_month"]),
        "output_type": "pmf",
        "output_type_id": answer,
        "value": _value(chance["probability"], answer),
    }


def _value(probability: float, answer: str) -> float:
    return probability if answer == "yes" else 1 - probability


def _series(
    issue: Issue,
    lake: Lake,
    places: Places,
) -> pa.Table:
    """What was counted until the round's last month, as known on its day."""
    counts = _counts(issue, lake, places)
    deaths = counts.column(panel.MONTHLY_TARGET)
    ends = [month_end(p) for p in counts.periods]
    columns = {
        "target_end_date": pa.array(ends * len(counts.units), pa.date32()),
        "target": pa.repeat(DRAWN, deaths.size),
        "location": pa.array([u for u in counts.units for _ in ends]),
        "observation": pa.array(deaths.reshape(-1)),
        "as_of": pa.repeat(pa.scalar(issue.as_of, pa.date32()), deaths.size),
    }
    return pa.table(columns, schema=SERIES)


def _counts(
    issue: Issue,
    lake: Lake,
    places: Places,
) -> Panel:
    """The deaths of the last two years as known on the day of the issue."""
    last = date.fromisoformat(issue.meta["last_month"])
    return panel.monthly(
        lake,
        places,
        units=tuple(sorted(set(issue.draws["unit"].to_pylist()))),
        first=month_after(last, 1 - PAST),
        last=last,
        as_of=issue.as_of,
    )
