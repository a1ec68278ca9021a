"""Rows of the annual outlook's tables, and the places no model covers: nobody is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from upstander.core.forecast_tables import FORECAST_CHANCE, FORECAST_REASON
from upstander.core.messages import Message, say, stored
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.core.types import Array, YearInputs
from upstander.forecast.annual_outlook import AnnualOutlook
from upstander.forecast.calibration import FLOOR, monotone
from upstander.forecast.cases import (
    FAMILIES,
    TARGETS,
    AnnualTarget,
    outcomes,
    target,
)
from upstander.forecast.declared import from_rows
from upstander.forecast.shapes import Index, Mask, Names, Row, Rows, Units
from upstander.forecast.unmodelled import (
    BOOKING,
    TAIL,
    borrows_nothing,
    host_of,
    no_data_note,
    observed_share,
    ranked_together,
    ranks,
    small_and_quiet,
)

if TYPE_CHECKING:
    from upstander.core.places import Place, Places
    from upstander.forecast.known_months import Today
    from upstander.forecast.training import Learned

BOTH_TAILS = [TAIL, 1 - TAIL]


@dataclass(frozen=True)
class Figures:
    """(N,) figures of one target: the probability with its interval, the rank with its range."""

    probability: Array
    low: Array
    high: Array
    rank: Index
    best: Array
    worst: Array

    @classmethod
    def of(cls, probability: Array, draws: Array) -> Figures:
        low, high = np.quantile(draws, BOTH_TAILS, axis=0)
        rank = ranks(probability)
        best, worst = np.quantile(ranks(draws), BOTH_TAILS, axis=0)
        return cls(
            probability,
            low,
            high,
            rank,
            best,
            worst,
        )

    def row(self, i: int, at_risk: bool) -> Row:
        """The figures of one place, as columns of FORECAST_CHANCE."""
        low, high = self._interval(i, at_risk)
        return {
            "probability": float(self.probability[i]),
            "low": low,
            "high": high,
            **self._ranks(i),
        }

    def _ranks(self, i: int) -> Row:
        rank = self.rank[i]
        return {
            "rank": int(rank),
            "rank_low": int(min(np.floor(self.best[i]), rank)),
            "rank_high": int(max(np.ceil(self.worst[i]), rank)),
        }

    def _interval(self, i: int, at_risk: bool) -> tuple[float, float]:
        p = self.probability[i]
        if not at_risk:
            return FLOOR, float(10 * p)
        return float(min(self.low[i], p)), float(max(self.high[i], p))


def _window(goal: AnnualTarget, base: int) -> tuple[date, date]:
    return date(base + 1, 1, 1), date(base + goal.years, 12, 1)


def chances(
    units: Units,
    point: Mapping[str, Array],
    draws: Mapping[str, Array],
    learned: Mapping[str, Learned],
    base: int,
    at_risk: Mask,
    so_far: Today | None = None,
) -> pa.Table:
    """FORECAST_CHANCE rows of the places a model covers; ``so_far`` is what is known of the year after the base year."""
    rows: Rows = []
    for name, values in point.items():
        figures = Figures.of(values, draws[name])
        shared = _of_all_places(name, base, learned[name].base_rate)
        exposed = at_risk if name == "hard_onset" else np.ones(len(units), dtype=bool)
        calm = stored(_not_at_risk_note(base))
        for i, unit in enumerate(units):
            fits = bool(exposed[i])
            rows.append(
                {
                    "unit": unit,
                    **shared,
                    **figures.row(i, fits),
                    "note": _known_so_far(so_far, name, i) if fits else calm,
                }
            )
    return from_rows(FORECAST_CHANCE, rows)


def _known_so_far(so_far: Today | None, name: str, i: int) -> str | None:
    """What the known months of the year already hold, as a note."""
    said = so_far.note(target(name), i) if so_far else None
    return None if said is None else stored(said)


def _not_at_risk_note(base: int) -> Message:
    return say("forecast.not_at_risk", threshold=VIOLENT_YEAR, first=base - 4, last=base)


def _of_all_places(
    name: str,
    base: int,
    base_rate: float,
) -> Row:
    """What the rows of one target share."""
    first, last = _window(target(name), base)
    return {
        "target": name,
        "first_month": first,
        "last_month": last,
        "base_rate": base_rate,
        "model": "ensemble",
        "basis": "model",
    }


def reasons(
    units: Units,
    shares: Mapping[str, Mapping[str, Array]],
    texts: Mapping[str, Mapping[str, Message]],
) -> pa.Table:
    """FORECAST_REASON rows: a contribution and a sentence by unit, target and family."""
    rows: Rows = []
    for name, by_family in shares.items():
        for family, values in by_family.items():
            rows += _reasons(
                name, family, dict(zip(units, values.tolist(), strict=True)), texts
            )
    return from_rows(FORECAST_REASON, rows)


def _reasons(
    name: str,
    family: str,
    shares: Mapping[str, float],
    texts: Mapping[str, Mapping[str, Message]],
) -> Rows:
    """One row a unit."""
    return [
        _reason(u, name, family, share, texts[u][family]) for u, share in shares.items()
    ]


def _reason(
    unit: str,
    name: str,
    family: str,
    contribution: float,
    message: Message,
) -> Row:
    return {
        "unit": unit,
        "target": name,
        "family": family,
        "contribution": contribution,
        "message": stored(message),
    }


def quiet_share(known: YearInputs, goal: AnnualTarget) -> tuple[float, float, float]:
    """Share of events that followed small quiet places, with a 90 % interval."""
    outcome = outcomes(known, goal)
    rows = ~np.isnan(outcome) & small_and_quiet(known)
    return observed_share(float(outcome[rows].sum()), int(rows.sum()))


def with_everyone(
    outlook: AnnualOutlook,
    inputs: YearInputs,
    places: Places,
    as_of: date,
) -> AnnualOutlook:
    """Add the places no model covers, and rank all of them together.

    A place booked under another shows that place's figure, says so and borrows none of its reasons; a place nobody
    reports on shows what is known of small quiet places, named ``no_data``.
    """
    rows = outlook.chances.to_pylist()
    why = outlook.reasons.to_pylist()
    for figures, texts in _of_the_others(outlook, _by_unit(rows), inputs, places, as_of):
        rows += figures
        why += texts
    return replace(
        outlook,
        chances=from_rows(FORECAST_CHANCE, ranked_together(rows)),
        reasons=from_rows(FORECAST_REASON, why),
        small_and_quiet=_country_years(inputs),
    )


def _by_unit(rows: Rows) -> dict[str, Rows]:
    by_unit: dict[str, Rows] = {}
    for row in rows:
        by_unit.setdefault(row["unit"], []).append(row)
    return by_unit


def _of_the_others(
    outlook: AnnualOutlook,
    by_unit: Mapping[str, Rows],
    inputs: YearInputs,
    places: Places,
    as_of: date,
) -> Iterator[tuple[Rows, Rows]]:
    """Chances and reasons of every place that no model covers."""
    share_of = _quiet(inputs, tuple(outlook.typical))
    template = next(iter(by_unit.values()))
    for place in (p for p in places.current(as_of) if p.code not in by_unit):
        host = host_of(place)
        if host in by_unit:
            yield _booked(place, places.get(str(host)).name, by_unit[str(host)])
        else:
            yield _without_data(place.code, template, share_of, outlook.typical)


def _booked(
    place: Place,
    host: str,
    figures: Rows,
) -> tuple[Rows, Rows]:
    """Chances and reasons of a place whose deaths are counted under ``host``."""
    note = _booking_note(place, host)
    own = [
        {
            **r,
            "unit": place.code,
            "basis": "booked",
            "note": stored(note),
        }
        for r in figures
    ]
    text = borrows_nothing(place.name, host)
    return own, [_reason(place.code, r["target"], BOOKING, 0.0, text) for r in figures]


def _booking_note(place: Place, host: str) -> Message:
    if place.note:
        return say("forecast.note_of_place", note=place.note)
    return say("forecast.booked", host=host)


def _without_data(
    unit: str,
    template: Rows,
    share_of: Mapping[str, tuple[float, float, float]],
    typical: Mapping[str, float],
) -> tuple[Rows, Rows]:
    """Chances and reasons of a place that no source covers."""
    own = []
    why = []
    for row in template:
        name = row["target"]
        own.append(
            {
                **row,
                "unit": unit,
                **_no_data_figures(*share_of[name]),
            }
        )
        why += _no_data_reasons(unit, name, share_of[name][0], typical[name])
    return own, why


def _no_data_figures(
    share: float,
    low: float,
    high: float,
) -> Row:
    return {
        "probability": share,
        "low": low,
        "high": high,
        "basis": "no_data",
        "note": stored(no_data_note()),
        "rank": 1,
        "rank_low": 1,
        "rank_high": 1,
    }


def _country_years(known: YearInputs) -> frozenset[tuple[str, int]]:
    """The small and quiet country-years, as (place, year)."""
    at_unit, at_year = np.nonzero(small_and_quiet(known))
    return frozenset(
        (known.units[u], int(known.years[t])) for u, t in zip(at_unit, at_year, strict=True)
    )


def _quiet(known: YearInputs, names: Names) -> dict[str, tuple[float, float, float]]:
    """Share, low and high by target for places nobody reports on, in the order nested events demand."""
    raw = {t.id: quiet_share(known, t) for t in TARGETS if t.id in names}
    share, low, high = (
        monotone({g: np.asarray(v[i]) for g, v in raw.items()}) for i in range(3)
    )
    return {g: (float(share[g]), float(low[g]), float(high[g])) for g in raw}


def _no_data_reasons(
    unit: str,
    name: str,
    share: float,
    middle: float,
) -> Rows:
    """All of the difference from the typical place stands under structure; the other families say nothing."""
    gap = float(_odds(share) - _odds(middle))
    silent, all_of_it = (0.0, say("forecast.no_data")), (gap, no_data_note())
    reasons_of = dict.fromkeys(FAMILIES, silent) | {"structure": all_of_it}
    return [_reason(unit, name, f, *reasons_of[f]) for f in FAMILIES]


def _odds(p: float) -> float:
    """In logs."""
    return float(np.log(p / (1 - p)))
