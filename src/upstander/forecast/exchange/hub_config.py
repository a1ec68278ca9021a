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
from upstander.forecast.targets import TARGETS, TOTAL_THRESHOLDS

VERSION = "https://raw.githubusercontent.com/hubverse-org/schemas/main/v6.0.0/{name}-schema.json"
QUANTILES = (0.01, 0.025, *(round(0.05 * n, 2) for n in range(1, 20)), 0.975, 0.99)
LIMITS = tuple(
    n - 1 for n in TOTAL_THRESHOLDS
)  # P(deaths <= limit): the other side of so many or more
ANSWERS = ("no", "yes")


def write(out: Path, rounds: Mapping[date, pa.Table]) -> list[Path]:
    """Write the three settings files of a hub with these rounds."""
    folder = out / "hub-config"
    folder.mkdir(parents=True, exist_ok=True)
    bodies = {"admin": admin(), "tasks": tasks(rounds), "target-data": target_data()}
    for name, body in bodies.items():
        (folder / f"{name}.json").write_text(_dumps(body), encoding="utf-8")
    return [folder / f"{name}.json" for name in bodies]


def write_metadata(out: Path, team: str, model: str) -> Path:
    """Write who forecasts and how, as YAML; quoted text is the same in JSON and YAML."""
    from upstander.core.plugins import load
    from upstander.core.types import Model

    known = load("upstander.forecast.models", model, Model)
    fields = {
        "team_name": "Upstander",
        "team_abbr": team,
        "model_name": known.title,
        "model_abbr": model,
        "methods": known.citation,
    }
    file = out / "model-metadata" / f"{team}-{model}.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        "".join(f"{k}: {json.dumps(v, ensure_ascii=False)}\n" for k, v in fields.items()),
        encoding="utf-8",
    )
    return file


def admin() -> dict[str, Any]:
    """The hub's administrative settings."""
    return {
        "schema_version": VERSION.format(name="admin"),
        "name": "Upstander",
        "maintainer": "The Upstander developers",
        "contact": {"name": "The Upstander developers", "email": "set-your-address@example.org"},
        "repository": {"host": "github", "owner": "upstander", "name": "upstander"},
        "file_format": ["parquet"],
        "timezone": "UTC",
        "model_output_dir": "model-output",
    }


def target_data() -> dict[str, Any]:
    """Which columns the target data have, and that they are versioned."""
    return {
        "schema_version": VERSION.format(name="target-data"),
        "observable_unit": ["target_end_date", "target", "location"],
        "date_col": "target_end_date",
        "versioned": True,
    }


def tasks(rounds: Mapping[date, pa.Table]) -> dict[str, Any]:
    """The rounds' tasks: monthly deaths, and the yes/no targets."""
    every = pa.concat_tables(list(rounds.values()))
    origins = sorted(str(d) for d in rounds)
    return {
        "schema_version": VERSION.format(name="tasks"),
        "rounds": [
            {
                "round_id_from_variable": True,
                "round_id": "origin_date",
                "model_tasks": [_monthly(every, origins), *_yes_no(every, origins)],
                "submissions_due": {"relative_to": "origin_date", "start": 0, "end": 31},
            }
        ],
        "output_type_id_datatype": "character",
        "derived_task_ids": ["target_end_date"],
    }


def _ids(rows: pa.Table, origins: list[str], horizons: list[int] | None) -> dict[str, Any]:
    """The values each task id may take."""

    def values(name: str) -> list[str]:
        return sorted({str(v) for v in rows[name].unique().to_pylist()})

    def optional(found: list[Any] | None) -> dict[str, Any]:
        return {"required": None, "optional": found}

    return {
        "origin_date": optional(origins),
        "target": {"required": values("target"), "optional": None},
        "horizon": optional(horizons),
        "location": optional(values("location")),
        "target_end_date": optional(values("target_end_date")),
    }


def _monthly(every: pa.Table, origins: list[str]) -> dict[str, Any]:
    rows = every.filter(pc.equal(every["target"], DRAWN))
    samples = rows.filter(pc.equal(rows["output_type"], "sample"))["output_type_id"].unique()
    number: dict[str, Any] = {"type": "double", "minimum": 0}
    share: dict[str, Any] = {"type": "double", "minimum": 0, "maximum": 1}
    horizons = sorted(h for h in rows["horizon"].unique().to_pylist())
    return {
        "task_ids": _ids(rows, origins, horizons),
        "output_type": {
            "mean": {"output_type_id": {"required": None}, "is_required": False, "value": number},
            "median": {"output_type_id": {"required": None}, "is_required": False, "value": number},
            "quantile": {
                "output_type_id": {"required": list(QUANTILES)},
                "is_required": False,
                "value": number,
            },
            "cdf": {
                "output_type_id": {"required": [float(x) for x in LIMITS]},
                "is_required": False,
                "value": share,
            },
            "sample": {
                "output_type_id_params": {
                    "type": "character",
                    "max_length": 4,
                    "min_samples_per_task": len(samples),
                    "max_samples_per_task": len(samples),
                    "compound_taskid_set": ["origin_date", "target", "location"],
                },
                "is_required": False,
                "value": {"type": "integer", "minimum": 0},
            },
        },
        "target_metadata": [
            _metadata(
                DRAWN,
                "Deaths in organised violence in the month, best estimate",
                "persons",
                "discrete",
                True,
            )
        ],
    }


def _yes_no(every: pa.Table, origins: list[str]) -> list[dict[str, Any]]:
    """One task for each yes/no target of the rounds."""
    found = []
    for target in TARGETS:
        rows = every.filter(pc.equal(every["target"], target.id))
        if rows.num_rows:
            words = target.event.format(window="in the window that ends on target_end_date")
            name = f"{target.id}: the event came in the window, yes or no"
            found.append(
                {
                    "task_ids": _ids(rows, origins, None),
                    "output_type": {
                        "pmf": {
                            "output_type_id": {"required": list(ANSWERS)},
                            "is_required": True,
                            "value": {"type": "double", "minimum": 0, "maximum": 1},
                        }
                    },
                    "target_metadata": [
                        _metadata(target.id, name, "probability", "binary", False)
                        | {"description": words}
                    ],
                }
            )
    return found


def _metadata(target: str, name: str, units: str, kind: str, ahead: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "target_id": target,
        "target_name": name,
        "target_units": units,
        "target_keys": {"target": target},
        "target_type": kind,
        "is_step_ahead": ahead,
    }
    return {**told, "time_unit": "month"} if ahead else told


def _dumps(body: Any) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"
