"""Read deaths by month and type from the lake, as known on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from upstander.core.errors import NotCovered
from upstander.core.events import FIRST_MONTH
from upstander.core.tables import VIOLENCE_MONTH
from upstander.core.types import Array, YearInputs
from upstander.forecast import panel
from upstander.forecast.rolling.features import KINDS
from upstander.forecast.rolling.months import Counts, Months, with_slow_series
from upstander.forecast.shapes import ByName, Names, Units
from upstander.lake import precedence
from upstander.lake.derive import named_one_sided

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake.as_of import Reads

EVENTS = "one_sided_events"


@dataclass(frozen=True)
class Spoken:
    """What a panel of months by type holds, and who spoke for each month."""

    months: Months
    definitions: tuple[str, ...]


def last_typed_month(lake: Reads, as_of: date, *, hindcast: bool = False) -> date:
    """First day of the newest month whose deaths are known by type, worldwide, on a day.

    Raises:
        NotCovered: there is none.
    """
    held = lake.releases(as_of=date.max if hindcast else as_of)
    cut_on = as_of if hindcast else None
    last = precedence.newest_month(held, precedence.TYPED, cut_on=cut_on)
    if last is None:
        raise NotCovered(
            f"no deaths by month and type are known on {as_of}; fetch a release of UCDP events first"
        )
    return last


def counts(
    lake: Reads,
    places: Places,
    units: Units,
    *,
    as_of: date,
    hindcast: bool = False,
) -> tuple[Counts, Names]:
    """Deaths by month and type since 1989 of the places, which come in the order of their codes, and who spoke each month.

    One-sided deaths by actors that are not yet named are left out, as in the yearly series.

    Raises:
        NotCovered: a month since 1989 that no release known on that day has by type.
    """
    last = last_typed_month(lake, as_of, hindcast=hindcast)
    asked = panel.Asked(
        lake,
        places,
        VIOLENCE_MONTH,
        tuple(sorted(units)),
        panel.months_between(FIRST_MONTH, last),
        as_of,
        hindcast,
    )
    spoken = asked.speakers(precedence.TYPED)
    panel.refuse_gaps(asked, spoken, "deaths by month and type")
    values = panel.values_spoken(asked, spoken, (*panel.BEST, panel.UNNAMED, EVENTS))
    return Counts(_deaths(values), _events(values)), spoken.names()


def read(
    lake: Reads,
    places: Places,
    known: YearInputs,
    *,
    as_of: date,
    hindcast: bool = False,
) -> Spoken:
    """Deaths by month and type since 1989 of the places of ``known``, beside its slow series.

    Raises:
        NotCovered: see ``counts``.
    """
    found, spoke = counts(lake, places, known.units, as_of=as_of, hindcast=hindcast)
    return Spoken(with_slow_series(known, FIRST_MONTH, found), spoke)


def _deaths(values: Mapping[str, Array]) -> ByName:
    deaths = {
        kind: np.nan_to_num(values[column])
        for kind, column in zip(KINDS, panel.BEST, strict=True)
    }
    unnamed = np.nan_to_num(values[panel.UNNAMED])
    named = named_one_sided(deaths["one_sided"], unnamed)
    return {**deaths, "one_sided": np.maximum(named, 0.0)}


def _events(values: Mapping[str, Array]) -> Array:
    """Events of one-sided violence; at least one where civilians were killed and nobody counted events."""
    events = values[EVENTS]
    return np.where(np.isnan(events), (values["one_sided_best"] > 0).astype(float), events)
