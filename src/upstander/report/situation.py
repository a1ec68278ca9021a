"""Situation: all we hold on one place as of a day. Pages, JSON and reports render it and add nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core.places import Place, Places
from upstander.core.thresholds import ONE_SIDED_MEANS, VIOLENT_YEAR
from upstander.core.types import CAVEAT
from upstander.forecast.targets import HEADLINE
from upstander.forecast.unmodelled import (
    BOOKING,
    NO_DATA_NOTE,
    OBSERVED,
    SHARED_FIGURE,
    borrows_nothing,
    host_of,
)
from upstander.lake import Release, precedence
from upstander.report import as_of_data as known
from upstander.report import bands, history, mandate, words
from upstander.report.as_of_data import Issue, Known, Reads
from upstander.report.drivers import Driver, drivers
from upstander.report.fan_chart import FanMonth
from upstander.report.probabilities import Chance, chance_of, in_order
from upstander.report.probability_changes import Moved, moved
from upstander.report.treaty_status import TreatyStatus, statuses

IN_LIST = (
    HEADLINE,
    "total_25",
    "total_100",
    "total_1000",
    "hard_onset",
)  # the targets a line of the list shows


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
class DataAge:
    """One source: its newest release known that day, and how old its last data are."""

    source: str
    title: str
    publisher: str
    release: str
    known_at: date
    basis: str
    first: date
    last: date
    age: str
    licence: str
    citation: str
    homepage: str


@dataclass(frozen=True)
class Head:
    """What every output carries: the day, the issue, the age of the data, the caveat and the mandate."""

    as_of: date
    issue_id: str | None
    issued_as_of: date | None
    last_data_month: date | None
    hindcast: bool
    forecast_note: str
    data_age: str
    caveat: str
    band_rule: str
    mandate: tuple[str, ...]
    one_sided_means: str = ONE_SIDED_MEANS


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
    trend: history.Trend
    reasons: tuple[Reason, ...]
    total_100: Chance | None = None
    total_25: Chance | None = None


@dataclass(frozen=True)
class Situation:
    """All we hold on one place as of a day.

    ``missing`` names what nobody could have read by then; ``moved`` is the change since the issue before,
    None where there is none or it held no forecast for the place. ``counted_under`` is the State whose deaths the
    months, the years and the fan are, None where they are the place's own.
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
    counted_under: str | None = None


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
        return tuple(line for line in self.lines if _is_raised(line) and _is_without_conflict(line))


def _is_raised(line: Line) -> bool:
    return line.band is not None and line.band.number >= bands.RAISED


def _is_without_conflict(line: Line) -> bool:
    """Whether fewer deaths than make a conflict were counted; what is not known is not peace."""
    year = line.last_year
    return year is not None and year.state_based is not None and year.state_based < VIOLENT_YEAR


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
    return situation(known.read(lake, places, issue, as_of=as_of, previous=previous), code)


def overview(lake: Reads, places: Places, issue: Issue | None, *, as_of: date) -> Overview:
    """Every place; each lake table is read once."""
    return overview_of(known.read(lake, places, issue, as_of=as_of))


def situation(held: Known, code: str) -> Situation:
    """One place's situation from what was already read."""
    place = held.places.get(code)
    monthly, yearly = _months(held, place), _years(held, place)
    mine = (chance_of(r, len(held.chances), held.ties) for r in held.chances.get(place.code, []))
    return Situation(
        head=head(held),
        line=_line(held, place),
        place=place,
        chances=in_order(mine, {y.year: y.total for y in yearly}),
        fan=held.fan_of(_forecast_code(held, place)),
        years=yearly,
        months=monthly,
        cases=() if _is_booked(held, place) else _cases(held, place),
        drivers=drivers(held.indicators, place.code),
        treaties=_treaties(held, place),
        ages=ages(held),
        missing=tuple(held.missing.values()),
        moved=None if _is_booked(held, place) else _moved(held, place.code),
        counted_under=_host_name(held, place),
    )


def overview_of(held: Known) -> Overview:
    """Every place from what was already read."""
    lines = [_line(held, place) for place in held.listed]
    lines.sort(
        key=lambda x: (x.headline is None, -(x.headline.probability if x.headline else 0), x.name)
    )
    return Overview(head(held), tuple(lines), ages(held), tuple(held.missing.values()))


def head(held: Known) -> Head:
    """What every output carries."""
    meta: dict[str, Any] = dict(held.issue.meta) if held.issue else {}
    hindcast = bool(meta.get("hindcast", False))
    note = (
        f"Forecast {meta['id']}"
        + (", a hindcast: final data cut by publication lag" if hindcast else "")
        if meta
        else ("No forecast had been issued by this day; only what was published by then is shown.")
    )
    return Head(
        held.as_of,
        meta.get("id"),
        _day(meta.get("as_of")),
        _day(meta.get("last_month")),
        hindcast,
        note,
        _age_sentence(held),
        CAVEAT,
        bands.RULE,
        mandate.citations(),
    )


def ages(held: Known) -> tuple[DataAge, ...]:
    """The newest release of each source, by title."""
    newest: dict[str, Release] = {}
    for r in held.releases:
        if r.source not in newest or r.last >= newest[r.source].last:
            newest[r.source] = r
    rows = [
        DataAge(
            r.source,
            r.title,
            r.publisher,
            r.release,
            r.known_at,
            r.basis,
            r.first,
            r.last,
            words.age(r.last, held.as_of),
            r.licence,
            r.citation,
            r.homepage,
        )
        for r in newest.values()
    ]
    return tuple(sorted(rows, key=lambda a: a.title))


