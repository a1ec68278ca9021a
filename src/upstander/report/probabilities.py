"""A probability with what must be read beside it: interval, base rate, ratio, rank range, and how it was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from upstander.core.messages import restored, say, text
from upstander.core.months import month_after
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.forecast import targets
from upstander.forecast.targets import HEADLINE, ONSET_YEARS, YEARLY_HEADLINE
from upstander.report import words

# As a reader meets them: the headline, its neighbours, change, then all deaths, of the whole year first.
_YEARLY = tuple(t.id for t in targets.TARGETS if t.level == "country-year")
_TOTALS = tuple(
    targets.total_id(n, months) for months in (12, 3, 6) for n in targets.TOTAL_THRESHOLDS
)
# What a Chance takes from a row of forecast_chance as it stands.
AS_ISSUED = (
    "target",
    "first_month",
    "last_month",
    "probability",
    "low",
    "high",
    "base_rate",
    "model",
    "basis",
)
_CIVILIANS = (
    *(
        targets.civilians_id(n, months)
        for months in (12, 3, 6)
        for n in targets.ONE_SIDED_THRESHOLDS
    ),
    targets.NEW_MASS_KILLING.id,
    targets.ESCALATION.id,
)
Row = Mapping[str, Any]
ORDER = tuple(dict.fromkeys((HEADLINE, YEARLY_HEADLINE, *_CIVILIANS, *_YEARLY, *_TOTALS)))


@dataclass(frozen=True)
class Chance:
    """One target's probability for one place.

    ``of`` is the number of places ranked; ``tied`` how many others have the same probability, and with them the
    place has the best rank of the tie. ``applies`` is False where the target's own definition rules the
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
    tied: int = 0
    applies: bool = True

    @property
    def period(self) -> str:
        """The months the event counts in, as text."""
        return words.span(self.first_month, self.last_month)

    @property
    def ranks(self) -> str:
        """The rank range as text, and the ties in it."""
        ranks = words.ranks(self.rank_low, self.rank_high, self.of)
        return text("{ranks}{tied}", ranks=ranks, tied=words.tied(self.tied))

    @property
    def event(self) -> str:
        """The event in words, with its time."""
        before = month_after(self.first_month, -1)
        return targets.get(self.target).words(base_year=before.year, last_month=before)

    @property
    def text(self) -> str:
        """Probability, interval, base rate, ratio and rank range, always together."""
        return say(
            "report.90_interval_base_rate_ratio_rank",
            percent=words.percent(self.probability),
            interval=words.interval(self.low, self.high),
            percent_2=words.percent(self.base_rate),
            times=words.times(self.ratio),
            ranks=self.ranks,
        )


def label(target: str) -> str:
    """The target in words, without its period."""
    return targets.get(target).label


def in_order(
    chances: Iterable[Chance], totals: Mapping[int, int | None]
) -> tuple[Chance, ...]:
    """Chances as a reader meets them; ``totals`` are deaths by year, from which follows whether an onset can be."""
    ordered = sorted(chances, key=lambda c: ORDER.index(c.target))
    return tuple(replace(c, applies=not _is_ruled_out(c, totals)) for c in ordered)


def _is_ruled_out(chance: Chance, totals: Mapping[int, int | None]) -> bool:
    if chance.target == targets.NEW_MASS_KILLING.id:
        return getattr(chance.note, "id", "") == "forecast.not_new"
    if chance.target != "hard_onset":
        return False
    first = chance.first_month.year
    return any(
        (totals.get(y) or 0) >= VIOLENT_YEAR for y in range(first - ONSET_YEARS, first)
    )


@dataclass(frozen=True)
class Ties:
    """Which places share a figure in an issue.

    Attributes:
        ranks: by target and probability, the best rank of the places that have it, and how many they are.
        ranges: by target, probability and interval, the rank range of all places with this very figure.
    """

    ranks: Mapping[tuple[str, float], tuple[int, int]]
    ranges: Mapping[tuple[str, float, float, float], tuple[int, int]]


def ties_of(rows: Iterable[Row]) -> Ties:
    """The ties among rows of forecast_chance: a figure that is booked for two places has one rank range."""
    ranks: dict[tuple[str, float], tuple[int, int]] = {}
    ranges: dict[tuple[str, float, float, float], tuple[int, int]] = {}
    for row in rows:
        key, figure = _key(row), _figure(row)
        best, count = ranks.get(key, (row["rank"], 0))
        ranks[key] = (min(best, row["rank"]), count + 1)
        low, high = ranges.get(figure, (row["rank_low"], row["rank_high"]))
        ranges[figure] = (min(low, row["rank_low"]), max(high, row["rank_high"]))
    return Ties(ranks, ranges)


def _key(row: Row) -> tuple[str, float]:
    return row["target"], row["probability"]


def _figure(row: Row) -> tuple[str, float, float, float]:
    return row["target"], row["probability"], row["low"], row["high"]


def chance_of(row: Row, of: int, ties: Ties) -> Chance:
    """A row of forecast_chance as a Chance; ``ties`` are of its issue."""
    base = row["base_rate"]
    rank, count = ties.ranks[_key(row)]
    lowest, highest = ties.ranges[_figure(row)]
    return Chance(
        **{name: row[name] for name in AS_ISSUED},
        label=label(row["target"]),
        ratio=row["probability"] / base if base > 0 else None,
        rank=rank,
        rank_low=min(rank, lowest),
        rank_high=highest,
        of=of,
        note=restored(row["note"] or ""),
        tied=count - 1,
    )
