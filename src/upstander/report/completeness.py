"""How complete first reports are: what a month was first printed with, against what its consolidated release has.

It is said beside every recent figure and never multiplied in: the past of a region is no promise for a place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from upstander.core.messages import say
from upstander.core.months import months_from_to
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.lake import precedence
from upstander.lake.derive import named_one_sided
from upstander.lake.precedence import Voice

if TYPE_CHECKING:
    from upstander.report.as_of_data import Known

FEWEST = 6  # months with both counts; fewer tell nothing of a range
Sums = Mapping[date, int]  # deaths of a region by month


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
    if (region, civilians) not in data.complete:
        data.complete[region, civilians] = _of_region(data, region, civilians)
    return data.complete[region, civilians]


def _of_region(data: Known, region: str, civilians: bool) -> Completeness | None:
    if "violence_month" not in data.tables:
        return None
    printed = _sums(data, region, precedence.FIRST_PRINTS, civilians)
    final = _sums(data, region, _consolidated(), civilians)
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


def _consolidated() -> tuple[Voice, ...]:
    return tuple(v for v in precedence.TYPED if v.rank == precedence.FINAL)


def _sums(
    data: Known, region: str, voices: tuple[Voice, ...], civilians: bool
) -> dict[date, int]:
    """Deaths by month that the voices count in the region; a month that none of them covers is absent."""
    covered = {
        month
        for release in data.releases
        if precedence.voice_of(release) in voices and release.places is None
        for month in _months(data, release.first, release.last)
    }
    sums: Counter[date] = Counter(dict.fromkeys(covered, 0))
    for month, deaths in _counts(data, region, voices, civilians):
        if month in covered:
            sums[month] += deaths
    return dict(sums)


def _months(data: Known, first: date, last: date) -> Iterator[date]:
    """The months of a release from the first that any first print may cover."""
    yield from months_from_to(max(first, date(data.as_of.year - 2, 1, 1)), last)


def _counts(
    data: Known, region: str, voices: tuple[Voice, ...], civilians: bool
) -> Iterator[tuple[date, int]]:
    codes = {p.code for p in data.places.current(data.as_of) if p.region == region}
    for voice in voices:
        rows = precedence.rows_of(data.tables["violence_month"], voice)
        names = ("country", "month", "fatalities_best", "one_sided_best")
        columns = [rows[c].to_pylist() for c in (*names, "one_sided_unnamed_best")]
        for country, month, total, one_sided, unnamed in zip(*columns, strict=True):
            if country in codes:
                killed = named_one_sided(one_sided or 0, unnamed or 0)
                yield month, killed if civilians else total
