"""Operations on public figures: countries, forecasts and their months, deaths by month and year, treaties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from upstander.core.messages import say
from upstander.core.places import Place
from upstander.core.treaties import TWELVE, instruments
from upstander.forecast import targets
from upstander.report import place_figures, situation
from upstander.report.as_of_data import Known
from upstander.report.fan_chart import FanMonth
from upstander.report.history import Month, Year
from upstander.report.probabilities import Chance
from upstander.report.treaty_status import TreatyStatus, statuses
from upstander.web.api.operation import TABLES, Call, Found, Operation, one, sliced
from upstander.web.api.parameters import (
    PLACES,
    THE_PLACE,
    Parameter,
    month,
    one_of,
    refused,
)
from upstander.web.api.rows_of_figures import (
    Country,
    Forecast,
    ForecastMonth,
    Treaty,
    ViolenceMonth,
    ViolenceYear,
)

HORIZONS = {"yearly": "country-year", "rolling": "country-month"}
MONTH = {"type": "string", "pattern": "^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"}
NEEDED = Parameter(PLACES.name, PLACES.words, PLACES.schema, PLACES.read, is_required=True)
TARGET = one_of("target", "Id of one event.", tuple(t.id for t in targets.TARGETS))
HORIZON = one_of(
    "horizon",
    "Calendar years (yearly), or the months after the last one of data (rolling).",
    tuple(HORIZONS),
)
SINCE = Parameter("from", "First month, as 2025-07.", MONTH, month)
UNTIL = Parameter("to", "Last month, as 2026-05.", MONTH, month)


def asked_places(call: Call) -> tuple[Place, ...]:
    """The places asked for, in the order of their codes; all listed ones where none is. Raises UnknownPlace."""
    codes = call.values["place"]
    if not codes:
        return tuple(sorted(call.known.listed, key=lambda p: p.code))
    return tuple(call.known.places.get(code) for code in sorted(codes))


# Countries


def countries(call: Call) -> Found:
    """Every place in one row."""
    lines = {x.code: x for x in call.request.figures[1].lines}
    rows = [lines[p.code] for p in asked_places(call) if p.code in lines]
    return sliced(call, rows, partial(country_row, call.known))


def country(call: Call) -> Found:
    """One place in one row. Raises UnknownPlace."""
    line = situation.situation(call.known, call.values["place"]).line
    return one(country_row(call.known, line))


def country_row(known: Known, line: situation.Line) -> Country:
    """A line of the list as a row."""
    band, head = line.band, line.headline
    names = ("target", "event", "probability", "low", "high", "base_rate", "basis")
    ranks = ("rank_low", "rank_high", "of")
    said: dict[str, Any] = {n: getattr(head, n) if head else None for n in (*names, *ranks)}
    notes = (line.note, head.note if head else "")
    return Country(
        place=line.code,
        name=line.name,
        kind=line.kind,
        region=line.region,
        m49=known.places.get(line.code).m49,
        outlook_band=band.number if band else None,
        outlook_band_name=band.name if band else None,
        is_ongoing=line.ongoing,
        trend=line.trend.sentence,
        note=" ".join(dict.fromkeys(n for n in notes if n)),
        **made_from(known),
        **said,
    )


def made_from(known: Known) -> dict[str, Any]:
    """The day and the issue that a row speaks from."""
    return {"as_of": known.as_of, "issue": known.issue.meta["id"] if known.issue else None}


# Forecasts


def forecasts(call: Call) -> Found:
    """Probabilities by place and event; of a map there is one of them for each place."""
    if call.values["format"] == "geojson" and call.values["target"] is None:
        raise refused("target", say("web.api_map_of_one"))
    wanted = [t.id for t in targets.TARGETS if _is_wanted(call, t)]
    found = [(p, t) for p in asked_places(call) for t in held(call.known, p, wanted)]
    return sliced(call, found, partial(forecast_row, call.known, {}))


def _is_wanted(call: Call, target: targets.Target) -> bool:
    id, horizon = call.values["target"], call.values["horizon"]
    is_of_horizon = horizon is None or target.level == HORIZONS[horizon]
    return id in (None, target.id) and is_of_horizon


def held(known: Known, place: Place, wanted: Sequence[str]) -> list[str]:
    """Those of the events that the issue holds for a place, in the order given."""
    found = {row["target"] for row in known.chances.get(place.code, [])}
    return [target for target in wanted if target in found]


def forecast_row(
    known: Known,
    made: dict[str, dict[str, Chance]],
    of: tuple[Place, str],
) -> Forecast:
    """One probability; those of a place are worked out once and kept in ``made`` for its other rows."""
    place, target = of
    if place.code not in made:
        found = situation.chances_of(known, place)
        made[place.code] = {chance.target: chance for chance in found}
    chance = made[place.code][target]
    left_out = ("label", "target")
    said = {k: v for k, v in vars(chance).items() if k not in left_out}
    level = targets.get(target).level
    return Forecast(
        place=place.code,
        name=place.name,
        target=target,
        horizon=next(name for name, of in HORIZONS.items() if of == level),
        event=chance.event,
        **said,
        **made_from(known),
    )


def forecast_months(call: Call) -> Found:
    """Quantiles of deaths in the coming months."""
    rows = [(p, m) for p in asked_places(call) for m in fan(call.known, p)]
    return sliced(call, rows, partial(fan_row, call.known))


def fan(known: Known, place: Place) -> Sequence[FanMonth]:
    """Quantiles of a place's coming months."""
    return known.fan_of(place_figures.forecast_code(known, place))


