"""Deaths a month as a peer forecast them and as we do, side by side: two figures of the same month, never one made of both.

What a peer sent is shown from the day on which it was brought in, whatever its origin says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from upstander.core.months import month_after
from upstander.forecast.exchange import peers
from upstander.forecast.qualification import DRAWN
from upstander.report.fan_chart import FanMonth

LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Deaths:
    """Median and 90 % interval of the draws of one month."""

    low: float
    median: float
    high: float


@dataclass(frozen=True)
class PeerMonth:
    """One coming month of a place as a peer forecast it, and ours of the same month.

    Attributes:
        origin: first day of the last month of data that the peer's speaks from; brought_in: known here since.
        ours: None where we forecast nothing for the month.
    """

    peer: str
    origin: date
    brought_in: date
    month: date
    theirs: Deaths
    ours: Deaths | None


def files_on(folder: Path, on: date) -> Iterator[tuple[str, date, date, Path]]:
    """Of each peer the round of the newest origin brought in by a day: name, origin, day, file."""
    for name, kept in peers.months(folder, DRAWN).items():
        for origin, file in sorted(kept.files.items(), reverse=True):
            day = peers.brought_in(file)
            if day is not None and max(day, origin) <= on:
                yield name, origin, day, file
                break


def months(
    folder: Path, place: str, ours: Sequence[FanMonth], on: date
) -> tuple[PeerMonth, ...]:
    """The coming months of a place as peers forecast them: those that we forecast too, or all after the day where we do not.

    Args:
        folder: of the peers of an installation. place: its code. ours: our fan of the place's own deaths.
    """
    fan = {m.month: Deaths(m.q05, m.q50, m.q95) for m in ours}
    return tuple(
        PeerMonth(name, origin, day, month, theirs, fan.get(month))
        for name, origin, day, file in files_on(folder, on)
        for month, theirs in _of_file(file, file.stat().st_mtime_ns, place, origin)
        if (month in fan if fan else month > on)
    )


@lru_cache(maxsize=512)
def _of_file(
    file: Path, _written: int, place: str, origin: date
) -> tuple[tuple[date, Deaths], ...]:
    """The months of one place in one round, in order; read again when it was written anew."""
    rows = pq.read_table(
        file, columns=["horizon", "outcome"], filters=[("country", "==", place)]
    )
    horizons, outcomes = (rows[c].to_numpy() for c in ("horizon", "outcome"))
    return tuple(
        (month_after(origin, int(h)), _deaths(outcomes[horizons == h]))
        for h in np.unique(horizons)
    )


def _deaths(draws: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Deaths:
    low, median, high = np.quantile(draws, LEVELS).tolist()
    return Deaths(low, median, high)
