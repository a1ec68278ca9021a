"""What moved a probability since the last issue: the change of each family's share, and what is common to all places.

log odds = those of the typical place + the families' shares, in every issue, so the change between two
issues splits the same way: the rest after the families is the change of the typical place itself (new
base rates, newer training years, another calibration), the same for every place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log
from typing import Any

from upstander.forecast.targets import HEADLINE
from upstander.report import words

NO_NEWS = 0.1  # log odds: below what the table of reasons prints as a change


@dataclass(frozen=True)
class Share:
    """A family's share of the log odds in the last issue and in this one."""

    family: str
    before: float
    now: float

    @property
    def change(self) -> float:
        """What the family added to the change, in log odds."""
        return self.now - self.before


@dataclass(frozen=True)
class Moved:
    """The headline probability against the last issue that speaks from an earlier day.

    ``shares`` hold the families, largest change first; ``everyone`` is the change of the typical place's
    log odds. Together they sum to the change of the log odds.
    """

    issue_id: str
    as_of: date
    period_before: str
    period: str
    before: float
    now: float
    shares: tuple[Share, ...]
    everyone: float

    @property
    def sentence(self) -> str:
        """The change in one sentence: from what to what, for which periods, and most by which family."""
        told = f"{words.percent(self.before)} in the issue of {words.day(self.as_of)}, {words.percent(self.now)} now"
        if self.period_before != self.period:
            told += f"; that issue spoke of {self.period_before}, this one of {self.period}"
        most = self.shares[0]
        if abs(most.change) < NO_NEWS and abs(self.everyone) < NO_NEWS:
            return f"{told}. No family of reasons moved by more than a tenth."
        if abs(self.everyone) > abs(most.change):
            return f"{told}. Most of the change is common to all places ({self.everyone:+.1f} in log odds)."
        return f"{told}. Most of the change is {most.family} ({most.change:+.1f} in log odds)."


def moved(
    now: Sequence[Mapping[str, Any]],
    why: Sequence[Mapping[str, Any]],
    before: Sequence[Mapping[str, Any]],
    why_before: Sequence[Mapping[str, Any]],
    meta: Mapping[str, Any],
) -> Moved | None:
    """One place's change from two issues' rows of FORECAST_CHANCE and FORECAST_REASON.

    Args:
        now, why: the place's rows in this issue; before, why_before: in the last one; meta: the last issue's.

    Returns:
        None where either issue holds no headline probability with its reasons for the place.
    """
    pair = [next((r for r in rows if r["target"] == HEADLINE), None) for rows in (before, now)]
    shares = [
        {r["family"]: float(r["contribution"]) for r in rows if r["target"] == HEADLINE}
        for rows in (why_before, why)
    ]
    if pair[0] is None or pair[1] is None or not all(shares):
        return None
    told = [
        Share(f, shares[0].get(f, 0.0), shares[1].get(f, 0.0))
        for f in dict.fromkeys((*shares[1], *shares[0]))
    ]
    told.sort(key=lambda s: -abs(s.change))
    odds = [log(r["probability"] / (1 - r["probability"])) for r in pair if r is not None]
    periods = [words.span(r["first_month"], r["last_month"]) for r in pair if r is not None]
    return Moved(
        str(meta["id"]),
        date.fromisoformat(str(meta["as_of"])),
        periods[0],
        periods[1],
        float(pair[0]["probability"]),
        float(pair[1]["probability"]),
        tuple(told),
        odds[1] - odds[0] - sum(s.change for s in told),
    )
