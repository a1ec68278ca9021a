"""How complete first reports are: what a month was first printed with, against what its consolidated release has.

It is said beside every recent figure and never multiplied in: the past of a region is no promise for a place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.messages import say
from upstander.core.months import months_from_to
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.lake import precedence
from upstander.lake.precedence import Voice
from upstander.report.history import by_kind

if TYPE_CHECKING:
    from upstander.report.as_of_data import Known

FEWEST = 6  # months with both counts; fewer tell nothing of a range
CONSOLIDATED = tuple(v for v in precedence.TYPED if v.rank == precedence.FINAL)


@dataclass(frozen=True)
class Completeness:
    """How the consolidated counts of a region's months stood to what was first printed.

    Attributes:
        civilians: whether one-sided deaths alone are counted.
        low, high: least and greatest ratio, of the months with at least 25 deaths in first print.
        whole: ratio of the sums over all months that have both counts.
        first, last: the first and the last of those months.
    """

    region: str
    civilians: bool
    low: float
    high: float
    whole: float
    months: int
    first: date
    last: date

    def said(self, *, first: bool) -> str:
        """What stands beside a recent figure; ``first``: nothing of the region was said before."""
        if not self.civilians and not first:
            whole, low, high = self.whole, self.low, self.high
            return say("report.completeness_of_all", low=low, high=high, whole=whole)
        of_civilians = "report.completeness_of_civilians"
        return say(
            of_civilians if self.civilians else "report.completeness_of_all_alone",
            region=self.region,
            low=self.low,
            high=self.high,
            whole=self.whole,
            months=self.months,
            first=self.first,
            last=self.last,
        )


def of_region(data: Known, region: str, *, civilians: bool) -> Completeness | None:
    """The ratios in a region, of one-sided deaths or of all; None where fewer than six months have both counts.

    A month counts with at least 25 deaths in first print: below that a ratio is chance.
    """
    if "violence_month" not in data.tables:
        return None
    since = date(data.as_of.year - 2, 1, 1)  # the first that any first print may cover
    rows = _rows(data, region, since)
    printed = _sums(data, rows, since, precedence.FIRST_PRINTS, civilians)
    final = _sums(data, rows, since, CONSOLIDATED, civilians)
    both = [m for m in sorted(printed) if m in final]
    large = [m for m in both if printed[m] >= VIOLENT_YEAR]
    if len(large) < FEWEST:
        return None
    ratios = [final[m] / printed[m] for m in large]
    return Completeness(
        region=region,
        civilians=civilians,
        low=min(ratios),
        high=max(ratios),
        whole=sum(final[m] for m in both) / sum(printed[m] for m in both),
        months=len(large),
        first=both[0],
        last=both[-1],
    )


def _rows(data: Known, region: str, since: date) -> pa.Table:
    """Rows of violence_month of the region's places."""
    months = data.tables["violence_month"]
    codes = [p.code for p in data.places.current(data.as_of) if p.region == region]
    is_late = pc.greater_equal(months["month"], since)
    return months.filter(
        pc.and_(is_late, pc.is_in(months["country"], value_set=pa.array(codes)))
    )


def _sums(
    data: Known,
    rows: pa.Table,
    since: date,
    voices: tuple[Voice, ...],
    civilians: bool,
) -> dict[date, int]:
    """Deaths by month that the voices count; a month that none of them covers is absent."""
    covered = {
        month
        for release in data.releases
        if precedence.voice_of(release) in voices and release.places is None
        for month in months_from_to(max(release.first, since), release.last)
    }
    sums = dict.fromkeys(covered, 0)
    for voice in voices:
        for row in precedence.rows_of(rows, voice).to_pylist():
            if row["month"] in covered:
                sums[row["month"]] += (
                    by_kind(row)["one_sided"] if civilians else row["fatalities_best"]
                )
    return sums
