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

from upstander.core.messages import say, text
from upstander.forecast.targets import headline_in
from upstander.report import words

Row = Mapping[str, Any]
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
        before, now = words.percent(self.before), words.percent(self.now)
        change: str = say(
            "report.in_the_issue_of_now", before=before, day=words.day(self.as_of), now=now
        )
        if self.period_before != self.period:
            change += say(
                "report.that_issue_spoke_of_this_one_of",
                period_before=self.period_before,
                period=self.period,
            )
        return f"{change}. {self.most}"

    @property
    def most(self) -> str:
        """Where most of the change comes from: a family of reasons, or what is common to all places."""
        most = self.shares[0]
        if abs(most.change) < NO_NEWS and abs(self.everyone) < NO_NEWS:
            return say("report.no_family_of_reasons_moved_by_more")
        if abs(self.everyone) > abs(most.change):
            return say(
                "report.most_of_the_change_is_common_to", everyone=f"{self.everyone:+.1f}"
            )
        return say(
            "report.most_of_the_change_is_in_log",
            family=text(most.family),
            change=f"{most.change:+.1f}",
        )


@dataclass(frozen=True)
class Told:
    """What one issue says of one place: rows of FORECAST_CHANCE and of FORECAST_REASON."""

    chances: Sequence[Row]
    reasons: Sequence[Row]

    @property
    def targets(self) -> set[str]:
        """The targets it holds."""
        return {row["target"] for row in self.chances}

    def of(self, target: str) -> Row | None:
        """The row of a target."""
        return next((row for row in self.chances if row["target"] == target), None)

    def shares(self, target: str) -> dict[str, float]:
        """Log odds of a target's probability by family."""
        own = (row for row in self.reasons if row["target"] == target)
        return {row["family"]: float(row["contribution"]) for row in own}


def moved(now: Told, before: Told, meta: Mapping[str, Any]) -> Moved | None:
    """One place's change from the last issue to this one. ``meta``: the last issue's.

    Returns:
        None where either issue holds no headline probability with its reasons for the place.
    """
    # Of one event: an issue of before there were rolling odds is compared by the calendar year's.
    main = headline_in(now.targets & before.targets)
    new, old = now.of(main), before.of(main)
    new_shares, old_shares = now.shares(main), before.shares(main)
    if new is None or old is None or not new_shares or not old_shares:
        return None
    shares = _changes(old_shares, new_shares)
    change = _log_odds(new) - _log_odds(old)
    return Moved(
        issue_id=str(meta["id"]),
        as_of=date.fromisoformat(str(meta["as_of"])),
        period_before=_period(old),
        period=_period(new),
        before=float(old["probability"]),
        now=float(new["probability"]),
        shares=shares,
        everyone=change - sum(share.change for share in shares),
    )


def _changes(before: Mapping[str, float], now: Mapping[str, float]) -> tuple[Share, ...]:
    """Families of either issue, the largest change first."""
    families = dict.fromkeys((*now, *before))
    shares = (Share(f, before.get(f, 0.0), now.get(f, 0.0)) for f in families)
    return tuple(sorted(shares, key=lambda share: -abs(share.change)))


def _log_odds(row: Row) -> float:
    p = row["probability"]
    return log(p / (1 - p))


def _period(row: Row) -> str:
    return words.span(row["first_month"], row["last_month"])