def fan_row(known: Known, of: tuple[Place, FanMonth]) -> ForecastMonth:
    """One coming month as a row."""
    return ForecastMonth(place=of[0].code, **vars(of[1]), **made_from(known))


# Deaths


def violence_months(call: Call) -> Found:
    """Deaths by month and type."""
    since, until = call.values["from"], call.values["to"]
    rows = [
        (place, m)
        for place in asked_places(call)
        for m in place_figures.months(call.known, place)
        if (since is None or since <= m.month) and (until is None or m.month <= until)
    ]
    return sliced(call, rows, partial(month_row, call.known))


def month_row(known: Known, of: tuple[Place, Month]) -> ViolenceMonth:
    """One counted month as a row."""
    place, found = of
    kinds = ("month", "deaths", "state_based", "non_state", "one_sided")
    return ViolenceMonth(
        place=place.code,
        counted_under=place_figures.host_name(known, place),
        **{name: getattr(found, name) for name in (*kinds, "source", "definition")},
        is_provisional=found.provisional,
        as_of=known.as_of,
    )


def violence_years(call: Call) -> Found:
    """Deaths by year and type."""
    rows = [(p, y) for p in asked_places(call) for y in place_figures.years(call.known, p)]
    return sliced(call, rows, partial(year_row, call.known))


def year_row(known: Known, of: tuple[Place, Year]) -> ViolenceYear:
    """One counted year as a row."""
    place, found = of
    kinds = ("year", "state_based", "non_state", "one_sided", "unnamed", "total")
    return ViolenceYear(
        place=place.code,
        counted_under=place_figures.host_name(known, place),
        **{name: getattr(found, name) for name in (*kinds, "source", "definition")},
        is_provisional=found.provisional,
        as_of=known.as_of,
    )


# Treaties


def treaties(call: Call) -> Found:
    """Where States stand on each instrument."""
    return sliced(call, list(_standings(call)), partial(treaty_row, call.known))


def _standings(call: Call) -> Iterator[tuple[Place, TreatyStatus]]:
    known = call.known
    if "treaty_act" not in known.tables:
        return
    for place in asked_places(call):
        acts = known.acts.get(place.code, [])
        for found in statuses(acts, known.known_to, known.as_of, tuple(instruments())):
            yield place, found


def treaty_row(known: Known, of: tuple[Place, TreatyStatus]) -> Treaty:
    """A State's standing on one instrument as a row."""
    place, found = of
    said = {k: v for k, v in vars(found).items() if k != "short"}
    is_listed = found.instrument in TWELVE
    return Treaty(place=place.code, is_listed=is_listed, as_of=known.as_of, **said)


MAPPED = (*TABLES, "geojson")
OPERATIONS = (
    Operation(
        "countries",
        "/v1/countries",
        "Every place in one row: outlook, interval, base rate, rank range.",
        Country,
        countries,
        (PLACES,),
        formats=MAPPED,
    ),
    Operation(
        "country",
        "/v1/countries/{place}",
        "One place in one row.",
        Country,
        country,
        (THE_PLACE,),
        formats=("json",),
        is_one=True,
    ),
    Operation(
        "forecasts",
        "/v1/forecasts",
        "Probabilities by place and event, yearly and rolling.",
        Forecast,
        forecasts,
        (PLACES, TARGET, HORIZON),
        formats=MAPPED,
    ),
    Operation(
        "forecast_months",
        "/v1/forecasts/months",
        "Deaths in each coming month: quantiles of the draws.",
        ForecastMonth,
        forecast_months,
        (PLACES,),
    ),
    Operation(
        "violence_months",
        "/v1/violence/months",
        "Deaths in organised violence by month and type.",
        ViolenceMonth,
        violence_months,
        (NEEDED, SINCE, UNTIL),
    ),
    Operation(
        "violence_years",
        "/v1/violence/years",
        "Deaths in organised violence by year and type.",
        ViolenceYear,
        violence_years,
        (PLACES,),
    ),
    Operation(
        "treaties",
        "/v1/treaties",
        "Where States stand on each instrument, and since when.",
        Treaty,
        treaties,
        (PLACES,),
    ),
)
