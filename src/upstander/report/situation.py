"""Situation: all we hold on one place as of a day. Pages, JSON and reports render it and add nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core.messages import restored
from upstander.core.places import Place, Places
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.forecast.targets import HEADLINE, YEARLY_HEADLINE, headline_in
from upstander.forecast.unmodelled import (
    BOOKING,
    OBSERVED,
    SHARED_FIGURE,
    borrows_nothing,
    no_data_note,
)
from upstander.report import as_of_data, bands, history, place_figures
from upstander.report.actors import Actor, actors_of
from upstander.report.as_of_data import Issue, Known, Reads
from upstander.report.completeness import Completeness, of_region
from upstander.report.drivers import Driver, drivers
from upstander.report.fan_chart import FanMonth
from upstander.report.head import DataAge, Head, ages, head
from upstander.report.probabilities import Chance, chance_of, in_order
from upstander.report.probability_changes import Moved, Told, moved
from upstander.report.treaty_status import TreatyStatus, statuses
from upstander.report.trend import Trend

# The targets a line of the list shows.
IN_LIST = (HEADLINE, YEARLY_HEADLINE, "total_25", "total_100", "total_1000", "hard_onset")


@dataclass(frozen=True)
class Reason:
    """What one family of features adds to the typical place's log odds, and the sentence that says it.

    ``family`` is ``booking`` where the figure is another State's, ``observed`` where no model speaks of the place: the
    sentence says so and nothing is added.
    """

    family: str
    contribution: float
    text: str

    @property
    def is_told_alone(self) -> bool:
        """Whether it says why there are no reasons."""
        return self.family in (BOOKING, OBSERVED)


@dataclass(frozen=True)
class Case:
    """A similar past case, and what followed in the year after."""

    code: str
    place: str
    year: int
    distance: float
    one_sided_next: int
    total_next: int


@dataclass(frozen=True)
class Line:
    """One place on the watchlist."""

    code: str
    name: str
    kind: str
    region: str
    note: str
    band: bands.Band | None
    ongoing: bool | None
    headline: Chance | None
    total_1000: Chance | None
    hard_onset: Chance | None
    last_year: history.Year | None
    last_twelve: history.LastTwelve | None
    trend: Trend
    reasons: tuple[Reason, ...]
    total_100: Chance | None = None
    total_25: Chance | None = None


@dataclass(frozen=True)
class Situation:
    """All we hold on one place as of a day.

    ``missing`` names what nobody could have read by then; ``moved`` is the change since the issue before,
    None where there is none or it held no forecast for the place. ``counted_under`` is the State whose deaths the
    months, the years, the actors and the fan are, None where they are the place's own.
    """

    head: Head
    line: Line
    place: Place
    chances: tuple[Chance, ...]
    fan: tuple[FanMonth, ...]
    years: tuple[history.Year, ...]
    months: tuple[history.Month, ...]
    cases: tuple[Case, ...]
    drivers: tuple[Driver, ...]
    treaties: tuple[TreatyStatus, ...]
    ages: tuple[DataAge, ...]
    missing: tuple[str, ...]
    moved: Moved | None = None
    completeness: tuple[Completeness, ...] = ()
    counted_under: str | None = None
    actors: tuple[Actor, ...] | None = None


@dataclass(frozen=True)
class Overview:
    """Every place at once, highest probability first; places without a forecast last, by name."""

    head: Head
    lines: tuple[Line, ...]
    ages: tuple[DataAge, ...]
    missing: tuple[str, ...]

    @property
    def ongoing(self) -> tuple[Line, ...]:
        """Places where mass violence is ongoing."""
        return tuple(line for line in self.lines if line.ongoing)

    @property
    def prevention(self) -> tuple[Line, ...]:
        """All other places: where there is something to prevent."""
        return tuple(line for line in self.lines if not line.ongoing)

    @property
    def outside_conflict(self) -> tuple[Line, ...]:
        """Places whose outlook is raised though no armed conflict of the State was counted in the last complete year (R02)."""
        return tuple(
            line for line in self.lines if _is_raised(line) and _is_without_conflict(line)
        )


def _is_raised(line: Line) -> bool:
    return line.band is not None and line.band.number >= bands.RAISED


def _is_without_conflict(line: Line) -> bool:
    """Whether fewer deaths than make a conflict were counted; what is not known is not peace."""
    year = line.last_year
    return (
        year is not None
        and year.state_based is not None
        and year.state_based < VIOLENT_YEAR
    )


def build(
    lake: Reads,
    places: Places,
    issue: Issue | None,
    code: str,
    *,
    as_of: date,
    previous: Issue | None = None,
) -> Situation:
    """One place's situation.

    Raises:
        UnknownPlace: no such place; the message names the nearest.
    """
    data = as_of_data.read(lake, places, issue, as_of=as_of, previous=previous)
    return situation(data, code)


def overview(
    lake: Reads,
    places: Places,
    issue: Issue | None,
    *,
    as_of: date,
) -> Overview:
    """Every place; each lake table is read once."""
    return overview_of(as_of_data.read(lake, places, issue, as_of=as_of))


def situation(data: Known, code: str) -> Situation:
    """One place's situation from what was already read."""
    place = data.places.get(code)
    years = place_figures.years(data, place)
    is_booked = place_figures.is_booked(data, place)
    cases = () if is_booked else _cases(data, place)
    moved = None if is_booked else moved_of(data, place.code)
    return Situation(
        head=head(data),
        line=line_of(data, place),
        place=place,
        chances=chances_of(data, place),
        fan=data.fan_of(place_figures.forecast_code(data, place)),
        years=years,
        months=place_figures.months(data, place),
        cases=cases,
        drivers=drivers(data.indicators, place.code),
        treaties=_treaties(data, place),
        ages=ages(data),
        missing=_missing(data),
        completeness=_completeness(data, place),
        moved=moved,
        counted_under=place_figures.host_name(data, place),
        actors=actors_of(data, place),
    )


