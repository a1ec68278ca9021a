"""An issue, made up, over the bundled data: eight places that between them show every case a report must say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from upstander.core.forecast_tables import (
    FORECAST_CASE,
    FORECAST_CHANCE,
    FORECAST_DRAW,
    FORECAST_REASON,
)
from upstander.forecast.rolling.chances import MODEL
from upstander.forecast.rolling.events import EVENTS
from upstander.forecast.targets import HEADLINE, TARGETS

AS_OF = date(2026, 6, 24)
LAST_MONTH = date(2026, 5, 1)
CHANCE = {
    "COD": 0.96,
    "SDN": 1 - 1e-9,
    "IND": 0.4,
    "ISR": 0.35,
    "PSE": 0.35,
    "NLD": 0.02,
    "ISL": 1e-9,
    "TUV": 0.004,
}
BASIS = {
    "PSE": "booked",
    "ESH": "booked",
    "TUV": "no_data",
    "GUM": "no_data",
}  # of all others a model speaks
UGLY = '#set page(width: 1pt) <script>alert(1)</script> *bold* $x$ @label \\ "quoted" & 100 % sign'
ROLLING = {event.id for event in EVENTS}


@dataclass(frozen=True)
class Issue:
    """The attributes of an issue that reports read."""

    id: str
    meta: Mapping[str, Any]
    draws: pa.Table
    chances: pa.Table
    reasons: pa.Table
    cases: pa.Table


def issue(chance: Mapping[str, float] = CHANCE) -> Issue:
    """Every table valid by its schema; one reason holds markup of both typesetters."""
    rng = np.random.default_rng(7)
    meta = {
        "id": "2026-06-24-0123456789ab",
        "as_of": "2026-06-24",
        "last_month": "2026-05-01",
        "hindcast": False,
    }
    return Issue(
        meta["id"], meta, _draws(rng, chance), _chances(chance), _reasons(chance), _cases()
    )


def _chances(chance: Mapping[str, float]) -> pa.Table:
    rows = []
    for target in TARGETS:
        first, last = target.window(base_year=2025, last_month=LAST_MONTH)
        for rank, (code, p) in enumerate(
            sorted(chance.items(), key=lambda x: -x[1]), start=1
        ):
            rows.append(
                {
                    "unit": code,
                    "target": target.id,
                    "first_month": first,
                    "last_month": last,
                    "probability": p,
                    "low": max(p / 2, 1e-9),
                    "high": min(1.5 * p, 1 - 1e-9) if p < 0.9 else 1.0,
                    "base_rate": 0.07,
                    "rank": rank,
                    "rank_low": max(1, rank - 1),
                    "rank_high": min(len(chance), rank + 1),
                    "model": MODEL if target.id in ROLLING else "ensemble",
                    "basis": BASIS.get(code, "model"),
                    "note": "No source covers this place." if code == "TUV" else None,
                }
            )
    return FORECAST_CHANCE.check(pa.Table.from_pylist(rows, schema=FORECAST_CHANCE.schema))


def _reasons(chance: Mapping[str, float]) -> pa.Table:
    rows = [
        {
            "unit": code,
            "target": HEADLINE,
            "family": family,
            "contribution": share,
            "message": text,
        }
        for code in chance
        for family, share, text in (
            ("history", 2.5, UGLY),
            ("structure", -0.4, "A quiet sentence."),
            ("triggers", 0.0, "None."),
        )
    ]
    return FORECAST_REASON.check(pa.Table.from_pylist(rows, schema=FORECAST_REASON.schema))


def _cases() -> pa.Table:
    rows = [
        {
            "unit": "SDN",
            "rank": 1,
            "case_unit": "BDI",
            "case_year": 1996,
            "distance": 0.5,
            "one_sided_next": 2212,
            "total_next": 4395,
        }
    ]
    return FORECAST_CASE.check(pa.Table.from_pylist(rows, schema=FORECAST_CASE.schema))


def _draws(rng: np.random.Generator, chance: Mapping[str, float]) -> pa.Table:
    modelled = [c for c in sorted(chance) if c not in BASIS]
    rows = [
        {
            "unit": code,
            "target": "fatalities",
            "horizon": h,
            "draw": d,
            "outcome": int(rng.poisson(300 * chance[code])),
        }
        for code in modelled
        for h in range(1, 13)
        for d in range(20)
    ]
    return FORECAST_DRAW.check(pa.Table.from_pylist(rows, schema=FORECAST_DRAW.schema))
