"""Rows of the annual outlook's tables, and the places no model covers: nobody is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upstander.core.tables import FORECAST_CASE, FORECAST_CHANCE, FORECAST_REASON
from upstander.core.types import Array, YearInputs
from upstander.forecast.calibration import FLOOR, monotone
from upstander.forecast.cases import (
    FAMILIES,
    FIRST_BASE,
    QUIET,
    TARGETS,
    AnnualTarget,
    mean_known,
    outcomes,
    target,
    trailing,
)

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.forecast.annual import AnnualOutlook
    from upstander.forecast.training import Learned

TAIL = 0.05  # each side of the 90 % interval
SMALL = 1_000_000  # people; most places without data are smaller
NOT_AT_RISK_NOTE = (
    "No new onset by its definition: 25 or more deaths in organised violence in at least one of the years "
    "{first} to {last}, or not five observed years. See the one-sided targets."
)
NO_DATA_NOTE = (
    "No source covers this place. The figure is the observed share among places of under 1 million people "
    "without recorded violence until then; it is not a judgement of this place."
)
# Territories whose own violence UCDP is known to book under another State. For the other territories the booking
# is assumed from sovereignty, and the State's figure would say nothing of them: Guam is not the United States.
SHARED_FIGURE = frozenset({"PSE", "ESH"})


def _window(goal: AnnualTarget, base: int) -> tuple[date, date]:
    return date(base + 1, 1, 1), date(base + goal.years, 12, 1)


def ranks(values: Array) -> npt.NDArray[np.int64]:
    """(..., N) rank of each value along the last axis, 1 the highest; ties take the order of the places."""
    order = np.argsort(-values, axis=-1, kind="stable")
    return np.asarray(np.argsort(order, axis=-1, kind="stable") + 1, dtype=np.int64)


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
    units: tuple[str, ...], shares: Mapping[str, Mapping[str, Array]], texts: Mapping[str, Mapping[str, str]]
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
    """Share of events that followed small places without recorded violence, with a 90 % interval.

    Small: under a million people. Without recorded violence: below 25 deaths in each of the last ten
    known years. Jeffreys' interval for a share, so that none in many is not never.

    Source: Brown, Cai and DasGupta (2001), Statistical Science 16(2).
    """
    from scipy.stats import beta

    from upstander.forecast.features.structure import POPULATION, first_known

    outcome = outcomes(known, goal)
    people = first_known(known, POPULATION)
    calm = np.nan_to_num(trailing(known.deaths["total"], 10)).max(axis=-1) < QUIET
    seen = ~np.isnan(mean_known(trailing(known.deaths["total"], 1)))
    rows = (~np.isnan(outcome)) & calm & seen & (people < SMALL) & (known.years >= FIRST_BASE)
    n, k = int(rows.sum()), float(outcome[rows].sum())
    low, high = beta.ppf([TAIL, 1 - TAIL], k + 0.5, n - k + 0.5)
    share = (k + 0.5) / (n + 1)
    return tuple(float(np.clip(x, FLOOR, 0.5)) for x in (share, min(low, share), max(high, share)))  # type: ignore[return-value]


def with_everyone(made: AnnualOutlook, known: YearInputs, places: Places, as_of: date) -> AnnualOutlook:
    """Add the places no model covers, and rank all of them together.

    A place booked under another shows that place's figure and says so; a place nobody reports on shows
    what is known of small quiet places, named ``no_data``.
    """
    have = set(made.chances["unit"].unique().to_pylist())
    rest = [p for p in places.current(as_of) if p.code not in have]
    if not rest:
        return made
    rows, why, like = made.chances.to_pylist(), made.reasons.to_pylist(), made.cases.to_pylist()
    quiet = _quiet(known, tuple(made.typical))
    by_unit = {u: [r for r in rows if r["unit"] == u] for u in have}
    template = next(iter(by_unit.values()))
    for place in rest:
        host = place.booked_under
        if place.code in SHARED_FIGURE and host in by_unit:
            note = (
                place.note or f"Deaths here are booked under {places.get(str(host)).name}; the figure is that place's."
            )
            rows += [{**r, "unit": place.code, "basis": "booked", "note": note} for r in by_unit[str(host)]]
            mark = f"Booked under {places.get(str(host)).name}: "
            why += [{**r, "unit": place.code, "text": mark + r["text"]} for r in why if r["unit"] == host]
            like += [{**r, "unit": place.code} for r in like if r["unit"] == host]
            continue
        for r in template:
            share, low, high = quiet[r["target"]]
            own = {"unit": place.code, "probability": share, "low": low, "high": high, "basis": "no_data"}
            rows.append({**r, **own, "note": NO_DATA_NOTE, "rank": 1, "rank_low": 1, "rank_high": 1})
            why += _no_data_reasons(place.code, r["target"], share, made.typical[r["target"]])
    return replace(
        made,
        chances=FORECAST_CHANCE.check(pa.Table.from_pylist(_ranked(rows), schema=FORECAST_CHANCE.schema)),
        reasons=FORECAST_REASON.check(pa.Table.from_pylist(why, schema=FORECAST_REASON.schema)),
        cases=FORECAST_CASE.check(pa.Table.from_pylist(like, schema=FORECAST_CASE.schema)),
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


def _ranked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rank all places together by target; the modelled ones' ranges move by the places that came in above them.

    A place without data ranges over every rank whose probability lies in its interval.
    """
    out: list[dict[str, Any]] = []
    for name in dict.fromkeys(r["target"] for r in rows):
        own = [r for r in rows if r["target"] == name]
        chance = np.asarray([r["probability"] for r in own])
        fresh = ranks(chance)
        for r, rank in zip(own, fresh.tolist(), strict=True):
            if r["basis"] == "no_data":
                low, high = 1 + int((chance > r["high"]).sum()), int((chance >= r["low"]).sum())
            else:
                shift = rank - r["rank"]
                low, high = r["rank_low"] + max(0, min(shift, rank - 1)), r["rank_high"] + max(0, shift)
            out.append(
                {**r, "rank": rank, "rank_low": max(1, min(low, rank)), "rank_high": min(len(own), max(high, rank))}
            )
    return out
