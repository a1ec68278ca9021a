"""A probability with what must be read beside it: interval, base rate, ratio, rank range, and how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.report import words

HEADLINE = "one_sided_100"


@dataclass(frozen=True)
class Chance:
    """One target's probability for one place. ``of`` is the number of places ranked."""

    target: str
    label: str
    first_month: date
    last_month: date
    probability: float
    low: float
    high: float
    base_rate: float
    ratio: float | None
    rank: int
    rank_low: int
    rank_high: int
    of: int
    model: str
    basis: str
    note: str

    @property
    def period(self) -> str:
        """The months the event counts in, as text."""
        return words.span(self.first_month, self.last_month)

    @property
    def text(self) -> str:
        """Probability, interval, base rate, ratio and rank range, always together."""
        return (
            f"{words.percent(self.probability)} (90 % interval {words.interval(self.low, self.high)}); "
            f"base rate {words.percent(self.base_rate)}, ratio {words.times(self.ratio)}, "
            f"rank {words.ranks(self.rank_low, self.rank_high, self.of)}"
        )


def label(target: str) -> str:
    """The target in words, without its period."""
    if target == "hard_onset":
        return "Onset: 25 or more deaths after five quiet years"
    if target == "surge":
        return "Surge: 100 or more civilians killed, and three times the years before"
    kind, number, *_ = target.rsplit("_", 2) if target.endswith("_24m") else target.rsplit("_", 1)
    what = "civilians killed in one-sided violence" if kind == "one_sided" else "deaths in organised violence"
    return f"{int(number):,} or more {what}"


def chance_of(row: Mapping[str, Any], of: int) -> Chance:
    """A row of forecast_chance as a Chance."""
    base = row["base_rate"]
    ratio = row["probability"] / base if base > 0 else None
    own = {k: row[k] for k in ("target", "first_month", "last_month", "probability", "low", "high", "rank", "rank_low",
                               "rank_high", "model", "basis")}  # fmt: skip
    return Chance(**own, label=label(row["target"]), base_rate=base, ratio=ratio, of=of, note=row["note"] or "")
