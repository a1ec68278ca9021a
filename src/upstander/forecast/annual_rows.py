"""Rows of the annual outlook's tables, and the places no model covers: nobody is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upstander.core.tables import FORECAST_CHANCE, FORECAST_REASON
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.core.types import Array, YearInputs
from upstander.forecast.calibration import FLOOR, monotone
from upstander.forecast.cases import (
    FAMILIES,
    TARGETS,
    AnnualTarget,
    outcomes,
    target,
)
from upstander.forecast.unmodelled import (
    BOOKING,
    NO_DATA_NOTE,
    TAIL,
    borrows_nothing,
    host_of,
    observed_share,
    ranked_together,
    ranks,
    small_and_quiet,
)

if TYPE_CHECKING:
    from upstander.core.places import Place, Places
    from upstander.forecast.annual import AnnualOutlook
    from upstander.forecast.training import Learned

NOT_AT_RISK_NOTE = (
    f"No new onset by its definition: {VIOLENT_YEAR} or more deaths in organised violence in at least one of the years "
    "{first} to {last}, or not five observed years. See the one-sided targets."
)


def _window(goal: AnnualTarget, base: int) -> tuple[date, date]:
    return date(base + 1, 1, 1), date(base + goal.years, 12, 1)


def chances(
    units: tuple[str, ...],
    point: Mapping[str, Array],
    draws: Mapping[str, Array],
    learned: Mapping[str, Learned],
    base: int,
    at_risk: npt.NDArray[np.bool_],
) -> pa.Table:
    """FORECAST_CHANCE rows of the places a model covers."""
    rows: list[dict[str, Any]] = []
    gone = NOT_AT_RISK_NOTE.format(first=base - 4, last=base)
    for name, values in point.items():
        goal = target(name)
        low, high = np.quantile(draws[name], [TAIL, 1 - TAIL], axis=0)
        rank = ranks(values)
        best, worst = np.quantile(ranks(draws[name]), [TAIL, 1 - TAIL], axis=0)
        first, last = _window(goal, base)
        for i, unit in enumerate(units):
            out = name == "hard_onset" and not at_risk[i]
            rows.append(
                {
                    "unit": unit,
                    "target": name,
                    "first_month": first,
                    "last_month": last,
                    "probability": float(values[i]),
                    "low": FLOOR if out else float(min(low[i], values[i])),
                    "high": float(10 * values[i] if out else max(high[i], values[i])),
                    "base_rate": learned[name].base_rate,
                    "rank": int(rank[i]),
                    "rank_low": int(min(np.floor(best[i]), rank[i])),
                    "rank_high": int(max(np.ceil(worst[i]), rank[i])),
                    "model": "ensemble",
                    "basis": "model",
                    "note": gone if out else None,
                }
            )
    return FORECAST_CHANCE.check(pa.Table.from_pylist(rows, schema=FORECAST_CHANCE.schema))


def reasons(
    units: tuple[str, ...],
    shares: Mapping[str, Mapping[str, Array]],
    texts: Mapping[str, Mapping[str, str]],
) -> pa.Table:
    """FORECAST_REASON rows: a contribution and a sentence by unit, target and family."""
    rows = [
        {"unit": u, "target": g, "family": f, "contribution": float(values[i]), "text": texts[u][f]}
        for g, by_family in shares.items()
        for f, values in by_family.items()
        for i, u in enumerate(units)
    ]
    return FORECAST_REASON.check(pa.Table.from_pylist(rows, schema=FORECAST_REASON.schema))


def quiet_share(known: YearInputs, goal: AnnualTarget) -> tuple[float, float, float]:
    """Share of events that followed small quiet places, with a 90 % interval."""
    outcome = outcomes(known, goal)
    rows = ~np.isnan(outcome) & small_and_quiet(known)
    return observed_share(float(outcome[rows].sum()), int(rows.sum()))


def with_everyone(
    made: AnnualOutlook, known: YearInputs, places: Places, as_of: date
) -> AnnualOutlook:
    """Add the places no model covers, and rank all of them together.

    A place booked under another shows that place's figure, says so and borrows none of its reasons; a place nobody
    reports on shows what is known of small quiet places, named ``no_data``.
    """
    have = set(made.chances["unit"].unique().to_pylist())
    rows, why = made.chances.to_pylist(), made.reasons.to_pylist()
    share_of = _quiet(known, tuple(made.typical))
    by_unit: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_unit.setdefault(row["unit"], []).append(row)
    template = next(iter(by_unit.values()))
    for place in (p for p in places.current(as_of) if p.code not in have):
        host = host_of(place)
        if host in by_unit:
            own, told = _booked(place, places.get(str(host)).name, by_unit[str(host)])
        else:
            own, told = _without_data(place.code, template, share_of, made.typical)
        rows += own
        why += told
    return replace(
        made,
        chances=FORECAST_CHANCE.check(
            pa.Table.from_pylist(ranked_together(rows), schema=FORECAST_CHANCE.schema)
        ),
        reasons=FORECAST_REASON.check(pa.Table.from_pylist(why, schema=FORECAST_REASON.schema)),
        small_and_quiet=_country_years(known),
    )


Rows = list[dict[str, Any]]


def _booked(place: Place, host: str, figures: Rows) -> tuple[Rows, Rows]:
    """Chances and reasons of a place whose deaths are counted under ``host``."""
    note = place.note or f"Deaths here are booked under {host}; the figure is that place's."
    own = [{**r, "unit": place.code, "basis": "booked", "note": note} for r in figures]
    text = borrows_nothing(place.name, host)
    return own, [
        {
            "unit": place.code,
            "target": r["target"],
            "family": BOOKING,
            "contribution": 0.0,
            "text": text,
        }
        for r in figures
    ]


def _without_data(
    unit: str,
    template: Rows,
    share_of: Mapping[str, tuple[float, float, float]],
    typical: Mapping[str, float],
) -> tuple[Rows, Rows]:
    """Chances and reasons of a place that no source covers."""
    own, why = [], []
    for r in template:
        share, low, high = share_of[r["target"]]
        figure = {
            "probability": share,
            "low": low,
            "high": high,
            "basis": "no_data",
            "note": NO_DATA_NOTE,
        }
        own.append({**r, "unit": unit, **figure, "rank": 1, "rank_low": 1, "rank_high": 1})
        why += _no_data_reasons(unit, r["target"], share, typical[r["target"]])
    return own, why


def _country_years(known: YearInputs) -> frozenset[tuple[str, int]]:
    """The small and quiet country-years, as (place, year)."""
    at_unit, at_year = np.nonzero(small_and_quiet(known))
    return frozenset(
        (known.units[u], int(known.years[t])) for u, t in zip(at_unit, at_year, strict=True)
    )


def _quiet(known: YearInputs, names: tuple[str, ...]) -> dict[str, tuple[float, float, float]]:
    """Share, low and high by target for places nobody reports on, in the order nested events demand."""
    raw = {t.id: quiet_share(known, t) for t in TARGETS if t.id in names}
    parts = [monotone({g: np.asarray(v[i]) for g, v in raw.items()}) for i in range(3)]
    return {g: (float(parts[0][g]), float(parts[1][g]), float(parts[2][g])) for g in raw}


def _no_data_reasons(unit: str, name: str, share: float, middle: float) -> list[dict[str, Any]]:
    """All of the difference from the typical place stands under structure; the other families say nothing."""
    gap = float(np.log(share / (1 - share)) - np.log(middle / (1 - middle)))
    silent = "No data for this place."
    return [
        {
            "unit": unit,
            "target": name,
            "family": f,
            "contribution": gap if f == "structure" else 0.0,
            "text": NO_DATA_NOTE if f == "structure" else silent,
        }
        for f in FAMILIES
    ]
