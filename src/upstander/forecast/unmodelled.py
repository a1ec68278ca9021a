"""Places that no model covers: one rule for every target, and the sentence that says it. Nobody is left out.

A place whose own violence UCDP books under another State shows that State's figure, and none of its reasons. A place
that no source covers shows how often the event followed in small places that were quiet until then.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from upstander.core.messages import Message, say
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.core.types import Array, YearInputs
from upstander.forecast.calibration import FLOOR
from upstander.forecast.cases import FIRST_BASE, trailing
from upstander.forecast.shapes import Index, Mask, Row, Rows

if TYPE_CHECKING:
    from upstander.core.places import Place

TAIL = 0.05  # each side of the 90 % interval
SMALL = 1_000_000  # people; most places without data are smaller
QUIET_YEARS = 10
# Territories whose own violence UCDP is known to book under another State. For the other territories the booking
# is assumed from sovereignty, and the State's figure would say nothing of them: Guam is not the United States.
SHARED_FIGURE = frozenset({"PSE", "ESH"})
OBSERVED = "observed"  # stands where a place without a model would have reasons: its figure is an observed share
BOOKING = "booking"  # stands where the families of features would: such a place has no reasons of its own


def host_of(place: Place) -> str | None:
    """Code of the State whose figures hold this place's deaths, None where it has its own or nobody counts them."""
    return place.booked_under if place.code in SHARED_FIGURE else None


def no_data_note() -> Message:
    """What the figure of a place without data is."""
    return say("forecast.no_data_note")


def borrows_nothing(name: str, host: str) -> Message:
    """What stands in place of reasons where the figure is another State's."""
    return say("forecast.borrows_nothing", name=name, host=host)


def small_and_quiet(known: YearInputs) -> Mask:
    """(U, T) True where a place had under a million people and ten known years without a violent one.

    A year without a count is passed over, but the last one must have been counted.
    """
    from upstander.forecast.features.structure import POPULATION, first_known

    people = first_known(known, POPULATION)
    total = known.deaths["total"]
    calm = np.nan_to_num(trailing(total, QUIET_YEARS)).max(axis=-1) < VIOLENT_YEAR
    is_counted = ~np.isnan(total)
    return np.asarray(calm & is_counted & (people < SMALL) & (known.years >= FIRST_BASE))


def observed_share(events: float, cases: int) -> tuple[float, float, float]:
    """Share of cases with the event, and its 90 % interval (Jeffreys), so that none in many is not never.

    Source: Brown, Cai and DasGupta (2001), Statistical Science 16(2).
    """
    from scipy.stats import beta

    low, high = beta.ppf([TAIL, 1 - TAIL], events + 0.5, cases - events + 0.5)
    share = (events + 0.5) / (cases + 1)
    return (
        _within_bounds(share),
        _within_bounds(min(low, share)),
        _within_bounds(max(high, share)),
    )


def _within_bounds(share: float) -> float:
    return float(np.clip(share, FLOOR, 0.5))


def ranks(values: Array) -> Index:
    """(..., N) rank of each value along the last axis, 1 the highest; ties take the order of the places."""
    order = np.argsort(-values, axis=-1, kind="stable")
    return np.asarray(np.argsort(order, axis=-1, kind="stable") + 1, dtype=np.int64)


def ranked_together(rows: Iterable[Row]) -> Rows:
    """Rank all places together by target; the modelled ones' ranges move by the places that came in above them.

    A place without data ranges over every rank whose probability lies in its interval.
    """
    by_target: dict[str, Rows] = {}
    for row in rows:
        by_target.setdefault(row["target"], []).append(row)
    return list(chain.from_iterable(map(_ranked, by_target.values())))


def _ranked(own: Rows) -> Rows:
    chance = np.asarray([r["probability"] for r in own])
    out = []
    for row, rank in zip(own, ranks(chance).tolist(), strict=True):
        low, high = _rank_range(row, rank, chance)
        best = max(1, min(low, rank))
        worst = min(len(own), max(high, rank))
        out.append(
            {
                **row,
                "rank": rank,
                "rank_low": best,
                "rank_high": worst,
            }
        )
    return out


def _rank_range(
    row: Row,
    rank: int,
    chance: Array,
) -> tuple[int, int]:
    """The ranks a place may have among all, by the (N,) probabilities of all."""
    if row["basis"] == "no_data":
        return _within_interval(row, chance)
    shift = max(0, rank - row["rank"])
    return row["rank_low"] + shift, row["rank_high"] + shift


def _within_interval(row: Row, chance: Array) -> tuple[int, int]:
    """Every rank whose probability lies in the interval."""
    return 1 + int((chance > row["high"]).sum()), int((chance >= row["low"]).sum())
