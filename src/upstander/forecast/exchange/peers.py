"""Peers' forecasts that were imported: kept apart from ours, under their own name, and scored beside ours.

::

    peers/<name>/views/Y2018.parquet     the challenge's format, checked
    peers/<name>/months/<target>/<origin>.parquet     country, horizon, draw, outcome

What a peer sends may have been made after the truth was known: it is never called a real-time forecast.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from upstander.core.errors import ConfigError
from upstander.core.plugins import names
from upstander.forecast.pooling import MODELS
from upstander.forecast.shapes import Horizons, Index, Units

Key = TypeVar("Key")
MISSING = -1  # no draw
BROUGHT_IN = "brought_in"  # in the head of a file
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{1,39}")
MONTHS = pa.schema(
    [
        ("country", pa.string()),
        ("horizon", pa.int64()),
        ("draw", pa.int64()),
        ("outcome", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Months:
    """A peer's monthly forecasts by origin month."""

    files: Mapping[date, Path]

    def draws(
        self,
        origin: date,
        units: Units,
        horizons: Horizons,
    ) -> Index | None:
        """(U, H, S) draws; None where a place or a horizon is not forecast from this origin."""
        if origin not in self.files:
            return None
        rows = pq.read_table(self.files[origin]).to_pydict()
        out = _wide(rows, units, horizons)
        return out if (out > MISSING).all() else None


def _wide(
    rows: Mapping[str, list[Any]],
    units: Units,
    horizons: Horizons,
) -> Index:
    """(U, H, S) draws of a round's rows."""
    shape = (len(units), len(horizons), max(rows["draw"]) + 1)
    out = np.full(shape, MISSING, dtype=np.int64)
    at_unit = _places_in(units)
    at_horizon = _places_in(horizons)
    for country, horizon, draw, outcome in zip(
        *(rows[c] for c in MONTHS.names), strict=True
    ):
        if country in at_unit and horizon in at_horizon:
            out[at_unit[country], at_horizon[horizon], draw] = outcome
    return out


def _places_in(values: tuple[Key, ...]) -> dict[Key, int]:
    return {value: n for n, value in enumerate(values)}


def checked_name(name: str) -> str:
    """A name a peer may stand under.

    Raises:
        ConfigError: it is no plain word, or one of our models has it.
    """
    if not NAME.fullmatch(name):
        raise ConfigError(
            f"--name {name!r}: 2 to 40 letters, digits, dots, hyphens or underscores, a letter first"
        )
    if name in names(MODELS):
        raise ConfigError(
            f"--name {name!r} is one of our models; choose another for the peer"
        )
    return name


def keep_views(
    peers: Path,
    name: str,
    files: Mapping[int, Path],
) -> Path:
    """Keep a peer's checked windows; what it sent before for them is replaced."""
    folder = peers / checked_name(name) / "views"
    folder.mkdir(parents=True, exist_ok=True)
    for window, file in files.items():
        shutil.copyfile(file, folder / f"Y{window}.parquet")
    return folder


def keep_months(
    peers: Path,
    name: str,
    target: str,
    rounds: Mapping[date, pa.Table],
    day: date,
) -> Path:
    """Keep a peer's monthly forecasts by origin, with the day on which they were brought in."""
    told = {BROUGHT_IN: day.isoformat()}
    folder = peers / checked_name(name) / "months" / target
    folder.mkdir(parents=True, exist_ok=True)
    for origin, rows in rounds.items():
        pq.write_table(
            rows.cast(MONTHS).replace_schema_metadata(told),
            folder / f"{origin:%Y-%m}.parquet",
            compression="zstd",
        )
    return folder


def brought_in(file: Path) -> date | None:
    """The day on which a kept round came; None for one that was kept before days were."""
    told = (pq.read_schema(file).metadata or {}).get(BROUGHT_IN.encode())
    return date.fromisoformat(told.decode()) if told else None


def views(peers: Path) -> dict[str, dict[int, Path]]:
    """Kept windows by peer."""
    by_peer = {p.name: _by_window(p / "views") for p in _folders(peers)}
    return {name: files for name, files in by_peer.items() if files}


def _by_window(folder: Path) -> dict[int, Path]:
    return {int(f.stem[1:]): f for f in sorted(folder.glob("Y*.parquet"))}


def months(peers: Path, target: str) -> dict[str, Months]:
    """Kept monthly forecasts of a target by peer."""
    by_peer = {p.name: _by_origin(p / "months" / target) for p in _folders(peers)}
    return {name: Months(files) for name, files in by_peer.items() if files}


def _by_origin(folder: Path) -> dict[date, Path]:
    return {date.fromisoformat(f"{f.stem}-01"): f for f in sorted(folder.glob("*.parquet"))}


def _folders(peers: Path) -> list[Path]:
    return sorted(p for p in peers.iterdir() if p.is_dir()) if peers.is_dir() else []
