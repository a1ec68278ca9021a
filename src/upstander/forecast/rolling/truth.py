"""What came of rolling odds, by the newest figures known."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from upstander.core.errors import NotCovered
from upstander.core.types import Array
from upstander.forecast.rolling import reading
from upstander.forecast.rolling.events import EVENTS, YEAR
from upstander.forecast.rolling.months import at_of

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.forecast.shapes import Units
    from upstander.lake.as_of import Reads


def of_civilians(
    lake: Reads,
    places: Places,
    name: str,
    units: Units,
    window: tuple[date, date],
    *,
    today: date,
) -> tuple[Array, str] | str:
    """(U,) 1 where the event came, NaN where it could not, in the order of ``units``, and who says so; or why not known."""
    try:
        last = reading.last_typed_month(lake, today)
        if last < window[1]:
            return f"the window ends {window[1]:%Y-%m}; deaths by type are known to {last:%Y-%m}"
        found, definitions = reading.counts(lake, places, units, as_of=today)
    except NotCovered as error:
        return str(error)
    event = next(e for e in EVENTS if e.id == name)
    first = at_of(window[0])
    killed = found.deaths["one_sided"]
    before = killed[:, first - YEAR : first].sum(axis=1)
    after = killed[:, first : first + event.months].sum(axis=1)
    happened = np.where(event.at_risk(before), after >= event.level(before), np.nan)
    at = {u: n for n, u in enumerate(sorted(units))}
    spoke = definitions[first : first + event.months]
    return happened[[at[u] for u in units]], "+".join(sorted(set(spoke)))