def _age_sentence(held: Known) -> str:
    violence = [r for r in held.releases if precedence.voice_of(r) in precedence.RELEASED]
    if not violence:
        return "No data on violence had been published by this day."
    last = max(r.last for r in violence)
    return f"Data on violence to {words.day(last)}, {words.age(last, held.as_of)} old on {words.day(held.as_of)}."


def _bookkeeping(place: Place, held: Known) -> str:
    """The place's note where today's figures are shared with another place; history stays on its own page."""
    hosts = {held.places.get(c).booked_under for c in SHARED_FIGURE}
    return place.note if place.booked_under or place.code in hosts else ""


def _line(held: Known, place: Place) -> Line:
    rows = {r["target"]: r for r in held.chances.get(place.code, [])}
    chances = {t: chance_of(rows[t], len(held.chances), held.ties) for t in IN_LIST if t in rows}
    all_years = _years(held, place)
    last_year = all_years[-1] if all_years else None
    ongoing = bands.is_ongoing(last_year)
    main = chances.get(HEADLINE)
    return Line(
        place.code,
        place.name,
        place.kind,
        place.region,
        _bookkeeping(place, held),
        bands.band(main.probability, main.base_rate, ongoing) if main else None,
        ongoing,
        main,
        chances.get("total_1000"),
        chances.get("hard_onset"),
        last_year,
        _trend(held, place),
        _reasons(held, place),
        chances.get("total_100"),
        chances.get("total_25"),
    )


def _trend(held: Known, place: Place) -> history.Trend:
    if not _is_counted(held, place):
        return history.Trend(
            f"No source counts deaths in {place.name} apart, so no change can be given.", False
        )
    code = _counted_under(held, place)
    is_known = "violence_month" in held.tables
    newest = (
        history.months(held.months.get(code, []), held.heard, code, history.SPAN_OF_TREND)
        if is_known
        else ()
    )
    return history.trend(newest, held.months, held.heard, code)


def violence(held: Known, place: Place) -> tuple[bool | None, bool | None]:
    """Whether mass violence was ongoing in the last complete year, and in any of the five before; None is not known."""
    years = [bands.is_ongoing(y) for y in _years(held, place)]
    last, before = (years[-1] if years else None), years[-6:-1]
    known = len(before) == 5 and None not in before
    return last, True if True in before else False if known else None


def _counted_under(held: Known, place: Place) -> str:
    """The code whose figures a place's deaths stand in."""
    host = host_of(place)
    return host if host and place.code not in held.months else place.code


def _host_name(held: Known, place: Place) -> str | None:
    code = _counted_under(held, place)
    return None if code == place.code else held.places.get(code).name


def _is_counted(held: Known, place: Place) -> bool:
    """Whether any source speaks for the deaths of this place; a territory that is only said to be part of a State is not."""
    return place.booked_under is None or host_of(place) is not None or place.code in held.months


def _forecast_code(held: Known, place: Place) -> str:
    return place.booked_under if place.booked_under and _is_booked(held, place) else place.code


def _is_booked(held: Known, place: Place) -> bool:
    """Whether the issue gave the place another one's figure."""
    return any(r["basis"] == "booked" for r in held.chances.get(place.code, [])[:1])


def _months(held: Known, place: Place) -> tuple[history.Month, ...]:
    code = _counted_under(held, place)
    if "violence_month" not in held.tables or not _is_counted(held, place):
        return ()
    return held.months_of(code)


def _years(held: Known, place: Place) -> tuple[history.Year, ...]:
    if not _is_counted(held, place):
        return ()
    code = _counted_under(held, place)
    found = held.years_of(code)
    return tuple(
        y for y in found if place.start is None or code != place.code or y.year >= place.start.year
    )


def _reasons(held: Known, place: Place) -> tuple[Reason, ...]:
    if _is_booked(
        held, place
    ):  # also in issues made when such a place was given its host's reasons
        host = held.places.get(str(place.booked_under)).name
        return (Reason(BOOKING, 0.0, borrows_nothing(place.name, host)),)
    unmodelled = [
        r["note"] or NO_DATA_NOTE
        for r in held.chances.get(place.code, [])[:1]
        if r["basis"] == "no_data"
    ]
    if unmodelled:
        return (Reason(OBSERVED, 0.0, unmodelled[0]),)
    mine = [r for r in held.reasons.get(place.code, []) if r["target"] == HEADLINE]
    mine.sort(key=lambda r: -abs(r["contribution"]))
    return tuple(Reason(r["family"], r["contribution"], r["text"]) for r in mine)


def _moved(held: Known, code: str) -> Moved | None:
    if held.previous is None:
        return None
    now, before = held.chances.get(code, []), held.chances_before.get(code, [])
    return moved(
        now,
        held.reasons.get(code, []),
        before,
        held.reasons_before.get(code, []),
        held.previous.meta,
    )


def _cases(held: Known, place: Place) -> tuple[Case, ...]:
    rows = sorted(held.cases.get(place.code, []), key=lambda r: r["rank"])
    return tuple(
        Case(
            r["case_unit"],
            held.places.get(r["case_unit"]).name,
            r["case_year"],
            r["distance"],
            r["one_sided_next"],
            r["total_next"],
        )
        for r in rows
    )


def _treaties(held: Known, place: Place) -> tuple[TreatyStatus, ...]:
    if "treaty_act" not in held.tables:
        return ()
    return statuses(held.acts.get(place.code, []), held.known_to)


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) or value is None else date.fromisoformat(str(value))
