"""Rolling origin: fit on what was known, forecast, compare with what came; nothing from after.

Two ways to look back, never mixed. Real origins read the lake strictly: each panel is what was
published on its day. A hindcast cuts one final panel at each origin, and the panel says so; a
ledger takes neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from upstander.core.errors import ConfigError, LeakageError
from upstander.core.tables import VIOLENCE_MONTH
from upstander.core.types import Array, Panel
from upstander.forecast.shapes import Horizons, Names

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake import Lake, Release


def cut(
    panel: Panel,
    origin: date,
    as_of: date,
) -> Panel:
    """The panel up to and including the origin month; a hindcast, whatever the panel was."""
    stop = _place_of(panel, origin) + 1
    return Panel(
        panel.units,
        panel.periods[:stop],
        panel.values[:, :stop],
        panel.features,
        as_of,
        True,
        panel.definitions[:stop],
    )


def _place_of(panel: Panel, month: date) -> int:
    if month not in panel.periods:
        raise ConfigError(
            f"the panel has no month {month}; it runs {panel.periods[0]} to {panel.periods[-1]}"
        )
    return panel.periods.index(month)


def checked(
    panel: Panel,
    origin: date,
    as_of: date,
) -> Panel:
    """The panel, if it ends at the origin and was known on ``as_of``.

    Raises:
        LeakageError: it holds a month after the origin, or speaks from a later day.
    """
    if panel.periods[-1] > origin:
        raise LeakageError(
            f"the panel reaches {panel.periods[-1]}, after its origin {origin}"
        )
    if panel.as_of > as_of:
        raise LeakageError(
            f"the panel is of {panel.as_of}; the origin {origin} is forecast as of {as_of}"
        )
    return panel


def outcomes(
    final: Panel,
    target: str,
    origin: date,
    horizons: Horizons,
) -> Array:
    """(U, H) what the final panel says came; NaN past its end and across a change of definition."""
    series = final.column(target)
    start = final.periods.index(origin)
    out = np.full((len(final.units), len(horizons)), np.nan)
    for n, horizon in enumerate(horizons):
        if _is_comparable(final, start, start + horizon):
            out[:, n] = series[:, start + horizon]
    return out


def _is_comparable(
    final: Panel,
    start: int,
    at: int,
) -> bool:
    """Whether the panel reaches a month and counts it as it counted the first."""
    if at >= len(final.periods):
        return False
    return not final.definitions or final.definitions[at] == final.definitions[start]


def dated_origins(copies: Sequence[Release]) -> dict[date, date]:
    """Last month of each copy, and the day its latest copy was known; copies are in order of that day.

    A copy that ends before one known earlier did (PaCE's of 2025-01-21 lost a year) is a bad run and no origin.
    """
    found: dict[date, date] = {}
    for copy in copies:
        month = copy.last.replace(day=1)
        if not found or month >= max(found):
            found[month] = copy.known_at
    return found


def counted(
    lake: Lake,
    places: Places,
    source: str,
) -> Names:
    """Codes of today's places in which the source's newest copy counts a death in any month."""
    rows = lake.read(VIOLENCE_MONTH, as_of=date.max, source=source)
    return tuple(sorted({places.unit(c) for c in rows["country"].unique().to_pylist()}))
