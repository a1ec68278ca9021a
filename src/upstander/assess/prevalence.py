"""How often each factor stood before past cases, and in quiet years: our own coding from public series (R07).

A case is a country-year in which at least 100 civilians were killed in one-sided violence after five years with fewer.
A quiet year is one with fewer than 25, after five such years. What stood is read in the year before. A share is no
cause: the same factors stand in many quiet years, which is why both are always said together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from upstander.assess.data_files import data_of
from upstander.assess.proxies import Series, Values
from upstander.core.messages import say
from upstander.core.thresholds import MASS_ONE_SIDED, VIOLENT_YEAR

CASE, QUIET, YEARS_BEFORE = MASS_ONE_SIDED, VIOLENT_YEAR, 5
PlaceYear = tuple[str, int]
OneSided = Mapping[
    str, Mapping[int, float]
]  # killed in one-sided violence, by place and year
_Fits = Callable[[float, Sequence[float]], bool]  # of a year and the five before it


@dataclass(frozen=True)
class StandIn:
    """A public series that stands for a factor; see the head of ``prevalence.toml``."""

    factor: str
    indicator: str
    label: str
    worse: str
    value: float = 0.0


@dataclass(frozen=True)
class Prevalence:
    """In how many past cases a factor's stand-in stood, and in how many quiet country-years; of those it is known for."""

    factor: str
    label: str
    cases: int
    of_cases: int
    quiet: int
    of_quiet: int

    @property
    def words(self) -> str:
        """As shown beside the factor; both shares or neither."""
        if not self.of_cases or not self.of_quiet:
            return say("assess.not_known_for_past_cases", label=self.label)
        share = 100 * self.quiet / self.of_quiet
        return say(
            "assess.seen_in_of_past_cases_in_the",
            cases=self.cases,
            of_cases=self.of_cases,
            label=self.label,
            quiet=self.quiet,
            of_quiet=self.of_quiet,
            share=f"{share:.0f}",
        )


@cache
def stand_ins() -> tuple[StandIn, ...]:
    """Every stand-in, in the order of the factors."""
    return tuple(StandIn(**row) for row in data_of("prevalence.toml")["stand_in"])


def past_cases(one_sided: OneSided) -> tuple[PlaceYear, ...]:
    """Country-years in which mass killing of civilians began, by place and year."""
    return tuple(_years(one_sided, lambda now, before: now >= CASE and max(before) < CASE))


def quiet_years(one_sided: OneSided) -> tuple[PlaceYear, ...]:
    """Country-years with little or no killing of civilians, after five such years."""
    return tuple(_years(one_sided, lambda now, before: now < QUIET and max(before) < QUIET))


def _years(one_sided: OneSided, fits: _Fits) -> Iterator[PlaceYear]:
    for place in sorted(one_sided):
        counts = one_sided[place]
        for year in sorted(counts):
            before = [counts[y] for y in range(year - YEARS_BEFORE, year) if y in counts]
            if len(before) == YEARS_BEFORE and fits(counts[year], before):
                yield place, year


def prevalence(series: Series, one_sided: OneSided) -> tuple[Prevalence, ...]:
    """Every factor's prevalence, from series by indicator, place and year."""
    cases, quiet = past_cases(one_sided), quiet_years(one_sided)
    return tuple(_of(s, series.get(s.indicator, {}), cases, quiet) for s in stand_ins())


def _of(
    stand_in: StandIn,
    values: Mapping[str, Values],
    cases: Sequence[PlaceYear],
    quiet: Sequence[PlaceYear],
) -> Prevalence:
    stood = _stood(
        stand_in, {(place, year): v for place, own in values.items() for year, v in own}
    )
    in_cases, in_quiet = _year_before(cases, stood), _year_before(quiet, stood)
    return Prevalence(
        factor=stand_in.factor,
        label=stand_in.label,
        cases=sum(in_cases),
        of_cases=len(in_cases),
        quiet=sum(in_quiet),
        of_quiet=len(in_quiet),
    )


def _year_before(years: Sequence[PlaceYear], stood: Mapping[PlaceYear, bool]) -> list[bool]:
    """Whether it stood in the year before each, where that is known."""
    before = ((place, year - 1) for place, year in years)
    return [stood[key] for key in before if key in stood]


def _stood(
    stand_in: StandIn, values: Mapping[PlaceYear, float]
) -> Mapping[PlaceYear, bool]:
    """Whether the stand-in stood, by place and year."""
    if stand_in.worse == "at_least":
        return {key: value >= stand_in.value for key, value in values.items()}
    sign = -1 if stand_in.worse == "low" else 1
    signed = {key: sign * value for key, value in values.items()}
    bars = _bars(signed)
    return {key: value >= bars[key[1]] for key, value in signed.items()}


def _bars(values: Mapping[PlaceYear, float]) -> dict[int, float]:
    """By year, from where on a value is in the worst third."""
    by_year: dict[int, list[float]] = {}
    for (_, year), value in values.items():
        by_year.setdefault(year, []).append(value)
    return {year: sorted(own)[len(own) * 2 // 3] for year, own in by_year.items()}
