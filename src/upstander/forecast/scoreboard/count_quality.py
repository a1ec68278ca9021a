"""What the publisher's records say of places and months: how sure the counts are, and what stands behind one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from upstander.core.errors import ConfigError, LeakageError
from upstander.core.tables import EVENT, VIOLENCE_MONTH

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.forecast.scoreboard.cell_scores import Labels
    from upstander.lake import Lake

SOURCE = "ucdp_country_month"  # the one monthly source with low and high estimates
YEARS = 5
WIDTHS = ((0.1, "range up to 10 % of the count"), (0.5, "range 10 to 50 %"))
WIDEST, NOTHING = "range over 50 %", "no deaths recorded"
LONG = 7  # days; a longer record sums up many days
AROUND, DENSE = (
    6,
    3.0,
)  # months either side; times the usual deaths a record that hint at summary records
KINDS = ("state-based", "non-state", "one-sided")


@dataclass(frozen=True)
class Records:
    """The lake's records as known on a day."""

    lake: Lake
    places: Places
    as_of: date

    @cached_property
    def _months(self) -> dict[tuple[str, str], dict[str, Any]]:
        rows = self.lake.read(VIOLENCE_MONTH, as_of=self.as_of, source=SOURCE).to_pylist()
        return {(r["country"], f"{r['month']:%Y-%m}"): r for r in rows}

    @cached_property
    def _events(self) -> dict[tuple[str, str], list[dict[str, Any]]]:
        """Event records by country and month of start; none where no event file was fetched."""
        found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        try:
            rows = self.lake.read(EVENT, as_of=self.as_of).to_pylist()
        except (ConfigError, LeakageError):
            return found
        for r in rows:
            found[r["country"], f"{r['start_date']:%Y-%m}"].append(r)
        return found

    @cached_property
    def _years(self) -> dict[tuple[str, int], tuple[float, float]]:
        """Best estimate, and high less low, by unit and year."""
        sums: dict[tuple[str, int], tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
        for (code, month), r in self._months.items():
            key = (self.places.unit(code), int(month[:4]))
            best, width = sums[key]
            wide = (r["fatalities_high"] or 0) - (r["fatalities_low"] or 0)
            sums[key] = (best + r["fatalities_best"], width + wide)
        return sums

    def quality(self, units: Sequence[str], years: Sequence[int]) -> Labels:
        """(U, W) how wide the publisher's own range was over the five years to each year."""
        return np.array([[self._label(u, y) for y in years] for u in units])

    def _label(self, unit: str, year: int) -> str:
        found = [self._years.get((unit, y), (0.0, 0.0)) for y in range(year - YEARS + 1, year + 1)]
        best, width = sum(f[0] for f in found), sum(f[1] for f in found)
        if best == 0:
            return NOTHING
        return next((label for edge, label in WIDTHS if width / best <= edge), WIDEST)

    def behind(self, code: str, month: str) -> str:
        """What stands behind the count of a month: its events, and the largest record where event files are held."""
        events = self._events.get((code, month), [])
        if events:
            top = max(events, key=lambda r: (r["fatalities_best"], r["event_id"]))
            days = (top["end_date"] - top["start_date"]).days + 1
            told = f"Largest of {len(events):,} records: {top['event_id']}, {top['fatalities_best']:,} deaths"
            return told + (f", one summary of {days} days." if days > LONG else ".")
        r = self._months.get((code, month))
        if r is None:
            return "No event records of this month are in the lake."
        counts = [(r[f"{k.replace('-', '_')}_events"] or 0, k) for k in KINDS]
        what = ", ".join(f"{n:,} {k}" for n, k in counts if n)
        told = f"UCDP GED {r['release']}: {r['fatalities_best']:,} deaths in {_records(r):,} records ({what})."
        times = self._times_as_dense(code, month)
        if times < DENSE:
            return told
        return f"{told} {times:.0f} times as many deaths a record as in the months around: summaries of longer spans, booked in their first month, are likely in it."

    def _times_as_dense(self, code: str, month: str) -> float:
        """Deaths a record of a month over the median of the months around it."""
        at = int(month[:4]) * 12 + int(month[5:]) - 1
        near = (
            f"{m // 12}-{m % 12 + 1:02d}" for m in range(at - AROUND, at + AROUND + 1) if m != at
        )
        dense = [
            r["fatalities_best"] / _records(r)
            for m in near
            if (r := self._months.get((code, m))) and _records(r)
        ]
        own = self._months[code, month]
        if not dense or not _records(own):
            return 0.0
        return float(own["fatalities_best"] / _records(own) / max(float(np.median(dense)), 1.0))


def _records(row: dict[str, Any]) -> int:
    """Event records behind a month's count."""
    return sum(row[f"{k.replace('-', '_')}_events"] or 0 for k in KINDS)
