"""A hub's settings: which rounds, targets, places and output types there are. Schemas v6.0.0."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from upstander.forecast.qualification import DRAWN
from upstander.forecast.targets import TARGETS, TOTAL_THRESHOLDS, Target

Body = dict[str, Any]  # of a JSON text

VERSION = (
    "https://raw.githubusercontent.com/hubverse-org/schemas/main/v6.0.0/{name}-schema.json"
)
QUANTILES = (0.01, 0.025, *(round(0.05 * n, 2) for n in range(1, 20)), 0.975, 0.99)
LIMITS = tuple(
    n - 1 for n in TOTAL_THRESHOLDS
)  # P(deaths <= limit): the other side of so many or more
ANSWERS = ("no", "yes")
NUMBER = {
    "type": "double",
    "minimum": 0,
}
SHARE = {
    "type": "double",
    "minimum": 0,
    "maximum": 1,
}


def write(out: Path, rounds: Mapping[date, pa.Table]) -> list[Path]:
    """Write the three settings files of a hub with these rounds."""
    folder = out / "hub-config"
    folder.mkdir(parents=True, exist_ok=True)
    bodies = {
        "admin": admin(),
        "tasks": tasks(rounds),
        "target-data": target_data(),
    }
    for name, body in bodies.items():
        (folder / f"{name}.json").write_text(_dumps(body), encoding="utf-8")
    return [folder / f"{name}.json" for name in bodies]


def write_metadata(
    out: Path,
    team: str,
    model: str,
) -> Path:
    """Write who forecasts and how, as YAML; quoted text is the same in JSON and YAML."""
    from upstander.core.plugins import load
    from upstander.core.types import Model

    described = load("upstander.forecast.models", model, Model)
    fields = {
        "team_name": "Upstander",
        "team_abbr": team,
        "model_name": described.title,
        "model_abbr": model,
        "methods": described.citation,
    }
    file = out / "model-metadata" / f"{team}-{model}.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{k}: {json.dumps(v, ensure_ascii=False)}\n" for k, v in fields.items()]
    file.write_text("".join(lines), encoding="utf-8")
    return file


def admin() -> Body:
    """The hub's administrative settings."""
    return {
        "schema_version": VERSION.format(name="admin"),
        "name": "Upstander",
        "maintainer": "The Upstander developers",
        "contact": {
            "name": "The Upstander developers",
            "email": "set-your-address@example.org",
        },
        "repository": {
            "host": "github",
            "owner": "upstander",
            "name": "upstander",
        },
        "file_format": ["parquet"],
        "timezone": "UTC",
        "model_output_dir": "model-output",
    }


def target_data() -> Body:
    """Which columns the target data have, and that they are versioned."""
    return {
        "schema_version": VERSION.format(name="target-data"),
        "observable_unit": ["target_end_date", "target", "location"],
        "date_col": "target_end_date",
        "versioned": True,
    }


def tasks(rounds: Mapping[date, pa.Table]) -> Body:
    """The rounds' tasks: monthly deaths, and the yes/no targets."""
    every = pa.concat_tables(list(rounds.values()))
    origins = sorted(str(d) for d in rounds)
    return {
        "schema_version": VERSION.format(name="tasks"),
        "rounds": [_rounds([_monthly(every, origins), *_yes_no(every, origins)])],
        "output_type_id_datatype": "character",
        "derived_task_ids": ["target_end_date"],
    }


def _rounds(model_tasks: list[Body]) -> Body:
    return {
        "round_id_from_variable": True,
        "round_id": "origin_date",
        "model_tasks": model_tasks,
        "submissions_due": {
            "relative_to": "origin_date",
            "start": 0,
            "end": 31,
        },
    }


def _ids(
    rows: pa.Table,
    origins: list[str],
    horizons: list[int] | None,
) -> Body:
    """The values each task id may take."""
    return {
        "origin_date": _optional(origins),
        "target": {
            "required": _distinct(rows, "target"),
            "optional": None,
        },
        "horizon": _optional(horizons),
        "location": _optional(_distinct(rows, "location")),
        "target_end_date": _optional(_distinct(rows, "target_end_date")),
    }


def _distinct(rows: pa.Table, name: str) -> list[str]:
    return sorted({str(v) for v in rows[name].unique().to_pylist()})


def _optional(values: list[Any] | None) -> Body:
    return {
        "required": None,
        "optional": values,
    }


def _monthly(every: pa.Table, origins: list[str]) -> Body:
    rows = every.filter(pc.equal(every["target"], DRAWN))
    samples = rows.filter(pc.equal(rows["output_type"], "sample"))[
        "output_type_id"
    ].unique()
    horizons = sorted(h for h in rows["horizon"].unique().to_pylist())
    what = "Deaths in organised violence in the month, best estimate"
    return {
        "task_ids": _ids(rows, origins, horizons),
        "output_type": {
            "mean": _output(None, NUMBER),
            "median": _output(None, NUMBER),
            "quantile": _output(list(QUANTILES), NUMBER),
            "cdf": _output([float(x) for x in LIMITS], SHARE),
            "sample": _sample(len(samples)),
        },
        "target_metadata": [_metadata(DRAWN, what, "persons", "discrete", True)],
    }


def _output(
    ids: list[Any] | None,
    value: Body,
    is_required: bool = False,
) -> Body:
    """An output type: the ids it must have, and what its values are."""
    return {
        "output_type_id": {"required": ids},
        "is_required": is_required,
        "value": value,
    }


def _sample(size: int) -> Body:
    params = {
        "type": "character",
        "max_length": 4,
        "min_samples_per_task": size,
        "max_samples_per_task": size,
        "compound_taskid_set": ["origin_date", "target", "location"],
    }
    return {
        "output_type_id_params": params,
        "is_required": False,
        "value": {
            "type": "integer",
            "minimum": 0,
        },
    }


def _yes_no(every: pa.Table, origins: list[str]) -> list[Body]:
    """One task for each yes/no target of the rounds."""
    rows_of = {t: every.filter(pc.equal(every["target"], t.id)) for t in TARGETS}
    return [_yes_no_task(t, rows, origins) for t, rows in rows_of.items() if rows.num_rows]


def _yes_no_task(
    target: Target,
    rows: pa.Table,
    origins: list[str],
) -> Body:
    words = target.event.format(window="in the window that ends on target_end_date")
    name = f"{target.id}: the event came in the window, yes or no"
    described = _metadata(target.id, name, "probability", "binary", False)
    return {
        "task_ids": _ids(rows, origins, None),
        "output_type": {"pmf": _output(list(ANSWERS), SHARE, is_required=True)},
        "target_metadata": [described | {"description": words}],
    }


def _metadata(
    target: str,
    name: str,
    units: str,
    kind: str,
    ahead: bool,
) -> Body:
    described: Body = {
        "target_id": target,
        "target_name": name,
        "target_units": units,
        "target_keys": {"target": target},
        "target_type": kind,
        "is_step_ahead": ahead,
    }
    return (
        {
            **described,
            "time_unit": "month",
        }
        if ahead
        else described
    )


def _dumps(body: Any) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"
