"""A probability with what must be read beside it: interval, base rate, ratio, rank range, and how it was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from upstander.report import words

HEADLINE = "one_sided_100"
ORDER = (
    HEADLINE, "one_sided_25", "one_sided_1000", "one_sided_25_24m", "one_sided_100_24m", "one_sided_1000_24m",
    "hard_onset", "surge", "total_1", "total_25", "total_100", "total_1000",
    "total_1_3m", "total_25_3m", "total_100_3m", "total_1000_3m",
    "total_1_6m", "total_25_6m", "total_100_6m", "total_1000_6m",
)  # fmt: skip  # as a reader meets them: the headline, its neighbours, change, then all deaths
QUIET = 25  # deaths in a year; one such year in the five before rules a new onset out by its definition


@dataclass(frozen=True)
class Chance:
    """One target's probability for one place.

    ``of`` is the number of places ranked. ``applies`` is False where the target's own definition rules the
    event out (no new onset after a violent year): a number would only mislead there.
    """

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
    applies: bool = True

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
    kind, number, *_ = target.rsplit("_", 2) if target.endswith("m") else target.rsplit("_", 1)
    what = "civilians killed in one-sided violence" if kind == "one_sided" else "deaths in organised violence"
    return f"{int(number):,} or more {what}"


def in_order(chances: Iterable[Chance], totals: Mapping[int, int | None]) -> tuple[Chance, ...]:
    """Chances as a reader meets them; ``totals`` are deaths by year, from which follows whether an onset can be."""
    told = sorted(chances, key=lambda c: ORDER.index(c.target))
    return tuple(replace(c, applies=not _is_ruled_out(c, totals)) for c in told)


def _is_ruled_out(c: Chance, totals: Mapping[int, int | None]) -> bool:
    before = range(c.first_month.year - 5, c.first_month.year)
    return c.target == "hard_onset" and any((totals.get(y) or 0) >= QUIET for y in before)


def chance_of(row: Mapping[str, Any], of: int) -> Chance:
    """A row of forecast_chance as a Chance."""
    base = row["base_rate"]
    ratio = row["probability"] / base if base > 0 else None
    own = {k: row[k] for k in ("target", "first_month", "last_month", "probability", "low", "high", "rank", "rank_low",
                               "rank_high", "model", "basis")}  # fmt: skip
    return Chance(**own, label=label(row["target"]), base_rate=base, ratio=ratio, of=of, note=row["note"] or "")
