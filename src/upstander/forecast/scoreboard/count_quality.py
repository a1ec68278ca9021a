"""What the publisher's records say of places and months: how sure the counts are, and what stands behind one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from upstander.core.errors import ConfigError, LeakageError
from upstander.core.tables import EVENT, VIOLENCE_MONTH
from upstander.forecast.shapes import Row, Rows

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.forecast.shapes import Labels
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
SUMMARIES = (
    "times as many deaths a record as in the months around: summaries of longer spans, booked in their "
    "first month, are likely in it."
)
KINDS = ("state-based", "non-state", "one-sided")


@dataclass(frozen=True)
class Records:
    """The lake's records as known on a day."""

    lake: Lake
    places: Places
    as_of: date

    @cached_property
    def _months(self) -> dict[tuple[str, str], Row]:
        rows = self.lake.read(VIOLENCE_MONTH, as_of=self.as_of, source=SOURCE).to_pylist()
        return {(r["country"], f"{r['month']:%Y-%m}"): r for r in rows}

    @cached_property
    def _events(self) -> dict[tuple[str, str], Rows]:
        """Event records by country and month of start; none where no event file was fetched."""
        by_month: dict[tuple[str, str], Rows] = defaultdict(list)
        for row in self._event_rows():
            by_month[row["country"], f"{row['start_date']:%Y-%m}"].append(row)
        return by_month

    def _event_rows(self) -> Rows:
        try:
            rows: Rows = self.lake.read(EVENT, as_of=self.as_of).to_pylist()
        except (ConfigError, LeakageError):
            return []
        return rows

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

    def quality(
        self,
        units: Sequence[str],
        years: Sequence[int],
    ) -> Labels:
        """(U, W) how wide the publisher's own range was over the five years to each year."""
        return np.array([[self._label(u, y) for y in years] for u in units])

    def _label(
        self,
        unit: str,
        year: int,
    ) -> str:
        years = range(year - YEARS + 1, year + 1)
        sums = [self._years.get((unit, y), (0.0, 0.0)) for y in years]
        best = sum(s[0] for s in sums)
        return NOTHING if best == 0 else _width_in_words(sum(s[1] for s in sums) / best)

    def behind(
        self,
        code: str,
        month: str,
    ) -> str:
        """What stands behind the count of a month: its events, and the largest record where event files are held."""
        events = self._events.get((code, month), [])
        if events:
            return _largest(events)
        row = self._months.get((code, month))
        if row is None:
            return "No event records of this month are in the lake."
        return _counted(row) + self._hint(code, month)

    def _hint(
        self,
        code: str,
        month: str,
    ) -> str:
        """That summaries are likely in a month's count, where they are."""
        times = self._times_as_dense(code, month)
        return "" if times < DENSE else f" {times:.0f} {SUMMARIES}"

    def _times_as_dense(
        self,
        code: str,
        month: str,
    ) -> float:
        """Deaths a record of a month over the median of the months around it."""
        around = [self._months.get((code, m)) for m in _months_around(month)]
        dense = [_density(r) for r in around if r and _records(r)]
        own = self._months[code, month]
        if not dense or not _records(own):
            return 0.0
        return float(_density(own) / max(float(np.median(dense)), 1.0))


def _largest(events: Rows) -> str:
    """The event record with the most deaths, and how many days it sums up."""
    top = max(events, key=lambda r: (r["fatalities_best"], r["event_id"]))
    which = f"{top['event_id']}, {top['fatalities_best']:,} deaths"
    return f"Largest of {len(events):,} records: {which}{_summed_up(top)}"


def _summed_up(event: Row) -> str:
    days = (event["end_date"] - event["start_date"]).days + 1
    return f", one summary of {days} days." if days > LONG else "."


def _counted(row: Row) -> str:
    """What a month's count is made of."""
    what = ", ".join(f"{n:,} {k}" for k in KINDS if (n := _events_of(row, k)))
    deaths = f"{row['fatalities_best']:,} deaths"
    return f"UCDP GED {row['release']}: {deaths} in {_records(row):,} records ({what})."


def _width_in_words(width: float) -> str:
    return next((label for edge, label in WIDTHS if width <= edge), WIDEST)


def _months_around(month: str) -> Iterator[str]:
    at = int(month[:4]) * 12 + int(month[5:]) - 1
    for m in range(at - AROUND, at + AROUND + 1):
        if m != at:
            yield f"{m // 12}-{m % 12 + 1:02d}"


def _density(row: Row) -> float:
    """Deaths a record."""
    return float(row["fatalities_best"] / _records(row))


def _events_of(row: Row, kind: str) -> int:
    return row[f"{kind.replace('-', '_')}_events"] or 0


def _records(row: Row) -> int:
    """Event records behind a month's count."""
    return sum(_events_of(row, k) for k in KINDS)
