"""Whose figures a place's deaths and forecast are: its own, or those of the State that it is booked under."""

from __future__ import annotations

from upstander.core.messages import say
from upstander.core.places import Place
from upstander.forecast.unmodelled import host_of
from upstander.report import history, trend
from upstander.report.as_of_data import Known

YEARS_BEFORE = 5  # looked at beside the last complete year


def trend_of(data: Known, place: Place) -> trend.Trend:
    """The last months of the place against earlier ones."""
    if not is_counted(data, place):
        sentence = say("report.no_source_counts_deaths_in_apart_so", name=place.name)
        return trend.Trend(sentence, False)
    code = counted_under(data, place)
    return trend.of(_newest_months(data, place), data.months, data.heard, code)


def violence(data: Known, place: Place) -> tuple[bool | None, bool | None]:
    """Whether mass violence is ongoing, and was in any of the five complete years before the last; None is not known."""
    yearly = [
        history.is_mass_violence(year.total, year.one_sided) for year in years(data, place)
    ]
    now = is_ongoing(data, place)
    before = yearly[-1 - YEARS_BEFORE : -1]
    if True in before:
        return now, True
    all_known = len(before) == YEARS_BEFORE and None not in before
    return now, False if all_known else None


def last_twelve(data: Known, place: Place) -> history.LastTwelve | None:
    """The last twelve months known of the place, provisional ones included."""
    newest = history.last_twelve(_newest_months(data, place))
    if newest is None or not history.is_mass_violence(newest.total, newest.one_sided):
        return newest
    return history.last_twelve(months(data, place))  # it may have begun before the newest


def is_ongoing(data: Known, place: Place) -> bool | None:
    """Whether the last twelve months known are mass violence; the last complete year where they are not known by type."""
    twelve = last_twelve(data, place)
    if twelve is not None:
        now = history.is_mass_violence(twelve.total, twelve.one_sided)
        if now is not None:
            return now
    counted = years(data, place)
    last = counted[-1] if counted else None
    return history.is_mass_violence(last.total, last.one_sided) if last else None


def host_name(data: Known, place: Place) -> str | None:
    """The State whose deaths the place's are, None where they are its own."""
    code = counted_under(data, place)
    return None if code == place.code else data.places.get(code).name


def counted_under(data: Known, place: Place) -> str:
    """The code whose figures a place's deaths stand in."""
    host = host_of(place)
    return host if host and place.code not in data.months else place.code


def is_counted(data: Known, place: Place) -> bool:
    """Whether any source speaks for the deaths of this place; a territory that is only said to be part of a State is not."""
    return place.kind != "invented" and (
        place.booked_under is None
        or host_of(place) is not None
        or place.code in data.months
    )


def forecast_code(data: Known, place: Place) -> str:
    """The code whose forecast is the place's."""
    return (
        place.booked_under if place.booked_under and is_booked(data, place) else place.code
    )


def is_booked(data: Known, place: Place) -> bool:
    """Whether the issue gave the place another one's figure."""
    return any(r["basis"] == "booked" for r in data.chances.get(place.code, [])[:1])


def months(data: Known, place: Place) -> tuple[history.Month, ...]:
    """Deaths by month; none where no source counts them."""
    if not _has_months(data, place):
        return ()
    return data.months_of(counted_under(data, place))


def _newest_months(data: Known, place: Place) -> tuple[history.Month, ...]:
    if not _has_months(data, place):
        return ()
    return data.newest_months_of(counted_under(data, place))


def _has_months(data: Known, place: Place) -> bool:
    return "violence_month" in data.tables and is_counted(data, place)


def years(data: Known, place: Place) -> tuple[history.Year, ...]:
    """Deaths by year and type; of a place's own figures those since it began."""
    if not is_counted(data, place):
        return ()
    code = counted_under(data, place)
    counted = data.years_of(code)
    if place.start is None or code != place.code:
        return counted
    return tuple(year for year in counted if year.year >= place.start.year)