def chances_of(data: Known, place: Place) -> tuple[Chance, ...]:
    """Every probability of a place, as a reader meets them; none where no issue holds any."""
    years, of = place_figures.years(data, place), len(data.chances)
    chances = (chance_of(row, of, data.ties) for row in data.chances.get(place.code, []))
    return in_order(chances, {year.year: year.total for year in years})


def overview_of(data: Known) -> Overview:
    """Every place from what was already read."""
    lines = sorted((line_of(data, place) for place in data.listed), key=_by_probability)
    return Overview(head(data), tuple(lines), ages(data), _missing(data))


def _completeness(data: Known, place: Place) -> tuple[Completeness, ...]:
    """How complete first reports were in the place's region: of civilians killed deliberately, and of all deaths."""
    found = (of_region(data, place.region, civilians=c) for c in (True, False))
    return tuple(c for c in found if c is not None)


def _missing(data: Known) -> tuple[str, ...]:
    """What nobody could have read by the day, and what the forecast had to leave out."""
    meta: Mapping[str, Any] = data.issue.meta if data.issue else {}
    left_out = (restored(line) for line in meta.get("left_out", ()))
    return (*data.missing.values(), *left_out)


def _by_probability(line: Line) -> tuple[bool, float, str]:
    probability = line.headline.probability if line.headline else 0
    return line.headline is None, -probability, line.name


def _bookkeeping(place: Place, data: Known) -> str:
    """The place's note where today's figures are shared with another place; history stays on its own page."""
    hosts = {data.places.get(code).booked_under for code in SHARED_FIGURE}
    return place.note if place.booked_under or place.code in hosts else ""


def line_of(data: Known, place: Place) -> Line:
    """One place of the list."""
    chances = _listed_chances(data, place)
    main = chances.get(headline_in(chances))
    years = place_figures.years(data, place)
    last_year = years[-1] if years else None
    ongoing = place_figures.is_ongoing(data, place)
    return Line(
        code=place.code,
        name=place.name,
        kind=place.kind,
        region=place.region,
        note=_bookkeeping(place, data),
        band=bands.band(main.probability, main.base_rate, ongoing) if main else None,
        ongoing=ongoing,
        headline=main,
        total_1000=chances.get("total_1000"),
        hard_onset=chances.get("hard_onset"),
        last_year=last_year,
        last_twelve=place_figures.last_twelve(data, place),
        trend=place_figures.trend_of(data, place),
        reasons=_reasons(data, place),
        total_100=chances.get("total_100"),
        total_25=chances.get("total_25"),
    )


def _listed_chances(data: Known, place: Place) -> dict[str, Chance]:
    rows = {row["target"]: row for row in data.chances.get(place.code, [])}
    of = len(data.chances)
    return {t: chance_of(rows[t], of, data.ties) for t in IN_LIST if t in rows}


def _reasons(data: Known, place: Place) -> tuple[Reason, ...]:
    # Also in issues made when such a place was given its host's reasons.
    if place_figures.is_booked(data, place):
        host = data.places.get(str(place.booked_under)).name
        return (Reason(BOOKING, 0.0, borrows_nothing(place.name, host)),)
    first = next(iter(data.chances.get(place.code, [])), None)
    if first is not None and first["basis"] == "no_data":
        return (Reason(OBSERVED, 0.0, restored(first["note"] or "") or no_data_note()),)
    held = data.reasons.get(place.code, [])
    main = headline_in({r["target"] for r in held})
    rows = [r for r in held if r["target"] == main]
    rows.sort(key=lambda r: -abs(r["contribution"]))
    return tuple(Reason(r["family"], r["contribution"], _sentence(r)) for r in rows)


def _sentence(row: Mapping[str, Any]) -> str:
    """The reason's message; issues of before messages had ids hold the sentence."""
    return restored(row["message"]) if "message" in row else str(row["text"])


def moved_of(data: Known, code: str) -> Moved | None:
    """One place's change since the issue before; None where there is none or it held no forecast of the place."""
    if data.previous is None:
        return None
    now = Told(data.chances.get(code, []), data.reasons.get(code, []))
    before = Told(data.chances_before.get(code, []), data.reasons_before.get(code, []))
    return moved(now, before, data.previous.meta)


def _cases(data: Known, place: Place) -> tuple[Case, ...]:
    rows = sorted(data.cases.get(place.code, []), key=lambda r: r["rank"])
    return tuple(_case(row, data.places) for row in rows)


def _case(row: Mapping[str, Any], places: Places) -> Case:
    return Case(
        code=row["case_unit"],
        place=places.get(row["case_unit"]).name,
        year=row["case_year"],
        distance=row["distance"],
        one_sided_next=row["one_sided_next"],
        total_next=row["total_next"],
    )


def _treaties(data: Known, place: Place) -> tuple[TreatyStatus, ...]:
    if "treaty_act" not in data.tables:
        return ()
    return statuses(data.acts.get(place.code, []), data.known_to, data.as_of)
